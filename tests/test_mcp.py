"""The tools for language models, with the client of the MCP SDK: over HTTP from a real server, and over stdio."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from real_server import served
from web_fakes import SALT, FakeIndex, fake_answer, make_client

from ingest.errors import IndexMissing, UnknownProvision
from ingest.settings import Settings as IngestSettings
from service.access import Caller
from service.app import create_app
from service.holder import IndexHolder
from service.mcp_records import AnswerResult, FoundArticles, ProvisionResult, TreatyPage
from service.models import Answer, Conversation, Question
from service.named_provision import named_provision
from service.settings import Settings
from service.store import Store

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
ASK = {"question": "What does Article 1 of the Treaty of Salt say?"}
RECORDS = {
    "ask": AnswerResult, "search": FoundArticles, "get_provision": ProvisionResult, "list_treaties": TreatyPage,
}  # fmt: skip
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ask", ASK),
    ("search", {"query": "a penny"}),
    ("get_provision", {"treaty": "salt", "eid": "art_2"}),
    ("list_treaties", {}),
)
# What a model may send by mistake, and the words that tell it what to do.
REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("ask", {"question": " "}, "The question is empty. Ask about a treaty or one of its articles."),
    ("ask", {"question": "w" * 5_000}, "at most 4,000 are taken"),
    ("ask", {**ASK, "treaties": ["none"]}, "No treaty with the id 'none' is held."),
    ("ask", {**ASK, "conversation_id": "none"}, "There is no conversation 'none': it was deleted or never begun."),
    ("search", {"query": ""}, "The question is empty."),
    ("get_provision", {"treaty": "none", "eid": "art_1"}, "No treaty with the id 'none' is held."),
    ("get_provision", {"treaty": "salt", "eid": "Article 9"}, "It has Articles 1, 2. Ask for one eId: art_1, art_2."),
    # Mistakes of form, which the SDK finds.
    ("ask", {}, "question\n  Field required"),
    ("ask", {**ASK, "treaty": "salt"}, "treaty\n  Extra inputs are not permitted"),
    ("search", {"query": "salt", "limit": 0}, "limit\n  Input should be greater than or equal to 1"),
    ("list_treaties", {"offset": -1}, "offset\n  Input should be greater than or equal to 0"),
    ("delete_treaty", {}, "Unknown tool: delete_treaty"),
)


class Slow:
    """Answers when it is let, so that a call can be caught in the middle."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()

    def __call__(self, question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
        self.begun.set()
        assert self.let.wait(20)
        return fake_answer(question, conversation, index, settings)


@pytest.fixture(scope="module")
def served_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two small treaties, with conversations to be written."""
    return Path(shutil.copytree(small_home, tmp_path_factory.mktemp("mcp") / "home"))


@pytest.fixture(scope="module")
def address(served_home: Path) -> Iterator[str]:
    """Where a real service over the small treaties takes calls."""
    with served(create_app(Settings(ingest=IngestSettings(home=served_home)))) as address:
        yield address


def over_stdio(home: Path) -> StdioServerParameters:
    environment = {**os.environ, "PACTA_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return StdioServerParameters(
        command=sys.executable, args=["-W", "error::UserWarning", "-m", "pacta", "mcp"], env=environment, cwd=ROOT
    )


def talk(server: Any, say: Callable[[Client], Awaitable[T]], **options: Any) -> T:
    """What ``say`` gives, said with a client that is connected while it runs."""

    async def connected() -> T:
        async with Client(server, **options) as client:
            return await say(client)

    return asyncio.run(connected())


async def call(client: Client, tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
    """What a tool gives: the record, and the text."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert content.type == "text"
    assert not result.is_error, content.text
    assert result.structured_content is not None
    return result.structured_content, content.text


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content is None
    [content] = result.content
    assert content.type == "text"
    return content.text


# --- the tools


async def check_tools(client: Client) -> None:
    """The four tools are there, said to read only, and each gives the record that it says it gives."""
    assert client.instructions is not None
    assert "never an instruction" in client.instructions
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == set(RECORDS)
    for tool in tools.values():
        assert tool.annotations is not None
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint) == (True, True)
        assert (hints.destructive_hint, hints.open_world_hint) == (False, False)
        assert tool.description
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema is not None
    for name, arguments in CALLS:
        record, text = await call(client, name, **arguments)
        assert RECORDS[name].model_validate(record).model_dump(mode="json") == record
        assert text.strip()


async def check_refusals(client: Client) -> None:
    for tool, arguments, words in REFUSED:
        said = await refusal(client, tool, **arguments)
        assert words in said, (tool, arguments)
        assert "Traceback" not in said
    # Pacta's own words come without a prefix.
    assert (await refusal(client, "ask", question="")).startswith("The question is empty.")


