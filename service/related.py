"""What stands beside an answer: the provisions it refers to, and the nearest others."""

from collections.abc import Sequence

from ingest.index import Index
from ingest.models import GROUPINGS
from service.citations import cite
from service.extract import opening_quotes
from service.models import Citation
from service.retrieval import Ranked
from service.spans import Extract

MOST_REFERRED = 5


def referred_to(citations: Sequence[Citation], index: Index) -> tuple[Citation, ...]:
    """The provisions that the quotations name, with their words; those quoted already are left out."""
    found: list[tuple[str, str]] = []
    quoted = {(c.treaty_id, c.eid) for c in citations}
    for citation in citations:
        parsed = index.treaties[citation.treaty_id]
        article = parsed.article_of(parsed.by_eid[citation.eid])
        for edge in index.references.between(citation.treaty_id, citation.start, citation.end):
            reference = edge.reference
            if reference.treaty_id is None:
                continue
            for eid in reference.eids:
                target = index.treaties[reference.treaty_id]
                if target.by_eid[eid].kind in GROUPINGS:  # a whole part says nothing in its first words
                    continue
                if (reference.treaty_id, target.article_of(target.by_eid[eid]).eid) == (
                    citation.treaty_id,
                    article.eid,
                ):
                    continue
                if (reference.treaty_id, eid) not in quoted:
                    found.append((reference.treaty_id, eid))
    related = []
    for number, (treaty_id, eid) in enumerate(list(dict.fromkeys(found))[:MOST_REFERRED], start=1):
        parsed = index.treaties[treaty_id]
        related.append(cite(parsed, opening_quotes(parsed, parsed.by_eid[eid], most=1)[0], number))
    return tuple(related)


def referred_elsewhere(citations: Sequence[Citation], index: Index) -> tuple[str, ...]:
    """The provisions of treaties not held that the quotations name, in their own words."""
    found = []
    for citation in citations:
        parsed = index.treaties[citation.treaty_id]
        for edge in index.references.between(citation.treaty_id, citation.start, citation.end):
            reference = edge.reference
            # "the Convention" alone names nothing that a reader could look up.
            if reference.treaty_id is None and reference.instrument and " " in reference.instrument:
                found.append(" ".join(parsed.treaty.text[reference.start : reference.end].split()))
    return tuple(dict.fromkeys(found))[:MOST_REFERRED]


def near_misses(ranked: Sequence[Ranked], index: Index, first_number: int = 1) -> tuple[Citation, ...]:
    """The best passages of some articles, as citations that the answer does not rest on."""
    near = []
    for number, found in enumerate(ranked, start=first_number):
        parsed, row = index.treaties[found.treaty_id], index.rows[found.row]
        near.append(cite(parsed, Extract(parsed.by_eid[row.eid], row.start, row.end), number))
    return tuple(near)
