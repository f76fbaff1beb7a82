"""How many articles, annexes, parts and chapters a treaty has, as its text is held."""

from collections import Counter
from collections.abc import Iterator

from ingest.models import CONTAINERS, GROUPINGS, ParsedTreaty, Provision
from service.compose import article_list
from service.fact_parts import FactPart, end_of, first_sentence, heading_of, nearest


def articles(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """How many articles the body has; the last one is quoted."""
    body = parsed.body_articles
    if not body:
        return
    listed = article_list(parsed)
    # A list with many gaps is not written out.
    named = _count(len(body), "article") + ("" if listed[0].isdigit() else f": {listed}")
    if parsed.treaty.text_status == "excerpt":
        sentence = f"It is held as an excerpt only, with {named}; how many it has in all, Pacta does not know."
        yield FactPart(sentence, nearest(parsed))
    else:
        beside = " Those of its annexes are not counted." if len(parsed.articles) > len(body) else ""
        yield FactPart(f"It has {named}.{beside}", first_sentence(parsed, body[-1]))


def annexes(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """The annexes and other texts joined to it."""
    found = [p for p in parsed.provisions if p.kind in CONTAINERS and parsed.container_of(p) is None]
    # A number that comes again is of another text in the same document: the annexes of a Final Act.
    by_number: dict[tuple[str, str], Provision] = {}
    for provision in found:
        by_number.setdefault((provision.kind, provision.normalised_number or provision.eid), provision)
    joined = list(by_number.values())
    if not joined:
        yield FactPart("It has no annex in the text held.", end_of(parsed))
        return
    noun = "annex" if all(p.kind == "annex" for p in joined) else "joined text"
    labels = list(dict.fromkeys(p.label for p in joined))
    # Several may have the same name: "Protocol", "Protocol".
    listed = f": {_listed(labels)}" if 1 < len(labels) == len(joined) else ""
    sentence = f"It has {_count(len(joined), noun)} in the text held{listed}."
    yield FactPart(sentence, heading_of(parsed, joined[0]) or first_sentence(parsed, joined[0]))


def divisions(parsed: ParsedTreaty) -> Iterator[FactPart]:
    """Its parts, chapters and sections."""
    groups = [p for p in parsed.provisions if p.kind in GROUPINGS and parsed.container_of(p) is None]
    if not groups:
        yield FactPart("It is not divided into parts or chapters in the text held.", end_of(parsed))
        return
    counts = [_count(number, kind) for kind, number in Counter(p.kind for p in groups).items()]
    yield FactPart(f"It is divided into {_listed(counts)}.", heading_of(parsed, groups[-1]))


def _count(number: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("x") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
