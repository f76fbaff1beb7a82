"""Passages: every word once, names that tell apart, lengths, and what is embedded with them."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import WORDS, parse_text, treaty_text

import ingest
from ingest.manifest import find_entries
from ingest.models import ParsedTreaty, Passage
from ingest.parse import parse_file
from ingest.passages import context_prefix, cut_passages, short_title

SAMPLES = Path(ingest.__file__).parent / "samples"


@cache
def samples() -> tuple[ParsedTreaty, ...]:
    return tuple(parse_file(entry) for entry in find_entries([SAMPLES]))


def sentences(count: int, each: int = 10) -> str:
    """``count`` sentences of ``each`` words."""
    return " ".join("Lamp " + " ".join(f"w{n}" for _ in range(each - 2)) + " burns." for n in range(count))


def ids(passages: list[Passage]) -> list[str]:
    return [passage.id for passage in passages]


def faults(parsed: ParsedTreaty, passages: list[Passage], *, numbers: bool = False) -> list[str]:
    """What is wrong with the passages of a treaty, as sentences.

    With ``numbers`` the printed number of a paragraph must be in a passage too.
    """
    text, held, printed = parsed.treaty.text, Counter[int](), set[int]()
    found = [f"{id} is given {n} times" for id, n in Counter(ids(passages)).items() if n > 1]
    for passage in passages:
        held.update(range(passage.start, passage.end))
        if passage.text != text[passage.start : passage.end] or passage.text != passage.text.strip():
            found.append(f"{passage.id} is not the text at its place")
        if not passage.embedding_text.endswith(" ".join(passage.text.split())):
            found.append(f"{passage.id} is embedded without its words")
        if passage.eid not in parsed.by_eid or passage.article not in parsed.by_eid:
            found.append(f"{passage.id} belongs to no provision")
    for p in parsed.provisions:
        if p.number and p.kind in ("paragraph", "point") and not numbers:
            printed.update(range(p.start, p.body_start))
    for p in parsed.provisions:
        if p.kind not in ("article", "preamble", "final"):
            continue
        for word in re.finditer(r"\w+", text[p.body_start : p.end]):
            place = range(p.body_start + word.start(), p.body_start + word.end())
            count = {held[i] for i in place}
            if count != {1} and not (count == {0} and printed.issuperset(place)):
                found.append(f"{word[0]!r} of {p.eid} at {place.start} is in {sorted(count)} passages")
    return found


@pytest.mark.parametrize("words", [pytest.param(160, id="as used"), pytest.param(40, id="short")])
@pytest.mark.parametrize("treaty", range(7), ids=lambda n: f"sample {n}")
def test_every_word_of_the_samples_is_in_one_passage(treaty: int, words: int) -> None:
    parsed = samples()[treaty]
    passages = cut_passages(parsed, words)
    assert faults(parsed, passages) == []
    assert [p.start for p in passages] == sorted(p.start for p in passages)


def test_a_short_article_is_one_passage() -> None:
    parsed = parse_text(treaty_text(f"Article 1\nLamps\n\n1. {WORDS}\n\n2. {WORDS}", f"Article 2\n\n{WORDS}"))
    passages = cut_passages(parsed)
    assert ids(passages) == ["venn/preamble", "venn/art_1", "venn/art_2"]
    assert [p.article for p in passages] == ["preamble", "art_1", "art_2"]
    assert passages[1].text == f"1. {WORDS}\n\n2. {WORDS}"


def test_a_long_article_is_cut_between_its_paragraphs() -> None:
    body = "\n\n".join(f"{n}. {sentences(9)}" for n in range(1, 4))
    passages = cut_passages(parse_text(treaty_text(f"Article 1\n\n{body}", f"Article 2\n\n{WORDS}")), 100)
    assert ids(passages)[1:4] == ["venn/art_1__para_1", "venn/art_1__para_2", "venn/art_1__para_3"]
    assert {p.article for p in passages[1:4]} == {"art_1"}


def test_short_paragraphs_go_together_under_their_article() -> None:
    body = "\n\n".join(f"{n}. {sentences(4)}" for n in range(1, 6))
    passages = cut_passages(parse_text(treaty_text(f"Article 1\n\n{body}", f"Article 2\n\n{WORDS}")), 100)
    assert ids(passages)[1:4] == ["venn/art_1", "venn/art_1~2", "venn/art_1__para_5"]
    assert [len(p.text.split()) for p in passages[1:4]] == [82, 82, 41]


def test_a_long_paragraph_is_cut_at_its_sentences() -> None:
    passages = cut_passages(parse_text(treaty_text(f"Article 1\n\n{sentences(25)}", f"Article 2\n\n{WORDS}")), 100)
    assert ids(passages)[1:4] == ["venn/art_1", "venn/art_1~2", "venn/art_1~3"]
    assert [len(p.text.split()) for p in passages[1:4]] == [100, 100, 50]
    assert all(p.text.endswith("burns.") for p in passages[1:4])


def test_a_long_list_is_cut_between_its_points() -> None:
    points = "\n".join(f"({letter}) {sentences(6)}" for letter in "abc")
    passages = cut_passages(
        parse_text(treaty_text(f"Article 1\n\nThey shall:\n{points}", f"Article 2\n\n{WORDS}")), 100
    )
    assert ids(passages)[1:4] == ["venn/art_1", "venn/art_1__point_b", "venn/art_1__point_c"]
    assert passages[1].text.startswith("They shall:\n(a) Lamp")


def test_a_sentence_too_long_stays_whole() -> None:
    parsed = parse_text(treaty_text(f"Article 1\n\n{sentences(1, 300)}", f"Article 2\n\n{WORDS}"))
    assert [len(p.text.split()) for p in cut_passages(parsed) if p.article == "art_1"] == [300]


def test_chinese_is_counted_by_letters() -> None:
    clause = "各方应当点灯并且鸣钟不得延误。"
    parsed = parse_text(treaty_text(f"第一条\n\n{clause * 40}", f"第二条\n\n{clause}"))
    passages = [p for p in cut_passages(parsed) if p.article == "art_1"]
    assert len(passages) > 1
    assert all(len(p.text) <= 2 * 160 + len(clause) for p in passages)


def test_final_words_are_a_passage_of_their_own() -> None:
    parsed = parse_text(treaty_text(f"Article 1\n\n{WORDS}", f"Article 2\n\n{WORDS}\n\nDone at Venn."))
    last = cut_passages(parsed)[-1]
    assert (last.id, last.article, last.text) == ("venn/final", "final", "Done at Venn.")


def test_annexes_without_articles_are_passages() -> None:
    annexes = [f"ANNEX I\nLamps\n\n{WORDS}", "ANNEX II", f"SECTION 1\nNorth\n\n{WORDS}", f"SECTION 2\nSouth\n\n{WORDS}"]
    parsed = parse_text(treaty_text(f"Article 1\n\n{WORDS}", *annexes))
    passages = {p.id: p.article for p in cut_passages(parsed)}
    assert list(passages)[2:] == ["venn/annex_1", "venn/annex_2__sec_1", "venn/annex_2__sec_2"]


PREFIXES = [
    pytest.param("art_1", "Treaty of Venn > Part I Lamps > Article 1 Oil", id="part and article"),
    pytest.param("preamble", "Treaty of Venn > Preamble", id="preamble"),
    pytest.param("annex_1", "Treaty of Venn > Annex I Horns", id="annex"),
    pytest.param("annex_2__art_1", "Treaty of Venn > Annex II > Article 1", id="article of an annex"),
    pytest.param("art_1__para_2", "Treaty of Venn > Part I Lamps > Article 1 Oil", id="paragraphs have no names"),
]


@pytest.mark.parametrize(("eid", "prefix"), PREFIXES)
def test_the_names_above_a_provision(eid: str, prefix: str) -> None:
    article = f"Article 1\nOil\n\n1. {WORDS}\n\n2. {WORDS}"
    parsed = parse_text(
        treaty_text("PART I\nLamps", article, f"ANNEX I\nHorns\n\n{WORDS}", "ANNEX II", f"Article 1\n\n{WORDS}")
    )
    assert context_prefix(parsed, parsed.by_eid[eid]) == prefix


def test_what_is_embedded_is_the_words_under_their_names() -> None:
    parsed = parse_text(treaty_text("PART I\nLamps", f"Article 1\nOil\n\n1. {WORDS}\n\n2. {WORDS}"))
    passage = cut_passages(parsed)[-1]
    assert passage.embedding_text == f"Treaty of Venn > Part I Lamps > Article 1 Oil > 1. {WORDS} 2. {WORDS}"


@pytest.mark.parametrize(
    ("title", "short"),
    [
        pytest.param("Treaty of Venn", "Treaty of Venn", id="short"),
        pytest.param(" ".join(["word"] * 24), " ".join(["word"] * 24), id="just short enough"),
        pytest.param(" ".join(["word"] * 25), " ".join(["word"] * 24) + " …", id="cut"),
    ],
)
def test_short_title(title: str, short: str) -> None:
    assert short_title(title) == short


LINES = st.sampled_from(
    ["1. {}", "2. {}", "(a) {}", "(i) {}", "{}", "– {}", "“Lamp” means {}", "3. (a) {}", "{}: (a) x; (b) y."]
)


@given(
    st.lists(st.lists(st.tuples(LINES, st.integers(1, 9)), min_size=1, max_size=7), min_size=1, max_size=4),
    st.integers(5, 60),
)
@settings(max_examples=150)
def test_any_treaty_is_cut_into_passages_that_hold_every_word_once(
    articles: list[list[tuple[str, int]]], words: int
) -> None:
    written = [
        f"Article {n}\n\n" + "\n".join(line.format(sentences(count, 5)) for line, count in body)
        for n, body in enumerate(articles, start=1)
    ]
    parsed = parse_text(treaty_text(*written) + "\nDone at Venn.\n")
    assert faults(parsed, cut_passages(parsed, words)) == []


def test_the_number_of_a_long_paragraph_is_in_a_passage() -> None:
    body = f"1. {WORDS}\n2. (a) {sentences(12)}\n(b) {sentences(12)}"
    parsed = parse_text(treaty_text(f"Article 1\n\n{body}", f"Article 2\n\n{WORDS}"))
    assert faults(parsed, cut_passages(parsed), numbers=True) == []


UNSEARCHED = [
    pytest.param(["ANNEX I", "The lamps named here are Venn's alone.", f"SECTION 1\nNorth\n\n{WORDS}"], id="an annex"),
    pytest.param(["PROTOCOL ON BELLS", "The Parties to it, wishing bells rung, agree:", f"Article 1\n\n{WORDS}"],
                 id="a protocol"),
    pytest.param(["PART II", "The Parties hold themselves bound by what follows here.", f"Article 2\n\n{WORDS}"],
                 id="a part"),
]  # fmt: skip


@pytest.mark.parametrize("container", UNSEARCHED)
def test_words_that_open_a_container_are_in_a_passage(container: list[str]) -> None:
    parsed = parse_text(treaty_text("PART I", f"Article 1\n\n{WORDS}", *container))
    assert any(container[1] in passage.text for passage in cut_passages(parsed))
