"""Linting a gold set: each thing that can be wrong with it, and a set with nothing wrong."""

from dataclasses import replace

import pytest
from eval_fakes import TREATIES, case, no_answer_case

from eval.cases import GoldCase, GoldLocator
from eval.lint import Finding, lint

WORDS = ["boundary", "police", "withdrawal", "flag", "fishing"]


def sound() -> list[GoldCase]:
    """Five cases of one type and five of another, on different things."""
    asked = [case(f"s{n}", question=f"Who decides on {word}?", quote=None) for n, word in enumerate(WORDS)]
    other = [no_answer_case(f"n{n}") for n in range(5)]
    return asked + [replace(one, question=f"{word} in Atlantis") for one, word in zip(other, WORDS, strict=True)]


def found_with(odd: GoldCase) -> list[Finding]:
    return [finding for finding in lint([*sound(), odd], TREATIES) if finding.case == odd.id]


def test_nothing_is_found_in_a_sound_set() -> None:
    types = [replace(one, type=f"{one.type}") for one in sound()]
    assert [finding for finding in lint(types, TREATIES) if finding.weight == "fault"] == []


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        pytest.param(case("x", gold=(GoldLocator("moon", "1"),)), "moon is not held", id="treaty not held"),
        pytest.param(case("x", article="9"), "river/art_9 is not in Treaty of river. It has art_", id="no article"),
        pytest.param(case("x", also_ok=(GoldLocator("sea", "7"),)), "sea/art_7 is not in", id="no such also_ok"),
        pytest.param(
            case("x", gold=(GoldLocator("river", "2", "4"),)), "river/art_2 has no paragraph 4", id="no paragraph"
        ),
        pytest.param(
            case("x", quote="seventy police"), "not, letter for letter, in river/art_2", id="quote of nothing"
        ),
        pytest.param(
            case("x", quote="The boundary follows"), "not, letter for letter, in river/art_2", id="quote from elsewhere"
        ),
        pytest.param(
            replace(no_answer_case("x"), gold=(GoldLocator("river", "1"),)), "contradict", id="gold of an abstention"
        ),
    ],
)
def test_faults(odd: GoldCase, says: str) -> None:
    (fault,) = [finding for finding in found_with(odd) if finding.weight == "fault"]
    assert says in fault.what
    assert lint([odd], TREATIES)[0] == fault, "faults come first"


def test_a_paragraph_that_is_there_is_no_fault() -> None:
    assert found_with(case("x", gold=(GoldLocator("river", "2", "1"),))) == []


def test_questions_asked_twice_are_doubted() -> None:
    twin = case("x", question="Who decides on police", quote=None)
    (doubt,) = [finding for finding in lint([*sound(), twin], TREATIES) if "nearly the same" in finding.what]
    assert (doubt.weight, doubt.case) == ("doubt", "s1")
    later = replace(twin, history=("What of the river?", "And its banks?"))
    assert not [finding for finding in lint([*sound(), later], TREATIES) if "nearly the same" in finding.what]


def test_thin_types_and_half_given_splits_are_doubted() -> None:
    cases = [*sound(), case("x", "list", question="Name all the flags", split="test")]
    said = [finding.what for finding in lint(cases, TREATIES) if not finding.case]
    assert any("type list has 1 case" in what for what in said)
    assert any("10 of 11 cases are of no split" in what for what in said)
    heavy = [*sound(), *(case(f"h{n}", question=f"{n} {WORDS[n]} ships and boats") for n in range(5))]
    assert any(finding.what.startswith("type lay is 10 of 15") for finding in lint(heavy, TREATIES))
