"""What is wrong with a gold set, found before it judges anything.

Faults make a case worthless: a treaty or an article that is not there, a quotation that is not in the
article. Doubts are worth a look: questions that are nearly the same, types with too few cases.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

from eval.cases import GoldCase, GoldLocator
from ingest.models import ParsedTreaty
from ingest.names import words_of

# From this resemblance of their words on two questions are taken for one asked twice.
NEARLY_THE_SAME = 0.8
# A mean over fewer cases says next to nothing; one type with more than this share is the total.
FEWEST_OF_TYPE = 5
LARGEST_SHARE = 0.4
_ARTICLES_SHOWN = 6

Weight = Literal["fault", "doubt"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: about a case (empty: about the whole set), what it is, and what to do."""

    weight: Weight
    case: str
    what: str

    def __str__(self) -> str:
        return f"{self.case}: {self.what}" if self.case else self.what

    def to_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self)


def lint(cases: Sequence[GoldCase], treaties: Mapping[str, ParsedTreaty]) -> list[Finding]:
    """Everything found in a gold set, faults first, in the order of the cases."""
    found = [finding for case in cases for finding in _of_case(case, treaties)]
    found += _near_duplicates(cases)
    found += _balance(cases)
    return sorted(found, key=lambda finding: finding.weight == "doubt")


def _of_case(case: GoldCase, treaties: Mapping[str, ParsedTreaty]) -> list[Finding]:
    found = []
    for locator in (*case.gold, *case.also_ok):
        if fault := missing_provision(locator, treaties):
            found.append(Finding("fault", case.id, fault))
    if case.must_abstain and case.gold:
        found.append(Finding("fault", case.id, "must_abstain and gold contradict each other. Take one of them out."))
    texts = [text for locator in case.gold if (text := _text(locator, treaties)) is not None]
    if case.quote and texts and not any(case.quote in text for text in texts):
        gold = " and ".join(str(locator) for locator in case.gold)
        found.append(Finding("fault", case.id, f"the quote is not, letter for letter, in {gold}. Copy it from there."))
    if set(case.gold) & set(case.also_ok):
        found.append(Finding("doubt", case.id, "an article is in gold and in also_ok. Leave it in gold."))
    return found


def missing_provision(locator: GoldLocator, treaties: Mapping[str, ParsedTreaty]) -> str:
    """What is not there of a provision that a case names; empty where all is."""
    parsed = treaties.get(locator.treaty)
    if parsed is None:
        return f"the treaty {locator.treaty} is not held. `pacta treaties` lists the ids."
    if locator.eid not in parsed.by_eid:
        near = _nearest(locator.eid, parsed)
        return f"{locator} is not in {parsed.treaty.title}. It has {near}, for instance."
    if locator.paragraph and f"{locator.eid}__para_{locator.paragraph}" not in parsed.by_eid:
        return f"{locator} has no paragraph {locator.paragraph}. `pacta show {locator.treaty} {locator.eid}` shows it."
    return ""


def _nearest(eid: str, parsed: ParsedTreaty) -> str:
    from difflib import get_close_matches

    articles = [provision.eid for provision in parsed.provisions if provision.kind == "article"]
    near = get_close_matches(eid, articles, _ARTICLES_SHOWN, cutoff=0.0)
    return ", ".join(near) or "no articles"


def _text(locator: GoldLocator, treaties: Mapping[str, ParsedTreaty]) -> str | None:
    parsed = treaties.get(locator.treaty)
    provision = parsed.by_eid.get(locator.eid) if parsed else None
    return parsed.text_of(provision) if parsed and provision else None


def _near_duplicates(cases: Sequence[GoldCase]) -> list[Finding]:
    """Pairs of questions made of nearly the same words.

    Resemblance is the share of words in common, |A ∩ B| / |A ∪ B| (Broder, "On the resemblance and
    containment of documents", 1997). Questions after others count with those.
    """
    words = [frozenset(words_of(" ".join((*case.history, case.question)))) for case in cases]
    found = []
    for (a, first), (b, second) in combinations(zip(words, cases, strict=True), 2):
        if a and b and len(a & b) / len(a | b) >= NEARLY_THE_SAME:
            what = f"asks nearly the same as {second.id}: “{second.question}”. Keep one, or ask from another side."
            found.append(Finding("doubt", first.id, what))
    return found


def _balance(cases: Sequence[GoldCase]) -> list[Finding]:
    """Types with too few cases to say anything, one that outweighs all others, halves that are none."""
    found = []
    for type_, count in Counter(case.type for case in cases).items():
        if count < FEWEST_OF_TYPE:
            some = "1 case" if count == 1 else f"{count} cases"
            what = f"type {type_} has {some}; a mean over fewer than {FEWEST_OF_TYPE} says nothing. Write more."
            found.append(Finding("doubt", "", what))
        elif count > LARGEST_SHARE * len(cases):
            found.append(Finding("doubt", "", f"type {type_} is {count} of {len(cases)} cases and decides the total."))
    splits = Counter(case.split for case in cases)
    if splits.keys() != {""} and splits[""]:
        found.append(Finding("doubt", "", f"{splits['']} of {len(cases)} cases are of no split. Say dev or test."))
    return found