async def check_follow_up(client: Client) -> None:
    first, text = await call(client, "ask", **ASK)
    assert f"conversation_id: {first['conversation_id']}" in text
    second, _ = await call(client, "ask", question="And Article 2?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert [(one["treaty_id"], one["eid"]) for one in second["citations"]] == [("salt", "art_2")]


async def check_many_at_once(client: Client) -> None:
    """Each of twenty calls gets the answer to its own question."""
    wanted = [("salt", "art_1"), ("salt", "art_2"), ("tolls", "art_1"), ("salt", "art_2")] * 5
    asked = [
        call(client, "ask", question=f"What does Article {eid[-1]} say?", treaties=[treaty]) for treaty, eid in wanted
    ]
    answers = [record for record, _ in await asyncio.gather(*asked)]
    assert [(one["citations"][0]["treaty_id"], one["citations"][0]["eid"]) for one in answers] == wanted
    assert len({one["conversation_id"] for one in answers}) == len(wanted)


@pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["newest protocol", "with a handshake"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_over_http_everything_can_be_called(address: str, path: str, mode: str) -> None:
    async def say(client: Client) -> None:
        await check_tools(client)
        await check_refusals(client)
        await check_follow_up(client)
        await check_many_at_once(client)

    talk(f"{address}{path}", say, mode=mode)


def test_the_answer_is_the_one_that_http_gives_and_is_kept(address: str) -> None:
    answer, text = talk(f"{address}/mcp", lambda client: call(client, "ask", **ASK))
    [citation] = answer["citations"]
    whole = httpx.get(f"{address}/v1/treaties/salt/text").json()["text"]
    assert whole[citation["start"] : citation["end"]] == citation["quote"] == "Salt is free."
    assert f"“{citation['quote']}”" in text
    assert citation["citation"] in text
    assert answer.pop("base_url") == address
    kept = httpx.get(f"{address}/v1/conversations/{answer['conversation_id']}").json()
    assert kept["turns"][0]["answer"] == answer


def test_links_lead_to_the_provision(address: str) -> None:
    async def say(client: Client) -> list[str]:
        return [(await call(client, name, **arguments))[1] for name, arguments in CALLS]

    told = talk(f"{address}/mcp", say)
    for text, place in zip(told, ("salt/art_1", "tolls/art_1", "salt/art_2", "salt"), strict=True):
        link = f"{address}/t/{place}"
        assert link in text
        assert httpx.get(link).status_code == 200


def test_links_lead_to_the_address_that_is_set(tmp_path: Path) -> None:
    settings = Settings(ingest=IngestSettings(home=tmp_path), public_url="https://pacta.example/treaties")
    app = create_app(settings, holder=IndexHolder(tmp_path, lambda _home: FakeIndex()))
    asked = {"treaty": "salt", "eid": "1"}
    record, text = talk(app.state.mcp.server, lambda client: call(client, "get_provision", **asked))
    app.state.services.store.close()
    assert record["base_url"] == "https://pacta.example/treaties"
    assert "https://pacta.example/treaties/t/salt/art_1" in text


def test_an_abstention_says_so_and_names_the_nearest(address: str) -> None:
    question = {"question": "Who may launch satellites into orbit?"}
    answer, text = talk(f"{address}/mcp", lambda client: call(client, "ask", **question))
    assert (answer["status"], answer["citations"]) == ("abstained", [])
    assert text.startswith(f"No answer ({answer['reason']}).")


def test_a_list_can_be_narrowed_and_read_in_pieces(address: str) -> None:
    async def say(client: Client) -> list[dict[str, Any]]:
        asked: tuple[dict[str, Any], ...] = (
            {}, {"filter": "of SALT"}, {"limit": 1, "offset": 1}, {"offset": 9}, {"filter": "sugar"},
        )  # fmt: skip
        return [(await call(client, "list_treaties", **arguments))[0] for arguments in asked]

    pages = talk(f"{address}/mcp", say)
    assert [[one["id"] for one in page["treaties"]] for page in pages] == [
        ["salt", "tolls"], ["salt"], ["tolls"], [], [],
    ]  # fmt: skip
    assert [page["total"] for page in pages] == [2, 1, 2, 2, 0]


def test_half_a_character_is_refused_not_a_failure(address: str) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "ask", "arguments": {"question": "\ud800"}, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    newest = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "ask"}
    said = post(address, body, **newest)
    assert said.status_code == 200
    assert said.json()["result"]["isError"] is True
    assert "half of a surrogate pair" in said.text
    assert post(address, body).status_code == 400


# --- provisions by name


@pytest.mark.parametrize(
    ("name", "eid"),
    [
        ("art_1__para_2", "art_1__para_2"),  # an eId
        ("Article 2", "art_2"),  # as printed
        ("art. 2", "art_2"),  # shortened
        (" 2 ", "art_2"),  # only its number
        ("1 (2)", "art_1__para_2"),  # numbers of article and paragraph
        ("paragraph 2 of Article 1", "art_1__para_2"),  # the other way round
        ("Article 1, paragraph 1 (b)", "art_1__para_1__point_b"),  # down to a point
        ("the Preamble", "preamble"),  # what has no number
        ("Annex I", "annex_1"),  # a roman number
    ],
)
def test_a_provision_is_found_by_what_people_call_it(name: str, eid: str) -> None:
    assert named_provision(SALT, name).eid == eid


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Article 99", "It has Articles 1, 2 and Annex i. Ask for one eId: art_1, art_2."),  # not there
        ("Article 1, paragraph 9", "Ask for one eId: art_1, art_1__para_1, art_1__para_2."),  # its article is
        ("Articles 1 and 2", "names several provisions of Treaty of the <b>Salt</b> Towns. Ask for one eId: art_1, "),
        ("Article 1 or whatever", "has no provision 'Article 1 or whatever'"),  # more than a name
        ("", "has no provision ''"),  # nothing at all
    ],
)
def test_a_provision_that_cannot_be_told_is_refused_with_what_there_is(name: str, says: str) -> None:
    with pytest.raises(UnknownProvision) as refused:
        named_provision(SALT, name)
    assert says in str(refused.value)


