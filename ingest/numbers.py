"""Numbers of provisions: as printed ("IV", "8 bis", "八之二", "premier") and as compared ("4", "8bis", "1").

A printed number may be read in more than one way ("C" is a letter and a roman hundred, "I" a letter and
one). ``read_number`` gives every reading; the numbering of the whole document decides (structure.py).
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")

# Latin adverbs that number an article put between two others, in their order. Art. 15 bis and 15 ter of
# the Rome Statute are the usual case; conventions that were often amended go far beyond.
LATIN_SUFFIXES = (
    "bis ter quater quinquies sexies septies octies novies nonies decies undecies duodecies terdecies "
    "quaterdecies quindecies sexdecies septdecies octodecies"
).split()

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_UNITS, start=1)}
_WORDS |= {tens: 10 * value for value, tens in enumerate(_TENS, start=2)}
_WORDS |= {f"{tens}-{unit}": _WORDS[tens] + value for tens in _TENS for value, unit in enumerate(_UNITS[:9], start=1)}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_WORDS |= {word: value for value, word in enumerate(_ORDINALS, start=1)}
# French and Spanish write the first articles as words or with an ordinal sign.
_WORDS |= {"premier": 1, "première": 1, "1er": 1, "1re": 1, "único": 1, "unique": 1, "sole": 1}
_SPANISH = "primer segund tercer cuart quint sext séptim octav noven décim".split()
_WORDS |= {f"{stem}{ending}": value for value, stem in enumerate(_SPANISH, start=1) for ending in "oa"}
_WORDS |= {"primero": 1, "primera": 1, "1o": 1, "1º": 1, "1°": 1}

# Arabic writes the first ones of articles, parts and annexes as ordinal words, feminine and masculine.
_ARABIC_UNITS = (
    "الأولى/الأول الثانية/الثاني الثالثة/الثالث الرابعة/الرابع الخامسة/الخامس السادسة/السادس السابعة/السابع "
    "الثامنة/الثامن التاسعة/التاسع العاشرة/العاشر"
).split()
ARABIC_ORDINALS = {
    f"{first} عشرة" if word.endswith("ة") else f"{first} عشر": 10 + value
    for value, words in enumerate(["الحادية/الحادي", *_ARABIC_UNITS[1:9]], start=1)
    for word in words.split("/")
    for first in [word]
}
ARABIC_ORDINALS |= {word: value for value, words in enumerate(_ARABIC_UNITS, start=1) for word in words.split("/")}
_WORDS |= ARABIC_ORDINALS
# The numbers written as words, the longer before those they begin with ("sixty-one" before "sixty").
NUMBER_WORDS = sorted((word for word in _WORDS if word.isalpha() or "-" in word or " " in word), key=len, reverse=True)

_CHINESE_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_CHINESE = "零〇一二三四五六七八九两兩十百廿卅"
_ARABIC_INDIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

_PLAIN = re.compile(r"(\d{{1,4}})(?:[\s\-]*({}|[a-z]))?".format("|".join(LATIN_SUFFIXES)))
_DOTTED = re.compile(r"(\d{1,3}|[ivxl]{1,6}|[a-z])[.\-](\d{1,3})(?:\s*([a-z]))?")
_LETTERED = re.compile(r"([ivxlc]+)[\s\-]([a-h])")
_SUFFIXED = re.compile(r"(.+?)[\s\-]+({})".format("|".join(LATIN_SUFFIXES)))


@dataclass(frozen=True)
class Number:
    """One reading of a printed number.

    ``key`` sorts: a tuple of (value, suffix) levels, so that 8 < 8bis < 8ter < 9 and 1.02 < 1.10.
    ``text`` is the normalised form used in eIds and citations; ``style`` tells "roman", "arabic",
    "letter", "word", "dotted" apart, since one treaty keeps to one style.
    """

    text: str
    key: tuple[int, ...]
    style: str

    @cached_property
    def base(self) -> int:
        """The leading integer."""
        return self.key[0]

    @property
    def is_first(self) -> bool:
        """Whether a numbering may begin with this."""
        return self.key in ((1, 0), (1, 1, 0), (1, 0, 0))

    def follows(self, previous: "Number") -> bool:
        """Whether this is the very next number after ``previous``: 9 after 8 or 8ter, 8bis after 8."""
        if len(self.key) == 3 and len(previous.key) == 3:
            return (self.key[0] == previous.key[0] and self.key[1] == previous.key[1] + 1 and self.key[2] == 0) or (
                self.key[0] == previous.key[0] + 1 and self.key[1] in (0, 1)
            )
        if len(self.key) != len(previous.key):
            # "VI.5" may be followed by "VII", and "VII" by "VIII.1".
            return self.base == previous.base + 1 and (len(self.key) == 2 or self.key[1] in (0, 1))
        (value, suffix), (before, before_suffix) = self.key, previous.key
        if value == before:
            return suffix == before_suffix + 1
        return value == before + 1 and suffix in (0, 1)


def roman_value(text: str) -> int | None:
    """The value of a lower-case roman number, None where it is none ("iiii", "abc")."""
    if not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[c] for c in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def chinese_value(text: str) -> int | None:
    """The value of a Chinese number up to 999: 一 1, 十五 15, 一百零三 103, 廿一 21."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text or any(c not in _CHINESE for c in text):
        return None
    if "十" not in text and "百" not in text:
        return int("".join(str(_CHINESE_DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in "十百":
            total += (1 if digit is None else digit or 1) * (10 if c == "十" else 100)
            digit = None
        else:
            digit = _CHINESE_DIGITS[c]
    return total + (digit or 0)


def print_number(number: Number) -> str:
    """A number as English and French texts print it: "8 bis", "12A"."""
    return re.sub(r"(?<=\d)(?=[a-z]{2})", " ", number.text)


def in_words(value: int) -> str:
    """A number in English words, "sixty-one"; in digits from a thousand on, which no provision has.

    >>> in_words(61), in_words(110), ordinal_in_words(22), ordinal_in_words(100)
    ('sixty-one', 'one hundred ten', 'twenty-second', 'one hundredth')
    """
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    words = [f"{_UNITS[hundreds - 1]} hundred"] if hundreds else []
    if rest:
        tens, unit = divmod(rest, 10)
        words.append(_UNITS[rest - 1] if rest < 20 else _TENS[tens - 2] + (f"-{_UNITS[unit - 1]}" if unit else ""))
    return " ".join(words)


def ordinal_in_words(value: int) -> str:
    """The place of a number in English words: "twenty-second"."""
    words = in_words(value)
    last = re.split("[ -]", words)[-1]
    if last in _UNITS:
        ordinal = _ORDINALS[_UNITS.index(last)]
    else:
        ordinal = last.removesuffix("y") + "ieth" if last.endswith("y") else f"{last}th"
    return words.removesuffix(last) + ordinal


def chinese_number(value: int) -> str:
    """A number in Chinese: 一, 十五, 一百零三; in digits from a thousand on."""
    if not 0 < value < 1000:
        return str(value)
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, unit = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and unit:
        text += "零"
    return text + (digits[unit] if unit else "")


def _suffix_rank(suffix: str | None) -> int:
    if not suffix:
        return 0
    if suffix in LATIN_SUFFIXES:
        return LATIN_SUFFIXES.index(suffix) + 1
    return ord(suffix) - ord("a") + 1


@lru_cache(maxsize=4096)
def read_number(printed: str) -> tuple[Number, ...]:
    """Every reading of a number as printed; empty where it is not a number.

    >>> [n.text for n in read_number("8 bis")], [n.text for n in read_number("XIV")]
    (['8bis'], ['14'])
    >>> [(n.text, n.style) for n in read_number("C")]
    [('100', 'roman'), ('c', 'letter')]
    """
    text = printed.translate(_ARABIC_INDIC).strip().strip(".:—–-()[]º°ª").lower()
    text = re.sub(r"^[\s*_]+|[\s*_]+$", "", text)
    # A scanned "l4" or "l" is the number 14 or 1 with a letter l for the digit.
    if re.fullmatch(r"l\d{1,2}|\dl", text):
        text = text.replace("l", "1")
    if plain := _PLAIN.fullmatch(text):
        value, suffix = int(plain[1]), plain[2]
        style = "arabic"
        return (Number(f"{value}{suffix or ''}", (value, _suffix_rank(suffix)), style),)
    if text in _WORDS:
        return (Number(str(_WORDS[text]), (_WORDS[text], 0), "word"),)
    if dotted := _DOTTED.fullmatch(text):
        head, tail, suffix = dotted[1], int(dotted[2]), _suffix_rank(dotted[3])
        # "C-01" is the third letter and a roman hundred.
        heads = [int(head)] if head.isdigit() else [roman_value(head), ord(head) - 96 if len(head) == 1 else None]
        shown = re.sub(r"\s+", "", text)
        return tuple(Number(shown, (value, tail, suffix), "dotted") for value in heads if value is not None)
    readings: list[Number] = []
    if (roman := roman_value(text)) is not None:
        readings.append(Number(str(roman), (roman, 0), "roman"))
    if re.fullmatch(r"[a-z]", text):
        readings.append(Number(text, (ord(text) - ord("a") + 1, 0), "letter"))
    if readings:
        return tuple(readings)
    if lettered := _LETTERED.fullmatch(text):
        # Annexes V A and V B.
        of_roman = roman_value(lettered[1])
        suffix = lettered[2]
        return (Number(f"{of_roman}{suffix}", (of_roman, _suffix_rank(suffix)), "roman"),) if of_roman else ()
    if suffixed := _SUFFIXED.fullmatch(text):
        rank = _suffix_rank(suffixed[2])
        return tuple(
            Number(base.text + suffixed[2], (base.base, rank), base.style)
            for base in read_number(suffixed[1])
            if len(base.key) == 2 and base.key[1] == 0
        )
    first, _, inserted = text.partition("之")
    if (base_value := chinese_value(first)) is not None:
        # 八之二 is "8, the second": what Latin calls 8 bis.
        second = chinese_value(inserted) if inserted else 1
        if second is None or not 1 <= second <= len(LATIN_SUFFIXES) + 1:
            return ()
        latin = "" if second == 1 else LATIN_SUFFIXES[second - 2]
        return (Number(f"{base_value}{latin}", (base_value, second - 1), "chinese"),)
    return ()
