"""``pacta eval candidates``: what people asked in vain, as drafts of gold cases.

A question is a candidate when it was refused or a reader's thumb is down. What the right answer is, no
program knows: a draft leaves ``type``, ``answer`` and ``must_abstain`` at null, which ``load_cases`` refuses
by name, so that it cannot count as gold before a person has completed it. The type stays open too: a
refusal may be right or wrong, and a question with others before it may stand alone.
"""

import argparse
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.cases import GoldCase, GoldLocator, article_eid, load_cases
from eval.claim_cases import holds_claims
from eval.errors import WrongUse
from ingest.errors import PactaError
from service.conversation import put_in_context

if TYPE_CHECKING:
    from service.store import ReviewableTurn

GOLD_SETS = Path(__file__).parent / "gold"
# eIds begin so within an article, and so where they only group articles.
_WITHIN = {"para", "point", "chapeau", "closing", "def"}
_GROUPING = {"title", "part", "chp", "sec", "subsec"}
_SHOWN_CHARS = 300


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A provision that the answer cited or, as ``related``, named beside it: perhaps the right one."""

    locator: GoldLocator
    was: str

    def to_json(self) -> dict[str, str]:
        """A locator that can be moved to ``gold`` as it stands."""
        paragraph = {"paragraph": self.locator.paragraph} if self.locator.paragraph else {}
        return {"treaty": self.locator.treaty, "article": self.locator.article, **paragraph, "was": self.was}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question asked in vain ``asked`` times, last on the day ``last_asked`` (UTC).

    ``id`` comes from the first turn and stays when the question is asked again; wording, ``history`` and
    suggestions are of the latest turn among those with the fewest questions before them. ``context`` is the
    earlier question that this one leans on, empty where it stands alone. ``why`` tells what went wrong,
    oldest first.
    """

    id: str
    question: str
    history: tuple[str, ...]
    context: str
    suggested: tuple[Suggestion, ...]
    why: tuple[str, ...]
    asked: int
    last_asked: str

    def to_json(self) -> dict[str, Any]:
        """The draft: the fields of a gold case, those that a person has to settle at null or empty."""
        return {
            "id": self.id,
            "type": None,
            "question": self.question,
            "history": list(self.history),
            "gold": [],
            "answer": None,
            "key_facts": [],
            "must_abstain": None,
            "suggested": [suggestion.to_json() for suggestion in self.suggested],
            "why": list(self.why),
            "asked": self.asked,
            "last_asked": self.last_asked,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates, most asked first, then latest; and how many questions were left out for which reason."""

    candidates: tuple[Candidate, ...]
    left_out: Mapping[str, int]


def find_candidates(turns: Iterable["ReviewableTurn"], known: Sequence[GoldCase]) -> Found:
    """Turns (oldest first) as candidates: each question once, none that the gold sets have.

    Two questions are the same when they have the same words, whatever case and punctuation. One that leans on
    an earlier question ("And Article 16?") is the same only after that question.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for turn in turns:
        one = _candidate(turn)
        key = (_words(one.question), _words(one.context))
        found[key] = _joined(found[key], one) if key in found else one
    asked_before: dict[str, set[str]] = {}
    for case in known:
        asked_before.setdefault(_words(case.question), set()).update({"", *map(_words, case.history)})
    kept: list[Candidate] = []
    left_out: Counter[str] = Counter()
    for (question, context), one in found.items():
        if not question:
            left_out["without a word"] += 1
        elif context in asked_before.get(question, ()):
            left_out["in the gold sets already"] += 1
        else:
            kept.append(one)
    kept.sort(key=lambda one: one.last_asked, reverse=True)
    kept.sort(key=lambda one: one.asked, reverse=True)
    return Found(tuple(kept), left_out)


def add_candidates_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``candidates``; the arguments carry ``run_candidates`` as ``eval_run``."""
    parser = commands.add_parser(
        "candidates",
        help="draft gold cases from what people asked in vain",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Lists the questions that the service refused, or whose answer a reader marked as bad,\n"
            "each once, with how often it was asked. With --out they become drafts of gold cases:\n"
            "a person fills in type, gold, answer, key_facts and must_abstain, and until then every\n"
            "command that reads gold sets refuses the draft and names what is missing."
        ),
        epilog=(
            "examples:\n"
            "  pacta eval candidates                                   a table\n"
            "  pacta eval candidates --since 2026-11-01 --out new.jsonl\n"
            "  pacta eval candidates --known my.jsonl                  leave out what this one has\n\n"
            "exit codes: 0 done, even where there is nothing; 2 wrong use; 3 cannot run (the message\n"
            "says what to do)"
        ),
    )
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="home folder of the service (default: PACTA_DATABASE_URL, else PACTA_HOME, else .pacta)",
    )
    parser.add_argument("--since", type=_day, metavar="DATE", help="only what was asked on this day (UTC) or later")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write the drafts to a file that is not there")
    parser.add_argument(
        "--known",
        nargs="+",
        type=Path,
        metavar="GOLD.jsonl",
        help="gold sets whose questions are left out (default: those that come with Pacta)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(eval_run=run_candidates)


def run_candidates(args: argparse.Namespace) -> int:
    """Runs the command; gives 0.

    Raises WrongUse where ``--out`` is there already, GoldError for a bad ``--known``, StoreUnusable where
    the service's conversations cannot be read, PactaError where ``--out`` cannot be written.
    """
    from service.settings import Settings
    from service.store import Store

    # One set at a time: an id that two of them share is no matter here.
    sets = args.known or [path for path in sorted(GOLD_SETS.glob("*.jsonl")) if not holds_claims(path)]
    known = [case for path in sets for case in load_cases(path)]
    place = args.home / "pacta.db" if args.home else Settings().database
    with closing(Store(place, read_only=True)) as store:
        name = store.name
        found = find_candidates(store.reviewable_turns(args.since), known)
    for reason, count in found.left_out.items():
        _say(f"{_questions(count)} left out: {reason}.")
    drafts = [one.to_json() for one in found.candidates]
    if args.out and drafts:
        _write_new(args.out, "".join(f"{json.dumps(draft, ensure_ascii=False)}\n" for draft in drafts))
    if args.json:
        since = args.since and args.since.isoformat()
        document = {"store": name, "since": since, "left_out": dict(found.left_out), "candidates": drafts}
        print(json.dumps(document, ensure_ascii=False))
    if not drafts:
        _say(f"Nothing to look at in {name}: no other question was refused or has a thumb down.")
        return 0
    if not (args.json or args.out):
        _print_table(found.candidates)
    where = f"{args.out} (only you may read it) holds" if args.out else "This is"
    _say(f"{where} what people asked, in their words. Keep it from others, and take out what tells who they are.")
    if args.out:
        _say(
            f"{_questions(len(drafts))} drafted. Fill in type, gold (or must_abstain), answer and key_facts; "
            f"`pacta eval lint {args.out}` names what is missing."
        )
    return 0


def _candidate(turn: "ReviewableTurn") -> Candidate:
    """The candidate that one turn is."""
    why = []
    if turn.answer["status"] == "abstained":
        why.append(f"refused as {turn.answer['reason']}")
    if turn.verdict:
        why.append(f"thumbs down: {turn.comment}" if turn.comment else "thumbs down")
    day = turn.asked_at[:10]
    # Answers have had an id from the first; the time of day stands in where one has none.
    number = str(turn.answer.get("message_id") or re.sub(r"\D", "", turn.asked_at[11:23]))[:8]
    return Candidate(
        id=f"candidate-{day}-{number}",
        question=turn.question.strip(),
        history=tuple(earlier.question.strip() for earlier in turn.before.turns),
        context=put_in_context(turn.question, turn.before).before,
        suggested=tuple(dict.fromkeys(_suggestions(turn.answer))),
        why=tuple(why),
        asked=1,
        last_asked=day,
    )


def _joined(before: Candidate, again: Candidate) -> Candidate:
    """A candidate that was asked again."""
    shown = again if len(again.history) <= len(before.history) else before
    why = tuple(dict.fromkeys((*before.why, *again.why)))
    return replace(shown, id=before.id, why=why, asked=before.asked + 1, last_asked=again.last_asked)


def _suggestions(answer: Mapping[str, Any]) -> Iterator[Suggestion]:
    for was, field in (("cited", "citations"), ("related", "related")):
        for citation in answer[field]:
            locator = locator_of(citation["treaty_id"], citation["eid"])
            if locator is not None:
                yield Suggestion(locator, was)


def locator_of(treaty: str, eid: str) -> GoldLocator | None:
    """The gold locator of a provision given by its eId; None where the gold format has no word for it.

    >>> str(locator_of("moon", "part_2__art_1__para_3__point_a"))
    'moon/part_2__art_1'
    """
    pieces = eid.split("__")
    around = list(takewhile(lambda piece: piece.split("_")[0] not in _WITHIN, pieces))
    inside = pieces[len(around) :]
    if not all(_is_grouping(piece) for piece in around):
        # In an annex without articles the annex is what answers, not a part of it.
        while _is_grouping(around[-1]):
            around.pop()
    article = "/".join(piece.removeprefix("art_") for piece in around)
    try:
        if article_eid(article) != "__".join(around):
            return None
    except ValueError:
        return None
    paragraph = inside[0].removeprefix("para_") if inside and inside[0].startswith("para_") else None
    return GoldLocator(treaty, article, paragraph)


def _is_grouping(piece: str) -> bool:
    return piece.split("_")[0] in _GROUPING


def _words(text: str) -> str:
    """What two spellings of the same question share."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _write_new(path: Path, text: str) -> None:
    """Writes a file that nobody else may read; refuses one that is there."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUse(f"--out: {path} is there already and was left as it is. Name a new file.") from error
    except OSError as error:
        raise PactaError(f"{path}: {error.strerror or error}. Name another file with --out.") from error


def _print_table(candidates: Sequence[Candidate]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from eval.terminal import report_console

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("asked", justify="right", no_wrap=True)
    table.add_column("last", no_wrap=True)
    table.add_column("question", ratio=3, overflow="fold")
    table.add_column("why", ratio=2, overflow="fold")
    for one in candidates:
        question = Text(_shown(one.question))
        if one.context:
            question.append(f"\nafter: {_shown(one.context)}", style="dim")
        table.add_row(str(one.asked), one.last_asked, question, Text("\n".join(map(_shown, one.why))))
    report_console().print(table)


def _shown(text: str) -> str:
    """One line of printable characters: what people send may hold a terminal's commands."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SHOWN_CHARS else f"{line[:_SHOWN_CHARS]}…"


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a day. Write it as 2026-11-30") from error


def _say(text: str) -> None:
    print(f"pacta eval: {text}", file=sys.stderr)
