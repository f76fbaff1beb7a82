"""How often Slack lets a method be called: one message a second in a channel, and so many calls a minute of a tier."""

import math
import time
from collections import defaultdict, deque

# Slack: "1+", "20+", "50+" and "100+" a minute; a small burst is tolerated in the first tier.
CALLS_A_MINUTE = {1: 5, 2: 20, 3: 50, 4: 100}
POSTING = frozenset(("chat.postMessage", "chat.startStream"))


class Rates:
    """Counts calls; ``second`` is how long Slack's second lasts here (so that a test need not wait for a minute)."""

    def __init__(self) -> None:
        self.on = False
        self.second = 1.0
        self.burst = 3
        self.retry_after: int | None = None
        self._posts: dict[tuple[str, str], tuple[float, float]] = {}
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def wait(self, method: str, tier: int, token: str, channel: str | None) -> int | None:
        """The whole seconds that a caller is told to wait, or None where the call may go on (and then it counts)."""
        if not self.on:
            return None
        now = time.monotonic()
        calls, most = self._calls[method, token], CALLS_A_MINUTE.get(tier)
        while calls and calls[0] <= now - 60 * self.second:
            calls.popleft()
        if most is not None and len(calls) >= most:
            return self._told(calls[0] + 60 * self.second - now)
        if method in POSTING and channel is not None:
            tokens, before = self._posts.get((token, channel), (float(self.burst), now))
            tokens = min(self.burst, tokens + (now - before) / self.second)
            if tokens < 1:
                self._posts[token, channel] = (tokens, now)
                return self._told((1 - tokens) * self.second)
            self._posts[token, channel] = (tokens - 1, now)
        calls.append(now)
        return None

    def _told(self, seconds: float) -> int:
        """Whole seconds, as in Retry-After: rounded up; 0 for a wait of less than one where seconds are shortened."""
        if self.retry_after is not None:
            return self.retry_after
        return math.ceil(seconds) if self.second >= 1 or seconds > 1 else 0
