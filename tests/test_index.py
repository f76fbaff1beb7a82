"""The published index, opened: what is in it agrees with the treaties, and what is asked of it is exact."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.build import ingest
from ingest.embedding import Embedder
from ingest.errors import IndexBroken, IndexMissing
from ingest.index import (
    Index,
    TreatyShelf,
    current_folder,
    current_generation,
    current_manifest,
    open_index,
    read_manifest_file,
)
from ingest.manifest import Entry
from ingest.passages import cut_passages
from ingest.settings import Settings

SAMPLE_IDS = [
    "arvenia-solmark", "orrin", "quillara-tamber", "tessara", "tessara-amendment",
    "valdore-montrel", "valdore-montrel-fr",
]  # fmt: skip


# --- what is in it


def test_the_manifest_tells_what_is_held(sample_home: Path, sample_index: Index) -> None:
    manifest = current_manifest(sample_home)
    assert manifest == sample_index.manifest
    assert manifest.generation == current_generation(sample_home) == sample_index.generation
    assert [summary.id for summary in manifest.treaties] == SAMPLE_IDS
    assert sum(summary.passages for summary in manifest.treaties) == manifest.passages
    assert manifest.recall >= 0.98
    assert set(manifest.versions) == {"chromadb", "tantivy", "pacta"}


def test_a_treaty_of_the_manifest_is_the_one_in_its_file(sample_index: Index) -> None:
    for summary in sample_index.manifest.treaties:
        parsed = sample_index.treaties[summary.id]
        assert (parsed.treaty.title, parsed.treaty.source.sha256) == (summary.title, summary.sha256)
        assert (len(parsed.articles), len(parsed.body_articles)) == (summary.articles, summary.body_articles)


def test_all_parts_hold_the_same_number_of_passages(sample_index: Index) -> None:
    assert set(sample_index.counts().values()) == {sample_index.manifest.passages}


def test_each_row_stands_where_its_passage_does(sample_index: Index) -> None:
    passages = [p for parsed in sample_index.treaties.values() for p in cut_passages(parsed)]
    assert [(r.id, r.treaty_id, r.eid, r.article, r.start, r.end) for r in sample_index.rows] == [
        (p.id, p.treaty_id, p.eid, p.article, p.start, p.end) for p in passages
    ]


def test_the_rows_of_a_treaty_are_its_own_and_follow_one_another(sample_index: Index) -> None:
    assert list(sample_index.rows_of) == SAMPLE_IDS
    for treaty_id, rows in sample_index.rows_of.items():
        assert {sample_index.rows[row].treaty_id for row in rows} == {treaty_id}
    assert [row for rows in sample_index.rows_of.values() for row in rows] == list(range(len(sample_index.rows)))


def test_its_languages_are_those_of_its_treaties(sample_index: Index) -> None:
    assert sample_index.languages == ("en", "fr")


def test_definitions_point_at_provisions_that_are_there(sample_index: Index) -> None:
    assert sample_index.definitions
    for _, treaty_id, eid in sample_index.definitions:
        assert eid in sample_index.treaties[treaty_id].by_eid


# --- the shelf


def test_a_treaty_is_read_when_first_asked_for(sample_index: Index, tmp_path: Path) -> None:
    # The folder is empty: whatever does not ask for a treaty must do without its file.
    shelf = TreatyShelf(tmp_path, sample_index.manifest.treaties)
    assert list(shelf) == SAMPLE_IDS
    assert len(shelf) == len(SAMPLE_IDS)
    assert "orrin" in shelf
    assert "nowhere" not in shelf
    with pytest.raises(IndexBroken, match=r"orrin\.json.*Ingest again"):
        shelf["orrin"]


def test_a_treaty_is_read_once(sample_index: Index) -> None:
    assert sample_index.treaties["orrin"] is sample_index.treaties["orrin"]


def test_a_treaty_not_held_is_a_key_error(sample_index: Index) -> None:
    assert sample_index.treaties.get("nowhere") is None
    with pytest.raises(KeyError):
        sample_index.treaties["../orrin"]


# --- searching


def test_words_find_the_passage_that_has_them(sample_index: Index) -> None:
    (row, score), *_ = sample_index.search_words("pillars bearing odd numbers", 5)
    assert sample_index.rows[row].id == "orrin/art_3"
    assert 0 < score <= sample_index.most_words("pillars bearing odd numbers")


def test_words_of_each_language_held_are_found(sample_index: Index) -> None:
    (row, _), *_ = sample_index.search_words("catastrophes et secouristes", 5)
    assert sample_index.rows[row].treaty_id == "valdore-montrel-fr"


def test_a_passage_is_the_nearest_to_its_own_vector(sample_index: Index) -> None:
    ids, vectors = sample_index.vectors()
    for passage_id, vector in list(zip(ids, vectors, strict=True))[::20]:
        (row, similarity), *_ = sample_index.search_vectors(vector, 3)
        assert similarity == pytest.approx(1.0, abs=1e-5)
        assert sample_index.rows[row].id == passage_id


def test_the_vectors_held_are_those_of_the_embedded_model(sample_index: Index) -> None:
    (passage, *_) = cut_passages(sample_index.treaties["orrin"])
    vector = Embedder().embed_query(passage.embedding_text)
    row = sample_index.rows_of["orrin"][0]
    assert sample_index.similarities(vector, [row]) == {row: pytest.approx(1.0, abs=1e-5)}


@pytest.mark.parametrize("treaties", [(), ("orrin",), ("orrin", "tessara")], ids=["all", "one", "two"])
def test_vectors_find_what_exact_search_finds(treaties: tuple[str, ...], sample_index: Index) -> None:
    ids, vectors = sample_index.vectors()
    row_of = {row.id: number for number, row in enumerate(sample_index.rows)}
    allowed = [n for n, i in enumerate(ids) if not treaties or i.partition("/")[0] in treaties]
    for query in vectors[::25]:
        exact = {row_of[ids[n]]: float(vectors[n] @ query) for n in allowed}
        found = sample_index.search_vectors(query, 10, treaties)
        assert [s for _, s in found] == pytest.approx(sorted(exact.values(), reverse=True)[:10], abs=1e-5)
        assert all(score == pytest.approx(exact[row], abs=1e-5) for row, score in found)


def test_more_than_is_held_gives_all_of_it_in_order(sample_index: Index) -> None:
    query = sample_index.vectors()[1][0]
    found = sample_index.search_vectors(query, 10_000, ("orrin",))
    assert sorted(row for row, _ in found) == list(sample_index.rows_of["orrin"])
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert len(sample_index.search_vectors(query, 10_000)) == len(sample_index.rows)


def test_a_treaty_not_held_has_nothing_near(sample_index: Index) -> None:
    assert sample_index.search_vectors(sample_index.vectors()[1][0], 10, ("nowhere",)) == []
    assert sample_index.search_words("mines", 10, ("nowhere",)) == []
    assert sample_index.similarities(sample_index.vectors()[1][0], []) == {}


def test_a_treaty_named_twice_counts_once(sample_index: Index) -> None:
    query = sample_index.vectors()[1][0]
    once = sample_index.search_vectors(query, 10, ("orrin",))
    assert sample_index.search_vectors(query, 10, ("orrin", "orrin")) == once


def test_an_index_without_passages_is_not_made(
    quick_build: object, home: Path, write_treaty: Callable[..., Path]
) -> None:
    report = ingest([Entry(write_treaty("bare.txt", ""))], Settings())
    assert ["has headings only" in failure for failure in report.failures] == [True]
    with pytest.raises(IndexMissing):
        open_index(home)


def test_threads_may_share_it(sample_index: Index) -> None:
    vectors = sample_index.vectors()[1]

    def search(n: int) -> object:
        vector = vectors[n % 20]
        return sample_index.search_vectors(vector, 5), sample_index.search_words("mines and pillars", 5)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(search, range(100)))
    assert together == [search(n) for n in range(100)]


# --- which one is published


def test_where_nothing_was_ingested_it_says_so_and_makes_nothing(home: Path) -> None:
    assert current_generation(home) is None
    for look in (current_folder, current_manifest, open_index):
        with pytest.raises(IndexMissing, match=r"no index is there yet\. .* pacta ingest"):
            look(home)
    assert not home.exists()


def test_a_home_that_is_a_file_holds_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    assert current_generation(tmp_path / "file") is None


def test_blanks_around_the_name_in_current_do_no_harm(sample_home: Path, home: Path) -> None:
    home.mkdir()
    (home / "CURRENT").write_text(f"\n {current_generation(sample_home)} \r\n")
    assert current_generation(home) == current_generation(sample_home)


def test_an_index_may_be_opened_again_and_by_several_at_once(samples_at_home: Path) -> None:
    first, second = open_index(samples_at_home), open_index(samples_at_home)
    first.close()
    assert second.search_vectors(second.vectors()[1][0], 3)
    second.close()
    third = open_index(samples_at_home)
    assert set(third.counts().values()) == {third.manifest.passages}
    third.close()


def test_a_manifest_is_read_as_it_was_written(sample_index: Index) -> None:
    again = read_manifest_file(sample_index.folder)
    assert again == sample_index.manifest
    assert replace(again, recall=0.0) != again
