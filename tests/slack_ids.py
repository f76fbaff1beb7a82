"""The names of the tests' Slack (workspace, app, people, channels), and fresh ids in Slack's form."""

import itertools
import threading
import time

TEAM = "T0SALT001"
OTHER_TEAM = "T0TOLL002"
APP = "A0PACTA01"
BOT_USER = "U0PACTA01"
BOT = "B0PACTA01"
ASKER = "U0ASKER01"
CHANNEL = "C0GENERAL"
DIRECT = "D0ASKER01"
BOT_TOKEN = "xoxb-salt-0001"
APP_TOKEN = "xapp-1-A0PACTA01-0001"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "users:read",
)

_count = itertools.count(1)
_lock = threading.Lock()
_last_ts = 0


def fresh(prefix: str) -> str:
    """An id that no other call has been given, such as ``Ev00000001``."""
    return f"{prefix}{next(_count):08d}"


def fresh_ts() -> str:
    """The time stamp of a new message: the clock's, and later than every one before it."""
    global _last_ts
    with _lock:
        _last_ts = max(_last_ts + 1, time.time_ns() // 1000)
        return f"{_last_ts // 1_000_000}.{_last_ts % 1_000_000:06d}"
