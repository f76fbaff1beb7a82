"""One file to one treaty: who it is, what it holds, on which page, and why not."""

import hashlib
from pathlib import Path

import pytest
from ingest_fakes import WORDS, article_eids, print_pdf, set_column, treaty_text

from ingest.errors import DocumentError, EmptyDocument, NoProvisions, UnreadableDocument
from ingest.manifest import Entry
from ingest.models import Facts, Source
from ingest.parse import load_treaty, parse_file, slug
from ingest.reading import MAX_DOCUMENT_BYTES

TEXT = treaty_text(f"Article 1\nLamps\n\n{WORDS}", f"Article 2\n\n1. {WORDS}\n\n2. {WORDS}", title="Treaty of Venn")


def write(folder: Path, data: str | bytes, name: str = "venn-1931.txt") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_what_the_manifest_says_counts(tmp_path: Path) -> None:
    facts = Facts(kind="bilateral", parties=("Venn", "Osk"), signed="1931-05-03")
    path = write(tmp_path, TEXT)
    entry = Entry(path, "venn", "The Venn Treaty", ("Lamp Treaty",), "fr", "unofficial translation", facts)
    treaty = parse_file(entry).treaty
    assert (treaty.id, treaty.title, treaty.aliases) == ("venn", "The Venn Treaty", ("Lamp Treaty",))
    assert (treaty.language, treaty.text_status, treaty.facts) == ("fr", "unofficial translation", facts)
    assert treaty.source == Source(str(path), hashlib.sha256(TEXT.encode()).hexdigest(), "text")


def test_what_it_does_not_say_is_read_from_the_text(tmp_path: Path) -> None:
    treaty = parse_file(Entry(write(tmp_path, TEXT))).treaty
    assert (treaty.id, treaty.title, treaty.language) == ("venn-1931", "Treaty of Venn", "en")
    assert (treaty.text_status, treaty.aliases, treaty.facts) == ("authentic", (), Facts())


BODY = f"\n\nThe Parties have agreed as follows:\n\nArticle 1\n\n{WORDS}\n"
HTML = (
    "<html><head><title>Laws of Venn</title></head><body><h1>{}</h1><h2>Article 1</h2><p>Lamps burn.</p></body></html>"
)
TITLES = [
    pytest.param("Treaty of Venn" + BODY, "a.txt", "Treaty of Venn", id="the first line"),
    pytest.param("TREATY ON LAMPS AND BELLS OF THE COAST" + BODY, "a.txt", "Treaty on Lamps and Bells of the Coast",
                 id="capitals are made small"),
    pytest.param("Treaty Series, No. 7\n\nConvention on Lamps" + BODY, "a.txt", "Treaty Series, No. 7", id="furniture"),
    pytest.param("No. 7\n\nVenn, 3 May 1931\n\nConvention on Lamps" + BODY, "a.txt", "Convention on Lamps",
                 id="the line that names a treaty"),
    pytest.param("Rules for Lamps" + BODY, "a.txt", "Rules for Lamps", id="no word for a treaty: the first line"),
    pytest.param("# Lamp Rules\n\n## Article 1\n\nLamps burn.\n", "a.md", "Lamp Rules", id="Markdown's title"),
    pytest.param(HTML.format("Treaty of Venn"), "a.html", "Treaty of Venn", id="the page's heading, not its title"),
    pytest.param(HTML.format("Rules"), "a.html", "Laws of Venn", id="the page's title where nothing names a treaty"),
    pytest.param('{"treaty_en": "Lamps", "articles": [{"article": "一", "content_en": "Lamps burn."}]}', "a.json",
                 "Lamps", id="JSON's title"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "title"), TITLES)
def test_titles(tmp_path: Path, text: str, name: str, title: str) -> None:
    assert load_treaty(Entry(write(tmp_path, text, name)))[0].title == title


@pytest.mark.parametrize(
    ("name", "treaty_id"),
    [
        pytest.param("venn.txt", "venn", id="plain"),
        pytest.param("Venn Treaty (1931).txt", "venn-treaty-1931", id="blanks, capitals, brackets"),
        pytest.param("--venn__1.txt", "venn-1", id="signs at the ends"),
        pytest.param("条约.txt", "treaty-04ac58cd", id="nothing that an id may have"),
    ],
)
def test_ids_from_file_names(tmp_path: Path, name: str, treaty_id: str) -> None:
    assert parse_file(Entry(write(tmp_path, TEXT, name))).treaty.id == treaty_id


def test_slugs_are_not_long() -> None:
    assert len(slug("lamp" * 50)) == 80


def test_the_language_of_the_format_and_of_the_text(tmp_path: Path) -> None:
    chinese = '{"articles": [{"article": "一", "content_zh": "各方应当点灯。"}]}'
    assert parse_file(Entry(write(tmp_path, chinese, "a.json"), language="zh")).treaty.language == "zh"
    french = "Traité de Venn\n\nArticle premier\n\nLes Parties gardent la lampe et les feux de la côte.\n"
    assert parse_file(Entry(write(tmp_path, french, "b.txt"))).treaty.language == "fr"


def test_a_bilingual_page_in_the_language_of_the_manifest(tmp_path: Path) -> None:
    page = "<html><h2>Article 1</h2><p lang='en'>Lamps burn.</p><p lang='fr'>Les feux brûlent.</p></html>"
    path = write(tmp_path, page, "a.html")
    assert "Les feux" in parse_file(Entry(path, language="fr")).treaty.text
    assert "Les feux" not in parse_file(Entry(path)).treaty.text


