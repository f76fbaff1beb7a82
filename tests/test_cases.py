"""Gold sets: what is read, and what a person is told who wrote one wrongly."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import TREATIES, case, no_answer_case

from eval.cases import (
    GoldError,
    GoldLocator,
    article_eid,
    load_cases,
    missing_provisions,
    missing_treaties,
)
from ingest.errors import PactaError

WHOLE: dict[str, Any] = {
    "id": "a-1",
    "type": "lay",
    "question": "How many police may they post?",
    "gold": [{"treaty": "river", "article": "2", "paragraph": "1"}],
    "answer": "Sixty.",
    "key_facts": ["sixty police officers"],
    "must_abstain": False,
}


@pytest.fixture
def gold(tmp_path: Path) -> Any:
    """Writes lines (objects become JSON) to a gold file and gives its path."""

    def write(*lines: object, name: str = "gold.jsonl") -> Path:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path = tmp_path / name
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("article", "eid"),
    [
        pytest.param("51", "art_51", id="a plain number"),
        pytest.param("8bis", "art_8bis", id="put between two others"),
        pytest.param("4a", "art_4a", id="a letter added"),
        pytest.param("1.01", "art_1.01", id="chapter and article"),
        pytest.param("g-01", "art_g-01", id="a letter for the chapter"),
        pytest.param("e", "art_e", id="a letter alone is a number (Maastricht)"),
        pytest.param("annex_1/3", "annex_1__art_3", id="an article of an annex"),
        pytest.param("annex_b/8bis", "annex_b__art_8bis", id="an annex by letter"),
        pytest.param("protocol/4", "protocol__art_4", id="of the only protocol"),
        pytest.param("part_2/1", "part_2__art_1", id="numbers that restart in each part"),
        pytest.param("part_2/chp_1/3", "part_2__chp_1__art_3", id="two groupings"),
        pytest.param("annex_1/appendix_2", "annex_1__appendix_2", id="an appendix has no articles"),
        pytest.param("preamble", "preamble", id="the preamble"),
        pytest.param("annex_1", "annex_1", id="an annex as a whole"),
        pytest.param("annex", "annex", id="the only annex"),
        pytest.param("statute/5", "statute__art_5", id="a statute in a treaty"),
        pytest.param(" 8BIS ", "art_8bis", id="case and blanks do not matter"),
    ],
)
def test_article_number_becomes_eid(article: str, eid: str) -> None:
    assert article_eid(article) == eid


@pytest.mark.parametrize("article", ["Article 51", "8 bis", "§ 4", "", "annex 1/3", "/3", "51/3"])
def test_what_is_no_article_number_is_refused(article: str) -> None:
    with pytest.raises(ValueError, match="not an article number"):
        article_eid(article)


def test_a_whole_case_is_read(gold: Any) -> None:
    path = gold(WHOLE | {"quote": "sixty", "also_ok": [{"treaty": "river", "article": 3}]})
    (found,) = load_cases(path)
    assert found.gold == (GoldLocator("river", "2", "1"),)
    assert found.gold[0].key == ("river", "art_2")
    assert found.also_ok == (GoldLocator("river", "3"),)
    assert (found.quote, found.key_facts) == ("sixty", ("sixty police officers",))
    assert not found.must_abstain


def test_a_case_to_abstain_from_needs_no_gold(gold: Any) -> None:
    (found,) = load_cases(gold({"id": "n-1", "type": "not_found", "question": "Why?", "must_abstain": True}))
    assert found.must_abstain
    assert not found.gold
    assert not found.key_facts
    assert found.quote is None


def test_history_keeps_the_turns_of_the_user_only(gold: Any) -> None:
    history = [
        "First?",
        {"role": "user", "content": "Second?"},
        {"role": "assistant", "content": "An answer."},
        {"question": "Third?"},
        {"text": "Fourth?"},
    ]
    (found,) = load_cases(gold(WHOLE | {"history": history}))
    assert found.history == ("First?", "Second?", "Third?", "Fourth?")


def test_notes_of_the_authors_and_blank_lines_are_left_alone(gold: Any) -> None:
    assert len(load_cases(gold(WHOLE | {"note": "checked by hand"}, "", "  "))) == 1


def test_line_separators_inside_a_text_do_not_cut_it(gold: Any) -> None:
    line = json.dumps(WHOLE | {"question": "One\u2028two?"}, ensure_ascii=False)
    assert load_cases(gold(line))[0].question == "One\u2028two?"


def test_files_are_read_in_the_order_given(gold: Any) -> None:
    first, second = gold(WHOLE), gold(WHOLE | {"id": "b-1"}, name="second.jsonl")
    assert [found.id for found in load_cases(second, first)] == ["b-1", "a-1"]


FAULTS = [
    pytest.param("{not json", "not JSON at column 2", id="a broken line"),
    pytest.param([1], "not a JSON object", id="a list for a case"),
    pytest.param(WHOLE | {"id": None}, "id is missing. Write a text", id="no id"),
    pytest.param(WHOLE | {"id": " "}, "id has no words", id="a blank id"),
    pytest.param(WHOLE | {"quote": "…"}, "quote has no words", id="a quotation of nothing"),
    pytest.param(WHOLE | {"type": 3}, "type is a number. Write a text", id="a number for a text"),
    pytest.param(WHOLE | {"question": ["?"]}, "question is a list", id="a list for a text"),
    pytest.param(WHOLE | {"must_abstain": "no"}, "Write true or false", id="a text for true"),
    pytest.param(WHOLE | {"must_abstain": None}, "Write true or false", id="no must_abstain"),
    pytest.param(WHOLE | {"gold": None}, "gold is missing. Write a list", id="no gold"),
    pytest.param(WHOLE | {"gold": ["river/2"]}, "gold[0] is a text. Write {", id="gold as a text"),
    pytest.param(WHOLE | {"gold": [{"article": "2"}]}, "gold[0].treaty is missing", id="gold without treaty"),
    pytest.param(WHOLE | {"gold": [{"treaty": "river"}]}, "gold[0].article is missing", id="without article"),
    pytest.param(
        WHOLE | {"gold": [{"treaty": "river", "article": "Article 2"}]},
        'gold[0].article: "Article 2" is not an article number. Write the number as Pacta',
        id="a number as printed",
    ),
    pytest.param(
        WHOLE | {"gold": [{"treaty": "river", "article": 1.10}]},
        "gold[0].article is a number",
        id="1.10 without quotation marks would be 1.1",
    ),
    pytest.param(WHOLE | {"key_facts": None}, "key_facts is missing", id="no key facts"),
    pytest.param(WHOLE | {"key_facts": ["a", 7]}, "key_facts[1] is a number", id="a bad key fact"),
    pytest.param(WHOLE | {"history": [{"role": "user"}]}, "history[0] is missing", id="empty turn"),
    pytest.param(WHOLE | {"gold": [], "key_facts": []}, "gold and key_facts are both empty", id="no evidence"),
]


@pytest.mark.parametrize(("line", "message"), FAULTS)
def test_a_fault_is_named_with_file_line_and_remedy(gold: Any, line: object, message: str) -> None:
    path = gold(WHOLE | {"id": "fine"}, line)
    with pytest.raises(GoldError, match=re.escape(message)) as caught:
        load_cases(path)
    assert f"{path}, line 2: " in str(caught.value)
    assert str(caught.value).endswith(".")


def test_all_faults_are_told_at_once_but_not_by_the_hundred(gold: Any) -> None:
    path = gold(*[WHOLE | {"id": f"c-{n}", "question": None} for n in range(30)])
    with pytest.raises(GoldError) as caught:
        load_cases(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 10 more like these."


def test_an_id_given_twice_is_refused_across_files(gold: Any) -> None:
    first, second = gold(WHOLE), gold(WHOLE, name="second.jsonl")
    with pytest.raises(GoldError, match=r'second.jsonl, line 1: id "a-1" is taken \(.*gold.jsonl'):
        load_cases(first, second)


def test_files_that_cannot_be_read_are_said_to_be_so(tmp_path: Path, gold: Any) -> None:
    with pytest.raises(GoldError, match=r"absent.jsonl: No such file .* Give the path"):
        load_cases(tmp_path / "absent.jsonl")
    with pytest.raises(GoldError, match="no case in it"):
        load_cases(gold(""))
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(GoldError, match="not UTF-8 at byte 11"):
        load_cases(tmp_path / "latin.jsonl")
    assert issubclass(GoldError, PactaError)


def test_treaties_needed_but_not_held_are_listed_with_their_cases() -> None:
    far = (GoldLocator("moon", "1"),)
    cases = [
        case("held"),
        case("needs-moon", gold=far),
        case("only-also-ok", also_ok=far),
        no_answer_case("treaty-not-held"),
    ]
    assert missing_treaties(cases, {"river"}) == {"moon": ["needs-moon"]}


def test_gold_that_a_treaty_held_does_not_have_is_listed() -> None:
    cases = [case("fine"), case("typo", article="22"), case("moon", gold=(GoldLocator("moon", "1"),))]
    assert missing_provisions(cases, TREATIES) == ["river/art_22"]
