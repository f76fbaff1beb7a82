"""An answer as people read it: wrapped text with its sources, and Markdown with links."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_fakes import bug

from service.models import Answer, Citation, CitedSource
from service.render import render_markdown, render_text


def citation(
    number: int = 1, *, quote: str = "Lamps are lit.", page: int | None = None, status: str = "authentic"
) -> Citation:
    return Citation(
        number=number, treaty_id="venn", treaty_title="Treaty of Venn", eid=f"art_{number}", label=f"Article {number}",
        citation=f"Treaty of Venn, Article {number}", quote=quote, start=0, end=len(quote), url=f"/t/venn/art_{number}",
        text_status=status, source=CitedSource("venn.pdf", "0" * 64, page),
    )  # fmt: skip


ANSWER = Answer(
    answer="Article 1 of the Treaty of Venn: “Lamps are lit.” [1]", status="answered", reason=None, mode="extractive",
    confidence=0.9, citations=(citation(),), related=(), conversation_id="c", message_id="m", index="g",
)  # fmt: skip


def test_an_answer_is_followed_by_its_sources() -> None:
    assert render_text(ANSWER) == (
        "Article 1 of the Treaty of Venn: “Lamps are lit.” [1]\n\nSources\n  [1] Treaty of Venn, Article 1"
    )


SOURCES = [
    pytest.param(citation(page=7), "  [1] Treaty of Venn, Article 1, page 7", id="a page"),
    pytest.param(citation(status="excerpt"), "  [1] Treaty of Venn, Article 1 (excerpt)", id="a status"),
    pytest.param(citation(2, page=7, status="draft"), "  [2] Treaty of Venn, Article 2, page 7 (draft)", id="both"),
]


@pytest.mark.parametrize(("cited", "expected"), SOURCES)
def test_a_source_says_page_and_status(cited: Citation, expected: str) -> None:
    assert render_text(replace(ANSWER, citations=(cited,))).endswith(expected)


def test_what_stands_beside_an_answer_is_to_be_seen_also() -> None:
    text = render_text(replace(ANSWER, related=(citation(2, quote="Bells are rung."),)))
    assert text.endswith("See also\n  Treaty of Venn, Article 2\n    “Bells are rung.”")


def test_beside_a_refusal_it_is_the_nearest() -> None:
    refused = replace(ANSWER, answer="Not found.", status="abstained", citations=(), related=(citation(2),))
    text = render_text(refused)
    assert "Sources" not in text
    assert "Nearest\n  Treaty of Venn, Article 2" in text


def test_a_refusal_alone_is_only_itself() -> None:
    assert render_text(replace(ANSWER, answer="Not found.", citations=())) == "Not found."


def test_a_long_quotation_beside_is_cut_and_says_so() -> None:
    long = replace(ANSWER, related=(citation(2, quote=" ".join(["word"] * 61)),))
    assert render_text(long).endswith("word …”")
    just = replace(ANSWER, related=(citation(2, quote=" ".join(["word"] * 60)),))
    assert "…" not in render_text(just)


@pytest.mark.parametrize("width", [20, 40, 72, 88])
def test_no_line_is_wider_than_asked(width: int) -> None:
    words = "Each of the Parties shall keep every lighthouse on its coast lit from dusk to dawn. " * 5
    answer = replace(ANSWER, answer=f"{words}[1]\n\n{words}[2]",
                     citations=(citation(page=3, status="unofficial translation"),),
                     related=(citation(2, quote=words),))  # fmt: skip
    assert max(len(line) for line in render_text(answer, width).split("\n")) <= width


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=400), st.integers(24, 120))
def test_no_word_is_lost_in_wrapping(text: str, width: int) -> None:
    rendered = render_text(replace(ANSWER, answer=text, citations=()), width)
    assert "".join(rendered.split()) == "".join(text.split())


@bug("textwrap breaks behind hyphens: 'non-nuclear' copied from two lines reads 'non- nuclear', which is not the text")
def test_a_word_with_a_hyphen_is_not_torn() -> None:
    quote = " ".join(["non-nuclear-weapon"] * 12)
    rendered = render_text(replace(ANSWER, answer=quote, citations=()), 45)
    assert " ".join(rendered.split()) == quote


def test_paragraphs_stay_apart() -> None:
    assert render_text(replace(ANSWER, answer="One.\n\nTwo.", citations=())) == "One.\n\nTwo."


# --- Markdown


def test_markdown_links_each_number_to_its_permalink() -> None:
    text = render_markdown(replace(ANSWER, citations=(citation(1, page=7), citation(2))))
    assert text.split("\n\n") == [
        ANSWER.answer,
        "[1] [Treaty of Venn, Article 1](/t/venn/art_1), page 7",
        "[2] [Treaty of Venn, Article 2](/t/venn/art_2)",
    ]


def test_markdown_lists_what_to_see_also() -> None:
    text = render_markdown(replace(ANSWER, related=(citation(2), citation(3))))
    assert text.endswith(
        "See also: [Treaty of Venn, Article 2](/t/venn/art_2); [Treaty of Venn, Article 3](/t/venn/art_3)"
    )


@bug("'See also' even where nothing answered; the terminal says 'Nearest'")
def test_markdown_of_a_refusal_says_nearest() -> None:
    refused = replace(ANSWER, answer="Not found.", status="abstained", citations=(), related=(citation(2),))
    assert "Nearest" in render_markdown(refused)


@bug("a status is in the text rendering of a source and not in the Markdown one")
def test_markdown_says_the_status_too() -> None:
    assert "(excerpt)" in render_markdown(replace(ANSWER, citations=(citation(status="excerpt"),)))


@bug("words of a treaty are put into Markdown as they are: its links, emphasis and tags become ours")
def test_markup_in_a_treaty_stays_words_in_markdown() -> None:
    quote = "See [the list](http://example.org) and *all* of it."
    text = render_markdown(replace(ANSWER, answer=f"Article 1: “{quote}” [1]", citations=(citation(quote=quote),)))
    assert "[the list](http://example.org)" not in text
