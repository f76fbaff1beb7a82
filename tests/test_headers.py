"""What responses tell browsers: a strict policy, and no other site let in unless it is listed."""

from pathlib import Path

import pytest
from server_fakes import make_app
from web_fakes import TestClient

OURS = "https://treaties.example"
ASKED = {"origin": OURS, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def policy(value: str) -> dict[str, str]:
    """A content-security policy by directive."""
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in value.split(";"))}


@pytest.mark.parametrize("path", ["/", "/t/salt/art_1", "/docs", "/v1/treaties", "/v1/nothing", "/static/ask.js"])
def test_pages_take_from_this_service_only_and_stand_alone(tmp_path: Path, path: str) -> None:
    with TestClient(make_app(tmp_path)) as client:
        headers = client.get(path).headers
    rules = policy(headers["content-security-policy"])
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert {value for name, value in rules.items() if name not in ("default-src", "base-uri", "frame-ancestors")} == {
        "'self'"
    }
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "microphone=()" in headers["permissions-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_other_site_may_ask_unless_told_otherwise(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path)) as client:
        preflight = client.options("/v1/chat", headers=ASKED)
        response = client.post("/v1/chat", json={"question": "Article 1?"}, headers={"origin": OURS})
    assert preflight.status_code == 405
    for one in (preflight, response):
        assert not [name for name in one.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (OURS, True),
        ("https://treaties.example.evil.example", False),
        ("http://treaties.example", False),
        ("https://treaties.example:8443", False),
        ("null", False),
    ],
)
def test_only_the_sites_listed_may_ask(tmp_path: Path, origin: str, allowed: bool) -> None:
    app = make_app(tmp_path, allowed_origins=(OURS,), limit_per_address="2/day")
    with TestClient(app) as client:
        preflight = client.options("/v1/chat", headers={**ASKED, "origin": origin})
        responses = [client.get("/v1/treaties", headers={"origin": origin}) for _ in range(3)]
    assert preflight.status_code == (200 if allowed else 400)
    # Those that are told to wait must be able to read for how long.
    assert [response.status_code for response in responses] == [200, 200, 429]
    for one in (preflight, *responses):
        assert one.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert "access-control-allow-credentials" not in one.headers
        assert "content-security-policy" in one.headers
    if allowed:
        assert "Retry-After" in responses[-1].headers["access-control-expose-headers"]
