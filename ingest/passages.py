"""Provisions to passages: what is embedded, searched and quoted.

An article is one passage; a long one is cut between its paragraphs, a long paragraph between its points or
sentences. Passages of about 160 words find as much as single paragraphs do, with half the vectors. What is
embedded is the passage's words under the names that a reader would see above them ("Treaty > Part > Article
4 Mutual assistance > …"): on lay questions those names are worth more than anything else measured.
"""

import itertools
import re
from collections.abc import Iterator

from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty, Passage, Provision

_DIVIDED = CONTAINERS | GROUPINGS
_HEADED = _DIVIDED | {"article"}
_SENTENCE = re.compile(r"(?<=[.;:!?])[”\"»’)]*\s+(?=[^\s])|(?<=[。；！？])|\n+")


def cut_passages(parsed: ParsedTreaty, words: int = 160) -> list[Passage]:
    """The passages of a treaty in the order of its text; ``words`` is the most one should have.

    Every word of the preamble, of each article, of annexes without articles and of the final words is in
    exactly one passage.
    """
    passages: list[Passage] = []
    for provision in _roots(parsed):
        passages += _passages_of(parsed, provision, words)
    return passages


def _roots(parsed: ParsedTreaty) -> Iterator[Provision]:
    """The provisions that are found as one: articles, preamble, annexes and sections without articles.

    Of an annex or division that holds articles or sections only its opening words are left to be found.
    """
    for provision in parsed.provisions:
        around = parsed.by_eid[provision.parent] if provision.parent else None
        if (
            provision.kind in ("preamble", "article")
            or (provision.kind in _DIVIDED and not _holds_headings(parsed, provision))
            or (
                provision.kind == "chapeau"
                and around is not None
                and around.kind in _DIVIDED
                and _holds_headings(parsed, around)
            )
        ):
            yield provision


def _holds_headings(parsed: ParsedTreaty, provision: Provision) -> bool:
    return any(child.kind in _HEADED for child in parsed.children.get(provision.eid, ()))


def context_prefix(parsed: ParsedTreaty, provision: Provision) -> str:
    """The names above a provision's words: "Treaty > Part II Protection > Article 6 Prevention of pollution"."""
    names = []
    for around in (*reversed(tuple(parsed.ancestors(provision))), provision):
        if around.kind in ("paragraph", "point", "chapeau", "definition"):
            continue
        names.append(f"{around.label} {around.heading}" if around.heading and around.heading != around.label
                     else around.label)  # fmt: skip
    return " > ".join([short_title(parsed.treaty.title), *names])


def embedding_text(prefix: str, words: str) -> str:
    """What is embedded of a passage: its words on one line, under the names above them."""
    return f"{prefix} > {' '.join(words.split())}"


def short_title(title: str) -> str:
    """A title cut to what a model of 256 word pieces can spare for it."""
    words = title.split()
    return title if len(words) <= 24 else " ".join(words[:24]) + " …"


def _passages_of(parsed: ParsedTreaty, root: Provision, words: int) -> Iterator[Passage]:
    text = parsed.treaty.text
    prefix = context_prefix(parsed, root)
    spans: list[tuple[Provision, int, int]] = []
    final = next((p for p in parsed.children.get(root.eid, ()) if p.kind == "final"), None)
    end = final.start if final else root.end
    if _count(text, root.body_start, end) <= words:
        spans.append((root, root.body_start, end))
    else:
        pieces = [p for p in parsed.children.get(root.eid, ()) if p.kind != "final"]
        spans += _cut(parsed, root, root.body_start, end, pieces, words)
    if final is not None:
        spans += [(final, start, stop) for start, stop in _sentences(text, final.start, final.end, words)]
    yield from _number(parsed, root, spans, prefix)


def _cut(
    parsed: ParsedTreaty, owner: Provision, start: int, end: int, pieces: list[Provision], words: int
) -> list[tuple[Provision, int, int]]:
    """Cut ``text[start:end]`` into runs of whole pieces of at most ``words`` words.

    A run of one piece is that piece's passage, a longer run its owner's; a piece that is too long by
    itself is cut in the same way at its own pieces, and at its sentences where it has none.
    """
    text = parsed.treaty.text
    if not pieces:
        return [(owner, s, e) for s, e in _sentences(text, start, end, words)]
    spans: list[tuple[Provision, int, int]] = []
    run: list[Provision] = []

    def close() -> None:
        if run:
            spans.append((run[0] if len(run) == 1 else owner, run[0].start, run[-1].end))
            run.clear()

    for piece in pieces:
        if _count(text, piece.start, piece.end) > words:
            close()
            inner = list(parsed.children.get(piece.eid, ()))
            spans += _cut(parsed, piece, piece.start, piece.end, inner, words)
            continue
        if run and _count(text, run[0].start, piece.end) > words:
            close()
        run.append(piece)
    close()
    return spans


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences and clauses of ``text[start:end]``, those of a word or two joined to the one before."""
    return _sentences(text, start, end, 6)


def _sentences(text: str, start: int, end: int, words: int) -> list[tuple[int, int]]:
    """``text[start:end]`` in runs of whole sentences of at most ``words`` words (a longer one stays whole)."""
    cuts = [start, *(start + m.end() for m in _SENTENCE.finditer(text[start:end])), end]
    runs: list[tuple[int, int]] = []
    for left, right in itertools.pairwise(cuts):
        if left == right:
            continue
        if runs and _count(text, runs[-1][0], right) <= words:
            runs[-1] = (runs[-1][0], right)
        else:
            runs.append((left, right))
    return [(s, _trimmed(text, s, e)) for s, e in runs if text[s:e].strip()]


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _count(text: str, start: int, end: int) -> int:
    piece = text[start:end]
    # Chinese has no blanks between words; two characters weigh about as much as one word.
    wide = sum(1 for c in piece if c >= "\u3000")
    return len(piece.split()) + wide // 2


def _found_as(parsed: ParsedTreaty, owner: Provision, root: Provision) -> str:
    """The eId under which a passage is found: its article, annex or preamble; words of signature are their own."""
    if owner.kind == "final":
        return owner.eid
    return root.parent if root.kind == "chapeau" and root.parent else root.eid


def _number(
    parsed: ParsedTreaty, root: Provision, spans: list[tuple[Provision, int, int]], prefix: str
) -> Iterator[Passage]:
    text, treaty = parsed.treaty.text, parsed.treaty
    seen: dict[str, int] = {}
    for owner, start, end in spans:
        end = _trimmed(text, start, end)
        while start < end and text[start].isspace():
            start += 1
        if start == end:
            continue
        seen[owner.eid] = count = seen.get(owner.eid, 0) + 1
        words = text[start:end]
        yield Passage(
            id=f"{treaty.id}/{owner.eid}" + (f"~{count}" if count > 1 else ""),
            treaty_id=treaty.id,
            eid=owner.eid,
            article=_found_as(parsed, owner, root),
            start=start,
            end=end,
            text=words,
            embedding_text=embedding_text(prefix, words),
        )
