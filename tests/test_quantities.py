"""Quantities are the same in words and digits, in months and years, and lacking only where nothing like them is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.quantities import lacking, quantities_in

QUANTITIES = [
    ("within twelve months", {"12 month", "12"}, "a time, and its number"),
    ("a year's notice", {"12 month"}, "a year is twelve months"),
    ("on the thirtieth day", {"720 hour", "30"}, "an ordinal counts too"),
    ("in 48 hours", {"48 hour", "48"}, "hours"),
    ("in two days", {"48 hour", "2"}, "and days, which are the same"),
    ("ten (10) years", {"120 month", "10"}, "said twice"),
    ("a two-thirds majority", {"2/3"}, "a fraction, and no other majority"),
    ("by a majority", {"majority"}, "a majority without one"),
    ("three quarters of the votes", {"3/4"}, "in two words"),
    ("5 per cent", {"5 %"}, "a share"),
    ("unanimously", {"all"}, "all of them"),
    ("10,000 lamps", {"10000"}, "with a comma"),
    ("six hundred lamps", {"600"}, "in words"),
    ("every year, and reports annually", {"12 month"}, "an adverb"),
    ("one lamp", set(), "one is said too often to count"),
    ("no numbers", set(), "none"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quantities", "reason"), QUANTITIES)
def test_the_quantities_of_a_text(text: str, quantities: set[str], reason: str) -> None:
    assert set(quantities_in(text)) == quantities, reason


LACKING = [
    ("72 hours", "a reasonable period", ["72 hours"], "no time at all"),
    ("twelve months", "one year from receipt", [], "the same time"),
    ("three months", "three years", ["three months"], "the number of something else"),
    ("two years", "twenty-four months", [], "in months"),
    ("two thirds", "a simple majority", ["two thirds"], "another majority"),
    ("fifteen judges", "fifteen members", [], "a number may count anything"),
    ("350 miles of sea", "200 nautical miles", ["350 miles"], "a number is said with what it counts"),
    ("in 2030 or later", "at an early date", ["2030"], "a year counts nothing"),
]


@pytest.mark.parametrize(("claimed", "held", "expected", "reason"), LACKING)
def test_what_a_text_lacks_of_a_claim(claimed: str, held: str, expected: list[str], reason: str) -> None:
    assert lacking(quantities_in(claimed), quantities_in(held)) == expected, reason


@given(st.text())
def test_nothing_lacks_its_own_quantities(text: str) -> None:
    assert lacking(quantities_in(text), quantities_in(text)) == []


@given(st.integers(2, 400), st.sampled_from(["hour", "day", "week", "month", "year"]))
def test_a_time_is_found_among_other_words(number: int, unit: str) -> None:
    said = quantities_in(f"It ends {number} {unit}s after the notice.")
    assert not lacking(quantities_in(f"{number} {unit}s"), said)
    assert lacking(quantities_in(f"{number + 1} {unit}s"), said)
