"""What a question asks for: treaties by every kind of name, articles by every kind of number, what is not held.

A route is written here as one line: provisions as "treaty/eid", "?treaty 99" for an article that is not there,
"!Name" for a treaty not held, "#5" for a number without a treaty, and "~treaty" for a search within it.
"""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import headed, parse_text, treaty_text

from ingest.definitions import find_definitions
from ingest.index import Index
from ingest.models import ParsedTreaty
from ingest.reference_graph import build_graph
from service.conversation import InContext, put_in_context
from service.models import Conversation, Turn
from service.routing import TreatyNames, route_question, treaty_names
from service.treaty_table import names_of


def line_of(text: str, index: Index, *, allowed: tuple[str, ...] = (), names: TreatyNames | None = None,
            before: tuple[tuple[str, str], ...] = ()) -> str:  # fmt: skip
    """The route of a question as one line; ``before`` are the articles that the last answer cited."""
    conversation = Conversation("c", (Turn("What does it say of the keeper?", before),) if before else ())
    question = put_in_context(text, conversation)
    route = route_question(question, index, allowed, names or treaty_names(index))
    found = [f"{treaty}/{provision.eid}" for treaty, provision in route.provisions]
    found += [f"?{m.treaty_id} {m.kind if m.kind != 'article' else ''} {m.printed}".replace("  ", " ")
              for m in route.missing]  # fmt: skip
    found += [f"!{name}" for name in route.not_held]
    found += [f"#{number}" for number in route.numbers]
    if not found and route.named:
        found = [f"~{treaty}" for treaty in route.treaties]
    return " ".join(found)


# --- the sample treaties

NAMED = [
    pytest.param("What does the Treaty of Velmora say on grain?", "~arvenia-solmark", id="an alias"),
    pytest.param("what does the treaty of velmora say on grain", "~arvenia-solmark", id="in small letters"),
    pytest.param("Free Trade Agreement between the Republic of Quillara and the Commonwealth of Tamber: oranges",
                 "~quillara-tamber", id="the title"),
    pytest.param("Is there a duty on oranges in the QTFTA?", "~quillara-tamber", id="an acronym"),
    pytest.param("the Arvenia-Solmark treaty on grain", "~arvenia-solmark", id="a hyphen for a dash"),
    pytest.param("Must Arvenia help if Solmark is attacked?", "~arvenia-solmark", id="both parties"),
    pytest.param("must solmark help if arvenia is attacked", "~arvenia-solmark", id="both parties in small letters"),
    pytest.param("Must Solmark help Tamber?", "", id="parties of two treaties"),
    pytest.param("Must Arvenia help?", "", id="one party"),
    pytest.param("Does the Lomara Protocol change the Tessara Convention?", "~tessara-amendment ~tessara",
                 id="two names"),
    pytest.param("Selon l’Accord de Saint-Aubry, qui paie ?", "~valdore-montrel-fr", id="a French name"),
    pytest.param("Who owns the convention centre?", "", id="a word for treaties that is none"),
]  # fmt: skip

