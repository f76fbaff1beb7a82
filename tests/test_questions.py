"""The questions the model learns from and those known about treaties: well formed, their own words, none on dev."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

INGEST = Path(__file__).parent.parent / "ingest"
QUESTIONS = (INGEST / "model" / "questions.tsv", INGEST / "questions.tsv")
BENCH = Path(__file__).parent.parent.parent / "shared" / "bench" / "articles.jsonl"
STYLES = {"lay", "named", "terse"}
# So many words in a row that stand in the article as well would be copied, not asked.
COPIED = 6


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return [line.split("\t") for path in QUESTIONS for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> dict[str, dict[str, str]]:
    if not BENCH.exists():
        pytest.skip("needs ../shared/bench")
    with BENCH.open(encoding="utf-8") as lines:
        return {record["uid"]: record for record in map(json.loads, lines)}


def test_each_line_is_an_article_a_style_and_a_question(rows: list[list[str]]) -> None:
    assert [row for row in rows if len(row) != 3 or not re.fullmatch(r"[0-9a-f]{10}|[\w-]+/[\w.-]+", row[0])] == []
    assert {style for _, style, _ in rows} == STYLES
    assert [text for _, _, text in rows if not 2 <= len(text.split()) <= 60 or text != text.strip()] == []


def test_no_question_is_asked_twice_of_an_article(rows: list[list[str]]) -> None:
    asked = Counter((uid, text.casefold()) for uid, _, text in rows)
    assert [key for key, times in asked.items() if times > 1] == []


def test_the_ways_to_begin_are_many(rows: list[list[str]]) -> None:
    begun = Counter(" ".join(text.split()[:2]).casefold() for _, style, text in rows if style == "lay")
    assert begun.most_common(1)[0][1] < begun.total() / 20


def test_none_is_on_a_treaty_of_the_dev_questions(rows: list[list[str]], articles: dict[str, dict[str, str]]) -> None:
    of_bench = [uid for uid, _, _ in rows if "/" not in uid]
    assert [uid for uid in of_bench if uid not in articles or articles[uid]["dev"]] == []
    assert {uid.partition("/")[0] for uid, _, _ in rows if "/" in uid} & {"npt", "open-skies"} == set()


def test_lay_questions_are_in_words_of_their_own(rows: list[list[str]], articles: dict[str, dict[str, str]]) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z]+", text.lower())
        return {tuple(words[i : i + COPIED]) for i in range(len(words) - COPIED + 1)}

    copied = [
        text
        for uid, style, text in rows
        if style == "lay" and uid in articles and runs(text) & runs(articles[uid]["text"])
    ]
    assert copied == []
