"""Terms that a treaty defines, with the smallest provision that defines them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import parse_text, treaty_text

from ingest.definitions import find_definitions
from ingest.index import Index


def terms(words: str) -> list[str]:
    """The terms defined in a treaty whose one article has these words."""
    return [term for term, _ in defined(f"Article 1\n\n{words}")]


def defined(*articles: str) -> list[tuple[str, str]]:
    """(term, eId) of each definition in a treaty of these articles."""
    return [(term, eid) for term, _, eid in find_definitions(parse_text(treaty_text(*articles)))]


ONE = [
    pytest.param("“Lamp” means a light.", ["Lamp"], id="curly quotation marks"),
    pytest.param('"Lamp" means a light.', ["Lamp"], id="straight quotation marks"),
    pytest.param("‘Lamp’ means a light.", ["Lamp"], id="single quotation marks"),
    pytest.param("« Lampe » désigne une lumière.", ["Lampe"], id="guillemets, French"),
    pytest.param("Le terme « lampe » s’entend d’une lumière.", ["lampe"], id="s’entend"),
    pytest.param("*Lamp* means a light.", ["Lamp"], id="set off by stars"),
    pytest.param("“Lamp” shall mean a light.", ["Lamp"], id="shall mean"),
    pytest.param("“Lamp” includes a bell.", ["Lamp"], id="includes"),
    pytest.param("“Lamp” refers to a light.", ["Lamp"], id="refers to"),
    pytest.param("“Lamp keeper” means a person.", ["Lamp keeper"], id="two words"),
    pytest.param("The term “lamp” means a light.", ["lamp"], id="the term"),
    pytest.param("“Lamp”, in this Treaty, means a light.", ["Lamp"], id="words between commas"),
    pytest.param("“Lamp” or “light” means a light.", ["Lamp", "light"], id="two terms at once"),
    pytest.param("“Lamp”, “light” and “beacon” mean a light.", ["Lamp", "light", "beacon"], id="three terms at once"),
    pytest.param("The keeper shall say “Lamp”. This means trouble.", [], id="a quotation that defines nothing"),
    pytest.param("This means that lamps are lit.", [], id="no term"),
    pytest.param("“” means nothing.", [], id="an empty term"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), ONE)
def test_finds_the_term(words: str, expected: list[str]) -> None:
    assert terms(words) == expected


def test_each_term_has_its_own_provision() -> None:
    points = "(a) “lamp” means a light;\n\n(b) “bell” means a bell."
    article = f"Article 1\nUse of terms\n\nFor the purposes of this Treaty:\n\n{points}"
    assert defined(article) == [("lamp", "art_1__point_a"), ("bell", "art_1__point_b")]


def test_a_definition_without_a_number_has_its_own_provision() -> None:
    article = (
        "Article 1\nUse of terms\n\nFor the purposes of this Treaty:\n\n“Lamp” means a light;\n\n“Bell” means a bell."
    )
    assert defined(article) == [("Lamp", "art_1__def_lamp"), ("Bell", "art_1__def_bell")]


def test_a_definition_with_points_is_all_of_them() -> None:
    # The chapeau alone ("Lamp" means:) would define nothing.
    article = "Article 1\n\n1. “Lamp” means:\n\n(a) a light; or\n\n(b) a bell.\n\n2. Lamps are lit."
    assert defined(article) == [("Lamp", "art_1__para_1")]


def test_an_article_named_definitions_needs_no_quotation_marks() -> None:
    article = "Article 1\nDefinitions\n\n1. Lamp means a light.\n\n2. The term Bell means a bell."
    assert defined(article) == [("Lamp", "art_1__para_1"), ("Bell", "art_1__para_2")]


def test_any_other_article_does() -> None:
    assert defined("Article 1\nSignals\n\n1. Silence means consent.\n\n2. Lamps are lit.") == []


def test_definitions_of_the_samples(sample_index: Index) -> None:
    terms = {(treaty, term.lower()) for term, treaty, _ in sample_index.definitions}
    assert terms >= {
        ("tessara", "vessel"), ("tessara", "basin"), ("tessara", "transboundary impact"), ("tessara", "inspector"),
        ("quillara-tamber", "perishable good"), ("valdore-montrel", "disaster"), ("valdore-montrel-fr", "catastrophe"),
    }  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["“Lamp” means", "a light", ";", "(a)", "\n\n", "1. ", "*x* includes", "means", "“", "”"]))
)
def test_any_text_gives_terms_of_provisions_that_are_there(pieces: list[str]) -> None:
    parsed = parse_text(treaty_text("Article 1\nDefinitions\n\n" + " ".join(pieces) + " end."))
    for term, treaty_id, eid in find_definitions(parsed):
        assert term == term.strip() != ""
        assert treaty_id == "venn"
        provision = parsed.by_eid[eid]
        assert term in parsed.treaty.text[provision.start : provision.end]