NUMBERED = [
    pytest.param("Article 7 of the Treaty of Velmora", "arvenia-solmark/art_7", id="an article"),
    pytest.param("What does the Treaty of Velmora say in its Article 7?", "arvenia-solmark/art_7", id="the name first"),
    pytest.param("tessara convention art. 7", "tessara/art_7", id="art."),
    pytest.param("Article VI of the Orrin Treaty", "orrin/art_6", id="roman"),
    pytest.param("Article 6 of the Orrin Treaty", "orrin/art_6", id="arabic for roman"),
    pytest.param("Articles 7 and 9 of the Treaty of Velmora", "arvenia-solmark/art_7 arvenia-solmark/art_9", id="two"),
    pytest.param("Articles 7 to 9 of the Treaty of Velmora",
                 "arvenia-solmark/art_7 arvenia-solmark/art_8 arvenia-solmark/art_9", id="a range"),
    pytest.param("Articles 2.01 to 2.03 of the QTFTA",
                 "quillara-tamber/art_2.01 quillara-tamber/art_2.02 quillara-tamber/art_2.03",
                 id="a range with points"),
    pytest.param("Treaty of Velmora, art. 22(2)", "arvenia-solmark/art_22__para_2", id="a paragraph in brackets"),
    pytest.param("paragraph 2 of Article 22 of the Treaty of Velmora", "arvenia-solmark/art_22__para_2",
                 id="a paragraph before"),
    pytest.param("Article 7, paragraph 2 (b), of the Treaty of Velmora", "arvenia-solmark/art_7__para_2__point_b",
                 id="a point"),
    pytest.param("Article 22(7) of the Treaty of Velmora", "?arvenia-solmark 22(7)",
                 id="a paragraph that is not there"),
    pytest.param("Article 3bis of the Lomara Protocol", "tessara-amendment/art_3bis", id="bis"),
    pytest.param("lomara protocol article 3 bis", "tessara-amendment/art_3bis", id="bis set apart"),
    pytest.param("QTFTA 2.05", "quillara-tamber/art_2.05", id="a bare number"),
    pytest.param("orrin treaty 6", "orrin/art_6", id="a bare number, small letters"),
    pytest.param("Tessara Convention: 27 states, how many votes does each have in the conference?", "~tessara",
                 id="a number that counts something"),
    pytest.param("Article premier de l’Accord de Saint-Aubry", "valdore-montrel-fr/art_1", id="premier"),
    pytest.param("Article 6 of the Orrin Treaty and article 7 of the Treaty of Velmora",
                 "orrin/art_6 arvenia-solmark/art_7", id="two treaties"),
    pytest.param("Article 6 of the Orrin Treaty and Article 7 of the Treaty of Velmora",
                 "orrin/art_6 arvenia-solmark/art_7", id="two treaties, Article in capitals"),
    pytest.param("The Orrin Treaty has an Article 5 and the Tessara Convention an Article 6",
                 "orrin/art_5 tessara/art_6", id="each name before its article"),
    pytest.param("Article 7", "#7", id="no treaty"),
    pytest.param("What do Articles 7 and 9 say?", "#7 #9", id="two, no treaty"),
]  # fmt: skip

CONTAINED = [
    pytest.param("Annex I, Article 3 of the Tessara Convention", "tessara/annex_1__art_3", id="annex first"),
    pytest.param("Article 3 of Annex I to the Tessara Convention", "tessara/annex_1__art_3", id="annex behind"),
    pytest.param("Tessara Convention annex 2 article 2", "tessara/annex_2__art_2", id="annex in arabic numerals"),
    pytest.param("Article 4 of the Protocol to the Tessara Convention", "tessara/protocol__art_4",
                 id="protocol behind"),
    pytest.param("Protocol, Article 4, Tessara Convention", "tessara/protocol__art_4", id="protocol first"),
    pytest.param("Annex I of the Tessara Convention", "tessara/annex_1", id="a whole annex"),
    pytest.param("preamble of the Orrin Treaty", "orrin/preamble", id="the preamble"),
    pytest.param("Annex III of the Tessara Convention", "?tessara annex 3", id="an annex that is not there"),
]  # fmt: skip

MISSING = [
    pytest.param("Article 99 of the Tessara Convention", "?tessara 99", id="too high"),
    pytest.param("Article XIV of the Orrin Treaty", "?orrin 14", id="too high, roman"),
    pytest.param("lomara protocol art 9", "?tessara-amendment 9", id="too high by one"),
    pytest.param("Article 12bis of the Tessara Convention", "?tessara 12bis", id="inserted by another treaty"),
    pytest.param("Article 2 of the QTFTA", "?quillara-tamber 2", id="a chapter's number"),
    pytest.param("Articles 98 and 99 of the Tessara Convention", "?tessara 98 ?tessara 99", id="two"),
    pytest.param("Article 7 and article 99 of the Tessara Convention", "tessara/art_7 ?tessara 99",
                 id="one of two is there"),
    pytest.param("Annex I, Article 9 of the Tessara Convention", "?tessara 9", id="not in that annex"),
]  # fmt: skip

