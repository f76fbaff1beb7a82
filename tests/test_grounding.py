"""The gate of promise 1: what is not the text, at its place, in the provision it names, never passes."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ingest_fakes import headed, parse_text, treaty_text

from ingest.models import ParsedTreaty
from service.citations import cite
from service.grounding import is_grounded, keep_grounded
from service.models import Citation
from service.spans import Extract

VENN = parse_text(
    treaty_text(
        "Article 1\nLamps\n\n1. The lamps are lit.\n\n"
        "2. The lamps are “never” put out:\n\n(a) by day;\n\n(b) by night.",
        "Article 2\nBells\n\nThe lamps are lit.",
        "Article 3\nNaïve cafés\n\nÉtés à 𝔙enn – cafés.",
    )
)
OSK = parse_text(headed("Article 1", "Article 2", words="The lamps are lit."), "osk", "Convention of Osk")
TREATIES = {"venn": VENN, "osk": OSK}


def citation_of(eid: str, parsed: ParsedTreaty = VENN) -> Citation:
    provision = parsed.by_eid[eid]
    return cite(parsed, Extract(provision, provision.body_start, provision.end), 1)


GOOD = citation_of("art_1__para_2")

ALTERED = [
    pytest.param({"quote": GOOD.quote.replace("never", "always")}, id="another word"),
    pytest.param({"quote": GOOD.quote.replace("“never”", '"never"')}, id="other quotation marks"),
    pytest.param({"quote": GOOD.quote + " "}, id="a space more"),
    pytest.param({"quote": GOOD.quote[:-1]}, id="a stop less, the offsets unchanged"),
    pytest.param({"quote": GOOD.quote.upper()}, id="capitals"),
    pytest.param({"quote": ""}, id="nothing quoted"),
    pytest.param({"quote": "", "end": GOOD.start}, id="nothing, with offsets that agree"),
    pytest.param({"start": GOOD.start + 1, "end": GOOD.end + 1}, id="moved by one"),
    pytest.param({"start": GOOD.end, "end": GOOD.start}, id="ends before it begins"),
    pytest.param({"start": -len(GOOD.quote), "end": -1}, id="counted from the end"),
    pytest.param({"start": 10**9, "end": 10**9 + len(GOOD.quote)}, id="behind the text"),
    pytest.param({"eid": "art_2"}, id="another article's name"),
    pytest.param({"eid": "art_1__para_1"}, id="another paragraph's name"),
    pytest.param({"eid": "art_99"}, id="an article that is not there"),
    pytest.param({"eid": ""}, id="no article"),
    pytest.param({"treaty_id": "osk"}, id="another treaty"),
    pytest.param({"treaty_id": "nowhere"}, id="a treaty not held"),
    pytest.param({"treaty_id": ""}, id="no treaty"),
]


def test_the_text_at_its_place_passes() -> None:
    assert is_grounded(GOOD, TREATIES)


@pytest.mark.parametrize("change", ALTERED)
def test_what_was_altered_does_not_pass(change: dict[str, object]) -> None:
    assert not is_grounded(replace(GOOD, **change), TREATIES)


def test_the_same_words_elsewhere_are_another_place() -> None:
    # "The lamps are lit." stands in articles 1 and 2: the words alone prove nothing.
    there = citation_of("art_2")
    assert is_grounded(there, TREATIES)
    assert not is_grounded(replace(there, eid="art_1"), TREATIES)


def test_blanks_are_no_quotation() -> None:
    between = VENN.treaty.text.index("\n\n(a)")
    blank = replace(GOOD, quote="\n\n", start=between, end=between + 2)
    assert VENN.treaty.text[blank.start : blank.end] == blank.quote
    assert not is_grounded(blank, TREATIES)


def test_offsets_are_code_points() -> None:
    # 𝔙 is one code point, two UTF-16 units and four bytes.
    accents = citation_of("art_3")
    assert accents.end - accents.start == len("Étés à 𝔙enn – cafés.")
    assert is_grounded(accents, TREATIES)


@given(st.data())
def test_any_stretch_of_a_provision_passes_and_any_change_to_it_fails(data: st.DataObject) -> None:
    parsed = data.draw(st.sampled_from([VENN, OSK]))
    provision = data.draw(st.sampled_from(parsed.provisions))
    start = data.draw(st.integers(provision.start, provision.end - 1))
    end = data.draw(st.integers(start + 1, provision.end))
    assume(parsed.treaty.text[start:end].strip())
    good = cite(parsed, Extract(provision, start, end), 1)
    assert is_grounded(good, TREATIES)

    kind = data.draw(st.sampled_from(["quote", "start", "end", "both", "eid", "treaty"]))
    if kind == "quote":
        bad = replace(good, quote=data.draw(st.text(max_size=40).filter(lambda text: text != good.quote)))
    elif kind == "start":
        bad = replace(good, start=data.draw(st.integers(-50, 5_000).filter(lambda n: n != start)))
    elif kind == "end":
        bad = replace(good, end=data.draw(st.integers(-50, 5_000).filter(lambda n: n != end)))
    elif kind == "both":
        by = data.draw(st.integers(-60, 60).filter(bool))
        bad = replace(good, start=start + by, end=end + by)
        # Moved onto the same words a second time within the same provision it would be right again.
        assume(parsed.treaty.text[max(bad.start, 0) : max(bad.end, 0)] != good.quote)
    elif kind == "eid":
        other = data.draw(st.sampled_from(parsed.provisions))
        assume(not other.start <= start < end <= other.end)
        bad = replace(good, eid=other.eid)
    else:
        other_treaty = OSK if parsed is VENN else VENN
        assume(other_treaty.treaty.text[start:end] != good.quote)
        bad = replace(good, treaty_id=other_treaty.treaty.id)
    assert not is_grounded(bad, TREATIES)


def test_only_what_fails_is_dropped_and_the_order_stays() -> None:
    first, second = citation_of("art_2"), citation_of("art_1__para_1")
    forged = replace(GOOD, quote="The lamps are put out.")
    assert keep_grounded([first, forged, second], TREATIES) == (first, second)
    assert keep_grounded([forged], TREATIES) == ()
    assert keep_grounded([], TREATIES) == ()
