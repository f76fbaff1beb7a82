"""The page of a run in a real browser: filters, addresses, the bars of another measure, a phone, no script."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_html_report import CASES, poisoned, run, summary_of

from eval.html_report import render_report

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no chromium: install Debian's, or name one in the variable CHROMIUM",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of seven cases, and twenty treaties to have some that are folded away."""
    summary = summary_of(run(CASES))
    treaties = {f"treaty-{n:02}": summary.by_treaty["river"] for n in range(20)}
    file = tmp_path_factory.mktemp("run") / "report.html"
    file.write_text(render_report(replace(summary, by_treaty=treaties)), "utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that must neither complain nor ask for anything but itself."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.endswith("report.html")] == []


def listed(page: Any) -> list[str]:
    """The ids of the cases that are to be seen."""
    ids: list[str] = page.locator(".case:visible").evaluate_all("rows => rows.map(row => row.id.slice(5))")
    return ids


def state(page: Any) -> str:
    return str(page.url).partition("#")[2]


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("Outcome", "wrong", ["e", "m", "c", "d"]),
        ("Outcome", "right", ["a", "b", "n"]),
        ("Outcome", "refused", ["d"]),
        ("Type", "lay", ["a", "b"]),
    ],
)
def test_cases_are_filtered_and_the_choice_is_kept_in_the_address(
    page: Any, address: str, field: str, value: str, left: list[str]
) -> None:
    page.goto(address)
    assert listed(page) == ["e", "m", "c", "d", "a", "b", "n"]
    page.get_by_label(field).select_option(value)
    assert listed(page) == left
    assert page.locator("#count").inner_text() == f"{len(left)} of 7 cases, the worst first"
    assert state(page) == f"{field.lower()}={value}"
    page.reload()
    assert listed(page) == left
    page.get_by_role("button", name="Show all").click()
    assert page.locator("#count").inner_text() == "7 cases, the worst first"
    assert len(listed(page)) == 7
    assert "#" not in page.url


def test_words_are_looked_for_in_all_that_a_case_shows(page: Any, address: str) -> None:
    page.goto(address)
    words = page.get_by_label("Words")
    words.fill("TWELVE miles")
    assert listed(page) == ["m", "c"]
    page.get_by_label("Type").select_option("terse")
    assert listed(page) == ["c"]
    assert state(page) == "q=TWELVE+miles&type=terse"
    assert page.locator(".group:visible h3").all_inner_texts() == ["Wrong treaty 1"]
    words.fill("nothing of the kind")
    assert listed(page) == []
    assert page.locator("#count").inner_text() == "0 of 7 cases, the worst first"
    words.press("Enter")
    assert state(page) == "q=nothing+of+the+kind&type=terse"


def test_what_is_counted_leads_to_its_cases(page: Any, address: str) -> None:
    page.goto(address)
    page.locator(".faults").get_by_text("wrong treaty").click()
    assert listed(page) == ["c"]
    assert page.get_by_label("Outcome").input_value() == "wrong_treaty"
    assert page.get_by_label("Outcome").evaluate("field => field === document.activeElement")
    page.locator("[data-kind=type]").get_by_text("terse").click()
    assert listed(page) == ["e", "c", "d"], "a new choice takes the place of the one before"


def test_a_case_has_an_address_that_opens_it(page: Any, address: str) -> None:
    page.goto(f"{address}#case-c")
    case = page.locator("#case-c")
    assert case.get_attribute("open") is not None
    assert case.bounding_box()["y"] < 100
    assert case.locator(".cause").is_visible()
    page.get_by_label("Outcome").select_option("right")
    assert not case.is_visible()
    page.goto(f"{address}#case-d")
    assert page.locator("#case-d .cause").is_visible(), "an address goes before a filter"
    assert state(page) == "case-d"
    page.goto(f"{address}#case-c-2")
    assert case.is_visible(), "the address of a citation opens its case"


