"""The embedded model, the cache of its vectors, its llama-index face, the bench's arithmetic."""

import asyncio
import copy
import hashlib
import logging
import pickle
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bench import embedding as bench_embedding
from ingest.embedding import (
    CACHE_FILE,
    DIMENSION,
    MODEL_FOLDER,
    MODEL_ID,
    MODEL_SHA256,
    PROJECTION_SHA256,
    SLICE,
    TOKENIZER_SHA256,
    Embedder,
    Progress,
    VectorCache,
    Vectors,
    embed_cached,
)
from ingest.errors import ModelUnavailable

ROOT = Path(__file__).parent.parent

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

    def embed_texts(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        if self.interrupt_after is not None and len(self.asked) >= self.interrupt_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        if on_progress:
            on_progress(len(texts))
        rows = [[text.count(letter) for letter in "abc"] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 3)


def letters_cache(folder: Path) -> VectorCache:
    return VectorCache(folder, model_id=CountingEmbedder.model_id, dimension=3)


# --- the model's files


@pytest.mark.parametrize(
    ("name", "sha256"),
    [("model.onnx", MODEL_SHA256), ("tokenizer.json", TOKENIZER_SHA256), ("token_projection.npy", PROJECTION_SHA256)],
)
def test_files_are_those_that_code_and_notice_name(name: str, sha256: str) -> None:
    found = hashlib.sha256((MODEL_FOLDER / name).read_bytes()).hexdigest()
    assert found == sha256
    assert f"{sha256}  {name}" in (MODEL_FOLDER / "NOTICE").read_text(encoding="utf-8")


def test_model_id_names_the_very_file() -> None:
    assert MODEL_ID.removeprefix("pacta-treaties/onnx-int8/") == MODEL_SHA256[:12]


def test_notice_names_the_weights_that_export_insists_on() -> None:
    notice = (MODEL_FOLDER / "NOTICE").read_text(encoding="utf-8")
    export = (MODEL_FOLDER / "export.py").read_text(encoding="utf-8")
    source = export.split('SOURCE_SHA256 = "')[1].split('"')[0]
    assert f"{source}  model.safetensors" in notice


def copy_without_model(folder: Path) -> None:
    (folder / "model.onnx").unlink()


def copy_with_half_a_model(folder: Path) -> None:
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def copy_with_one_bit_changed(folder: Path) -> None:
    content = bytearray((folder / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.onnx").write_bytes(content)


def copy_with_a_pointer_for_a_model(folder: Path) -> None:
    (folder / "model.onnx").write_text("version 1\noid sha256:0123\nsize 22809668\n")


def copy_without_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def copy_without_projection(folder: Path) -> None:
    (folder / "token_projection.npy").unlink()


def copy_with_another_tokenizer(folder: Path) -> None:
    path = folder / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace("256", "512"), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "file", "reason"),
    [
        pytest.param(copy_without_model, "model.onnx", "cannot be read", id="model-missing"),
        pytest.param(copy_with_half_a_model, "model.onnx", "damaged", id="download-cut-short"),
        # Would load and run, and place every text a little wrongly.
        pytest.param(copy_with_one_bit_changed, "model.onnx", "damaged", id="one-bit-changed"),
        pytest.param(copy_with_a_pointer_for_a_model, "model.onnx", "damaged", id="git-pointer"),
        pytest.param(copy_without_tokenizer, "tokenizer.json", "cannot be read", id="no-tokenizer"),
        # Would run as well, with other token numbers or another length.
        pytest.param(copy_with_another_tokenizer, "tokenizer.json", "damaged", id="tokenizer-edit"),
        pytest.param(copy_without_projection, "token_projection.npy", "cannot be read", id="no-projection"),
    ],
)
def test_missing_or_damaged_file_is_named_with_reason_and_remedy(
    tmp_path: Path, damage: Callable[[Path], None], file: str, reason: str
) -> None:
    for name in ("model.onnx", "tokenizer.json", "token_projection.npy"):
        shutil.copy(MODEL_FOLDER / name, tmp_path / name)
    damage(tmp_path)
    broken = Embedder(folder=tmp_path)  # making one reads nothing
    with pytest.raises(ModelUnavailable) as caught:
        broken.embed_query("peace")
    message = str(caught.value)
    assert str(tmp_path / file) in message
    assert reason in message
    assert "Restore" in message
    assert "export.py" in message


def test_error_of_the_runtime_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no such instruction")

    monkeypatch.setattr("onnxruntime.InferenceSession", refuse)
    with pytest.raises(ModelUnavailable, match=r"could not be started \(no such instruction\)"):
        Embedder().embed_texts(["peace"])


def test_importing_the_module_imports_nothing_heavy() -> None:
    code = (
        "import sys, ingest.embedding; ingest.embedding.Embedder();"
        "heavy = {'onnxruntime', 'tokenizers', 'llama_index', 'torch'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_and_embedding_print_nothing() -> None:
    code = "from ingest.embedding import Embedder; Embedder().embed_query('peace')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


# --- vectors


def test_no_texts_give_an_empty_array_without_loading_the_model(tmp_path: Path) -> None:
    vectors = Embedder(folder=tmp_path / "nothing here").embed_texts([])
    assert vectors.shape == (0, DIMENSION)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize(
    ("first", "second", "trained"),
    [
        # The figures are those of the fp32 weights as they were trained; int8 may differ in the second place.
        pytest.param(
            "A Party may withdraw from this Convention by giving one year's notice.",
            "How can a country leave the agreement?",
            0.590,
            id="lay-words-for-the-same-matter",
        ),
        pytest.param(
            "A Party may withdraw from this Convention by giving one year's notice.",
            "The harbour master keeps a register of lighthouses.",
            0.002,
            id="another-matter",
        ),
        pytest.param(
            "Each State shall protect migratory birds and their nests.",
            "Are storks safe from hunters?",
            0.367,
            id="a-kind-for-its-genus",
        ),
        pytest.param(
            "Each State shall protect migratory birds and their nests.",
            "each state SHALL protect migratory birds and their nests",
            0.993,
            id="letter-case-does-not-count",
        ),
        pytest.param("The Secretariat prepares the budget.", "", -0.002, id="the-empty-text"),
    ],
)
def test_similarity_is_that_of_the_trained_weights(embedder: Embedder, first: str, second: str, trained: float) -> None:
    one, other = embedder.embed_texts([first, second])
    assert float(one @ other) == pytest.approx(trained, abs=0.03)


@given(texts=st.lists(any_text, min_size=1, max_size=6))
@settings(max_examples=60)
def test_any_text_has_a_unit_vector_in_its_place_that_ignores_its_neighbours(
    embedder: Embedder, texts: list[str]
) -> None:
    together = embedder.embed_texts(texts)
    alone = np.stack([embedder.embed_query(text) for text in texts])
    assert together.shape == (len(texts), DIMENSION)
    assert together.dtype == np.float32
    assert np.array_equal(together, alone)  # to the last bit
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t", id="blank"),
        pytest.param("\x00", id="lone-NUL"),
        pytest.param("peace\x00and\x00security", id="NULs-between-words"),
        pytest.param("\ud800", id="half-a-surrogate-pair-from-a-broken-PDF"),
        pytest.param("x" * 50_000, id="one-endless-word"),
        pytest.param("the Parties " * 20_000, id="far-longer-than-the-model-reads"),
        pytest.param("条约必须遵守 العقد شريعة المتعاقدين", id="other-scripts"),
        pytest.param("[MASK] [PAD] [SEP]", id="the-model's-own-marks"),
    ],
)
def test_odd_text_has_a_unit_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed_query(text)
    assert vector.shape == (DIMENSION,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)


