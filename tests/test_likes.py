"""What a phrase is the like of in a question, by an embedding that can be read: words of one kind are alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from service.likes import in_place_of_like, instead_of, like_in

KINDS = ("keeper keepers pilot pilots captured", "lamp lamps bell bells", "port ports pier piers")


def embed(text: str) -> NDArray[np.float32]:
    """As many dimensions as kinds, and one for all other words."""
    vector = np.zeros(len(KINDS) + 1, dtype=np.float32)
    for word in text.lower().split():
        kind = next((place for place, kind in enumerate(KINDS) if word in kind.split()), len(KINDS))
        vector[kind] += 1
    return vector / max(float(np.linalg.norm(vector)), 1.0)


LIKE = [
    pytest.param("May a keeper leave the port?", "pilots", "keeper", id="of one kind"),
    pytest.param("May a keeper leave the port?", "pier", "port", id="of another"),
    pytest.param("May keepers of lamps leave?", "pilots of bells", "keepers of lamps", id="of stands within a phrase"),
    pytest.param("May he leave it?", "pilots", None, id="no phrase in it"),
    pytest.param("May a keeper leave?", "bells", None, id="nothing like it"),
    pytest.param("May a keeper leave?", " ", None, id="no phrase"),
]


@pytest.mark.parametrize(("text", "phrase", "like"), LIKE)
def test_finds_the_phrase_that_is_most_like_another(text: str, phrase: str, like: str | None) -> None:
    place = like_in(text, phrase, embed)
    assert (text[slice(*place)] if place else None) == like


BEFORE = "May a keeper leave the port?"
INSTEAD = [
    pytest.param("and pilots?", "May a pilots leave the port?", id="and"),
    pytest.param("What about pilots, then?", "May a pilots leave the port?", id="what about, then"),
    pytest.param("And for captured pilots too", "May a captured pilots leave the port?", id="for, too"),
    pytest.param("the pier?", "May a keeper leave the pier?", id="an article"),
    pytest.param("pilots under arrest?", "May a pilots under arrest leave the port?", id="like it by its head alone"),
    pytest.param("and why?", None, id="it asks"),
    pytest.param("and the European one?", None, id="one, which is the like of a name"),
    pytest.param("and pilots who have been captured there?", None, id="too long"),
    pytest.param("and bells?", None, id="the like of nothing"),
    pytest.param("?", None, id="no word"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "instead"), INSTEAD)
def test_puts_what_changes_in_the_place_of_its_like(question: str, instead: str | None) -> None:
    assert instead_of(question, BEFORE, embed) == instead


def test_names_are_left_as_they_are() -> None:
    assert instead_of("and pilots?", "May the Keeper Accord be left?", embed, [(8, 21)]) is None


def test_fragments_that_follow_one_another_are_written_out_in_turn() -> None:
    def no_names(text: str) -> list[tuple[int, int]]:
        return []

    assert in_place_of_like((BEFORE, "and pilots?", "and the pier?"), embed, no_names) == "May a pilots leave the pier?"
    assert in_place_of_like((BEFORE, "and pilots?", "and why?"), embed, no_names) is None
