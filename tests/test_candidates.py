"""Drafts of gold cases from what people asked in vain: which questions, in which order, never gold by accident."""

import argparse
import json
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.candidates import Candidate, add_candidates_parser, find_candidates, locator_of
from eval.cases import GoldCase, GoldError, load_cases
from eval.errors import WrongUse
from ingest.errors import PactaError
from ingest.index import Index
from service.errors import StoreUnusable
from service.models import Conversation, Turn
from service.store import ReviewableTurn, Store

NOTHING_FOUND = {"status": "abstained", "reason": "not_found", "citations": [], "related": []}
ANSWERED = {"status": "answered", "reason": None, "citations": [], "related": []}
ANSWERED_BEFORE = Turn("What does Article 3 of the Toll Agreement say?", (("toll", "art_3"),), "Pay. [1]")
REFUSED_BEFORE = Turn("Who pays?", (), "Nothing was found.")


def refused(question: str, *before: Turn, on: str = "2026-11-30", **answer: Any) -> ReviewableTurn:
    """A question of that day that was refused."""
    answer = {**NOTHING_FOUND, **answer}
    return ReviewableTurn(question, f"{on}T10:00:00.000+00:00", Conversation("c", before), answer, None, None)


def disliked(question: str, comment: str | None = None, **answer: Any) -> ReviewableTurn:
    """A question that was answered, badly as a reader says."""
    answer = {**ANSWERED, **answer}
    return ReviewableTurn(question, "2026-11-30T10:00:00.000+00:00", Conversation("c"), answer, "down", comment)


def gold(question: str, *history: str) -> GoldCase:
    return GoldCase("g", "topical", question, history=history)


def candidates_of(*turns: ReviewableTurn) -> tuple[Candidate, ...]:
    return find_candidates(turns, []).candidates


def cited(treaty: str, eid: str) -> dict[str, str]:
    return {"treaty_id": treaty, "eid": eid, "quote": "…"}


# --- which questions


def test_a_draft_holds_what_was_asked_and_leaves_open_what_is_not_known() -> None:
    turn = refused(
        "And Article 16?",
        ANSWERED_BEFORE,
        message_id="0a1b2c3d4e5f",
        related=[cited("toll", "art_16__para_2__point_a"), cited("salt", "preamble")],
    )
    [one] = candidates_of(turn)
    assert one.to_json() == {
        "id": "candidate-2026-11-30-0a1b2c3d",
        "type": None,
        "question": "And Article 16?",
        "history": ["What does Article 3 of the Toll Agreement say?"],
        "gold": [],
        "answer": None,
        "key_facts": [],
        "must_abstain": None,
        "suggested": [
            {"treaty": "toll", "article": "16", "paragraph": "2", "was": "related"},
            {"treaty": "salt", "article": "preamble", "was": "related"},
        ],
        "why": ["refused as not_found"],
        "asked": 1,
        "last_asked": "2026-11-30",
    }


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        pytest.param(refused("Is it?", reason="treaty_not_held"), ["refused as treaty_not_held"], id="refused"),
        pytest.param(disliked("a"), ["thumbs down"], id="a thumb without words"),
        pytest.param(disliked("a", "It is Article 2."), ["thumbs down: It is Article 2."], id="with words"),
        pytest.param(
            disliked("a", "You have it!", **NOTHING_FOUND),
            ["refused as not_found", "thumbs down: You have it!"],
            id="a refusal that the reader minds",
        ),
    ],
)
def test_it_is_said_what_went_wrong(turn: ReviewableTurn, why: list[str]) -> None:
    [one] = candidates_of(turn)
    assert list(one.why) == why


def test_cited_articles_come_before_related_ones_and_each_once() -> None:
    [one] = candidates_of(
        disliked(
            "Who pays?",
            citations=[cited("toll", "art_2__para_1"), cited("toll", "art_2__para_1__point_a"), cited("toll", "art_3")],
            related=[cited("salt", "annex_1__art_3")],
        )
    )
    assert [(str(s.locator), s.locator.paragraph, s.was) for s in one.suggested] == [
        ("toll/art_2", "1", "cited"),
        ("toll/art_3", None, "cited"),
        ("salt/annex_1__art_3", None, "related"),
    ]


