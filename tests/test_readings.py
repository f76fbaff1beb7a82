"""The ways to read a follow-up, and the articles found for all of them together."""

import numpy as np
import pytest

from ingest.embedding import Embedder
from service.readings import Reading, rank_readings, readings_of
from service.retrieval import Ranked

VECTOR = np.eye(1, 384, dtype=np.float32)[0]
TOKENS = np.eye(1, 128, dtype=np.float32)


def reading(text: str, weight: float = 1.0, before: str = "") -> Reading:
    return Reading(text, VECTOR, TOKENS, before, weight)


def ranked(**scores: float) -> list[Ranked]:
    return sorted((Ranked("venn", eid, 0, score, score, 0.0) for eid, score in scores.items()), key=lambda r: -r.score)


WEIGHTS = [
    pytest.param(0, None, ["together", "mean"], id="what tells nothing is not read alone"),
    pytest.param(2, None, ["alone", "together", "mean"], id="what tells a little is"),
    pytest.param(2, "Who rings the bells?", ["alone", "together", "mean", "instead"], id="with a like in its place"),
    pytest.param(40, None, ["alone", "together", "mean"], id="many words tell no more than eight"),
]


@pytest.mark.parametrize(("telling", "instead", "kinds"), WEIGHTS)
def test_the_readings_of_a_follow_up_weigh_one_together(telling: int, instead: str | None, kinds: list[str]) -> None:
    found = readings_of(reading("and bells?", before="Who lights lamps?"), instead, telling, Embedder())
    assert len(found) == len(kinds)
    assert sum(one.weight for one in found) == pytest.approx(1)
    assert ("alone" in kinds) == any(one.text == "and bells?" and not one.before for one in found)
    assert (instead in [one.text for one in found]) == bool(instead)


def test_one_reading_ranks_as_it_does() -> None:
    alone = ranked(art_1=0.9, art_2=0.5)
    assert rank_readings([reading("bells")], lambda _: alone) == alone


def test_an_article_that_all_readings_have_goes_before_one_that_one_has() -> None:
    rankings = {"a": ranked(art_1=1.0, art_2=0.9, art_3=0.1), "b": ranked(art_4=1.0, art_2=0.9, art_3=0.1)}
    found = rank_readings([reading("a", 0.5), reading("b", 0.5)], lambda one: rankings[one.text])
    assert [one.eid for one in found] == ["art_2", "art_1", "art_4", "art_3"]
    assert [one.score for one in found] == pytest.approx([0.9, 0.55, 0.55, 0.1])


def test_readings_that_find_nothing_find_nothing() -> None:
    assert rank_readings([reading("a", 0.5), reading("b", 0.5)], lambda _: []) == []
