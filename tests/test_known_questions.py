"""Questions known to ask for an article: whose they are, when they are left out, and that they only help to find."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import pacta
from eval.claim_cases import holds_claims
from ingest import known_questions
from ingest.build import ingest, verify
from ingest.catalogue import load_catalogue
from ingest.embedding import TOKEN_DIMENSION, Embedder
from ingest.errors import IndexBroken, ManifestError
from ingest.index import open_index
from ingest.known_questions import (
    FAR,
    FEW,
    KnownQuestion,
    QuestionIndex,
    fitting,
    load_known_questions,
    questions_on,
    read_known_questions,
)
from ingest.manifest import find_entries
from ingest.models import ParsedTreaty
from ingest.passages import cut_passages
from ingest.settings import Settings
from ingest.tokens import TokenIndex, pack
from service.retrieval import Fusion, rank_articles
from tests.conftest import WordEmbedder
from tests.ingest_fakes import parse_text, treaty_text

ROOT = Path(__file__).parent.parent
SALT = "Article 1\n\nThe carriage of salt over the pass is free of every toll."
BEARS = "Article 2\n\nNo Party shall permit the hunting of brown bears in the border forest between March and June."


def asks(line: str, tmp_path: Path) -> Path:
    path = tmp_path / "asked.tsv"
    path.write_text(line, "utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes questions of one's own and has Pacta read them."""

    def write(lines: str) -> Path:
        path = asks(lines, tmp_path)
        monkeypatch.setenv("PACTA_QUESTIONS", str(path))
        return path

    return write


# --- those that come with Pacta


def test_they_are_on_treaties_of_the_catalogue() -> None:
    assert set(load_known_questions()) <= {entry.id for entry in load_catalogue().entries}


def test_no_question_of_the_gold_sets_is_among_them() -> None:
    known = {q.text.casefold() for questions in load_known_questions().values() for q in questions}
    for path in (path for path in (ROOT / "eval" / "gold").glob("*.jsonl") if not holds_claims(path)):
        for case in map(json.loads, path.read_text("utf-8").splitlines()):
            asked = case["question"] if isinstance(case["question"], list) else [case["question"]]
            assert [text for text in asked if text.casefold() in known] == []


# --- whose they are


def charter(*articles: str, treaty_id: str, title: str) -> ParsedTreaty:
    return parse_text(treaty_text(*articles, title=title.upper()), treaty_id, title)


RECOGNISED = [
    pytest.param("un-charter", "Charter of the United Nations", True, id="by its id and title"),
    pytest.param("file-7", "Charter of the United Nations", True, id="by its title under another id"),
    pytest.param("un-charter", "Treaty on the Salt Road", False, id="an id alone may be anybody's"),
    pytest.param("salt", "Treaty on the Salt Road", False, id="not in the catalogue"),
]


@pytest.mark.parametrize(("treaty_id", "title", "has_them"), RECOGNISED)
def test_a_treaty_has_them_where_the_catalogue_recognises_it(treaty_id: str, title: str, has_them: bool) -> None:
    found = questions_on([charter(SALT, treaty_id=treaty_id, title=title)])
    assert bool(found) == has_them
    assert {(q.treaty_id, q.eid) for q in found} <= {(treaty_id, "art_1")}, "only of articles that it has"


def test_ones_own_are_added_for_the_id_held(own: Callable[[str], Path]) -> None:
    own("salt/art_1\tlay\tDo I pay at the pass?\nsalt/art_9\tlay\tIs there a ninth?\npepper/art_1\tlay\tHow much?\n")
    found = questions_on([charter(SALT, treaty_id="salt", title="Treaty on the Salt Road")])
    assert found == [KnownQuestion("salt", "art_1", "lay", "Do I pay at the pass?")]


