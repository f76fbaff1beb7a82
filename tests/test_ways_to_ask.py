"""Every way to name a provision is understood: the table of ways_to_ask.py, and follow-ups that lean on an article."""

from collections import Counter
from types import SimpleNamespace

import pytest
from ingest_fakes import parse_text, treaty_text
from ways_to_ask import WAYS

from ingest.index import Index
from ingest.models import ParsedTreaty
from ingest.reference_graph import build_graph
from service.conversation import put_in_context
from service.models import Conversation, Turn
from service.routing import route_question
from service.treaty_table import TreatyNames, names_of

WORDS = "1. Lamps are lit.\n\n2. Lamps are cleaned:\n\n(a) by day;\n\n(b) by night."


def _articles(numbers: list[str]) -> list[str]:
    return [f"Article {number}\n\n{WORDS}" for number in numbers]


def _annexed(*numbers: int) -> str:
    return "\n\n".join(f"Article {n}\n\n{WORDS}" for n in numbers)


VELMORA = parse_text(
    treaty_text(*_articles([*map(str, range(1, 13)), "12 bis", *map(str, range(13, 22))])),
    "v", "Treaty on Lamps between the Republic of Arvenia and the Kingdom of Solmark",
)  # fmt: skip
TESSARA = parse_text(
    treaty_text(
        *_articles(list(map(str, range(1, 10)))), f"ANNEX I\n\nLAMPS\n\n{_annexed(1, 2, 3)}",
        f"ANNEX II\n\nBELLS\n\n{_annexed(1, 2)}", f"PROTOCOL\n\nON OIL\n\n{_annexed(1, 2, 3, 4)}",
    ), "t", "Convention on the Protection of the Tessara River Basin",
)  # fmt: skip
ORRIN = parse_text(
    treaty_text(*_articles([*map(str, range(1, 13)), "12A", *map(str, range(13, 104))]),
                f"ANNEX A\n\nLAMPS\n\n{_annexed(1, 2)}",
                f"ANNEX B\n\nBELLS\n\n{_annexed(1, 2, 3)}"), "o", "Pact of Orrin",
)  # fmt: skip
LAMPS = [
    parse_text(treaty_text(*_articles(["1", "2", "3"])), f"l{n}", f"{word} Lamp Convention")
    for n, word in ((1, "First"), (2, "Second"))
]
ALIASES = {
    "v": ("Treaty of Velmora", "Arvenia–Solmark treaty"), "t": ("Tessara Convention", "TRC"), "o": ("Orrin Pact",),
    "l1": ("Lamp Conventions",), "l2": ("Lamp Conventions",),
}  # fmt: skip
SIGNED = {"v": "2019-05-14"}


@pytest.fixture(scope="module")
def index() -> Index:
    """What routing needs of an index, of the treaties above."""
    treaties: list[ParsedTreaty] = [VELMORA, TESSARA, ORRIN, *LAMPS]
    summaries = tuple(
        SimpleNamespace(id=t.treaty.id, title=t.treaty.title, aliases=ALIASES[t.treaty.id],
                        signed=SIGNED.get(t.treaty.id))
        for t in treaties
    )  # fmt: skip
    return SimpleNamespace(  # type: ignore[return-value]
        generation="g",
        manifest=SimpleNamespace(treaties=summaries),
        treaties={t.treaty.id: t for t in treaties},
        definitions=[],
        references=build_graph({t.treaty.id: t for t in treaties}),
    )


@pytest.fixture(scope="module")
def names(index: Index) -> TreatyNames:
    """The names of the treaties above."""
    return names_of.__wrapped__(index.generation, index.manifest.treaties)


def line_of(text: str, index: Index, names: TreatyNames, focus: tuple[tuple[str, str], ...] = ()) -> str:
    """The route of a question as one line; ``focus`` are the articles that the last answer cited."""
    conversation = Conversation("c", (Turn("What of lamps?", focus),) if focus else ())
    route = route_question(put_in_context(text, conversation), index, (), names)
    found = [f"{treaty}/{provision.eid}" for treaty, provision in route.provisions]
    found += [f"?{m.treaty_id} {m.kind if m.kind != 'article' else ''} {m.printed}".replace("  ", " ")
              for m in route.missing]  # fmt: skip
    found += [f"!{name}" for name in route.not_held] + [f"#{number}" for number in route.numbers]
    if not found and route.named:
        found = [f"~{treaty}" for treaty in route.treaties]
    return " ".join(found)


@pytest.mark.parametrize(("question", "expected"), [pytest.param(q, route, id=why) for q, route, why in WAYS])
def test_a_provision_is_found_however_it_is_named(
    question: str, expected: str, index: Index, names: TreatyNames
) -> None:
    assert line_of(question, index, names) == expected


def test_the_table_is_large_and_says_nothing_twice() -> None:
    assert len(WAYS) >= 320
    assert [question for question, times in Counter(question for question, _, _ in WAYS).items() if times > 1] == []


FOLLOWING = [
    pytest.param("And the next article?", "v/art_6", id="the next article"),
    pytest.param("the next one", "v/art_6", id="the next one"),
    pytest.param("next", "v/art_6", id="next"),
    pytest.param("What does the following article say?", "v/art_6", id="the following article"),
    pytest.param("and the article after that?", "v/art_6", id="the article after that"),
    pytest.param("And the one after it?", "v/art_6", id="the one after it"),
    pytest.param("What comes next?", "v/art_6", id="what comes next"),
    pytest.param("The one before?", "v/art_4", id="the one before"),
    pytest.param("and the previous article", "v/art_4", id="the previous article"),
    pytest.param("the preceding article please", "v/art_4", id="the preceding article"),
    pytest.param("And the article before this one?", "v/art_4", id="the article before this one"),
    pytest.param("And 7?", "v/art_7", id="a number"),
    pytest.param("and VII?", "v/art_7", id="a roman number"),
    pytest.param("and art. 12 bis", "v/art_12bis", id="bis"),
    pytest.param("And paragraph 2?", "v/art_5__para_2", id="a paragraph"),
    pytest.param("what does that article say exactly", "v/art_5", id="that article"),
    pytest.param("And the last article?", "v/art_21", id="the last article"),
    pytest.param("and the preamble?", "v/preamble", id="the preamble"),
    pytest.param("Article 7 of the Tessara Convention?", "t/art_7", id="another treaty"),
    pytest.param("And article 99?", "?v 99", id="not there"),
    pytest.param("And who pays next year?", "", id="next year"),
]


@pytest.mark.parametrize(("question", "expected"), FOLLOWING)
def test_a_follow_up_is_seen_from_the_article_before(
    question: str, expected: str, index: Index, names: TreatyNames
) -> None:
    assert line_of(question, index, names, (("v", "art_5"),)) == expected


def test_before_the_first_and_after_the_last_article_there_is_none(index: Index, names: TreatyNames) -> None:
    assert line_of("And the previous article?", index, names, (("v", "art_1"),)) == ""
    assert line_of("And the next article?", index, names, (("v", "art_21"),)) == ""
