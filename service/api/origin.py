"""Who made a browser send a request: a page of this service, or one of another site.

A form of any page on the web can send files to a service that the reader's browser reaches, and one that is open to
its own machine asks for no key.
"""

from urllib.parse import urlsplit

from fastapi import Request

from service.errors import OtherSite


def refuse_other_sites(request: Request) -> None:
    """Raises OtherSite where a browser says that another site is behind a request; programs say nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise OtherSite
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise OtherSite
