"""Treaties side by side: which questions compare, and what stands in the row of each treaty."""

import pytest
from test_answer import ask, assert_grounded, eids

from ingest.index import Index
from service.conversation import InContext
from service.models import Answer
from service.routing import route_question, treaty_names
from service.rows import NO_PROVISION
from service.sides import asked_of_each, compared


def sides(question: str, index: Index) -> list[str] | None:
    """What a question compares: the ids of treaties held, the names of others."""
    asked, names = InContext(question), treaty_names(index)
    comparison = compared(asked, route_question(asked, index, (), names), names, index.treaties)
    return comparison and ["/".join(side.ids) or side.name for side in comparison.sides]


def rows(answer: Answer) -> list[str]:
    """The rows of an answer, none where it has none."""
    opening, *paragraphs = answer.answer.split("\n\n")
    return [row for row in paragraphs if not row.startswith("The text held")] if opening == "Side by side:" else []


COMPARING = [
    pytest.param("How do the Orrin Treaty and the Tessara Convention differ on costs?", ["orrin", "tessara"],
                 id="it says that it compares"),
    pytest.param("arbitration: Tessara Convention vs Orrin Treaty", ["tessara", "orrin"], id="as typed, in its order"),
    pytest.param("Do the Orrin Treaty and the Saint-Aubry Agreement let weapons in?", ["orrin", "valdore-montrel"],
                 id="the same of each, in one breath"),
    pytest.param("How long is the notice under the Treaty of Velmora, and how long under the QTFTA?",
                 ["arvenia-solmark", "quillara-tamber"], id="asked once more"),
    pytest.param("Compare the Orrin Treaty, the QTFTA and the Tessara Convention on compensation.",
                 ["orrin", "quillara-tamber", "tessara"], id="three"),
    pytest.param("Compare the Orrin Treaty with the North Atlantic Treaty on armed forces.",
                 ["orrin", "North Atlantic Treaty"], id="one is not held"),
    pytest.param("Is the Orrin Treaty stricter than the Treaty of Halvard?", ["orrin", "Treaty of Halvard"],
                 id="one that nobody knows"),
    pytest.param("Compare Article IV of the Orrin Treaty with Article 6 of the Saint-Aubry Agreement.",
                 ["orrin", "valdore-montrel"], id="articles by number"),
    pytest.param("Compare the Orrin Valley mine treaty with the Tessara Convention on compensation.",
                 ["orrin", "tessara"], id="a description beside a name"),
]  # fmt: skip
NOT_COMPARING = [
    pytest.param("What does the Orrin Treaty say about costs?", id="one treaty"),
    pytest.param("What is the difference between a pillar and a boundary in the Orrin Treaty?", id="two things in one"),
    pytest.param("How does the Lomara Protocol relate to the Tessara Convention?", id="what one says of the other"),
    pytest.param("Does the Lomara Protocol amend the Tessara Convention?", id="what one does to the other"),
    pytest.param("Compare the North Atlantic Treaty with the Rome Statute.", id="none is held"),
    pytest.param("Article 4 of the Tessara Convention and Article 4 of the Treaty of Velmora", id="two to be read"),
    pytest.param("Compare Articles I and IV of the Orrin Treaty.", id="two articles of one"),
    pytest.param("Compare Article 99 of the Orrin Treaty with Article 4 of the Tessara Convention.",
                 id="an article that is not there"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), COMPARING)
def test_a_question_that_compares_treaties_has_a_side_for_each(
    question: str, expected: list[str], sample_index: Index
) -> None:
    assert sides(question, sample_index) == expected


@pytest.mark.parametrize("question", NOT_COMPARING)
def test_one_that_does_not_has_none(question: str, sample_index: Index) -> None:
    assert sides(question, sample_index) is None


def test_treaties_that_it_is_not_limited_to_are_no_sides(sample_index: Index) -> None:
    answer = ask("Compare the Orrin Treaty and the Tessara Convention on costs.", sample_index, treaties=("orrin",))
    assert {cited.treaty_id for cited in answer.citations} <= {"orrin"}


BARE = [
    pytest.param("How do the * and the * differ on costs?", "costs?", id="differ"),
    pytest.param("Compare the right to compensation in * and *", "right to compensation", id="compare"),
    pytest.param("The 1999 * versus *'s ban of 1980: weapons", "ban of 1980: weapons", id="years, possessives"),
    pytest.param("Compare Article 4 of the * with the *", "", id="nothing but names"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "bare"), BARE)
