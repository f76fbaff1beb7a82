"""References resolved: which treaty is meant, which of its provisions, and what is left open or not there."""

from dataclasses import replace

import pytest
from ingest_fakes import parse_text, treaty_text

from ingest.mentions import find_mentions
from ingest.models import ParsedTreaty, Reference
from ingest.names import Names
from ingest.references import find_provisions, find_references, own_names

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
    pytest.param(LAMPS, "Article 51 of the Charter", None, "", id="known, not held"),
    pytest.param(LAMPS, "Article 2 of the Horn Treaties", None, "", id="a name of two: not told which"),
    pytest.param(LAMPS, "Article 2 of the Convention of Nowhere", None, "", id="not known"),
    pytest.param(LAMPS, "Article 9", "lamps", "", id="no such article"),
    pytest.param(BELLS, "Article 2 of the Lamp Convention", "lamps", "art_2", id="the other way round"),
    pytest.param(BELLS, "Article 1 of Annex I", "bells", "annex_1__art_1", id="its own annex"),
    pytest.param(LAMPS, "Article 1 of the Annex", "lamps", "annex__art_1", id="the only annex"),
    pytest.param(LAMPS, "Article 2 of the 1931 Bell Treaty", "bells", "art_2", id="a year before the name"),
    pytest.param(LAMPS, "Article 2, paragraphs 1 and 2, of the Bell Treaty", "bells", "art_2__para_1 art_2__para_2",
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