def test_the_page_of_a_citation(tmp_path: Path) -> None:
    pages = [
        set_column(
            ["^TREATY OF VENN", "The Parties, wishing to keep their coasts lit by night, agree:", "^Article 1", WORDS]
        ),
        set_column(["^Article 2", f"1. {WORDS}", "2. Bells ring in fog and at no other time of the day or night."]),
        set_column(["^Article 3", "Horns blow where there are no bells, and whistles where there are no horns."]),
    ]
    parsed = parse_file(Entry(write(tmp_path, print_pdf(pages), "venn.pdf")))
    page_of = {p.eid: parsed.treaty.source.page_at(p.start) for p in parsed.provisions}
    assert page_of == {"preamble": 1, "art_1": 1, "art_2": 2, "art_2__para_1": 2, "art_2__para_2": 2, "art_3": 3}
    assert parsed.treaty.source.page_at(parsed.by_eid["art_3"].start - 1) == 2


def test_a_format_without_pages_has_none(tmp_path: Path) -> None:
    assert parse_file(Entry(write(tmp_path, TEXT))).treaty.source.page_at(0) is None


def test_what_was_odd_is_told(tmp_path: Path) -> None:
    parsed = parse_file(Entry(write(tmp_path, treaty_text(f"Article 1\n\n{WORDS}", f"Article 4\n\n{WORDS}"))))
    assert parsed.oddities == ("articles 2–3 are not in the text",)
    text = '{"articles": [{"article": "一", "content_en": "Lamps burn."}, {"article": "二", "content_en": ""}]}'
    parsed = parse_file(Entry(write(tmp_path, text, "a.json")))
    assert parsed.oddities == ("article 二 has no text in this language and was left out",)


FINAL = "Article 3\n\nThis Treaty shall enter into force on signature.\n\nDONE at Osk, on 3 May 1931."


def test_what_the_text_tells_is_found(tmp_path: Path) -> None:
    parsed = parse_file(Entry(write(tmp_path, f"{TEXT}\n\n{FINAL}")))
    told = [(fact.kind, fact.value, fact.eid) for fact in parsed.facts_from_text]
    assert told == [
        ("signed", "1931-05-03", "final"),
        ("signed_at", "Osk", "final"),
        ("entry_into_force", "on signature", "art_3__para_1"),
    ]
    assert parsed.oddities == ()


GIVEN = [
    pytest.param("1931-05-03", (), id="the same day"),
    pytest.param("1931", (), id="only a year, the same"),
    pytest.param(None, (), id="nothing given"),
    pytest.param("1932-05-03", ("signed on 1932-05-03 as given, on 1931-05-03 in its own words (final)",),
                 id="another day"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "oddities"), GIVEN)
def test_a_date_that_contradicts_the_one_given_is_odd(
    given: str | None, oddities: tuple[str, ...], tmp_path: Path
) -> None:
    entry = Entry(write(tmp_path, f"{TEXT}\n\n{FINAL}"), facts=Facts(signed=given))
    parsed = parse_file(entry)
    assert parsed.oddities == oddities
    # What was given still counts.
    assert parsed.treaty.facts.signed == given


def test_an_annex_alone_is_enough(tmp_path: Path) -> None:
    parsed = parse_file(Entry(write(tmp_path, f"Article 1\n\n{WORDS}\n\nANNEX I\n\n{WORDS}\n")))
    assert article_eids(parsed) == ["art_1"]
    assert "annex_1" in parsed.by_eid


NO_ARTICLES = [
    pytest.param("A letter about lamps.\n\nIt has no numbers at all.\n", id="a letter"),
    pytest.param("PART I\n\nLamps burn.\n", id="a part without articles"),
    pytest.param("The provisions of\nArticle 8 and Chapter 14 shall not apply.\n", id="only a mention"),
]


@pytest.mark.parametrize("text", NO_ARTICLES)
def test_a_text_without_articles_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoProvisions, match="no articles were found") as caught:
        parse_file(Entry(write(tmp_path, text)))
    assert "is this a treaty?" in caught.value.remedy


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    faults: list[tuple[Path, type[DocumentError], str]] = [
        (tmp_path / "gone.txt", UnreadableDocument, "there is no such file"),
        (tmp_path, UnreadableDocument, "this is a folder"),
        (write(tmp_path, "", "empty.txt"), EmptyDocument, "empty"),
        (write(tmp_path, b"PK\x03\x04", "a.docx"), UnreadableDocument, "ZIP archive"),
    ]
    for path, error, words in faults:
        with pytest.raises(error, match=words) as caught:
            parse_file(Entry(path))
        assert caught.value.document == str(path)


def test_a_file_too_long_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "endless.txt"
    with path.open("wb") as file:
        file.truncate(MAX_DOCUMENT_BYTES + 1)
    with pytest.raises(UnreadableDocument, match="the limit is 64 MiB"):
        parse_file(Entry(path))


def test_a_treaty_as_json(tmp_path: Path) -> None:
    document = parse_file(Entry(write(tmp_path, TEXT))).to_json()
    assert list(document) == ["treaty", "provisions", "text"]
    first = next(p for p in document["provisions"] if p["eid"] == "art_1")
    expected = {"kind": "article", "number": "1", "heading": "Lamps", "parent": None, "label": "Article 1"}
    assert {key: first[key] for key in expected} == expected
    assert document["text"][first["start"] : first["end"]] == f"Article 1\nLamps\n\n{WORDS}"
    told = parse_file(Entry(write(tmp_path, f"{TEXT}\n\n{FINAL}"))).to_json()
    assert told["treaty"]["facts_from_text"][2] == {
        "kind": "entry_into_force",
        "value": "on signature",
        "eid": "art_3__para_1",
        "label": "Article 3, paragraph 1",
        "start": told["text"].index("This Treaty shall"),
        "end": told["text"].index("signature.") + len("signature."),
        "quote": "This Treaty shall enter into force on signature.",
    }
