"""Requests as Slack sends them to an app: signed, as JSON or as a form, and sent again where it likes."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import slack_ids as ids

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    """The headers that prove that Slack sent a body, at this time (in seconds; now where it is not given)."""
    timestamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}


def retry_headers(number: int, reason: str = "http_timeout") -> dict[str, str]:
    """The headers of an event that is sent again for the nth time."""
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}


class Sender:
    """Sends to an app what Slack would; ``client`` may be a test client of the application."""

    def __init__(
        self,
        base_url: str,
        secret: str = ids.SIGNING_SECRET,
        *,
        path: str = "/slack/events",
        client: httpx.Client | None = None,
    ) -> None:
        self.path = path
        self.secret = secret
        self._client = client or httpx.Client(base_url=base_url, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def event(self, payload: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Sends an event; for ``more`` see ``send``."""
        return self.send(json.dumps(payload), JSON, **more)

    def deliver(self, payload: Mapping[str, Any], *, times: int = 4) -> list[httpx.Response | None]:
        """Sends an event as Slack does: again while it is not taken, with what it says of a retry.

        Gives each response, None where there was none within three seconds; without Slack's pauses in between.
        """
        responses: list[httpx.Response | None] = []
        more: dict[str, Any] = {}
        while len(responses) < times:
            try:
                response = self.event(payload, timeout=3.0, **more)
            except httpx.TransportError as lost:
                responses.append(None)
                reason = "http_timeout" if isinstance(lost, httpx.TimeoutException) else "connection_failed"
            else:
                responses.append(response)
                if response.is_success or response.headers.get("X-Slack-No-Retry") == "1":
                    break
                reason = "http_error"
            more = {"retry": len(responses), "reason": reason}
        return responses

    def command(self, form: Mapping[str, str], **more: Any) -> httpx.Response:
        """Sends a slash command."""
        return self.send(urlencode(form), FORM, **more)

    def interaction(self, payload: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Sends a shortcut, a click or a modal that was submitted."""
        return self.send(urlencode({"payload": json.dumps(payload)}), FORM, **more)

    def send(
        self,
        body: str,
        content_type: str,
        *,
        at: float | None = None,
        secret: str | None = None,
        retry: int | None = None,
        reason: str = "http_timeout",
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> httpx.Response:
        """Sends a body: signed at another time, with another secret, as a retry, or with other headers on top."""
        all_headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed(self.secret if secret is None else secret, body, at),
            **(retry_headers(retry, reason) if retry is not None else {}),
            **(headers or {}),
        }
        return self._client.post(self.path, content=body.encode(), headers=all_headers, timeout=timeout)