NOT_HELD = [
    pytest.param("What does Article 5 of the North Atlantic Treaty say?", "!North Atlantic Treaty",
                 id="in the catalogue"),
    pytest.param("article 8 echr", "!Convention for the Protection of Human Rights and Fundamental Freedoms",
                 id="an acronym in the catalogue, small letters"),
    pytest.param("Montreux Convention warships tonnage limit", "!Convention regarding the Régime of the Straits",
                 id="an alias in the catalogue"),
    pytest.param("What does the Karsk Accord say?", "!Karsk Accord", id="a name by its form"),
    pytest.param("What does the Treaty of Halvard say?", "!Treaty of Halvard", id="treaty of a place"),
    pytest.param("What does the Arvenia–Kestria Treaty say?", "!Arvenia–Kestria Treaty",
                 id="one party known, the other not"),
    pytest.param("What does the Convention say of lamps?", "", id="no name at all"),
    pytest.param("Treaties between states: who signs?", "", id="a capital at the start is no name"),
    pytest.param("Does the Treaty of Velmora rest on the UN Charter?", "~arvenia-solmark", id="one held, one not"),
]  # fmt: skip

MEANING = [
    pytest.param("What is a vessel?", "tessara/art_1__def_vessel", id="what is"),
    pytest.param("what are vessels", "tessara/art_1__def_vessel", id="a plural"),
    pytest.param("Define “transboundary impact”.", "tessara/art_1__def_transboundary-impact", id="two words"),
    pytest.param("What does the Tessara Convention mean by vessel?", "tessara/art_1__def_vessel", id="with its treaty"),
    pytest.param("Who is an inspector?", "tessara/protocol__art_3__para_1", id="a person, in a protocol"),
    pytest.param("Qu’entend-on par catastrophe ?", "valdore-montrel-fr/art_2__point_a", id="French"),
    pytest.param("What does the QTFTA mean by vessel?", "~quillara-tamber", id="defined elsewhere only"),
    pytest.param("A vessel sank in the lock.", "", id="a term that is not asked about"),
    pytest.param("What is an eel?", "", id="a term that nobody defines"),
]


@pytest.mark.parametrize(("question", "expected"), [*NAMED, *NUMBERED, *CONTAINED, *MISSING, *NOT_HELD, *MEANING])
def test_routes_a_question(question: str, expected: str, sample_index: Index) -> None:
    assert line_of(question, sample_index) == expected


BEFORE = (("orrin", "art_5"),)

FOLLOWING = [
    pytest.param("And VII?", "orrin/art_7", id="a roman number"),
    pytest.param("and 8?", "orrin/art_8", id="a number"),
    pytest.param("Article 7", "orrin/art_7", id="an article"),
    pytest.param("And Article 7 of the Tessara Convention?", "tessara/art_7", id="an article of another treaty"),
    pytest.param("What does paragraph 2 say?", "orrin/art_5__para_2", id="a paragraph"),
    pytest.param("what does that article say exactly", "orrin/art_5", id="that article"),
    pytest.param("And XX?", "?orrin 20", id="a number that is not there"),
    pytest.param("8, what's that about", "orrin/art_8", id="a number with a question"),
    pytest.param("ok whats 7 then", "orrin/art_7", id="a number in chat"),
    pytest.param("and the one that comes after?", "orrin/art_6", id="the one that comes after"),
    pytest.param("what comes after that one", "orrin/art_6", id="after that one"),
    pytest.param("And the article following that?", "orrin/art_6", id="following that"),
    pytest.param("what is in the article behind it?", "orrin/art_6", id="behind it"),
    pytest.param("next please", "orrin/art_6", id="next"),
    pytest.param("What comes after the clearance?", "", id="after another thing"),
    pytest.param("And the Treaty of Velmora?", "~arvenia-solmark", id="another treaty"),
    pytest.param("And who pays?", "", id="another thing"),
    pytest.param("Does it also apply to 60 police officers?", "", id="a number that counts something"),
]


