"""The words that answer, taken from an article as they stand.

What is quoted is the largest provision around the best words that is still short enough to be read at a
glance: a whole article where it is short, else a paragraph, else a point under its chapeau, else a sentence.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.models import ParsedTreaty, Provision
from ingest.names import words_of

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

GLANCE_WORDS = 110
# At most so many stretches of an article are weighed; one takes some milliseconds to embed.
MAX_UNITS = 24
# A second stretch is quoted when it is nearly as good as the best.
NEAR = 0.04
# A full stop behind these ends no sentence.
_ABBREVIATED = re.compile(r"\b(?:[Nn]o|[Nn]os|[Aa]rt|[Aa]rts|[Pp]aras?|[Vv]ol|e\.g|i\.e|cf|St|Mr|Ms|Dr|[A-Z])\.$")
_SENTENCE_END = re.compile(r"[.!?。！？]['”\"»’)]*\s+(?=[\W\dA-ZÀ-Þ]|[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Extract:
    """A stretch to quote: ``text[start:end]`` of the treaty, inside ``provision``."""

    provision: Provision
    start: int
    end: int


def extract_quotes(
    parsed: ParsedTreaty, provision: Provision, question: str, vector: NDArray[np.float32], embed: Embed,
    *, most: int = 2,
) -> list[Extract]:  # fmt: skip
    """The stretches of a provision that answer the question best, in the order of the text.

    ``vector`` is the question's; ``embed`` gives unit-length vectors of texts; at most ``most`` stretches.
    """
    whole = _whole(parsed, provision)
    if _length(parsed, whole.start, whole.end) <= GLANCE_WORDS:
        return [whole]
    units = _units(parsed, provision)
    if len(units) <= 1:
        return units if units else [whole]
    scores = _scores(parsed, units, question, vector, embed)
    best = int(np.argmax(scores))
    chosen = [_widened(parsed, provision, units[best])]
    for position in np.argsort(-scores, kind="stable")[1:]:
        if len(chosen) >= most or scores[position] < scores[best] - NEAR:
            break
        wider = _widened(parsed, provision, units[int(position)])
        if all(wider.end <= other.start or wider.start >= other.end for other in chosen):
            chosen.append(wider)
    with_chapeaux = [extract for found in chosen for extract in _under_chapeau(parsed, found)]
    apart = [
        e
        for e in dict.fromkeys(with_chapeaux)
        if not any(o != e and o.start <= e.start and e.end <= o.end for o in with_chapeaux)
    ]
    return sorted(apart, key=lambda extract: extract.start)


def opening_quotes(parsed: ParsedTreaty, provision: Provision, most: int = 3) -> list[Extract]:
    """How a provision begins: all of it where it is short, else its first paragraphs."""
    whole = _whole(parsed, provision)
    if _length(parsed, whole.start, whole.end) <= 2 * GLANCE_WORDS:
        return _under_chapeau(parsed, whole)
    quoted: list[Extract] = []
    words = 0
    inner = [p for p in parsed.children.get(provision.eid, ()) if p.kind != "final"]
    for piece in inner:
        words += _length(parsed, piece.start, piece.end)
        if quoted and (words > 2 * GLANCE_WORDS or len(quoted) >= most):
            break
        quoted.append(Extract(piece, piece.start, piece.end))
    if quoted and _length(parsed, quoted[0].start, quoted[0].end) <= 4 * GLANCE_WORDS:
        return quoted
    return _sentences(parsed, provision, whole.start, whole.end)[:most]


def _whole(parsed: ParsedTreaty, provision: Provision) -> Extract:
    """All the words of a provision, without its number and heading where it is an article."""
    start = (
        provision.start if provision.kind in ("paragraph", "point", "chapeau", "definition") else provision.body_start
    )
    final = next((p for p in parsed.children.get(provision.eid, ()) if p.kind == "final"), None)
    end = final.start if final else provision.end
    return _trimmed(parsed, Extract(provision, start, end))


def _units(parsed: ParsedTreaty, provision: Provision) -> list[Extract]:
    """The leaves of a provision, long ones as sentences, in the order of the text."""
    children = [p for p in parsed.children.get(provision.eid, ()) if p.kind != "final"]
    if not children:
        whole = _whole(parsed, provision)
        if _length(parsed, whole.start, whole.end) <= GLANCE_WORDS:
            return [whole]
        return _sentences(parsed, provision, whole.start, whole.end)
    return [unit for child in children for unit in _units(parsed, child)]


def _sentences(parsed: ParsedTreaty, provision: Provision, start: int, end: int) -> list[Extract]:
    text = parsed.treaty.text
    cuts = [start]
    for line in re.finditer(r"[^\n]+", text[start:end]):
        cuts.append(start + line.start())
        for match in _SENTENCE_END.finditer(line[0]):
            if not _ABBREVIATED.search(line[0][: match.start() + 1]):
                cuts.append(start + line.start() + match.end())
    cuts = sorted({*cuts, end})
    pieces = [Extract(provision, s, e) for s, e in itertools.pairwise(cuts)]
    return [_trimmed(parsed, piece) for piece in pieces if text[piece.start : piece.end].strip()]


def _scores(
    parsed: ParsedTreaty, units: list[Extract], question: str, vector: NDArray[np.float32], embed: Embed
) -> NDArray[np.float64]:
    """How well each unit answers: its cosine and the share of the question's words it has."""
    asked = {w.text for w in words_of(question) if len(w.text) > 3}
    texts = [parsed.treaty.text[u.start : u.end] for u in units]
    shares = np.array(
        [len(asked & {w.text for w in words_of(t)}) / max(len(asked), 1) for t in texts], dtype=np.float64
    )
    cosines = np.zeros(len(units))
    weighed = np.arange(len(units))
    if len(units) > MAX_UNITS:
        # The likeliest by words, and a spread over the rest.
        order = np.argsort(-shares, kind="stable")
        spread = np.linspace(0, len(units) - 1, MAX_UNITS // 2).astype(int)
        weighed = np.unique(np.concatenate([order[: MAX_UNITS // 2], spread]))
        cosines -= 1.0
    contexts = [f"{_heading(parsed, units[i].provision)}{texts[i]}" for i in weighed]
    cosines[weighed] = embed(contexts) @ vector
    return 0.85 * cosines + 0.15 * shares


def _heading(parsed: ParsedTreaty, provision: Provision) -> str:
    article = parsed.article_of(provision)
    return f"{article.heading}: " if article.heading else ""


def _widened(parsed: ParsedTreaty, root: Provision, unit: Extract) -> Extract:
    """The largest provision around a unit, below ``root``, that can still be read at a glance."""
    best = unit
    around: Provision | None = unit.provision
    while around is not None and around.eid != root.eid:
        whole = _whole(parsed, around)
        if _length(parsed, whole.start, whole.end) > GLANCE_WORDS:
            break
        best = whole
        around = parsed.by_eid.get(around.parent) if around.parent else None
    return best


def _under_chapeau(parsed: ParsedTreaty, extract: Extract) -> list[Extract]:
    """A point under the words that lead to it: without "shall not:" a list says the contrary."""
    if extract.provision.kind != "point" or extract.provision.parent is None:
        return [extract]
    leading: list[Extract] = []
    inner = extract.provision
    while inner.kind == "point" and inner.parent is not None:
        siblings = parsed.children.get(inner.parent, ())
        chapeau = next((p for p in siblings if p.kind == "chapeau" and p.start < inner.start), None)
        if chapeau is not None:
            leading.insert(0, Extract(chapeau, chapeau.start, chapeau.end))
        inner = parsed.by_eid[inner.parent]
    if not leading:
        return [extract]
    last = leading[-1]
    if not parsed.treaty.text[last.end : extract.start].strip():
        # Nothing stands between them: one quotation.
        around = parsed.by_eid[last.provision.parent or extract.provision.parent]
        return [*leading[:-1], Extract(around, last.start, extract.end)]
    return [*leading, extract]


def _trimmed(parsed: ParsedTreaty, extract: Extract) -> Extract:
    text, start, end = parsed.treaty.text, extract.start, extract.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Extract(extract.provision, start, end)


def _length(parsed: ParsedTreaty, start: int, end: int) -> int:
    return len(parsed.treaty.text[start:end].split())
