"""What no treaty's text tells is told apart from what one may: by who acts, and what he has done."""

import pytest

from service.beyond_text import Beyond, beyond_text

BEYOND: tuple[tuple[str, Beyond, str], ...] = (
    ("Has Norway ratified the Lomara Convention?", "status", "a State by its name, in the perfect"),
    ("Did Brazil make a reservation to Article 9?", "status", "what it did on joining"),
    ("Is Kenya a party to the river treaty?", "status", "what it is"),
    ("is the UK still a member of the fisheries commission", "status", "with a word between"),
    ("Which countries have signed but not ratified it?", "status", "some States, in the perfect"),
    ("Which states objected to that reservation?", "status", "some States, in the past"),
    ("How many states have joined so far?", "status", "their number"),
    ("Germany's reservations to the prisoners convention", "status", "as in a search box"),
    ("ratification by Chile of the salt convention", "status", "the other way round"),
    ("When did Japan join the whaling convention?", "status", "when it did"),
    ("What declarations has India made about the arbitration clause?", "status", "which it made"),
    ("Does Switzerland belong to the customs union treaty?", "status", "belonging"),
    ("Does Germany still maintain its reservation to the child convention?", "status", "in the present"),
    ("What did the UK reserve when it joined?", "status", "with the verb"),
    ("How many reservations are there to the salt convention?", "status", "a number of them"),
    ("Has anyone withdrawn a reservation?", "status", "anyone at all"),
    ("Which signatory refused to be bound by the clause on arbitration?", "status", "one of them"),
    ("reservations Kuwait salt convention", "status", "as in a search box, the other way round"),
    ("Which countries do not accept the jurisdiction of the court?", "status", "what they do not do"),
    ("How did the ICJ rule in that case?", "case_law", "a court, in the past"),
    ("What has the Human Rights Committee said about silence as consent?", "case_law", "a committee"),
    ("Have courts ever decided what 'prompt' means here?", "case_law", "courts in general"),
    ("Arvenia v. Solmark, what came out of it?", "case_law", "the name of a case"),
    ("Is there case law on this article?", "case_law", "by its name"),
    ("Which tribunal found that the clause covers shareholders?", "case_law", "which one"),
    ("Did the World Court order Velmora to pay under the river treaty?", "case_law", "a court that acted on a State"),
    ("Was Orlan Vesk convicted of piracy?", "case_law", "a person by his name"),
    ("Is there a judgment applying Article 36 to prisoners?", "case_law", "whether there is one"),
    ("What was the outcome of Arvenia against Solmark?", "case_law", "how a case ended"),
    ("What happened at the last conference of the parties?", "news", "what happened lately"),
    ("Which governments have announced their withdrawal in the last few months?", "news", "what was announced"),
    ("Who pulled out of the talks last week?", "news", "what happened last week"),
)
WITHIN: tuple[tuple[str, str], ...] = (
    ("May a State make reservations when it joins?", "what any State may do"),
    ("How many countries had to join before the treaty took effect?", "what had to happen is a clause"),
    ("How many objections stop an amendment?", "a rule on their number"),
    ("How many ratifications are needed for entry into force?", "the same, in the present"),
    ("Can Norway leave the treaty with a year's notice?", "a State's right"),
    ("When must Russia help North Korea?", "a State by its name in a bilateral treaty"),
    ("What happens if the number of parties falls below ten?", "a clause on the number of parties"),
    ("Who may sign for a State that has no head?", "somebody who acts, with may before the act"),
    ("What must a State that has signed but not ratified refrain from?", "a State's duty after the act"),
    ("Our neighbour attacked us last week. May we strike back?", "a story told before the question"),
    ("How does a tribunal decide whether it may hear a case?", "a rule on its competence"),
    ("Was a ship of war ever allowed through under Article 20?", "no person by his name"),
    ("How does the Court decide when its members are divided?", "a court's procedure"),
    ("Is a ruling of the Court binding on Peru if it was no party to the case?", "the force of judgments"),
    ("Which State has jurisdiction over a crime on board?", "has, without an act of joining"),
    ("Does the treaty bind a State that never joined?", "any State"),
)


@pytest.mark.parametrize(("question", "kind", "reason"), BEYOND)
def test_what_no_text_tells_is_told_apart(question: str, kind: Beyond, reason: str) -> None:
    assert beyond_text(question) == kind, reason


@pytest.mark.parametrize(("question", "reason"), WITHIN)
def test_what_a_text_may_tell_is_left_to_it(question: str, reason: str) -> None:
    assert beyond_text(question) is None, reason
