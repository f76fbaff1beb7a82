"""A broken answerer is caught by the measure that is there for it, and by that one first."""

from collections.abc import Callable

import pytest
from broken_answerers import BROKEN, summary_of

from eval.summary import Summary
from ingest.index import Index

Run = Callable[[str], Summary]
# Search is not broken by any of them.
SEARCH = ("hit@1", "hit@5", "hit@10", "recall@10", "MRR", "nDCG@10", "wrong_treaty@1")


@pytest.fixture(scope="module")
def run(sample_index: Index) -> Run:
    """The summary of an answerer by its name, each run once."""
    known: dict[str, Summary] = {}

    def summary(name: str) -> Summary:
        if name not in known:
            known[name] = summary_of(sample_index, BROKEN[name])
        return known[name]

    return summary


def mean(summary: Summary, name: str) -> float:
    return summary.total.measures[name].mean


def gate(summary: Summary, name: str) -> float | None:
    return next(gate.value for gate in summary.gates if gate.name == name)


def test_the_sound_one_holds_every_gate(run: Run) -> None:
    sound = run("sound")
    assert sound.exit_code == 0
    assert all(gate.value == 1 for gate in sound.gates)
    assert mean(sound, "right") > 0.5


def test_offsets_one_too_far_fail_quote_validity(run: Run) -> None:
    broken = run("offsets one too far")
    assert gate(broken, "quote validity") == 0
    assert broken.exit_code == 1
    assert broken.faults["misquotes"] > 0
    assert not any(result.right for result in broken.results if result.quotations)


def test_citations_to_another_treaty_fail_precision_with_quotations_in_order(run: Run) -> None:
    broken = run("cites another treaty")
    assert gate(broken, "quote validity") == gate(broken, "locator accuracy") == 1
    assert mean(broken, "citation_precision") < 0.1
    assert mean(broken, "first_citation_right") < 0.1 < mean(run("sound"), "first_citation_right")
    assert broken.faults["wrong_treaty"] > 0.5 * len(broken.results)


def test_always_refusing_is_over_refusal_and_leaves_the_gates_without_evidence(run: Run) -> None:
    broken = run("always refuses")
    assert mean(broken, "over_refusal") == 1
    assert mean(broken, "abstention_recall") == 1, "nothing to be declined was answered"
    assert mean(broken, "first_citation_right") == 0
    assert gate(broken, "quote validity") is None
    assert broken.exit_code == 1


def test_never_refusing_has_no_abstention_recall(run: Run) -> None:
    broken = run("never refuses")
    assert mean(broken, "abstention_recall") == 0
    assert mean(broken, "over_refusal") == 0
    assert gate(broken, "quote validity") == 1
    assert broken.faults["should_abstain"] == sum(result.case.must_abstain for result in broken.results)


def test_an_invented_article_fails_locator_accuracy(run: Run) -> None:
    broken = run("invents an article")
    assert gate(broken, "locator accuracy") == 0
    assert gate(broken, "quote validity") == 1, "the words themselves are the treaty's"
    assert broken.exit_code == 1


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_broken_scores_as_before(run: Run, name: str) -> None:
    for measure in SEARCH:
        assert mean(run(name), measure) == mean(run("sound"), measure), measure
