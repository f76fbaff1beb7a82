"""Lists over HTTP: in pieces, and less what does not fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_fakes import SALT, TOLL, FakeIndex, TestClient, make_client

from ingest.models import ParsedTreaty


def named(treaty_id: str, title: str, **more: Any) -> ParsedTreaty:
    return replace(TOLL, treaty=replace(TOLL.treaty, id=treaty_id, title=title, **more))


HELD = {
    parsed.treaty.id: parsed
    for parsed in (
        SALT,  # "Treaty of the <b>Salt</b> Towns", also "Salt Treaty", en, authentic
        named("accord", "Accord de Saint-Aubry relatif à l’Été", language="fr"),
        named("bridge", "Bridge Treaty", language="en-GB"),
        named("quay-1990", "Quay Treaty", aliases=("Überfahrt",), language="de", text_status="Unofficial translation"),
        named("toll", "Toll Agreement"),
    )
}
BY_TITLE = ["accord", "bridge", "quay-1990", "toll", "salt"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home: Path = tmp_path_factory.mktemp("lists")
    with make_client(home, lambda _home: FakeIndex(treaties=HELD)) as client:
        yield client


def ids(document: dict[str, Any]) -> list[str]:
    return [treaty["id"] for treaty in document["treaties"]]


def test_without_a_limit_all_are_listed(client: TestClient) -> None:
    response = client.get("/v1/treaties")
    held = response.json()
    assert (ids(held), held["total"], held["next"]) == (BY_TITLE, 5, None)
    assert set(held) == {"treaties", "examples", "index", "total", "next"}
    assert "link" not in response.headers


@pytest.mark.parametrize(
    ("asked", "found", "why"),
    [
        ("q=treaty", ["bridge", "quay-1990", "salt"], "a word of the title"),
        ("q=QUAY treaty", ["quay-1990"], "all the words, whatever their capitals"),
        ("q=treaty bridge", ["bridge"], "in any order"),
        ("q=brid", ["bridge"], "the beginning of a word"),
        ("q=1990", ["quay-1990"], "the id"),
        ("q=uberfahrt", ["quay-1990"], "an alias, without its accent"),
        ("q=ete", ["accord"], "a title, without its accents"),
        ("q=été", ["accord"], "and with them"),
        ("q=nothing", [], "a word that is nowhere"),
        ("q= ", BY_TITLE, "no word"),
        ("language=en", ["bridge", "toll", "salt"], "a language, with its countries"),
        ("language=EN-gb", ["bridge"], "as one country writes it"),
        ("language=e", [], "no part of a tag"),
        ("text_status=authentic", ["salt"], "one of the kinds of text"),
        ("text_status=Excerpt", ["accord", "bridge", "toll"], "another"),
        ("text_status=unofficial translation", ["quay-1990"], "whatever its capitals"),
        ("q=treaty&language=en", ["bridge", "salt"], "both"),
        ("limit=2", ["accord", "bridge"], "the first ones"),
        ("limit=2&offset=4", ["salt"], "the last ones"),
        ("offset=3", ["toll", "salt"], "all but the first ones"),
        ("offset=9", [], "behind the end"),
        ("q=treaty&limit=1&offset=1", ["quay-1990"], "a piece of what fits"),
    ],
)
def test_the_treaties_that_fit_are_listed(client: TestClient, asked: str, found: list[str], why: str) -> None:
    held = client.get(f"/v1/treaties?{asked}").json()
    assert ids(held) == found


@pytest.mark.parametrize(
    "wrong",
    ["limit=0", "limit=-1", "limit=1001", "limit=x", "limit=", "offset=-1", "offset=1e3", f"offset={'9' * 30}",
     f"q={'x' * 201}", f"language={'x' * 36}", f"text_status={'x' * 101}"],
)  # fmt: skip
def test_what_is_no_piece_is_refused(client: TestClient, wrong: str) -> None:
    response = client.get(f"/v1/treaties?{wrong}")
    assert (response.status_code, response.json()["type"]) == (422, "/docs#invalid-request")
    assert wrong.partition("=")[0] in response.json()["detail"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(limit=st.integers(1, 6), q=st.sampled_from(["", "treaty", "été & ≠"]))
def test_the_pieces_joined_are_the_whole_both_ways(client: TestClient, limit: int, q: str) -> None:
    whole = client.get("/v1/treaties", params={"q": q}).json()
    url: str | None = f"/v1/treaties?q={q.replace('&', '%26')}&limit={limit}"
    found, before = [], []
    while url is not None:
        response = client.get(url)
        piece = response.json()
        assert piece["total"] == whole["total"]
        assert len(piece["treaties"]) <= limit
        assert response.links.get("next", {}).get("url") == piece["next"]
        if found:
            before.append(client.get(response.links["prev"]["url"]).json()["treaties"])
            assert before[-1] == found[-limit:]
        found += piece["treaties"]
        url = piece["next"]
    assert found == whole["treaties"]
