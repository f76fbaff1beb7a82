"""Settings of the service: one frozen record, passed in."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ingest.settings import Settings as IngestSettings
from service.errors import SettingWrong


def public_url() -> str:
    """The address that others reach the service at: ``PACTA_PUBLIC_URL``; "" without one. Raises SettingWrong."""
    given = os.environ.get("PACTA_PUBLIC_URL", "").strip().rstrip("/")
    parts = urlsplit(given)
    if given and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise SettingWrong("PACTA_PUBLIC_URL", f"is {given!r}; an address like https://treaties.example.org is needed")
    return given


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most. With ``open_to_all`` a request without a key is answered as one that may do all.
    ``public_url`` is the address that links lead to which are read elsewhere than on the pages, and that ``/mcp``
    answers at beside the machine's own; "" where there is none.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    open_to_all: bool = True
    public_url: str = field(default_factory=public_url)
