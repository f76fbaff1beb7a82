"""The methods of Slack's Web API that Pacta uses, over the state of the tests' Slack.

Each takes the state, the workspace of the token and the decoded arguments, and gives what Slack answers besides
``ok``; it raises ``SlackError`` where Slack refuses.
"""

from collections.abc import Callable
from typing import Any

import slack_ids as ids
import slack_streams
from slack_channels import open_channel, own_message
from slack_limits import check_view, refused_message
from slack_state import Message, SlackError, State, Workspace

Arguments = dict[str, Any]
Method = Callable[[State, Workspace, Arguments], dict[str, Any]]
# chat.update has been seen to refuse a longer text, though only postMessage's 40,000 characters are documented.
UPDATED_TEXT_BYTES = 4_000


def auth_test(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Whose token it is."""
    return {
        "url": f"https://{workspace.team.lower()}.slack.invalid/",
        "team": workspace.name,
        "user": "pacta",
        "team_id": workspace.team,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot,
        "is_enterprise_install": False,
    }


def post_message(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A message in a channel, in a thread, or to a person."""
    channel = open_channel(state, workspace, arguments["channel"])
    message = _new_message(workspace, channel, arguments)
    state.put(message)
    state.assistant.get((channel, message.thread_ts or ""), {}).pop("status", None)
    return {"channel": channel, "ts": message.ts, "message": message.document}


def post_ephemeral(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A message that one person sees."""
    message = _new_message(workspace, open_channel(state, workspace, arguments["channel"]), arguments)
    message.seen_by = arguments["user"]
    state.put(message)
    return {"message_ts": message.ts}


def update(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Another text, other blocks or other metadata for a message of the bot's own; what is not given stays."""
    channel = open_channel(state, workspace, arguments["channel"], archived="is_inactive")
    message = own_message(state, workspace, channel, arguments["ts"], "cant_update_message")
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    if not arguments.keys() & {"text", "blocks", "attachments", "markdown_text"}:
        raise SlackError("no_text")
    if len(arguments.get("text", "").encode()) > UPDATED_TEXT_BYTES:
        raise SlackError("msg_too_long")
    after = _checked(arguments, Message(channel, message.ts, message.user, message.text, message.blocks))
    message.text, message.blocks, message.edited = after.text, after.blocks, message.edited + 1
    if "metadata" in arguments:
        message.metadata = after.metadata
    return {"channel": channel, "ts": message.ts, "text": message.text, "message": message.document}


def delete(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Takes away a message of the bot's own."""
    channel = open_channel(state, workspace, arguments["channel"])
    message = own_message(state, workspace, channel, arguments["ts"], "cant_delete_message")
    message.deleted, message.streaming = True, False
    return {"channel": channel, "ts": message.ts}


def replies(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A page of a thread: its first message, then those after ``oldest``."""
    channel, ts = open_channel(state, workspace, arguments["channel"], archived=None), arguments["ts"]
    thread = [message for message in state.threads(channel, ts) if message.seen_by is None]
    if not thread:
        raise SlackError("thread_not_found")
    oldest, latest = str(arguments.get("oldest", "0")), str(arguments.get("latest", "9999999999"))
    inclusive = _flag(arguments.get("inclusive"))
    found = [
        message
        for message in thread
        if message.ts == ts or oldest < message.ts < latest or (inclusive and message.ts in (oldest, latest))
    ]
    start, limit = int(str(arguments.get("cursor") or "0")), int(arguments.get("limit", 1000))
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    more = start + limit < len(found)
    with_metadata = _flag(arguments.get("include_all_metadata"))
    documents = [
        {**message.document, **({"metadata": message.metadata} if with_metadata and message.metadata else {})}
        for message in found[start : start + limit]
    ]
    return {
        "messages": documents,
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def open_view(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A modal, in exchange for a trigger_id that is fresh and unused."""
    used = state.use(arguments["trigger_id"])
    if used is None:
        raise SlackError("invalid_trigger_id")
    if used[1]:
        raise SlackError("exchanged_trigger_id")
    if used[0] > state.trigger_seconds:
        raise SlackError("expired_trigger_id")
    view = _checked_view(arguments["view"])
    state.views.append({**view, "id": ids.fresh("V"), "team_id": workspace.team, "hash": ids.fresh("h")})
    return {"view": state.views[-1]}


def update_view(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Other content for a modal that is open."""
    shown = next((view for view in state.views if view["id"] == arguments.get("view_id")), None)
    if shown is None:
        raise SlackError("not_found")
    shown.update(_checked_view(arguments["view"]))
    return {"view": shown}


def set_assistant(name: str) -> Method:
    """A method that keeps one thing (status, title or prompts) of an assistant's thread."""

    def method(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
        channel = open_channel(state, workspace, arguments["channel_id"])
        prompts = arguments[name] if name == "prompts" else []
        if len(prompts) > 4 or not all(prompt.get("title") and prompt.get("message") for prompt in prompts):
            raise SlackError("invalid_arguments", "up to four prompts, each with title and message")
        kept = state.assistant.setdefault((channel, arguments["thread_ts"]), {})
        kept[name] = arguments[name]
        if name == "prompts" and "title" in arguments:
            kept["prompts_title"] = arguments["title"]
        if not kept[name]:
            del kept[name]
        return {}

    return method


def user_info(state: State, workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A person or a bot of the workspace."""
    user = arguments["user"]
    if user in state.unknown or user[:1] not in "UW":
        raise SlackError("user_not_found")
    return {
        "user": {
            "id": user,
            "team_id": workspace.team,
            "name": user.lower(),
            "real_name": f"Person {user[-2:]}",
            "is_bot": user == workspace.bot_user,
            "tz": "Europe/Amsterdam",
            "locale": "en-GB",
        }
    }


def _new_message(workspace: Workspace, channel: str, arguments: Arguments) -> Message:
    message = Message.by_bot(workspace, channel)
    message.thread_ts = arguments.get("thread_ts")
    return _checked(arguments, message)


def _checked(arguments: Arguments, message: Message) -> Message:
    """The message with the text, blocks and metadata of the arguments, where Slack takes them."""
    if "markdown_text" in arguments:
        if arguments.keys() & {"text", "blocks"}:
            raise SlackError("markdown_text_conflict")
        arguments = {**arguments, "blocks": [{"type": "markdown", "text": arguments["markdown_text"]}]}
    message.text = arguments.get("text", message.text)
    message.blocks = arguments.get("blocks", message.blocks)
    refusal = refused_message(message.blocks, message.text)
    if refusal is not None:
        raise SlackError(refusal.error, *refusal.messages)
    slack_streams.keep_metadata(message, arguments)
    return message


def _checked_view(view: Any) -> dict[str, Any]:
    problems = check_view(view) if isinstance(view, dict) else ["must provide an object [json-pointer:/view]"]
    if problems:
        raise SlackError("invalid_arguments", *problems)
    return dict(view)


def _flag(value: Any) -> bool:
    return value in (True, "1", "true", 1)


# For each method: what carries it out, its required arguments, the scopes of which the token must have one, and the
# tier of its rate limit (0: a rule of its own, see slack_rates).
METHODS: dict[str, tuple[Method, str, str, int]] = {
    "api.test": (lambda state, workspace, arguments: {"args": arguments}, "", "", 4),
    "auth.test": (auth_test, "", "", 0),
    "chat.postMessage": (post_message, "channel", "chat:write", 0),
    "chat.postEphemeral": (post_ephemeral, "channel user", "chat:write", 4),
    "chat.update": (update, "channel ts", "chat:write", 3),
    "chat.delete": (delete, "channel ts", "chat:write", 3),
    "chat.startStream": (slack_streams.start, "channel thread_ts", "chat:write", 2),
    "chat.appendStream": (slack_streams.append, "channel ts", "chat:write", 4),
    "chat.stopStream": (slack_streams.stop, "channel ts", "chat:write", 2),
    "conversations.replies": (replies, "channel ts", "channels:history groups:history im:history", 3),
    "views.open": (open_view, "trigger_id view", "", 4),
    "views.update": (update_view, "view", "", 4),
    "assistant.threads.setStatus": (set_assistant("status"), "channel_id thread_ts status", "chat:write", 0),
    "assistant.threads.setTitle": (set_assistant("title"), "channel_id thread_ts title", "assistant:write", 4),
    "assistant.threads.setSuggestedPrompts": (
        set_assistant("prompts"),
        "channel_id thread_ts prompts",
        "assistant:write",
        4,
    ),
    "users.info": (user_info, "user", "users:read", 4),
}
