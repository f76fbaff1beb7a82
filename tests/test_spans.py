"""Stretches to quote: without the number that their name has already, and in one where nothing stands between."""

import pytest
from ingest_fakes import parse_text, treaty_text

from service.spans import Extract, joined, without_number

VENN = parse_text(
    treaty_text(
        "Article 1\n\n1. Lamps are lit.\n\n2. A keeper shall not:\n\n(a) sleep;\n\n(b) sing.\n\n3. Bells are rung.",
        "Article 2\n\nHorns are blown.",
        "Article 3\n\nDrums are beaten.",
    )
)


def whole(eid: str) -> Extract:
    provision = VENN.by_eid[eid]
    return Extract(provision, provision.start, provision.end)


def words(extract: Extract) -> str:
    return " ".join(VENN.treaty.text[extract.start : extract.end].split())


NUMBERED = [
    ("art_1__para_1", "Lamps are lit.", "a paragraph"),
    ("art_1__para_2__point_a", "sleep;", "a point"),
    ("art_1__para_2__chapeau", "A keeper shall not:", "what leads to a list has its paragraph's number"),
    ("art_2", "Article 2 Horns are blown.", "an article has none in its words"),
]


@pytest.mark.parametrize(("eid", "expected", "reason"), NUMBERED)
def test_a_quotation_begins_behind_its_own_number(eid: str, expected: str, reason: str) -> None:
    assert words(without_number(VENN, whole(eid))) == expected, reason


def test_what_begins_elsewhere_is_left_as_it_is() -> None:
    provision = VENN.by_eid["art_1__para_1"]
    extract = Extract(provision, provision.start + 3, provision.end)
    assert without_number(VENN, extract) == extract


def test_neighbours_are_one_quotation_of_what_is_around_them() -> None:
    (one,) = joined(VENN, [whole("art_1__para_2__point_a"), whole("art_1__para_2__point_b")])
    assert (one.provision.eid, words(one)) == ("art_1__para_2", "(a) sleep; (b) sing.")
    (both,) = joined(VENN, [whole("art_1__para_1"), whole("art_1__para_2")])
    assert both.provision.eid == "art_1"


def test_what_is_apart_stays_apart() -> None:
    apart = [whole("art_1__para_1"), whole("art_1__para_3")]
    assert joined(VENN, apart) == apart
    articles = [whole("art_2"), whole("art_3")]
    assert joined(VENN, articles) == articles
    assert joined(VENN, []) == []