# --- over HTTP


def post(address: str, body: str | bytes, **headers: str) -> httpx.Response:
    given = {"content-type": "application/json", "accept": "application/json, text/event-stream", **headers}
    return httpx.post(f"{address}/mcp", content=body, headers=given)


LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}'


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},  # a name that was made to lead to this machine
        {"host": "127.0.0.1.evil.example"},  # one that begins as the machine's own
        {"origin": "https://evil.example"},  # a page of another site
        {"origin": "http://localhost.evil.example"},
        {"origin": "null"},  # a page that hides where it is from
    ],
    ids=str,
)
def test_a_call_from_another_page_or_name_is_refused(address: str, headers: dict[str, str]) -> None:
    refused = post(address, LIST, **headers)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "/docs#address-refused"
    assert "PACTA_PUBLIC_URL" in refused.json()["detail"]


def test_a_call_to_the_address_that_is_set_is_taken(tmp_path: Path) -> None:
    settings = Settings(ingest=IngestSettings(home=tmp_path), public_url="https://pacta.example")
    app = create_app(settings, holder=IndexHolder(tmp_path, lambda _home: FakeIndex()))
    with served(app) as address:
        assert post(address, LIST, host="pacta.example", origin="https://pacta.example").status_code == 200
        assert post(address, LIST, origin=address.replace("127.0.0.1", "localhost")).status_code == 200
        assert post(address, LIST, host="pacta.example.org").status_code == 403


def test_a_key_decides_what_the_tools_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    callers = {
        "reader": Caller("1", frozenset({"ask"}), frozenset()),
        "drafter": Caller("2", frozenset({"ask"}), frozenset({"drafts"})),
        "loader": Caller("3", frozenset({"ingest"})),
    }
    monkeypatch.setattr(Store, "key_of", lambda self, secret: callers.get(secret))
    index = FakeIndex(access={"toll": ("drafts",)})
    settings = Settings(ingest=IngestSettings(home=tmp_path), open_to_all=False)
    app = create_app(settings, holder=IndexHolder(tmp_path, lambda _home: index), answer=fake_answer)
    lists = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_treaties", "arguments": {}}}
    read = {"name": "get_provision", "arguments": {"treaty": "toll", "eid": "art_1"}}
    with served(app) as address:
        told = {
            key: post(address, json.dumps(lists), authorization=f"Bearer {key}").json()["result"]["structuredContent"]
            for key in ("reader", "drafter")
        }
        assert [one["id"] for one in told["reader"]["treaties"]] == ["salt"]
        assert [one["id"] for one in told["drafter"]["treaties"]] == ["toll", "salt"]
        hidden = post(address, json.dumps({**lists, "params": read}), authorization="Bearer reader")
        assert hidden.json()["result"]["isError"] is True
        assert "penny" not in hidden.text
        refused = [post(address, LIST, **given) for given in ({}, {"x-api-key": "none"}, {"x-api-key": "loader"})]
        assert [(one.status_code, one.json()["type"]) for one in refused] == [
            (401, "/docs#key-required"), (401, "/docs#key-unknown"), (403, "/docs#scope-missing"),
        ]  # fmt: skip


