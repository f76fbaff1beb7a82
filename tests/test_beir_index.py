"""The index of a BEIR corpus: each document in it once, at its place, whatever its text and number are."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import WordEmbedder
from hypothesis import given
from hypothesis import strategies as st

from eval.beir.folder import BeirError, BeirFolder, Document, read_folder
from eval.beir.index import Assembled, assemble_corpus, check_places, open_corpus
from ingest import build
from ingest.index import open_index
from ingest.passages import cut_passages


def article(name: str, number: str | None, text: str = "Salt is free.", *, treaty: str = "Salt Treaty") -> Document:
    return Document(name, "", text, treaty_id=treaty, treaty=treaty, number=number)


def words_at(assembled: Assembled, name: str) -> str:
    """The words that stand at a document's place."""
    treaty_id, eid = assembled.places[name]
    parsed = next(parsed for parsed in assembled.treaties if parsed.treaty.id == treaty_id)
    provision = parsed.by_eid[eid]
    return parsed.treaty.text[provision.body_start : provision.end]


# --- from documents to treaties


def test_articles_of_a_treaty_stand_together_under_its_name() -> None:
    first = Document(
        "d1", "ignored", "1. Salt is free.\n2. It is:\n(a) white;\n(b) dry.", "SALT", "Salt Treaty", "4", "Use"
    )
    other = Document("d2", "", "A penny.", "TOLL", "Toll Treaty", "IV")
    assembled = assemble_corpus([first, other, article("d3", "5", treaty="SALT")], "0" * 64)
    salt, toll = assembled.treaties
    assert (salt.treaty.id, salt.treaty.title, toll.treaty.id) == ("salt", "Salt Treaty", "toll")
    assert salt.treaty.text.startswith("Article 4\nUse\n1. Salt is free.\n")
    assert assembled.places == {"d1": ("salt", "art_4"), "d2": ("toll", "art_4"), "d3": ("salt", "art_5")}
    assert [p.eid for p in salt.provisions if p.kind == "point"] == ["art_4__para_2__point_a", "art_4__para_2__point_b"]
    passages = cut_passages(salt)
    assert passages[0].embedding_text.startswith("Salt Treaty > Article 4 Use > 1. Salt is free.")


@pytest.mark.parametrize(
    ("numbers", "eids"),
    [
        pytest.param(["1", "2", "8 bis"], ["art_1", "art_2", "art_8bis"], id="as treaties number"),
        pytest.param(["1", "1", "1"], ["art_1", "art_1-2", "art_1-3"], id="of the body, of a protocol, of an annex"),
        pytest.param(["1", "1-2", "1"], ["art_1", "art_1-2", "art_1-3"], id="a number that looks like the second of 1"),
        pytest.param(["I", "V", "X"], ["art_1", "art_5", "art_10"], id="roman"),
        pytest.param(["B", "C", "I"], ["art_b", "art_c", "art_i"], id="letters, since B is nothing else"),
        pytest.param(["4, paragraph 5", "6(2)"], ["art_4-paragraph-5", "art_6-2"], id="numbers that are none"),
        pytest.param([None, "", None], ["art", "art-2", "art-3"], id="without a number"),
    ],
)
def test_each_article_has_an_eid_of_its_own(numbers: list[str | None], eids: list[str]) -> None:
    assembled = assemble_corpus([article(f"d{n}", number) for n, number in enumerate(numbers)], "0" * 64)
    assert [eid for _, eid in assembled.places.values()] == eids


def test_treaties_whose_ids_differ_only_in_case_stay_apart() -> None:
    assembled = assemble_corpus([article("d1", "1", treaty="Salt"), article("d2", "1", treaty="SALT")], "0" * 64)
    assert assembled.places == {"d1": ("salt", "art_1"), "d2": ("salt-2", "art_1")}


def test_a_text_without_a_treaty_is_no_article() -> None:
    """It has no name to be routed by, no number, and no definitions, whatever stands in it."""
    text = "Article 1\n“Salt” means white grains.\n\nArticle 2\n1. See Article 1."
    assembled = assemble_corpus([Document("d1", "On Salt", text)], "0" * 64)
    (texts,) = assembled.treaties
    assert (texts.treaty.title, [p.kind for p in texts.provisions], texts.articles) == ("", ["annex"], ())
    assert words_at(assembled, "d1") == text
    assert [p.embedding_text.split(" > ")[1] for p in cut_passages(texts)] == ["On Salt"]


def test_many_texts_are_held_in_several_files() -> None:
    assembled = assemble_corpus([Document(f"d{n}", "", f"Text {n}.") for n in range(2001)], "0" * 64)
    assert [(p.treaty.id, len(p.provisions)) for p in assembled.treaties] == [
        ("texts", 1000), ("texts-2", 1000), ("texts-3", 1)]  # fmt: skip
    assert words_at(assembled, "d2000") == "Text 2000."


def test_a_document_without_words_is_named_and_one_with_a_title_only_is_found_by_it() -> None:
    assembled = assemble_corpus([Document("d1", " ", " \n\u200b"), Document("d2", "Salt", "")], "0" * 64)
    assert assembled.empty == ("d1",)
    assert words_at(assembled, "d2") == "Salt"


_TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["Article 2", "1.", "(a) salt;", "“Salt” means grains.", "ANNEX I", "Done at", "free. " * 170]),
        st.text(alphabet="ab .\n(1)", max_size=30),
    ),
    max_size=6,
).map("\n".join)
_DOCUMENTS = st.lists(
    st.tuples(_TEXTS, st.sampled_from([None, "T", "t", "texts"]), st.sampled_from([None, "", "1", "I", "1-2", "x y"])),
    min_size=1,
    max_size=12,
)


