"""The catalogue of well-known treaties: it loads, it is consistent, and it knows a treaty by its title."""

import re
from collections import Counter
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import Catalogue, CatalogueEntry, begins_as, load_catalogue
from ingest.names import Names, words_of

CATALOGUE = load_catalogue()


def key(name: str) -> str:
    """A name as names are compared."""
    return " ".join(word.text for word in words_of(name) if word.text != "the")


def test_it_is_loaded_once() -> None:
    assert load_catalogue() is load_catalogue()
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


# -- whether a text begins as a treaty does -------------------------------------------------------------------

COAST = CatalogueEntry("coast", "Convention on the Lighting of Coasts and Harbours", ("Coast Convention",))
ANNEXED = CatalogueEntry("coast-p1", "Protocol to the Convention on the Lighting of Coasts and Harbours")
FIRST = CatalogueEntry("osk-1", "Osk Convention (I) for the Relief of Keepers of Lamps on Land")
SECOND = CatalogueEntry("osk-2", "Osk Convention (II) for the Relief of Keepers and Pilots of Lamps at Sea")
CHARTER = CatalogueEntry("charter", "Charter of the Harbours", ("Harbour Charter",))
BEACONS = Catalogue((COAST, ANNEXED, FIRST, SECOND, CHARTER), {})
AS_AGREED = (
    "The Parties, recalling the Charter of the Harbours, have agreed as follows: Article 1. Lamps burn all night."
)

BEGINNINGS = [
    pytest.param("Convention on the Lighting of Coasts and Harbours", COAST, True, id="its title"),
    pytest.param("CONVENTION ON THE\nLIGHTING OF COASTS\nAND HARBOURS", COAST, True, id="in capitals and lines"),
    pytest.param("Venn, 3 May 1931. No. 17. Convention for Lighting the Coasts and the Harbours", COAST, True,
                 id="in other small words, after the publisher's"),
    pytest.param("Convention of 3 May 1931 on the Lighting at Night of Coasts, Harbours", COAST, True,
                 id="with more words in it"),
    pytest.param("Coast Convention", COAST, True, id="an alias"),
    pytest.param("Treaty on Bells and Foghorns", COAST, False, id="another title"),
    pytest.param("Page not found", COAST, False, id="no treaty"),
    pytest.param("", COAST, False, id="nothing"),
    # Whole treaties recall the Charter before their first article.
    pytest.param(f"Convention on the Lighting of Coasts and Harbours. {AS_AGREED}", CHARTER, False,
                 id="a treaty that only recalls it"),
    pytest.param(f"Charter of the Harbours. {AS_AGREED}", CHARTER, True, id="the treaty that the others recall"),
    pytest.param("Protocol to the Convention on the Lighting of Coasts and Harbours", COAST, False,
                 id="the protocol to it, which names it"),
    pytest.param("Protocol to the Convention on the Lighting of Coasts and Harbours", ANNEXED, True, id="the protocol"),
    pytest.param("Convention on the Lighting of Coasts and Harbours", ANNEXED, False, id="what it is a protocol to"),
    pytest.param("OSK CONVENTION FOR THE RELIEF OF KEEPERS AND PILOTS OF LAMPS AT SEA", SECOND, True,
                 id="without its number"),
    pytest.param("OSK CONVENTION FOR THE RELIEF OF KEEPERS AND PILOTS OF LAMPS AT SEA", FIRST, False,
                 id="its neighbour, of nearly the same words"),
    pytest.param("Osk Convention (I) for the Relief of Keepers of Lamps on Land", SECOND, False,
                 id="the other neighbour"),
    pytest.param("x " * 3000 + "Convention on the Lighting of Coasts and Harbours", COAST, False, id="far down"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entry", "expected"), BEGINNINGS)
def test_a_text_begins_as_its_treaty_does(text: str, entry: CatalogueEntry, expected: bool) -> None:
    assert begins_as(f"{text}\n\n{AS_AGREED}", entry, BEACONS) is expected


@pytest.mark.parametrize("entry", CATALOGUE.entries[::12], ids=lambda entry: entry.id)
def test_a_text_that_begins_with_a_title_is_of_that_treaty_alone(entry: CatalogueEntry) -> None:
    text = f"{entry.title}\n\n{AS_AGREED}"
    assert begins_as(text, entry, CATALOGUE)
    position = CATALOGUE.entries.index(entry)
    others = [*CATALOGUE.entries[:position][-2:], *CATALOGUE.entries[position + 1 :][:2]]
    assert [other.id for other in others if begins_as(text, other, CATALOGUE)] == []


@given(st.text(max_size=200))
def test_any_text_begins_as_a_treaty_or_not(text: str) -> None:
    assert begins_as(text, COAST, BEACONS) in (True, False)


@pytest.mark.parametrize(
    ("title", "known"),
    [
        pytest.param("Convention on International Civil Aviation", "chicago-convention", id="its title"),
        pytest.param("Convention on the Rights of Persons with Disabilities, done on 13 December 2006", "crpd",
                     id="a date"),
        pytest.param("International Convention for the Safety of Life at Sea, 1974, as amended", "solas",
                     id="amended"),
        pytest.param("Additional Protocol II", None, id="no word of its own"),
        pytest.param("Convention", None, id="a kind alone"),
    ],
)  # fmt: skip
def test_a_title_with_more_behind_it_is_known_and_one_without_a_word_of_its_own_is_not(
    title: str, known: str | None
) -> None:
    entry = CATALOGUE.entry_for("some-file", title)
    assert (entry.id if entry else None) == known


def test_what_points_to_a_treaty_is_written_once_and_is_no_name() -> None:
    for entry in CATALOGUE.entries:
        for phrases in (entry.bodies, entry.subjects):
            assert len({key(phrase) for phrase in phrases}) == len(phrases), entry.id
        assert {key(name) for name in (entry.title, *entry.aliases)} & {key(p) for p in entry.subjects} == set(), (
            entry.id
        )
