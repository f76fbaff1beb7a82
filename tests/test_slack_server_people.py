"""What people do in the tests' Slack: modals, commands, clicks, the assistant's pane, installing the app."""

from typing import Any

import slack_ids as ids
from slack_clients import MODAL, SALT, refused, web_client
from slack_interactions import click, command, message_shortcut, submission
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient
from slack_server import SlackServer
from slack_state import Workspace


def test_a_modal_opens_once_for_a_fresh_trigger(server: SlackServer, client: WebClient) -> None:
    trigger = command(server, "x")["trigger_id"]
    broken = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    view = client.views_open(trigger_id=trigger, view=MODAL)["view"]
    assert server.views[0]["id"] == view["id"]
    assert refused(lambda: client.views_open(trigger_id=trigger, view=MODAL))["error"] == "exchanged_trigger_id"
    assert refused(lambda: client.views_open(trigger_id="1.2.x", view=MODAL))["error"] == "invalid_trigger_id"
    answer = refused(lambda: client.views_open(trigger_id=server.trigger(), view=broken))
    assert answer["error"] == "invalid_arguments"
    assert "/view/title/text" in answer["response_metadata"]["messages"][0]
    server.trigger_seconds = 0
    assert refused(lambda: client.views_open(trigger_id=server.trigger(), view=MODAL))["error"] == "expired_trigger_id"
    client.views_update(view_id=view["id"], view={**MODAL, "blocks": [SALT, SALT]})
    assert len(server.views[0]["blocks"]) == 2


def test_what_is_set_in_the_assistants_pane(server: SlackServer, client: WebClient) -> None:
    where: dict[str, Any] = {"channel_id": ids.DIRECT, "thread_ts": "1.000001"}
    prompts = [{"title": "Salt", "message": "May salt be sold?"}]
    client.assistant_threads_setSuggestedPrompts(**where, prompts=prompts, title="Ask")
    client.assistant_threads_setStatus(**where, status="is reading…")
    client.assistant_threads_setTitle(**where, title="Salt")
    kept = server.assistant[ids.DIRECT, "1.000001"]
    assert kept == {"prompts": prompts, "prompts_title": "Ask", "status": "is reading…", "title": "Salt"}
    client.chat_postMessage(channel=ids.DIRECT, thread_ts="1.000001", text="No.")
    assert "status" not in kept


def test_a_response_url_is_good_for_five_uses(server: SlackServer) -> None:
    form = command(server, "May salt be sold?")
    hook = WebhookClient(form["response_url"])
    assert hook.send(text="…").status_code == 200
    assert hook.send(text="No.", replace_original=True).status_code == 200
    assert hook.send(text="All see it", response_type="in_channel").status_code == 200
    assert (hook.send(text="").body, hook.send(text="x", blocks=[{"type": "x"}]).body) == ("no_text", "invalid_blocks")
    assert (hook.send(text="x").status_code, hook.send(text="x").body) == (404, "used_url")
    assert [(m.text, m.seen_by) for m in server.messages.values() if not m.deleted] == [
        ("No.", ids.ASKER),
        ("All see it", None),
    ]
    assert [response.error for response in server.responses] == [
        *[None] * 3,
        "no_text",
        "invalid_blocks",
        *["used_url"] * 2,
    ]


def test_a_response_url_ends_after_half_an_hour(server: SlackServer) -> None:
    server.response_url_seconds = 0
    assert WebhookClient(server.response_url()).send(text="x").body == "expired_url"


def test_an_app_is_installed_with_a_code_and_its_token_is_renewed(server: SlackServer) -> None:
    toll = Workspace(ids.OTHER_TEAM, "xoxb-toll-0002")
    server.rotates_tokens = True
    code = server.oauth_code(toll)
    client = web_client(server, None)
    name, secret = server.client
    who = {"client_id": name, "client_secret": secret}
    assert refused(lambda: client.oauth_v2_access(code="no", **who))["error"] == "invalid_code"
    wrong = {"client_id": name, "client_secret": "no"}
    assert refused(lambda: client.oauth_v2_access(code=code, **wrong))["error"] == "bad_client_secret"
    got = client.oauth_v2_access(code=code, **who)
    assert (got["team"]["id"], got["access_token"]) == (toll.team, "xoxb-toll-0002")
    assert refused(lambda: client.oauth_v2_access(code=code, **who))["error"] == "code_already_used"
    refresh = {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    renewed = client.oauth_v2_access(**who, **refresh)
    assert web_client(server, renewed["access_token"]).auth_test()["team_id"] == toll.team
    assert refused(lambda: client.oauth_v2_access(**who, **refresh))["error"] == "invalid_refresh_token"


def test_clicks_shortcuts_and_modals_are_about_what_stands_there(server: SlackServer, client: WebClient) -> None:
    show = {"type": "button", "text": {"type": "plain_text", "text": "Show"}, "action_id": "show", "value": "1"}
    blocks = [{"type": "actions", "block_id": "buttons", "elements": [show]}]
    ts = client.chat_postMessage(channel=ids.CHANNEL, text="x", blocks=blocks, thread_ts="1.000001")["ts"]
    shown = server.messages[ids.CHANNEL, ts]
    clicked = click(server, "show", "1", message=shown.document)
    assert shown.seen == "[Show]"
    assert (clicked["actions"][0]["block_id"], clicked["container"]["thread_ts"]) == ("buttons", "1.000001")
    view = client.views_open(trigger_id=clicked["trigger_id"], view=MODAL)["view"]
    sent = submission(server, view, {"comment": {"text": "Wrong"}})
    assert sent["view"]["state"]["values"]["comment"]["text"]["value"] == "Wrong"
    picked = message_shortcut(server, server.say("May salt be sold?").document)
    assert picked["message"]["text"] == "May salt be sold?"
    assert client.views_open(trigger_id=picked["trigger_id"], view=MODAL)["ok"]
