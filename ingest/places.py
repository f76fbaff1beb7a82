"""From a mention's target to the provisions of one treaty, seen from the place where it is written.

"Article 5" in an annex with an article 5 is the annex's; "paragraph 2" is that of the nearest provision around
that has one; "the preceding Article" is the one before. What a treaty does not have is told, not passed over.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.mention_words import SMALL
from ingest.mentions import Step, Target, numbers_in
from ingest.models import GROUPINGS, ParsedTreaty, Provision

# How the kinds are written in eIds.
_ABBREVIATION = {"article": "art", "chapter": "chp", "section": "sec", "subsection": "subsec"}
_CALLED = {"point": "point", "paragraph": "paragraph", "preamble": "the preamble"}
_CONTAINERS = ("annex", "protocol", "schedule", "appendix")


class Found(NamedTuple):
    """The provisions a target leads to, as deep as they are there; ``lacking`` names the step that is not."""

    provisions: list[Provision]
    lacking: str | None = None


def find_places(parsed: ParsedTreaty, target: Target, here: Provision | None = None, within: str | None = "") -> Found:
    """The provisions of a treaty that a target names.

    ``here`` is the provision in which it is named, if it is named in this treaty. ``within`` limits it to the
    articles of an annex or protocol (its eId), or to the treaty's body (None); "" leaves it to the place.
    """
    scope: list[Provision] | None = None
    for step in target:
        if scope is None:
            found, lacking = _first(parsed, step, here, within)
        else:
            pairs = [_below(parsed, around, step) for around in scope]
            found, lacking = [p for inner, _ in pairs for p in inner], next((x for _, x in pairs if x), None)
        if not found:
            # An article that is not there is nowhere; a paragraph or section that was not told apart is in its article.
            return Found([] if step.kind == "article" else scope or [], lacking)
        scope = found
        if lacking:
            return Found(scope, lacking)
    return Found(scope or [])


def leaf_at(parsed: ParsedTreaty, offset: int) -> Provision | None:
    """The innermost provision around a place of the text."""
    inner: Provision | None = None
    siblings: Sequence[Provision] = parsed.children.get(None, ())
    while siblings:
        around = next((p for p in siblings if p.start <= offset < p.end), None)
        if around is None:
            break
        inner, siblings = around, parsed.children.get(around.eid, ())
    return inner


def name_of(step: Step) -> str:
    """What a step is called: "Article 9", "paragraph 7"."""
    kind = _CALLED.get(step.kind, step.kind.capitalize())
    return f"{kind} {step.names[0]}" if step.names else kind


def _first(parsed: ParsedTreaty, step: Step, here: Provision | None, within: str | None) -> Found:
    if step.which:
        return Found(_pointed_at(parsed, step, here) if here else [])
    if step.kind == "preamble":
        preamble = parsed.by_eid.get("preamble")
        return Found([preamble] if preamble else [], None if preamble else "the preamble")
    if step.kind in SMALL:
        return _nearest_with(parsed, step, here) if here else Found([])
    if step.kind == "article":
        return _articles(parsed, step, here, within)
    return _groups(parsed, step, here)


def _articles(parsed: ParsedTreaty, step: Step, here: Provision | None, within: str | None) -> Found:
    if step.last:
        first = _article(parsed, step.names, here, within)
        last = _article(parsed, step.last, here, within)
        if first and last and first.start <= last.start:
            around = parsed.container_of(first)
            between = [a for a in parsed.articles if first.start <= a.start <= last.start]
            return Found([a for a in between if parsed.container_of(a) == around])
    found, lacking = [], None
    for names in numbers_in(step):
        if article := _article(parsed, names, here, within):
            found.append(article)
        elif dotted := _dotted(parsed, names, here, within):
            found.append(dotted)
        else:
            lacking = lacking or f"Article {names[0]}"
    return Found(found, lacking)


def _dotted(parsed: ParsedTreaty, names: Sequence[str], here: Provision | None, within: str | None) -> Provision | None:
    """ "Article 5.1" where no article is numbered so: its paragraph."""
    head, point, tail = names[0].partition(".")
    article = _article(parsed, (head,), here, within) if point else None
    found = _descend(parsed, article, tail) if article else None
    return found


def _article(
    parsed: ParsedTreaty, names: Sequence[str], here: Provision | None, within: str | None
) -> Provision | None:
    around = parsed.container_of(here) if here else None
    if here and here.kind in _CONTAINERS:
        around = here
    for name in names:
        same = parsed.by_step.get(f"art_{name}", ())
        by_container: dict[str | None, list[Provision]] = {}
        for article in same:
            container = parsed.container_of(article)
            by_container.setdefault(container.eid if container else None, []).append(article)
        if within is None or within:
            choices = by_container.get(within, [])
        else:
            choices = (by_container.get(around.eid) if around else None) or by_container.get(None) or []
            if not choices and len(same) == 1 and here is None:
                choices = list(same)
        # Numbers may restart in each part; then the nearest is meant, or a bare number the only one that has it.
        if len(choices) == 1:
            return choices[0]
        if choices and here:
            return _nearest(choices, here)
        if choices and f"art_{name}" in parsed.by_eid and parsed.by_eid[f"art_{name}"] in choices:
            return parsed.by_eid[f"art_{name}"]
    return None


def _groups(parsed: ParsedTreaty, step: Step, here: Provision | None) -> Found:
    """Parts, chapters, sections and annexes: of several with one number the nearest to ``here``."""
    abbreviation = _ABBREVIATION.get(step.kind, step.kind)
    if not step.names:
        return Found(_only_container(parsed, step.kind, here))
    found: list[Provision] = []
    lacking = None
    for names in numbers_in(step):
        choices: Sequence[Provision] = ()
        for name in (*names, *step.names[1:]):
            choices = choices or parsed.by_step.get(f"{abbreviation}_{name}", ())
        if chosen := (_nearest(choices, here) if here else _outermost(choices)):
            found.append(chosen)
        elif not choices and step.kind in _CONTAINERS:
            # Parts and sections may not have been told apart: only of an annex is it said that it is not there.
            lacking = lacking or f"{step.kind.capitalize()} {names[0]}"
    return Found(found, lacking)


def _only_container(parsed: ParsedTreaty, kind: str, here: Provision | None) -> list[Provision]:
    """ "the Annex": the one around, or the only one of its kind."""
    around = (here, *parsed.ancestors(here)) if here else ()
    own = [p for p in around if p.eid.rpartition("__")[2].startswith(kind)]
    if own:
        return own[:1]
    of_kind = [p for key, found in parsed.by_step.items() if key.partition("_")[0] == kind for p in found]
    return of_kind if len(of_kind) == 1 else []


def _nearest(choices: Sequence[Provision], here: Provision) -> Provision | None:
    """The choice that shares most of the way from the treaty down to ``here``; of several the outermost, then first."""
    way = here.eid.split("__")

    def shared(choice: Provision) -> tuple[int, int]:
        steps = choice.eid.split("__")
        same = next((i for i, (a, b) in enumerate(zip(steps, way, strict=False)) if a != b), min(len(steps), len(way)))
        return same, -len(steps)

    return max(choices, key=shared) if choices else None


def _outermost(choices: Sequence[Provision]) -> Provision | None:
    """The only choice, or the only one that nothing stands around."""
    if len(choices) == 1:
        return choices[0]
    alone = [p for p in choices if p.parent is None]
    return alone[0] if alone else None


def _pointed_at(parsed: ParsedTreaty, step: Step, here: Provision) -> list[Provision]:
    """ "this Article", "the preceding paragraphs", "the following Part": seen from ``here``."""
    wanted = _ABBREVIATION.get(step.kind, {"paragraph": "para"}.get(step.kind, step.kind))
    around = [p for p in (here, *parsed.ancestors(here)) if _kind_in(p.eid) == wanted]
    if not around:
        return []
    if step.which == "this":
        return around[:1]
    if step.kind == "article":
        container = parsed.container_of(around[0])
        siblings = [a for a in parsed.articles if parsed.container_of(a) == container]
    else:
        siblings = [p for p in parsed.children.get(around[0].parent, ()) if _kind_in(p.eid) == wanted]
    place = siblings.index(around[0])
    if step.which == "preceding":
        before = siblings[:place]
        return before[-step.count :] if step.count else before
    if step.which == "following":
        after = siblings[place + 1 :]
        return after[: step.count] if step.count else after
    return []


def _kind_in(eid: str) -> str:
    return eid.rpartition("__")[2].partition("_")[0].partition("-")[0]


def _nearest_with(parsed: ParsedTreaty, step: Step, here: Provision) -> Found:
    """The paragraph or point of the nearest provision around that has one of this number."""
    found: list[Provision] = []
    for names in numbers_in(step):
        for around in (here, *parsed.ancestors(here)):
            inner = next((p for name in names if (p := _descend(parsed, around, name, step.kind))), None)
            if inner:
                found.append(inner)
                break
            if around.kind in ("article", "annex", "protocol"):
                break
    # What is not found may stand in words that were not told apart: nothing is said to be lacking.
    return Found(found)


def _below(parsed: ParsedTreaty, around: Provision, step: Step) -> Found:
    """A step further down in a provision."""
    if step.kind in SMALL:
        found, lacking = [], None
        for names in numbers_in(step):
            inner = next((p for name in names if (p := _descend(parsed, around, name))), None)
            if inner:
                found.append(inner)
            else:
                lacking = lacking or f"{name_of(Step(step.kind, names))} of {around.label}"
        return Found(found, lacking)
    if not step.names:
        return Found(_only_container(parsed, step.kind, around))
    abbreviation = _ABBREVIATION.get(step.kind, step.kind)
    inside = f"{around.eid}__"
    found, lacking = [], None
    for names in numbers_in(step):
        choices = [p for name in names for p in parsed.by_step.get(f"{abbreviation}_{name}", ())]
        under = [p for p in choices if p.eid.startswith(inside)]
        if not under and step.kind == "appendix":
            under = [p for p in choices if _annex_before(parsed, p) == around]
        if not under and step.kind == "article" and around.kind in GROUPINGS:
            # Numbers run on through the parts of a text, so that a part wrongly told apart does no harm.
            same = [p for p in choices if parsed.container_of(p) == parsed.container_of(around)]
            under = same if len(same) == 1 else []
        if under:
            found.append(_nearest(under, around) or under[0])
        elif step.kind in ("article", *_CONTAINERS):
            lacking = lacking or f"{step.kind.capitalize()} {names[0]} of {around.label}"
    return Found(found, lacking)


def _annex_before(parsed: ParsedTreaty, appendix: Provision) -> Provision | None:
    """The annex that an appendix printed beside it belongs to: the last one before it."""
    annexes = [
        p for p in parsed.provisions if p.eid.startswith("annex") and p.parent is None and p.start < appendix.start
    ]
    return annexes[-1] if annexes else None


def _descend(parsed: ParsedTreaty, around: Provision, marker: str, kind: str = "") -> Provision | None:
    """The paragraph or point of a provision that a marker names; a single paragraph in between is passed through."""
    endings = (f"para_{marker}", f"point_{marker}")
    children = [p for p in parsed.children.get(around.eid, ()) if p.kind in ("paragraph", "point")]
    named = next((p for e in endings for p in children if p.eid.rpartition("__")[2] == e), None)
    if named is None and len(children) == 1:
        inner = parsed.children.get(children[0].eid, ())
        named = next((p for p in inner if p.eid.rpartition("__")[2] in endings), None)
    return named


def ways_out(parsed: ParsedTreaty, provision: Provision) -> Iterator[Provision]:
    """A provision and those around it, innermost first."""
    yield provision
    yield from parsed.ancestors(provision)
