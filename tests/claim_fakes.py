"""Gold texts and reports made by hand: claims are told by their words, which stand once in their text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eval_fakes import TREATIES, cite

from eval.claim_cases import ClaimCase, GoldClaim, Span
from ingest.models import ParsedTreaty
from service.check.models import Attributed, Checked, Claim, Report, Stretch, Verdict

# Two claims and a sentence that is none.
TEXT = "Article 2 lets each side post sixty police officers. Ships fly a flag, says Article 1. Both were hailed."
POLICE, SHIPS, HAILED = (
    "Article 2 lets each side post sixty police officers",
    "Ships fly a flag, says Article 1",
    "Both were hailed",
)


def span(text: str, words: str) -> Span:
    """Where words stand in a text."""
    start = text.index(words)
    return Span(start, start + len(words))


def gold(words: str, verdict: Verdict, treaty: str | None = "river", article: str | None = "2", **changes: Any) -> Any:
    """A gold claim in TEXT, or in the ``text`` given, whose content is all of it."""
    where = span(changes.pop("text", TEXT), words)
    return GoldClaim(where, where, "paraphrase", treaty, article, verdict, **changes)


def text_case(name: str = "t", *claims: GoldClaim, **changes: Any) -> ClaimCase:
    """A gold text: TEXT with its two claims, or with those given."""
    mine = claims or (gold(POLICE, "paraphrase_supported"), gold(SHIPS, "verbatim", "sea", "1"))
    return ClaimCase(**{"id": name, "text": TEXT, "claims": mine, "style": "blog", "split": "dev", **changes})


def found(
    words: str,
    verdict: Verdict,
    treaty: str | None = "river",
    eids: tuple[str, ...] = ("art_2",),
    *,
    text: str = TEXT,
    label: str | None = "Article 2",
    **changes: Any,
) -> Checked:
    """A claim found in a text; right ones quote Article 2 of the river treaty."""
    where = span(text, words)
    stretch = Stretch(where.start, where.end, words)
    attributed = Attributed(treaty, None, "named", eids, label, "named")
    provision = cite("river", "art_2__para_1") if verdict in ("verbatim", "paraphrase_supported") else None
    fields = {
        "number": 1,
        "verdict": verdict,
        "confidence": 0.9,
        "explanation": "It <says> so.",
        "provision": provision,
    }
    return Checked(**{**fields, "claim": Claim(stretch, stretch, None, "paraphrase", attributed), **changes})


def report(*claims: Checked, text: str = TEXT) -> dict[str, Any]:
    """The document of ``pacta check --json``."""
    return Report(text, claims, (), 2, "g1", {"judging": 4.0, "total": 10.0}).to_json()


def perfect_report(text: str = TEXT) -> dict[str, Any]:
    """The report that ``text_case`` wants."""
    return report(
        found(POLICE, "paraphrase_supported"), found(SHIPS, "verbatim", "sea", ("art_1",), label="Article 1"), text=text
    )


@dataclass
class FakeChecker:
    """Gives what ``action`` makes of a text; ``checked`` records the texts."""

    action: Callable[[str], Mapping[str, Any]] = perfect_report
    index: str = "g1"
    treaties: dict[str, ParsedTreaty] = field(default_factory=lambda: dict(TREATIES))
    checked: list[str] = field(default_factory=list)

    def check(self, text: str) -> Mapping[str, Any]:
        self.checked.append(text)
        return self.action(text)
