"""What kind of question it is, by its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kinds import kind_of

LOCATORS = [
    "What does Article 5 of the Treaty of Venn say?", "art 5 venn", "Show me Article 5 of the Treaty of Venn",
    "Article 5, Treaty of Venn: text please", "What is in Annex II of the Treaty of Venn?",
    "Quote Article 5 of the Treaty of Venn in full and without any note of your own", "hi, can you show me article 5?",
]  # fmt: skip
KINDS = [
    ("What is a vessel?", "definition", "what is"),
    ("what are vessels", "definition", "a plural"),
    ("Define “lamp keeper”.", "definition", "define"),
    ("How does the Treaty of Venn define a lamp?", "definition", "how does it define"),
    ("What does the treaty mean by vessel?", "definition", "mean by"),
    ("What does “keeper” mean in the Treaty of Venn?", "definition", "what does it mean"),
    ("meaning of keeper", "definition", "meaning of"),
    ("What counts as a lamp?", "definition", "counts as"),
    ("Who is an inspector under the Treaty of Venn?", "definition", "who is"),
    ("definition of a bell, Venn", "definition", "definition of"),
    ("Qu’entend-on par catastrophe ?", "definition", "French"),
    ("When was the Treaty of Venn signed?", "fact", "signed when"),
    ("Where was it signed?", "fact", "signed where"),
    ("Since when has the Treaty of Venn been in force?", "fact", "since when"),
    ("When did it enter into force?", "fact", "enter into force"),
    ("treaty of venn in force since?", "fact", "typed into a search box"),
    ("Who is the depositary of the Treaty of Venn?", "fact", "depositary"),
    ("In which languages is the Treaty of Venn authentic?", "fact", "languages"),
    ("How many articles does the Treaty of Venn have?", "fact", "how many articles"),
    ("Who are the parties to the Treaty of Venn?", "fact", "parties"),
    ("Which States are parties to the Treaty of Venn?", "fact", "which States"),
    ("How many judges sit in the Lamp Court?", "number", "how many"),
    ("How long may a lamp be out?", "number", "how long"),
    ("How much oil must be kept?", "number", "how much"),
    ("How far out may a buoy be?", "number", "how far"),
    ("After how many years may a party leave?", "number", "after how many"),
    ("Within what time must the keeper report?", "number", "within what time"),
    ("What is the quorum of the Lamp Conference?", "number", "quorum"),
    ("What majority is needed to amend Annex I?", "number", "majority"),
    ("By when must reports be sent?", "number", "by when"),
    ("What is the highest number of lamps a tower can have?", "number", "highest number"),
    ("notice period for leaving the Treaty of Venn", "number", "notice period"),
    ("How often must the lamps be cleaned?", "number", "how often"),
    ("What must a keeper do if a lamp goes out?", "obligation", "what must"),
    ("What does the Treaty of Venn oblige each side to do?", "obligation", "oblige"),
    ("Which duties does the keeper have?", "obligation", "duties"),
    ("Who has to pay for the oil?", "obligation", "who has to"),
    ("What is forbidden near a lighthouse?", "obligation", "forbidden"),
    ("keeper's obligations in a storm", "obligation", "typed into a search box"),
    ("What are the parties required to do in fog?", "obligation", "required"),
    ("Who is responsible for broken lamps?", "obligation", "responsible"),
    ("Must a State light its lamps?", "yes_no", "must"),
    ("May a keeper leave the tower?", "yes_no", "may"),
    ("Can the lamps be put out?", "yes_no", "can"),
    ("Is it allowed to fish under the lamp?", "yes_no", "is it"),
    ("Does the Treaty of Venn bind Osk?", "yes_no", "does"),
    ("Are bells vessels?", "yes_no", "are"),
    ("Isn't the keeper to be paid?", "yes_no", "a negation"),
    ("My lamp went out in a storm. Do I have to pay?", "yes_no", "behind a story"),
    ("The treaty forbids bells, right?", "yes_no", "right?"),
    ("Hello, may a keeper sleep?", "yes_no", "behind a greeting"),
    ("If Osk is attacked, must Venn help it?", "yes_no", "behind a condition"),
    ("List the bodies that the Treaty of Venn sets up.", "list", "list"),
    ("Name the organs of the Lamp Union", "list", "name"),
    ("Which lamps are protected?", "list", "which lamps"),
    ("On what grounds can a party leave?", "list", "on what grounds"),
    ("Which rights do keepers have?", "list", "which rights"),
    ("What kinds of oil may be burnt?", "list", "what kinds"),
    ("Which articles deal with bells?", "list", "which articles"),
    ("Compare Article 5 of the Treaty of Venn with Article 7 of the Osk Convention.", "comparison", "compare"),
    ("What is the difference between a lamp and a buoy?", "comparison", "difference"),
    ("How does the Treaty of Venn differ from the Osk Convention?", "comparison", "differ"),
    ("Treaty of Venn versus Osk Convention on oil", "comparison", "versus"),
    ("Venn vs. Osk: lamps", "comparison", "vs."),
    ("Is the Treaty of Venn stricter than the Osk Convention?", "comparison", "stricter"),
    ("Set the lamps of Venn beside those of Osk.", "comparison", "set beside"),
    ("How can a party leave the Treaty of Venn?", "procedure", "how can"),
    ("How is the Treaty of Venn amended?", "procedure", "how is"),
    ("How are judges elected?", "procedure", "how are"),
    ("What happens when a lamp is broken?", "procedure", "what happens when"),
    ("What is the procedure for choosing a keeper of the Great Lamp of the North?", "procedure", "procedure"),
    ("By what means are disputes settled?", "procedure", "by what means"),
    ("Who chooses the keeper?", "fact", "who"),
    ("lamps and bells", "other", "two words"),
    ("", "other", "nothing"),
    ("?!", "other", "no words"),
]  # fmt: skip


@pytest.mark.parametrize("question", LOCATORS)
def test_a_question_for_the_text_of_a_provision_is_a_locator(question: str) -> None:
    assert kind_of(question, names_provision=True) == "locator"


@pytest.mark.parametrize(("question", "kind"), [pytest.param(q, kind, id=f"{kind}: {why}") for q, kind, why in KINDS])
def test_tells_the_kind(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param(
            "Under Article 5 of the Treaty of Venn, must lamps be lit when there is fog?", "yes_no", id="must"
        ),
        pytest.param("Who pays for the oil according to Article 5?", "fact", id="who"),
        pytest.param("How many lamps does Article 5 of the Treaty of Venn allow?", "number", id="how many"),
        pytest.param("Compare Article 5 with Article 7", "comparison", id="compare"),
    ],
)
def test_a_question_within_a_provision_keeps_its_kind(question: str, kind: str) -> None:
    assert kind_of(question, names_provision=True) == kind


@given(st.text(max_size=300), st.booleans())
def test_any_text_has_a_kind(text: str, names_provision: bool) -> None:
    assert kind_of(text, names_provision=names_provision)
