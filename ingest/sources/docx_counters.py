"""Numbers as a word processor prints them: the formats that numbering.xml names (ECMA-376, part 1, 17.18.59)."""

from collections.abc import Callable

from ingest.numbers import chinese_number, in_words, ordinal_in_words

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LATIN = "abcdefghijklmnopqrstuvwxyz"
# Lists are counted without the letters ё, й, ъ and ь, which no Russian word begins with or which look like others.
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_MOST_LETTERS = 30  # how often a letter is repeated; a list of more than 780 points is none


def print_counter(value: int, form: str) -> str | None:
    """The number ``value`` in a format of WordprocessingML; None for a format that is not known.

    >>> print_counter(28, "lowerLetter"), print_counter(14, "upperRoman"), print_counter(3, "ordinal")
    ('bb', 'XIV', '3rd')
    """
    printer = _FORMATS.get(form)
    return printer(value) if printer else None


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    letters = ""
    for worth, sign in _ROMAN:
        times, value = divmod(value, worth)
        letters += sign * times
    return letters


def _letters(alphabet: str) -> Callable[[int], str]:
    """After the last letter comes the first one twice: z, aa, bb."""

    def print_letters(value: int) -> str:
        if not 0 < value <= len(alphabet) * _MOST_LETTERS:
            return str(value)
        times, place = divmod(value - 1, len(alphabet))
        return alphabet[place] * (times + 1)

    return print_letters


def _ordinal(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return f"{value}th"
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th') }"


def _enclosed(value: int) -> str:
    return chr(0x2460 + value - 1) if 0 < value <= 20 else str(value)


_lower_letter = _letters(_LATIN)
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": lambda value: str(value).translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _enclosed,
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "decimalEnclosedParen": lambda value: f"({value})",
    "numberInDash": lambda value: f"- {value} -",
    "lowerLetter": _lower_letter,
    "upperLetter": lambda value: _lower_letter(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "ordinal": _ordinal,
    "cardinalText": lambda value: in_words(value).capitalize(),
    "ordinalText": lambda value: ordinal_in_words(value).capitalize(),
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": lambda value: _letters(_RUSSIAN)(value).upper(),
    "arabicAlpha": _letters(_ARABIC),
    "arabicAbjad": _letters(_ABJAD),
    "none": lambda value: "",
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
         "japaneseCounting", "ideographDigital"),
        chinese_number,
    ),
}  # fmt: skip
