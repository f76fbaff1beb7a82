"""What may be sent to a response_url, and what a person then sees."""

from typing import Any

from slack_limits import refused_blocks
from slack_state import Message, Response, State

USES = 5


def refused_response(
    used: tuple[float, int, Any] | None, seconds: float, body: dict[str, Any]
) -> tuple[str | None, int]:
    """The error and the status with which Slack refuses it, or None and 200.

    ``used`` says how long ago the URL was handed out and how often it was used; it is good for ``seconds``.
    """
    if used is None or used[0] > seconds:
        return "expired_url", 404
    if used[1] >= USES:
        return "used_url", 404
    if body.get("delete_original"):
        return None, 200
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        return "invalid_payload", 400
    # All blocks together may be longer here than in chat.postMessage.
    refusal = refused_blocks(body.get("blocks", []), together=False)
    if refusal is not None:
        return refusal.error, 400
    return (None, 200) if body.get("text") or body.get("blocks") else ("no_text", 400)


def show_response(state: State, response: Response, channel: str, user: str, team: str) -> None:
    """Puts the message into its channel, in the place of the one before it where that is asked."""
    body = response.body
    earlier = [message for message in state.messages.values() if message.via == response.url]
    if earlier and (body.get("replace_original") or body.get("delete_original")):
        earlier[-1].deleted = True
    if body.get("delete_original"):
        return
    message = Message.by_bot(state.workspace(team), channel)
    message.text, message.blocks = body.get("text", ""), body.get("blocks", [])
    message.thread_ts, message.via = body.get("thread_ts"), response.url
    message.seen_by = None if body.get("response_type") == "in_channel" else user
    state.put(message)
