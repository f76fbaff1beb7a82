"""What is quoted is complete: no list without its chapeau, no rule without its exception.

The provisions of data/complete_quotations.jsonl are invented, drafted as treaties are; "must" are the words that an
honest answer to the question has to quote. Here the stretch with the most of them is taken for the one that fits best,
so that only what is quoted around it is tested. The table was written before the rules were seen by its author, and
"conferred by paragraph 2" and "The same shall apply" were added to these after its misses had been read.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ingest_fakes import parse_text, treaty_text
from numpy.typing import NDArray

from ingest.models import ParsedTreaty
from service.extract import extract_quotes
from service.spans import Extract

TABLE = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "complete_quotations.jsonl").read_text("utf-8").splitlines()
]
# Why a row does not hold.
MISSED = {
    "c-040": "the exception speaks of two preceding paragraphs, of which only the last is shown",
}


@cache
def parsed_row(place: int) -> ParsedTreaty:
    row = TABLE[place]
    heading = f"{row['heading']}\n\n" if row["heading"] else ""
    return parse_text(
        treaty_text(f"Article 1\n\n{heading}{row['text']}".replace("\n", "\n\n"), "Article 2\n\nThe end.")
    )


def quoted(place: int) -> str:
    row, parsed = TABLE[place], parsed_row(place)

    def weigh(parsed: ParsedTreaty, stretches: Sequence[Extract]) -> NDArray[np.float32]:
        texts = [on_one_line(parsed.treaty.text[s.start : s.end]) for s in stretches]
        return np.array([sum(len(must) for must in row["must"] if must in text) for text in texts], dtype=np.float32)

    found = extract_quotes(parsed, parsed.by_eid["art_1"], row["question"], weigh, most=1)
    return " … ".join(on_one_line(parsed.treaty.text[extract.start : extract.end]) for extract in found)


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def cases() -> list[Any]:
    return [
        pytest.param(
            place, id=f"{row['id']} {row['why']}",
            marks=[pytest.mark.xfail(reason=MISSED[row["id"]], strict=True)] if row["id"] in MISSED else [],
        )
        for place, row in enumerate(TABLE)
    ]  # fmt: skip


def test_the_table_is_long_enough_and_sound() -> None:
    assert len(TABLE) >= 80
    assert all(must in on_one_line(row["text"]) for row in TABLE for must in map(on_one_line, row["must"]))


@pytest.mark.parametrize("place", cases())
def test_what_is_quoted_is_complete(place: int) -> None:
    found = quoted(place)
    assert [must for must in TABLE[place]["must"] if on_one_line(must) not in found] == []
