"""The cache of vectors: what it gives back, what it survives, and that only the new is embedded."""

import logging
import random
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.embedding import DIMENSION, MODEL_ID, TOKEN_DIMENSION, Embedder, Encoded, Progress, Vectors
from ingest.tokens import Tokens, pack
from ingest.vector_cache import CACHE_FILE, SLICE, Held, TextEncoder, VectorCache, encode_cached

ONES = Held(np.ones(3, dtype=np.float32), np.ones((1, TOKEN_DIMENSION), dtype=np.int8))

# Every string Python can hold, lone surrogates and NULs included.
any_text = st.text(st.characters())


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(workers=2)


class CountingEmbedder:
    """A readable fake: a vector holds how often each of three letters occurs in the text."""

    model_id = "letters/1"
    dimension = 3

    def __init__(self, *, interrupt_after: int | None = None) -> None:
        self.asked: list[str] = []
        self.interrupt_after = interrupt_after

    def encode_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> list[Encoded]:
        if self.interrupt_after is not None and len(self.asked) >= self.interrupt_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        if on_progress:
            on_progress(len(texts))
        return [Encoded(np.array([t.count(letter) for letter in "abc"], np.float32), tokens_of(t)) for t in texts]


def tokens_of(text: str) -> Vectors:
    """A token for each letter, and one more; its first number tells which."""
    tokens = np.zeros((len(text) + 1, TOKEN_DIMENSION), dtype=np.float32)
    tokens[:, 0] = [ord(letter) / 127 for letter in "." + text]
    return tokens


def embed(embedder: TextEncoder, cache: VectorCache, texts: list[str], told: list[int] | None = None) -> Vectors:
    """The vectors alone."""
    return encode_cached(embedder, cache, texts, lambda tokens: None, None if told is None else told.append)[0]


def letters_cache(folder: Path) -> VectorCache:
    return VectorCache(folder, model_id=CountingEmbedder.model_id, dimension=3)


