"""What belongs to a treaty that is not held is told, and which treaty that is."""

import numpy as np
import pytest

from ingest.catalogue import load_catalogue
from ingest.embedding import DIMENSION, Embedder
from service import elsewhere
from service.compose import refuse_elsewhere
from service.elsewhere import ElsewhereQuestions, load_elsewhere, read_elsewhere

embedder = Embedder()


def unit(*numbers: float) -> np.ndarray:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.linalg.norm(vector)


SMALL = ElsewhereQuestions(["cites", "cites", "gatt"], np.stack([unit(1, 0), unit(1, 0.2), unit(0, 1)]))


def test_the_nearest_question_tells_the_treaty_and_the_nearest_few_how_close() -> None:
    treaty, closeness = SMALL.nearest(unit(1, 0.1), ())
    assert treaty == "cites"
    assert closeness == pytest.approx(np.mean([unit(1, 0.1) @ v for v in (unit(1, 0), unit(1, 0.2), unit(0, 1))]))


def test_a_treaty_that_is_held_is_not_elsewhere() -> None:
    assert SMALL.nearest(unit(1, 0), {"cites"})[0] == "gatt"
    assert SMALL.nearest(unit(1, 0), {"cites", "gatt"}) == ("", -1.0)
    assert ElsewhereQuestions((), np.zeros((0, DIMENSION), dtype=np.float32)).nearest(unit(1), ()) == ("", -1.0)


def test_every_question_is_of_a_treaty_of_the_catalogue_and_none_is_there_twice() -> None:
    asked = read_elsewhere()
    assert {treaty for treaty, _ in asked} <= {entry.id for entry in load_catalogue().entries}
    assert len({text for _, text in asked}) == len(asked)


def test_the_vectors_kept_are_those_of_the_questions() -> None:
    """Of these, at least: the file is made by eval/fit.py and must be made again when the questions change."""
    asked, kept = read_elsewhere(), load_elsewhere()
    assert len(kept._matrix) == len(asked)
    some = range(0, len(asked), 450)
    fresh = embedder.embed_texts([asked[n][1] for n in some])
    assert (np.sum(fresh * kept._matrix[list(some)], axis=1) > 0.98).all()


@pytest.mark.parametrize(
    ("question", "treaty"),
    [
        pytest.param("May I take home a handbag of crocodile leather?", "cites", id="endangered species"),
        pytest.param("The airline lost my luggage, what do they owe me?", "montreal-1999", id="luggage"),
        pytest.param("My ex took our child abroad. How do I get her back?", "child-abduction", id="child"),
    ],
)
def test_the_treaty_that_a_question_is_a_matter_of(question: str, treaty: str) -> None:
    assert load_elsewhere().nearest(embedder.embed_query(question), ())[0] == treaty


def test_vectors_of_another_model_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "MODEL_ID", "another")
    assert load_elsewhere.__wrapped__().nearest(unit(1), ()) == ("", -1.0)


def test_the_refusal_names_the_treaty_and_how_it_can_be_had() -> None:
    with_address = refuse_elsewhere("The Convention on Lamps", ["lamps"])
    assert "a matter of the Convention on Lamps, which is not held" in with_address
    assert "pacta ingest catalogue:lamps" in with_address
    assert "pacta ingest FILE" in refuse_elsewhere("Convention on Lamps", [])