ONE_OR_TWO = [
    # (first, second, whether they are one question, why)
    (refused("Who pays?"), refused("who PAYS"), True, "case and punctuation"),
    (refused("Who pays the guard’s hire?"), refused("Who pays the guard's hire"), True, "apostrophes"),
    (refused("Qui paie à Genève ?"), refused("qui paie à genève?"), True, "accents in both"),
    (refused("Who pays?"), refused("Who must pay?"), False, "other words"),
    (refused("What is in Article 15?"), refused("What is in Article 1.5?"), False, "another article"),
    (refused("Who pays?"), refused("Who pays?", REFUSED_BEFORE), True, "asked again after the refusal"),
    (refused("And Article 16?"), refused("And Article 16?", ANSWERED_BEFORE), False, "leans on what was before"),
    (
        refused("And Article 16?", ANSWERED_BEFORE),
        refused("and article 16", ANSWERED_BEFORE, REFUSED_BEFORE),
        True,
        "leans on the same question, a refusal in between",
    ),
    (
        refused("Which state has to feed the crews of merchant ships in winter?"),
        refused("Which state has to feed the crews of merchant ships in winter?", ANSWERED_BEFORE),
        True,
        "stands alone wherever it is asked",
    ),
]


@pytest.mark.parametrize(("first", "second", "same", "why"), ONE_OR_TWO)
def test_a_question_asked_twice_appears_once(
    first: ReviewableTurn, second: ReviewableTurn, same: bool, why: str
) -> None:
    assert sorted(one.asked for one in candidates_of(first, second)) == ([2] if same else [1, 1])


def test_what_is_asked_again_keeps_its_id_and_takes_the_latest_of_the_rest() -> None:
    first = refused("who pays", on="2026-11-01", message_id="first", related=[cited("toll", "art_1")])
    again = refused("Who pays?", on="2026-11-02", message_id="again", related=[cited("toll", "art_2")])
    retried = refused("WHO PAYS", REFUSED_BEFORE, on="2026-11-03", reason="out_of_scope", message_id="retried")
    [one] = candidates_of(first, again, retried)
    assert one.id == candidates_of(first)[0].id == "candidate-2026-11-01-first"
    assert (one.question, one.history) == ("Who pays?", ())  # the latest without questions before it
    assert [str(s.locator) for s in one.suggested] == ["toll/art_2"]
    assert one.why == ("refused as not_found", "refused as out_of_scope")
    assert (one.asked, one.last_asked) == (3, "2026-11-03")


def test_the_most_asked_come_first_then_the_latest() -> None:
    asked = [("a", "2026-11-01"), ("b", "2026-11-02"), ("a", "2026-11-03"), ("c", "2026-11-04"), ("d", "2026-11-05")]
    turns = [refused(question, on=day) for question, day in [*asked, ("b", "2026-11-06")]]
    assert [(one.question, one.asked) for one in candidates_of(*turns)] == [("b", 2), ("a", 2), ("d", 1), ("c", 1)]


@pytest.mark.parametrize(
    ("turn", "case", "known"),
    [
        pytest.param(refused("Who pays?"), gold("who pays"), True, id="the same words"),
        pytest.param(refused("Who pays?"), gold("Who pays", "And what of salt?"), True, id="there after another"),
        pytest.param(refused("Who pays?"), gold("Who pays for it?"), False, id="other words"),
        pytest.param(refused("And Article 16?", ANSWERED_BEFORE), gold("And Article 16?"), False, id="leans on one"),
        pytest.param(
            refused("And Article 16?", ANSWERED_BEFORE),
            gold("And Article 16?", "What of the Salt Treaty?"),
            False,
            id="leans on another",
        ),
        pytest.param(
            refused("And Article 16?", ANSWERED_BEFORE, REFUSED_BEFORE),
            gold("And Article 16?", ANSWERED_BEFORE.question, REFUSED_BEFORE.question),
            True,
            id="leans on the same, as a completed draft does",
        ),
    ],
)
def test_what_the_gold_sets_have_is_left_out_and_counted(turn: ReviewableTurn, case: GoldCase, known: bool) -> None:
    found = find_candidates([turn], [case])
    assert len(found.candidates) == (not known)
    assert found.left_out == ({"in the gold sets already": 1} if known else {})


def test_what_has_no_words_can_be_no_gold_question() -> None:
    found = find_candidates([refused("???"), refused("…!")], [])
    assert (found.candidates, found.left_out) == ((), {"without a word": 1})


def test_every_provision_is_suggested_as_the_article_that_results_are_compared_with(sample_index: Index) -> None:
    for parsed in sample_index.treaties.values():
        for provision in parsed.provisions:
            article = parsed.article_of(provision)
            if article.kind in {"article", "annex", "protocol", "preamble"} and provision.kind != "final":
                found = locator_of(parsed.treaty.id, provision.eid)
                assert found is not None
                assert found.key == (parsed.treaty.id, article.eid), provision.eid


