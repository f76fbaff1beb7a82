"""Gold cases: questions whose answer people have settled, read from JSON Lines.

One case a line:

    {"id": "orrin-003", "type": "topical", "question": "How many police may be posted in the valley?",
     "gold": [{"treaty": "orrin", "article": "4"}], "answer": "Sixty on each side.",
     "key_facts": ["sixty police officers"], "quote": "not more than sixty police officers",
     "must_abstain": false}

``history`` (earlier questions of the conversation), ``also_ok`` (provisions that may be cited too, but
need not be), ``style`` (how it is worded: lay, plain, terse, expert) and ``split`` ("dev" to look at while
working, "test" to be measured on only) are optional. A case with ``must_abstain`` needs no gold. Fields that are not
of the contract are left alone, so that a gold set may carry its authors' notes.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.gold_fields import CaseFault, list_of, text_of, texts_of, what_it_is
from ingest.errors import PactaError
from ingest.models import ParsedTreaty

# Normalised article numbers: "51", "8bis", "1.01", "4a", "g-01", "e".
_NUMBER = re.compile(r"\d[\da-z.\-]*|[a-z](?:-?\d[\da-z.\-]*)?")
# What has no article number: "preamble", "annex_1", "part_2", "statute", "protocol-2" (the second of that name).
_NAMED = re.compile(r"[a-z]{2,}(?:-\d+)?(?:_[\da-z.\-]+)*")
_FAULTS_SHOWN = 20


class GoldError(PactaError):
    """A gold set cannot be used; the message names file, line, field and remedy of every fault."""


class Case(Protocol):
    """What gold cases of every kind have: a question, or a text with claims (``claim_cases``)."""

    @property
    def id(self) -> str:
        """Its own among all cases of a run."""

    @property
    def type(self) -> str:
        """What results are broken down by."""

    @property
    def split(self) -> str:
        """ "dev", "test" or nothing."""

    @property
    def needed_treaties(self) -> frozenset[str]:
        """The treaties without which nothing can be said of it."""


SomeCase = TypeVar("SomeCase", bound=Case)


@dataclass(frozen=True, slots=True)
class GoldLocator:
    """A provision that answers: treaty id, normalised article number, paragraph if one is meant."""

    treaty: str
    article: str
    paragraph: str | None = None

    @property
    def eid(self) -> str:
        """The article's eId."""
        return article_eid(self.article)

    @property
    def key(self) -> tuple[str, str]:
        """What results and citations are compared with: (treaty id, article eId)."""
        return self.treaty, self.eid

    def __str__(self) -> str:
        return f"{self.treaty}/{self.eid}"


@dataclass(frozen=True, slots=True)
class GoldCase:
    """A question with what a right answer is.

    ``type`` is the kind of question that results are broken down by; ``history`` holds the
    questions asked before, oldest first; ``gold`` are the articles that answer, ``also_ok`` others
    that are not wrong. ``style`` is how the question is worded, ``split`` whether the case may be
    looked at while tuning ("dev") or not ("test"); both are empty where the gold set does not say.
    """

    id: str
    type: str
    question: str
    history: tuple[str, ...] = ()
    gold: tuple[GoldLocator, ...] = ()
    also_ok: tuple[GoldLocator, ...] = ()
    answer: str = ""
    key_facts: tuple[str, ...] = ()
    quote: str | None = None
    must_abstain: bool = False
    style: str = ""
    split: str = ""

    @property
    def needed_treaties(self) -> frozenset[str]:
        """The treaties without which the case cannot be answered; none if it has to abstain."""
        return frozenset() if self.must_abstain else frozenset(g.treaty for g in self.gold)

    def to_json(self) -> dict[str, Any]:
        """The case in the shape it is read from."""
        return asdict(self)


def article_eid(article: str) -> str:
    """The eId of an article given by its normalised number, with the annex or part it stands in.

    >>> [article_eid(a) for a in ("51", "8bis", "annex_1/3", "part_2/1", "annex_1", "preamble")]
    ['art_51', 'art_8bis', 'annex_1__art_3', 'part_2__art_1', 'annex_1', 'preamble']
    """
    *around, last = article.strip().lower().split("/")
    if not all(_NAMED.fullmatch(name) for name in around):
        raise ValueError(f'"{article}" is not an article number')
    if _NUMBER.fullmatch(last):
        last = f"art_{last}"
    elif not _NAMED.fullmatch(last):
        raise ValueError(f'"{article}" is not an article number')
    return "__".join([*around, last])


def load_cases(*paths: Path) -> list[GoldCase]:
    """The questions of one or more gold files, in order; ``GoldError`` names all faults."""
    return load_records(paths, read_case)