BROKEN = [
    pytest.param("salt/art_1 lay Do I pay?", id="blanks in the place of tabs"),
    pytest.param("salt/art_1\tlay", id="no question"),
    pytest.param("salt/art_1\tlay\t ", id="an empty question"),
    pytest.param("salt\tlay\tDo I pay?", id="no article"),
    pytest.param("salt/art_1\tloud\tDo I pay?", id="an unknown style"),
]


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_is_none_is_named(line: str, tmp_path: Path) -> None:
    path = asks(f"salt/art_1\tlay\tDo I pay?\n{line}\n", tmp_path)
    with pytest.raises(ManifestError, match=rf"{path.name}: line 2 is not a question"):
        read_known_questions(path)


def test_what_is_wrong_is_said_before_any_work(
    own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own("salt\n")
    assert pacta.main(["ingest", str(write_treaty("salt.txt", "Salt is free."))]) != 0
    assert f"{path}: line 1 is not a question" in capsys.readouterr().err
    assert not (home / "CURRENT").exists()


# --- whether they fit


def test_those_of_another_article_are_left_out() -> None:
    treaty = charter(SALT, BEARS, treaty_id="salt", title="Treaty on the Salt Road")
    passages = cut_passages(treaty)
    questions = [
        KnownQuestion("salt", "art_1", "lay", "Do salt traders pay a toll on the pass?"),
        KnownQuestion("salt", "art_2", "lay", "Who appoints the judges of the court and how are they paid?"),
        KnownQuestion("salt", "art_1", "lay", "is salt free to carry over the mountains"),
    ]
    embedder = Embedder()
    vectors = embedder.embed_texts([q.text for q in questions])
    matrix = embedder.embed_texts([passage.embedding_text for passage in passages])
    assert fitting(questions, vectors, passages, matrix) == [0, 2]


# --- in an index


QUESTION = "Lumi the dentist wants a fluffy rug from the woods at Easter, allowed?"


def test_an_article_is_found_by_a_question_kept_for_it(
    own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path
) -> None:
    own(f"salt/art_3\tlay\t{QUESTION}\nsalt/art_3\tlay\tMay I hunt brown bears in the forest in April?\n")
    articles = [SALT.partition("\n\n")[2], "Rugs are sold at the market.", BEARS.partition("\n\n")[2]]
    ingest(find_entries([write_treaty("salt.txt", *articles)]), Settings(home=home))
    asked = "lumi's a dentist, wants a fluffy woodland rug for easter"
    vector = Embedder().embed_query(asked)
    index = open_index(home)
    without, found = (
        [r.eid for r in rank_articles(asked, vector, index, fusion=fusion)]
        for fusion in (Fusion(known=0.0, known_few=0.0), Fusion())
    )
    index.close()
    assert without[0] != "art_3"
    assert found[0] == "art_3"


def test_a_treaty_nothing_is_known_of_loses_nothing_by_it(
    own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path
) -> None:
    own("pepper/art_1\tlay\tmay i sell pepper by the sack at the gate\npepper/art_1\tlay\tpepper sacks, sold where\n")
    documents = [
        write_treaty("salt.txt", "Salt may be sold by the sack at the gate of the town."),
        write_treaty("pepper.txt", "Pepper may be sold in the market hall only."),
    ]
    ingest(find_entries(documents), Settings(home=home))
    asked = "may i sell salt by the sack at the gate"
    index = open_index(home)
    ranked = rank_articles(asked, Embedder().embed_query(asked), index)
    index.close()
    assert index.questions.treaties == {"pepper"}
    assert [found.treaty_id for found in ranked[:2]] == ["salt", "pepper"]


def test_ingesting_again_embeds_nothing_and_new_questions_build_anew(
    own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path, quick_build: WordEmbedder
) -> None:
    entries = find_entries([write_treaty("salt.txt", "Salt is free of toll.")])
    own("salt/art_1\tlay\tis salt free\n")
    first = ingest(entries, Settings(home=home))
    assert (first.passages, first.embedded, first.questions) == (1, 1, 1)
    assert quick_build.asked.count("is salt free") == 1
    again = ingest(entries, Settings(home=home))
    assert (again.unchanged, again.questions) == (True, 1)
    own("salt/art_1\tlay\tis salt free\nsalt/art_1\tlay\tsalt toll\n")
    from ingest import known_questions

    known_questions._load.cache_clear()
    again = ingest(entries, Settings(home=home))
    assert again.generation != first.generation
    assert quick_build.asked.count("is salt free") == 1, "vectors are kept"
    index = open_index(home)
    assert len(index.questions) == index.manifest.questions == 2
    index.close()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("questions.json", "known questions .* damaged"),
        ("questions.npy", "known questions .* damaged"),
        ("question_tokens.bin", "words are missing or damaged|not the length"),
        ("question_tokens.starts.npy", "words are missing or damaged"),
    ],
)
@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_damage_is_told(
    name: str, says: str, damage: str, own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path,
    quick_build: WordEmbedder,
) -> None:  # fmt: skip
    own("salt/art_1\tlay\tis salt free\n")
    ingest(find_entries([write_treaty("salt.txt", "Salt is free of toll.")]), Settings(home=home))
    path = next(home.glob(f"generations/*/{name}"))
    path.unlink() if damage == "missing" else path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(IndexBroken, match=rf"({says}).* Ingest again"):
        open_index(home)


