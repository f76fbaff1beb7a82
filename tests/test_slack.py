"""Pacta answers in Slack as people ask there: what is told, where, to whom, by which calls."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import slack_ids as ids
import slack_payloads as payloads
from slack_app import PUBLIC, SlackApp, slack_app
from slack_interactions import click, command, message_shortcut, submission
from slack_server import SlackServer, slack_server
from slack_state import Workspace
from web_fakes import FakeIndex

from service.access import Caller
from service.slack_app import worker as slack_worker
from service.slack_app.rules import ChannelRules, Rules, WorkspaceRules

ANSWER = "Article 1"
DRAFTS = "C0DRAFTS1"
SHARED = "C0SHARED1"
FORBIDDEN = "C0CANTEEN"
RULES = Rules(
    {
        ids.TEAM: WorkspaceRules(
            deny=frozenset({FORBIDDEN}), channels={DRAFTS: ChannelRules(frozenset({"drafts"}), shared=False)}
        )
    }
)


@pytest.fixture(scope="module")
def server() -> Iterator[SlackServer]:
    """A Slack for the tests of this file: each asks in a thread of its own."""
    with slack_server(Workspace(), Workspace(ids.OTHER_TEAM, "xoxb-other")) as server:
        yield server


@pytest.fixture(scope="module")
def slack(server: SlackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackApp]:
    """The app over the invented treaties, one of which is a draft."""
    home = tmp_path_factory.mktemp("slack")
    rules = {"rules": RULES, "limit_per_user": "6/minute"}
    with slack_app(server, home, index=lambda: FakeIndex(access={"toll": ("drafts",)}), slack=rules) as running:
        yield running


@pytest.fixture(autouse=True)
def asker(slack: SlackApp) -> None:
    """Each test asks as somebody else: limits are by person."""
    slack.user = ids.fresh("U")


@pytest.fixture(autouse=True)
def _nothing_refused(server: SlackServer) -> Iterator[None]:
    """Slack has refused no call of the test."""
    server.calls.clear()
    yield
    assert server.refused() == []


def answer_of(slack: SlackApp, envelope: dict[str, Any]) -> dict[str, Any]:
    """The last answer of the conversation that a message is in, as it is kept."""
    inner = envelope["event"]
    owner = f"slack/{envelope['team_id']}/{inner['channel']}"
    store = slack.app.state.services.store
    thread = inner.get("thread_ts", inner["ts"])
    conversation = sha256(f"slack/{envelope['team_id']}/{inner['channel']}/{thread}".encode()).hexdigest()[:32]
    turns = store.kept_turns(conversation, owner=owner)
    assert turns is not None
    answer: dict[str, Any] = turns[-1].answer
    return answer


def test_a_mention_is_answered_in_its_thread(slack: SlackApp, server: SlackServer) -> None:
    asked = slack.mention("What does Article 2 of the Salt Treaty say?")
    (told,) = slack.replies(asked)
    assert "The pans are kept in common & in peace." in told.seen
    assert "[1] Article 2" in told.seen
    assert not told.streaming
    assert [one.method for one in server.calls] == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
    start, _, stop = server.calls
    assert start.arguments["thread_ts"] == asked["event"]["ts"]
    assert (start.arguments["recipient_team_id"], start.arguments["recipient_user_id"]) == (ids.TEAM, slack.user)
    assert f"{PUBLIC}/t/salt/art_2" in str(start.arguments["chunks"])
    assert stop.arguments["ts"] == told.ts


def test_a_thread_is_a_conversation(slack: SlackApp) -> None:
    first = slack.mention("What does Article 1 say?")
    assert "(0 before)" in slack.reply(first)
    again = slack.mention("And Article 2?", thread_ts=first["event"]["ts"])
    assert "(1 before)" in slack.replies(again, 2)[1].seen
    other = slack.mention("What does Article 2 say?")
    assert "(0 before)" in slack.reply(other)


def test_nobody_is_answered_who_did_not_ask(slack: SlackApp, server: SlackServer) -> None:
    first = slack.mention("Article 1?")
    slack.replies(first)
    server.calls.clear()
    quiet = [
        payloads.channel_message("Article 2 is the better one", thread_ts=first["event"]["ts"]),
        payloads.channel_message("Who knows Article 2?"),
        payloads.bot_message(f"<@{ids.BOT_USER}> Article 1?"),
        payloads.own_message("Article 1?"),
    ]
    for envelope in quiet:
        slack.send(envelope)
    slack.replies(first)
    assert server.calls == []


def test_a_direct_message_needs_no_mention(slack: SlackApp) -> None:
    asked = slack.direct("Article 2?")
    assert "in common & in peace" in slack.reply(asked)
    pane = slack.send(payloads.assistant_message("And Article 1?", asked["event"]["ts"]))
    assert "(1 before)" in slack.replies(pane, 2)[1].seen


def test_the_pane_shows_what_can_be_asked(slack: SlackApp, server: SlackServer) -> None:
    for envelope in (payloads.app_home_opened(), payloads.assistant_thread_started()):
        server.calls.clear()
        slack.send(envelope)
        slack.wait(lambda: bool(server.made("assistant.threads.setSuggestedPrompts")))
        (prompts,) = [one.arguments["prompts"] for one in server.made("assistant.threads.setSuggestedPrompts")]
        assert 1 <= len(prompts) <= 4
        assert all(one["title"] == one["message"] for one in prompts)


def test_a_command_is_answered_where_it_was_given(slack: SlackApp, server: SlackServer) -> None:
    form = command(server, "What does Article 2 say?", user=slack.user)
    response = slack.sender.command(form)
    assert (response.status_code, response.text) == (200, "")
    slack.settle()
    (told,) = [one for one in server.responses if one.url == form["response_url"]]
    assert told.error is None
    assert told.body["response_type"] == "in_channel"
    assert "What does Article 2 say?" in str(told.body["blocks"])
    assert "in common & in peace" in str(told.body["blocks"])


def test_a_shortcut_asks_about_any_message(slack: SlackApp, server: SlackServer) -> None:
    theirs = server.say("They say that Article 2 forbids it.")
    slack.sender.interaction(message_shortcut(server, theirs.document, user=slack.user))
    slack.settle()
    (told,) = server.said(ids.CHANNEL, theirs.ts)
    assert "in common & in peace" in told.seen


def test_a_shortcut_where_the_app_is_not(slack: SlackApp, server: SlackServer) -> None:
    server.outside.add("C0ELSEWHR")
    theirs = server.say("They say that Article 2 forbids it.", channel="C0ELSEWHR")
    form = message_shortcut(server, theirs.document, channel="C0ELSEWHR")
    slack.sender.interaction(form)
    slack.settle()
    (told,) = [one for one in server.responses if one.url == form["response_url"]]
    assert told.body["response_type"] == "ephemeral"
    assert "in common & in peace" in str(told.body["blocks"])
    assert {one.error for one in server.refused()} == {"not_in_channel"}
    server.calls.clear()


OWN_WORDS = {
    "nothing asked": ("", "How to ask"),
    "help": ("help", "How to ask"),
    "a greeting": ("Hello!", "How to ask"),
    "marks alone": ("??", "How to ask"),
    "thanks": ("Thank you!", "You are welcome."),
    "too long": ("Article 1? " * 500, "at most 4,000 are taken"),
}


@pytest.mark.parametrize(("text", "said"), OWN_WORDS.values(), ids=OWN_WORDS.keys())
def test_own_words(slack: SlackApp, text: str, said: str) -> None:
    assert said in slack.reply(slack.mention(text))


def test_a_refusal_offers_the_nearest_articles(slack: SlackApp, server: SlackServer) -> None:
    asked = slack.mention("What of silver?", channel=DRAFTS)
    (told,) = slack.replies(asked)
    assert "[Show Article 2]" in told.seen
    shown = slack.sender.interaction(press(server, told, "pacta_show_article:0"))
    assert shown.status_code == 200
    slack.wait(lambda: bool(server.made("views.open")))
    (opened,) = server.made("views.open")
    assert "Walkers pay nothing." in str(opened.arguments["view"])


def press(server: SlackServer, message: Any, action_id: str, place: int = 0, **more: Any) -> dict[str, Any]:
    """Somebody presses a button of a message."""
    values = [
        element["value"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("action_id") == action_id and "value" in element
    ]
    values += [
        element[name]["value"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("action_id") == action_id and "positive_button" in element
        for name in ("positive_button", "negative_button")
    ]
    where = {"message": message.document, "channel": message.channel}
    return click(server, action_id, values[place], **where, **more)


def test_the_full_article_is_shown_on_demand(slack: SlackApp, server: SlackServer) -> None:
    (told,) = slack.replies(slack.mention("Article 1?"))
    slack.sender.interaction(press(server, told, "pacta_show_article:0"))
    slack.wait(lambda: bool(server.made("views.open")))
    (opened,) = server.made("views.open")
    shown = str(opened.arguments["view"])
    for words in ("Each Town may take salt, save that:", "none is taken at night; and", "marks the “pans”"):
        assert words in shown
    assert f"{PUBLIC}/t/salt/art_1" in shown


def test_thumbs_and_comments_are_kept(slack: SlackApp, server: SlackServer) -> None:
    asked = slack.mention("Article 2?")
    (told,) = slack.replies(asked)
    answer = answer_of(slack, asked)
    slack.sender.interaction(press(server, told, "pacta_feedback"))
    slack.wait(lambda: bool(server.made("chat.postEphemeral")))
    assert reviewed(slack, answer) == []
    slack.sender.interaction(press(server, told, "pacta_feedback", 1))
    slack.wait(lambda: bool(server.made("views.open")))
    slack.wait(lambda: reviewed(slack, answer) == [None])
    view = server.views[-1]
    sent = slack.sender.interaction(submission(server, view, {"comment": {"comment": "Which pans?"}}))
    assert sent.status_code == 200
    slack.wait(lambda: reviewed(slack, answer) == ["Which pans?"])


def reviewed(slack: SlackApp, answer: dict[str, Any]) -> list[str | None]:
    """The comments of those who found that an answer does not help."""
    turns = slack.app.state.services.store.reviewable_turns()
    return [one.comment for one in turns if one.answer["message_id"] == answer["message_id"]]


def test_an_edited_question_is_answered_anew_in_the_same_message(slack: SlackApp, server: SlackServer) -> None:
    asked = slack.mention("Article 1?")
    (before,) = slack.replies(asked)
    slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> Article 2?"))
    slack.wait(lambda: bool(server.made("chat.update")))
    (after,) = slack.replies(asked)
    assert after.ts == before.ts
    assert "in common & in peace" in after.seen
    assert "(0 before)" in after.seen
    slack.send(payloads.unfurled(asked))
    assert len(slack.replies(asked)) == 1


def test_an_edit_may_mention(slack: SlackApp) -> None:
    asked = payloads.channel_message("Article 2?")
    slack.send(asked)
    slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> Article 2?"))
    assert "in common & in peace" in slack.reply(asked)


@pytest.mark.parametrize("kind", [payloads.deleted, payloads.tombstone], ids=["alone", "with replies"])
def test_a_deleted_question_takes_its_answer_along(slack: SlackApp, server: SlackServer, kind: Any) -> None:
    asked = slack.mention("Article 1?")
    slack.replies(asked)
    slack.send(kind(asked))
    slack.wait(lambda: bool(server.made("chat.delete")))
    assert slack.replies(asked, 0) == []


def test_drafts_stay_where_they_belong(slack: SlackApp) -> None:
    of_drafts = "What do Articles say, Article 2?"
    assert "Walkers pay nothing." in slack.reply(slack.mention(of_drafts, channel=DRAFTS))
    elsewhere = [
        slack.mention(of_drafts),
        slack.direct(of_drafts),
        slack.mention(of_drafts, channel=DRAFTS, external=True),
    ]
    for asked in elsewhere:
        told = slack.reply(asked)
        assert "in common & in peace" in told
        assert "Walkers" not in told
        assert "Toll" not in told


def test_a_channel_that_is_shared_later(slack: SlackApp, server: SlackServer) -> None:
    of_drafts = "What do Articles say, Article 2?"
    asked = slack.mention(of_drafts, channel=DRAFTS)
    (told,) = slack.replies(asked)
    assert "Walkers pay nothing." in told.seen
    slack.send(payloads.channel_message("Welcome, all of you from outside!", channel=DRAFTS, external=True))
    slack.send(payloads.edited(asked, f"<@{ids.BOT_USER}> {of_drafts}?") | {"is_ext_shared_channel": True})
    slack.wait(lambda: "Walkers" not in told.seen)
    form = command(server, of_drafts, channel=DRAFTS, user=slack.user)
    slack.sender.command(form)
    slack.settle()
    assert "Walkers" not in str([one.body for one in server.responses if one.url == form["response_url"]])
    slack.send(payloads.channel_message("They have left.", channel=DRAFTS))


def test_a_direct_message_of_two_people(slack: SlackApp, server: SlackServer) -> None:
    """The app is not in it, and does not know who they are."""
    form = command(server, "What do Articles say, Article 2?", channel="D0TWOOFUS", user=slack.user)
    slack.sender.command(form)
    slack.settle()
    (told,) = [one.body for one in server.responses if one.url == form["response_url"]]
    assert told["response_type"] == "ephemeral"
    assert "in common & in peace" in str(told)
    assert "Walkers" not in str(told)


def test_what_was_kept_is_not_told_where_it_may_not_be_read_any_more(
    slack: SlackApp, server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_worker, "FIRST_PAUSE_SECONDS", 0.2)
    answering = slack.app.state.slack.worker.answering
    server.fail_next("*", "service_unavailable", times=2)  # no stream, and no message either
    held = server.hold("*")
    asked = slack.mention("What do Articles say, Article 2?", channel=DRAFTS)
    slack.wait(lambda: bool(server.calls))
    monkeypatch.setattr(answering, "_settings", replace(answering._settings, rules=Rules()))
    held.set()
    told = slack.reply(asked)
    server.clear()
    assert "in common & in peace" in told
    assert "Walkers" not in told
    server.calls.clear()


def test_a_button_shows_a_draft_in_its_channel_alone(slack: SlackApp, server: SlackServer) -> None:
    (told,) = slack.replies(slack.mention("What of silver?", channel=DRAFTS))
    button = press(server, told, "pacta_show_article:0")
    forged = {**button, "channel": {"id": ids.CHANNEL, "name": "general"}}
    slack.sender.interaction(forged)
    slack.wait(lambda: bool(server.made("views.open")))
    assert "Walkers" not in str(server.made("views.open")[0].arguments)


def test_a_channel_that_is_not_allowed(slack: SlackApp, server: SlackServer) -> None:
    asked = slack.mention("Article 1?", channel=FORBIDDEN)
    slack.settle()
    (told,) = server.made("chat.postEphemeral")
    assert told.arguments["user"] == slack.user
    assert "I do not answer in this channel" in told.arguments["text"]
    assert [one.seen_by for one in server.said(FORBIDDEN, asked["event"]["ts"])] == [slack.user]


def test_who_asks_too_much_is_told_so_alone(slack: SlackApp, server: SlackServer) -> None:
    for _ in range(6):
        slack.replies(slack.mention("Article 1?"))
    server.calls.clear()
    slack.mention("Article 2?")
    slack.settle()
    (told,) = server.calls
    assert told.method == "chat.postEphemeral"
    assert "6 requests per minute are taken from one person" in told.arguments["text"]
    slack.user = ids.fresh("U")
    assert "in common & in peace" in slack.reply(slack.mention("Article 2?"))


def test_workspaces_know_nothing_of_each_other(slack: SlackApp) -> None:
    asked = slack.mention("Article 1?")
    slack.replies(asked)
    answer = answer_of(slack, asked)
    store = slack.app.state.services.store
    stranger = Caller(f"slack/{ids.OTHER_TEAM}/{ids.CHANNEL}")
    assert store.kept_turns(answer["conversation_id"], owner=stranger.key_id) is None
    assert not store.give_feedback(answer["message_id"], "down", owner=stranger.key_id)


def test_one_line_tells_of_each_question(slack: SlackApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "service.slack_app.worker")
    slack.replies(slack.mention("Article 2 and my secret?"))
    slack.wait(lambda: "slack question" in caplog.messages)
    (line,) = [vars(one) for one in caplog.records if one.message == "slack question"]
    assert (line["workspace"], line["channel"]) == (ids.TEAM, ids.CHANNEL)
    assert (line["user"], line["state"], line["status"]) == (slack.user, "told", "answered")
    assert line["cited"] == ["salt/art_2"]
    assert "secret" not in str(line)


def test_what_slack_asks_itself(slack: SlackApp) -> None:
    response = slack.sender.event(payloads.url_verification("riddle"))
    assert (response.status_code, response.json()) == (200, {"challenge": "riddle"})


def test_home_is_not_needed(tmp_path: Path) -> None:
    """Nothing of Slack's library is written beside Pacta's own database."""
    assert not (Path.home() / ".bolt-app-installation").exists()
