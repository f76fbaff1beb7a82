"""Treaties by description, by what points to them, and names that are none: what limits, what is only preferred."""

from types import SimpleNamespace

import pytest

from ingest.generic_names import is_generic
from service.treaties_asked import Asked, treaties_asked
from service.treaty_table import TreatyNames, names_of

HELD = {
    "lamps": ("Convention against the Putting Out of Lamps and Other Harmful Darkness", ()),
    "lamps-protocol": ("Optional Protocol to the Convention against the Putting Out of Lamps", ()),
    "bells": ("Agreement on the Conservation of Migratory Bells in the Wider Venn Basin", ("Bell Agreement",)),
    "code": ("Maritime Code of Conduct for Keepers", ()),
    "code-revised": ("Maritime Code of Conduct for Keepers (revised)", ()),
    "union": ("Agreement establishing the Union of Lighthouse Keepers of Osk", ()),
    "llkm": ("Convention on Limitation of Liability for Keepers of Moorings", ()),
    "venn-osk": ("Treaty of Friendship between the Republic of Venn and the Kingdom of Osk", ("Venn–Osk treaty",)),
    "non-burning": ("Treaty on the Non-Burning of Tallow", ("Non-Burning Treaty",)),
    "oil-1931": ("Oil Convention of Halvard", ()),
    "oil-1962": ("Oil Convention of Halvard", ()),
    "convention": ("Convention", ()),
    "annex": ("Annex", ()),
    "scope": ("Scope", ()),
    "fish": ("Fish", ("Trade",)),
    "vccr": ("Vienna Convention on Consular Relations", ()),
    "iccpr-op1": ("Optional Protocol to the International Covenant on Civil and Political Rights", ()),
}
SIGNED = {"oil-1931": "1931-04-02", "oil-1962": "1962-11-20", "vccr": "1963-04-24"}


@pytest.fixture(scope="module")
def names() -> TreatyNames:
    """The names of the treaties above."""
    summaries = tuple(
        SimpleNamespace(id=treaty_id, title=title, aliases=aliases, signed=SIGNED.get(treaty_id))
        for treaty_id, (title, aliases) in HELD.items()
    )
    return names_of.__wrapped__("g", summaries)


def line_of(asked: Asked) -> str:
    """What is told of the treaties, as one line: "=named", "~preferred best", "!not held"."""
    told = [f"={treaty_id}" for treaty_id in asked.named]
    if not told and asked.preferred:
        best = asked.preferred[0][1]
        told = [f"~{treaty_id}" for treaty_id, weight in asked.preferred if weight >= 0.93 * best]
    return " ".join([*told, *(f"!{name}" for name in asked.not_held)])


DESCRIBED = [
    pytest.param("Does the Lamps Convention bind islands?", "~lamps", id="a word of the title"),
    pytest.param("the darkness convention", "~lamps", id="another word of the title"),
    pytest.param("does the convention on lamps let a keeper sleep", "~lamps", id="the word behind"),
    pytest.param("Under the treaty against putting out lamps, who pays?", "~lamps", id="treaty for convention"),
    pytest.param("What does the optional protocol on lamps add?", "~lamps-protocol", id="the protocol of two"),
    pytest.param("the migratory bells agreement of the wider Venn basin", "~bells", id="the words in another order"),
    pytest.param("What does the Bell Agreement say?", "=bells", id="an alias is a name"),
    pytest.param("What does the Maritime Code of Conduct for Keepers say of fog?", "=code", id="a title is a name"),
    pytest.param("the revised Maritime Code of Conduct for Keepers on fog", "~code-revised", id="with a word more"),
    pytest.param("How does the Union of Lighthouse Keepers elect a council?", "~union", id="a proper name"),
    pytest.param("Does LLKM cover buoys?", "~llkm", id="the first letters of words"),
    pytest.param("the 1931 Halvard oil convention", "~oil-1931", id="the year of two"),
    pytest.param("the Halvard oil treaty of 1962", "~oil-1962", id="the year behind"),
    pytest.param("Must Venn help if Osk is attacked?", "=venn-osk", id="both parties"),
    pytest.param("Must Venn help?", "", id="one party"),
    pytest.param("May a non-smoker be burning lamps?", "", id="a hyphen joins no parties"),
    pytest.param("Who may enter a consulate?", "~vccr", id="an everyday word for its subject"),
    pytest.param("the 1963 Vienna treaty on consuls", "~vccr", id="year, place and subject"),
]