def load_records(paths: Sequence[Path], read: Callable[[dict[str, Any]], SomeCase]) -> list[SomeCase]:
    """The cases of gold files, each read by ``read``, which raises CaseFault; ``GoldError`` names all faults."""
    cases: list[SomeCase] = []
    faults: list[str] = []
    first_seen: dict[str, str] = {}
    for path in paths:
        found = 0
        for number, line in gold_lines(path):
            found += 1
            place = f"{path}, line {number}"
            try:
                case = read(_object(line))
            except CaseFault as fault:
                faults.append(f"{place}: {fault}")
                continue
            if case.id in first_seen:
                taken = f'id "{case.id}" is taken ({first_seen[case.id]})'
                faults.append(f"{place}: {taken}. Give each case its own.")
                continue
            first_seen[case.id] = place
            cases.append(case)
        if not found:
            faults.append(f"{path}: there is no case in it. Write one JSON object a line.")
    if faults:
        more = len(faults) - _FAULTS_SHOWN
        tail = [f"… and {more} more like these."] if more > 0 else []
        raise GoldError("\n".join(faults[:_FAULTS_SHOWN] + tail))
    return cases


def missing_treaties(cases: Sequence[Case], held: Collection[str]) -> dict[str, list[str]]:
    """Treaties that answer a case but are not held, with the ids of those cases."""
    missing: dict[str, list[str]] = {}
    for case in cases:
        for treaty in sorted(case.needed_treaties - set(held)):
            missing.setdefault(treaty, []).append(case.id)
    return missing


def missing_provisions(cases: Sequence[GoldCase], treaties: Mapping[str, ParsedTreaty]) -> list[str]:
    """Gold provisions that a treaty held does not have: a slip of the gold set or the parser."""
    named = {gold.key for case in cases if not case.must_abstain for gold in case.gold}
    return sorted(
        f"{treaty}/{eid}" for treaty, eid in named if treaty in treaties and eid not in treaties[treaty].by_eid
    )


def gold_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a gold file that are not blank, numbered as an editor does; raises GoldError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except OSError as error:
        reason = error.strerror or error
        raise GoldError(f"{path}: {reason}. Give the path of a gold set.") from error
    # Not splitlines: U+2028 may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _object(line: str) -> dict[str, Any]:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise CaseFault(f"not JSON at column {error.colno} ({error.msg}). Write one JSON object a line.") from error
    if not isinstance(raw, dict):
        raise CaseFault("the line is not a JSON object. Write one {…} a line.")
    return raw


def read_case(raw: dict[str, Any]) -> GoldCase:
    """The case of a JSON object; raises CaseFault for the first thing wrong with it."""
    if "claims" in raw:
        raise CaseFault("it is a text with claims and no question. Give such files to pacta eval run by themselves.")
    must_abstain = raw.get("must_abstain")
    if not isinstance(must_abstain, bool):
        raise CaseFault("must_abstain is missing or not a truth value. Write true or false.")
    case = GoldCase(
        id=text_of(raw, "id"),
        type=text_of(raw, "type"),
        question=text_of(raw, "question"),
        history=tuple(_questions(raw)),
        gold=tuple(locators_of(raw, "gold", required=not must_abstain)),
        also_ok=tuple(locators_of(raw, "also_ok", required=False)),
        answer=text_of(raw, "answer", required=not must_abstain),
        key_facts=tuple(texts_of(raw, "key_facts", required=not must_abstain)),
        quote=text_of(raw, "quote", required=False) or None,
        must_abstain=must_abstain,
        style=text_of(raw, "style", required=False),
        split=text_of(raw, "split", required=False),
    )
    if not must_abstain and not case.gold and not case.key_facts:
        raise CaseFault(
            "gold and key_facts are both empty, so nothing tells a right answer from a wrong one. "
            "Name the article that answers, or set must_abstain to true."
        )
    return case


def _questions(raw: dict[str, Any]) -> Iterator[str]:
    """The user's turns of ``history``; an assistant's turns Pacta has to say anew."""
    for place, turn in enumerate(list_of(raw, "history", required=False)):
        name = f"history[{place}]"
        if isinstance(turn, dict):
            if turn.get("role", "user") != "user":
                continue
            turn = turn.get("question", turn.get("content", turn.get("text")))
        yield text_of({name: turn}, name)


def locators_of(raw: dict[str, Any], field: str, *, required: bool) -> Iterator[GoldLocator]:
    """A list of provisions; raises CaseFault."""
    for place, value in enumerate(list_of(raw, field, required=required)):
        name = f"{field}[{place}]"
        if not isinstance(value, dict):
            raise CaseFault(f'{name} is {what_it_is(value)}. Write {{"treaty": "…", "article": "…"}}.')
        named = {f"{name}.{key}": value.get(key) for key in ("treaty", "article", "paragraph")}
        for key in (f"{name}.article", f"{name}.paragraph"):
            # A bare 51 is plain enough; 1.10 is not, since it reads as 1.1.
            if isinstance(named[key], int) and not isinstance(named[key], bool):
                named[key] = str(named[key])
        article = article_of(named, f"{name}.article")
        paragraph = text_of(named, f"{name}.paragraph", required=False) or None
        yield GoldLocator(text_of(named, f"{name}.treaty"), article, paragraph)


def article_of(raw: dict[str, Any], field: str) -> str:
    """A normalised article number; raises CaseFault."""
    article = text_of(raw, field)
    try:
        article_eid(article)
    except ValueError as error:
        raise CaseFault(
            f"{field}: {error}. Write the number as Pacta compares it: "
            '"51", "8bis", "annex_1/3", "part_2/1", "preamble", "annex_1".'
        ) from error
    return article
