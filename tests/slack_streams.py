"""Messages that Slack shows while they are being written: chat.startStream, chat.appendStream, chat.stopStream."""

from typing import Any

from slack_channels import open_channel, own_message
from slack_limits import BLOCKS_IN_MESSAGE, MARKDOWN, MOST_CHARACTERS, check_chunks, refused_blocks, size
from slack_state import Message, SlackError, State, Workspace


def start(state: State, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    """A new message in a thread, in the state of streaming."""
    channel = open_channel(state, workspace, arguments["channel"])
    if channel in state.not_streaming:
        raise SlackError("channel_type_not_supported")
    if not channel.startswith("D"):
        for name in ("recipient_team_id", "recipient_user_id"):
            if not arguments.get(name):
                raise SlackError(f"missing_{name}")
        if arguments["recipient_team_id"] not in {known.team for known in state.workspaces.values()}:
            raise SlackError("team_not_found")
    message = Message.by_bot(workspace, channel)
    message.thread_ts, message.streaming = arguments["thread_ts"], True
    _write(message, arguments)
    state.put(message)
    state.assistant.get((channel, message.thread_ts or ""), {}).pop("status", None)
    return {"channel": channel, "ts": message.ts}


def append(state: State, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    """More for a message that is being streamed."""
    message = _streaming(state, workspace, arguments)
    if not arguments.keys() & {"markdown_text", "chunks"}:
        raise SlackError("no_text")
    _write(message, arguments)
    return {"channel": message.channel, "ts": message.ts}


def stop(state: State, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    """The end of a stream: the last of its text, then blocks below all that was streamed."""
    message = _streaming(state, workspace, arguments)
    last = arguments.get("blocks", [])
    refusal = refused_blocks(last)
    if refusal is not None:
        raise SlackError(refusal.error, *refusal.messages)
    if not message.blocks and not last and not arguments.keys() & {"markdown_text", "chunks"}:
        raise SlackError("no_text")
    _write(message, arguments, last)
    keep_metadata(message, arguments)
    message.streaming = False
    return {"channel": message.channel, "ts": message.ts, "message": message.document}


def keep_metadata(message: Message, arguments: dict[str, Any]) -> None:
    """The metadata of the arguments, kept with the message; none where it is empty."""
    if "metadata" not in arguments:
        return
    metadata = arguments["metadata"] or None
    if metadata is not None and (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    message.metadata = metadata


def _streaming(state: State, workspace: Workspace, arguments: dict[str, Any]) -> Message:
    channel = open_channel(state, workspace, arguments["channel"])
    message = own_message(state, workspace, channel, arguments["ts"], "message_not_found")
    if message.stopped_by_user:
        raise SlackError("stopped_by_user")
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return message


def _write(message: Message, arguments: dict[str, Any], last: list[dict[str, Any]] | None = None) -> None:
    """Puts what a call brings below what has been streamed; all of it, or nothing where Slack refuses it."""
    if arguments.keys() >= {"markdown_text", "chunks"}:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    # Slack's own helper ends a stream with no chunks in the place of chunks.
    mode = "chunks" if arguments.get("chunks") else "markdown_text" if "markdown_text" in arguments else None
    if mode and message.mode and mode != message.mode:
        raise SlackError("streaming_mode_mismatch")
    chunks = arguments.get("chunks", [])
    if mode == "markdown_text":
        if len(arguments["markdown_text"]) > MARKDOWN:
            raise SlackError("msg_too_long")
        # The empty text with which a stream may begin says nothing.
        chunks = [{"type": "markdown_text", "text": arguments["markdown_text"]}] if arguments["markdown_text"] else []
    elif chunks and (problems := check_chunks(chunks)):  # slack_sdk ends every stream with a list, empty or not
        raise SlackError("invalid_chunks", *problems)
    shown = _shown(message.blocks, chunks)
    given = sum(block.get("type") != "markdown" for block in shown)
    if given > BLOCKS_IN_MESSAGE:
        raise SlackError("invalid_blocks", f"no more than {BLOCKS_IN_MESSAGE} items allowed [json-pointer:/chunks]")
    if size(shown) + size(last or []) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    message.blocks = [*shown, *(last or [])]
    message.text = "".join(block["text"] for block in shown if block.get("type") == "markdown")
    message.mode = mode or message.mode


def _shown(blocks: list[dict[str, Any]], chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands in the message after these chunks: text goes on where text stands, a task's card is renewed."""
    shown = [dict(block) for block in blocks]
    for chunk in chunks:
        if chunk["type"] == "blocks":
            shown.extend(chunk["blocks"])
        elif chunk["type"] == "markdown_text":
            if shown and shown[-1]["type"] == "markdown":
                shown[-1]["text"] += chunk["text"]
            else:
                shown.append({"type": "markdown", "text": chunk["text"]})
        else:
            kind, name = ("plan", "type") if chunk["type"] == "plan_update" else ("task_card", "id")
            card = {**chunk, "type": kind}
            same = [n for n, block in enumerate(shown) if block["type"] == kind and block.get(name) == card.get(name)]
            if same:
                shown[same[0]] = card
            else:
                shown.append(card)
    return shown
