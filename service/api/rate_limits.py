"""How much one asker may ask: requests from an address, requests with a key, wrong keys from an address.

Counted with ``limits`` in a sliding window of two counters, so that what is kept for an address does not grow with
what it sends; in the process's memory, or in a Redis that several processes share. While Redis cannot be reached
nothing is refused.
"""

import ipaddress
import logging
import math
import time
from typing import TYPE_CHECKING

import anyio
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import refusal_response
from service.errors import SettingWrong, TooManyQuestions
from service.settings import Serving
from service.slack_app.manifest import EVENTS_PATH
from service.slack_app.settings import SlackSettings
from service.variables import OFF

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

log = logging.getLogger(__name__)

# What is taken where nothing is set: more than a person asks, or a program that has not run wild.
DEFAULT_REQUESTS = "1200/minute"
DEFAULT_FAILED_KEYS = "60/minute"
# Probes and scrapers come as often as they are told to; a page brings its scripts along; Slack signs what it sends.
NOT_COUNTED = frozenset({"/healthz", "/readyz", "/metrics", EVENTS_PATH})
NOT_COUNTED_UNDER = "/static/"
# How long Redis may take, and how long it is left alone when it did not answer.
REDIS_SECONDS = 0.5
PAUSE_SECONDS = 5.0


class RateLimits:
    """Counts what askers ask; every method raises TooManyQuestions for those who have asked enough."""

    def __init__(self, serving: Serving, slack: SlackSettings | None = None) -> None:
        self._redis = _open_redis(serving.limits_url) if serving.limits_url else None
        self._limiter = SlidingWindowCounterRateLimiter(_storage(self._redis))
        self._of_address = _Limit(serving.limit_per_address, DEFAULT_REQUESTS)
        self._of_key = _Limit(serving.limit_per_key, DEFAULT_REQUESTS)
        self._of_failed = _Limit(serving.limit_failed_keys, DEFAULT_FAILED_KEYS)
        self._of_asker = _Limit(slack.limit_per_user if slack else OFF, OFF)
        self._of_channel = _Limit(slack.limit_per_channel if slack else OFF, OFF)
        self._unreachable_until = 0.0

    async def count_request(self, address: str) -> None:
        """Counts a request from an address."""
        if self._of_address.counts(address):
            await self._count(self._of_address, "address", _network(address), "from one address")

    async def count_key(self, key_id: str) -> None:
        """Counts a request with a key; whoever has none is counted by address only."""
        if key_id:
            await self._count(self._of_key, "key", key_id, "with one key")

    async def count_failed_key(self, address: str) -> None:
        """Counts a key that is wrong, before the one who sent it is told so."""
        if self._of_failed.counts(address):
            await self._count(self._of_failed, "failed", _network(address), "with a wrong key from one address")

    async def count_slack(self, asker: str, channel: str) -> None:
        """Counts a question from Slack, by whoever asks it and by its channel."""
        await self._count(self._of_asker, "slack-user", asker, "from one person")
        await self._count(self._of_channel, "slack-channel", channel, "in one channel")

    async def close(self) -> None:
        """Closes the connections to Redis."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _count(self, limit: "_Limit", kind: str, who: str, said: str) -> None:
        for item in limit.items:
            wait = await self._wait_for(item, kind, who)
            if wait is not None:
                window = f"{item.multiples} {item.GRANULARITY.name}s" if item.multiples > 1 else item.GRANULARITY.name
                raise TooManyQuestions(said, item.amount, window, max(1, math.ceil(wait)))

    async def _wait_for(self, item: RateLimitItem, kind: str, who: str) -> float | None:
        """In how many seconds the next is taken; None where this one is, or where nobody can tell."""
        if time.monotonic() < self._unreachable_until:
            return None
        try:
            with anyio.fail_after(REDIS_SECONDS):
                if await self._limiter.hit(item, kind, who):
                    return None
                stats = await self._limiter.get_window_stats(item, kind, who)
                return stats.reset_time - time.time()
        except Exception as error:  # limits protect the service: what breaks in them must not stop it
            self._unreachable_until = time.monotonic() + PAUSE_SECONDS
            log.warning("Requests are not counted for %g s: %s.", PAUSE_SECONDS, error or type(error).__name__)
            return None


class _Limit:
    """A limit as it was set, or the one that comes with Pacta, which does not count the machine's own requests."""

    def __init__(self, setting: str | None, default: str) -> None:
        self._counts_own = setting is not None
        self.items = [] if setting == OFF else parse_many(setting or default)

    def counts(self, address: str) -> bool:
        """Whether requests from an address are counted; without a peer (a socket file) they are the machine's own."""
        return bool(self.items) and (self._counts_own or not _is_own(address))


class AddressLimitMiddleware:
    """Counts every request by its address, before anything is done for it."""

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it with a problem."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path not in NOT_COUNTED and not path.startswith(NOT_COUNTED_UNDER):
            try:
                await self.limits.count_request(address_of(Request(scope)))
            except TooManyQuestions as refusal:
                await refusal_response(Request(scope), refusal)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def address_of(request: Request) -> str:
    """Who sent a request: the peer, or whom a trusted proxy names (uvicorn has looked at that); empty without one."""
    return request.client.host if request.client else ""


def _is_own(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True


def _network(address: str) -> str:
    """What is counted as one: an IPv4 address; of IPv6 the network of 64 bits, which one customer has for himself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip)


def _open_redis(url: str) -> "ConnectionPool":
    try:
        from redis.asyncio import ConnectionPool
    except ImportError as error:
        raise SettingWrong("PACTA_LIMITS_URL", "needs the client of Redis; `pip install redis` brings it") from error
    return ConnectionPool.from_url(url)


def _storage(redis: "ConnectionPool | None") -> MemoryStorage | RedisStorage:
    if redis is None:
        return MemoryStorage()
    # The address is that of the pool; the one given says only that it is a Redis.
    return RedisStorage("async+redis://", implementation="redispy", connection_pool=redis)  # type: ignore[arg-type]