def test_verifying_counts_them(
    own: Callable[[str], Path], write_treaty: Callable[..., Path], home: Path, quick_build: WordEmbedder
) -> None:
    own("salt/art_1\tlay\tis salt free\nsalt/art_1\tlay\tsalt toll\n")
    ingest(find_entries([write_treaty("salt.txt", "Salt is free of toll.")]), Settings(home=home))
    folder = next(path for path in home.glob("generations/*") if path.is_dir())
    (folder / "questions.json").write_text('[["salt", "art_1"]]', "utf-8")
    np.save(folder / "questions.npy", np.load(folder / "questions.npy")[:1])
    first = TokenIndex.open(folder, "question_tokens")._starts[:2]
    np.save(folder / "question_tokens.starts.npy", first)
    tokens = folder / "question_tokens.bin"
    tokens.write_bytes(tokens.read_bytes()[: first[-1] * TOKEN_DIMENSION])
    with pytest.raises(IndexBroken, match="lacks some of its known questions"):
        verify(folder)


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def test_articles_are_close_by_their_nearest_questions() -> None:
    articles = [("a", "art_1"), ("a", "art_1"), ("a", "art_2"), ("b", "art_1")]
    index = QuestionIndex(articles, np.stack([unit(1, 0), unit(1, 1), unit(0, 1), unit(1, 0.1)]))
    first, tenth, half = 1.0, 1 / np.sqrt(1.01), np.sqrt(0.5)
    close = index.near(unit(1, 0), 2)
    assert set(close) == {("a", "art_1"), ("b", "art_1")}
    assert close["a", "art_1"] == pytest.approx((first, (first + half + 3 * FAR) / FEW))
    assert close["b", "art_1"] == pytest.approx((tenth, (tenth + 4 * FAR) / FEW))


