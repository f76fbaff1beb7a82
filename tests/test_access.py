"""Who may read what: the index without some treaties, and that nothing of these comes out of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from labelled_treaties import DRAFT, NONCES

from ingest import build
from ingest.errors import UnknownTreaty
from ingest.index import Index, open_index
from ingest.manifest import find_entries, read_manifest
from ingest.settings import Settings as IngestSettings
from service.access import OPEN, Caller, is_readable, readable, readable_conversation, require
from service.answer import answer_question, search_articles
from service.errors import ScopeMissing
from service.models import Conversation, Question, Turn
from service.settings import Settings

READER = Caller("k1", frozenset({"ask"}), frozenset())
DRAFTER = Caller("k2", frozenset({"ask"}), frozenset({"drafts"}))


@pytest.fixture(scope="module")
def labelled_index(labelled_home: Path) -> Iterator[Index]:
    """The sample treaties, a draft that only some may read, and an agreement that refers to it."""
    index = open_index(labelled_home)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        pytest.param(OPEN, True, id="whoever sits at the machine reads all"),
        pytest.param(DRAFTER, True, id="one of a treaty's labels is enough"),
        pytest.param(Caller("k", frozenset({"ask"}), frozenset({"legal", "x"})), True, id="and it may be any of them"),
        pytest.param(READER, False, id="a key without labels reads what has none"),
        pytest.param(
            Caller("k", frozenset({"ask"}), frozenset({"Drafts"})), False, id="labels are compared as written"
        ),
        pytest.param(Caller("k", frozenset({"admin"}), frozenset()), False, id="to administer is not to read"),
    ],
)
def test_a_labelled_treaty_is_for_those_who_have_a_label(labelled_index: Index, caller: Caller, sees: bool) -> None:
    index = readable(labelled_index, caller)
    assert ("ferries" in index.treaties) is sees
    assert "lights" in index.treaties
    assert len(index.treaties) == len(labelled_index.treaties) - (not sees)
    assert ("ferries" in [s.id for s in index.manifest.treaties]) is sees


def test_a_reference_to_a_hidden_treaty_leads_nowhere(labelled_index: Index) -> None:
    def referred(caller: Caller) -> list[tuple[str | None, str]]:
        graph = readable(labelled_index, caller).references
        return [(edge.reference.treaty_id, edge.reference.status) for edge in graph.refers_to("lights", "art_1")]

    assert referred(DRAFTER) == [("ferries", "held")]
    assert referred(READER) == [(None, "open")]
    assert readable(labelled_index, READER).references.referred_by("ferries", "art_2") == ()


def test_a_hidden_treaty_is_as_unknown_as_any(labelled_index: Index) -> None:
    index = readable(labelled_index, READER)
    for treaty_id in ("ferries", "nowhere"):
        with pytest.raises(UnknownTreaty, match=treaty_id):
            answer_question(Question("Who pays?", (treaty_id,)), Conversation(""), index, Settings())


def test_the_draft_answers_whoever_may_read_it(labelled_index: Index) -> None:
    answer = answer_question(
        Question("How much is the fee under the Ferry Treaty?"),
        Conversation(""),
        readable(labelled_index, DRAFTER),
        Settings(),
    )
    assert answer.citations[0].eid == "art_3"
    assert "four Ostrelmoor crowns" in answer.citations[0].quote


_WORDS = st.sampled_from(
    "ferry ferries salt grain fee strait crowns notice ninety days raised master award disputes binds denounced eleven "
    "years lend attacked assistance article 2 3 4 treaty agreement lighthouses what who may must is the of a when let "
    "which treaties not parties signed force in compare with depositary definition means".split()
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WORDS, min_size=1, max_size=12).map(" ".join))
@example("What is the fee of a ferry across the strait?")
@example("Which treaties may be denounced?")
@example("Compare the Ferry Treaty with the lighthouses agreement")
@example("What does Article 3 of the Ferry Treaty say?")
@example("When was the Ferry Treaty signed?")
@example("And the article after that?")
def test_nothing_of_a_hidden_treaty_is_told(labelled_index: Index, text: str) -> None:
    index = readable(labelled_index, READER)
    before = Conversation(
        "c", (Turn("What of ferries?", (("ferries", "art_3"), ("lights", "art_1")), "A Brindlewick."),)
    )
    for conversation in (Conversation(""), readable_conversation(before, index.treaties)):
        told = json.dumps(answer_question(Question(text), conversation, index, Settings()).to_json())
        assert not [nonce for nonce in NONCES if nonce.casefold() in told.casefold()]
        assert '"ferries"' not in told
    found = search_articles(text, index, Settings(), limit=50)
    assert "ferries" not in [hit.treaty_id for hit in found]


def test_without_labels_that_hide_anything_the_index_is_the_same(labelled_index: Index) -> None:
    assert readable(labelled_index, DRAFTER) is labelled_index
    assert readable(labelled_index, READER) is readable(labelled_index, Caller("k9", frozenset(), frozenset({"x"})))


def test_the_rest_is_found_as_if_the_draft_were_not_held(labelled_index: Index, sample_index: Index) -> None:
    # Scores by words depend a little on all that is indexed; the order of the best does not.
    index = readable(labelled_index, READER)
    for text in ("Must Solmark help Arvenia if it suffers an armed attack?", "water quality", "who settles disputes"):
        ours = [(hit.treaty_id, hit.eid) for hit in search_articles(text, index, Settings(), limit=3)]
        alone = [(hit.treaty_id, hit.eid) for hit in search_articles(text, sample_index, Settings(), limit=3)]
        assert ours == alone


def test_conversations_go_on_without_what_is_hidden_by_now(labelled_index: Index) -> None:
    treaties = readable(labelled_index, READER).treaties
    kept = Turn("a", (("lights", "art_1"),), "Lights.")
    mixed = Turn("b", (("ferries", "art_3"), ("lights", "art_2")), "Four Ostrelmoor crowns.")
    assert readable_conversation(Conversation("c", (kept, mixed)), treaties).turns == (
        kept,
        Turn("b", (("lights", "art_2"),)),
    )


@pytest.mark.parametrize(
    ("answer", "readable_still"),
    [
        pytest.param({"answer": "x", "citations": [{"treaty_id": "lights"}], "related": []}, True, id="quotes another"),
        pytest.param({"answer": "x", "citations": [{"treaty_id": "ferries"}], "related": []}, False, id="quotes it"),
        pytest.param(
            {"answer": "x", "citations": [], "related": [{"treaty_id": "ferries"}]}, False, id="shows it near"
        ),
        pytest.param({"answer": "The ferry treaty has 5.", "citations": [], "related": []}, False, id="names it"),
    ],
)
def test_an_answer_given_before_is_shown_only_if_it_may_be_read(
    labelled_index: Index, answer: dict[str, object], readable_still: bool
) -> None:
    assert is_readable(answer, [labelled_index.treaties["ferries"].treaty]) is readable_still


def test_scopes() -> None:
    require(Caller("k", frozenset({"admin"})), "ingest")
    with pytest.raises(ScopeMissing, match="ingest"):
        require(READER, "ingest")


# --- labels in corpus.yaml


def test_a_label_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "corpus.yaml").write_text(
        "treaties:\n- {id: a, file: a.txt, access: [drafts, 'two words']}\n- {id: b, file: b.txt, access: []}\n",
        "utf-8",
    )
    first, second = read_manifest(tmp_path / "corpus.yaml")
    assert first.problem is not None
    assert "entry 1: the access label 'two words' will not do" in first.problem
    assert second.access == ()


def test_a_new_version_keeps_its_labels_until_told_otherwise(quick_build: object, tmp_path: Path, home: Path) -> None:
    settings_ = IngestSettings(home=home)
    (tmp_path / "ferries.txt").write_text(DRAFT, "utf-8")
    manifest = tmp_path / "corpus.yaml"

    def labels() -> tuple[str, ...]:
        with_labels = open_index(home)
        try:
            return dict(with_labels.access).get("ferries", ())
        finally:
            with_labels.close()

    manifest.write_text("treaties:\n- {id: ferries, file: ferries.txt, access: [legal, drafts]}\n", "utf-8")
    build.ingest(find_entries([manifest]), settings_)
    assert labels() == ("drafts", "legal")

    (tmp_path / "ferries.txt").write_text(DRAFT.replace("eleven", "twelve"), "utf-8")
    report = build.ingest(find_entries([tmp_path / "ferries.txt"]), settings_)
    assert labels() == ("drafts", "legal")
    assert report.notes == ["ferries keeps its access labels: drafts, legal."]

    manifest.write_text("treaties:\n- {id: ferries, file: ferries.txt, access: []}\n", "utf-8")
    build.ingest(find_entries([manifest]), settings_)
    assert labels() == ()
