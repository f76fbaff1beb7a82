"""Matching a quotation with a treaty's words: what is one word, where the words stand, what is hidden or cut off."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import parse_text

from ingest.index import Index
from ingest.models import ParsedTreaty
from service.check.align import align
from service.check.corpus_words import corpus_words
from service.check.differences import weigh
from service.check.frame import turned
from service.check.held_words import HeldWords
from service.check.hidden import conditions_cut_off
from service.check.models import Piece
from service.check.phrases import WordIndex, best_in
from service.check.words import words_in

TREATIES = ["arvenia-solmark", "tessara", "valdore-montrel", "orrin"]
RULE = (
    "1. Each Party, acting under Article 3, paragraph 2 (a), shall not transfer any weapon to a third State, except "
    "with the consent of the Council.\n\n2. The Parties shall consult together as they deem necessary. Nothing in this "
    "Treaty permits that any State may use force.\n\n3. Within thirty (30) days after the attack the Council, composed "
    "of eleven Members, shall decide by a two-thirds majority on individual or collective measures of self-\ndefence."
)


def _words(text: str) -> list[str]:
    return [word.text for word in words_in(text) if word.kind == "word"]


def _pieces(quotation: str, held: str = RULE) -> tuple[Piece, ...]:
    found = align(quotation, words_in(quotation), HeldWords(held))
    assert found is not None
    return weigh(found.pieces)


def _telling(pieces: tuple[Piece, ...]) -> list[Piece]:
    return [piece for piece in pieces if piece.weight in ("may_change", "changes")]


SAME = [
    ("two thirds", "2/3", "a fraction"),
    ("one hundred and twenty", "120", "hundreds and tens"),
    ("two thousand and five", "2005", "thousands"),
    ("1 000 tonnes", "1,000 tonnes", "thousands parted by a blank"),
    ("twenty-first", "21st", "an ordinal"),
    ("thirty (30) days", "30 days", "a number said twice"),
    ("State[s]", "states", "an ending in brackets"),
    ("inter\u00adnational", "international", "a soft hyphen"),
    ("fulfilment of judgements", "fulfillment of judgments", "other doubled letters"),
    ("licences and practise", "licenses and practice", "-ce and -se"),
    ("end. 2. The next", "end. The next", "a paragraph's number within a line"),
    ("b)the", "the", "a point's letter with no blank behind it"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME, ids=[row[2] for row in SAME])
def test_other_writings_of_the_same_words(one: str, other: str, why: str) -> None:
    assert _words(one) == _words(other), why


NOT_SAME = [
    ("often", "attend", "both have a ten in them"),
    ("alone", "stone", "both have a one in them"),
    ("weight", "8", "a word that ends as a number does"),
    ("first", "one", "an ordinal is no number"),
    ("paragraph 2 (a)", "paragraph 2 (b)", "a letter that is referred to"),
    ("paragraphs 1 (a) and (b)", "paragraphs 1 (a) and (c)", "the second of two"),
    ("1960s", "1960", "a decade"),
    ("rise", "rose", "another vowel"),
]


@pytest.mark.parametrize(("one", "other", "why"), NOT_SAME, ids=[row[2] for row in NOT_SAME])
def test_words_that_only_look_alike_are_told_apart(one: str, other: str, why: str) -> None:
    assert _words(one) != _words(other), why


# A quotation of RULE, and the words with which it is seen to be altered; None where it is not.
QUOTATIONS = [
    ("measures of self-defense", None, "spelling, and a compound broken at a line's end"),
    ("Within 30 days after the attack the Council", None, "the number said once"),
    ("the Council, composed of 11 Members, shall decide by a 2/3 majority", None, "numbers in figures"),
    ("the Council … shall decide by a two-thirds majority", "eleven", "an ellipsis that hides a number"),
    ("[The Council] shall decide by a two-thirds majority [sic]", None, "brackets around it"),
    ("permits that any [member] State may use force", None, "a bracket within it"),
    ("permits that any State [must] use force", "may", "a bracket that takes a choice away"),
    ("The Parties shall [not] consult together", "[not]", "a bracket that brings in a denial"),
    ("shall … transfer any weapon to a third State", "not", "an ellipsis that hides not"),
    ("shall not transfer any weapon to a third State …", "except", "dots at the end that hide an exception"),
    ("Each Party … shall not transfer any weapon", None, "an ellipsis that hides a reference"),
    ("The Parties shall consult together … Nothing in this Treaty permits", "as they deem", "one that hides a limit"),
    ("any weapon to a third State … The Parties shall consult", "except", "up to the sentence's end"),
    ("with the consent of the Council … Nothing in this Treaty", None, "an ellipsis that hides a whole sentence"),
    ("acting under Article 3, paragraph 2 (b), shall not", "(b)", "another provision referred to"),
    ("decide by a majority on individual or collective measures", "two-thirds", "a majority made simple"),
    ("on collective or individual measures", "", "words in another order"),
    ("the Council, composed of eleven Member, shall decide", "Member", "only the form of a word"),
    ("transfer any weapon to a third State. Nothing in this Treaty permits", "except", "a stretch dropped in silence"),
    ("any State may use force within thirty days after an attack", "an", "a small word"),
]  # fmt: skip


@pytest.mark.parametrize(("quotation", "said", "why"), QUOTATIONS, ids=[row[2] for row in QUOTATIONS])
def test_what_is_altered_and_what_is_harmless(quotation: str, said: str | None, why: str) -> None:
    telling = _telling(_pieces(quotation))
    if said is None:
        assert telling == [], why
    else:
        assert any(said in f"{piece.claimed} {piece.held} {piece.reason}" for piece in telling), why


def test_another_spelling_is_shown_and_called_harmless() -> None:
    (spelled,) = [piece for piece in _pieces("defence co-operation", "defense cooperation") if piece.op == "changed"]
    assert (spelled.claimed, spelled.held, spelled.weight) == ("defence", "defense", "harmless")
    assert "spelled" in spelled.reason


def test_words_far_apart_are_one_quotation_with_the_rest_dropped() -> None:
    held = (
        "Each Party shall respect the border of the other, "
        + "and so on, " * 12
        + "and it shall not station troops there."
    )
    found = align(
        quotation := "Each Party shall respect the border of the other, and it shall not station troops there",
        words_in(quotation),
        HeldWords(held),
    )
    assert found is not None
    assert [piece.op for piece in found.pieces] == ["same", "dropped", "same"]


def _of_rule(text: str = RULE) -> ParsedTreaty:
    """A treaty with nothing but a rule."""
    return parse_text(f"TREATY OF OSK\n\nArticle 1\n\n{text}\n", "osk", "Treaty of Osk")


@pytest.mark.parametrize(
    ("words", "denial", "why"),
    [
        ("any State may use force", "Nothing", "nothing, some words before"),
        ("transfer any weapon", "not", "not, before the verb"),
        ("The Parties shall consult together", None, "a sentence of its own"),
        ("shall not transfer any weapon", None, "the denial is quoted"),
    ],
)
def test_a_denial_that_is_cut_off_is_seen(words: str, denial: str | None, why: str) -> None:
    parsed = _of_rule()
    start = parsed.treaty.text.index(words)
    found = turned(" says that ", words, parsed, start, start + len(words))
    assert (found is not None) == (denial is not None), why
    assert found is None or f"“{denial}”" in found.why


@pytest.mark.parametrize("own", [" says that nobody may ", " bars states that "])
def test_a_denial_that_the_statement_tells_itself_is_not_cut_off(own: str) -> None:
    parsed = _of_rule()
    start = parsed.treaty.text.index("transfer any weapon")
    assert turned(own, "transfer any weapon", parsed, start, start + len("transfer any weapon")) is None


def test_a_right_that_nothing_shall_impair_is_not_denied() -> None:
    parsed = _of_rule("Nothing in this Treaty shall impair the right of each Party to defend itself.")
    start = parsed.treaty.text.index("the right")
    assert turned(" says that ", parsed.treaty.text[start:], parsed, start, len(parsed.treaty.text) - 1) is None


def test_conditions_that_are_cut_off_are_told() -> None:
    text = "Unless otherwise agreed, the Parties shall meet every year, provided that the Council so decides."
    start = text.index("the Parties")
    before, behind = conditions_cut_off(text, start, text.index(", provided"))
    assert (before, behind) == ("Unless otherwise agreed", "provided that the Council so decides")


def test_four_words_are_found_among_all_treaties(sample_index: Index) -> None:
    article = next(a for a in sample_index.treaties["arvenia-solmark"].articles if a.eid == "art_4")
    text = sample_index.treaties["arvenia-solmark"].treaty.text
    words = words_in(text, article.body_start, article.end)[4:8]
    quotation = text[words[0].start : words[-1].end]
    places = WordIndex.of(sample_index).places(quotation, 0, len(quotation))
    assert ("arvenia-solmark", "art_4", 1.0) in [(p.treaty_id, p.article, p.similarity) for p in places]


def test_the_words_of_treaties_are_read_once_and_never_the_hidden_ones(sample_index: Index) -> None:
    assert corpus_words(sample_index) is corpus_words(sample_index)
    less = sample_index.without(frozenset({"arvenia-solmark"}))
    assert corpus_words(less).words < corpus_words(sample_index).words
    assert corpus_words(sample_index.without(frozenset(sample_index.treaties))).likely("each Party shall", 5) == []


@settings(max_examples=40)
@given(data=st.data())
def test_every_word_dropped_added_or_put_for_another_is_seen(sample_index: Index, data: st.DataObject) -> None:
    parsed = sample_index.treaties[data.draw(st.sampled_from(TREATIES))]
    article = data.draw(st.sampled_from([a for a in parsed.articles if a.end - a.body_start > 120]))
    text = parsed.treaty.text
    words = [word for word in words_in(text, article.body_start, article.end) if word.kind == "word"]
    first = data.draw(st.integers(0, max(0, len(words) - 10)))
    quoted = words[first : first + data.draw(st.integers(6, 30))]
    at = data.draw(st.integers(1, len(quoted) - 2))
    put = data.draw(st.sampled_from(["", "not", "may", "zebra"]))
    also = data.draw(st.booleans()) and bool(put)
    begin, end = quoted[at].start, quoted[at].start if also else quoted[at].end
    quotation = f"{text[quoted[0].start : begin]} {put} {text[end : quoted[-1].end]}"
    if _words(quotation) == [word.text for word in quoted]:
        return
    place = best_in(parsed, quotation, 0, len(quotation), (article.eid,))
    assert place is not None
    assert _telling(place.pieces)
    for piece in place.pieces:
        assert quotation[piece.start : piece.end] == piece.claimed
        assert text[piece.held_start : piece.held_end] == piece.held


@settings(max_examples=40)
@given(text=st.text(alphabet="ab12 .…[]()-'\n%", max_size=60), held=st.text(alphabet="ab12 .[]()-\n", max_size=60))
def test_any_text_is_aligned_with_any_other(text: str, held: str) -> None:
    for word in words_in(text):
        assert 0 <= word.start < word.end <= len(text)
    found = align(text, words_in(text), HeldWords(held))
    for piece in weigh(found.pieces) if found else ():
        assert (text[piece.start : piece.end], held[piece.held_start : piece.held_end]) == (piece.claimed, piece.held)
