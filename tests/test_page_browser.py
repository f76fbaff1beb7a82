"""The pages in a real browser: asking, following a citation to the words, keyboard and phone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from real_server import served
from web_fakes import make_client

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no chromium: install Debian's, or name one in the variable CHROMIUM",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over the invented treaties, served on a free port."""
    app = make_client(tmp_path_factory.mktemp("home")).app
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page that must neither complain nor ask anything of another host."""
    context = browser.new_context(base_url=address, viewport={"width": 375, "height": 720})
    page = context.new_page()
    complaints: list[str] = []
    hosts: set[str | None] = set()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    yield page
    context.close()
    assert complaints == []
    assert hosts <= {urlsplit(address).netloc}


def ask(page: Any, question: str) -> Any:
    """Types a question, presses Enter, and gives the turn it became."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator("#send:not([aria-disabled])").wait_for()
    return page.locator(".turn").last


def test_a_question_leads_to_the_marked_words_in_the_treaty(page: Any) -> None:
    page.goto("/")
    turn = ask(page, "What does Article 2 of the Salt Treaty say?")
    card = turn.locator(".card").first
    assert "kept in common & in peace" in card.inner_text()
    turn.locator(".cite").first.click()
    assert card.evaluate("card => card === document.activeElement")

    card.get_by_text("Read it in the treaty").click()
    page.wait_for_url("**/t/salt/art_2?**")
    assert page.locator("mark").all_inner_texts() == ["The pans are kept in common & in peace."]
    assert page.locator("mark").first.is_visible()
    assert page.locator("mark").evaluate("mark => mark === document.activeElement")
    assert page.locator(".target").get_attribute("id") == "art_2"

    page.go_back()
    turn.locator(".card").first.wait_for()
    assert page.locator(".turn").count() == 1


def test_a_conversation_goes_on_and_a_new_one_begins(page: Any) -> None:
    page.goto("/")
    assert "(0 before)" in ask(page, "Article 1?").inner_text()
    assert "(1 before)" in ask(page, "And Article 2?").inner_text()
    page.reload()
    page.locator(".turn").nth(1).wait_for()
    assert "(2 before)" in ask(page, "Article 1 again?").inner_text()
    page.get_by_role("button", name="New conversation").click()
    assert page.locator(".turn").count() == 0
    assert page.get_by_label("Your question").evaluate("field => field === document.activeElement")
    assert "(0 before)" in ask(page, "Article 1?").inner_text()


def test_asking_on_from_an_address_with_a_question_keeps_its_context(page: Any) -> None:
    page.goto("/?q=Article+1%3F&treaty=toll")
    assert "Carts pay one penny." in page.locator(".turn").inner_text()
    assert "(1 before)" in ask(page, "And Article 2?").inner_text()


def test_an_abstention_looks_like_one(page: Any) -> None:
    page.goto("/")
    turn = ask(page, "What does Article 99 say?")
    assert "No such provision" in turn.inner_text()
    assert turn.locator(".answer.abstained").count() == 1
    assert turn.locator(".card").count() == 0
    assert "Nearest articles" in turn.inner_text()
    assert page.get_by_role("status").inner_text().startswith("No answer: There is no such article")


def test_what_looks_like_markup_stays_words(page: Any) -> None:
    page.goto("/")
    turn = ask(page, "Article 1 <img src=x onerror=alert(1)>?")
    assert "<img src=x onerror=alert(1)>" in turn.locator(".question").inner_text()
    assert "none sold <script>x()</script>." in turn.locator(".card").first.inner_text()
    assert turn.locator("img, script").count() == 0


def test_shift_and_enter_begin_a_line_and_examples_ask(page: Any) -> None:
    page.goto("/")
    field = page.get_by_label("Your question")
    field.fill("Article 1")
    low = field.bounding_box()["height"]
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    assert field.input_value() == "Article 1\n\n"
    assert field.bounding_box()["height"] > low
    page.locator("[data-example]").first.click()
    page.locator(".card").first.wait_for()
    assert page.locator(".question").inner_text() == "What does Article 1 of the Salt Treaty say?"


def test_a_text_is_sent_and_its_marks_lead_to_the_treaty(page: Any) -> None:
    """An open service takes a form only from its own page, which the browser has to name."""
    page.goto("/")
    page.locator(".ways a").click()
    page.get_by_label("Text to check").fill("The Toll Agreement says that carts go free.")
    page.get_by_role("button", name="Check").click()
    page.get_by_label("Claim 1: words altered").click()
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 375
    page.locator("#card-1 figcaption a").click()
    page.wait_for_url("**/t/toll/art_1?**")


@pytest.mark.parametrize("path", ["/", "/?q=Article+1", "/t/salt/art_1", "/check", "/docs"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(page: Any, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 375


def test_the_pages_work_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Your question").fill("What does Article 2 say?")
    page.get_by_role("combobox").select_option("salt")
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("Read it in the treaty").click()
    assert page.locator("mark").inner_text() == "The pans are kept in common & in peace."
    context.close()


def test_a_failure_is_shown_and_the_question_is_not_lost(browser: Any, address: str) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/")
    turn = ask(page, "boom")
    assert "Try again" in turn.get_by_role("alert").inner_text()
    assert page.get_by_label("Your question").input_value() == "boom"
    context.close()