def test_articles_with_many_and_with_few_questions_are_compared_alike() -> None:
    random = np.random.default_rng(1)
    counts = {("a", "art_1"): 1, ("a", "art_2"): 40, ("b", "art_1"): 3, ("b", "art_2"): FEW}
    articles = [article for article, count in counts.items() for _ in range(count)]
    matrix = random.normal(size=(len(articles), 4)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    close = QuestionIndex(articles, matrix).near(unit(1, 0, 0, 0), 1, also=counts)
    for article in counts:
        cosines = [FAR] * FEW + [
            max(float(row[0]), FAR) for row, of in zip(matrix, articles, strict=True) if of == article
        ]
        assert close[article] == pytest.approx((max(cosines), sum(sorted(cosines)[-FEW:]) / FEW))


def test_the_closest_questions_are_of_the_treaties_that_are_not_hidden() -> None:
    index = QuestionIndex(
        [("a", "art_1"), ("b", "art_1"), ("b", "art_2")], np.stack([unit(1, 0), unit(1, 1), unit(0, 1)])
    )
    assert sorted(index.closest(unit(1, 0), 2)) == pytest.approx([np.sqrt(0.5), 1])
    rest = index.without(frozenset({"a"}))
    assert sorted(rest.closest(unit(1, 0), 3)) == pytest.approx([0, np.sqrt(0.5)], abs=1e-6)
    assert rest.without(frozenset({"b"})).closest(unit(1, 0), 3).shape == (0,)


def test_articles_asked_for_are_told_however_far_their_questions_are() -> None:
    index = QuestionIndex([("a", "art_1"), ("a", "art_2")], np.stack([unit(1, 0), unit(0, 1)]))
    assert index.near(unit(1, 0), 1, also=[("a", "art_2"), ("z", "art_1")])["a", "art_2"] == pytest.approx((FAR, FAR))


def test_the_nearest_questions_of_articles_are_compared_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def word(at: int) -> np.ndarray:
        return np.eye(1, TOKEN_DIMENSION, at, dtype=np.float32)

    articles = [("a", "art_1"), ("a", "art_1"), ("a", "art_2"), ("b", "art_1")]
    matrix = np.stack([unit(1, 0), unit(0, 1), unit(1, 0), unit(1, 0)])
    tokens = TokenIndex.of([pack(word(1)), pack(word(0)), pack(np.concatenate([word(0), word(1)])), pack(word(2))])
    index = QuestionIndex(articles, matrix, tokens)
    asked = np.concatenate([word(0), word(1)])
    close = index.near_by_word(unit(1, 0), asked, [("b", "art_1"), ("a", "art_1"), ("a", "art_2"), ("z", "art_1")])
    assert close["a", "art_1"] == pytest.approx((0.5, (0.5 + 0.5 + 3 * FAR) / FEW))
    assert close["a", "art_2"] == pytest.approx((1, (1 + 4 * FAR) / FEW))
    assert close["b", "art_1"] == pytest.approx((FAR, FAR))
    assert ("z", "art_1") not in close
    # Only those whose vectors are nearest are looked at.
    monkeypatch.setattr(known_questions, "COMPARED", 1)
    close = index.near_by_word(unit(0, 1), word(1), [("a", "art_1")])
    assert close["a", "art_1"] == pytest.approx((FAR, FAR))
    assert index.near_by_word(unit(1, 0), asked, []) == {}
    assert QuestionIndex().near_by_word(unit(1, 0), asked, [("a", "art_1")]) == {}


def test_it_keeps_to_the_treaties_named() -> None:
    index = QuestionIndex([("a", "art_1"), ("b", "art_1")], np.stack([unit(1, 0), unit(1, 0.1)]))
    assert list(index.near(unit(1, 0), 9, ["b", "b", "not held"])) == [("b", "art_1")]
    assert index.near(unit(1, 0), 9, ["not held"]) == {}
    assert QuestionIndex().near(unit(1, 0), 9) == {}


def test_those_about_hidden_treaties_are_not_there() -> None:
    articles = [("a", "art_1"), ("b", "art_1"), ("c", "art_1")]
    matrix = np.stack([unit(1, 0.2), unit(1, 0), unit(0, 1)])
    tokens = TokenIndex.of([np.eye(1, TOKEN_DIMENSION, dtype=np.int8)] * 3)
    index = QuestionIndex(articles, matrix, tokens)
    rest = index.without(frozenset({"b"}))
    every = [("a", "art_1"), ("b", "art_1")]
    asked = np.eye(1, TOKEN_DIMENSION, dtype=np.float32)
    assert rest.treaties == {"a", "c"}
    assert set(rest.near(unit(1, 0), 9, also=every)) == {("a", "art_1")}
    assert set(rest.near_by_word(unit(1, 0), asked, every)) == {("a", "art_1")}
    assert rest.closest(unit(1, 0), 1)[0] == pytest.approx(index.near(unit(1, 0), 9)["a", "art_1"].nearest)
    assert rest.near(unit(1, 0), 9, ["b"]) == {}
    assert index.without(frozenset("abc")).closest(unit(1, 0), 1).tolist() == []
    assert index.without(frozenset({"x"})) is index
