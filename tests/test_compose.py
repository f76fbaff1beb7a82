"""The words around the quotations, and the names of provisions: sentences, notes on the text, refusals."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_fakes import bug, headed, parse_text, treaty_text

from ingest.models import ParsedTreaty
from service import compose
from service.beyond_text import Beyond
from service.citations import cite, label_of, short_name
from service.models import Citation
from service.routing import Missing
from service.spans import Extract


def treaty(*numbers: str, **changes: object) -> ParsedTreaty:
    """A treaty with articles of these numbers; ``changes`` are made to its record."""
    parsed = parse_text(headed(*(f"Article {n}" for n in numbers or ("1",))))
    return ParsedTreaty(replace(parsed.treaty, **changes), parsed.provisions)


VENN = parse_text(
    treaty_text(
        "PART I\nLIGHT",
        "Article 1\nLamps\n\n1. Lamps are lit.\n\n2. A keeper shall not:\n\n"
        "(a) sleep;\n\n(b) sing:\n\n(i) hymns;\n\n(ii) other songs.",
        "PART II\nSOUND",
        "Article 2\nUse of terms\n\nFor this Treaty:\n\n“Bell” means a bell;\n\n“Horn” means a horn.",
        "IN WITNESS WHEREOF the undersigned have signed.\n\nDONE at Venn.",
        "ANNEX I\nLISTS",
        "Article 1\n\n1. A list.\n\n2. Another list.",
    )
)  # fmt: skip
OSK = parse_text(headed("Article IV", words="Bells\nare rung."), "osk", "The Convention of Osk")


def citation_of(parsed: ParsedTreaty, eid: str, number: int = 1) -> Citation:
    provision = parsed.by_eid[eid]
    return cite(parsed, Extract(provision, provision.start, provision.end), number)


# --- names of provisions

LABELS = [
    pytest.param("preamble", "Preamble", id="preamble"),
    pytest.param("art_1", "Article 1", id="an article, without its part"),
    pytest.param("art_1__para_1", "Article 1, paragraph 1", id="paragraph"),
    pytest.param("art_1__para_2__point_a", "Article 1, paragraph 2 (a)", id="point"),
    pytest.param("art_1__para_2__point_b__point_i", "Article 1, paragraph 2 (b) (i)", id="point of a point"),
    pytest.param("art_1__para_2__chapeau", "Article 1, paragraph 2", id="a chapeau is its paragraph's"),
    pytest.param("art_2__def_bell", "Article 2, definition of “Bell”", id="definition"),
    pytest.param("annex_1__art_1__para_2", "Annex I, Article 1, paragraph 2", id="in an annex"),
    pytest.param("part_2", "Part II", id="a part"),
]


@pytest.mark.parametrize(("eid", "label"), LABELS)
def test_names_a_provision_as_a_lawyer_would(eid: str, label: str) -> None:
    assert label_of(VENN, VENN.by_eid[eid]) == label


def test_a_citation_carries_everything_that_the_contract_asks() -> None:
    found = citation_of(VENN, "art_1__para_1", 3)
    assert (found.number, found.treaty_id, found.treaty_title) == (3, "venn", "Treaty of Venn")
    assert found.citation == "Treaty of Venn, Article 1, paragraph 1"
    assert found.quote == VENN.treaty.text[found.start : found.end] == "1. Lamps are lit."
    assert found.url == "/t/venn/art_1__para_1"
    assert (found.source.uri, found.source.sha256, found.source.page) == ("t.txt", "0" * 64, None)


def test_a_citation_names_the_page_it_begins_on() -> None:
    source = replace(VENN.treaty.source, pages=(0, VENN.by_eid["art_1__para_2"].start))
    paged = ParsedTreaty(replace(VENN.treaty, source=source), VENN.provisions)
    assert citation_of(paged, "art_1__para_1").source.page == 1
    assert citation_of(paged, "art_1__para_2").source.page == 2


LONG = "Treaty on the Lighting, Ringing and Blowing of Lamps, Bells and Horns along the Coasts of Venn and of Osk"

SHORT_NAMES = [
    pytest.param("Treaty of Venn", (), "Treaty of Venn", id="a short title"),
    pytest.param(LONG, ("TLRB", "Coast Treaty"), "Coast Treaty", id="a long one: the first alias of words"),
    pytest.param(LONG, ("TLRB", "Venn–Oskland"), "Venn–Oskland", id="an alias with a dash"),
    pytest.param("Treaty on the Lighting of Lamps along Coasts", ("Coast Treaty",),
                 "Treaty on the Lighting of Lamps along Coasts", id="eight words are short enough"),
    pytest.param("Protocol Additional to the Conventions of 12 August 1949, and relating to the Protection of Lamps",
                 ("AP I", "Additional Protocol I"), "Additional Protocol I", id="not an acronym with a blank in it"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "aliases", "expected"), SHORT_NAMES)
def test_speaks_of_a_treaty_by_a_name_of_some_words(title: str, aliases: tuple[str, ...], expected: str) -> None:
    assert short_name(treaty(title=title, aliases=aliases)) == expected


# --- the answer


def test_an_answer_quotes_under_the_name_of_the_provision() -> None:
    text = compose.answer_text([citation_of(VENN, "art_1__para_1")], {"venn": VENN})
    assert text == "Article 1, paragraph 1, of the Treaty of Venn: “1. Lamps are lit.” [1]"


def test_a_treaty_with_a_number_for_a_name_has_no_article() -> None:
    protocol = ParsedTreaty(replace(VENN.treaty, title="Additional Protocol I"), VENN.provisions)
    text = compose.answer_text([citation_of(protocol, "art_1__para_1")], {"venn": protocol})
    assert text.startswith("Article 1, paragraph 1, of Additional Protocol I: “")


def test_the_verb_stands_before_the_first_quotation_and_the_treaty_is_not_named_twice() -> None:
    cited = [citation_of(VENN, "art_1__para_1", 1), citation_of(VENN, "art_1__para_2", 2)]
    text = compose.answer_text(cited, {"venn": VENN}, "It does not seem to.", verb="may not", named="venn")
    assert text.split("\n\n")[1].startswith("Article 1, paragraph 1 says “may not”: “")
    assert text.split("\n\n")[2].startswith("Article 1, paragraph 2: “")


BEYOND = [
    pytest.param("status", "its depositary, the Government of Osk, records it", True, id="the depositary keeps it"),
    pytest.param("case_law", "How courts have read a treaty is not in its text", False, id="judgments"),
    pytest.param("news", "Pacta does not know the news", False, id="news"),
]


@pytest.mark.parametrize(("asked", "says", "near"), BEYOND)
def test_what_no_text_tells_is_refused_with_where_it_is_kept(asked: Beyond, says: str, near: bool) -> None:
    facts = replace(VENN.treaty.facts, depositary="Government of Osk")
    parsed = ParsedTreaty(replace(VENN.treaty, facts=facts), VENN.provisions)
    text = compose.refuse_beyond(asked, parsed, near)
    assert says in text
    assert ("nearest to it is listed" in text) is near


def test_the_treaty_is_named_again_only_when_it_changes() -> None:
    cited = [citation_of(VENN, "art_1__para_1", 1), citation_of(VENN, "annex_1__art_1__para_1", 2),
             citation_of(OSK, "art_4", 3), citation_of(VENN, "art_1__para_2", 4)]  # fmt: skip
    lines = compose.answer_text(cited, {"venn": VENN, "osk": OSK}).split("\n\n")
    assert [line.partition(":")[0] for line in lines] == [
        "Article 1, paragraph 1, of the Treaty of Venn",
        "Annex I, Article 1, paragraph 1",
        "Article IV of the Convention of Osk",
        "Article 1, paragraph 2, of the Treaty of Venn",
    ]


def test_an_opening_comes_first() -> None:
    text = compose.answer_text([citation_of(VENN, "art_1__para_1")], {"venn": VENN}, "It does not say that.")
    assert text.startswith("It does not say that.\n\nArticle 1")


def test_what_the_quotations_refer_to_in_other_treaties_is_named_and_not_quoted() -> None:
    referred = [citation_of(VENN, "art_1__para_2"), citation_of(OSK, "art_4")]
    text = compose.answer_text(
        [citation_of(VENN, "annex_1__art_1")], {"venn": VENN, "osk": OSK}, "", referred, ["Article 51 of the Charter"]
    )
    assert text.split("\n\n")[-1] == (
        "It refers to Article IV of the Convention of Osk; Article 51 of the Charter (not held here)."
    )


def test_a_quotation_is_on_one_line_and_otherwise_as_it_stands() -> None:
    (line,) = compose.answer_text([citation_of(OSK, "art_4")], {"osk": OSK}).split("\n\n")
    assert "“Article IV Bells are rung.”" in line
    marked = parse_text(headed("Article 1", words="See [1], “the lamp”, 'the bell', and <b>**both**</b> & more."), "m")
    text = compose.answer_text([citation_of(marked, "art_1")], {"m": marked})
    assert "See [1], “the lamp”, 'the bell', and <b>**both**</b> & more." in text


@given(st.lists(st.sampled_from([(VENN, "art_1__para_1"), (VENN, "preamble"), (VENN, "art_2__def_bell"),
                                 (OSK, "art_4")]),
                min_size=1, max_size=6, unique_by=lambda cited: (cited[0].treaty.id, cited[1])))  # fmt: skip
def test_each_number_in_the_text_has_its_citation_in_order(found: list[tuple[ParsedTreaty, str]]) -> None:
    cited = [citation_of(parsed, eid, n) for n, (parsed, eid) in enumerate(found, start=1)]
    text = compose.answer_text(cited, {"venn": VENN, "osk": OSK})
    assert [int(n) for n in re.findall(r"\[(\d+)\]", text)] == [citation.number for citation in cited]


# --- notes on the text

NOTES = [
    pytest.param({}, [], id="authentic and English: nothing to say"),
    pytest.param({"text_status": "excerpt"},
                 ["Only an excerpt of the Treaty of Venn is held (Article 1), not its authentic text."],
                 id="an excerpt"),
    pytest.param({"text_status": "adoption draft"}, ["The text held of the Treaty of Venn is marked “adoption draft”."],
                 id="a draft"),
    pytest.param({"text_status": "unofficial translation", "language": "fr"},
                 ["The text held of the Treaty of Venn is marked “unofficial translation”.",
                  "This text is in French; search by meaning works best in English."], id="status and language"),
    pytest.param({"language": "xx"}, ["This text is in xx; search by meaning works best in English."],
                 id="a language unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), NOTES)
def test_notes_what_a_reader_must_know(changes: dict[str, str], expected: list[str]) -> None:
    parsed = treaty("1", **changes)
    assert compose.text_notes(parsed) == expected


def test_a_note_is_made_once_for_each_treaty_and_comes_last() -> None:
    parsed = treaty("1", "2", text_status="draft", title="Treaty of Venn")
    cited = [citation_of(parsed, "art_1", 1), citation_of(parsed, "art_2", 2)]
    text = compose.answer_text(cited, {"venn": parsed})
    assert text.count("draft") == 1
    assert text.endswith("is marked “draft”.")


ARTICLES = [
    pytest.param(["1"], "Article 1", id="one"),
    pytest.param(["1", "2"], "Articles 1 and 2", id="two",
                 marks=bug("the list in a sentence reads 'It has Articles 1, 2.'; 'and' is set between runs only")),
    pytest.param(["1", "2", "3"], "Articles 1–3", id="a run"),
    pytest.param(["3", "4", "8"], "Articles 3, 4 and 8", id="an excerpt"),
    pytest.param(["1", "2", "3", "3 bis", "4", "5"], "Articles 1–3, 3bis and 4, 5", id="bis between"),
    pytest.param(["1", "2", "3", "7", "8", "9"], "Articles 1–3 and 7–9", id="two runs"),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "expected"), ARTICLES)
def test_lists_the_articles_as_a_person_would(numbers: list[str], expected: str) -> None:
    assert compose.article_list(treaty(*numbers)) == expected


def test_a_long_list_is_its_ends() -> None:
    numbers = [f"{chapter}.0{n}" for chapter in range(1, 6) for n in range(1, 4)]
    assert compose.article_list(treaty(*numbers)) == "15 articles, 1.01 to 5.03"


# --- refusals


def test_refuses_a_missing_article_and_says_which_there_are() -> None:
    assert compose.refuse_missing(Missing("venn", "99"), treaty("1", "2", "3")) == (
        "The Treaty of Venn has no Article 99. It has Articles 1–3."
    )


def test_does_not_say_that_a_treaty_lacks_an_article_of_which_only_an_excerpt_is_held() -> None:
    text = compose.refuse_missing(Missing("venn", "2"), treaty("3", "4", "8", text_status="excerpt"))
    assert "has no Article" not in text
    assert "not in the text that is held" in text
    assert "Articles 3, 4 and 8" in text


def test_refuses_a_treaty_not_held_with_the_remedy() -> None:
    text = compose.refuse_not_held(["The Treaty of Halvard", "Karsk Accord", "Third"], 7)
    assert text.startswith("The Treaty of Halvard and Karsk Accord ")
    assert "7 treaties" in text
    assert "pacta ingest" in text


def test_two_treaties_are_not() -> None:
    assert " are not among " in compose.refuse_not_held(["Treaty of Halvard", "Karsk Accord"], 7)


def test_one_treaty_is_not_treaties() -> None:
    assert compose.refuse_not_held(["Treaty of Halvard"], 1).startswith(
        "The Treaty of Halvard is not the one treaty held here, "
    )


TO_FETCH = [
    pytest.param(["Treaty of Halvard"], [("halvard",)], "is not", "it", "catalogue:halvard", id="one with an address"),
    pytest.param(["Treaty of Halvard"], [()], "is not", "it", "FILE", id="one without"),
    pytest.param(["Treaty of Halvard", "Karsk Accord"], [("halvard",), ("karsk",)], "are not", "them",
                 "catalogue:halvard catalogue:karsk", id="two"),
    pytest.param(["Treaty of Halvard", "Karsk Accord"], [("halvard",), ()], "are not", "them",
                 "catalogue:halvard FILE", id="two, one without an address"),
    pytest.param(["Halvard Accords"], [("halvard-1", "halvard-2")], "are not", "them",
                 "catalogue:halvard-1 catalogue:halvard-2", id="a name that two treaties share"),
    pytest.param(["Treaties of Venn"], [()], "are not", "them", "FILE", id="a plural"),
    pytest.param(["Protocol to the Lamp Conventions"], [()], "is not", "it", "FILE", id="a plural that is not its own"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "ids", "verb", "pronoun", "source"), TO_FETCH)
def test_says_how_a_treaty_not_held_can_be_had(
    names: list[str], ids: list[tuple[str, ...]], verb: str, pronoun: str, source: str
) -> None:
    text = compose.refuse_not_held(names, 7, ids)
    assert text.startswith(f"The {' and '.join(names)} {verb} among the 7 treaties held here, ")
    assert f"does not answer from {pronoun}. " in text
    assert text.endswith(f" to ask about {pronoun} (pacta ingest {source}).")


def test_says_that_near_articles_are_listed_only_where_they_are() -> None:
    assert "listed" in compose.refuse_not_found(True)
    assert "listed" not in compose.refuse_not_found(False)


def test_asks_which_treaty_an_article_is_of() -> None:
    assert compose.refuse_ambiguous(["5"], 7).startswith("Article 5 of which treaty?")


def test_says_which_treaties_a_name_fits_and_which_answers() -> None:
    karsk = parse_text(headed("Article 1"), "karsk", "Accord of Karsk")
    opening = compose.ambiguous_opening("the oil treaty", [OSK, karsk], [OSK])
    assert opening == (
        "“the oil treaty” fits 2 treaties held here: the Convention of Osk and the Accord of Karsk. "
        "This is from the Convention of Osk; name another to ask of it."
    )


def test_a_name_that_fits_many_treaties_lists_four() -> None:
    opening = compose.ambiguous_opening("the treaty", [OSK] * 6, [OSK])
    assert "fits 6 treaties held here: " in opening
    assert " and 2 more. " in opening


def test_a_wrong_premise_names_the_provision() -> None:
    opening = compose.wrong_premise_opening(OSK.by_eid["art_4"], OSK)
    assert opening.startswith("Article IV of the Convention of Osk does not seem to say")
    lacking = compose.wrong_premise_opening(OSK.by_eid["art_4"], OSK, ["two bells", "a year"])
    assert lacking == "Article IV of the Convention of Osk does not mention “two bells” or “a year”. Its words are:"


REFUSALS = [
    compose.refuse_missing(Missing("venn", "9"), treaty("1")), compose.refuse_not_held(["Treaty of Halvard"], 7),
    compose.refuse_not_found(True), compose.refuse_ambiguous(["5"], 7), compose.refuse_out_of_scope(),
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS, ids=lambda text: text[:20])
def test_refusals_are_whole_sentences_in_plain_words(text: str) -> None:
    assert text[0].isupper()
    assert text[-1] in ".?"
    assert "  " not in text
    assert not re.search(r"(?i)\b(error|null|none type|exception|index generation)\b", text)
