"""The gate of promise 1: every quotation is the text, or it does not go out."""

from collections.abc import Mapping, Sequence

from ingest.models import ParsedTreaty
from service.models import Citation


def is_grounded(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> bool:
    """Whether the quotation equals the treaty's text at its offsets, inside the provision it names."""
    if citation.treaty_id not in treaties:
        return False
    parsed = treaties[citation.treaty_id]
    provision = parsed.by_eid.get(citation.eid)
    return (
        provision is not None
        and bool(citation.quote.strip())
        and provision.start <= citation.start < citation.end <= provision.end
        and parsed.treaty.text[citation.start : citation.end] == citation.quote
    )


def keep_grounded(citations: Sequence[Citation], treaties: Mapping[str, ParsedTreaty]) -> tuple[Citation, ...]:
    """The citations that pass; the others are dropped."""
    return tuple(citation for citation in citations if is_grounded(citation, treaties))