@pytest.mark.parametrize(
    ("eid", "article", "paragraph"),
    [
        ("art_8bis", "8bis", None),
        ("art_31__para_3__point_c", "31", "3"),
        ("part_2__art_1", "part_2/1", None),
        ("annex_1__art_3__para_2", "annex_1/3", "2"),
        ("annex_1__part_2__para_4", "annex_1", "4"),
        ("protocol-2__sec_1", "protocol-2", None),
        ("art_1__def_vessel", "1", None),
        ("title_5__sec_2", "title_5/sec_2", None),
        ("preamble__para_3", "preamble", "3"),
    ],
)
def test_an_eid_is_said_as_gold_sets_say_it(eid: str, article: str, paragraph: str | None) -> None:
    found = locator_of("salt", eid)
    assert found is not None
    assert (found.treaty, found.article, found.paragraph) == ("salt", article, paragraph)


@pytest.mark.parametrize("eid", ["", "para_3", "Art 5", "art_"])
def test_what_gold_sets_cannot_say_is_not_suggested(eid: str) -> None:
    assert locator_of("salt", eid) is None


# --- a draft is not gold


def test_a_draft_is_refused_until_a_person_has_said_what_is_right(tmp_path: Path) -> None:
    [one] = candidates_of(refused("Who pays?", message_id="m1", related=[cited("toll", "art_2")]))
    draft = one.to_json()
    path = tmp_path / "draft.jsonl"

    def refusal() -> str:
        path.write_text(json.dumps(draft))
        with pytest.raises(GoldError) as refused:
            load_cases(path)
        return str(refused.value)

    for field, value in (("must_abstain", False), ("type", "topical"), ("answer", "Who takes the salt.")):
        assert f"draft.jsonl, line 1: {field} is missing" in refusal()
        draft[field] = value
    assert "gold and key_facts are both empty" in refusal()
    draft["gold"] = draft["suggested"]
    path.write_text(json.dumps(draft))
    [case] = load_cases(path)
    assert [str(locator) for locator in case.gold] == ["toll/art_2"]
    assert find_candidates([refused("Who pays?")], [case]).candidates == ()


def test_a_draft_that_has_to_be_refused_needs_its_type(tmp_path: Path) -> None:
    draft = candidates_of(refused("Bake bread?"))[0].to_json()
    (tmp_path / "d.jsonl").write_text(json.dumps({**draft, "must_abstain": True}))
    with pytest.raises(GoldError, match="line 1: type is missing"):
        load_cases(tmp_path / "d.jsonl")
    (tmp_path / "d.jsonl").write_text(json.dumps({**draft, "must_abstain": True, "type": "out_of_scope"}))
    assert load_cases(tmp_path / "d.jsonl")[0].must_abstain


# --- the command


def candidates(*words: object) -> int:
    """Runs ``pacta eval candidates …``; a wrong option leaves as argparse leaves."""
    parser = argparse.ArgumentParser(prog="pacta")
    add_candidates_parser(parser.add_subparsers())
    args = parser.parse_args(["candidates", *map(str, words)])
    code = args.eval_run(args)
    assert isinstance(code, int)
    return code


@pytest.fixture
def asked(home: Path) -> Path:
    """A home whose service refused a question twice, answered one badly, one well, and one that the samples have."""
    known = json.loads((Path(__file__).parents[1] / "eval" / "gold" / "samples.jsonl").read_text().splitlines()[0])
    with closing(Store(home / "pacta.db")) as store:
        store.append("a", Turn("Who feeds the mules?"), {**NOTHING_FOUND, "message_id": "mules001"}, owner="")
        store.append("b", Turn("who feeds the mules"), {**NOTHING_FOUND, "message_id": "mules002"}, owner="")
        store.append("c", Turn("Où est le sel 🧂?"), {**ANSWERED, "message_id": "sel00001"}, owner="")
        store.append("d", Turn("Who is happy?"), {**ANSWERED, "message_id": "happy001"}, owner="")
        store.append("e", Turn(known["question"]), {**NOTHING_FOUND, "message_id": "known001"}, owner="")
        store.give_feedback("sel00001", "down", "Pas là.\x1b[2J", owner="")
        store.give_feedback("happy001", "up", owner="")
    return home


def test_a_person_sees_a_table(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert candidates() == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines() if line[:6].strip().isdecimal()] == ["2", "1"]
    assert "who feeds the mules" in out
    assert "refused as not_found" in out
    assert "thumbs down: Pas là. [2J" in out  # the escape character is gone: it would clear the terminal
    assert "Who is happy?" not in out
    assert "\x1b" not in out
    assert "1 question left out: in the gold sets already." in err
    assert "what people asked, in their words" in err


def test_drafts_are_written_for_nobody_else_to_read(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.jsonl"
    assert candidates("--out", path) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    drafts = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(draft["question"], draft["asked"]) for draft in drafts] == [
        ("who feeds the mules", 2),
        ("Où est le sel 🧂?", 1),
    ]
    today = drafts[0]["last_asked"]
    assert [draft["id"] for draft in drafts] == [f"candidate-{today}-mules001", f"candidate-{today}-sel00001"]
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{path} (only you may read it) holds what people asked" in err
    assert "2 questions drafted. Fill in type, gold (or must_abstain), answer and key_facts" in err
    with pytest.raises(GoldError, match=r"line 1: must_abstain is missing.*\n.*line 2: must_abstain is missing"):
        load_cases(path)


