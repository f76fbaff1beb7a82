"""What is the same word for a comparison, where a quotation stands, and what its differences do to the meaning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.index import Index
from service.check.align import align
from service.check.differences import weigh
from service.check.held_words import HeldWords
from service.check.models import Piece
from service.check.phrases import WordIndex, best_in
from service.check.words import words_in

RULE = (
    "1. No Party shall use force against the other, unless it is attacked. 2. Each Party may withdraw from this Treaty "
    "by giving three months' notice to the Depositary, and the notice shall be in writing.\n(a) Defence co-operation "
    "between the States Parties shall be financed by a two-thirds majority, which in this\nconnexion means both."
)

SAME = [
    ("defence", "defense", "British and American"),
    ("organisation", "organization", "-ise and -ize"),
    ("honour", "honor", "-our and -or"),
    ("centre", "center", "-re and -er"),
    ("programme", "program", "a doubled ending"),
    ("travelled", "traveled", "a doubled consonant"),
    ("co-operate", "cooperate", "a prefix with its hyphen"),
    ("self-defence", "self defense", "a compound"),
    ("obliga-\ntion", "obligation", "broken at the end of a line"),
    ("thirty", "30", "a number in words"),
    ("twenty-one", "21", "a compound number"),
    ("10 per cent", "10%", "per cent"),
    ("the Party's", "the Party’s", "apostrophes"),
    ("[s]hall", "shall", "a letter in brackets"),
    ("État", "etat", "accents and case"),
    ("U.N.", "UN", "an abbreviation"),
    ("(a) peace;\n2. war", "peace; war", "marks of a list"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME, ids=[row[2] for row in SAME])
def test_words_that_are_the_same(one: str, other: str, why: str) -> None:
    assert [w.text for w in words_in(one) if w.kind == "word"] == [w.text for w in words_in(other) if w.kind == "word"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("shall", "may"), ("party", "parties"), ("30", "60"), ("states", "state"), ("wise", "wize_"), ("our", "or")],
)
def test_words_that_are_not(one: str, other: str) -> None:
    assert words_in(one)[0].text != words_in(other)[0].text


def _pieces(quotation: str, rule: str = RULE) -> tuple[Piece, ...]:
    found = align(quotation, words_in(quotation), HeldWords(rule))
    assert found is not None
    return weigh(found.pieces)


# A quotation of RULE, the words in which it differs, what they do, why.
DIFFERENCES = [
    ("No Party shall use force against the other", None, "harmless", "word for word"),
    ("no party SHALL use force, against the other", None, "harmless", "case and marks"),
    ("Defense cooperation between the States Parties", None, "harmless", "spelling"),
    ("giving 3 months' notice to the Depositary", None, "harmless", "the number in figures"),
    ("Each Party may withdraw … by giving three months' notice", None, "harmless", "an ellipsis over an aside"),
    ("Each Party [of the two] may withdraw", None, "harmless", "words in brackets"),
    ("the notice shall be in writing. Defence co-operation", None, "harmless", "over a list's mark"),
    ("be financed by a two-thirds majority, which in this connexion", None, "harmless", "over a line's end"),
    ("No Party may use force against the other", "may", "changes", "may for shall"),
    ("Each Party shall withdraw from this Treaty", "shall", "changes", "shall for may"),
    ("Party shall not use force against the other", "not", "changes", "a denial added"),
    ("No Party shall use any force against the other", "any", "changes", "any added"),
    ("by giving six months' notice", "six", "changes", "another number"),
    ("three days' notice to the Depositary", "days", "changes", "another unit"),
    ("or the notice shall be in writing", "or", "changes", "or for and"),
    ("between the States shall be financed", "", "changes", "a party's word dropped"),
    ("financed by a simple majority", "simple", "changes", "another majority"),
    ("the notice shall be in ink, in writing", "ink", "may_change", "another word added"),
    ("No Party shall use violence against the other", "violence", "may_change", "another word"),
    ("shall use force against the other … it is attacked", "", "changes", "an ellipsis that hides unless"),
    ("No … force against the other", "", "changes", "an ellipsis that hides the duty"),
    ("No Party shall use force against the other …", "", "changes", "dots at the end that hide unless"),
]  # fmt: skip


@pytest.mark.parametrize(("quotation", "words", "weight", "why"), DIFFERENCES, ids=[row[3] for row in DIFFERENCES])
def test_differences_are_weighed(quotation: str, words: str | None, weight: str, why: str) -> None:
    telling = [piece for piece in _pieces(quotation) if piece.weight in ("may_change", "changes")]
    if weight == "harmless":
        assert telling == []
        return
    assert weight in [piece.weight for piece in telling], why
    assert any(piece.reason for piece in telling)
    assert words is None or any(words in piece.claimed for piece in telling)


def test_pieces_are_the_words_at_their_offsets() -> None:
    quotation = "Each Party [sic] shall withdraw … by giving six months' notice, or else"
    for piece in _pieces(quotation):
        assert quotation[piece.start : piece.end] == piece.claimed
        assert RULE[piece.held_start : piece.held_end] == piece.held


@pytest.mark.parametrize(
    ("quotation", "treaty", "eid"),
    [
        ("the other Party shall, at the request of the Party attacked", "arvenia-solmark", "art_4"),
        ("the other Party may, at the request of the Party attacked", "arvenia-solmark", "art_4"),
    ],
    ids=["word for word", "with a word changed"],
)
def test_words_are_found_in_all_treaties(sample_index: Index, quotation: str, treaty: str, eid: str) -> None:
    best = WordIndex.of(sample_index).places(quotation, 0, len(quotation))[0]
    assert (best.treaty_id, best.article) == (treaty, eid)


def test_words_of_a_hidden_treaty_are_not_found(sample_index: Index) -> None:
    quotation = "the other Party shall, at the request of the Party attacked"
    less = sample_index.without(frozenset({"arvenia-solmark"}))
    assert all(
        place.treaty_id != "arvenia-solmark" for place in WordIndex.of(less).places(quotation, 0, len(quotation))
    )


@settings(max_examples=60)
@given(data=st.data())
def test_a_stretch_of_a_treaty_is_found_whole_and_a_changed_word_is_seen(
    sample_index: Index, data: st.DataObject
) -> None:
    treaty_id = data.draw(st.sampled_from(["arvenia-solmark", "tessara", "valdore-montrel", "orrin"]))
    parsed = sample_index.treaties[treaty_id]
    article = data.draw(st.sampled_from([a for a in parsed.articles if a.end - a.body_start > 120]))
    text = parsed.treaty.text
    words = [w for w in words_in(text, article.body_start, article.end) if w.kind == "word"]
    first = data.draw(st.integers(0, max(0, len(words) - 8)))
    last = data.draw(st.integers(first + 6, min(len(words), first + 40))) if first + 6 < len(words) else len(words)
    quotation = text[words[first].start : words[last - 1].end]
    place = best_in(parsed, quotation, 0, len(quotation))
    assert place is not None
    assert place.similarity == 1.0
    assert all(piece.weight in ("none", "harmless") for piece in place.pieces)
    middle = words[(first + last) // 2]
    at = middle.start - words[first].start
    changed = f"{quotation[:at]}zebra{quotation[at + middle.end - middle.start :]}"
    other = best_in(parsed, changed, 0, len(changed), (article.eid,))
    assert other is not None
    assert any(piece.weight in ("may_change", "changes") for piece in other.pieces)