NO_NAME = [
    pytest.param("what about fish", id="a title of one common word"),
    pytest.param("What about Trade?", id="an alias of one common word"),
    pytest.param("What is the scope of the duty?", id="scope"),
    pytest.param("Which annex lists them?", id="annex"),
    pytest.param("Does any convention speak of it?", id="convention"),
    pytest.param("Is a treaty on whales in the making?", id="a treaty that is none in particular"),
]

NOT_HELD = [
    pytest.param("What does the ICCPR say of prisons?", "!International Covenant on Civil and Political Rights",
                 id="its protocol is held"),
    pytest.param("the Vienna Convention on Diplomatic Relations on bags",
                 "!Vienna Convention on Diplomatic Relations", id="one of the same place is held"),
    pytest.param("What does the Karsk Accord say?", "!Karsk Accord", id="a name by its form"),
    pytest.param("the Venn–Kestria treaty", "!Venn–Kestria treaty", id="another party"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), [*DESCRIBED, *NOT_HELD])
def test_tells_the_treaties(question: str, expected: str, names: TreatyNames) -> None:
    assert line_of(treaties_asked(question, names)) == expected


@pytest.mark.parametrize("question", NO_NAME)
def test_common_words_name_no_treaty(question: str, names: TreatyNames) -> None:
    assert line_of(treaties_asked(question, names)) == ""


def test_what_fits_two_treaties_prefers_both_and_is_ambiguous(names: TreatyNames) -> None:
    asked = treaties_asked("What does the Halvard oil treaty say of tallow?", names)
    assert asked.named == ()
    assert [treaty_id for treaty_id, _ in asked.preferred] == ["oil-1931", "oil-1962"]
    assert [written for written, _ in asked.ambiguous] == ["Halvard oil treaty"]
    assert [ids for _, ids in asked.ambiguous] == [tuple(i for i, _ in asked.preferred)]


def test_a_treaty_of_a_kind_is_not_ambiguous(names: TreatyNames) -> None:
    assert treaties_asked("Is there a Halvard oil treaty on tallow?", names).ambiguous == ()


def test_what_tells_which_of_several_is_meant_is_not_ambiguous(names: TreatyNames) -> None:
    assert treaties_asked("What does the Halvard oil treaty of 1962 say of tallow?", names).ambiguous == ()


def test_weights_are_between_nothing_and_one_and_fall(names: TreatyNames) -> None:
    weights = [w for _, w in treaties_asked("the lamps convention and the consul of the union", names).preferred]
    assert weights
    assert all(0 < weight <= 1 for weight in weights)
    assert weights == sorted(weights, reverse=True)


def test_what_is_allowed_limits_what_is_preferred(names: TreatyNames) -> None:
    assert line_of(treaties_asked("the lamps convention", names, ("lamps-protocol", "bells"))) in (
        "",
        "~lamps-protocol",
    )
    assert line_of(treaties_asked("Who may enter a consulate?", names, ("bells",))) == ""


@pytest.mark.parametrize(
    ("name", "generic"),
    [
        pytest.param("Convention", True, id="a kind"),
        pytest.param("International Convention", True, id="a kind and what many are"),
        pytest.param("Protocol to the Convention", True, id="two kinds"),
        pytest.param("Annex II", True, id="a division"),
        pytest.param("Annex II to the Agreement", True, id="a division of a kind"),
        pytest.param("Scope", True, id="a clause"),
        pytest.param("Fish", True, id="a thing"),
        pytest.param("", True, id="nothing"),
        pytest.param("Water Convention", False, id="a thing and a kind"),
        pytest.param("1951 Convention", False, id="a year and a kind"),
        pytest.param("Protocol II", False, id="a number and a kind"),
        pytest.param("Treaty on treaties", False, id="a kind twice"),
        pytest.param("Treaty of Venn", False, id="a place"),
        pytest.param("CITES", False, id="an acronym"),
    ],
)
def test_a_name_of_words_that_all_treaties_have_is_generic(name: str, generic: bool) -> None:
    assert is_generic(name) is generic
