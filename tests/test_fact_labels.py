"""Facts of the real treaties, written down by hand from their texts, against what is read from them.

``data/fact_labels.jsonl`` holds no words of the treaties: each label has the treaty, the hash of its file, the kind
of fact, its value and the provisions it stands in. Half of the corpus was drawn and labelled before the rules were
made on it (set 1); the other half was labelled afterwards, its output unseen, only to measure (set 2): of the facts
that were read the first time 157 of 163 were right, of 172 labelled, and what was wrong was then mended where it
was general (most were words run together in texts taken from pages). Set 3 is one treaty in five more languages.
Without ../shared these tests are skipped. `PYTHONPATH=. python tests/test_fact_labels.py` prints the figures.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.facts import KINDS
from ingest.manifest import Entry, find_entries
from ingest.models import Fact, ParsedTreaty
from ingest.workers import parse_all

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
LABELS = Path(__file__).parent / "data" / "fact_labels.jsonl"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there is no corpus of real treaties at {CORPUS}")


class Counts(NamedTuple):
    """How many facts were found and right, found, and labelled, and which were not both."""

    right: int
    found: int
    labelled: int
    wrong: list[str]


@pytest.fixture(scope="module")
def treaties() -> dict[str, ParsedTreaty]:
    return read_treaties()


def read_treaties() -> dict[str, ParsedTreaty]:
    in_languages = [Entry(path) for path in sorted((CORPUS / "languages").glob("*.txt"))]
    outcomes = parse_all([*find_entries([CORPUS]), *in_languages])
    return {parsed.treaty.id: parsed for _, parsed in outcomes if isinstance(parsed, ParsedTreaty)}


def labels(sample: int) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    return [row for row in rows if row["set"] == sample]


def is_right(label: dict[str, Any], fact: Fact) -> bool:
    """Whether value and source agree; a clause that was found without a short value claims none."""
    value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    told = value == label["value"] or (value is None and fact.kind == "entry_into_force")
    return told and any(f"{a}__".startswith(f"{b}__") for e in label["eids"] for a, b in [(e, fact.eid), (fact.eid, e)])


def measure(sample: int, treaties: dict[str, ParsedTreaty]) -> Counts:
    rows = labels(sample)
    by_place = {(row["treaty"], row["kind"]): row for row in rows if row["kind"]}
    found = {(t, fact.kind): fact for t in {row["treaty"] for row in rows} for fact in treaties[t].facts_from_text}
    right = {place for place, fact in found.items() if place in by_place and is_right(by_place[place], fact)}
    wrong = sorted(f"{treaty} {kind}" for treaty, kind in (set(found) | set(by_place)) - right)
    return Counts(len(right), len(found), len(by_place), wrong)


def test_the_labels_are_of_the_files_that_are_there(treaties: dict[str, ParsedTreaty]) -> None:
    rows = [row for sample in (1, 2, 3) for row in labels(sample)]
    changed = {row["treaty"] for row in rows if treaties[row["treaty"]].treaty.source.sha256 != row["source_sha256"]}
    assert not changed
    assert {row["kind"] for row in rows} == {*KINDS, None}
    assert [len({row["treaty"] for row in labels(sample)}) for sample in (1, 2, 3)] == [30, 30, 5]


# The notice of a withdrawal is not read in Arabic, Chinese and Russian, hence the lower share of the last set.
@pytest.mark.parametrize(
    ("sample", "precision", "recall"),
    [
        pytest.param(1, 0.97, 0.95, id="the half the rules were made on"),
        pytest.param(2, 0.97, 0.95, id="the half labelled to measure"),
        pytest.param(3, 0.97, 0.85, id="one treaty in five languages"),
    ],
)
def test_what_is_read_from_a_text_is_right(
    sample: int, precision: float, recall: float, treaties: dict[str, ParsedTreaty]
) -> None:
    counts = measure(sample, treaties)
    assert counts.right / counts.found >= precision, counts.wrong
    assert counts.right / counts.labelled >= recall, counts.wrong


def test_only_four_dates_contradict_what_was_given(treaties: dict[str, ParsedTreaty]) -> None:
    odd = {t for t, parsed in treaties.items() if any("in its own words" in oddity for oddity in parsed.oddities)}
    # A day of adoption beside one of opening, a later Act, and another agreement than the manifest's.
    assert odd == {"berne-convention", "fish-stocks", "icerd", "nato-sofa"}


if __name__ == "__main__":
    read = read_treaties()
    for sample in (1, 2, 3):
        right, found, labelled, wrong = measure(sample, read)
        print(f"set {sample}: {right} right of {found} found and {labelled} labelled; not right: {', '.join(wrong)}")