def test_a_file_that_is_there_is_left_as_it_is(asked: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text("half completed")
    with pytest.raises(WrongUse, match=r"--out: .*new\.jsonl is there already and was left as it is. Name a new file"):
        candidates("--out", path)
    assert path.read_text() == "half completed"
    dangling = tmp_path / "link.jsonl"
    dangling.symlink_to(tmp_path / "elsewhere.jsonl")
    with pytest.raises(WrongUse, match="there already"):
        candidates("--out", dangling)
    assert not (tmp_path / "elsewhere.jsonl").exists()


def test_a_file_that_cannot_be_written_is_said_to_be_so(asked: Path, tmp_path: Path) -> None:
    with pytest.raises(PactaError, match=r"nowhere/new\.jsonl: No such file or directory\. Name another"):
        candidates("--out", tmp_path / "nowhere" / "new.jsonl")


def test_a_program_gets_one_document(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert candidates("--json", "--since", "2020-02-29") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["store"] == str(asked / "pacta.db")
    assert document["since"] == "2020-02-29"
    assert document["left_out"] == {"in the gold sets already": 1}
    assert [one["question"] for one in document["candidates"]] == ["who feeds the mules", "Où est le sel 🧂?"]


def test_a_program_may_have_the_drafts_written_too(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert candidates("--json", "--out", tmp_path / "new.jsonl") == 0
    written = [json.loads(line) for line in (tmp_path / "new.jsonl").read_text("utf-8").splitlines()]
    assert json.loads(capsys.readouterr().out)["candidates"] == written


def test_own_gold_sets_take_the_place_of_those_that_come_with_pacta(
    asked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    for path, question in zip(paths, ("WHO FEEDS THE MULES?", "Où est le sel?"), strict=True):
        case = {"id": "same-id", "type": "topical", "question": question, "answer": "A.", "must_abstain": False}
        path.write_text(json.dumps({**case, "gold": [{"treaty": "toll", "article": "1"}], "key_facts": []}))
    assert candidates("--json", "--known", *paths) == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)["candidates"]) == 1  # the one that the samples have
    assert "2 questions left out: in the gold sets already." in err


def test_a_gold_set_that_cannot_be_read_is_said_to_be_so(asked: Path, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"nothing\.jsonl: No such file"):
        candidates("--known", tmp_path / "nothing.jsonl")


@pytest.mark.parametrize("options", [(), ("--json",), ("--out", "new.jsonl")])
def test_where_there_is_nothing_it_says_so_and_is_done(
    home: Path, tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Store(home / "pacta.db").close()
    assert candidates(*options) == 0
    out, err = capsys.readouterr()
    assert "Nothing to look at" in err
    assert (json.loads(out)["candidates"] == []) if "--json" in options else (out == "")
    assert not (tmp_path / "new.jsonl").exists()


def test_since_leaves_out_what_was_asked_before(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert candidates("--json", "--since", date.max.isoformat()) == 0
    assert json.loads(capsys.readouterr().out)["candidates"] == []


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "30.11.2026", ""])
def test_what_is_no_day_is_wrong_use(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        candidates("--since", day)
    assert stopped.value.code == 2
    assert "is not a day. Write it as 2026-11-30" in capsys.readouterr().err


@pytest.mark.parametrize("make", [lambda home: None, lambda home: home.mkdir()], ids=["no home", "an index only"])
def test_a_home_without_a_service_is_left_without_its_file(home: Path, make: Callable[[Path], None]) -> None:
    make(home)
    before = home.exists()
    with pytest.raises(StoreUnusable, match=r"no such file or directory\. The service makes this file .*pacta serve"):
        candidates()
    assert home.exists() is before
    assert not (home / "pacta.db").exists()


def test_the_store_is_only_read(asked: Path, tmp_path: Path) -> None:
    before = (asked / "pacta.db").read_bytes()
    assert candidates("--home", asked, "--out", tmp_path / "new.jsonl") == 0
    assert (asked / "pacta.db").read_bytes() == before
    assert [one.name for one in asked.iterdir()] == ["pacta.db"]


def test_a_running_service_may_hold_the_file_meanwhile(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Store(asked / "pacta.db")) as service:
        service.append("z", Turn("Who guards the well?"), NOTHING_FOUND, owner="")
        assert candidates("--json") == 0
        service.append("z", Turn("Who else?"), NOTHING_FOUND, owner="")
    found = [one["question"] for one in json.loads(capsys.readouterr().out)["candidates"]]
    assert "Who guards the well?" in found
