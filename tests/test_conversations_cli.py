"""``pacta conversations`` and ``pacta feedback``: everything is exported, by whoever sits at the machine."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_fakes import ANSWERED, FIRST, REFUSED, SECOND, execute

import pacta
from service.models import Turn
from service.store import Store

Said = tuple[int, str, str]
INDEX = {"index": "g1"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], place: Path | str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs a command on the database; gives its exit code, stdout and stderr."""
    if isinstance(place, str):
        monkeypatch.setenv("PACTA_DATABASE_URL", place)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        try:
            code = pacta.main(list(arguments))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return (code, *capsys.readouterr())

    return run


@pytest.fixture
def asked(place: Path | str) -> Path | str:
    """Two conversations of two owners; of three answers two were judged, one of them last month."""
    with closing(Store(place)) as store:
        store.append("one", FIRST, {**ANSWERED, **INDEX, "message_id": "m1"}, owner="")
        store.append("other", Turn("Què és la sal?\n🧂"), {**REFUSED, **INDEX, "message_id": "m2"}, owner="key1")
        store.append("one", SECOND, {**REFUSED, "index": "g2", "message_id": "m3"}, owner="")
        store.give_feedback("m2", "up", owner="key1")
        store.give_feedback("m3", "down", "It is in Article 1. 🧂", owner="")
    execute(place, "UPDATE conversation SET last_asked_at = '2026-10-31T23:59:59.999+00:00' WHERE id = 'other'")
    execute(place, "UPDATE feedback SET given_at = '2026-10-31T23:59:59.999+00:00' WHERE verdict = 'up'")
    return place


def lines(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines()]


def test_conversations_come_whole_one_a_line(run: Callable[..., Said], asked: Path | str) -> None:
    code, out, err = run("conversations", "export")
    assert (code, err) == (0, "")
    one, other = lines(out)
    first, second = one["turns"]
    assert one == {"id": "one", "owner": "", "begun_at": first["asked_at"], "turns": [first, second]}
    assert first == {
        "question": "What of salt?",
        "asked_at": first["asked_at"],
        "answer": {**ANSWERED, **INDEX, "message_id": "m1"},
        "feedback": None,
    }
    given_at = second["feedback"]["given_at"]
    assert second["feedback"] == {"verdict": "down", "comment": "It is in Article 1. 🧂", "given_at": given_at}
    assert (other["id"], other["owner"]) == ("other", "key1")
    assert [turn["question"] for turn in other["turns"]] == ["Què és la sal?\n🧂"]


def test_verdicts_come_with_question_answer_and_index(run: Callable[..., Said], asked: Path | str) -> None:
    code, out, err = run("feedback", "export")
    assert (code, err) == (0, "")
    up, down = lines(out)
    assert (up["verdict"], up["comment"], up["owner"], up["index"]) == ("up", None, "key1", "g1")
    assert down == {
        "verdict": "down",
        "comment": "It is in Article 1. 🧂",
        "given_at": down["given_at"],
        "question": "And of 🧂?",
        "asked_at": down["asked_at"],
        "index": "g2",
        "answer": {**REFUSED, "index": "g2", "message_id": "m3"},
        "conversation_id": "one",
        "owner": "",
    }


@pytest.mark.parametrize("what", ["conversations", "feedback"])
@pytest.mark.parametrize(("since", "count"), [("2026-10-31", 2), ("2026-11-01", 1), ("9999-12-31", 0)])
def test_what_was_before_a_day_is_left_out(
    run: Callable[..., Said], asked: Path | str, what: str, since: str, count: int
) -> None:
    assert len(lines(run(what, "export", "--since", since)[1])) == count
    document = json.loads(run(what, "export", "--json", "--since", since)[1])
    assert [*document] == [what]
    assert len(document[what]) == count


def test_a_program_may_have_one_document(run: Callable[..., Said], asked: Path | str) -> None:
    for what in ("conversations", "feedback"):
        assert json.loads(run(what, "export", "--json")[1])[what] == lines(run(what, "export")[1])


def test_many_are_exported_while_the_service_goes_on(place: Path | str, run: Callable[..., Said]) -> None:
    with closing(Store(place)) as service:
        for number in range(250):
            service.append(f"c{number:03}", Turn(f"{number}"), {"message_id": f"m{number}"}, owner="")
        assert [one["id"] for one in lines(run("conversations", "export")[1])] == [f"c{n:03}" for n in range(250)]


def test_what_is_old_is_forgotten(run: Callable[..., Said], asked: Path | str) -> None:
    execute(asked, "UPDATE conversation SET last_asked_at = '2020-10-31T00:00:00.000+00:00' WHERE id = 'other'")
    assert run("conversations", "prune", "--days", "30") == (0, "1 conversation was forgotten.\n", "")
    assert run("conversations", "prune", "--days", "30") == (0, "0 conversations were forgotten.\n", "")
    assert [one["id"] for one in lines(run("conversations", "export")[1])] == ["one"]
    assert [one["verdict"] for one in lines(run("feedback", "export")[1])] == ["down"]


def test_drafts_of_gold_cases_are_made_of_either_database(run: Callable[..., Said], place: Path | str) -> None:
    found = {**REFUSED, "citations": [], "related": []}
    with closing(Store(place)) as store:
        store.append("a", Turn("Who feeds the mules?"), {**found, "message_id": "mules001"}, owner="key1")
    code, out, _ = run("eval", "candidates", "--json")
    document = json.loads(out)
    assert code == 0
    assert [one["question"] for one in document["candidates"]] == ["Who feeds the mules?"]
    name = "the Postgres database postgres at localhost" if isinstance(place, str) else str(place)
    assert document["store"] == name


# --- what is in the way

EXPORTS = [("conversations", "export"), ("feedback", "export")]


@pytest.mark.parametrize("words", EXPORTS, ids=" ".join)
def test_an_export_makes_no_home(words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pacta.main([*words]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "The service makes this file" in err
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("conversations", "export", "--since", "yesterday"), "Write it as 2026-11-30", id="no day"),
        pytest.param(("conversations", "prune"), "--days", id="how old"),
        pytest.param(("conversations", "prune", "--days", "0"), "give 1 to", id="all of them"),
        pytest.param(("conversations", "prune", "--days", "1.5"), "give 1 to", id="no whole number"),
        pytest.param(("conversations", "prune", "--days", "99999"), "give 1 to", id="before there were any"),
        pytest.param(("conversations",), "COMMAND", id="which command"),
        pytest.param(("feedback",), "COMMAND", id="which command of feedback"),
    ],
)
def test_wrong_use_is_said_to_be_so(
    words: tuple[str, ...], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        pacta.main([*words])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
    assert not home.exists()