def test_each_treaty_is_asked_without_names_and_without_what_compares(question: str, bare: str) -> None:
    stars = [(place, place + 1) for place, letter in enumerate(question) if letter == "*"]
    assert asked_of_each(question, stars) == bare


TOLD = [
    pytest.param("How do the Orrin Treaty and the Saint-Aubry Agreement differ on weapons?",
                 ["orrin/art_4", "valdore-montrel/art_6"], id="each its own article"),
    pytest.param("Compare the Tessara Convention and the Treaty of Velmora on settlement of disputes.",
                 ["tessara/art_38", "arvenia-solmark/art_19"], id="other numbers"),
    pytest.param("How do the Treaty of Velmora and the QTFTA differ on withdrawal?",
                 ["arvenia-solmark/art_22", "quillara-tamber/art_7.04"], id="by the final clauses"),
    pytest.param("Who pays the costs under the Orrin Treaty, and who under the Saint-Aubry Agreement?",
                 ["orrin/art_8", "valdore-montrel/art_11"], id="without a word that compares"),
    pytest.param("Compare Article IV of the Orrin Treaty with Article 6 of the Saint-Aubry Agreement.",
                 ["orrin/art_4", "valdore-montrel/art_6"], id="by number"),
    pytest.param("Compare Article 38 of the Tessara Convention with the Orrin Treaty.",
                 ["tessara/art_38", "orrin/art_11"], id="by what an article of the other says"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "articles"), TOLD)
def test_each_row_quotes_its_own_treaty(question: str, articles: list[str], sample_index: Index) -> None:
    answer = ask(question, sample_index)
    assert answer.status == "answered"
    assert len(rows(answer)) == len(articles)
    of_articles = [
        f"{c.treaty_id}/{sample_index.treaties[c.treaty_id].article_of(sample_index.treaties[c.treaty_id].by_eid[c.eid]).eid}"
        for c in answer.citations
    ]
    assert list(dict.fromkeys(of_articles)) == articles
    assert_grounded(answer.citations, sample_index)
    for row, article in zip(rows(answer), articles, strict=True):
        own = [c for c in answer.citations if c.treaty_id == article.partition("/")[0]]
        assert all(f"“{' '.join(c.quote.split())}” [{c.number}]" in " ".join(row.split()) for c in own)


def test_rows_are_short_where_the_text_allows(sample_index: Index) -> None:
    answer = ask("How do the Orrin Treaty and the Tessara Convention differ on compensation?", sample_index)
    assert sum(len(cited.quote.split()) for cited in answer.citations) <= 120


def test_a_treaty_without_such_a_provision_says_so_in_its_row(sample_index: Index) -> None:
    answer = ask("Compare the Tessara Convention and the Saint-Aubry Agreement on fishing.", sample_index)
    assert {cited.treaty_id for cited in answer.citations} == {"tessara"}
    assert rows(answer)[1] == f"Valdore–Montrel disaster agreement: {NO_PROVISION}."


def test_a_treaty_not_held_is_named_with_how_to_get_it(sample_index: Index) -> None:
    answer = ask("Compare the Orrin Treaty with the North Atlantic Treaty on armed forces.", sample_index)
    assert eids(answer) == ["orrin/art_4"]
    assert rows(answer)[1] == (
        "North Atlantic Treaty: not held here; ingest its text to compare it "
        "(pacta ingest catalogue:north-atlantic-treaty)."
    )


FOLLOWING = [
    pytest.param("Compare that with the Saint-Aubry Agreement.", id="with that"),
    pytest.param("How does this differ from the Saint-Aubry Agreement?", id="from this"),
    pytest.param("and how does it compare to the Saint-Aubry Agreement", id="as typed"),
]


@pytest.mark.parametrize("question", FOLLOWING)
def test_a_follow_up_compares_with_what_was_answered(question: str, sample_index: Index) -> None:
    before = ("Which weapons may be brought into the Zone under the Orrin Treaty?",)
    answer = ask(question, sample_index, before=before)
    assert [cited.treaty_id for cited in answer.citations] == ["orrin", "valdore-montrel"]
    assert eids(answer)[1].startswith("valdore-montrel/art_6")


def test_without_anything_before_it_compares_with_nothing(sample_index: Index) -> None:
    assert rows(ask("Compare that with the Saint-Aubry Agreement.", sample_index)) == []
