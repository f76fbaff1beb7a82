"""Whatever breaks on the way, a question from Slack is answered once, or told why it is not."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from slack_app import SlackApp, answer_anew, slack_app
from slack_interactions import command
from slack_requests import signed
from slack_sdk.http_retry import builtin_async_handlers
from slack_server import SlackServer, slack_server

from service import database
from service.errors import ComeBackLater, OutOfTime
from service.models import Answer, Conversation, Question
from service.settings import Serving, Settings
from service.slack_app import delivery as slack_delivery
from service.slack_app import worker as slack_worker

FIRST, SECOND = "none sold <script>", "in common & in peace"
UNLIMITED = {"limit_per_user": "off", "limit_per_channel": "off"}


def waiting_for(event: threading.Event, begun: threading.Event | None = None) -> Callable[[], None]:
    """Waits for an event, as an answerer does before a test lets it go on."""

    def wait() -> None:
        if begun is not None:
            begun.set()
        assert event.wait(5)

    return wait


class Answerer:
    """Answers as the fake does, unless a test has it wait or raise, by a word of the question."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], None]] = {}
        self.times: Counter[str] = Counter()

    def __call__(self, question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
        self.times[question.text] += 1
        for word, act in list(self.before.items()):
            if word in question.text:
                act()
        return answer_anew(question, conversation, index, settings)


@contextmanager
def shorter(**seconds: float) -> Iterator[None]:
    """Pacta's pauses, shortened so that a test need not wait for them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"FIRST_PAUSE_SECONDS": 0.02, "LONGEST_PAUSE_SECONDS": 0.1, **seconds}.items():
            patch.setattr(slack_worker, name, value)
        patch.setattr(slack_worker, "LOOK_SECONDS", 0.1)
        # A stream that is refused says nothing of the next test's, and a test asks more often than people do.
        patch.setattr(slack_delivery, "NO_STREAMS_SECONDS", 0.0)
        patch.setattr(slack_delivery, "STREAMS_PER_MINUTE", 10_000)
        # The library waits up to a second longer than Slack has said.
        patch.setattr(builtin_async_handlers.random, "random", lambda: 0.0)
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer()


@pytest.fixture(scope="module")
def slack(server: SlackServer, answerer: Answerer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackApp]:
    """The app over the invented treaties, in a hurry."""
    home = tmp_path_factory.mktemp("slack")
    with shorter(), slack_app(server, home, answer=answerer, slack=UNLIMITED) as running:
        yield running


@pytest.fixture(autouse=True)
def _undisturbed(server: SlackServer, slack: SlackApp, answerer: Answerer) -> Iterator[None]:
    """Each test begins and ends with a Slack and an answerer that work."""
    server.calls.clear()
    yield
    answerer.before.clear()
    server.clear()
    server.up()
    slack.settle()
    server.not_streaming.clear()


def mention_of(number: int = 2, **more: Any) -> dict[str, Any]:
    """A question about an article of the invented treaty."""
    return payloads.app_mention(f"What does Article {number} of the Salt Treaty say?", **more)


def the_answer(slack: SlackApp, envelope: dict[str, Any], words: str = SECOND) -> None:
    """Asserts that the thread of a message holds its answer, whole, once, and nothing else."""
    (told,) = slack.replies(envelope)
    assert told.seen.count(words) == 1, told.seen
    assert not told.streaming


# --- what Slack sends may come again, or not be Slack's


@pytest.mark.parametrize("times", [1, 3])
def test_sent_again_before_while_and_after_the_answer(
    slack: SlackApp, server: SlackServer, answerer: Answerer, times: int
) -> None:
    go_on = threading.Event()
    answerer.before["held"] = waiting_for(go_on)
    asked = payloads.app_mention(f"What does Article 2 say, held {times}?")
    slack.send(asked)
    for number in range(times):
        slack.send(asked, retry=number + 1)
    telling = server.hold("chat.startStream")
    go_on.set()
    slack.wait(lambda: bool(server.calls))
    slack.send(asked, retry=times)
    telling.set()
    the_answer(slack, asked)
    slack.send(asked, retry=times)
    the_answer(slack, asked)
    assert answerer.times[asked["event"]["text"].partition("> ")[2]] == 1


@pytest.mark.parametrize("first", ["app_mention", "message"])
def test_one_message_as_mention_and_as_message(slack: SlackApp, first: str) -> None:
    mention = mention_of()
    both = [mention, payloads.same_message(mention)]
    for envelope in both if first == "app_mention" else reversed(both):
        slack.send(envelope)
    the_answer(slack, mention)


NOW = str(int(time.time()))
SENT_WRONGLY: dict[str, tuple[dict[str, Any], int]] = {
    "an old request once more": ({"at": time.time() - 301}, 401),
    "a request of the future": ({"at": time.time() + 400}, 401),
    "signed with another secret": ({"secret": "not-slacks"}, 401),
    "a signature of another form": ({"headers": {"X-Slack-Signature": "v1=00"}}, 401),
    "a signature that is no ASCII": ({"headers": {"X-Slack-Signature": "v0=é".encode()}}, 401),
    "no signature": ({"headers": {"X-Slack-Signature": ""}}, 401),
    "a time in words": ({"headers": {"X-Slack-Request-Timestamp": "yesterday"}}, 401),
    "a time with a fraction": ({"headers": {"X-Slack-Request-Timestamp": f"{NOW}.5"}}, 401),
    "a negative time": ({"headers": {"X-Slack-Request-Timestamp": f"-{NOW}"}}, 401),
    "a time in other digits": ({"headers": {"X-Slack-Request-Timestamp": "١٢٣".encode()}}, 401),
    "a huge time": ({"headers": {"X-Slack-Request-Timestamp": "9" * 5000}}, 401),
    "no time": ({"headers": {"X-Slack-Request-Timestamp": ""}}, 401),
}


@pytest.mark.parametrize(("more", "status"), SENT_WRONGLY.values(), ids=SENT_WRONGLY.keys())
def test_what_is_not_slacks_is_not_taken(
    slack: SlackApp, server: SlackServer, more: dict[str, Any], status: int
) -> None:
    asked = mention_of()
    assert slack.sender.event(asked, **more).status_code == status
    assert slack.app.state.slack.inbox.waiting() == 0
    assert slack.app.state.slack.inbox.change(source_of(asked), None, "9") is None, "nothing was kept"
    assert server.calls == []


def source_of(asked: dict[str, Any]) -> str:
    """What a message is called in the inbox."""
    return f"{asked['team_id']}/{asked['event']['channel']}/{asked['event']['ts']}"


NO_EVENTS: dict[str, tuple[bytes, int]] = {
    "not UTF-8": (b'{"type": "\xff"}', 400),
    "no JSON": (b"{", 400),
    "nothing": (b"", 400),
    "JSON, and no object": (b"[1]", 400),
    "more than a message can be": (b'"' + b"a" * 3_000_000 + b'"', 413),
}


@pytest.mark.parametrize(("body", "status"), NO_EVENTS.values(), ids=NO_EVENTS.keys())
def test_signed_and_yet_no_event(slack: SlackApp, body: bytes, status: int) -> None:
    """Only who has the secret could send these: they are refused all the same, as nothing to be sent again."""
    headers = {"Content-Type": "application/json", **signed_bytes(body)}
    response = slack.sender._client.post("/slack/events", content=body, headers=headers)
    assert response.status_code == status, response.text
    assert slack.app.state.slack.inbox.waiting() == 0


def signed_bytes(body: bytes) -> dict[str, str]:
    """The headers of a body that need not be text."""
    return (
        signed(ids.SIGNING_SECRET, body.decode(errors="surrogateescape"))
        if body.isascii()
        else signed(ids.SIGNING_SECRET, "")
    )


def test_nobody_gets_it(slack: SlackApp) -> None:
    assert slack.sender._client.get("/slack/events").status_code == 405


def test_two_hundred_at_once(slack: SlackApp, server: SlackServer) -> None:
    asked = [mention_of(channel=f"C0BURST{n % 20:02d}") for n in range(200)]
    for one in asked:
        server.say(one["event"]["text"], channel=one["event"]["channel"], ts=one["event"]["ts"])

    def send(envelope: dict[str, Any]) -> tuple[int, float]:
        begun = time.monotonic()
        status = slack.sender.event(envelope).status_code
        return status, time.monotonic() - begun

    with ThreadPoolExecutor(50) as threads:
        taken = list(threads.map(send, asked))
    assert {status for status, _ in taken} == {200}
    assert max(seconds for _, seconds in taken) < 3.0
    slack.settle()
    told = [server.said(one["event"]["channel"], one["event"]["ts"]) for one in asked]
    assert Counter(len(one) for one in told) == {1: 200}
    assert all(SECOND in one[0].seen and not one[0].streaming for one in told)


# --- Slack does not do what it is asked


@pytest.mark.parametrize("kind", ["refused", "html"])
def test_slack_is_down_for_a_while(slack: SlackApp, server: SlackServer, kind: Any) -> None:
    asked = mention_of()
    server.say(asked["event"]["text"], ts=asked["event"]["ts"])
    server.down(kind)
    assert slack.sender.event(asked).status_code == 200
    time.sleep(0.4)
    server.up()
    the_answer(slack, asked)


# What Slack does to a call, and how often in a row.
FAULTS: dict[str, Callable[[SlackServer, str], None]] = {
    "internal_error": lambda server, method: server.fail_next(method, "internal_error", times=2),
    "500": lambda server, method: server.fail_next(method, "", 500),
    "429": lambda server, method: server.fail_next(method, "ratelimited", 429, times=3),
    "done, and broken off": lambda server, method: server.drop_next(method),
    "done, and broken off twice": lambda server, method: server.drop_next(method, 2),
}
STREAMED = ["chat.startStream", "chat.appendStream", "chat.stopStream"]


@pytest.mark.parametrize("method", [*STREAMED, "conversations.replies", "*"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_call_fails_as_an_answer_is_streamed(
    slack: SlackApp, server: SlackServer, fault: Callable[[SlackServer, str], None], method: str
) -> None:
    if method == "conversations.replies":  # asked only after something else has gone wrong
        server.drop_next("chat.startStream")
    fault(server, method)
    asked = mention_of()
    slack.send(asked)
    the_answer(slack, asked)


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.replies", "*"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_call_fails_where_slack_does_not_stream(
    slack: SlackApp, server: SlackServer, fault: Callable[[SlackServer, str], None], method: str
) -> None:
    server.not_streaming.add("C0PLAIN01")
    if method == "conversations.replies":
        server.drop_next("chat.postMessage")
    fault(server, method)
    asked = mention_of(channel="C0PLAIN01")
    slack.send(asked)
    the_answer(slack, asked)


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_call_fails_as_an_answer_is_changed(
    slack: SlackApp, server: SlackServer, fault: Callable[[SlackServer, str], None], method: str
) -> None:
    asked = mention_of()
    slack.send(asked)
    slack.replies(asked)
    fault(server, method)
    if method == "chat.delete":
        slack.send(payloads.deleted(asked))
        slack.settle()
        assert slack.replies(asked, 0) == []
    else:
        slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> Article 1?"))
        slack.settle()
        the_answer(slack, asked, FIRST)


@pytest.mark.parametrize("by_user", [False, True], ids=["Slack", "a reader"])
@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_somebody_else_ends_the_stream(slack: SlackApp, server: SlackServer, method: str, by_user: bool) -> None:
    held = server.hold(method)
    asked = mention_of()
    slack.send(asked)
    slack.wait(lambda: bool(server.made(method)))
    assert server.stop_streams(by_user=by_user) == 1
    held.set()
    the_answer(slack, asked)
    assert server.calls[-1].method == "chat.update"


RESPONSES: dict[str, tuple[Callable[[SlackServer], None], list[str]]] = {
    "429": (lambda server: server.fail_next("response_url", "ratelimited", 429), ["answer"]),
    "503": (lambda server: server.fail_next("response_url", "", 503, times=2), ["answer"]),
    "500, and it may have been shown": (lambda server: server.fail_next("response_url", "", 500), ["interrupted"]),
    "shown, and broken off": (lambda server: server.drop_next("response_url"), ["answer", "interrupted"]),
    "over": (lambda server: server.fail_next("response_url", "expired_url", 404), []),
    "used up": (lambda server: server.fail_next("response_url", "used_url", 404), []),
}


@pytest.mark.parametrize(("fault", "seen"), RESPONSES.values(), ids=RESPONSES.keys())
def test_a_command_whose_answer_is_not_taken(
    slack: SlackApp, server: SlackServer, fault: Callable[[SlackServer], None], seen: list[str]
) -> None:
    fault(server)
    form = command(server, "What does Article 2 say?")
    assert slack.sender.command(form).status_code == 200
    slack.settle()
    shown = [one.body for one in server.responses if one.url == form["response_url"] and one.error is None]
    said = {slack_delivery.INTERRUPTED: "interrupted"}
    assert [said.get(body["text"], "answer") for body in shown] == seen


# --- Pacta does not do what it should


def test_a_question_that_cannot_be_kept_is_not_acknowledged(
    server: SlackServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with shorter(), slack_app(server, home) as slack:
        asked = mention_of()
        server.say(asked["event"]["text"], ts=asked["event"]["ts"])
        with closing(sqlite3.connect(slack.app.state.services.settings.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert slack.sender.event(asked).status_code >= 500
            other.execute("ROLLBACK")
        assert slack.app.state.slack.inbox.waiting() == 0
        slack.send(asked, retry=1)
        the_answer(slack, asked)


def test_an_answer_that_takes_long_is_announced(
    slack: SlackApp, server: SlackServer, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_worker, "PATIENCE_SECONDS", 0.02)
    go_on = threading.Event()
    answerer.before["long"] = waiting_for(go_on)
    asked = payloads.app_mention("What does Article 2 say at long last?")
    slack.send(asked)
    slack.wait(lambda: bool(server.said(ids.CHANNEL, asked["event"]["ts"])))
    (announced,) = server.said(ids.CHANNEL, asked["event"]["ts"])
    assert SECOND not in announced.seen
    go_on.set()
    the_answer(slack, asked)
    assert [one.method for one in server.calls] == ["chat.postMessage", "chat.update"]
    assert server.calls[1].arguments["ts"] == announced.ts


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_call_fails_as_a_long_answer_is_announced(
    slack: SlackApp,
    server: SlackServer,
    answerer: Answerer,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[SlackServer, str], None],
    method: str,
) -> None:
    monkeypatch.setattr(slack_worker, "PATIENCE_SECONDS", 0.02)
    answerer.before["long"] = lambda: time.sleep(0.1)
    fault(server, method)
    asked = payloads.app_mention("What does Article 2 say at long last?")
    slack.send(asked)
    the_answer(slack, asked)
    assert answerer.times["What does Article 2 say at long last?"] >= 1


class Defect(Exception):
    """What nobody has thought of."""


def fail() -> None:
    raise Defect("salt in the works")


def fail_slowly() -> None:
    time.sleep(0.1)
    fail()


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "after a while"])
def test_a_defect_is_told_and_logged(
    slack: SlackApp,
    server: SlackServer,
    answerer: Answerer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    slow: bool,
) -> None:
    if slow:
        monkeypatch.setattr(slack_worker, "PATIENCE_SECONDS", 0.02)
    answerer.before["defect"] = fail_slowly if slow else fail
    caplog.set_level("INFO", "service.slack_app.worker")
    asked = payloads.app_mention(f"Is there a defect in Article 2, {slow}?")
    slack.send(asked)
    assert slack.reply(asked) == slack_worker.FAILED
    assert answerer.times[f"Is there a defect in Article 2, {slow}?"] == slack_worker.ATTEMPTS
    assert sum("salt in the works" in str(one.exc_info) for one in caplog.records) == slack_worker.ATTEMPTS
    slack.wait(lambda: "slack question" in caplog.messages)
    (line,) = [vars(one) for one in caplog.records if one.message == "slack question"]
    assert line["state"] == "failed"
    # The next in the thread is answered as if nothing had been.
    after = payloads.app_mention("What does Article 2 say?", thread_ts=asked["event"]["ts"])
    slack.send(after)
    assert SECOND in slack.replies(after, 2)[-1].seen


def test_a_defect_that_passes_is_not_told(slack: SlackApp, answerer: Answerer) -> None:
    def fail_once() -> None:
        del answerer.before["once"]
        fail()

    answerer.before["once"] = fail_once
    asked = payloads.app_mention("Article 2 once?")
    slack.send(asked)
    the_answer(slack, asked)


def test_a_defect_while_slack_is_down_is_told_when_it_is_up(
    slack: SlackApp, server: SlackServer, answerer: Answerer
) -> None:
    answerer.before["defect"] = fail
    asked = payloads.app_mention("Is there a defect in Article 2, down?")
    server.down()
    slack.send(asked)
    slack.wait(lambda: answerer.times["Is there a defect in Article 2, down?"] == slack_worker.ATTEMPTS)
    time.sleep(0.2)
    server.up()
    assert slack.reply(asked) == slack_worker.FAILED


def test_own_words_are_told_however_long_slack_was_down(slack: SlackApp, server: SlackServer) -> None:
    tries = slack_worker.MOST_ATTEMPTS + 3
    server.fail_next("chat.postMessage", "service_unavailable", 503, times=tries)
    asked = payloads.app_mention("help")
    slack.send(asked)
    assert "How to ask" in slack.reply(asked)
    assert len(server.made("chat.postMessage")) == tries + 1


def test_an_answer_that_is_out_of_time_is_told_so(
    slack: SlackApp, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ComeBackLater, "retry_after", 0.02)

    def give_up() -> None:
        raise OutOfTime(10.0)

    answerer.before["endless"] = give_up
    asked = payloads.app_mention("Article 2, endless?")
    slack.send(asked)
    assert "given up after 10 seconds" in slack.reply(asked)


def test_more_than_the_gate_lets_in_wait(server: SlackServer, home: Path) -> None:
    """They wait for it as long as it takes, and no limit counts them again."""
    answerer = Answerer()
    go_on = threading.Event()
    answerer.before["held"] = waiting_for(go_on)
    limits = {"limit_per_user": "6/minute"}
    serving = Serving(at_once=1, queue=1)
    with shorter(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(ComeBackLater, "retry_after", 0.05)
        with slack_app(server, home, answer=answerer, slack=limits, serving=serving) as slack:
            slack.user = ids.fresh("U")
            asked = [slack.mention(f"Article 2, held {n}?") for n in range(6)]
            time.sleep(0.5)
            go_on.set()
            for one in asked:
                assert SECOND in slack.reply(one)
    assert set(answerer.times.values()) == {1}


def test_slack_that_stays_down_is_given_up(
    slack: SlackApp, server: SlackServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_worker, "GIVE_UP_SECONDS", 0.2)
    server.down()
    slack.send(mention_of())
    slack.settle()
    assert any("Slack took no answer" in one.message for one in caplog.records)
    server.up()
    assert server.calls == []


# --- what was asked changes meanwhile

HELD = {
    "while it is answered": None,
    "before the first words": "chat.startStream",
    "amid the words": "chat.appendStream",
    "before the last words": "chat.stopStream",
}


@pytest.mark.parametrize("method", HELD.values(), ids=HELD.keys())
@pytest.mark.parametrize("change", ["edited", "deleted", "edited twice", "edited and deleted"])
def test_a_question_changes(
    slack: SlackApp, server: SlackServer, answerer: Answerer, method: str | None, change: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    answerer.before["first"] = waiting_for(go_on, begun)
    if method is not None:
        go_on.set()
        held = server.hold(method)
    asked = payloads.app_mention("At first, what does Article 2 say?")
    slack.send(asked)
    assert begun.wait(5)
    if method is not None:
        slack.wait(lambda: bool(server.made(method)))
    mention = f"<@{ids.BOT_USER}>"
    if change == "edited twice":
        slack.send(payloads.edited(asked, f"{mention} Which articles?"))
    if change != "deleted":
        slack.send(payloads.edited(asked, f"{mention} What does Article 1 say?"))
    if "deleted" in change:
        slack.send(payloads.deleted(asked))
    go_on.set()
    if method is not None:
        held.set()
    slack.settle()
    if "deleted" in change:
        assert slack.replies(asked, 0) == []
    else:
        the_answer(slack, asked, FIRST)


def test_an_old_question_that_is_edited_is_not_given_up_at_once(
    slack: SlackApp, server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = mention_of()
    slack.send(asked)
    slack.replies(asked)
    time.sleep(0.5)
    monkeypatch.setattr(slack_worker, "GIVE_UP_SECONDS", 0.4)
    server.fail_next("chat.update", "service_unavailable", 503)
    slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> What does Article 1 say?"))
    slack.settle()
    the_answer(slack, asked, FIRST)


def test_an_edit_that_comes_late_does_not_undo_a_later_one(slack: SlackApp) -> None:
    asked = mention_of()
    slack.send(asked)
    earlier = payloads.edited(asked, f"<@{ids.BOT_USER}> What does Article 7 say?")
    later = payloads.edited(asked, f"<@{ids.BOT_USER}> What does Article 1 say?")
    slack.send(later)
    slack.settle()
    slack.send(earlier, retry=2)
    slack.settle()
    the_answer(slack, asked, FIRST)
    slack.send(payloads.deleted(asked))
    slack.send(later, retry=1)
    slack.settle()
    assert slack.replies(asked, 0) == []


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_change_that_comes_before_its_question(slack: SlackApp, change: str) -> None:
    """Slack sends a question again after a minute; its writer has changed it before that."""
    asked = mention_of()
    if change == "edited":
        slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> What does Article 1 say?"))
        slack.send(asked, retry=2)
        slack.settle()
        the_answer(slack, asked, FIRST)
    else:
        slack.send(payloads.deleted(asked))
        slack.send(asked, retry=2)
        slack.settle()
        assert slack.replies(asked, 0) == []


def test_a_message_that_is_asked_under_is_not_taken_for_an_answer(slack: SlackApp, server: SlackServer) -> None:
    earlier = server.say("Pacta's own words.", user=ids.BOT_USER)
    server.fail_next("chat.startStream", "internal_error")
    asked = mention_of(thread_ts=earlier.ts)
    slack.send(asked)
    first, told = slack.replies(asked, 2)
    assert first.seen == "Pacta's own words."
    assert SECOND in told.seen


def test_a_greeting_is_not_taken_for_an_answer(slack: SlackApp, server: SlackServer) -> None:
    thread = server.say("", channel=ids.DIRECT).ts
    slack.send(payloads.assistant_thread_started(thread_ts=thread))
    slack.wait(lambda: len(server.said(ids.DIRECT, thread)) == 1)
    server.fail_next("chat.startStream", "internal_error")
    asked = payloads.assistant_message("What does Article 2 say?", thread)
    slack.send(asked)
    greeting, told = slack.replies(asked, 2)
    assert greeting.seen == "What would you like to know about a treaty?"
    assert SECOND in told.seen


def test_an_answer_that_somebody_deleted_comes_again(slack: SlackApp, server: SlackServer) -> None:
    """Whoever looks after a channel may take Pacta's message away: an edited question is answered all the same."""
    asked = mention_of()
    slack.send(asked)
    slack.replies(asked)[0].deleted = True
    slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> What does Article 1 say?"))
    slack.settle()
    the_answer(slack, asked, FIRST)
