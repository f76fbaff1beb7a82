"""Gold texts: prose whose claims about treaties people have found and judged, read from JSON Lines.

One text a line; ``start`` and ``end`` are Unicode code points of ``text``, end exclusive:

    {"id": "claims-001", "type": "claims", "style": "agency", "text": "Article 4 says “sixty police”.",
     "claims": [{"start": 0, "end": 29, "content": {"start": 16, "end": 28}, "form": "quotation",
                 "treaty": "orrin", "article": "4", "verdict": "verbatim", "found_in": [], "note": "Word for word."}],
     "split": "dev"}

``treaty`` and ``article`` are what the text claims, null where it names none or one that is not held (then
``treaty_name`` may have its name); ``found_in`` is where the words or the content stand; ``note`` says why the
verdict is the right one. A text without claims is gold too: whatever is found in it is found wrongly.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

from eval.cases import GoldLocator, article_eid, article_of, gold_lines, load_records, locators_of
from eval.gold_fields import CaseFault, list_of, text_of, what_it_is
from service.check.models import VERDICTS, Form, Verdict

TYPE = "claims"
FORMS: tuple[Form, ...] = get_args(Form)

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text in code points, end exclusive."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many code points it has."""
        return self.end - self.start

    def of(self, text: str) -> str:
        """Its words."""
        return text[self.start : self.end]

    def to_json(self) -> dict[str, int]:
        """As gold sets write it."""
        return {"start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim with its right verdict; ``statement`` and ``content`` lie in the text of its case."""

    statement: Span
    content: Span
    form: Form
    treaty: str | None
    article: str | None
    verdict: Verdict
    treaty_name: str = ""
    found_in: tuple[GoldLocator, ...] = ()
    note: str = ""

    @property
    def eid(self) -> str | None:
        """The eId of the article claimed, None where the text names none."""
        return None if self.article is None else article_eid(self.article)

    def to_json(self) -> dict[str, Any]:
        """In the shape it is read from."""
        return {
            **self.statement.to_json(),
            "content": self.content.to_json(),
            "form": self.form,
            "treaty": self.treaty,
            "treaty_name": self.treaty_name,
            "article": self.article,
            "verdict": self.verdict,
            "found_in": [{"treaty": place.treaty, "article": place.article} for place in self.found_in],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A text with its claims, in their order.

    ``style`` is what kind of prose it is (agency, blog, headline …); ``split`` says whether it may be looked at
    while working ("dev") or not ("test"). Both are empty where the gold set does not say.
    """

    id: str
    text: str
    claims: tuple[GoldClaim, ...]
    style: str = ""
    split: str = ""
    type: str = TYPE

    @property
    def needed_treaties(self) -> frozenset[str]:
        """The treaties without which its verdicts would be others."""
        claimed = {claim.treaty for claim in self.claims if claim.treaty is not None}
        return frozenset(claimed | {place.treaty for claim in self.claims for place in claim.found_in})

    def to_json(self) -> dict[str, Any]:
        """In the shape it is read from."""
        claims = [claim.to_json() for claim in self.claims]
        return {"id": self.id, "type": self.type, "style": self.style, "text": self.text, "claims": claims} | {
            "split": self.split
        }


def load_claim_cases(*paths: Path) -> list[ClaimCase]:
    """The texts of one or more gold files, in order; ``GoldError`` names all faults."""
    return load_records(paths, read_claim_case)


def holds_claims(path: Path) -> bool:
    """Whether a gold file holds texts with claims, told by its first line; a broken one does not."""
    first = next((line for _, line in gold_lines(path)), "")
    try:
        raw = json.loads(first)
    except ValueError:
        return False
    return isinstance(raw, dict) and (raw.get("type") == TYPE or "claims" in raw)


def read_claim_case(raw: dict[str, Any]) -> ClaimCase:
    """The case of a JSON object; raises CaseFault for the first thing wrong with it."""
    if raw.get("type") != TYPE:
        raise CaseFault(
            f'type is {json.dumps(raw.get("type"))}. Write "{TYPE}"; questions belong in a file of their own.'
        )
    text_of(raw, "text")
    # The text as it stands: without the blanks at its beginning, offsets would be of another one.
    text: str = raw["text"]
    claims = [
        _claim(value, f"claims[{place}]", text) for place, value in enumerate(list_of(raw, "claims", required=True))
    ]
    for place, (before, after) in enumerate(pairwise(claims), start=1):
        if after.statement.start < before.statement.end:
            raise CaseFault(
                f"claims[{place}] starts at {after.statement.start}, before claims[{place - 1}] ends "
                f"({before.statement.end}). Write claims in their order, statements that do not overlap."
            )
    return ClaimCase(
        id=text_of(raw, "id"),
        text=text,
        claims=tuple(claims),
        style=text_of(raw, "style", required=False),
        split=text_of(raw, "split", required=False),
    )


def _claim(value: object, name: str, text: str) -> GoldClaim:
    if not isinstance(value, dict):
        raise CaseFault(f"{name} is {what_it_is(value)}. Write an object with start, end, content, verdict ….")
    statement = _span(value, name, text, Span(0, len(text)), "the text")
    inside = value.get("content")
    if not isinstance(inside, dict):
        raise CaseFault(f'{name}.content is {what_it_is(inside)}. Write {{"start": …, "end": …}}.')
    content = _span(inside, f"{name}.content", text, statement, "the statement")
    named = {f"{name}.{field}": found for field, found in value.items()}
    if isinstance(value.get("article"), int) and not isinstance(value["article"], bool):
        # A bare 51 is plain enough.
        named[f"{name}.article"] = str(value["article"])
    for field in ("treaty", "article"):
        if field not in value:
            raise CaseFault(f"{name}.{field} is missing. Write it, or null where the text names none.")
    article = named[f"{name}.article"]
    found_in = tuple(locators_of({f"{name}.found_in": value.get("found_in")}, f"{name}.found_in", required=False))
    claim = GoldClaim(
        statement=statement,
        content=content,
        form=_one_of(named, f"{name}.form", FORMS),
        treaty=None if value["treaty"] is None else text_of(named, f"{name}.treaty"),
        article=None if article is None else article_of(named, f"{name}.article"),
        verdict=_one_of(named, f"{name}.verdict", VERDICTS),
        treaty_name=text_of(named, f"{name}.treaty_name", required=False),
        found_in=found_in,
        note=text_of(named, f"{name}.note", required=False),
    )
    if claim.verdict == "misattributed" and not found_in:
        raise CaseFault(f"{name}.found_in is empty, and the verdict is misattributed. Say where the words stand.")
    return claim


def _span(raw: dict[str, Any], name: str, text: str, within: Span, of: str) -> Span:
    """Offsets that lie in a stretch of the text and hold a word."""
    offsets = []
    for field in ("start", "end"):
        value = raw.get(field)
        if not isinstance(value, int) or isinstance(value, bool):
            raise CaseFault(f"{name}.{field} is {what_it_is(value)}. Write a whole number of code points.")
        offsets.append(value)
    start, end = offsets
    if not within.start <= start <= end <= within.end:
        raise CaseFault(f"{name} is {start} to {end}, outside {of} ({within.start} to {within.end}). Count again.")
    if not re.search(r"\w", text[start:end]):
        raise CaseFault(f"{name} is {start} to {end}, where there are no words. Count again.")
    return Span(start, end)


def _one_of(raw: dict[str, Any], field: str, names: Sequence[_Name]) -> _Name:
    value = text_of(raw, field)
    found = next((name for name in names if name == value), None)
    if found is None:
        raise CaseFault(f'{field} is "{value}". Write one of {", ".join(names)}.')
    return found
