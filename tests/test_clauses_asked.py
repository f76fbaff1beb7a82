"""Questions that one final clause of each treaty decides, told from all others."""

import pytest

from ingest.index import Index
from service.clauses_asked import ClauseAsked, clause_asked, sets_bound

ASKED = [
    pytest.param("let a party withdraw on three months' notice", ClauseAsked("withdrawal", "3 months"), id="in words"),
    pytest.param("can be left on 90 days’ notice", ClauseAsked("withdrawal", "90 days"), id="in digits"),
    pytest.param("may be denounced with one year's notice", ClauseAsked("withdrawal", "1 years"), id="a year"),
    pytest.param("withdrawal", ClauseAsked("withdrawal"), id="any way out"),
    pytest.param("party leave, and on what notice", ClauseAsked("withdrawal"), id="the notice is asked for"),
    pytest.param("are authentic in French", ClauseAsked("authentic_languages", "fr"), id="a language"),
    pytest.param("have the King of Venn as depositary", ClauseAsked("depositary", "king venn"), id="a depositary"),
    pytest.param("are of unlimited duration", ClauseAsked("duration", "unlimited"), id="no end"),
    pytest.param("concluded for five years, duration", ClauseAsked("duration", "5 years"), id="a term"),
    pytest.param("were signed in 1949", ClauseAsked("signed", "1949"), id="a year of signature"),
    pytest.param("signed", ClauseAsked("signed"), id="when each was signed"),
    pytest.param("withdrawal of troops", None, id="the withdrawal of something else"),
    pytest.param("require notice of a planned dam", None, id="the notice of something else"),
    pytest.param("leave a child with its mother", None, id="leaving of another kind"),
    pytest.param("tell an accused of the charge in a language that he understands", None, id="whose language"),
    pytest.param("certificates signed by a doctor", None, id="what else is signed"),
    pytest.param("arbitration", None, id="no final clause"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "clause"), ASKED)
def test_a_final_clause_is_asked_for_where_nothing_else_is(text: str, clause: ClauseAsked | None) -> None:
    assert clause_asked(text) == clause


@pytest.mark.parametrize("text", ["on more than six months' notice", "at most a year", "which cannot be left"])
def test_more_or_less_than_a_period_is_no_matter_of_one_clause(text: str) -> None:
    assert sets_bound(text)


SAYING = [
    pytest.param(ClauseAsked("withdrawal", "12 months"), {"arvenia-solmark"}, id="twelve months are a year"),
    pytest.param(ClauseAsked("withdrawal", "180 days"), {"quillara-tamber"}, id="days are days"),
    pytest.param(ClauseAsked("withdrawal"), {"arvenia-solmark", "quillara-tamber", "tessara"}, id="any"),
    pytest.param(ClauseAsked("depositary", "dravonia"), {"tessara"}, id="by one word of its name"),
    pytest.param(ClauseAsked("authentic_languages", "fr"), {"valdore-montrel", "valdore-montrel-fr"}, id="language"),
    pytest.param(ClauseAsked("duration", "unlimited"), {"arvenia-solmark"}, id="duration"),
    pytest.param(ClauseAsked("signed", "2012"), {"valdore-montrel", "valdore-montrel-fr"}, id="year"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "saying"), SAYING)
def test_the_facts_read_at_ingestion_decide(clause: ClauseAsked, saying: set[str], sample_index: Index) -> None:
    assert {treaty_id for treaty_id, parsed in sample_index.treaties.items() if clause.read(parsed)} == saying


def test_a_way_out_comes_with_its_notice(sample_index: Index) -> None:
    facts = ClauseAsked("withdrawal").read(sample_index.treaties["tessara"])
    assert [(fact.kind, fact.eid) for fact in facts] == [
        ("withdrawal", "art_45__para_1"), ("notice", "art_45__para_2"),
    ]  # fmt: skip