@given(_DOCUMENTS)
def test_no_document_is_lost(drawn: list[tuple[str, str | None, str | None]]) -> None:
    """Each has a place of its own, its words stand there, and its passages hold every one of them."""
    documents = [Document(f"d{n}", "", text, treaty, "", number) for n, (text, treaty, number) in enumerate(drawn)]
    assembled = assemble_corpus(documents, "0" * 64)
    assert {*assembled.places, *assembled.empty} == {document.id for document in documents}
    passages = [passage for parsed in assembled.treaties for passage in cut_passages(parsed)]
    check_places(assembled.places, ((passage.treaty_id, passage.article) for passage in passages))
    for document in documents:
        if document.id not in assembled.places:
            assert not document.text.strip()
            continue
        own = [p.text for p in passages if (p.treaty_id, p.article) == assembled.places[document.id]]
        assert "".join("".join(own).split()) == "".join(document.text.split())
        assert words_at(assembled, document.id).split() == document.text.split()


@pytest.mark.parametrize(
    ("places", "rows", "said"),
    [
        pytest.param({"d1": ("t", "a"), "d2": ("t", "a")}, [("t", "a")],
                     r"documents that share a place: d2 \(with d1\)", id="two at one place"),
        pytest.param({"d1": ("t", "a"), "d2": ("t", "b")}, [("t", "a")],
                     "documents without a passage in the index: d2", id="one is lost"),
        pytest.param({"d1": ("t", "a")}, [("t", "a"), ("t", "b")],
                     "places in the index that no document has: t/b", id="one too many"),
        pytest.param({f"d{n}": ("t", str(n)) for n in range(9)}, [],
                     "d0, d1, d2, d3, d4 and 4 more", id="many: the first are named"),
    ],
)  # fmt: skip
def test_a_document_that_is_not_held_once_is_named(
    places: dict[str, tuple[str, str]], rows: Sequence[tuple[str, str]], said: str
) -> None:
    with pytest.raises(BeirError, match=said):
        check_places(places, rows)


# --- the index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two articles of a treaty and a text."""
    path = tmp_path / "set"
    (path / "qrels").mkdir(parents=True)
    known = {"treaty_id": "salt", "treaty": "Salt Treaty"}
    corpus = [
        {"_id": "d1", "text": "Salt is free.", "metadata": {**known, "number": "1"}},
        {"_id": "d2", "text": "For ever.", "metadata": {**known, "number": "1"}},
        {"_id": "d3", "title": "Pepper", "text": "Pepper is black."},
    ]
    (path / "corpus.jsonl").write_text("".join(json.dumps(d) + "\n" for d in corpus), "utf-8")
    (path / "queries.jsonl").write_text('{"_id": "q1", "text": "salt"}\n', "utf-8")
    (path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n", "utf-8")
    return path


@pytest.fixture
def opened(tmp_path: Path, quick_build: WordEmbedder) -> Callable[[BeirFolder], Assembled]:
    """Opens the index of a corpus in the work folder of this test, and closes it again."""

    def open_and_close(data: BeirFolder) -> Assembled:
        index, assembled = open_corpus(data, tmp_path / "work")
        assert {(row.treaty_id, row.article) for row in index.rows} == set(assembled.places.values())
        index.close()
        return assembled

    return open_and_close


Opened = Callable[[BeirFolder], Assembled]


def test_an_index_is_built_once_and_is_a_home_folder(
    folder: Path, opened: Opened, quick_build: WordEmbedder, tmp_path: Path
) -> None:
    data = read_folder(folder)
    assembled = opened(data)
    assert assembled.places == {"d1": ("salt", "art_1"), "d2": ("salt", "art_1-2"), "d3": ("texts", "text")}
    assert len(quick_build.asked) == 3
    (home,) = [path for path in (tmp_path / "work").iterdir() if path.name != "embeddings"]
    assert home.name == f"{data.corpus_sha256[:16]}-1"
    built = (home / "CURRENT").read_text("utf-8")
    opened(data)
    assert (home / "CURRENT").read_text("utf-8") == built
    index = open_index(home)
    assert set(index.treaties) == {"salt", "texts"}
    index.close()


def test_another_corpus_has_an_index_of_its_own_and_shares_the_vectors(
    folder: Path, opened: Opened, quick_build: WordEmbedder, tmp_path: Path
) -> None:
    opened(read_folder(folder))
    with (folder / "corpus.jsonl").open("a") as file:
        file.write('{"_id": "d4", "text": "Hay is dry."}\n')
    opened(read_folder(folder))
    assert [text.rpartition(" > ")[2] for text in quick_build.asked[3:]] == ["Hay is dry."]
    assert len(list((tmp_path / "work").iterdir())) == 3


def test_a_build_cut_short_goes_on(
    folder: Path, opened: Opened, quick_build: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was embedded before Ctrl-C is not embedded again, and nothing half built is taken for an index."""

    def interrupted(path: Path) -> float:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, "verify_in_fresh_process", interrupted)
        with pytest.raises(KeyboardInterrupt):
            opened(read_folder(folder))
    opened(read_folder(folder))
    assert len(quick_build.asked) == 3


def test_an_index_that_cannot_be_used_is_built_again(folder: Path, opened: Opened, tmp_path: Path) -> None:
    data = read_folder(folder)
    opened(data)
    (manifest,) = (tmp_path / "work").glob("*/generations/*/manifest.json")
    manifest.write_text("{}", "utf-8")
    opened(data)


def test_an_index_of_other_documents_is_refused(folder: Path, opened: Opened) -> None:
    data = read_folder(folder)
    opened(data)
    forged = dataclasses.replace(data, documents=data.documents[:2])
    with pytest.raises(BeirError, match=r"work/\w+-1: the index does not hold .*that no document has: texts/text"):
        opened(forged)
