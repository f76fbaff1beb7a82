"""The words that answer, taken from an article as they stand.

What is quoted is the largest provision around the best words that is still short enough to be read at a
glance: a whole article where it is short, else a paragraph, else a point under its chapeau, else a sentence.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.models import ParsedTreaty, Provision
from ingest.names import distinct_words
from service.completeness import completed, under_chapeau
from service.kinds import asks_for_number
from service.quantities import quantities_in
from service.spans import Extract, count_words, sentences_of, trimmed, whole_of

# How well stretches of one article suit the question, shape (stretches,).
Weigh = Callable[[ParsedTreaty, Sequence[Extract]], NDArray[np.float32]]

GLANCE_WORDS = 100
# A second stretch is quoted when it is nearly as good as the best.
NEAR = 0.04
# What the share of the question's words counts that a stretch has, beside its meaning.
BY_SHARE = 0.05
# What it counts that a stretch has a quantity, where one is asked for: "how often must they report?".
BY_NUMBER = 0.1


def extract_quotes(
    parsed: ParsedTreaty, provision: Provision, question: str, weigh: Weigh, *, most: int = 2,
    glance: int = GLANCE_WORDS,
) -> list[Extract]:  # fmt: skip
    """The stretches of a provision that answer the question best, in the order of the text; at most ``most``.

    What has up to ``glance`` words is quoted whole; where that is less than usual, no other paragraphs come with it.
    """
    whole = whole_of(parsed, provision)
    if count_words(parsed, whole.start, whole.end) <= glance:
        return under_chapeau(parsed, whole)
    units = _units(parsed, provision, glance)
    if len(units) <= 1:
        return units if units else [whole]
    scores = _scores(parsed, units, question, weigh)
    best = int(np.argmax(scores))
    chosen = [_widened(parsed, provision, units[best], glance)]
    for position in np.argsort(-scores, kind="stable")[1:]:
        if len(chosen) >= most or scores[position] < scores[best] - NEAR:
            break
        wider = _widened(parsed, provision, units[int(position)], glance)
        if all(wider.end <= other.start or wider.start >= other.end for other in chosen):
            chosen.append(wider)
    return completed(parsed, provision, chosen, beside=glance >= GLANCE_WORDS)


def opening_quotes(parsed: ParsedTreaty, provision: Provision, most: int = 3) -> list[Extract]:
    """How a provision begins: all of it where it is short, else its first paragraphs."""
    whole = whole_of(parsed, provision)
    if count_words(parsed, whole.start, whole.end) <= 2 * GLANCE_WORDS:
        return under_chapeau(parsed, whole)
    quoted: list[Extract] = []
    words = 0
    inner = [p for p in parsed.children.get(provision.eid, ()) if p.kind != "final"]
    for piece in inner:
        words += count_words(parsed, piece.start, piece.end)
        if quoted and (words > 2 * GLANCE_WORDS or len(quoted) >= most):
            break
        quoted.append(Extract(piece, piece.start, piece.end))
    if quoted and count_words(parsed, quoted[0].start, quoted[0].end) <= 4 * GLANCE_WORDS:
        return quoted
    return sentences_of(parsed, provision, whole.start, whole.end)[:most]


def _units(parsed: ParsedTreaty, provision: Provision, glance: int) -> list[Extract]:
    """The leaves of a provision, long ones as sentences, in the order of the text."""
    children = [p for p in parsed.children.get(provision.eid, ()) if p.kind != "final"]
    if not children:
        whole = whole_of(parsed, provision)
        if count_words(parsed, whole.start, whole.end) <= glance:
            return [whole]
        return sentences_of(parsed, provision, whole.start, whole.end)
    return [unit for child in children for unit in _units(parsed, child, glance)]


def _scores(parsed: ParsedTreaty, units: list[Extract], question: str, weigh: Weigh) -> NDArray[np.float32]:
    """How well each unit answers: by meaning, by the share of the question's words it has, and by numbers if asked."""
    asked = {word for word in distinct_words(question) if len(word) > 3}
    texts = [parsed.treaty.text[u.start : u.end] for u in units]
    shares = [len(asked & distinct_words(text)) / max(len(asked), 1) for text in texts]
    scores: NDArray[np.float32] = (1 - BY_SHARE) * weigh(parsed, units) + BY_SHARE * np.array(shares, dtype=np.float32)
    if asks_for_number(question):
        scores += BY_NUMBER * np.array([bool(quantities_in(text)) for text in texts], dtype=np.float32)
    return scores


def _widened(parsed: ParsedTreaty, root: Provision, unit: Extract, glance: int) -> Extract:
    """The largest provision around a unit, below ``root``, that can still be read at a glance."""
    if unit.provision.kind == "chapeau" and unit.provision.eid != root.eid:
        return _opened(parsed, unit, glance)
    best = unit
    around: Provision | None = unit.provision
    while around is not None and around.eid != root.eid:
        whole = whole_of(parsed, around)
        if count_words(parsed, whole.start, whole.end) > glance:
            break
        best = whole
        around = parsed.by_eid.get(around.parent) if around.parent else None
    return best


def _opened(parsed: ParsedTreaty, chapeau: Extract, glance: int) -> Extract:
    """What leads to a list, or closes it, which says nothing alone, with as many of its points as can be read."""
    around = parsed.by_eid[chapeau.provision.parent or chapeau.provision.eid]
    end = chapeau.end
    if any(point.end <= chapeau.start for point in parsed.children.get(around.eid, ())):
        whole = whole_of(parsed, around)
        return whole if count_words(parsed, whole.start, whole.end) <= 2 * glance else chapeau
    for point in parsed.children.get(around.eid, ()):
        if point.start >= end and count_words(parsed, chapeau.start, point.end) <= glance:
            end = point.end
    return trimmed(parsed, Extract(around, chapeau.start, end)) if end > chapeau.end else chapeau
