"""Which channel and which message a call means, and whether the bot may write there."""

from slack_state import Message, SlackError, State, Workspace


def open_channel(state: State, workspace: Workspace, channel: str, *, archived: str | None = "is_archived") -> str:
    """The channel meant; a person's id means the direct messages with them.

    ``archived`` is the error for a channel that is archived, None where that does not matter.
    """
    if channel[:1] in ("U", "W"):
        channel = f"D{channel[1:]}"
    home = state.homes.setdefault(channel, workspace.team)
    if channel in state.unknown or channel[:1] not in ("C", "G", "D") or home != workspace.team:
        raise SlackError("channel_not_found")
    if channel in state.outside:
        raise SlackError("not_in_channel")
    if channel in state.archived and archived is not None:
        raise SlackError(archived)
    return channel


def own_message(state: State, workspace: Workspace, channel: str, ts: str, not_own: str) -> Message:
    """A message of the bot's own; ``not_own`` is the error for that of somebody else."""
    message = state.messages.get((channel, ts))
    if message is None or message.deleted or message.seen_by is not None:
        raise SlackError("message_not_found")
    if message.user != workspace.bot_user:
        raise SlackError(not_own)
    return message