def test_a_case_is_opened_from_the_keyboard(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("Words").focus()
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.locator("#case-e .cause").is_visible()


def test_the_bars_are_drawn_for_another_measure(page: Any, address: str) -> None:
    page.goto(address)
    types = page.locator("[data-kind=type]")
    page.get_by_label("Measure").select_option("over_refusal")
    rows = types.locator("li:visible").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["terse", "lay"], "lower is better, so the highest comes first"
    assert rows[0].split()[1] == "33", rows
    assert types.locator("li:visible .bar").first.get_attribute("width").startswith("33.3")
    assert types.locator(".without").inner_text() == "Not measured of not_found."
    assert page.locator("#measure-title").inner_text() == "Over-refusal"
    assert state(page) == "measure=over_refusal"

    page.get_by_label("Measure").select_option("length")
    assert types.locator("li:visible .whisker").nth(2).get_attribute("x1") == "100%", "the longest ends at the right"
    page.get_by_label("Measure").select_option("right")
    assert types.locator("li").all_inner_texts()[0].split()[0] == "terse"
    assert state(page) == ""


def test_the_bars_drawn_are_the_bars_written(page: Any, address: str) -> None:
    def seen() -> tuple[list[str], list[float]]:
        text = page.locator(".breakdown").evaluate_all("parts => parts.map(part => part.innerText)")
        bars = page.locator(".breakdown .bar")
        return text, bars.evaluate_all("bars => bars.map(bar => parseFloat(bar.getAttribute('width')))")

    page.goto(address)
    written, widths = seen()
    page.get_by_label("Measure").select_option("MRR")
    assert seen()[0] != written
    page.get_by_label("Measure").select_option("right")
    drawn, new_widths = seen()
    assert drawn == written
    assert new_widths == pytest.approx(widths, abs=0.01)


def test_folded_treaties_stay_folded(page: Any, address: str) -> None:
    page.goto(f"{address}#measure=MRR")
    treaties = page.locator("[data-kind=treaty]")
    assert treaties.locator("li:visible").count() == 15
    treaties.get_by_text("The other 5").click()
    assert treaties.locator("li:visible").count() == 20


@pytest.mark.parametrize("wrong", ["measure=nothing&type=nowhere", "%E0%A4%A", "case-nowhere", "=&&="])
def test_an_address_that_makes_no_sense_shows_everything(page: Any, address: str, wrong: str) -> None:
    page.goto(f"{address}#{wrong}")
    assert len(listed(page)) == 7
    assert page.get_by_label("Measure").input_value() == "right"


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(page: Any, address: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.locator("details").evaluate_all("rows => rows.forEach(row => row.open = true)")
    assert page.locator("html").evaluate("html => html.scrollWidth") <= width


def test_long_words_without_a_blank_are_broken(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_report(poisoned("x" * 300)), "utf-8")
    page.goto(file.as_uri())
    page.locator("details").evaluate_all("rows => rows.forEach(row => row.open = true)")
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 390


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "\u202e\u2066abc", "\x00\x1b\ud800 '\">&amp;"])
def test_what_looks_like_markup_stays_words(page: Any, tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_report(poisoned(text)), "utf-8")
    page.goto(file.as_uri())
    assert page.locator(".case").count() == 1
    assert page.locator("script").count() == 2
    page.get_by_label("Measure").select_option("MRR")
    page.locator("[data-kind=type] a").click()
    assert page.locator(".case:visible").count() == 1
    assert page.locator(".ask").evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"


def test_all_cases_are_there_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".case:visible").count() == 7
    assert page.locator("form:visible, select:visible").count() == 0
    page.locator("#case-c summary").click()
    assert page.locator("#case-c .cause").is_visible()
    page.locator(".faults").get_by_text("wrongly refused").click()
    assert page.url.endswith("#fault-refused")
    context.close()


def luminance(colour: str) -> float:
    """Relative luminance of "rgb(r, g, b)" (WCAG 2.2)."""
    channels = [int(value) / 255 for value in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_what_is_behind_them(page: Any, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    # Every fault has its segment here, whether it occurred or not.
    page.locator(".stack").evaluate(
        """stack => { for (const rule of document.styleSheets[0].cssRules) {
            const name = rule.selectorText?.match(/^\\.(f-\\w+)$/)?.[1];
            if (name) stack.append(Object.assign(document.createElement("a"), { className: name, textContent: "9" }));
        } }"""
    )
    page.locator("details").evaluate_all("rows => rows.forEach(row => row.open = true)")
    pairs = page.locator("body *:visible").evaluate_all(
        """elements => elements.filter(element => [...element.childNodes].some(
              node => node.nodeType === 3 && node.data.trim())).map(element => {
            const svg = element instanceof SVGElement;
            let behind = element, colour = "rgba(0, 0, 0, 0)";
            while (behind && /^rgba\\(.*, 0\\)$|color\\(/.test(colour)) {
              colour = getComputedStyle(behind).backgroundColor;
              behind = behind.parentElement;
            }
            const style = getComputedStyle(element);
            return [svg ? style.fill : style.color, colour, element.className.baseVal ?? element.className];
        })"""
    )
    assert len(pairs) > 200
    for letters, paper, name in pairs:
        dark, light = sorted((luminance(letters), luminance(paper)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (letters, paper, name)
