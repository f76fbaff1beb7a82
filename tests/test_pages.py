"""The pages: no word of a text lost, none taken for markup, the quotation marked exactly."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from web_fakes import LAMP, SALT, TOLL, FakeIndex, Row, TestClient, make_client, make_treaty

from ingest.models import Fact, ParsedTreaty
from service.web.answers import link_citations
from service.web.contents import example_questions, say_which_articles
from service.web.facts import ToldFact, facts_told, readable_date
from service.web.reader import Mark, lay_out

BROWSER = {"accept": "text/html,application/xhtml+xml"}
BLOCKS = {"p", "section", "span", "div", "h1", "h2", "h3", "h4", "h5", "h6"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with make_client(tmp_path) as client:
        yield client


class PageReader(HTMLParser):
    """The words of a treaty on its page, those marked, and the tags met."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.marked = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.classes: dict[str, str] = {}
        self._open: list[str] = []
        self._text_depth: int | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.ids += [str(values["id"])] if values.get("id") else []
        self.links += [str(values[name]) for name in ("href", "src", "action") if name in values]
        if values.get("id"):
            self.classes[str(values["id"])] = values.get("class") or ""
        if tag not in {"meta", "link", "br"}:
            self._open.append(tag)
        if values.get("id") == "text":
            self._text_depth = len(self._open)

    def handle_endtag(self, tag: str) -> None:
        if self._text_depth is not None and tag in BLOCKS:
            self.words += " "
            self.marked += " "
        if self._text_depth == len(self._open):
            self._text_depth = None
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._text_depth is not None:
            self.words += data
            self.marked += data if "mark" in self._open else ""


def articles(numbers: Iterable[str], body: str) -> tuple[Row, ...]:
    return tuple((f"art_{n}", "article", None, f"Article {n}", body) for n in numbers)


def squeeze(text: str) -> str:
    return " ".join(text.split())


def read(client: TestClient, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200
    return PageReader(response.text)


@pytest.mark.parametrize("parsed", [SALT, TOLL])
def test_a_treaty_page_holds_every_word_once_and_in_order(client: TestClient, parsed: ParsedTreaty) -> None:
    page = read(client, f"/t/{parsed.treaty.id}")
    assert squeeze(page.words) == squeeze(parsed.treaty.text)
    assert set(parsed.by_eid) <= set(page.ids)
    assert page.marked.strip() == ""


SALT_TEXT = SALT.treaty.text


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("the pans of Ull", "within a line"),
        ("𐍈🧂", "beyond the basic plane: offsets count code points, not UTF-16 units"),
        ("sold <script>x()</script>", "what looks like markup"),
        ("night; and\n\n(b) none sold", "from one provision to the next"),
        ("Article 2\n\nThe pans", "a heading and what follows"),
        ("Upper Pan\nLower Pan", "lines of a list"),
        (SALT_TEXT, "all of it"),
    ],
)
def test_the_quotation_is_marked_exactly(client: TestClient, wanted: str, why: str) -> None:
    start = SALT_TEXT.index(wanted)
    page = read(client, f"/t/salt/art_1?start={start}&end={start + len(wanted)}")
    assert squeeze(page.marked) == squeeze(wanted)
    assert squeeze(page.words) == squeeze(SALT_TEXT)
    assert page.ids.count("quotation") == 1


@pytest.mark.parametrize(
    ("offsets", "marked"),
    [
        ("start=5&end=5", ""),
        ("start=9&end=3", ""),
        ("start=-7&end=6", "TREATY"),
        (f"start={len(SALT_TEXT) - 5}&end=999999999999", "Okke"),
        ("start=99999999&end=999999999", ""),
        ("start=3", ""),
    ],
)
def test_offsets_beyond_the_text_are_cut_to_it(client: TestClient, offsets: str, marked: str) -> None:
    page = read(client, f"/t/salt/art_1?{offsets}")
    assert page.marked.strip() == marked
    assert squeeze(page.words) == squeeze(SALT_TEXT)


@pytest.mark.parametrize("offsets", ["start=a&end=b", "start=.5&end=2", "start=1&end=" + "9" * 5000])
def test_offsets_that_are_no_numbers_are_refused(client: TestClient, offsets: str) -> None:
    response = client.get(f"/t/salt/art_1?{offsets}", headers=BROWSER)
    assert response.status_code == 422
    assert "integer" in response.text