@given(texts=st.lists(any_text, unique=True, max_size=8), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_cache_gives_back_what_it_was_given(texts: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    given_ = [
        Held(rng.normal(size=3).astype(np.float32), rng.integers(-127, 128, (n % 3 + 1, TOKEN_DIMENSION), np.int8))
        for n in range(len(texts))
    ]
    with tempfile.TemporaryDirectory() as folder:
        with letters_cache(Path(folder)) as cache:
            cache.put_many(texts, given_)
        with letters_cache(Path(folder)) as cache:
            held = cache.get_many([*texts, "not " + "".join(texts)])
    assert sorted(held) == list(range(len(texts)))
    for position, (vector, tokens) in held.items():
        assert np.array_equal(vector, given_[position].vector)
        assert np.array_equal(tokens, given_[position].tokens)


def test_other_models_vectors_are_not_found(tmp_path: Path) -> None:
    with letters_cache(tmp_path) as cache:
        cache.put_many(["abc"], [ONES])
    with VectorCache(tmp_path, model_id="letters/2", dimension=3) as other:
        assert other.get_many(["abc"]) == {}
        other.put_many(["abc"], [Held(np.zeros(3, dtype=np.float32), ONES.tokens)])
    with letters_cache(tmp_path) as cache:  # and both may lie in one file
        assert cache.get_many(["abc"])[0].vector.tolist() == [1, 1, 1]


def test_default_cache_is_that_of_the_embedded_model(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "embeddings") as cache:
        assert (cache.model_id, cache.dimension) == (MODEL_ID, DIMENSION)
        assert cache.path == tmp_path / "embeddings" / "vectors.sqlite3"


def test_embedding_with_another_models_cache_is_refused(tmp_path: Path) -> None:
    with VectorCache(tmp_path) as cache, pytest.raises(ValueError, match="letters/1"):
        embed(CountingEmbedder(), cache, ["abc"])


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0" * 8, id="too-short"),
        pytest.param(b"\0" * 12, id="without-tokens"),
        pytest.param(b"\0" * 16, id="too-long"),
        pytest.param(b"\0" * (12 + 200), id="half-a-token"),
        pytest.param(np.array([1, np.nan, 0], dtype="<f4").tobytes() + b"\0" * 128, id="not-a-number"),
        pytest.param(np.array([1, np.inf, 0], dtype="<f4").tobytes() + b"\0" * 128, id="infinite"),
        pytest.param("a text", id="not-bytes"),
        pytest.param(None, id="nothing"),
    ],
)
def test_value_that_is_no_vector_is_ignored_and_replaced(tmp_path: Path, value: bytes | str | None) -> None:
    with letters_cache(tmp_path) as cache:
        cache.put_many(["abc"], [ONES])
    connection = sqlite3.connect(tmp_path / CACHE_FILE)
    with connection:
        connection.execute("UPDATE vectors SET vector = ?", (value,))
    connection.close()
    with letters_cache(tmp_path) as cache:
        assert cache.get_many(["abc"]) == {}
        assert embed(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
        assert cache.get_many(["abc"])[0].vector.tolist() == [1, 1, 1]


def test_only_new_texts_are_embedded(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    told: list[int] = []
    with letters_cache(tmp_path) as cache:
        embed(embedder, cache, ["a", "bb"])
        vectors = embed(embedder, cache, ["ccc", "a", "", "bb"], told)
    assert embedder.asked == ["a", "bb", "ccc", ""]
    assert vectors.tolist() == [[0, 0, 3], [1, 0, 0], [0, 0, 0], [0, 2, 0]]
    assert told == [2, 4]  # first what was held, then what was made


def test_no_texts_and_all_texts_held_embed_nothing(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    with letters_cache(tmp_path) as cache:
        assert embed(embedder, cache, []).shape == (0, 3)
        embed(embedder, cache, ["a"])
        embed(embedder, cache, ["a"])
    assert embedder.asked == ["a"]


def test_interruption_keeps_every_finished_slice(tmp_path: Path) -> None:
    texts = ["a" * n for n in range(2 * SLICE + 10)]
    interrupted = CountingEmbedder(interrupt_after=2 * SLICE)
    with letters_cache(tmp_path) as cache, pytest.raises(KeyboardInterrupt):
        embed(interrupted, cache, texts)
    again = CountingEmbedder()
    told: list[int] = []
    with letters_cache(tmp_path) as cache:
        vectors = embed(again, cache, texts, told)
    assert again.asked == texts[2 * SLICE :]
    assert vectors[:, 0].tolist() == list(range(len(texts)))
    assert told == [SLICE, 2 * SLICE, len(texts)]


TEXTS = ["a" * n + "b" * (n % 7) for n in range(600)]


def overwrite_with_noise(path: Path) -> None:
    path.write_bytes(random.Random(5).randbytes(5000))


def overwrite_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    third = len(content) // 3 // 4096 * 4096
    content[third : 2 * third] = random.Random(5).randbytes(third)
    path.write_bytes(content)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def replace_by_another_table(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE vectors (text, embedding)")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(overwrite_with_noise, id="not-a-database"),
        pytest.param(overwrite_the_middle, id="opens-but-fails-while-reading"),
        pytest.param(cut_in_half, id="cut-short"),
        pytest.param(replace_by_another_table, id="a-table-of-another-shape"),
    ],
)
def test_damaged_cache_is_set_aside_with_a_warning_and_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    expected = embed(CountingEmbedder(), VectorCache(tmp_path / "other", model_id="letters/1", dimension=3), TEXTS)
    with letters_cache(tmp_path) as cache:
        embed(CountingEmbedder(), cache, TEXTS)
    damage(tmp_path / CACHE_FILE)
    damaged_bytes = (tmp_path / CACHE_FILE).read_bytes()

    with caplog.at_level(logging.WARNING), letters_cache(tmp_path) as cache:
        assert np.array_equal(embed(CountingEmbedder(), cache, TEXTS), expected)
    assert (tmp_path / f"{CACHE_FILE}.damaged").read_bytes() == damaged_bytes
    [record] = caplog.records
    assert "damaged" in record.getMessage()
    assert str(tmp_path / CACHE_FILE) in record.getMessage()

    caplog.clear()
    again = CountingEmbedder()
    with letters_cache(tmp_path) as cache:  # the run after that is an ordinary one
        assert np.array_equal(embed(again, cache, TEXTS), expected)
        assert np.array_equal(embed(again, cache, TEXTS), expected)
    assert len(again.asked) <= len(TEXTS)
    assert not caplog.records


def test_unusable_folder_means_working_without_a_cache(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "embeddings").write_text("a file where the folder should be")
    with letters_cache(tmp_path / "embeddings") as cache:
        assert embed(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
    [record] = caplog.records
    assert "without this cache" in record.getMessage()


def test_locked_file_is_waited_for_then_done_without_but_never_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with letters_cache(tmp_path) as cache:
        assert cache._connection is not None
        cache._connection.execute("PRAGMA busy_timeout = 1")  # not the 30 s of real life
        other = sqlite3.connect(tmp_path / CACHE_FILE)
        other.execute("BEGIN EXCLUSIVE")
        assert embed(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
        other.close()
    [record] = caplog.records
    assert "locked" in record.getMessage()
    assert [path.name for path in tmp_path.iterdir()] == [CACHE_FILE]


def test_cached_vectors_are_those_of_the_model(tmp_path: Path, embedder: Embedder) -> None:
    texts = ["Treaties must be kept.", "", "Treaties must be kept."]
    with VectorCache(tmp_path) as cache:
        fresh = embed(embedder, cache, texts)
        held = embed(embedder, cache, texts)
    assert np.array_equal(fresh, embedder.embed_texts(texts))
    assert np.array_equal(fresh, held)


# --- with tokens


def test_tokens_are_handed_on_in_order_and_embedded_once(tmp_path: Path) -> None:
    texts = ["a" * (n % 5) + "b" for n in range(SLICE)] + ["c", "a" * 9]
    embedder, kept, told = CountingEmbedder(), list[Tokens](), list[int]()
    with letters_cache(tmp_path) as cache:
        vectors, embedded = encode_cached(embedder, cache, texts, kept.extend, told.append)
        again, embedded_again = encode_cached(embedder, cache, texts, kept.extend)
    assert [len(tokens) for tokens in kept] == 2 * [len(text) + 1 for text in texts]
    assert kept[1].tolist() == pack(tokens_of(texts[1])).tolist()
    assert vectors.tolist() == again.tolist() == embed(CountingEmbedder(), cache, texts).tolist()
    assert (embedded, embedded_again) == (len(texts), 0)
    assert told == [SLICE, len(texts)]


def test_no_texts_hand_nothing_on(tmp_path: Path) -> None:
    kept: list[Tokens] = []
    with letters_cache(tmp_path) as cache:
        vectors, embedded = encode_cached(CountingEmbedder(), cache, [], kept.extend)
    assert (vectors.shape, embedded, kept) == ((0, 3), 0, [])


def test_an_interruption_keeps_finished_slices_with_their_tokens(tmp_path: Path) -> None:
    texts = ["a" * n for n in range(SLICE + 10)]
    kept: list[Tokens] = []
    with letters_cache(tmp_path) as cache, pytest.raises(KeyboardInterrupt):
        encode_cached(CountingEmbedder(interrupt_after=SLICE), cache, texts, kept.extend)
    assert len(kept) == SLICE
    again = CountingEmbedder()
    with letters_cache(tmp_path) as cache:
        encode_cached(again, cache, texts, kept.extend)
    assert again.asked == texts[SLICE:]


def test_without_a_cache_tokens_come_all_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    kept: list[Tokens] = []
    with letters_cache(tmp_path / "file") as cache:
        assert encode_cached(CountingEmbedder(), cache, ["ab", "c"], kept.extend)[1] == 2
    assert [len(tokens) for tokens in kept] == [3, 2]
    assert "without this cache" in caplog.text
