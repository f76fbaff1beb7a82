"""Printed numbers: every reading of each, which number may follow which, and printing them again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.numbers import LATIN_SUFFIXES, chinese_value, print_number, read_number, roman_value

READINGS = [
    pytest.param("4", ["4"], id="a plain number"),
    pytest.param(" 4 ", ["4"], id="blanks around it"),
    pytest.param("4.", ["4"], id="with a stop"),
    pytest.param("4:", ["4"], id="with a colon"),
    pytest.param("(4)", ["4"], id="in brackets"),
    pytest.param("- 4 -", ["4"], id="between dashes"),
    pytest.param("**4**", ["4"], id="Markdown's marks left on it"),
    pytest.param("007", ["7"], id="leading zeros do not count"),
    pytest.param("1234", ["1234"], id="four digits are the most"),
    pytest.param("IV", ["4"], id="roman"),
    pytest.param("xiv", ["14"], id="roman in small letters"),
    pytest.param("MCMXC", ["1990"], id="roman, long"),
    pytest.param("C", ["100", "c"], id="C is a hundred or a letter"),
    pytest.param("I", ["1", "i"], id="I is one or a letter"),
    pytest.param("D", ["500", "d"], id="D is five hundred or a letter"),
    pytest.param("E", ["e"], id="E is only a letter"),
    pytest.param("8 bis", ["8bis"], id="put between two others"),
    pytest.param("8bis", ["8bis"], id="bis set close"),
    pytest.param("8-bis", ["8bis"], id="bis with a hyphen"),
    pytest.param("8 BIS", ["8bis"], id="bis in capitals"),
    pytest.param("2ter", ["2ter"], id="ter"),
    pytest.param("38 quinquies", ["38quinquies"], id="quinquies"),
    pytest.param("5 octodecies", ["5octodecies"], id="the last Latin adverb known"),
    pytest.param("IV bis", ["4bis"], id="roman with bis"),
    pytest.param("X bis", ["10bis", "xbis"], id="both readings keep their bis"),
    pytest.param("premier bis", ["1bis"], id="a word with bis"),
    pytest.param("4A", ["4a"], id="a letter added"),
    pytest.param("4 A", ["4a"], id="a letter added after a blank"),
    pytest.param("4-A", ["4a"], id="a letter added after a hyphen"),
    pytest.param("1.01", ["1.01"], id="chapter and article"),
    pytest.param("10.12", ["10.12"], id="two digits in both"),
    pytest.param("1.01 A", ["1.01a"], id="chapter, article and letter"),
    pytest.param("G-01", ["g-01"], id="a letter for the chapter"),
    pytest.param("I.1", ["i.1", "i.1"], id="a roman chapter, or the ninth letter"),
    pytest.param("C-01", ["c-01", "c-01"], id="a roman hundred, or the third letter"),
    pytest.param("sixty-one", ["61"], id="in words"),
    pytest.param("ONE", ["1"], id="an English word"),
    pytest.param("Twenty-One", ["21"], id="an English word of two"),
    pytest.param("ninety-nine", ["99"], id="the last English word"),
    pytest.param("first", ["1"], id="an English ordinal"),
    pytest.param("twentieth", ["20"], id="the last English ordinal"),
    pytest.param("premier", ["1"], id="French for the first"),
    pytest.param("1er", ["1"], id="French for the first, short"),
    pytest.param("1º", ["1"], id="Spanish for the first, short"),
    pytest.param("2º", ["2"], id="Spanish for the second, short"),
    pytest.param("único", ["1"], id="the only article"),
    pytest.param("八", ["8"], id="Chinese"),
    pytest.param("十", ["10"], id="Chinese ten"),
    pytest.param("十五", ["15"], id="Chinese fifteen"),
    pytest.param("二十一", ["21"], id="Chinese twenty-one"),
    pytest.param("廿一", ["21"], id="Chinese twenty-one, short"),
    pytest.param("一百零三", ["103"], id="Chinese with a zero"),
    pytest.param("一〇三", ["103"], id="Chinese digit by digit"),
    pytest.param("八之二", ["8bis"], id="Chinese 'eight, the second' is 8 bis"),
    pytest.param("八之三", ["8ter"], id="Chinese 'eight, the third' is 8 ter"),
    pytest.param("八之一", ["8"], id="Chinese 'eight, the first' is 8"),
    pytest.param("八之二十", [], id="Chinese, beyond the Latin adverbs"),
    pytest.param("٤", ["4"], id="Arabic-Indic"),
    pytest.param("١٢", ["12"], id="Arabic-Indic of two digits"),
    pytest.param("۱۲", ["12"], id="Persian digits"),
    pytest.param("５", ["5"], id="full-width digit"),
    pytest.param("l4", ["14"], id="a scanned l for a 1"),
    pytest.param("2l", ["21"], id="a scanned l at the end"),
]

GARBAGE = [
    pytest.param("", id="nothing"),
    pytest.param(" . ", id="a stop"),
    pytest.param("()", id="empty brackets"),
    pytest.param("Article 4", id="the word with it"),
    pytest.param("iiii", id="no roman number"),
    pytest.param("IIX", id="no roman number either"),
    pytest.param("MMMM", id="beyond roman numbers"),
    pytest.param("12345", id="too many digits"),
    pytest.param("1 bis ter", id="two adverbs"),
    pytest.param("bis", id="an adverb alone"),
    pytest.param("4ab", id="two letters"),
    pytest.param("4 5", id="two numbers"),
    pytest.param("4/5", id="a fraction"),
    pytest.param("½", id="a fraction sign"),
    pytest.param("shall", id="a word"),
    pytest.param("hundred", id="a number word no article has"),
    pytest.param("第", id="a Chinese word"),
    pytest.param("八之零", id="Chinese, the zeroth"),
    pytest.param("iiii.1", id="a dotted number whose chapter is none"),
    pytest.param("vx-3", id="the same with a hyphen"),
]


@pytest.mark.parametrize(("printed", "texts"), READINGS)
def test_reads_every_reading(printed: str, texts: list[str]) -> None:
    assert [number.text for number in read_number(printed)] == texts


@pytest.mark.parametrize("printed", GARBAGE)
def test_reads_no_number_where_there_is_none(printed: str) -> None:
    assert read_number(printed) == ()


@pytest.mark.parametrize(
    ("printed", "style"),
    [
        pytest.param("4", "arabic", id="arabic"),
        pytest.param("IV", "roman", id="roman"),
        pytest.param("E", "letter", id="letter"),
        pytest.param("ONE", "word", id="word"),
        pytest.param("1.01", "dotted", id="dotted"),
        pytest.param("八", "chinese", id="chinese"),
        pytest.param("IV bis", "roman", id="bis keeps the style of its base"),
    ],
)
def test_tells_the_style(printed: str, style: str) -> None:
    assert read_number(printed)[0].style == style


FOLLOWS = [
    pytest.param("8", "9", True, id="the next number"),
    pytest.param("8", "8bis", True, id="8 bis after 8"),
    pytest.param("8bis", "8ter", True, id="8 ter after 8 bis"),
    pytest.param("8ter", "9", True, id="9 after 8 ter"),
    pytest.param("8", "9bis", True, id="the base lost, its bis there"),
    pytest.param("8", "8A", True, id="8A after 8"),
    pytest.param("8A", "8B", True, id="8B after 8A"),
    pytest.param("8", "10", False, id="a gap"),
    pytest.param("8", "8", False, id="the same again"),
    pytest.param("8", "7", False, id="a step back"),
    pytest.param("8", "8ter", False, id="ter without bis"),
    pytest.param("1.01", "1.02", True, id="the next in the chapter"),
    pytest.param("1.09", "1.10", True, id="10 after 09"),
    pytest.param("1.07", "2.01", True, id="the first of the next chapter"),
    pytest.param("1.07", "2.00", True, id="the next chapter begins at nought"),
    pytest.param("1.07", "2.03", False, id="the third of the next chapter"),
    pytest.param("1.01", "1.03", False, id="a gap in the chapter"),
    pytest.param("1.01", "3.01", False, id="a chapter left out"),
    pytest.param("VI.5", "VII", True, id="a chapter of one article"),
    pytest.param("VII", "VIII.1", True, id="back to chapters of several"),
    pytest.param("VII", "VIII.4", False, id="not at the first of it"),
    pytest.param("G-01", "G-02", True, id="letter chapters"),
    pytest.param("G-09", "H-01", True, id="the next letter chapter"),
]


@pytest.mark.parametrize(("before", "after", "expected"), FOLLOWS)
def test_follows(before: str, after: str, expected: bool) -> None:
    assert read_number(after)[0].follows(read_number(before)[0]) is expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        pytest.param("1", True, id="1"),
        pytest.param("I", True, id="I"),
        pytest.param("1.01", True, id="1.01"),
        pytest.param("1.00", True, id="1.00"),
        pytest.param("2", False, id="2"),
        pytest.param("1bis", False, id="1 bis"),
        pytest.param("2.01", False, id="the second chapter"),
    ],
)
def test_is_first(printed: str, expected: bool) -> None:
    assert read_number(printed)[0].is_first is expected


def test_keys_sort_as_treaties_do() -> None:
    printed = ["8", "8 bis", "8 ter", "9", "9A", "9B", "10"]
    keys = [read_number(number)[0].key for number in printed]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("printed", "again"),
    [
        pytest.param("8BIS", "8 bis", id="the adverb is set off"),
        pytest.param("12A", "12a", id="a letter is not"),
        pytest.param("1.01", "1.01", id="dotted stays"),
        pytest.param("g-01", "g-01", id="hyphened stays"),
        pytest.param("八之二", "8 bis", id="Chinese becomes Latin"),
        pytest.param("XIV", "14", id="roman becomes arabic"),
    ],
)
def test_prints_as_english_texts_do(printed: str, again: str) -> None:
    assert print_number(read_number(printed)[0]) == again


PRINTED = st.one_of(
    st.integers(0, 9999).map(str),
    st.builds("{} {}".format, st.integers(1, 400), st.sampled_from(LATIN_SUFFIXES)),
    st.builds("{}{}".format, st.integers(1, 400), st.sampled_from("ABCDEFGHIJKXYZ")),
    st.builds("{}.{:02}".format, st.integers(1, 99), st.integers(0, 99)),
    st.builds("{}-{:02}".format, st.sampled_from("ABEGHNZ"), st.integers(1, 99)),
)


@given(PRINTED)
@settings(max_examples=300)
def test_what_is_printed_reads_back_as_the_same_number(printed: str) -> None:
    (number,) = read_number(printed)
    (again,) = read_number(print_number(number))
    assert (again.text, again.key, again.style) == (number.text, number.key, number.style)


@given(st.integers(1, 3999))
@settings(max_examples=200)
def test_roman_numbers_read_back(value: int) -> None:
    assert roman_value(print_roman(value)) == value
    assert read_number(print_roman(value).upper())[0].text == str(value)


@given(st.integers(1, 999))
@settings(max_examples=200)
def test_chinese_numbers_read_back(value: int) -> None:
    assert chinese_value(print_chinese(value)) == value


@given(st.integers(1, 300), st.integers(1, 300))
@settings(max_examples=200)
def test_only_the_next_number_follows(before: int, after: int) -> None:
    assert read_number(str(after))[0].follows(read_number(str(before))[0]) is (after == before + 1)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=12))
@settings(max_examples=500)
def test_any_text_is_read_or_is_none(text: str) -> None:
    for number in read_number(text):
        assert number.text == number.text.lower()
        assert len(number.key) in (2, 3)


NUMBERLIKE = st.one_of(
    st.builds("{}{}{}".format, st.text("ivxl", min_size=1, max_size=6), st.sampled_from(".-"), st.integers(0, 999)),
    st.builds("{}之{}".format, st.text("一二八十百", max_size=3), st.text("一二八十百", max_size=3)),
)


@given(NUMBERLIKE)
@settings(max_examples=200, derandomize=True)
def test_anything_like_a_number_is_read_or_is_none(text: str) -> None:
    assert all(number.text for number in read_number(text))


def print_roman(value: int) -> str:
    """A number in small roman letters."""
    signs = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l"}
    signs |= {40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
    printed = ""
    for worth, sign in signs.items():
        printed += sign * (value // worth)
        value %= worth
    return printed


def print_chinese(value: int) -> str:
    """A number up to 999 in Chinese: 一百零三."""
    digits = "零一二三四五六七八九"
    hundreds, tens, units = value // 100, value // 10 % 10, value % 10
    printed = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        printed += f"{digits[tens]}十" if tens > 1 or hundreds else "十"
    elif hundreds and units:
        printed += "零"
    return printed + (digits[units] if units else "")