def test_the_provision_asked_for_is_highlighted_alone(client: TestClient) -> None:
    page = read(client, "/t/salt/art_1__para_2")
    assert [eid for eid, names in page.classes.items() if "target" in names.split()] == ["art_1__para_2"]
    assert "#art_1__para_2" in page.links
    assert squeeze(page.words) == squeeze(SALT_TEXT)


def test_the_number_of_a_paragraph_stands_before_its_chapeau() -> None:
    rows: tuple[Row, ...] = (
        ("art_1", "article", None, "Article 1", ""),
        ("art_1__para_1", "paragraph", "art_1", "1. ", ""),
        ("art_1__para_1__chapeau", "chapeau", "art_1__para_1", "", "Salt is:"),
        ("art_1__para_1__point_a", "point", "art_1__para_1", "(a) ", "white."),
    )
    parts = lay_out(make_treaty("t", "T", rows))
    told = [(part.kind, "".join(p.text for line in part.lines for p in line)) for part in parts]
    assert [(kind, words) for kind, words in told if words] == [
        ("heading", "Article 1"),
        ("number", "1."),
        ("paragraph", "Salt is:"),
        ("number", "(a)"),
        ("paragraph", "white."),
    ]


def test_lines_of_prose_are_joined_and_lines_of_lists_are_not() -> None:
    wrapped = "It shall be open for signature by\nall States.\nDone at Ull.\nA. Okke"
    parts = lay_out(make_treaty("t", "T", (("art_1", "article", None, "Article 1", wrapped),)))
    paragraphs = [part for part in parts if part.kind == "paragraph"]
    assert [part.lines[0][0].text for part in paragraphs] == [
        "It shall be open for signature by\nall States.",
        "Done at Ull.",
        "A. Okke",
    ]
    assert [part.close for part in paragraphs] == [False, True, False]


def test_a_long_treaty_is_laid_out_in_a_moment() -> None:
    # 500 kB, all of it marked: work that grew with the square of the length would take minutes.
    body = "Each Town shall take no more salt than it needs. " * 10
    parsed = make_treaty("long", "Long", articles(map(str, range(1000)), body))
    assert len(parsed.treaty.text) > 480_000
    parts = lay_out(parsed, mark=Mark(0, len(parsed.treaty.text)))
    assert sum(piece.first for part in parts for line in part.lines for piece in line) == 1