def test_many_texts_in_any_order_and_thread_count_give_the_same_vectors() -> None:
    texts = [f"Article {n}. " + "The Parties shall meet. " * (n % 40) for n in range(60)]
    order = list(range(60))
    random.Random(3).shuffle(order)
    one_worker = Embedder(workers=1).embed_texts(texts)
    many_workers = Embedder(workers=5).embed_texts([texts[n] for n in order])
    assert np.array_equal(one_worker[order], many_workers)


def test_text_beyond_256_tokens_has_no_influence(embedder: Embedder) -> None:
    # "fish" is one token; two more are the marks at both ends.
    full, longer = embedder.embed_texts(["fish " * 254, "fish " * 254 + "whales and seals"])
    shorter, _ = embedder.embed_texts(["fish " * 253, ""])
    assert np.array_equal(full, longer)
    assert not np.array_equal(full, shorter)


def test_progress_counts_up_to_the_number_of_texts(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.embed_texts(["a", "b", "c"], on_progress=told.append)
    assert told == [1, 2, 3]


def test_interruption_does_not_run_the_texts_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []
    embedder = Embedder(workers=1)
    texts = [f"Article {number}" for number in range(2000)]

    def embed_slowly(text: str) -> Vectors:
        embedded.append(text)
        time.sleep(0.001)
        return np.zeros(DIMENSION, dtype=np.float32)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(embedder._load(), "embed", embed_slowly)
    with pytest.raises(KeyboardInterrupt):
        embedder.embed_texts(texts, on_progress=interrupt)
    assert len(embedded) < len(texts)


def test_threads_share_one_embedder_and_load_the_model_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import onnxruntime

    made: list[object] = []
    real = onnxruntime.InferenceSession

    def counting(*arguments: object, **options: object) -> object:
        made.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(onnxruntime, "InferenceSession", counting)
    embedder = Embedder()
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(embedder.embed_query, ["peace"] * 16))
    assert len(made) == 1
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