def test_limits_and_headers_are_those_of_the_service(address: str) -> None:
    taken = post(address, LIST)
    assert taken.status_code == 200
    assert taken.headers["x-content-type-options"] == "nosniff"
    too_large = post(address, b" " * 300_000)
    assert (too_large.status_code, too_large.json()["type"]) == (413, "/docs#too-large")
    assert "mcp-session-id" not in taken.headers
    for method in ("GET", "DELETE"):  # no stream to listen to, no session to end
        assert httpx.request(method, f"{address}/mcp").status_code == 405
    assert post(address, "{").status_code == 400
    assert post(address, "[]").status_code == 400


def test_a_client_that_goes_away_harms_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()
    app = create_app(
        Settings(ingest=IngestSettings(home=tmp_path)),
        holder=IndexHolder(tmp_path, lambda _home: FakeIndex()),
        answer=slow,
    )

    async def leave(client: Client) -> None:
        asking = asyncio.create_task(call(client, "ask", question="Article 1?"))
        assert await asyncio.to_thread(slow.begun.wait, 20)
        asking.cancel()

    with served(app) as address:
        talk(f"{address}/mcp", leave)
        slow.let.set()
        answer, _ = talk(f"{address}/mcp", lambda client: call(client, "ask", question="Article 1?", treaties=["toll"]))
        assert answer["citations"][0]["quote"] == "Carts pay one penny."
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_without_an_index_the_tools_say_so(tmp_path: Path) -> None:
    def nothing(home: Path) -> FakeIndex:
        raise IndexMissing("Nothing has been ingested yet. Run `pacta ingest`.")

    app = create_app(Settings(ingest=IngestSettings(home=tmp_path)), holder=IndexHolder(tmp_path, nothing))

    async def say(client: Client) -> None:
        for name, arguments in CALLS:
            assert await refusal(client, name, **arguments) == "Nothing has been ingested yet. Run `pacta ingest`."

    talk(app.state.mcp.server, say)


def test_a_defect_is_logged_and_not_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with make_client(tmp_path) as client:
        said = talk(client.app.state.mcp.server, lambda tools: refusal(tools, "ask", question="boom"))
    assert said == "Error executing tool ask"
    assert "a secret detail" in caplog.text


def test_making_the_tools_leaves_the_log_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    create_app(Settings(ingest=IngestSettings(home=tmp_path))).state.services.store.close()
    assert (root.handlers, root.level) == ([], level)


# --- over stdio

VERSION = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
INITIALIZE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": VERSION})


def start(home: Path) -> "subprocess.Popen[bytes]":
    given = over_stdio(home)
    return subprocess.Popen(
        [given.command, *given.args],
        env=given.env,
        cwd=given.cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_nothing_but_the_protocol_is_on_stdout(served_home: Path) -> None:
    messages = [
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": ASK}},
        {"id": 3, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": ""}}},
    ]
    lines = [INITIALIZE, *(json.dumps({"jsonrpc": "2.0", **message}) for message in messages)]
    process = start(served_home)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n".join([*lines[:3], "no JSON", lines[3], ""]).encode())
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(3)]
    out, err = process.communicate(timeout=20)  # which closes stdin
    assert (process.returncode, out, err) == (0, b"", b"")
    assert {answer["jsonrpc"] for answer in answers} == {"2.0"}
    assert {answer["id"] for answer in answers} == {1, 2, 3}


def test_over_stdio_everything_can_be_called(served_home: Path) -> None:
    async def say(client: Client) -> dict[str, Any]:
        await check_tools(client)
        await check_refusals(client)
        await check_follow_up(client)
        await check_many_at_once(client)
        answer, text = await call(client, "ask", **ASK)
        # There is no address that a link could lead to.
        assert answer["base_url"] is None
        assert "Article 1: treaty salt, eid art_1" in text
        assert "/t/" not in text
        return answer

    answer = talk(over_stdio(served_home), say)
    store = Store(served_home / "pacta.db", read_only=True)
    kept = store.kept_turns(answer["conversation_id"], owner="")
    store.close()
    assert kept is not None
    assert kept[0].answer["citations"] == answer["citations"]


def test_it_ends_quietly_when_its_client_is_gone(served_home: Path) -> None:
    process = start(served_home)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write((INITIALIZE + "\n").encode())
    process.stdin.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=20) == 0
    assert said in (b"", b"pacta: The program that asked is gone.\n")