@pytest.mark.parametrize(
    "path",
    ["/t/salt", "/t/salt/art_1", "/?q=Article+1", "/?q=" + quote("<script>x()</script>")],
)
def test_nothing_in_titles_texts_and_questions_is_taken_for_markup(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert "&lt;script&gt;x()&lt;/script&gt;" in response.text
    assert "<script>x" not in response.text
    assert "b" not in PageReader(response.text).tags


@pytest.mark.parametrize("path", ["/", "/t/salt/art_1", "/docs", "/?q=Article+1"])
def test_pages_load_nothing_from_elsewhere_and_hold_no_script_or_style(client: TestClient, path: str) -> None:
    text = client.get(path).text
    page = PageReader(text)
    assert all(link.startswith(("/", "#", "?")) for link in page.links)
    assert "style" not in page.tags
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>", text)


def test_without_script_the_page_answers_a_question(client: TestClient) -> None:
    text = client.get("/", params={"q": "What does Article 1 say?", "treaty": "toll"}).text
    assert '<a class="cite" href="#turn-1-1" aria-label="Citation 1">[1]</a>' in text
    assert 'id="turn-1-1"' in text
    assert "Carts pay one penny." in text
    start = TOLL.by_eid["art_1"].body_start
    assert f"/t/toll/art_1?start={start}&amp;end={start + 20}#quotation" in text
    assert '<span class="badge" data-field="text_status">excerpt</span>' in text
    assert '<option value="toll" selected>' in text
    assert "page 1" in text


def test_an_abstention_says_why_in_words(client: TestClient) -> None:
    text = client.get("/", params={"q": "Article 99?"}).text
    assert "No such provision" in text
    assert "Nearest articles" in text
    assert "Walkers pay nothing." in text


def test_asking_on_the_page_keeps_nothing(client: TestClient, tmp_path: Path) -> None:
    response = client.get("/", params={"q": "Article 1?"})
    assert response.headers["cache-control"] == "no-store"
    found = re.findall(r"[0-9a-f]{32}", response.text)
    assert found == []


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("q=" + "x" * 5000, 422, "at most 4,000"),
        ("q=a&treaty=nix", 404, "No treaty with the id"),
        ("q=+", 200, "Ask what a treaty says"),
    ],
)
def test_a_question_refused_is_shown_on_the_page(client: TestClient, query: str, status: int, said: str) -> None:
    response = client.get(f"/?{query}", headers=BROWSER)
    assert response.status_code == status
    assert said in response.text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/t/nix", 404, "This treaty is not held"),
        ("/t/salt/art_3", 404, "Articles 1, 2"),
        ("/t/salt/%3Cscript%3E", 404, "&lt;script&gt;"),
        ("/nothing", 404, "There is nothing at"),
        ("/?q=boom", 500, "Something went wrong in Pacta"),
    ],
)
def test_a_browser_is_refused_with_a_page(client: TestClient, path: str, status: int, said: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert said in response.text
    assert "secret" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_the_reference_page_tells_of_every_operation_and_problem(client: TestClient) -> None:
    text = client.get("/docs").text
    page = PageReader(text)
    for path in client.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in text
    problem = client.get("/v1/treaties/nix").json()["type"]
    assert problem.removeprefix("/docs#") in page.ids
    anchors = {link[1:] for link in page.links if link.startswith("#")}
    assert anchors <= set(page.ids)


def test_numbers_without_a_citation_stay_words() -> None:
    linked = link_citations("a [1] <b> [2] [x]", [{"number": 1}], "t")
    assert str(linked) == ('a <a class="cite" href="#t-1" aria-label="Citation 1">[1]</a> &lt;b&gt; [2] [x]')


def test_which_articles_there_are_is_said_briefly() -> None:
    parsed = make_treaty("t", "T", articles(("1", "2", "3", "3bis", "4", "6"), "x"))
    assert say_which_articles(parsed) == "It has Articles 1 to 3, 3bis, 4, 6."
    assert say_which_articles(make_treaty("t", "T", ())) == "It has no numbered articles."


def test_facts_of_the_text_are_told_with_a_link_to_their_words(tmp_path: Path) -> None:
    words = "The Danish & English texts of this Treaty are equally authentic."
    with make_client(tmp_path, lambda _home: FakeIndex(treaties={"lamp": LAMP})) as client:
        page = read(client, "/t/lamp")
        link = next(link for link in page.links if link.startswith("/t/lamp/art_2?start="))
        assert squeeze(read(client, link).marked) == words
    # Date and place of signature are one phrase.
    assert [fact.words for fact in facts_told(LAMP)] == [
        "Signed at Ull on 3 May 1931",
        "Entry into force: on signature",
        "Authentic texts: Danish, English",
    ]


def test_a_treaty_that_tells_nothing_has_no_list_of_it(client: TestClient) -> None:
    assert "In its own words" not in client.get("/t/toll").text


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        pytest.param(Fact("signed_at", "Ull", "art_1", 0, 1), "Signed at Ull", id="a place without a date"),
        pytest.param(Fact("entry_into_force", None, "art_1", 0, 1), "Entry into force: as its words say",
                     id="no short value"),
        pytest.param(Fact("prevailing_language", "en", "art_1", 0, 1), "Prevailing text: English", id="a language"),
        pytest.param(Fact("authentic_languages", ("qx",), "art_1", 0, 1), "Authentic texts: qx",
                     id="a language without a name"),
    ],
)  # fmt: skip
def test_a_fact_in_words(fact: Fact, words: str) -> None:
    told = facts_told(replace(TOLL, facts_from_text=(fact,)))
    assert told == [ToldFact(words, "Article 1", "/t/toll/art_1?start=0&end=1")]


def test_example_questions_need_articles() -> None:
    assert example_questions({}) == []
    assert example_questions({"t": make_treaty("t", "T", ())}) == []
    assert example_questions({"salt": SALT, "toll": TOLL}, limit=1) == ["What does Article 1 of the Salt Treaty say?"]


@pytest.mark.parametrize(
    ("iso", "words"),
    [("1945-06-26", "26 June 1945"), ("1945", "1945"), ("June 1945", "June 1945")],
)
def test_dates_are_written_out_as_far_as_they_are_known(iso: str, words: str) -> None:
    assert readable_date(iso) == words
