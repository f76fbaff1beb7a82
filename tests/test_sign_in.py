"""Signing in to the page of a service that needs a key, and what a service is open to."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from web_fakes import TestClient, make_client

PAGE = {"accept": "text/html"}


def sign_in(client: TestClient, key: str, to: str = "/") -> tuple[int, str]:
    """The status of signing in and where it leads."""
    response = client.post("/sign-in", data={"key": key, "to": to}, headers=PAGE, follow_redirects=False)
    return response.status_code, response.headers.get("location", response.text)


@pytest.fixture
def key(tmp_path: Path) -> str:
    with make_client(tmp_path) as client:
        return str(client.app.state.services.store.key_ring.create_key("bot", ["ask"], None)[1])


def test_a_page_asks_for_a_key_and_then_leads_on(tmp_path: Path, key: str) -> None:
    with make_client(tmp_path, open_to_all=False) as client:
        asked = client.get("/t/salt?start=3", headers=PAGE)
        assert asked.status_code == 401
        assert asked.headers["www-authenticate"].startswith("Bearer")
        assert 'name="to" value="/t/salt?start=3"' in asked.text
        status, page = sign_in(client, "pacta_000000000000_" + "x" * 43, "/t/salt?start=3")
        assert (status, 'name="to" value="/t/salt?start=3"' in page) == (401, True)
        assert "mistyped or has been revoked" in page
        assert client.get("/", headers=PAGE).status_code == 401
        assert sign_in(client, f" {key} ", "/t/salt?start=3") == (303, "/t/salt?start=3")
        assert client.get("/t/salt", headers=PAGE).status_code == 200
        assert client.post("/v1/chat", json={"question": "Article 1?"}).status_code == 200
        client.post("/sign-out", follow_redirects=False)
        assert client.get("/", headers=PAGE).status_code == 401


def test_no_script_and_no_other_site_gets_at_the_key(tmp_path: Path, key: str) -> None:
    with make_client(tmp_path, open_to_all=False) as client:
        response = client.post("/sign-in", data={"key": key}, follow_redirects=False)
    kept = response.headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=strict" in kept


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("https://evil.example/", "another site"),
        ("//evil.example/", "another site without its scheme"),
        ("/\\evil.example", "what browsers read as such"),
        ("javascript:alert(1)", "no address"),
        ("evil", "no path"),
    ],
)
def test_nobody_is_led_elsewhere(tmp_path: Path, key: str, to: str, why: str) -> None:
    with make_client(tmp_path, open_to_all=False) as client:
        assert sign_in(client, key, to) == (303, "/")


def test_a_key_that_is_revoked_ends_what_was_signed_in(tmp_path: Path, key: str) -> None:
    with make_client(tmp_path, open_to_all=False) as client:
        sign_in(client, key)
        client.app.state.services.store.key_ring.revoke_key(key.split("_")[1])
        assert client.get("/", headers=PAGE).status_code == 401


def test_an_open_service_takes_a_key_of_others_for_none_and_refuses_a_wrong_one(tmp_path: Path, key: str) -> None:
    with make_client(tmp_path) as client:
        for given, status in (("none", 200), ("sk-123", 200), (key, 200), (key[:-1] + "!", 401)):
            asked = client.post("/v1/chat", json={"question": "?"}, headers={"authorization": f"Bearer {given}"})
            assert asked.status_code == status, given


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({}, 200, "its own address"),
        ({"host": "localhost:8000"}, 200, "its own name"),
        ({"host": "[::1]:8000"}, 200, "its own address of the newer kind"),
        ({"host": "evil.example"}, 403, "a name that was made to lead to this machine"),
        ({"host": "127.0.0.1.evil.example"}, 403, "one that begins as the machine's own"),
        ({"host": "[::1"}, 403, "half an address"),
        ({"host": ""}, 403, "none"),
        ({"host": "127.0.0.1@evil.example"}, 403, "a user before a name"),
        ({"origin": "https://evil.example"}, 403, "a page of another site"),
        ({"origin": "http://localhost:3000"}, 200, "a page of this machine"),
        ({"sec-fetch-site": "cross-site"}, 403, "a browser that tells no more"),
    ],
)
def test_an_open_service_answers_under_its_own_name_only(
    tmp_path: Path, headers: dict[str, str], status: int, why: str
) -> None:
    with make_client(tmp_path) as client:
        asked = client.post("/v1/chat", json={"question": "Article 1?"}, headers=headers)
    assert asked.status_code == status
    if status == 403:
        assert asked.json()["type"] == "/docs#address-refused"


def test_with_keys_any_name_will_do(tmp_path: Path, key: str) -> None:
    with make_client(tmp_path, open_to_all=False) as client:
        headers = {"host": "treaties.example", "authorization": f"Bearer {key}"}
        assert client.get("/v1/treaties", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "required"), [("0.0.0.0", ""), ("127.0.0.1", "1")], ids=["others can reach it", "it is to need keys"]
)
def test_without_keys_it_does_not_start_where_it_needs_them(samples_at_home: Path, host: str, required: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pacta", "serve", "--host", host, "--port", "0"],
        cwd=ROOT, env={"PACTA_HOME": str(samples_at_home), "PACTA_REQUIRE_KEYS": required}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3
    assert f"Pacta will not answer at http://{host}:" in done.stderr
    assert "pacta keys create" in done.stderr
