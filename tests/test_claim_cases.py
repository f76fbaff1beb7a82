"""Gold texts: what is read, and what a person is told who wrote one wrongly."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from claim_fakes import TEXT, text_case
from eval_fakes import case

from eval.cases import GoldError, load_cases
from eval.claim_cases import Span, holds_claims, load_claim_cases, read_claim_case
from eval.gold_fields import CaseFault

WHOLE = text_case().to_json()


def changed(**changes: Any) -> dict[str, Any]:
    """WHOLE with another first claim."""
    first, second = WHOLE["claims"]
    return {**WHOLE, "claims": [{**first, **changes}, second]}


def test_a_case_is_read_as_it_is_written() -> None:
    assert read_claim_case(json.loads(json.dumps(WHOLE))) == text_case()
    claim = text_case().claims[0]
    assert claim.statement.of(TEXT).startswith("Article 2 lets")
    assert (claim.eid, claim.statement.length) == ("art_2", claim.statement.end)


def test_offsets_are_code_points_of_the_text_as_it_stands() -> None:
    text = "\n 𝕊𝕖𝕖: Article 2 says so."
    claim = {"start": 7, "end": 24, "content": {"start": 22, "end": 24}}
    read = read_claim_case({**WHOLE, "text": text, "claims": [{**WHOLE["claims"][0], **claim}]})
    assert (read.text, read.claims[0].statement.of(text)) == (text, "Article 2 says so")
    assert read.claims[0].content.of(text) == "so"


def test_a_text_without_claims_is_gold_too() -> None:
    read = read_claim_case({**WHOLE, "claims": []})
    assert (read.claims, read.needed_treaties) == ((), frozenset())


def test_treaties_needed_are_those_claimed_and_those_the_words_stand_in() -> None:
    read = read_claim_case(
        changed(treaty=None, article=None, verdict="misattributed", found_in=[{"treaty": "moon", "article": "1"}])
    )
    assert read.needed_treaties == {"moon", "sea"}


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        pytest.param({**WHOLE, "type": "lay"}, 'type is "lay". Write "claims"', id="a question's type"),
        pytest.param({**WHOLE, "text": " …! "}, "text has no words", id="no words"),
        pytest.param({**WHOLE, "id": None}, "id is missing", id="no id"),
        pytest.param({**WHOLE, "claims": None}, "claims is missing. Write a list", id="no claims"),
        pytest.param({**WHOLE, "claims": ["a"]}, "claims[0] is a text. Write an object", id="claim is no object"),
        pytest.param(changed(start="0"), "claims[0].start is a text. Write a whole number", id="offset as text"),
        pytest.param(changed(end=True), "claims[0].end is a truth value", id="offset as truth value"),
        pytest.param(changed(end=9999), "claims[0] is 0 to 9999, outside the text (0 to 104)", id="beyond the end"),
        pytest.param(changed(start=-1), "claims[0] is -1 to 51, outside the text", id="before the beginning"),
        pytest.param(changed(start=30, end=20), "claims[0] is 30 to 20, outside the text", id="end before start"),
        pytest.param(changed(end=60), "claims[1] starts at 53, before claims[0] ends (60)", id="overlap"),
        pytest.param({**WHOLE, "claims": WHOLE["claims"][::-1]}, "claims[1] starts at 0", id="out of order"),
        pytest.param(changed(content=None), "claims[0].content is missing", id="no content"),
        pytest.param(
            changed(content={"start": 9, "end": 10}),
            "claims[0].content is 9 to 10, where there are no words",
            id="empty content",
        ),
        pytest.param(changed(content={"start": 9, "end": 60}), "outside the statement (0 to 51)", id="content outside"),
        pytest.param(
            changed(verdict="right"), 'claims[0].verdict is "right". Write one of verbatim, altered', id="verdict"
        ),
        pytest.param(changed(form="quote"), 'claims[0].form is "quote". Write one of quotation, paraphrase', id="form"),
        pytest.param(
            changed(article="Article 2"), 'claims[0].article: "Article 2" is not an article number', id="article"
        ),
        pytest.param(changed(treaty=5), "claims[0].treaty is a number", id="treaty"),
        pytest.param(changed(verdict="misattributed"), "claims[0].found_in is empty", id="misattributed from nowhere"),
        pytest.param(
            changed(found_in=[{"treaty": "sea", "article": "§"}]), "claims[0].found_in[0].article", id="found_in"
        ),
    ],
)
def test_faults(raw: dict[str, Any], fault: str) -> None:
    with pytest.raises(CaseFault, match=re.escape(fault)):
        read_claim_case(raw)


@pytest.mark.parametrize("field", ["treaty", "article"])
def test_null_is_written_out(field: str) -> None:
    raw = changed()
    del raw["claims"][0][field]
    with pytest.raises(CaseFault, match=rf"claims\[0\]\.{field} is missing. Write it, or null"):
        read_claim_case(raw)


def test_a_bare_number_is_an_article() -> None:
    assert read_claim_case(changed(article=51)).claims[0].eid == "art_51"


def write(path: Path, *documents: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(document) for document in documents), "utf-8")
    return path


def test_files_are_told_apart_by_their_first_line(tmp_path: Path) -> None:
    texts = write(tmp_path / "claims.jsonl", WHOLE)
    questions = write(tmp_path / "questions.jsonl", case("q").to_json())
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{", "utf-8")
    assert [holds_claims(path) for path in (texts, questions, broken)] == [True, False, False]
    with pytest.raises(GoldError, match=r"line 1: it is a text with claims and no question\. Give such files"):
        load_cases(texts)


def test_all_faults_are_named_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "claims.jsonl", WHOLE, changed(form="x"), WHOLE)
    with pytest.raises(GoldError) as caught:
        load_claim_cases(path)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{path}, line 2: claims[0].form")
    assert second.startswith(f'{path}, line 3: id "t" is taken')


def test_spans() -> None:
    assert Span(2, 5).length == 3
    assert Span(1, 3).to_json() == {"start": 1, "end": 3}
