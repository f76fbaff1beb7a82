"""What a question takes for granted is told from what it asks."""

import pytest

from service.claims import claim_in, is_about_provision

CLAIMS = [
    ("Since Article 9 gives him 72 hours, who counts them?", "Article 9 gives him 72 hours", "since, and a question"),
    ("Given that Article 2 bans horns, may a bell be rung?", "Article 2 bans horns", "given that"),
    ("As Article 2 bans horns, but only at night, what of dusk?", "Article 2 bans horns, but only at night",
     "the last comma before a question"),
    ("Why does Article 4 let keepers sleep?", "Article 4 let keepers sleep", "why takes all for granted"),
    ("How come Article 4 lets keepers sleep?", "Article 4 lets keepers sleep", "how come"),
    ("Article 2 bans horns, right?", "Article 2 bans horns", "right?"),
    ("Article 2 bans horns, doesn't it?", "Article 2 bans horns", "a tag of grammar"),
    ("Article 2 bans horns, right? What of bells?", "Article 2 bans horns", "a tag and a further question"),
    ("Article 2 bans horns. What happens to those who blow one?", "Article 2 bans horns", "two sentences"),
    ("Under Article 7 the keeper pays, so how much?", "Article 7 the keeper pays", "under, so"),
    ("Article 5 sets the fee at ten marks; what if nobody pays?", "Article 5 sets the fee at ten marks", "a semicolon"),
]  # fmt: skip
NONE = [
    ("What does Article 4 say?", "an open question"),
    ("Does Article 4 let keepers sleep?", "whether it does is asked"),
    ("Who pays the keeper, and when?", "nothing before the question"),
    ("Article 4", "a name"),
    ("Explain Article 4, what does it mean?", "an order"),
    ("", "no words"),
]


@pytest.mark.parametrize(("question", "claim", "reason"), CLAIMS)
def test_the_claim_of_a_question(question: str, claim: str, reason: str) -> None:
    assert claim_in(question) == claim, reason


@pytest.mark.parametrize(("question", "reason"), NONE)
def test_a_question_that_only_asks_claims_nothing(question: str, reason: str) -> None:
    assert claim_in(question) is None, reason


ABOUT = [
    ("Since Article 9 gives him 72 hours, who counts them?", True, "at once"),
    ("Why does the fourth article let keepers sleep?", True, "by an ordinal"),
    ("Given that the Lamp Treaty's Article 2 bans horns, may a bell be rung?", True, "behind its treaty"),
    ("Why did they let Article 2 ban horns?", True, "behind a verb"),
    ("The Lamp Treaty speaks of what is allowed “under Article 2”. What is that?", False, "it is only referred to"),
]


@pytest.mark.parametrize(("question", "about", "reason"), ABOUT)
def test_a_claim_is_about_the_provision_that_it_begins_with(question: str, about: bool, reason: str) -> None:
    assert is_about_provision(question) is about, reason
