"""Checking a text: every claim about a treaty in it, judged against the treaty's own words.

    sentences, quotations -> treaties spoken of -> anchors -> statements -> sources -> verdicts

What only mentions a provision ("in accordance with Article 51") is a reference; it is told, not judged.
"""

import time
from collections.abc import Callable, Sequence

from ingest.index import Index
from service.asking import EMBEDDER
from service.check.anchors import Anchor, anchors_in, masked
from service.check.attributed import Source, Sources
from service.check.attribution import Found, find_statements
from service.check.judge import Judge
from service.check.models import MOST_CHARACTERS, Checked, Referred, Report, Stretch
from service.check.prose import quotations_in, sentences_in
from service.check.treaties_spoken import treaties_spoken
from service.citations import cite
from service.errors import TextEmpty, TextTooLong
from service.routing import treaty_names
from service.spans import sentences_of, whole_of


def check_text(text: str, index: Index, progress: Callable[[int, int], None] = lambda done, of: None) -> Report:
    """The claims of a text with their verdicts.

    ``progress`` is called with how many statements have been judged, of how many. Raises TextEmpty, and TextTooLong
    where the text is longer than MOST_CHARACTERS.
    """
    if not text.strip():
        raise TextEmpty
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(len(text), MOST_CHARACTERS)
    begun = time.perf_counter()
    names = treaty_names(index)
    quotations = quotations_in(text)
    sentences = sentences_in(text, quotations)
    spoken = treaties_spoken(text, sentences, quotations, names)
    anchors = anchors_in(text, spoken, quotations, names)
    statements = find_statements(text, masked(text, anchors, quotations), sentences, anchors, quotations)
    sources = Sources(spoken, index.treaties, text, names.bodies.find(text))
    read = time.perf_counter()
    claims, references = _judged(text, index, statements, anchors, sources, progress)
    done = time.perf_counter()
    timings = {"reading": (read - begun) * 1000, "judging": (done - read) * 1000, "total": (done - begun) * 1000}
    return Report(text, tuple(claims), tuple(references), len(index.treaties), index.generation,
                  {name: round(took, 1) for name, took in timings.items()})  # fmt: skip


def _judged(
    text: str, index: Index, statements: Sequence[Found], anchors: Sequence[Anchor], sources: Sources,
    progress: Callable[[int, int], None],
) -> tuple[list[Checked], list[Referred]]:  # fmt: skip
    claims: list[Checked] = []
    references: list[Referred] = []
    judge = Judge(text, index, EMBEDDER) if statements else None
    claimed = {id(found.anchor) for found in statements}
    events: list[tuple[int, Found | Anchor]] = [(found.statement[0], found) for found in statements]
    events += [(a.start, a) for a in anchors if a.mention is not None and id(a) not in claimed]
    for _, event in sorted(events, key=lambda one: one[0]):
        if isinstance(event, Found):
            checked = judge.judge(len(claims) + 1, event, sources.of(event)) if judge else None
            if checked:
                claims.append(checked)
            progress(len(claims), len(statements))
        else:
            references.append(_referred(event, sources.of_anchor(event), text, index, len(references) + 1))
    return claims, references


def _referred(anchor: Anchor, source: Source, text: str, index: Index, number: int) -> Referred:
    stretch = Stretch(anchor.start, anchor.end, text[anchor.start : anchor.end])
    if not source.treaties:
        return Referred(stretch, None, source.title, (), source.label, "not_held" if source.title else "unclear")
    parsed = index.treaties[source.treaties[0]]
    treaty = parsed.treaty
    if not source.eids:
        excerpt = treaty.text_status == "excerpt"
        return Referred(
            stretch, treaty.id, treaty.title, (), source.label, "not_held" if excerpt else "no_such_provision"
        )
    provision = parsed.by_eid[source.eids[0]]
    whole = whole_of(parsed, provision)
    opening = next(iter(sentences_of(parsed, provision, whole.start, whole.end)), whole)
    return Referred(stretch, treaty.id, treaty.title, source.eids, source.label, "held", cite(parsed, opening, number))
