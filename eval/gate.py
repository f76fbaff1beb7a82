"""Whether a run may pass: promises that always have to hold, and how much worse than a baseline it may be.

What is missing never passes: a measure that the thresholds name has to be in the run and in the baseline.
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.baseline import Figures, Kind, Mean, shortened
from eval.glossary import MEASURES, measure_of
from ingest.errors import PactaError

# The gates of a summary, as thresholds call them.
PROMISES = ("quote_validity", "locator_accuracy", "marks_match", "no_crash")
CLAIM_PROMISES = ("quote_validity", "locator_accuracy", "offsets_match", "no_crash")
# Where a file of thresholds has those for a kind of run: at the top those for questions.
TABLES: Mapping[Kind, str] = {"questions": "", "claims": "claims."}
_TYPES_SHOWN = 5


class GateRefused(PactaError):
    """Thresholds, run and baseline do not make a check; the message says which of them, and what to do."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``promises`` have the least share that must hold, ``worse_by`` by how much a measure may be worse."""

    promises: Mapping[str, float]
    worse_by: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fall:
    """A type of question on which a measure is worse."""

    type: str
    baseline: float
    now: float


@dataclass(frozen=True, slots=True)
class Check:
    """One threshold applied: a promise, which has no ``baseline``, or a measure.

    ``limit`` is the least share of a promise, and by how much a measure may be worse; ``worse_by`` is by
    how much it is worse, negative where it is better, None where that cannot be said. ``remark`` says in a
    sentence what is wrong, empty where it passed; ``types`` are those that it is worse on, if it failed.
    """

    name: str
    passed: bool
    now: float | None
    baseline: float | None
    limit: float
    worse_by: float | None = None
    remark: str = ""
    types: tuple[Fall, ...] = ()

    @property
    def promise(self) -> bool:
        """Whether it is a promise, not a measure."""
        return self.name in (*PROMISES, *CLAIM_PROMISES)


def check_run(now: Figures, baseline: Figures, thresholds: Thresholds) -> list[Check]:
    """Applies every threshold, promises first; raises GateRefused where the two are not of the same cases."""
    ours, theirs = now.description, baseline.description
    for what, differ in (
        ("gold set", [gold.sha256 for gold in ours.gold] != [gold.sha256 for gold in theirs.gold]),
        ("choice of cases", ours.cases != theirs.cases),
    ):
        if differ:
            raise GateRefused(
                f"The baseline is of another {what}, so its figures say nothing of this run. Run the cases that it "
                "is of, or make a new one of a run that you trust: pacta eval gate RUN --write-baseline FILE."
            )
    promises = [_check_promise(name, least, now) for name, least in thresholds.promises.items()]
    return promises + [_check_measure(name, most, now, baseline) for name, most in thresholds.worse_by.items()]


