"""Who sends a request: the key it carries becomes a caller, whose labels and scopes decide all else.

A key comes as ``Authorization: Bearer …`` (what OpenAI's and MCP's clients send), as ``X-API-Key``, or in the cookie
that the page's sign-in sets. Without any, a service that is open to its own machine answers all the same.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from service.access import OPEN, Caller
from service.errors import KeyRequired, KeyUnknown
from service.store import Store

COOKIE = "pacta_key"
# How each of Pacta's keys begins.
_OURS = "pacta_"
# The longest header that is looked at; a key of Pacta's has some sixty characters.
_LONGEST = 200


def key_in(request: HTTPConnection) -> str:
    """The key that a request carries, empty without one."""
    scheme, _, credentials = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return request.headers.get("x-api-key", "").strip() or request.cookies.get(COOKIE, "").strip()


async def authenticate(request: HTTPConnection, store: Store, *, open_to_all: bool) -> Caller:
    """The caller that a request comes from; raises KeyRequired, KeyUnknown.

    A key that is not known is refused even where none is needed: whoever sends one counts on what it may read. What
    is no key of Pacta's is none there: clients made for other services do not start without something in its place.
    """
    secret = key_in(request)
    if not secret or (open_to_all and not secret.startswith(_OURS)):
        if open_to_all:
            return OPEN
        raise KeyRequired
    caller = await run_in_threadpool(store.key_of, secret) if len(secret) <= _LONGEST else None
    if caller is None:
        raise KeyUnknown
    return caller
