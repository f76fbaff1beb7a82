"""What the tests' Slack knows: its workspaces, the calls it has received, the messages in its channels."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import slack_ids as ids


class SlackError(Exception):
    """An answer of Slack with ``ok`` false; ``more`` is what it says besides the error's code."""

    def __init__(self, error: str, *problems: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: dict[str, Any] = {"ok": False, "error": error, **more}
        if problems:
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in problems]}


@dataclass(slots=True)
class Workspace:
    """A workspace in which the app is installed, and the bot's token there."""

    team: str = ids.TEAM
    token: str = ids.BOT_TOKEN
    bot_user: str = ids.BOT_USER
    bot: str = ids.BOT
    scopes: tuple[str, ...] = ids.SCOPES
    name: str = "Salt Towns"


@dataclass(slots=True)
class Call:
    """A call of the Web API as received; ``error`` is what was answered (None: carried out, "" until answered)."""

    method: str
    arguments: dict[str, Any]
    token: str | None
    at: float
    error: str | None = ""
    status: int = 200


@dataclass(slots=True)
class Response:
    """What was sent to a response_url; ``error`` is why it was refused, or None."""

    url: str
    body: dict[str, Any]
    at: float
    error: str | None = None


@dataclass(slots=True)
class Message:
    """A message as it stands now.

    ``bot`` is the bot's id where a bot wrote it; ``seen_by`` the one person who sees an ephemeral message; ``via`` the
    response_url to which it was sent; ``mode`` whether it is streamed as text or in chunks.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    team: str = ids.TEAM
    metadata: dict[str, Any] | None = None
    edited: int = 0
    deleted: bool = False
    streaming: bool = False
    stopped_by_user: bool = False
    mode: str | None = None
    seen_by: str | None = None
    bot: str | None = None
    via: str | None = None
    at: float = field(default_factory=time.time)

    @classmethod
    def by_bot(cls, workspace: Workspace, channel: str) -> Self:
        """A new message of the bot's own, still without content."""
        return cls(channel, ids.fresh_ts(), workspace.bot_user, team=workspace.team, bot=workspace.bot)

    @property
    def seen(self) -> str:
        """What a person reads: the words of its blocks in their order, or its text where it has none."""
        return "\n".join(filter(None, map(words, self.blocks))) if self.blocks else self.text

    @property
    def document(self) -> dict[str, Any]:
        """The message as Slack's methods and events give it."""
        document: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        document["team"] = self.team
        if self.bot is not None:
            document |= {"bot_id": self.bot, "app_id": ids.APP}
        if self.blocks:
            document["blocks"] = self.blocks
        if self.thread_ts is not None:
            document["thread_ts"] = self.thread_ts
        if self.edited:
            document["edited"] = {"user": self.user, "ts": self.ts}
        return document


def words(block: Mapping[str, Any]) -> str:
    """The words that a person reads in a block; buttons in square brackets."""
    kind = block.get("type")
    if kind == "button":
        return f"[{words(block['text'])}]"
    if kind == "feedback_buttons":
        return " ".join(f"[{words(block[name]['text'])}]" for name in ("positive_button", "negative_button"))
    if kind == "link":
        return str(block.get("text", block["url"]))
    if kind in ("user", "channel", "broadcast", "emoji"):
        return str(block.get("user_id") or block.get("channel_id") or block.get("range") or f":{block.get('name')}:")
    found: list[str] = []
    for name in ("title", "label", "text", "fields", "elements", "rows", "accessory", "details", "output"):
        value = block.get(name)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            found.append(words(value))
        elif isinstance(value, list):
            inline = kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
            found.append(("" if inline else "\n").join(words(item) for item in value if isinstance(item, Mapping)))
    return "\n".join(filter(None, found))