def load_thresholds(path: Path, kind: Kind = "questions") -> Thresholds:
    """The thresholds in a TOML file for a kind of run; GateRefused names the first key that cannot be meant."""
    try:
        text = path.read_text("utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        raise GateRefused(f"{path}: {error.strerror or error}. Give a file of thresholds.") from error
    except ValueError as error:
        raise GateRefused(f"{path}: it cannot be read as TOML ({error}).") from error

    of_claims = document.pop("claims", {})
    if not isinstance(of_claims, dict):
        raise _fault(path, text, "", "claims", "is no table. Write [claims.promises] and [claims.worse_by]")
    tables: Mapping[Kind, Mapping[str, Any]] = {"questions": document, "claims": of_claims}
    for name, table in tables.items():
        _check_table(path, text, table, name)
    thresholds = Thresholds(tables[kind].get("promises", {}), tables[kind].get("worse_by", {}))
    if not thresholds.promises and not thresholds.worse_by:
        section = f"[{TABLES[kind]}worse_by]"
        raise GateRefused(f"{path}: it names nothing for {kind}, so every run would pass. Name measures in {section}.")
    return thresholds


def _check_table(path: Path, text: str, table: Mapping[str, object], kind: Kind) -> None:
    """Raises GateRefused for a key that cannot be meant of a kind of run."""
    claims = kind == "claims"
    measures = {name: measure for name, measure in MEASURES.items() if (measure.group == "claims") is claims}
    falling = [name for name, measure in measures.items() if measure.better != "neither"]
    known: Mapping[str, Sequence[str]] = {"promises": CLAIM_PROMISES if claims else PROMISES, "worse_by": falling}
    before = TABLES[kind]
    for section, content in table.items():
        if section not in known or not isinstance(content, dict):
            there = "There are [promises] and [worse_by], for claims [claims.promises] and [claims.worse_by]"
            raise _fault(path, text, "", f"{before}{section}", f"is not known. {there}")
        for key, value in content.items():
            if key not in known[section]:
                why = "is neither better nor worse" if section == "worse_by" and key in measures else "is not known"
                takes = f"[{before}{section}] takes {', '.join(known[section])}"
                raise _fault(path, text, f"{before}{section}", key, f"{why}. {takes}")
            most = 1 if section == "promises" else math.inf
            if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= most:
                upto = "from 0 to 1" if section == "promises" else "from 0 up"
                raise _fault(path, text, f"{before}{section}", key, f"is {value!r}. Write a number {upto}")


def share_held(value: float) -> str:
    """A share as it is read; cut and not rounded, as one misquotation in thirty thousand is not 1.000."""
    return f"{math.floor(value * 1000) / 1000:.3f}"


def _check_promise(name: str, least: float, now: Figures) -> Check:
    title = name.replace("_", " ")
    found = next((gate for gate in now.gates if gate.name == title), None)
    if found is None:
        return Check(name, False, None, None, least, remark=f"{title} is missing from the run")
    if found.value is None:
        # A gold set without a question that has an answer leads to no quotation; then it holds.
        remark = "" if found.passed else f"{title} cannot be told: nothing was quoted"
        return Check(name, found.passed, None, None, least, remark=remark)
    passed = found.value >= least
    remark = "" if passed else f"{title} does not hold: {share_held(found.value)}, and {least:g} is needed"
    return Check(name, passed, found.value, None, least, remark=remark)


def _check_measure(name: str, most: float, now: Figures, baseline: Figures) -> Check:
    measure = measure_of(name)
    after, before = _mean(now.measures, name), _mean(baseline.measures, name)
    if after is None or before is None:
        lacking = [of for of, found in (("the run", after), ("the baseline", before)) if found is None]
        remark = f"{measure.title} is missing from {' and '.join(lacking)}"
        return Check(name, False, after, before, most, remark=remark)
    sign = 1 if measure.better == "higher" else -1
    worse_by = shortened(sign * (before - after))
    if worse_by <= most:
        return Check(name, True, after, before, most, worse_by)
    falls = []
    for kind in baseline.by_type.keys() & now.by_type.keys():
        was, is_now = (_mean(figures.by_type[kind].measures, name) for figures in (baseline, now))
        if was is not None and is_now is not None and sign * (was - is_now) > 0:
            falls.append(Fall(kind, was, is_now))
    falls.sort(key=lambda fall: (sign * (fall.now - fall.baseline), fall.type))
    remark = (
        f"{measure.title} {'fell' if sign > 0 else 'rose'} by {worse_by:.3f}, from {before:.3f} to {after:.3f}; "
        f"{most:.3f} is allowed"
    )
    if falls:
        named = ", ".join(f"{fall.type} {fall.baseline:.3f} to {fall.now:.3f}" for fall in falls[:_TYPES_SHOWN])
        more = f" and {len(falls) - _TYPES_SHOWN} more" if len(falls) > _TYPES_SHOWN else ""
        remark += f". By type: {named}{more}"
    return Check(name, False, after, before, most, worse_by, remark, tuple(falls))


def _mean(measures: Mapping[str, Mean], name: str) -> float | None:
    return measures[name].mean if name in measures else None


def _fault(path: Path, text: str, section: str, key: str, what: str) -> GateRefused:
    """The error about a key, with its line, which tomllib does not tell; a key in a table on one line has none."""
    inside, place = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"""\s*\[\s*["']?([^"'\]]*?)["']?\s*\]""", line):
            inside = header[1]
            found = not section and inside == key
        else:
            found = inside == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line) is not None
        if found:
            place = f", line {number}"
            break
    return GateRefused(f'{path}{place}: "{key}" {what}.')
