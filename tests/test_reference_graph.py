"""References as a graph: both directions, what is known but not held, what is not there, and its file."""

from pathlib import Path

import pytest
from ingest_fakes import parse_text, treaty_text

from ingest.errors import IndexBroken
from ingest.models import ParsedTreaty
from ingest.reference_graph import ReferenceGraph, build_graph, dump_graph, hash_of, read_graph, reference_record

BELLS = parse_text(
    treaty_text(
        "Article 1\n\n1. Bells ring in fog.\n\n2. Subject to paragraph 1, they may ring at noon.",
        "Article 2\n\nArticle 1 applies to horns. Nothing in Article 9 does.",
        "Article 3\n\nThe preceding Article is without prejudice to Article 51 of the Charter of the United Nations.",
        "ANNEX\n\nArticle 1\n\nThe bell of Osk is heard under Article 3 of this Treaty and Article 1.",
        title="Bell Treaty of Osk",
    ),
    "bells",
    "Bell Treaty of Osk",
)
LAMPS = parse_text(
    treaty_text(
        "Article 1\n\nLamps burn as Article 1, paragraph 2, of the Bell Treaty of Osk says.",
        "Article 2\n\nThis Article and the Horn Convention of Nowhere stand apart.",
    ),
    "lamps",
    "Convention on Lamps",
)
HELD = {"bells": BELLS, "lamps": LAMPS}


@pytest.fixture(scope="module")
def graph() -> ReferenceGraph:
    return build_graph(HELD)


def targets(graph: ReferenceGraph, treaty_id: str, eid: str) -> list[str]:
    """What a provision refers to, a line each: status, treaty, provisions."""
    found = []
    for edge in graph.refers_to(treaty_id, eid):
        r = edge.reference
        found.append(" ".join([r.status, r.treaty_id or r.known or "-", *r.eids, *(f"?{x}" for x in r.lacking)]))
    return found


@pytest.mark.parametrize(
    ("treaty", "eid", "expected"),
    [
        pytest.param("bells", "art_1", ["internal bells art_1__para_1"], id="a paragraph of the same article"),
        pytest.param("bells", "art_2", ["internal bells art_1", "internal bells ?Article 9"], id="what is not there"),
        pytest.param("bells", "art_3", ["internal bells art_2", "known un-charter"], id="a treaty only known"),
        pytest.param("bells", "annex__art_1", ["internal bells art_3", "internal bells annex__art_1"],
                     id="in an annex a bare article is the annex's, one of this Treaty is not"),
        pytest.param("lamps", "art_1", ["held bells art_1__para_2"], id="another treaty"),
        pytest.param("lamps", "art_2", ["internal lamps art_2"], id="a name that nobody knows is passed over"),
    ],
)  # fmt: skip
def test_what_a_provision_refers_to(graph: ReferenceGraph, treaty: str, eid: str, expected: list[str]) -> None:
    assert targets(graph, treaty, eid) == expected


def sources(graph: ReferenceGraph, eid: str) -> list[str]:
    return [f"{edge.treaty_id} {edge.eid}" for edge in graph.referred_by("bells", eid)]


def test_what_refers_to_a_provision(graph: ReferenceGraph) -> None:
    # The article's own paragraph 2 speaks of its paragraph 1; that is no reference from elsewhere.
    assert sources(graph, "art_1") == ["bells art_2", "lamps art_1"]
    assert sources(graph, "art_1__para_1") == ["bells art_1__para_2"]
    assert sources(graph, "art_3") == ["bells annex__art_1"]


def test_references_within_a_stretch_of_text(graph: ReferenceGraph) -> None:
    article = BELLS.by_eid["art_2"]
    middle = BELLS.treaty.text.index("Nothing in")
    assert len(graph.between("bells", article.start, article.end)) == 2
    assert len(graph.between("bells", article.start, middle)) == 1


def test_a_reference_is_shown_in_its_words(graph: ReferenceGraph) -> None:
    (edge,) = graph.refers_to("lamps", "art_1")
    record = reference_record(edge, HELD)
    assert record["text"] == "Article 1, paragraph 2, of the Bell Treaty of Osk"
    assert (record["status"], record["target"], record["eids"]) == ("held", "bells", ["art_1__para_2"])


def test_a_graph_is_kept_in_a_file_and_read_back(graph: ReferenceGraph, tmp_path: Path) -> None:
    written = dump_graph(graph)
    path = tmp_path / "references.json"
    path.write_text(written, "utf-8")
    assert read_graph(path).edges == graph.edges
    assert hash_of(written) == hash_of(dump_graph(build_graph(HELD)))


@pytest.mark.parametrize("damage", ["", "{", "[[1]]", "null"])
def test_a_damaged_file_is_named(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "references.json"
    path.write_text(damage, "utf-8")
    with pytest.raises(IndexBroken, match=r"references\.json"):
        read_graph(path)


def test_offsets_are_those_of_the_mention(graph: ReferenceGraph) -> None:
    for edge in graph.edges:
        parsed: ParsedTreaty = HELD[edge.treaty_id]
        leaf = parsed.by_eid[edge.eid]
        assert leaf.start <= edge.reference.start < edge.reference.end <= leaf.end