@pytest.mark.parametrize(("question", "expected"), FOLLOWING)
def test_routes_a_follow_up(question: str, expected: str, sample_index: Index) -> None:
    assert line_of(question, sample_index, before=BEFORE) == expected


def test_a_paragraph_of_an_article_without_it_is_the_article(sample_index: Index) -> None:
    assert line_of("And paragraph 9?", sample_index, before=BEFORE) == "orrin/art_5"


LIMITED = [
    pytest.param("Article 6", ("arvenia-solmark",), "arvenia-solmark/art_6", id="a bare article is of the one allowed"),
    pytest.param("Article 6", ("tessara", "orrin"), "tessara/art_6 orrin/art_6", id="of each allowed"),
    pytest.param("Article 40", ("tessara", "orrin"), "tessara/art_40", id="of the one that has it"),
    pytest.param("Article 99", ("orrin",), "?orrin 99", id="missing there"),
    pytest.param("Article 6 of the Orrin Treaty", ("tessara", "orrin"), "orrin/art_6", id="one of two by name"),
    pytest.param("Article 6 of the Orrin Treaty", ("arvenia-solmark",),
                 "!Treaty on the Clearance of Mines and the Marking of the Boundary in the Orrin Valley",
                 id="another by name"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "allowed", "expected"), LIMITED)
def test_keeps_to_the_treaties_allowed(
    question: str, allowed: tuple[str, ...], expected: str, sample_index: Index
) -> None:
    assert line_of(question, sample_index, allowed=allowed) == expected


@settings(max_examples=150)
@given(data=st.data())
def test_any_question_has_a_route_within_what_is_allowed(data: st.DataObject, sample_index: Index) -> None:
    words = st.sampled_from(
        ["Article", "article", "Articles", "7", "to", "9", "and", "VII", "(2)", "Annex I", "of the",
         "Tessara Convention", "Orrin Treaty", "paragraph", "Protocol", "UN Charter", "what is", "vessel", ",", "?",
         "Karsk Accord", "§", "–"]
    )  # fmt: skip
    text = " ".join(data.draw(st.lists(st.one_of(words, st.text(max_size=6)), max_size=14)))
    allowed = tuple(data.draw(st.lists(st.sampled_from(["tessara", "orrin"]), unique=True)))
    route = route_question(InContext(text), sample_index, allowed, treaty_names(sample_index))
    within = set(allowed) or set(sample_index.treaties)
    assert set(route.treaties) <= within
    assert {treaty for treaty, _ in route.provisions} <= set(sample_index.treaties)
    assert len(set(route.provisions)) == len(route.provisions)
    for treaty, provision in route.provisions:
        assert sample_index.treaties[treaty].by_eid[provision.eid] == provision
    assert {missing.treaty_id for missing in route.missing} <= set(sample_index.treaties)


# --- small indexes: families, references followed, one treaty alone


def held(*treaties: ParsedTreaty) -> Index:
    """What routing needs of an index, of treaties in memory."""
    summaries = tuple(SimpleNamespace(id=t.treaty.id, title=t.treaty.title, aliases=t.treaty.aliases) for t in treaties)
    return SimpleNamespace(  # type: ignore[return-value]
        generation="g",
        manifest=SimpleNamespace(treaties=summaries),
        treaties={t.treaty.id: t for t in treaties},
        definitions=[definition for t in treaties for definition in find_definitions(t)],
        references=build_graph({t.treaty.id: t for t in treaties}),
    )


def fresh_names(index: Index) -> TreatyNames:
    """The names of an index in memory; the cache goes by records that these are not."""
    return names_of.__wrapped__(index.generation, index.manifest.treaties)


def route_in(question: str, *treaties: ParsedTreaty, before: tuple[tuple[str, str], ...] = ()) -> str:
    index = held(*treaties)
    return line_of(question, index, names=fresh_names(index), before=before)


CHARTER = parse_text(headed(*(f"Article {n}" for n in range(1, 6))), "harbour", "Charter of the Harbours")
GENEVA = [parse_text(headed("Article 1", "Article 2", "Article 3"), f"gc-{n}",
                     f"Geneva Convention ({n.upper()}) on lamps {n}")
          for n in ("i", "ii")]  # fmt: skip


