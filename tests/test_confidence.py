"""How sure an answer is: features by hand, weights by hand, and the model that comes with Pacta."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.confidence import FEATURES, ConfidenceModel, features, load_confidence_models
from service.retrieval import Ranked


def ranked(score: float, treaty_id: str = "venn", cosine: float = 0.5, words: float = 0.25) -> Ranked:
    return Ranked(treaty_id, f"art_{score}", 0, score, cosine, words)


BY_HAND = [
    pytest.param([ranked(0.6), ranked(0.5), ranked(0.4, "osk")], (0.6, 0.5, 0.25, 0.1, 0.2, 0.0), id="both leads"),
    pytest.param(
        [ranked(0.6), ranked(0.5, "osk")], (0.6, 0.5, 0.25, 0.1, 0.1, 0.0), id="the second is of another treaty"
    ),
    pytest.param(
        [ranked(0.6), ranked(0.5)], (0.6, 0.5, 0.25, 0.1, 0.2, 0.0), id="one treaty: its lead over others is set"
    ),
    pytest.param([ranked(0.6)], (0.6, 0.5, 0.25, 0.2, 0.2, 0.0), id="alone: both leads are set"),
    pytest.param(
        [replace(ranked(0.9), gain=0.3, known=0.3), ranked(0.8)],
        (0.6, 0.5, 0.25, 0.1, 0.2, 0.3),
        id="known questions",
    ),
    pytest.param(
        [replace(ranked(0.9), gain=0.3), ranked(0.8)],
        (0.6, 0.5, 0.25, 0.1, 0.2, 0.0),
        id="nothing is known of its treaty",
    ),
    pytest.param([ranked(0.6), ranked(0.6, "osk")], (0.6, 0.5, 0.25, 0.0, 0.0, 0.0), id="level"),
]


@pytest.mark.parametrize(("ranking", "expected"), BY_HAND)
def test_features_by_hand(ranking: list[Ranked], expected: tuple[float, ...]) -> None:
    assert features(ranking) == pytest.approx(expected)
    assert len(expected) == len(FEATURES)


def test_a_confidence_by_hand() -> None:
    model = ConfidenceModel((1.0, 2.0, 4.0, 10.0, 5.0, 7.0), -4.0, 0.5)
    # 0.6 + 2 × 0.5 + 4 × 0.25 + 10 × 0.1 + 5 × 0.2 − 4 = 0.6
    found = [ranked(0.6), ranked(0.5), ranked(0.4, "osk")]
    assert model.evidence(found) == model.confidence(found) == pytest.approx(1 / (1 + math.exp(-0.6)))


def test_what_is_told_is_calibrated_apart_for_a_search_within_a_treaty() -> None:
    model = ConfidenceModel((1.0, 2.0, 4.0, 10.0, 5.0, 7.0), -4.0, 0.5, open=(2.0, 1.0), within=(0.5, 3.0))
    found = [ranked(0.6), ranked(0.5), ranked(0.4, "osk")]
    assert model.evidence(found) == pytest.approx(1 / (1 + math.exp(-0.6)))
    assert model.confidence(found) == pytest.approx(1 / (1 + math.exp(-2.2)))
    assert model.confidence(found, within=True) == pytest.approx(1 / (1 + math.exp(-3.3)))


def test_nothing_found_is_no_confidence() -> None:
    assert load_confidence_models().of([]).confidence([]) == 0.0


def test_the_models_that_come_with_pacta_are_sound() -> None:
    models = load_confidence_models()
    assert load_confidence_models() is models
    for model in (models.asked, models.unasked):
        assert len(model.weights) == len(FEATURES)
        assert 0 < model.threshold < 1


def test_the_model_is_that_of_the_first_articles_treaty() -> None:
    models = load_confidence_models()
    asked = replace(ranked(0.6), known=0.0)
    assert models.of([asked, ranked(0.5)]) is models.asked
    assert models.of([ranked(0.6), asked]) is models.unasked


def test_a_nearer_known_question_is_never_less_sure() -> None:
    model = load_confidence_models().asked
    found = [model.confidence([replace(ranked(0.5 + gain), gain=gain, known=gain)]) for gain in (0.0, 0.2, 0.5)]
    assert found == sorted(found)


def test_a_longer_lead_is_never_less_sure() -> None:
    model = load_confidence_models().unasked
    found = [model.confidence([ranked(0.5), ranked(0.5 - lead, "osk")]) for lead in (0.0, 0.05, 0.1, 0.2)]
    assert found == sorted(found)


score = st.floats(-1, 2, allow_nan=False)


@given(st.lists(st.tuples(score, score, st.floats(0, 1), st.sampled_from(["venn", "osk"])), max_size=6))
def test_any_ranking_has_a_probability(found: list[tuple[float, float, float, str]]) -> None:
    ranking = sorted(
        (Ranked(treaty, f"art_{n}", n, s, c, w) for n, (s, c, w, treaty) in enumerate(found)), key=lambda r: -r.score
    )
    assert 0 <= load_confidence_models().of(ranking).confidence(ranking) <= 1
