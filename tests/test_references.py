"""Mentions of articles: what was named, of which instrument, and which provisions of the treaties held are meant."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import parse_text, treaty_text

from ingest.models import ParsedTreaty, Reference
from ingest.names import Names
from ingest.references import find_mentions, find_provisions, find_references, own_names

# What stands for a mention: its numbers, its points, its container, its instrument, as one line.
NUMBERS = [
    pytest.param("Article 51", "51", id="one"),
    pytest.param("article 51", "51", id="in a small letter"),
    pytest.param("ARTICLE 51", "51", id="in capitals"),
    pytest.param("Art. 51", "51", id="Art."),
    pytest.param("art 51", "51", id="art"),
    pytest.param("Arts. 5 and 6", "5 6", id="Arts."),
    pytest.param("Articles 5 and 7", "5 7", id="two"),
    pytest.param("Articles 5 or 7", "5 7", id="either"),
    pytest.param("Articles 5, 7 and 9", "5 7 9", id="a list"),
    pytest.param("Articles 5, 7, and 9", "5 7 9", id="a list with its last comma"),
    pytest.param("articles 309 to 312", "309 310 311 312", id="a range"),
    pytest.param("Articles 4–6", "4 5 6", id="a range with a dash"),
    pytest.param("Articles 4-6", "4 5 6", id="a range with a hyphen"),
    pytest.param("Articles 4 through 6", "4 5 6", id="a range, American"),
    pytest.param("Articles 5, 7 to 9 and 12", "5 7 8 9 12", id="a range in a list"),
    pytest.param("Articles 5 to 300", "5 300", id="a range too long to mean each"),
    pytest.param("Article 8 bis", "8bis", id="bis"),
    pytest.param("Article 8bis", "8bis", id="bis set close"),
    pytest.param("Articles 8 bis and 9", "8bis 9", id="bis in a list"),
    pytest.param("Article 4A", "4a", id="a letter"),
    pytest.param("Article IV", "4", id="roman"),
    pytest.param("Articles XI and XII", "11 12", id="roman numbers"),
    pytest.param("Article 1.01", "1.01", id="chapter and article"),
    pytest.param("Article G-01", "g-01", id="a letter chapter"),
    pytest.param("Article VI.5", "vi.5", id="a roman chapter"),
    pytest.param("Artículo 5", "5", id="Spanish"),
    pytest.param("articles 5 et 6", "5 6", id="French"),
    pytest.param("Статья 5", "5", id="Russian"),
    pytest.param("Article 5 a Party may", "5", id="a word of one letter is no number"),
    pytest.param("Article 5 and the other", "5", id="an 'and' that goes on otherwise"),
    pytest.param("Article 5.", "5", id="a stop"),
    pytest.param("Article 99999", "", id="no article has five digits"),
    pytest.param("this Article", "", id="no number"),
    pytest.param("Particle 5", "", id="another word"),
    pytest.param("articles of iron", "", id="things"),
]  # fmt: skip

POINTS = [
    pytest.param("Article 3, paragraph 2", "3", "2", id="paragraph"),
    pytest.param("Article 3, para. 2", "3", "2", id="para."),
    pytest.param("Article 3 § 2", "3", "2", id="§"),
    pytest.param("Article 3(2)", "3", "2", id="in brackets"),
    pytest.param("Article 3(2)(a)", "3", "2 a", id="point"),
    pytest.param("Article 3 (2) (a) (iv)", "3", "2 a iv", id="sub-point"),
    pytest.param("Article 3, paragraph 2 (a)", "3", "2 a", id="paragraph and point"),
    pytest.param("Article 3, paragraph 2 (a) and (b)", "3", "2 a", id="two points: the first"),
    pytest.param("paragraph 2 of Article 3", "3", "2", id="paragraph first"),
    pytest.param("paragraph 2 (a) of Article 3", "3", "2 a", id="paragraph and point first"),
    pytest.param("paragraph 2(b)(i) of Article 3", "3", "2 b i", id="sub-point first"),
    pytest.param("Articles 5(1) and 6(2)", "5 6", "2", id="of the last article"),
]  # fmt: skip

INSTRUMENTS = [
    pytest.param("Article 51 of the Charter", None, "Charter", id="short name"),
    pytest.param("Article 51 of the Charter of the United Nations", None, "Charter of the United Nations",
                 id="long name"),
    pytest.param("Article 5 of the Convention, as amended", None, "Convention", id="words after it"),
    pytest.param("Article 5 of the Convention on Lamps and Bells shall", None, "Convention on Lamps and Bells",
                 id="'and' in it"),
    pytest.param("Article 5 of the Bell Treaty of 1931", None, "Bell Treaty of 1931", id="a year in it"),
    pytest.param("Article 5, paragraph 2, of the Bell Treaty", None, "Bell Treaty", id="after a paragraph"),
    pytest.param("Article 5\nof the Charter", None, "Charter", id="over a line end"),
    pytest.param("Article 5 of the present Covenant", None, "Covenant", id="present"),
    pytest.param("Article 5 of Annex VI", "annex 6", None, id="an annex behind"),
    pytest.param("Annex VI, article 5", "annex 6", None, id="an annex before"),
    pytest.param("Article 5 of Schedule 1", "schedule 1", None, id="a schedule"),
    pytest.param("Article 5 of Protocol II", "protocol 2", None, id="a protocol by number"),
    pytest.param("Annex I, Article 3 of the Convention", "annex 1", "Convention", id="annex and instrument"),
    pytest.param("Article 6, paragraph 1, of Annex II", "annex 2", None, id="annex after a paragraph"),
    pytest.param("Article 5", None, None, id="nothing"),
    pytest.param("Article 5 of a treaty", None, None, id="no name"),
    pytest.param("Article 5 of the Annex", "annex", None, id="the only annex"),
    pytest.param("Articles 5, paragraphs 1 and 2, of the Bell Treaty", None, "Bell Treaty", id="after two paragraphs"),
    pytest.param("Article 5 of the 1931 Bell Treaty", None, "1931 Bell Treaty", id="a year before the name"),
    pytest.param("Article 5 of the Bell Treaty and Article 6 of the Lamp Treaty", None, "Bell Treaty",
                 id="two instruments"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers_of_a_mention(text: str, expected: str) -> None:
    assert " ".join(readings[0].text for m in find_mentions(text) for readings in m.numbers) == expected


@pytest.mark.parametrize(("text", "numbers", "points"), POINTS)
def test_points_of_a_mention(text: str, numbers: str, points: str) -> None:
    (mention,) = find_mentions(text)
    assert " ".join(readings[0].text for readings in mention.numbers) == numbers
    assert " ".join(mention.points) == points


@pytest.mark.parametrize(("text", "container", "instrument"), INSTRUMENTS)
def test_instrument_of_a_mention(text: str, container: str | None, instrument: str | None) -> None:
    mention = find_mentions(text)[0]
    found = " ".join(filter(None, mention.container)) if mention.container else None
    assert (found, mention.instrument) == (container, instrument)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("Article 5 of this Convention", True, id="this"),
        pytest.param("Article 5 of the present Convention", True, id="the present"),
        pytest.param("Article 5 of the Convention", False, id="the"),
        pytest.param("Article 5 of that Convention", False, id="that"),
    ],
)
def test_own_instrument(text: str, own: bool) -> None:
    assert find_mentions(text)[0].own is own


def test_both_readings_of_a_number_are_kept() -> None:
    (mention,) = find_mentions("Article C")
    assert [number.text for number in mention.numbers[0]] == ["100", "c"]


def test_a_mention_stands_where_it_is_written() -> None:
    text = "Subject to Article 3, paragraph 2 (a), and to Articles 5 and 6 of the Bell Treaty, lamps burn."
    assert [text[m.start : m.end] for m in find_mentions(text)] == [
        "Article 3, paragraph 2 (a)",
        "Articles 5 and 6 of the Bell Treaty",
    ]


@given(st.text(alphabet="Article s12(a)IV,–and ofthBDp.ra", max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_searched_and_mentions_stand_apart_in_order(text: str) -> None:
    end = 0
    for mention in find_mentions(f"{text} Article 5 {text}"):
        assert end <= mention.start < mention.end
        assert mention.numbers
        end = mention.end


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_every_number_of_a_list_is_named(values: list[int]) -> None:
    printed = ", ".join(map(str, values[:-1])) + (" and " if len(values) > 1 else "") + str(values[-1])
    (mention,) = find_mentions(f"under Articles {printed} of the Bell Treaty")
    assert [readings[0].text for readings in mention.numbers] == [str(value) for value in values]
    assert mention.instrument == "Bell Treaty"


# -- two treaties that know each other -------------------------------------------------------------

BELLS = parse_text(
    treaty_text(
        "Article 1\n\nBells ring in fog and at no other time.",
        "Article 2\n\n1. Each port has a bell.\n\n2. A bell:\n\n(a) hangs;\n\n(b) rings.",
        "Article 8 bis\n\nBells may be painted by those who hang them.",
        "ANNEX I",
        "Article 1\n\nThe bell of Osk weighs a ton.",
    ),
    "bells",
    "Bell Treaty of Osk",
)
LAMPS = parse_text(
    treaty_text(
        "Article 1\n\nIn this Convention, “the Bell Rules” means the Bell Treaty of Osk.",
        "Article 2\n\nLamps burn from dusk to dawn on both coasts.",
        "Article 3\n\n1. Oil is free.\n\n2. A keeper:\n\n(a) trims;\n\n(b) fills.",
        "ANNEX",
        "Article 1\n\nThe lamp of Venn is white.",
        preamble="The Parties, recalling the Charter of All Coasts (hereinafter “the Charter”), agree as follows:",
    ),
    "lamps",
    "Convention on Lamps",
)
HELD = {"bells": BELLS, "lamps": LAMPS}
NAMES = Names(
    {
        "bells": ["Bell Treaty of Osk", "Bell Treaty"],
        "lamps": ["Convention on Lamps", "Lamp Convention"],
        "coasts": ["Charter of All Coasts"],
        "horns-1": ["Horn Treaties"],
        "horns-2": ["Horn Treaties"],
    }
)


def test_a_treaty_says_what_its_short_names_stand_for() -> None:
    assert own_names(LAMPS, NAMES) == {"bell rules": "bells", "charter": "coasts"}
    assert own_names(BELLS, NAMES) == {}


def references(parsed: ParsedTreaty, words: str) -> list[Reference]:
    """What ``words`` refer to when they stand at the end of a treaty."""
    start = len(parsed.treaty.text)
    longer = replace(parsed, treaty=replace(parsed.treaty, text=parsed.treaty.text + words))
    return find_references(longer, start, start + len(words), NAMES, HELD)


RESOLVED = [
    pytest.param(LAMPS, "Article 3", "lamps", "art_3", id="the treaty itself"),
    pytest.param(LAMPS, "Article 3, paragraph 2 (b)", "lamps", "art_3__para_2__point_b", id="down to a point"),
    pytest.param(LAMPS, "paragraph 1 of Article 3", "lamps", "art_3__para_1", id="paragraph first"),
    pytest.param(LAMPS, "Article 3 (7)", "lamps", "art_3", id="no such paragraph: the article"),
    pytest.param(LAMPS, "Articles 1 to 3", "lamps", "art_1 art_2 art_3", id="a range"),
    pytest.param(LAMPS, "Article 2 of this Convention", "lamps", "art_2", id="this Convention"),
    pytest.param(LAMPS, "Article 2 of the Convention", "lamps", "art_2", id="the Convention is itself"),
    pytest.param(LAMPS, "Article 2 of the Bell Treaty", "bells", "art_2", id="another treaty"),
    pytest.param(LAMPS, "Article 2, paragraph 2, of the Bell Treaty of Osk", "bells", "art_2__para_2",
                 id="its paragraph"),
    pytest.param(LAMPS, "Article 8 bis of the Bell Treaty", "bells", "art_8bis", id="its bis"),
    pytest.param(LAMPS, "Annex I, article 1, of the Bell Treaty", "bells", "annex_1__art_1", id="its annex"),
    pytest.param(LAMPS, "Article 2 of the Bell Rules", "bells", "art_2", id="a name it defines"),
    pytest.param(LAMPS, "Article 51 of the Charter", "coasts", "", id="known, not held"),
    pytest.param(LAMPS, "Article 2 of the Horn Treaties", None, "", id="a name of two: not told which"),
    pytest.param(LAMPS, "Article 2 of the Convention of Nowhere", None, "", id="not known"),
    pytest.param(LAMPS, "Article 9", "lamps", "", id="no such article"),
    pytest.param(BELLS, "Article 2 of the Lamp Convention", "lamps", "art_2", id="the other way round"),
    pytest.param(BELLS, "Article 1 of Annex I", "bells", "annex_1__art_1", id="its own annex"),
    pytest.param(LAMPS, "Article 1 of the Annex", "lamps", "annex__art_1", id="the only annex"),
    pytest.param(LAMPS, "Article 2 of the 1931 Bell Treaty", "bells", "art_2", id="a year before the name"),
    pytest.param(LAMPS, "Article 2, paragraphs 1 and 2, of the Bell Treaty", "bells", "art_2__para_1",
                 id="two paragraphs"),
]  # fmt: skip


@pytest.mark.parametrize(("parsed", "words", "treaty_id", "eids"), RESOLVED)
def test_references_lead_to_provisions(parsed: ParsedTreaty, words: str, treaty_id: str | None, eids: str) -> None:
    (found,) = references(parsed, words)
    assert (found.treaty_id, " ".join(found.eids)) == (treaty_id, eids)


def test_a_reference_stands_where_it_is_written() -> None:
    text = LAMPS.treaty.text
    (found,) = references(LAMPS, "As Article 2 of the Bell Treaty says,")
    assert found.start == len(text) + len("As ")
    assert found.end == len(text) + len("As Article 2 of the Bell Treaty")
    assert found.instrument == "Bell Treaty"


def test_own_references_name_no_instrument() -> None:
    (found,) = references(LAMPS, "Article 2 of this Convention")
    assert found.instrument is None


def test_two_references_in_one_sentence() -> None:
    found = references(LAMPS, "Article 1 of the Bell Treaty and Article 3 of this Convention")
    assert [(r.treaty_id, r.eids) for r in found] == [("bells", ("art_1",)), ("lamps", ("art_3",))]


def test_articles_whose_numbers_restart_in_each_part() -> None:
    parsed = parse_text(
        treaty_text(
            "PART I", "Article 1\n\nLamps burn.", "Article 2\n\nOil is free.", "PART II", "Article 1\n\nBells ring."
        ),
        "parts",
    )
    assert [p.eid for p in find_provisions(parsed, find_mentions("Article 2")[0])] == ["part_1__art_2"]
    assert find_provisions(parsed, find_mentions("Article 1")[0]) == []
