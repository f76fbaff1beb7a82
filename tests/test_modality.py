"""The verb of a sentence, as it stands: what one may, shall or may not do."""

import pytest

from service.modality import modality_of

SENTENCES = [
    ("The keeper may light the lamp.", "may", "a permission"),
    ("The keeper may not leave the tower.", "may not", "a prohibition in two words"),
    ("The keeper shall in no case sell the oil.", "shall in no case", "with its force"),
    ("Neither Party shall blow its horn.", "Neither Party shall", "the denial stands before"),
    ("No lamp of the coast may be sold.", "No lamp of the coast may", "with what stands between, where that is short"),
    ("No lamp of either of the two coasts of the Parties may be sold.", "No … may", "else without"),
    ("Nothing in this Treaty shall limit the right to light.", "Nothing in this Treaty shall", "a saving clause"),
    ("If a Party shall so request, the other may not refuse.", "may not", "not the verb of a condition"),
    ("A keeper who shall have served is entitled to oil.", "is entitled to", "nor of a clause within"),
    ("Each Party undertakes never under any circumstances to sell oil.",
     "undertakes never under any circumstances to", "a promise"),
    ("The sale of oil is prohibited.", "is prohibited", "without an auxiliary"),
    ("The towers shall be inviolable.", "shall be inviolable", "a status"),
    ("Keepers shall have the right to bread.", "shall have the right", "a right"),
    ("unless the horn shall be broken", "shall", "a condition alone"),
    ("Lamps are lit.", None, "none"),
    ("", None, "no words"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "verb", "reason"), SENTENCES)
def test_the_verb_of_a_sentence(sentence: str, verb: str | None, reason: str) -> None:
    assert modality_of(sentence) == verb, reason
