"""Who is asked: the index and a service over it give the same run, byte for byte; a service may fail in many ways."""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from eval_fakes import TREATIES, answer, case, cite
from real_server import served

from eval.answerers import AnswererLost, AnswerRefused, LocalAnswerer, RemoteAnswerer, read_answer
from eval.cases import load_cases
from eval.cli import add_eval_parser
from eval.run import run_case
from eval.run_command import SAMPLES
from ingest.index import Index
from ingest.settings import Settings as IngestSettings
from service.app import create_app
from service.settings import Settings

FOLLOW_UP = next(case for case in load_cases(SAMPLES) if case.history)


@pytest.fixture(scope="module")
def address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real service over the sample treaties, on a free port, with conversations of its own."""
    home = tmp_path_factory.mktemp("served")
    for entry in sample_home.iterdir():
        (home / entry.name).symlink_to(entry)
    app = create_app(Settings(ingest=IngestSettings(home=home)))
    with served(app) as address:
        yield address


def eval_run(*words: object) -> int:
    parser = argparse.ArgumentParser(prog="pacta")
    add_eval_parser(parser.add_subparsers())
    args = parser.parse_args(["eval", "run", *map(str, words)])
    return int(args.run(args))


def test_a_service_gives_the_same_run_as_its_index(
    address: str, sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    assert eval_run("--home", sample_home, "--out", here) == eval_run("--url", address, "--out", there, "--jobs", 3)
    capsys.readouterr()
    for name in ("cases.jsonl", "run.trec", "qrels.trec"):
        assert (here / name).read_bytes() == (there / name).read_bytes(), name
    assert len((here / "cases.jsonl").read_text("utf-8").splitlines()) == len(load_cases(SAMPLES))
    summaries = [json.loads((run / "summary.json").read_text("utf-8")) for run in (here, there)]
    assert summaries[0]["measures"] == summaries[1]["measures"]
    assert "round_trip" in summaries[1]["latency_ms"]
    assert "round_trip" not in summaries[0]["latency_ms"]


def test_an_evaluation_leaves_no_conversation_behind(address: str, sample_home: Path) -> None:
    remote = RemoteAnswerer(address)
    seen: list[str] = []
    ask = remote._ask

    def note(method: str, path: str, document: Any = None) -> Any:
        found = ask(method, path, document)
        if path == "/v1/chat":
            seen.append(found["conversation_id"])
        return found

    remote._ask = note  # type: ignore[method-assign]
    remote.answer(FOLLOW_UP.question, FOLLOW_UP.history)
    remote.search(FOLLOW_UP.question, FOLLOW_UP.history, 10)
    remote.close()
    assert len(seen) == 2 * len(FOLLOW_UP.history) + 1
    for conversation in set(seen):
        assert httpx.get(f"{address}/v1/conversations/{conversation}").status_code == 404


def test_a_follow_up_is_answered_after_the_questions_before_it(sample_index: Index) -> None:
    local = LocalAnswerer(sample_index, Settings())
    alone = local.search("And VII?", (), 1)
    after = local.search("And VII?", ("What does Article V of the Orrin Treaty say?",), 1)
    assert (local.index, local.treaties) == (sample_index.generation, sample_index.treaties)
    assert [(hit.treaty_id, hit.eid) for hit in after] == [("orrin", "art_7")] != [h.eid for h in alone]


# --- a service that fails

Handler = Callable[[httpx.Request], httpx.Response | None]


def river_service(fails: Handler) -> RemoteAnswerer:
    """A service over one treaty, where ``fails`` may answer first."""
    river = TREATIES["river"]
    described = river.to_json()["treaty"] | {"provisions": river.to_json()["provisions"]}

    def handle(request: httpx.Request) -> httpx.Response:
        if (failed := fails(request)) is not None:
            return failed
        if request.method == "DELETE":
            return httpx.Response(204)
        documents: dict[str, Any] = {
            "/v1/treaties": {"treaties": [{"id": "river"}], "index": "g1"},
            "/v1/treaties/river": described,
            "/v1/treaties/river/text": {
                "text": river.treaty.text,
                "sha256": sha256(river.treaty.text.encode()).hexdigest(),
            },
            "/v1/chat": answer(cite("river", "art_2__para_1")).to_json(),
            "/v1/search": {"results": []},
        }
        return httpx.Response(200, json=documents[request.url.path])

    return RemoteAnswerer("http://pacta.test/", transport=httpx.MockTransport(handle))


def reply(path: str, *responses: httpx.Response | Exception) -> Handler:
    """Answers these, one after the other, at a path, then nothing more."""
    left = list(responses)

    def fails(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != path or not left:
            return None
        failed = left.pop(0)
        if isinstance(failed, Exception):
            raise failed
        return failed

    return fails


def test_all_goes_well_when_nothing_fails() -> None:
    finished = run_case(case("a"), river_service(lambda request: None))
    assert finished.result.right is True
    assert finished.timed.timings_ms.keys() == {"rank", "total", "round_trip"}


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"detail": detail, "status": status}, headers=headers)


LOST = [
    pytest.param(reply("/v1/chat", httpx.ConnectError("refused")), "Start the service there", id="gone"),
    pytest.param(reply("/v1/chat", httpx.ReadTimeout("")), "ReadTimeout", id="too slow"),
    pytest.param(reply("/v1/chat", problem(401, "A key is needed.")), "401, A key is needed.", id="no key"),
    pytest.param(reply("/v1/chat", httpx.Response(200, text="<html>")), "no Pacta service", id="a page"),
    pytest.param(
        reply("/v1/chat", httpx.Response(200, json=answer(index="g2").to_json())),
        "went over to another index",
        id="a new index in between",
    ),
    pytest.param(
        reply("/v1/treaties/river/text", httpx.Response(200, json={"text": "x", "sha256": "0"})),
        "does not match its sha256",
        id="a text that is not its checksum's",
    ),
    pytest.param(reply("/v1/treaties/river", problem(500, "Disk.")), "500, Disk. Look at", id="no treaty to check by"),
]


@pytest.mark.parametrize(("fails", "words"), LOST)
def test_without_a_service_the_run_stops(fails: Handler, words: str) -> None:
    with pytest.raises(AnswererLost, match=words):
        run_case(case("a"), river_service(fails))


def test_a_question_that_fails_is_a_crash_of_its_own_and_forgets_its_conversation() -> None:
    forgotten: list[str] = []

    def fails(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            forgotten.append(request.url.path)
        return problem(500, "A defect.") if b"Question a" in request.content else None

    result = run_case(case("a", history=("Before?",)), river_service(fails)).result
    assert (result.fault, result.remark) == (
        "crashed",
        "AnswerRefused: http://pacta.test/v1/chat: 500, A defect.",
    )
    assert forgotten == ["/v1/conversations/c"]


def test_a_busy_service_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("eval.answerers.time.sleep", waited.append)
    busy = [
        problem(503, "Busy.", **{"Retry-After": "2"}),
        problem(429, "Slower."),
        problem(503, "x", **{"retry-after": "900"}),
    ]
    assert run_case(case("a"), river_service(reply("/v1/chat", *busy))).result.right is True
    assert waited == [2, 1, 30]
    with pytest.raises(AnswerRefused, match="Busy"):
        river_service(reply("/v1/chat", *[problem(503, "Busy.") for _ in range(5)])).answer("Question?", ())


def test_an_address_that_is_none_is_said_to_be_one() -> None:
    for address in ("127.0.0.1:8000", "http://127.0.0.1:1", "nonsense"):
        with pytest.raises(AnswererLost) as lost:
            RemoteAnswerer(address)
        assert address.rstrip("/") in str(lost.value)


def test_treaties_are_fetched_once_and_only_when_looked_at() -> None:
    paths: list[str] = []

    def note(request: httpx.Request) -> None:
        paths.append(request.url.path)

    remote = river_service(note)
    assert paths == ["/v1/treaties"]
    assert ("river" in remote.treaties, "moon" in remote.treaties, len(remote.treaties)) == (True, False, 1)
    assert remote.treaties["river"].treaty.text == TREATIES["river"].treaty.text
    assert remote.treaties["river"].by_eid["art_2"].end == TREATIES["river"].by_eid["art_2"].end
    assert list(remote.treaties) == ["river"]
    assert paths == ["/v1/treaties", "/v1/treaties/river", "/v1/treaties/river/text"]
    with pytest.raises(KeyError):
        remote.treaties["moon"]


def test_an_answer_survives_the_way_over_json() -> None:
    given = answer(cite("river", "art_2__para_1"), related=(cite("sea", "art_1"),))
    assert read_answer(json.loads(json.dumps(given.to_json()))) == given
    with pytest.raises(KeyError, match="citations"):
        read_answer({name: value for name, value in asdict(given).items() if name != "citations"})