class State:
    """Everything known; changed by the server's thread alone, read by the tests."""

    def __init__(self) -> None:
        self.workspaces: dict[str, Workspace] = {}
        self.revoked: set[str] = set()
        self.calls: list[Call] = []
        self.responses: list[Response] = []
        self.messages: dict[tuple[str, str], Message] = {}
        self.views: list[dict[str, Any]] = []
        self.assistant: dict[tuple[str, str], dict[str, Any]] = {}
        # A channel belongs to the first workspace that uses it; another workspace's token does not find it.
        self.homes: dict[str, str] = {}
        self.outside: set[str] = set()
        self.archived: set[str] = set()
        self.unknown: set[str] = set()
        self.not_streaming: set[str] = set()
        self.app_token = ids.APP_TOKEN
        self.client = ("client-1", "client-secret-1")
        self.rotates_tokens = False
        self.trigger_seconds = 3.0
        self.response_url_seconds = 1800.0
        self._handed: dict[str, Any] = {}
        self._lock = threading.Lock()

    def add_workspace(self, workspace: Workspace) -> Workspace:
        """Installs the app in one more workspace."""
        self.workspaces[workspace.token] = workspace
        return workspace

    def workspace(self, team: str = ids.TEAM) -> Workspace:
        """The workspace of this id."""
        return next(workspace for workspace in self.workspaces.values() if workspace.team == team)

    def say(
        self,
        text: str,
        *,
        channel: str = ids.CHANNEL,
        user: str = ids.ASKER,
        thread_ts: str | None = None,
        ts: str | None = None,
        team: str = ids.TEAM,
    ) -> Message:
        """A person's message, put into a channel."""
        self.homes.setdefault(channel, team)
        return self.put(Message(channel, ts or ids.fresh_ts(), user, text, thread_ts=thread_ts, team=team))

    def put(self, message: Message) -> Message:
        """A message put into its channel."""
        self.messages[message.channel, message.ts] = message
        return message

    def threads(self, channel: str, ts: str) -> list[Message]:
        """The messages of a thread that are there, in their order; those that one person alone sees among them."""
        found = [m for m in list(self.messages.values()) if m.channel == channel and ts in (m.ts, m.thread_ts)]
        return sorted((m for m in found if not m.deleted), key=lambda message: message.ts)

    def said(self, channel: str, ts: str) -> list[Message]:
        """What the app has said in a thread and has not deleted."""
        bots = {workspace.bot_user for workspace in self.workspaces.values()}
        return [message for message in self.threads(channel, ts) if message.user in bots]

    def read(self, channel: str, ts: str) -> list[str]:
        """What a person reads in a thread, a string a message."""
        return [message.seen for message in self.threads(channel, ts)]

    def made(self, *methods: str) -> list[Call]:
        """The calls of these methods, of all where none is named, in their order."""
        return [call for call in list(self.calls) if not methods or call.method in methods]

    def refused(self) -> list[Call]:
        """The calls that were answered with an error, without those that were told to wait."""
        return [call for call in list(self.calls) if call.error and call.status != 429]

    def trigger(self) -> str:
        """A new trigger_id, good for one view, for ``trigger_seconds``."""
        return self.hand(f"{ids.fresh('1')}.{ids.fresh('2')}.{ids.fresh('c')}")

    def oauth_code(self, workspace: Workspace) -> str:
        """The one-time code with which the app is installed in a workspace."""
        return self.hand(ids.fresh("code"), workspace)

    def hand(self, what: str, value: Any = None) -> str:
        """Remembers a one-time value as handed out now."""
        self._handed[what] = [time.monotonic(), 0, value]
        return what

    def use(self, what: str) -> tuple[float, int, Any] | None:
        """How long ago a value was handed out, how often used before, what it stands for; None if it never was."""
        with self._lock:
            handed = self._handed.get(what)
            if handed is None:
                return None
            handed[1] += 1
            return time.monotonic() - handed[0], handed[1] - 1, handed[2]

    def stop_streams(self, *, by_user: bool = False) -> int:
        """Ends the running streams as Slack does after some minutes, or as a reader does; gives how many."""
        running = [message for message in list(self.messages.values()) if message.streaming]
        for message in running:
            message.streaming, message.stopped_by_user = False, by_user
        return len(running)

    def streams(self) -> Iterator[Message]:
        """The messages that are still being streamed."""
        return (message for message in list(self.messages.values()) if message.streaming)
