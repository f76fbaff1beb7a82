"""How sure an answer is: features by hand, weights by hand, and the model that comes with Pacta."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.confidence import FEATURES, ConfidenceModel, features, load_confidence_model
from service.retrieval import Ranked


def ranked(score: float, treaty_id: str = "venn", cosine: float = 0.5, words: float = 0.25) -> Ranked:
    return Ranked(treaty_id, f"art_{score}", 0, score, cosine, words)


BY_HAND = [
    pytest.param([ranked(0.6), ranked(0.5), ranked(0.4, "osk")], (0.6, 0.5, 0.25, 0.1, 0.2), id="both leads"),
    pytest.param([ranked(0.6), ranked(0.5, "osk")], (0.6, 0.5, 0.25, 0.1, 0.1), id="the second is of another treaty"),
    pytest.param([ranked(0.6), ranked(0.5)], (0.6, 0.5, 0.25, 0.1, 0.2), id="one treaty: its lead over others is set"),
    pytest.param([ranked(0.6)], (0.6, 0.5, 0.25, 0.2, 0.2), id="alone: both leads are set"),
    pytest.param([ranked(0.6), ranked(0.6, "osk")], (0.6, 0.5, 0.25, 0.0, 0.0), id="level"),
]


@pytest.mark.parametrize(("ranking", "expected"), BY_HAND)
def test_features_by_hand(ranking: list[Ranked], expected: tuple[float, ...]) -> None:
    assert features(ranking) == pytest.approx(expected)
    assert len(expected) == len(FEATURES)


def test_a_confidence_by_hand() -> None:
    model = ConfidenceModel((1.0, 2.0, 4.0, 10.0, 5.0), -4.0, 0.5)
    # 0.6 + 2 × 0.5 + 4 × 0.25 + 10 × 0.1 + 5 × 0.2 − 4 = 0.6
    found = model.confidence([ranked(0.6), ranked(0.5), ranked(0.4, "osk")])
    assert found == pytest.approx(1 / (1 + math.exp(-0.6)))


def test_nothing_found_is_no_confidence() -> None:
    assert load_confidence_model().confidence([]) == 0.0


def test_the_model_that_comes_with_pacta_is_sound() -> None:
    model = load_confidence_model()
    assert load_confidence_model() is model
    assert len(model.weights) == len(FEATURES)
    assert 0 < model.threshold < 1


def test_a_longer_lead_is_never_less_sure() -> None:
    model = load_confidence_model()
    found = [model.confidence([ranked(0.5), ranked(0.5 - lead, "osk")]) for lead in (0.0, 0.05, 0.1, 0.2)]
    assert found == sorted(found)


score = st.floats(-1, 2, allow_nan=False)


@given(st.lists(st.tuples(score, score, st.floats(0, 1), st.sampled_from(["venn", "osk"])), max_size=6))
def test_any_ranking_has_a_probability(found: list[tuple[float, float, float, str]]) -> None:
    ranking = sorted(
        (Ranked(treaty, f"art_{n}", n, s, c, w) for n, (s, c, w, treaty) in enumerate(found)), key=lambda r: -r.score
    )
    assert 0 <= load_confidence_model().confidence(ranking) <= 1