def test_a_family_name_is_each_member_that_is_held() -> None:
    assert route_in("Article 3 of the Geneva Conventions", *GENEVA, CHARTER) == "gc-i/art_3 gc-ii/art_3"
    assert route_in("What do the Geneva Conventions say of lamps?", *GENEVA, CHARTER) == "~gc-i ~gc-ii"


def test_a_family_of_which_none_is_held_is_not_held() -> None:
    assert route_in("Article 3 of the Geneva Conventions", CHARTER) == "!Geneva Conventions"


def test_a_bare_article_is_of_the_only_treaty() -> None:
    assert route_in("Article 3", CHARTER) == "harbour/art_3"
    assert route_in("Article 9", CHARTER) == "?harbour 9"


REFERRING = parse_text(
    treaty_text("Article 1\n\nLamps are lit under Article 4 of the Charter of the Harbours.", "Article 2\n\nFor ever."),
    "venn", "Treaty of Venn",
)  # fmt: skip


def test_a_number_that_a_treaty_only_refers_to_is_followed() -> None:
    assert route_in("The Treaty of Venn speaks of Article 4. What does it say?", REFERRING, CHARTER) == "harbour/art_4"


def test_a_number_that_nothing_refers_to_is_missing() -> None:
    assert route_in("The Treaty of Venn speaks of Article 5. What does it say?", REFERRING, CHARTER) == "?venn 5"


def test_what_is_quoted_is_asked_for_before_the_article_that_says_it() -> None:
    asked = 'Article 2 of the Charter of the Harbours speaks of the lamps "named in article 4". Which are they?'
    assert route_in(asked, REFERRING, CHARTER) == "harbour/art_4 harbour/art_2"
    assert route_in(asked.replace('"', ""), REFERRING, CHARTER) == "harbour/art_2 harbour/art_4"


def test_an_article_that_is_there_goes_before_one_referred_to() -> None:
    assert route_in("Article 2 of the Treaty of Venn", REFERRING, CHARTER) == "venn/art_2"


PARTS = parse_text(
    treaty_text("PART I\nLAMPS", "Article 1\n\nLamps.", "Article 2\n\nOil.", "PART II\nBELLS", "Article 1\n\nBells."),
    "parts", "Treaty of Parts",
)  # fmt: skip


def test_numbers_that_begin_again_name_no_article_by_chance() -> None:
    # There are two Articles 1 and one Article 2.
    assert route_in("Article 2 of the Treaty of Parts", PARTS, CHARTER) == "parts/part_1__art_2"
    assert route_in("Article 1 of the Treaty of Parts", PARTS, CHARTER) != "parts/part_1__art_1"


def test_a_term_defined_in_two_treaties_needs_a_treaty() -> None:
    one = parse_text(headed("Article 1", words="“Lamp” means a light."), "one", "Treaty of One")
    two = parse_text(headed("Article 1", words="“Lamp” means a fire."), "two", "Treaty of Two")
    assert route_in("What is a lamp?", one, two) == ""
    assert route_in("What is a lamp in the Treaty of Two?", one, two).startswith("two/art_1")


def test_the_longest_term_is_meant() -> None:
    words = "For the purposes of this Treaty:\n\n(a) “lamp” means a light;\n\n(b) “lamp keeper” means a person."
    parsed = parse_text(headed("Article 1", words=words), "one", "Treaty of One")
    assert route_in("Who is a lamp keeper?", parsed) == "one/art_1__point_b"


def test_a_paragraph_is_not_counted_from_the_words_that_introduce_it() -> None:
    words = "The Parties shall act in accordance with the following Principles.\n\nLamps are lit.\n\nBells are rung."
    parsed = parse_text(headed("Article 2", words=words), "one", "Treaty of One")
    index = held(parsed)
    route = route_question(InContext("Article 2(2) of the Treaty of One"), index, (), fresh_names(index))
    ((_, provision),) = route.provisions
    assert parsed.text_of(provision) == "Bells are rung."
