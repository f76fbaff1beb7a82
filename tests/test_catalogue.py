"""The catalogue of well-known treaties: it loads, it is consistent, and it knows a treaty by its title."""

import re
from collections import Counter
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import Catalogue, CatalogueEntry, load_catalogue
from ingest.names import Names, words_of

CATALOGUE = load_catalogue()


def key(name: str) -> str:
    """A name as names are compared."""
    return " ".join(word.text for word in words_of(name) if word.text != "the")


def test_it_is_loaded_once() -> None:
    assert load_catalogue() is CATALOGUE
    assert len(CATALOGUE.entries) > 100


def test_ids_are_unique_and_fit_for_addresses() -> None:
    ids = [entry.id for entry in CATALOGUE.entries]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


def test_titles_are_unique_and_not_blank() -> None:
    titles = Counter(key(entry.title) for entry in CATALOGUE.entries)
    assert [title for title, n in titles.items() if n > 1 or not title] == []


def test_no_name_belongs_to_two_treaties() -> None:
    # A shared name is a family; as an alias of two entries it would name one of them by chance.
    owners: dict[str, set[str]] = {}
    for entry in CATALOGUE.entries:
        for name in (entry.title, *entry.aliases):
            owners.setdefault(key(name), set()).add(entry.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_no_entry_repeats_a_name() -> None:
    for entry in CATALOGUE.entries:
        names = Counter(name.strip() for name in entry.aliases)
        assert [name for name, n in names.items() if n > 1 or not name] == [], entry.id


def test_names_are_text_as_people_write_it() -> None:
    for entry in CATALOGUE.entries:
        for name in (entry.title, *entry.aliases):
            assert isinstance(name, str), (entry.id, name)
            assert name == " ".join(name.split()), (entry.id, name)


def test_no_alias_is_a_word_that_every_treaty_uses() -> None:
    # "the Convention" would send every question to one treaty.
    common = set(
        "treaty convention agreement protocol charter statute covenant pact accord declaration constitution traité "
        "annex article law peace war rights trade".split()
    )
    found = [(e.id, name) for e in CATALOGUE.entries for name in e.aliases if key(name) in common]
    assert found == []


@pytest.mark.parametrize("field", ["signed", "in_force"])
def test_dates_are_iso_dates(field: str) -> None:
    for entry in CATALOGUE.entries:
        value = getattr(entry, field)
        if value is not None:
            assert isinstance(value, str), (entry.id, "YAML reads an unquoted date as one")
            assert date.fromisoformat(value).isoformat() == value, entry.id


def test_nothing_is_in_force_before_it_is_signed() -> None:
    early = [e.id for e in CATALOGUE.entries if e.signed and e.in_force and e.in_force < e.signed]
    assert early == []


def test_every_field_is_one_of_the_record() -> None:
    names = {field.name for field in fields(CatalogueEntry)}
    assert names >= {"id", "title", "aliases", "kind", "parties", "signed", "signed_at", "in_force", "depositary"}
    assert {entry.kind for entry in CATALOGUE.entries} - {None} >= {"bilateral", "multilateral"}


def test_a_bilateral_treaty_is_between_two_or_between_parties_not_given() -> None:
    odd = [(e.id, e.parties) for e in CATALOGUE.entries if e.kind == "bilateral" and len(e.parties) not in (0, 2)]
    assert odd == []


def test_the_members_of_a_family_are_there_and_named_once() -> None:
    ids = {entry.id for entry in CATALOGUE.entries}
    for family, members in CATALOGUE.families.items():
        assert set(members) <= ids, family
        assert len(set(members)) == len(members) > 1, family


def test_no_family_has_the_name_of_a_treaty() -> None:
    names = {key(name): e.id for e in CATALOGUE.entries for name in (e.title, *e.aliases)}
    assert {family: names[key(family)] for family in CATALOGUE.families if key(family) in names} == {}


def test_each_treaty_is_found_by_its_title_in_a_question() -> None:
    names = Names({e.id: [e.title, *e.aliases] for e in CATALOGUE.entries})
    for entry in CATALOGUE.entries:
        found = names.find(f"What does the {entry.title} say about fish?")
        assert names.ids_of(entry.title) == (entry.id,)
        assert (entry.id,) in [match.ids for match in found], entry.title


LAMPS = CatalogueEntry("lamps", "Convention on the Keeping of Lamps", ("Lamp Convention", "CKL"))
BELLS = CatalogueEntry("bells", "Treaty on Bells and Foghorns")
SMALL = Catalogue((LAMPS, BELLS), {})

KNOWN = [
    pytest.param("lamps", "Convention on the Keeping of Lamps", LAMPS, id="by title and id"),
    pytest.param("x17", "Convention on the Keeping of Lamps", LAMPS, id="by title under any id"),
    pytest.param("x17", "CONVENTION ON THE KEEPING OF LAMPS", LAMPS, id="in capitals"),
    pytest.param("x17", "Lamp Convention", LAMPS, id="by an alias as title"),
    pytest.param("bells", "Convention on the Keeping of Lamps", LAMPS, id="the title goes before the id"),
    pytest.param("bells", "Treaty on Foghorns and Bells (consolidated)", BELLS, id="by id, the titles nearly the same"),
    pytest.param("bells", "Statute of the Harbour Court", None, id="an id that anybody may give"),
    pytest.param("x17", "Treaty on Bells", None, id="nearly the title, another id"),
    pytest.param("x17", "", None, id="no title"),
]


@pytest.mark.parametrize(("treaty_id", "title", "expected"), KNOWN)
def test_knows_the_entry_of_a_treaty(treaty_id: str, title: str, expected: CatalogueEntry | None) -> None:
    assert SMALL.entry_for(treaty_id, title) == expected


@given(st.text(max_size=20), st.text(max_size=60))
def test_any_id_and_title_give_an_entry_or_none(treaty_id: str, title: str) -> None:
    assert SMALL.entry_for(treaty_id, title) in (None, LAMPS, BELLS)
