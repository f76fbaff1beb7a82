"""Measures of one question against numbers worked out by hand, a reason for each row, against ir_measures,
and what must hold for any input.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import ir_measures
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ir_measures import RR, P, Qrel, R, ScoredDoc, Success, nDCG

from eval import measures
from eval.measures import Key, MissingEvidence


def keys(text: str) -> list[Key]:
    """ "r1 s2" is article 1 of treaty r, then article 2 of treaty s."""
    return [(word[0], f"art_{word[1:]}") for word in text.split()]


# ranking, gold: hit@1, hit@5, hit@10, recall@1, recall@5, MRR, nDCG@10
RANKINGS = [
    pytest.param("r1 r2 r3", "r1", (1, 1, 1, 1, 1, 1, 1), id="the only gold article comes first"),
    # 1 / log2(3) = 0.6309
    pytest.param("r2 r1 r3", "r1", (0, 1, 1, 0, 1, 0.5, 0.6309), id="it comes second"),
    # 1 / log2(7) = 0.3562
    pytest.param("r2 r3 r4 r5 r6 r1", "r1", (0, 0, 1, 0, 0, 0.1667, 0.3562), id="it comes sixth"),
    pytest.param("r2 r3", "r1", (0, 0, 0, 0, 0, 0, 0), id="it is not found"),
    pytest.param("", "r1", (0, 0, 0, 0, 0, 0, 0), id="nothing is found: worst, not left out"),
    pytest.param("s1 s2", "r1", (0, 0, 0, 0, 0, 0, 0), id="same number, other treaty: not it"),
    # (1 + 1/log2(4)) / (1 + 1/log2(3)) = 1.5 / 1.6309
    pytest.param("r1 r9 r2", "r1 r2", (1, 1, 1, 0.5, 1, 1, 0.9197), id="two wanted: first and third"),
    pytest.param("r1 r9", "r1 r2", (1, 1, 1, 0.5, 0.5, 1, 0.6131), id="two wanted, one found"),
    pytest.param("r3 r4 r5 r6 r7 r8 r9 s1 s2 s3 r1", "r1", (0, 0, 0, 0, 0, 0.0909, 0), id="eleventh is too late"),
]


@pytest.mark.parametrize(("ranking", "gold", "expected"), RANKINGS)
def test_ranking(ranking: str, gold: str, expected: tuple[float, ...]) -> None:
    found, wanted = keys(ranking), keys(gold)
    got = (
        *(measures.hit_at(found, wanted, k) for k in (1, 5, 10)),
        *(measures.recall_at(found, wanted, k) for k in (1, 5)),
        measures.reciprocal_rank(found, wanted),
        measures.ndcg_at(found, wanted, 10),
    )
    assert got == pytest.approx(expected, abs=5e-5)


# --- agreement with ir_measures

REFERENCE = {
    **{f"hit@{k}": Success @ k for k in (1, 5, 10)},
    **{f"recall@{k}": R @ k for k in (1, 5, 10)},
    "MRR": RR,
    "nDCG@10": nDCG @ 10,
    "first_citation_right": P @ 1,
}


def scores(ranking: Sequence[Key], gold: set[Key]) -> dict[str, float]:
    """What ours say, by the names of REFERENCE."""
    return {
        **{f"hit@{k}": measures.hit_at(ranking, gold, k) for k in (1, 5, 10)},
        **{f"recall@{k}": measures.recall_at(ranking, gold, k) for k in (1, 5, 10)},
        "MRR": measures.reciprocal_rank(ranking, gold),
        "nDCG@10": measures.ndcg_at(ranking, gold, 10),
        "first_citation_right": measures.first_citation_right(ranking, gold),
    }


def document(key: Key) -> str:
    return "/".join(key)


def assert_agrees(qrels: Sequence[Qrel], run: Sequence[ScoredDoc], ours: Mapping[str, Mapping[str, float]]) -> None:
    """Every measure of every question agrees, and no question is missing on either side."""
    names = {measure: name for name, measure in REFERENCE.items()}
    theirs: dict[str, dict[str, float]] = {}
    for metric in ir_measures.iter_calc(REFERENCE.values(), qrels, run):
        theirs.setdefault(metric.query_id, {})[names[metric.measure]] = metric.value
    assert theirs.keys() == ours.keys()
    for question, expected in theirs.items():
        assert ours[question] == pytest.approx(expected, rel=0, abs=1e-9)


def test_rankings_written_for_trec_score_the_same(tmp_path: Path) -> None:
    """The table above as a run and its judgements, in the files that trec_eval reads."""
    qrels, run, ours = [], [], {}
    for row in RANKINGS:
        found, wanted = keys(str(row.values[0])), keys(str(row.values[1]))
        question = str(row.id).replace(" ", "-")
        qrels += [f"{question} 0 {document(key)} 1" for key in wanted]
        run += [f"{question} Q0 {document(key)} {n} {-n} pacta" for n, key in enumerate(found, start=1)]
        ours[question] = scores(found, set(wanted))
    (tmp_path / "qrels").write_text("\n".join(qrels), "utf-8")
    (tmp_path / "run").write_text("\n".join(run), "utf-8")
    assert_agrees(
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels"))),
        list(ir_measures.read_trec_run(str(tmp_path / "run"))),
        ours,
    )


def test_an_article_listed_twice_gains_once() -> None:
    assert measures.ndcg_at(keys("r1 r1 r2"), keys("r1 r2"), 10) == pytest.approx(0.9197, abs=5e-5)


@pytest.mark.parametrize(
    ("ranking", "right", "expected"),
    [
        pytest.param("r2 s1", "r1", 0, id="another article of the right treaty"),
        pytest.param("s1 r1", "r1", 1, id="another treaty, though the right one follows"),
        pytest.param("s1 r1", "r1 s4", 0, id="either treaty would do"),
        pytest.param("", "r1", 1, id="nothing found led to no treaty"),
    ],
)
def test_wrong_treaty(ranking: str, right: str, expected: float) -> None:
    assert measures.wrong_treaty(keys(ranking), keys(right)) == expected


# cited, gold, also_ok: precision, recall, first citation right
CITATIONS = [
    pytest.param("r1", "r1", "", (1, 1, 1), id="the right one"),
    pytest.param("r1 r9", "r1", "", (0.5, 1, 1), id="the right one and another"),
    pytest.param("r9 r1", "r1", "", (0.5, 1, 0), id="the right one, but not first"),
    pytest.param("r1 r2", "r1", "r2", (1, 1, 1), id="what may be cited too costs no precision"),
    pytest.param("r2", "r1", "r2", (1, 0, 1), id="but does not stand for the gold article"),
    pytest.param("r1 r1 r9 r9", "r1", "", (0.5, 1, 1), id="each citation counts, as a reader sees it"),
    pytest.param("r1", "r1 r2", "", (1, 0.5, 1), id="one of two"),
    pytest.param("", "r1", "", (0, 0, 0), id="no citation is wrong, not perfect"),
]


@pytest.mark.parametrize(("cited", "gold", "also_ok", "expected"), CITATIONS)
def test_citations(cited: str, gold: str, also_ok: str, expected: tuple[float, ...]) -> None:
    found, wanted, others = keys(cited), keys(gold), keys(also_ok)
    assert (
        measures.citation_precision(found, wanted, others),
        measures.citation_recall(found, wanted),
        measures.first_citation_right(found, wanted, others),
    ) == expected


TEXT = "The Parties shall meet."


@pytest.mark.parametrize(
    ("quote", "start", "end", "valid"),
    [
        pytest.param("Parties", 4, 11, True, id="letter for letter"),
        pytest.param("parties", 4, 11, False, id="another case is another text"),
        pytest.param("Parties", 3, 11, False, id="one off"),
        pytest.param("Parties ", 4, 11, False, id="a blank too many"),
        pytest.param("meet.", 18, 23, True, id="up to the end of the text"),
        pytest.param("meet.", 18, 99, False, id="a slice would forgive an end beyond the text"),
        pytest.param("meet.", -5, 23, False, id="a slice would count a negative start from the end"),
        pytest.param("", 4, 4, False, id="no words are no evidence"),
    ],
)
def test_quote_is_text(quote: str, start: int, end: int, valid: bool) -> None:
    assert measures.quote_is_text(quote, TEXT, start, end) is valid


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        pytest.param(10, 20, True, id="the whole provision"),
        pytest.param(12, 15, True, id="a part of it"),
        pytest.param(9, 20, False, id="begins before it"),
        pytest.param(12, 21, False, id="runs on into the next"),
        pytest.param(12, 12, False, id="is nowhere"),
    ],
)
def test_lies_within(start: int, end: int, inside: bool) -> None:
    assert measures.lies_within(start, end, 10, 20) is inside


@pytest.mark.parametrize(
    ("gold", "quotes", "expected"),
    [
        pytest.param("shall be free", ["Fishing shall be free."], 1, id="quoted whole"),
        pytest.param("Shall be FREE,", ["fishing shall be free"], 1, id="case and punctuation aside"),
        pytest.param("a b c d e f", ["x a b c y"], 0.5, id="the first three of six words"),
        pytest.param("a b c d e f", ["a b c d", "d e f"], 1, id="two quotations cover it together"),
        pytest.param("a b c d", ["a b", "c d"], 0, id="but runs of two words count for nothing"),
        pytest.param("free transit", ["of free transit"], 1, id="a gold quotation of two words"),
        pytest.param("a b c", [], 0, id="nothing quoted"),
    ],
)
def test_quote_coverage(gold: str, quotes: list[str], expected: float) -> None:
    assert measures.quote_coverage(gold, quotes) == expected


@pytest.mark.parametrize(
    ("facts", "said", "expected"),
    [
        pytest.param(["armed attack"], "if an armed attack occurs", 1, id="as it stands"),
        pytest.param(["attack by arms"], "an armed attack", 1, id="other order and endings"),
        pytest.param(["Parties must notify"], "a party shall be notified", 1, id="duty in other words"),
        pytest.param(["48 hours"], "within forty-eight hours", 1, id="a number in words"),
        pytest.param(["sixty officers"], "60 officers", 1, id="or in figures"),
        pytest.param(["cease-fire"], "a cease fire", 1, id="hyphens"),
        pytest.param(["State's consent"], "consent of the State’s court", 1, id="possessives"),
        pytest.param(["not denounced"], "it may be denounced", 0, id="a denial is content"),
        pytest.param(["nine members", "veto"], "nine members", 0.5, id="one of two"),
        pytest.param(["treaty"], "I treat", 0, id="stems are not cut to pieces"),
        pytest.param(["families"], "the family", 1, id="-ies is -y"),
        pytest.param(["of the"], "by the", 0, id="a fact of function words alone is taken as it is"),
        pytest.param(["anything"], "", 0, id="nothing said"),
    ],
)
def test_key_fact_recall(facts: list[str], said: str, expected: float) -> None:
    assert measures.key_fact_recall(facts, said) == expected


# answer, quotes: share quoted
QUOTED = [
    pytest.param("Article 1: “Salt is free.” [1]", ["Salt is free."], 0.6, id="three words of five"),
    pytest.param("Salt is free [1].", ["Salt is free."], 1, id="nothing but the quotation"),
    pytest.param("SALT is\nfree", ["Salt is free."], 1, id="case and line ends aside"),
    pytest.param("Salt is [1] free.", ["Salt is free."], 1, id="a mark does not break a run"),
    pytest.param("Salt is free.", ["Salt [1] is free."], 1, id="nor does one in the text quoted"),
    pytest.param("a b c d e f", ["a b c", "d e f"], 1, id="two quotations"),
    pytest.param("a b c c d e", ["c d e", "a b c"], 1, id="in either order"),
    pytest.param("a b c d", ["a b", "c d x"], 0.5, id="a quotation of two words counts whole, two of three do not"),
    pytest.param("of the sea", ["by the sea shore"], 0, id="two words that happen to be shared"),
    pytest.param("Salt is free.", [], 0, id="nothing quoted"),
    pytest.param("Salt is free.", ["", "…"], 0, id="quotations of no words"),
    pytest.param("free free", ["free"], 1, id="each place that it stands counts"),
]


@pytest.mark.parametrize(("answer", "quotes", "expected"), QUOTED)
def test_share_quoted(answer: str, quotes: list[str], expected: float) -> None:
    assert measures.share_quoted(answer, quotes) == expected


# answer: its words, its marks
MARKED = [
    pytest.param("Salt is free [1].", 3, (1,), id="one mark"),
    pytest.param("Salt[1] is[2] free[1].", 3, (1, 2, 1), id="repeats, and no blank between"),
    pytest.param("A cease-fire of forty-eight hours", 6, (), id="a compound is two words, a number one"),
    pytest.param("The State’s consent", 3, (), id="a possessive is one word"),
    pytest.param("[12][3]", 0, (12, 3), id="marks alone are no words"),
    pytest.param("[a] [] [1, 2] [-1] (4)", 5, (), id="what is no mark"),
    pytest.param("[" + "9" * 5000 + "]", 1, (), id="nor is a number no answer has citations for"),
    pytest.param("", 0, (), id="nothing said"),
]


@pytest.mark.parametrize(("answer", "words", "marks"), MARKED)
def test_words_and_marks(answer: str, words: int, marks: tuple[int, ...]) -> None:
    assert measures.length_words(answer) == words
    assert measures.cited_marks(answer) == marks


@pytest.mark.parametrize(
    ("answer", "numbers", "match"),
    [
        pytest.param("a [1] b [2]", [1, 2], True, id="each used, in order"),
        pytest.param("a [1] b [2] c [1] d [3]", [1, 2, 3], True, id="order of first use, repeats are free"),
        pytest.param("It is not known.", [], True, id="an abstention"),
        pytest.param("a [1] b [3]", [1, 2], False, id="a mark without a citation"),
        pytest.param("a [1]", [1, 2], False, id="a citation that is not used"),
        pytest.param("a", [1], False, id="nor any"),
        pytest.param("a [1]", [], False, id="a mark where nothing is cited"),
        pytest.param("a [2] b [1]", [1, 2], False, id="used in another order than numbered"),
        pytest.param("a [2] b [1]", [2, 1], False, id="numbered in another order than listed"),
        pytest.param("a [1]", [1, 1], False, id="two citations of one number"),
        pytest.param("a [2]", [2], False, id="does not begin with 1"),
        pytest.param("a [0]", [0], False, id="nor does 0 begin"),
    ],
)
def test_marks_match(answer: str, numbers: list[int], match: bool) -> None:
    assert measures.marks_match(answer, numbers) is match


@pytest.mark.parametrize(
    "compute",
    [
        pytest.param(lambda: measures.hit_at(keys("r1"), [], 1), id="hit without gold"),
        pytest.param(lambda: measures.recall_at(keys("r1"), [], 1), id="recall without gold"),
        pytest.param(lambda: measures.reciprocal_rank(keys("r1"), []), id="MRR without gold"),
        pytest.param(lambda: measures.ndcg_at(keys("r1"), [], 10), id="nDCG without gold"),
        pytest.param(lambda: measures.wrong_treaty(keys("r1"), []), id="treaty without gold"),
        pytest.param(lambda: measures.citation_precision([], []), id="precision without gold"),
        pytest.param(lambda: measures.citation_precision([], [], keys("r1")), id="also_ok is no gold"),
        pytest.param(lambda: measures.citation_recall([], []), id="citation recall without gold"),
        pytest.param(lambda: measures.first_citation_right([], []), id="first without gold"),
        pytest.param(lambda: measures.quote_is_text("a", None, 0, 1), id="quotation without a text"),
        pytest.param(lambda: measures.quote_coverage(" … ", ["a"]), id="a gold quotation of no words"),
        pytest.param(lambda: measures.share_quoted("", ["a"]), id="an answer of no words"),
        pytest.param(lambda: measures.share_quoted("[1] …", ["a"]), id="an answer of marks"),
        pytest.param(lambda: measures.key_fact_recall([], "a"), id="no key facts"),
        pytest.param(lambda: measures.key_fact_recall(["a", "…"], "a"), id="a fact of no words"),
    ],
)
def test_missing_evidence_is_an_error_not_a_score(compute: object) -> None:
    assert callable(compute)
    with pytest.raises(MissingEvidence):
        compute()


key = st.tuples(st.sampled_from("rst"), st.sampled_from(["art_1", "art_2", "art_3", "preamble"]))
rankings = st.lists(key, max_size=14)
golds = st.sets(key, min_size=1, max_size=5)


@given(rankings, golds, golds, st.integers(1, 12))
def test_scores_lie_between_0_and_1_and_grow_with_k(ranking: list[Key], gold: set[Key], also: set[Key], k: int) -> None:
    for score in (
        measures.hit_at(ranking, gold, k),
        measures.recall_at(ranking, gold, k),
        measures.reciprocal_rank(ranking, gold),
        measures.ndcg_at(ranking, gold, k),
        measures.wrong_treaty(ranking, gold),
        measures.citation_precision(ranking, gold, also),
        measures.citation_recall(ranking, gold),
        measures.first_citation_right(ranking, gold, also),
    ):
        assert 0 <= score <= 1
    assert measures.recall_at(ranking, gold, k) <= measures.recall_at(ranking, gold, k + 1)
    assert measures.recall_at(ranking, gold, k) <= measures.hit_at(ranking, gold, k)


@given(rankings, golds, st.randoms(use_true_random=False))
def test_the_order_of_what_follows_the_last_gold_article_is_all_one(
    ranking: list[Key], gold: set[Key], random: Random
) -> None:
    last = max((place for place, found in enumerate(ranking) if found in gold), default=-1)
    tail = ranking[last + 1 :]
    random.shuffle(tail)
    shuffled = ranking[: last + 1] + tail
    for k in (5, 10):
        assert measures.ndcg_at(ranking, gold, k) == measures.ndcg_at(shuffled, gold, k)
    assert measures.reciprocal_rank(ranking, gold) == measures.reciprocal_rank(shuffled, gold)


@given(golds)
def test_all_gold_first_is_perfect_and_moving_one_down_is_not(gold: set[Key]) -> None:
    best = sorted(gold)
    assert measures.ndcg_at(best, gold, 10) == pytest.approx(1)
    assert measures.ndcg_at([("x", "art_9"), *best], gold, 10) < 1


@given(st.text(max_size=40), st.integers(-50, 50), st.integers(-50, 50))
def test_a_valid_quotation_can_be_cut_out_of_the_text(text: str, start: int, end: int) -> None:
    inside = 0 <= start < end <= len(text)
    assert measures.quote_is_text(text[start:end], text, start, end) == inside


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_can_be_compared(said: str, fact: str) -> None:
    try:
        coverage = measures.quote_coverage(fact, [said])
    except MissingEvidence:
        assume(False)
    assert 0 <= coverage <= 1
    assert measures.key_fact_recall([fact], said) in (0, 1)
    assert measures.key_fact_recall([fact], f"{said} {fact} {said}") == 1
    assert measures.quote_coverage(fact, [fact]) == 1


@given(st.lists(key, max_size=14, unique=True), golds)
def test_rankings_score_as_ir_measures_scores_them(ranking: list[Key], gold: set[Key]) -> None:
    qrels = [Qrel("q", document(k), 1) for k in gold]
    run = [ScoredDoc("q", document(k), float(-n)) for n, k in enumerate(ranking)]
    assert_agrees(qrels, run, {"q": scores(ranking, gold)})


words = st.lists(st.sampled_from(["a", "b", "c", "d", "[1]"]), max_size=12).map(" ".join)


@given(words, st.lists(words, max_size=3), words)
def test_more_quotations_never_quote_less(answer: str, quotes: list[str], another: str) -> None:
    assume(measures.length_words(answer))
    before = measures.share_quoted(answer, quotes)
    after = measures.share_quoted(answer, [*quotes, another])
    assert 0 <= before <= after <= 1
    assert measures.share_quoted(answer, [answer]) == 1


@given(st.text(max_size=60), st.integers(0, 99))
def test_a_mark_is_no_word(text: str, number: int) -> None:
    marked = f"{text} [{number}]"
    assert measures.length_words(marked) == measures.length_words(text)
    assert measures.cited_marks(marked) == (*measures.cited_marks(text), number)
