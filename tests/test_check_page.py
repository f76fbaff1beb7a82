"""A checked text as a page: nothing of it is lost or taken for markup, and it needs nothing from elsewhere."""

import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from check_fakes import TEXT, empty_report, fake_report
from web_fakes import TestClient, make_client

from ingest.index import Index
from service.check.models import MOST_CHARACTERS, Report
from service.check.page import render_check, rows_of

PAGE = {"accept": "text/html"}


def joined(report: Report) -> str:
    return "".join(run.text for row in rows_of(report) for marked in row.marked for run in marked.runs)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="as it is"),
        pytest.param(TEXT.replace(" ", "\n"), id="a word a line"),
        pytest.param(TEXT.replace(". ", ".\n\n"), id="a sentence a paragraph"),
        pytest.param(TEXT.replace("\n", " "), id="one line"),
    ],
)
def test_the_rows_are_the_text_and_have_every_claim_once(sample_index: Index, text: str) -> None:
    report = replace(fake_report(sample_index), text=text)
    if len(text) != len(TEXT):
        report = replace(report, claims=(), references=())
    assert joined(report) == text
    assert [claim.number for row in rows_of(report) for claim in row.claims] == [c.number for c in report.claims]


def test_claims_that_overlap_lose_no_text(sample_index: Index) -> None:
    report = fake_report(sample_index)
    claims = (report.claims[0], replace(report.claims[0], number=2), *report.claims[2:])
    assert joined(replace(report, claims=claims)) == TEXT
    assert joined(empty_report("", sample_index)) == ""


def test_the_page_of_a_file_loads_nothing(sample_index: Index) -> None:
    page = render_check(fake_report(sample_index), "<speech>.txt")
    document = lxml.html.document_fromstring(page)
    assert not document.xpath("//script | //link | //img | //iframe | //@src | //@onclick")
    assert not re.search(r"url\(|@import", page)
    assert all(link.startswith("#") for link in document.xpath("//a/@href"))
    assert "default-src 'none'" in page
    assert document.findtext(".//h1") == "<speech>.txt"
    assert "&lt;b&gt;unsigned&lt;/b&gt;" in page
    assert "<b>" not in page


def test_marks_and_cards_lead_to_each_other(sample_index: Index) -> None:
    document = lxml.html.document_fromstring(render_check(fake_report(sample_index), "speech.txt"))
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in document.xpath("//a/@href")} <= set(ids)
    assert len(document.xpath("//mark[contains(@class, 'claim')]")) == 8
    assert [one.get("class") for one in document.xpath("//article")] == [
        f"finding {side}" for side in ("right", "wrong", "wrong", "right", "wrong", "wrong", "open", "open")
    ]
    assert document.xpath("//article//a[@aria-label='Claim 2 in the text']")
    assert document.xpath("//span[@class='reference']/text()") == ["Article 51 of the Charter of the United Nations"]
    assert document.xpath("//del[@class='telling']")[0].text_content().endswith("shall]")
    assert len(document.xpath("//del[@class='harmless']")) == 1


def test_citations_lead_to_the_service_where_its_address_is_known(sample_index: Index) -> None:
    page = render_check(fake_report(sample_index), "speech.txt", "https://treaties.example")
    assert 'href="https://treaties.example/t/arvenia-solmark/art_5__para_2?start=' in page


def test_characters_that_a_page_may_not_hold_are_made_visible(sample_index: Index) -> None:
    page = render_check(empty_report("a\x00b\x1bc\ud800d", sample_index), "x\x07.txt")
    assert "a\u2400b\u241bc\ufffdd" in page
    page.encode()


# --- the page of the service


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return make_client(tmp_path)


def test_the_form_is_linked_from_every_page(client: TestClient) -> None:
    with client:
        for address in ("/", "/t/salt", "/docs"):
            assert 'href="/check"' in client.get(address, headers=PAGE).text
        form = client.get("/check", headers=PAGE)
    assert form.status_code == 200
    assert form.headers["cache-control"] == "no-store"
    assert '<form class="checking" method="post" action="/check"' in form.text
    assert "300,000 characters" in form.text
    assert "2 treaties" in form.text


def test_a_text_is_checked_in_the_sites_own_look(client: TestClient) -> None:
    with client:
        page = client.post("/check", data={"text": "It rained.\r\n\r\nThe Toll Agreement says 1 < 2."}, headers=PAGE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert '<mark class="claim wrong" id="claim-1">Toll Agreement says 1 &lt; 2.</mark>' in page.text
    assert 'href="/t/toll/art_1?start=' in page.text
    assert '<span class="badge">excerpt</span>' in page.text
    assert "<style" not in page.text
    assert not lxml.html.document_fromstring(page.text).xpath("//@style")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(" \r\n", "The text is empty", id="nothing"),
        pytest.param("x" * (MOST_CHARACTERS + 1), "300,001 characters", id="too much"),
    ],
)
def test_what_is_refused_is_said_over_the_form(client: TestClient, text: str, said: str) -> None:
    with client:
        page = client.post("/check", data={"text": text}, headers=PAGE)
    assert page.status_code == 422
    assert f'<p class="failure" role="alert">{said}' in page.text.replace("The text has ", "")


def test_the_longest_text_gets_through_however_it_is_written(client: TestClient) -> None:
    """Of characters that take four bytes, each is sent as twelve."""
    longest = "🧂" * MOST_CHARACTERS
    with client:
        assert client.post("/check", data={"text": longest}, headers=PAGE).status_code == 200
        assert client.post("/v1/check", json={"text": longest}).status_code == 200
        assert client.post("/v1/check", json={"text": longest + "🧂"}).json()["type"] == "/docs#text-too-long"
        assert client.post("/v1/check", json={"text": "x" * (5 << 20)}).status_code == 413


def test_the_interface_gives_the_report(client: TestClient) -> None:
    with client:
        response = client.post("/v1/check", json={"text": "The Toll Agreement says so."})
        assert response.json()["claims"][0]["verdict"] == "altered"
        assert response.json()["claims"][0]["provision"]["url"] == "/t/toll/art_1"
        assert response.headers["cache-control"] == "no-store"
        empty = client.post("/v1/check", json={"text": " "})
        assert (empty.status_code, empty.json()["type"]) == (422, "/docs#text-empty")
        assert empty.headers["content-type"] == "application/problem+json"
        assert client.post("/v1/check", json={"txt": "a"}).json()["type"] == "/docs#invalid-request"
        assert "secret" not in client.post("/v1/check", json={"text": "boom"}).text


def test_the_record_has_every_field_of_the_report(sample_index: Index) -> None:
    from service.api.check_records import CheckRecord

    document = fake_report(sample_index).to_json()
    assert CheckRecord(**document).model_dump(mode="json") == document
