"""A treaty written to its file of the index and read back is the same treaty."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts import KINDS
from ingest.index import Index
from ingest.models import Fact, Facts, ParsedTreaty, Provision, Source, Treaty
from ingest.passages import cut_passages
from ingest.records import dump_treaty, load_treaty_file, parsed_of

# Whatever UTF-8 can hold: a file of the index is UTF-8.
words = st.text(max_size=20)
some_words = st.none() | words
offsets = st.integers(0, 10_000)
sources = st.builds(Source, uri=words, sha256=words, format=words, pages=st.lists(offsets).map(tuple))
facts = st.builds(Facts, kind=some_words, parties=st.lists(words).map(tuple), signed=some_words)
treaties = st.builds(
    Treaty,
    id=words,
    title=words,
    text=st.text(),
    source=sources,
    aliases=st.lists(words).map(tuple),
    language=words,
    text_status=words,
    facts=facts,
)
provisions = st.builds(
    Provision,
    eid=words,
    kind=st.sampled_from(["article", "paragraph", "annex"]),
    number=some_words,
    normalised_number=some_words,
    heading=some_words,
    start=offsets,
    end=offsets,
    parent=some_words,
    body_start=offsets,
    label=words,
)
facts_from_text = st.builds(
    Fact,
    kind=st.sampled_from(KINDS),
    value=some_words | st.lists(words).map(tuple),
    eid=words,
    start=offsets,
    end=offsets,
)
parsed_treaties = st.builds(
    ParsedTreaty,
    treaties,
    st.lists(provisions, max_size=4).map(tuple),
    st.lists(words).map(tuple),
    st.lists(facts_from_text, max_size=4).map(tuple),
)

SMALL = ParsedTreaty(Treaty("a", "A", "Article 1", Source("a.txt", "0", "text")), ())


@given(parsed_treaties)
def test_what_is_written_is_read_back(parsed: ParsedTreaty) -> None:
    written = dump_treaty(parsed, [])
    assert parsed_of(json.loads(written)) == parsed
    assert dump_treaty(parsed_of(json.loads(written)), []) == written


def test_the_samples_come_back_from_their_files_with_every_passage(sample_index: Index, tmp_path: Path) -> None:
    for treaty_id, parsed in sample_index.treaties.items():
        passages = cut_passages(parsed)
        path = tmp_path / f"{treaty_id}.json"
        path.write_text(dump_treaty(parsed, passages), "utf-8")
        assert load_treaty_file(path) == parsed
        kept = json.loads(path.read_text("utf-8"))["passages"]
        assert kept == [[p.id, p.eid, p.article, p.start, p.end] for p in passages]


def test_accents_and_other_scripts_are_written_as_they_are() -> None:
    parsed = ParsedTreaty(Treaty("a", "Traité 条约", "é", Source("a.txt", "0", "text")), ())
    assert "Traité 条约" in dump_treaty(parsed, [])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut-off"),
        pytest.param("null", id="null"),
        pytest.param('"words"', id="a-text"),
        pytest.param("[]", id="a-list"),
        pytest.param("{}", id="no-treaty"),
        pytest.param('{"treaty": {}}', id="treaty-without-source"),
        pytest.param(dump_treaty(SMALL, []).replace('"aliases": []', '"aliases": 3'), id="aliases-a-number"),
        pytest.param(dump_treaty(SMALL, []).replace('"title"', '"titel"'), id="unknown-field"),
        pytest.param(dump_treaty(SMALL, []).replace('"provisions": []', '"provisions": [[1]]'), id="short-row"),
        pytest.param("\ufeff{}", id="byte-order-mark"),
    ],
)
def test_a_damaged_file_raises_one_of_the_errors_promised(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, "utf-8")
    with pytest.raises((OSError, ValueError, KeyError, TypeError)):
        load_treaty_file(path)


def test_a_missing_file_raises_one_of_them_too(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"none\.json"):
        load_treaty_file(tmp_path / "none.json")