@pytest.mark.parametrize("travel", [copy.deepcopy, lambda embedder: pickle.loads(pickle.dumps(embedder))])
def test_embedder_travels_to_other_processes(embedder: Embedder, travel: Callable[[Embedder], Embedder]) -> None:
    embedder.embed_query("loaded")
    arrived = travel(embedder)
    assert (arrived.folder, arrived.workers) == (embedder.folder, embedder.workers)
    assert np.array_equal(arrived.embed_query("peace"), embedder.embed_query("peace"))


# --- the cache


@given(texts=st.lists(any_text, unique=True, max_size=8), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_cache_gives_back_what_it_was_given(texts: list[str], seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(len(texts), 3)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        with letters_cache(Path(folder)) as cache:
            cache.put_many(texts, vectors)
        with letters_cache(Path(folder)) as cache:
            held = cache.get_many([*texts, "not " + "".join(texts)])
    assert sorted(held) == list(range(len(texts)))
    assert all(np.array_equal(held[position], vectors[position]) for position in held)


def test_other_models_vectors_are_not_found(tmp_path: Path) -> None:
    with letters_cache(tmp_path) as cache:
        cache.put_many(["abc"], np.ones((1, 3), dtype=np.float32))
    with VectorCache(tmp_path, model_id="letters/2", dimension=3) as other:
        assert other.get_many(["abc"]) == {}
        other.put_many(["abc"], np.zeros((1, 3), dtype=np.float32))
    with letters_cache(tmp_path) as cache:  # and both may lie in one file
        assert cache.get_many(["abc"])[0].tolist() == [1, 1, 1]


def test_default_cache_is_that_of_the_embedded_model(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "embeddings") as cache:
        assert (cache.model_id, cache.dimension) == (MODEL_ID, DIMENSION)
        assert cache.path == tmp_path / "embeddings" / "vectors.sqlite3"


def test_embedding_with_another_models_cache_is_refused(tmp_path: Path) -> None:
    with VectorCache(tmp_path) as cache, pytest.raises(ValueError, match="letters/1"):
        embed_cached(CountingEmbedder(), cache, ["abc"])


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0" * 8, id="too-short"),
        pytest.param(b"\0" * 16, id="too-long"),
        pytest.param(np.array([1, np.nan, 0], dtype="<f4").tobytes(), id="not-a-number"),
        pytest.param(np.array([1, np.inf, 0], dtype="<f4").tobytes(), id="infinite"),
        pytest.param("a text", id="not-bytes"),
        pytest.param(None, id="nothing"),
    ],
)
def test_value_that_is_no_vector_is_ignored_and_replaced(tmp_path: Path, value: bytes | str | None) -> None:
    with letters_cache(tmp_path) as cache:
        cache.put_many(["abc"], np.ones((1, 3), dtype=np.float32))
    connection = sqlite3.connect(tmp_path / CACHE_FILE)
    with connection:
        connection.execute("UPDATE vectors SET vector = ?", (value,))
    connection.close()
    with letters_cache(tmp_path) as cache:
        assert cache.get_many(["abc"]) == {}
        assert embed_cached(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
        assert cache.get_many(["abc"])[0].tolist() == [1, 1, 1]


def test_only_new_texts_are_embedded(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    told: list[int] = []
    with letters_cache(tmp_path) as cache:
        embed_cached(embedder, cache, ["a", "bb"])
        vectors = embed_cached(embedder, cache, ["ccc", "a", "", "bb"], told.append)
    assert embedder.asked == ["a", "bb", "ccc", ""]
    assert vectors.tolist() == [[0, 0, 3], [1, 0, 0], [0, 0, 0], [0, 2, 0]]
    assert told == [2, 4]  # first what was held, then what was made


def test_no_texts_and_all_texts_held_embed_nothing(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    with letters_cache(tmp_path) as cache:
        assert embed_cached(embedder, cache, []).shape == (0, 3)
        embed_cached(embedder, cache, ["a"])
        embed_cached(embedder, cache, ["a"])
    assert embedder.asked == ["a"]


def test_interruption_keeps_every_finished_slice(tmp_path: Path) -> None:
    texts = ["a" * n for n in range(2 * SLICE + 10)]
    interrupted = CountingEmbedder(interrupt_after=2 * SLICE)
    with letters_cache(tmp_path) as cache, pytest.raises(KeyboardInterrupt):
        embed_cached(interrupted, cache, texts)
    again = CountingEmbedder()
    told: list[int] = []
    with letters_cache(tmp_path) as cache:
        vectors = embed_cached(again, cache, texts, told.append)
    assert again.asked == texts[2 * SLICE :]
    assert vectors[:, 0].tolist() == list(range(len(texts)))
    assert told == [2 * SLICE, len(texts)]


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
    expected = CountingEmbedder().embed_texts(TEXTS)
    with letters_cache(tmp_path) as cache:
        embed_cached(CountingEmbedder(), cache, TEXTS)
    damage(tmp_path / CACHE_FILE)
    damaged_bytes = (tmp_path / CACHE_FILE).read_bytes()

    with caplog.at_level(logging.WARNING), letters_cache(tmp_path) as cache:
        assert np.array_equal(embed_cached(CountingEmbedder(), cache, TEXTS), expected)
    assert (tmp_path / f"{CACHE_FILE}.damaged").read_bytes() == damaged_bytes
    [record] = caplog.records
    assert "damaged" in record.getMessage()
    assert str(tmp_path / CACHE_FILE) in record.getMessage()

    caplog.clear()
    again = CountingEmbedder()
    with letters_cache(tmp_path) as cache:  # the run after that is an ordinary one
        assert np.array_equal(embed_cached(again, cache, TEXTS), expected)
        assert np.array_equal(embed_cached(again, cache, TEXTS), expected)
    assert len(again.asked) <= len(TEXTS)
    assert not caplog.records


def test_unusable_folder_means_working_without_a_cache(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "embeddings").write_text("a file where the folder should be")
    with letters_cache(tmp_path / "embeddings") as cache:
        assert embed_cached(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
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
        assert embed_cached(CountingEmbedder(), cache, ["abc"]).tolist() == [[1, 1, 1]]
        other.close()
    [record] = caplog.records
    assert "locked" in record.getMessage()
    assert [path.name for path in tmp_path.iterdir()] == [CACHE_FILE]


def test_cached_vectors_are_those_of_the_model(tmp_path: Path, embedder: Embedder) -> None:
    texts = ["Treaties must be kept.", "", "Treaties must be kept."]
    with VectorCache(tmp_path) as cache:
        fresh = embed_cached(embedder, cache, texts)
        held = embed_cached(embedder, cache, texts)
    assert np.array_equal(fresh, embedder.embed_texts(texts))
    assert np.array_equal(fresh, held)


# --- llama-index


def test_llama_index_embedding_gives_the_same_vectors_and_stays_off_the_network(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something reached for the network")

    from llama_index.core.schema import TextNode

    from ingest.llamaindex import PactaEmbedding

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    texts = ["Treaties must be kept.", "Storks are protected.", ""]
    expected = embedder.embed_texts(texts).tolist()
    model = PactaEmbedding()

    assert model.model_name == MODEL_ID
    assert [model.get_text_embedding(text) for text in texts] == expected
    assert model.get_text_embedding_batch(texts) == expected
    assert model.get_query_embedding(texts[0]) == expected[0]
    assert asyncio.run(model.aget_query_embedding(texts[0])) == expected[0]
    assert asyncio.run(model.aget_text_embedding(texts[1])) == expected[1]
    assert asyncio.run(model.aget_text_embedding_batch(texts)) == expected
    nodes = model([TextNode(text=texts[0])])  # as a step of an ingestion pipeline
    assert nodes[0].embedding == expected[0]
    assert pickle.loads(pickle.dumps(model)).get_query_embedding(texts[0]) == expected[0]


# --- the bench


def test_hit_rates_count_the_candidates_that_are_nearer() -> None:
    candidates = np.eye(4, dtype=np.float32)
    questions = np.array(
        [
            [1.0, 0.9, 0.8, 0.7],  # its answer is candidate 0: first
            [1.0, 0.9, 0.8, 0.7],  # its answer is candidate 3: fourth
        ],
        dtype=np.float32,
    )
    rates = bench_embedding.hit_rates(questions, candidates, [0, 3])
    assert rates == {1: 0.5, 5: 1.0, 10: 1.0}


@pytest.mark.parametrize(
    ("article", "text"),
    [
        pytest.param(
            {"treaty": "Bird Treaty", "article": "4", "heading": "Nests", "text": "Keep away."},
            "Bird Treaty > Article 4 Nests > Keep away.",
            id="with-heading",
        ),
        pytest.param(
            {"treaty": "Bird Treaty", "article": "4", "heading": None, "text": "Keep away."},
            "Bird Treaty > Article 4 > Keep away.",
            id="without-heading",
        ),
    ],
)
def test_candidates_are_embedded_with_their_place(article: dict[str, str], text: str) -> None:
    assert bench_embedding.name_and_text(article) == text


@pytest.mark.parametrize(
    ("python", "reason"),
    [
        pytest.param("no/such/python", "cannot be started", id="no-interpreter"),
        pytest.param(sys.executable, "sentence_transformers", id="interpreter-without-packages"),
    ],
)
def test_bench_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], python: str, reason: str
) -> None:
    if python == sys.executable:
        # Shadows the package even where somebody has installed it.
        python = str(tmp_path / "python")
        Path(python).write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
        Path(python).chmod(0o755)
    article = '{"uid": "1", "treaty": "T", "article": "1", "heading": null, "text": "Peace."}\n'
    (tmp_path / "articles.jsonl").write_text(article)
    (tmp_path / "dev.jsonl").write_text('{"uid": "1", "question": "Peace?"}\n')
    status = bench_embedding.main(
        ["--bench", str(tmp_path / "articles.jsonl"), "--questions", str(tmp_path),
         "--reference-python", python]
    )  # fmt: skip
    assert status == 3
    message = capsys.readouterr().err
    assert reason in message
    assert "--reference-python" in message
