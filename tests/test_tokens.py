"""Tokens of passages: what is kept of them, and the comparison word by word."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding import DIMENSION, TOKEN_DIMENSION, Embedder
from ingest.errors import IndexBroken
from ingest.tokens import TokenIndex, Tokens, TokenWriter, pack

PASSAGES = [
    "Each State shall protect migratory birds and their nests.",
    "The harbour master keeps a register of lighthouses.",
    "Each State shall protect migratory birds and their nests.",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
def folder(tmp_path: Path, embedder: Embedder) -> Path:
    with TokenWriter(tmp_path) as writer:
        for passage in PASSAGES:  # one by one or all at once comes to the same
            writer.add([pack(embedder.encode_query(passage).tokens)])
    return tmp_path


def test_a_text_and_its_tokens_have_unit_vectors(embedder: Embedder) -> None:
    encoded = embedder.encode_query("migratory birds")
    assert encoded.vector.shape == (DIMENSION,)
    assert encoded.tokens.shape[1] == TOKEN_DIMENSION
    assert np.linalg.norm(encoded.tokens, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(encoded.vector, embedder.embed_query("migratory birds"))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("birds nest", 2, id="each word is a token"),
        pytest.param("The birds of the nest, and their nests.", 3, id="articles, prepositions and marks tell nothing"),
        pytest.param("who may not fish", 4, id="who, may and not do"),
        pytest.param("Of the", 4, id="where nothing tells anything all is kept, the model's own marks included"),
        pytest.param("", 2, id="an empty text has the model's own marks"),
    ],
)
def test_the_tokens_are_those_that_tell_something(text: str, tokens: int, embedder: Embedder) -> None:
    assert len(embedder.encode_query(text).tokens) == tokens


def test_the_score_is_the_mean_of_each_words_best_cosine(folder: Path, embedder: Embedder) -> None:
    question = embedder.encode_query("Are storks safe?").tokens
    by_hand = [
        np.mean([max(float(word @ other) for other in embedder.encode_query(passage).tokens) for word in question])
        for passage in PASSAGES
    ]
    scores = TokenIndex.open(folder).scores(question, [1, 0, 2])
    assert scores == pytest.approx([by_hand[1], by_hand[0], by_hand[2]], abs=0.01)  # eight bits a number
    assert scores[1] == scores[2] > scores[0]


def test_no_row_has_no_score(folder: Path, embedder: Embedder) -> None:
    assert TokenIndex.open(folder).scores(embedder.encode_query("storks").tokens, []).shape == (0,)


@given(lengths=st.lists(st.integers(1, 5), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_each_passage_gets_its_own_tokens_whatever_is_asked_for(
    lengths: list[int], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    passages = [_unit(rng, length) for length in lengths]
    folder = tmp_path_factory.mktemp("tokens")
    with TokenWriter(folder) as writer:
        writer.add(pack(passage) for passage in passages)
    question = _unit(rng, 3)
    rows = list(rng.permutation(len(lengths)))
    expected = [float((question @ passages[row].T).max(axis=1).mean()) for row in rows]
    for index in (TokenIndex.open(folder), TokenIndex.of([pack(passage) for passage in passages])):
        assert len(index) == len(lengths)
        assert index.scores(question, rows) == pytest.approx(expected, abs=0.01)


def test_no_text_at_all_can_be_written_and_opened(tmp_path: Path) -> None:
    with TokenWriter(tmp_path, "none"):
        pass
    assert len(TokenIndex.open(tmp_path, "none")) == len(TokenIndex.of([])) == 0


def _unit(rng: np.random.Generator, length: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    made = rng.standard_normal((length, TOKEN_DIMENSION)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        pytest.param(lambda f: (f / "tokens.bin").unlink(), "missing or damaged", id="vectors missing"),
        pytest.param(lambda f: (f / "tokens.starts.npy").unlink(), "missing or damaged", id="places missing"),
        pytest.param(lambda f: (f / "tokens.starts.npy").write_bytes(b"x"), "missing or damaged", id="places damaged"),
        pytest.param(lambda f: (f / "tokens.bin").write_bytes(b"\0" * 128), "not the length", id="vectors cut short"),
        pytest.param(lambda f: (f / "tokens.bin").write_bytes(b""), "not the length", id="vectors empty"),
    ],
)
def test_what_is_damaged_is_named_with_the_remedy(damage: Callable[[Path], object], says: str, folder: Path) -> None:
    damage(folder)
    with pytest.raises(IndexBroken, match=says) as error:
        TokenIndex.open(folder)
    assert str(folder) in str(error.value)
    assert "Ingest again" in str(error.value)


def test_what_was_cut_short_cannot_be_opened(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Tokens]:
        yield pack(np.ones((1, TOKEN_DIMENSION), dtype=np.float32))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), TokenWriter(tmp_path) as writer:
        writer.add(interrupted())
    with pytest.raises(IndexBroken):
        TokenIndex.open(tmp_path)
