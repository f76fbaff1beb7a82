"""Whatever owners do to conversations, in whatever order, the store has what a list in memory has."""

from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from store_fakes import ANSWERED, REFUSED

from service.errors import UnknownConversation
from service.models import Conversation, Turn
from service.store import Store, Verdict

OWNERS = ("", "key1", "key2")
OWNER = st.sampled_from(OWNERS)
NAMES = ("c0", "c1", "c2")
NAME = st.sampled_from(NAMES)
# Any characters there are; the store keeps U+0000 as another.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VERDICTS = st.sampled_from(["up", "down"])


@dataclass
class Expected:
    """A conversation as it should be kept: its turns, whether each was refused, and verdicts by message id."""

    owner: str
    turns: list[Turn] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)


class Conversations(RuleBasedStateMachine):
    """Owners ask, judge, read and delete; now and then the service is restarted."""

    def __init__(self, place: Path | str) -> None:
        super().__init__()
        self.place = place
        self.store = Store(place)
        self.expected: dict[str, Expected] = {}

    @rule(name=NAME, owner=OWNER, text=TEXTS, reply=TEXTS, refused=st.booleans())
    def ask(self, name: str, owner: str, text: str, reply: str, refused: bool) -> None:
        turn = Turn(text, (("salt", "art_1"),), reply)
        expected = self.expected.setdefault(name, Expected(owner))
        answer = {**(REFUSED if refused else ANSWERED), "message_id": f"{name}-{len(expected.turns)}"}
        if expected.owner != owner:
            with pytest.raises(UnknownConversation):
                self.store.append(name, turn, answer, owner=owner)
            return
        self.store.append(name, turn, answer, owner=owner)
        expected.turns.append(turn)
        expected.refused.append(refused)

    @rule(name=NAME, owner=OWNER, place=st.integers(0, 3), verdict=VERDICTS, comment=st.none() | TEXTS)
    def judge(self, name: str, owner: str, place: int, verdict: Verdict, comment: str | None) -> None:
        message_id, expected = f"{name}-{place}", self.expected.get(name)
        known = expected is not None and expected.owner == owner and place < len(expected.turns)
        assert self.store.give_feedback(message_id, verdict, comment, owner=owner) is known
        if known and expected is not None:
            expected.verdicts[message_id] = verdict

    @rule(name=NAME, owner=OWNER)
    def delete(self, name: str, owner: str) -> None:
        known = name in self.expected and self.expected[name].owner == owner
        assert self.store.delete(name, owner=owner) is known
        if known:
            del self.expected[name]

    @rule()
    def forget_what_is_old(self) -> None:
        assert self.store.prune(1) == 0

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.place)

    @invariant()
    def each_owner_reads_what_is_theirs(self) -> None:
        for name, owner in product(NAMES, OWNERS):
            expected = self.expected.get(name)
            mine = expected is not None and expected.owner == owner
            kept = Conversation(name, tuple(expected.turns)) if mine and expected else None
            assert self.store.conversation(name, owner=owner) == kept

    @invariant()
    def people_look_at_refusals_and_thumbs_down(self) -> None:
        found = {turn.answer["message_id"] for turn in self.store.reviewable_turns()}
        assert found == {
            f"{name}-{place}"
            for name, expected in self.expected.items()
            for place, refused in enumerate(expected.refused)
            if expected.verdicts.get(f"{name}-{place}", "down" if refused else "up") == "down"
        }

    def teardown(self) -> None:
        for name, expected in self.expected.items():
            self.store.delete(name, owner=expected.owner)
        self.store.close()


def test_the_store_has_what_a_list_in_memory_has(place: Path | str) -> None:
    # Few with Postgres, as each step asks it a dozen things.
    examples = 5 if isinstance(place, str) else 15
    run_state_machine_as_test(
        partial(Conversations, place),
        settings=settings(max_examples=examples, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
