"""The embedded model, its llama-index face, the bench's arithmetic."""

import asyncio
import copy
import hashlib
import pickle
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bench import embedding as bench_embedding
from ingest.embedding import (
    DIMENSION,
    MODEL_FOLDER,
    MODEL_ID,
    MODEL_SHA256,
    PROJECTION_SHA256,
    TOKENIZER_SHA256,
    Embedder,
    Vectors,
)
from ingest.errors import ModelUnavailable

ROOT = Path(__file__).parent.parent

# Every string Python can hold, lone surrogates and NULs included.
any_text = st.text(st.characters())


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(workers=2)


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


def test_a_query_that_is_remembered_runs_once_and_cannot_be_spoilt(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering = Embedder(kept=2)
    network = remembering._load()
    run: list[str] = []
    real = network._ids
    monkeypatch.setattr(network, "_ids", lambda text: run.append(text) or real(text))
    asked = [remembering.encode_query("peace"), remembering.encode_query("peace")]
    assert np.array_equal(remembering.embed_query("peace"), asked[0].vector)
    assert run == ["peace"]
    for array in asked[0]:
        with pytest.raises(ValueError, match="read-only"):
            array += 1
    for text in ("war", "truce", "peace"):
        remembering.embed_query(text)
    assert run == ["peace", "war", "truce", "peace"], "only the last ones are remembered"


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
