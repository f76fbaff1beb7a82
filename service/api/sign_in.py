"""Signing in to the page of a service that needs a key: the browser keeps it in a cookie that no script can read."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from service.api.authentication import COOKIE
from service.api.rate_limits import address_of
from service.api.services import ServicesDep
from service.api.templates import render_page
from service.errors import KeyUnknown

router = APIRouter(include_in_schema=False)
# So long a browser stays signed in; a key that is revoked ends it sooner.
_SECONDS = 30 * 24 * 3600


@router.post("/sign-in")
async def sign_in(
    request: Request,
    services: ServicesDep,
    key: Annotated[str, Form(max_length=200)],
    to: Annotated[str, Form(max_length=4_000)] = "/",
) -> Response:
    """Keeps the key and leads to where the reader was going, or asks again."""
    if await run_in_threadpool(services.store.key_of, key.strip()) is None:
        await services.limits.count_failed_key(address_of(request))
        again = {"detail": str(KeyUnknown()), "to": _path_of(to)}
        return render_page("sign_in.html", again, status_code=401)
    response = RedirectResponse(_path_of(to), status_code=303)
    # Strict: no other site can have the browser ask in the reader's name.
    response.set_cookie(
        COOKIE, key.strip(), max_age=_SECONDS, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@router.post("/sign-out")
async def sign_out() -> Response:
    """Forgets the key."""
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _path_of(address: str) -> str:
    """The path and query of an address of this service; nobody is led elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
