"""Dates as treaties write them: printed in each style here, read back by the rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import find_dates
from ingest.number_words import COUNTING

dates = st.dates(date(1800, 1, 1), date(2099, 12, 31))

# --- how each language writes a number, made by hand apart from the tables under test

EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
EN_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
EN_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
               "twelve": "twelfth"}  # fmt: skip
FR_SMALL = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
).split()
FR_TENS = "- - vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()
ES_SMALL = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
ES_TENS = "- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
ES_HUNDREDS = {8: "ochocientos", 9: "novecientos"}
RU_ORDINALS = (
    "- первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого "
    "двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого"
).split()
RU_TENS = "- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
RU_TENTHS = (
    "- - двадцатого тридцатого сорокового пятидесятого шестидесятого семидесятого восьмидесятого девяностого"
).split()
ZH = "〇一二三四五六七八九"
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
ARABIC = (
    "كانون الثاني/يناير شباط/فبراير آذار/مارس نيسان/أبريل أيار/مايو حزيران/يونيه تموز/يوليه آب/أغسطس أيلول/سبتمبر "
    "تشرين الأول/أكتوبر تشرين الثاني/نوفمبر كانون الأول/ديسمبر"
).replace("كانون ", "كانون_").replace("تشرين ", "تشرين_").split()  # fmt: skip


def english(n: int, joint: str = "-") -> str:
    if n < 20:
        return EN_SMALL[n]
    return EN_TENS[n // 10] + (joint + EN_SMALL[n % 10] if n % 10 else "")


def english_ordinal(n: int, joint: str = "-") -> str:
    head, _, last = english(n, joint).rpartition(joint)
    last = EN_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head}{joint}{last}" if head else last


def english_year(n: int) -> str:
    thousand, rest = divmod(n, 1000)
    hundred, rest = divmod(rest, 100)
    words = f"{EN_SMALL[thousand]} thousand" + (f" {EN_SMALL[hundred]} hundred" if hundred else "")
    return words + (f" and {english(rest)}" if rest else "")


def french(n: int) -> str:
    if n < 20:
        return FR_SMALL[n]
    tens, rest = n // 10, n % 10
    rest += 10 if tens in (7, 9) else 0
    joint = " et " if rest in (1, 11) and tens < 8 else "-"
    return FR_TENS[tens] + ("s" if n == 80 else "") + (joint + FR_SMALL[rest] if rest else "")


def french_year(n: int) -> str:
    thousand, rest = divmod(n, 1000)
    hundred, rest = divmod(rest, 100)
    words = "mil" if thousand == 1 else "deux mille"
    words += f" {FR_SMALL[hundred]} cent" if hundred else ""
    return words + (f" {french(rest)}" if rest else "")


def spanish(n: int) -> str:
    return ES_SMALL[n] if n < 30 else ES_TENS[n // 10] + (f" y {ES_SMALL[n % 10]}" if n % 10 else "")


def spanish_year(n: int) -> str:
    thousand, rest = divmod(n, 1000)
    hundred, rest = divmod(rest, 100)
    words = "mil" if thousand == 1 else "dos mil"
    return words + (f" {ES_HUNDREDS[hundred]}" if hundred else "") + (f" {spanish(rest)}" if rest else "")


def russian_ordinal(n: int) -> str:
    if n < 20:
        return RU_ORDINALS[n]
    return f"{RU_TENS[n // 10]} {RU_ORDINALS[n % 10]}" if n % 10 else RU_TENTHS[n // 10]


def russian_year(n: int) -> str:
    if n == 2000:
        return "двухтысячного"
    thousand, rest = divmod(n, 1000)
    hundred, rest = divmod(rest, 100)
    words = "тысяча" if thousand == 1 else "две тысячи"
    words += f" {({8: 'восемьсот', 9: 'девятьсот'})[hundred]}" if hundred else ""
    return f"{words} {russian_ordinal(rest)}"


def chinese(n: int) -> str:
    tens, units = divmod(n, 10)
    return ("" if not tens else ZH[tens] * (tens > 1) + "十") + (ZH[units] if units else "")


def month(language: str, day: date) -> str:
    return MONTHS[language].split()[day.month - 1]


def suffix(n: int) -> str:
    return "th" if 11 <= n <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


STYLES = {
    "en: in words": ("en", lambda d: f"this {english_ordinal(d.day)} day of {month('en', d)}, {english_year(d.year)}"),
    "en: words without hyphens": (
        "en",
        lambda d: f"this {english_ordinal(d.day, ' ')} day of {month('en', d)} {english_year(d.year)}",
    ),
    "en: hundreds": (
        "en",
        lambda d: (
            f"the {english_ordinal(d.day)} day of {month('en', d)}, "
            + (
                f"{english(d.year // 100)} hundred" + (f" and {english(d.year % 100)}" if d.year % 100 else "")
                if d.year < 2000
                else english_year(d.year)
            )
        ),
    ),
    "en: figures": ("en", lambda d: f"on {d.day} {month('en', d)} {d.year}"),
    "en: 3rd May": ("en", lambda d: f"this {d.day}{suffix(d.day)} {month('en', d)}, {d.year}"),
    "en: 3rd day of": ("en", lambda d: f"this {d.day}{suffix(d.day)} day of {month('en', d)} {d.year}"),
    "en: May 3rd": ("en", lambda d: f"on {month('en', d)} {d.day}{suffix(d.day)}, {d.year}"),
    "en: May, the third": ("en", lambda d: f"{month('en', d)}, the {english_ordinal(d.day)}, {d.year}"),
    "en: of the month of, of the year": (
        "en",
        lambda d: (
            f"the {english_ordinal(d.day)} day of the month of {month('en', d)} of the year {english_year(d.year)}"
        ),
    ),
    "fr: in words": (
        "fr",
        lambda d: f"le {'premier' if d.day == 1 else french(d.day)} {month('fr', d)} {french_year(d.year)}",
    ),
    "fr: figures": ("fr", lambda d: f"le {d.day}{'er' * (d.day == 1)} {month('fr', d)} {d.year}"),
    "fr: ce … jour de": ("fr", lambda d: f"ce {french(d.day)} jour du mois de {month('fr', d)} {d.year}"),
    "es: in words": (
        "es",
        lambda d: f"a los {spanish(d.day)} días del mes de {month('es', d)} de {spanish_year(d.year)}",
    ),
    "es: figures": ("es", lambda d: f"el {d.day} de {month('es', d)} de {d.year}"),
    "es: del año": ("es", lambda d: f"el día {spanish(d.day)} de {month('es', d)} del año {d.year}"),
    "ru: in words": ("ru", lambda d: f"{russian_ordinal(d.day)} {month('ru', d)} {russian_year(d.year)} года"),
    "ru: figures": ("ru", lambda d: f"{d.day} {month('ru', d)} {d.year} года"),
    "zh: in words": (
        "zh",
        lambda d: f"{''.join(ZH[int(c)] for c in str(d.year))}年{chinese(d.month)}月{chinese(d.day)}日",
    ),
    "zh: figures": ("zh", lambda d: f"{d.year}年{d.month}月{d.day}日"),
    "ar: figures": ("ar", lambda d: f"في {d.day} {ARABIC[d.month - 1].replace('_', ' ')} {d.year}"),
    "ar: Indic figures": (
        "ar",
        lambda d: f"في {d.day} {ARABIC[d.month - 1].replace('_', ' ')} {d.year}".translate(
            str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
        ),
    ),
}


@pytest.mark.parametrize("style", STYLES)
@given(day=dates)
def test_a_date_printed_in_each_style_is_read_back(style: str, day: date) -> None:
    language, write = STYLES[style]
    if style.startswith("ru") and (day.year % 100 == 0 and day.year != 2000):
        day = day.replace(year=day.year + 1, day=min(day.day, 28))  # "тысяча девятисотого" is a form of its own
    words = f"Venn {write(day)} Osk"
    (found,) = find_dates(words, language)
    assert found.iso == day.isoformat()
    # What was read is within what was written.
    assert words[found.start : found.end] in write(day)


NO_DATES = [
    pytest.param("en", "this … day of May, two thousand and one", id="a day left open"),
    pytest.param("en", "on this 27th day of September, in the English language", id="no year"),
    pytest.param("en", "on 31 June 2001", id="a day that there is not"),
    pytest.param("en", "3.4.1999, 03/04/1999", id="figures alone, whose order differs"),
    pytest.param("en", "in May 1999", id="no day"),
    pytest.param("en", "on 3 May 2999", id="a year too far"),
    pytest.param("fr", "le 3 mai", id="no year in French"),
    pytest.param("nl", "3 mei 1999", id="a language without rules"),
    pytest.param("zh", "第五条第三日", id="a day that is no date"),
]


@pytest.mark.parametrize(("language", "words"), NO_DATES)
def test_what_is_no_date(language: str, words: str) -> None:
    assert find_dates(words, language) == []


def test_dates_in_their_order_and_a_repeated_one() -> None:
    words = "on the fifteenth day of December, nineteen hundred and fifty (December 15th, 1950), and on 3 May 1951"
    assert [d.iso for d in find_dates(words, "en")] == ["1950-12-15", "1950-12-15", "1951-05-03"]
    assert [d.iso for d in find_dates(words, "en", 60)] == ["1950-12-15", "1951-05-03"]


@pytest.mark.parametrize("n", range(1, 100))
def test_numbers_below_a_hundred_in_words(n: int) -> None:
    assert COUNTING["en"].value(english(n)) == n
    assert COUNTING["en"].value(english_ordinal(n)) == n
    assert COUNTING["fr"].value(french(n)) == n
    assert COUNTING["es"].value(spanish(n)) == n
    assert COUNTING["ru"].value(russian_ordinal(n)) == n


NUMBERS = [
    pytest.param("en", "65th", 65, id="figures with an ending"),
    pytest.param("en", "twentyseventh", 27, id="a lost hyphen"),
    pytest.param("en", "one hundred and fortieth", 140, id="above a hundred"),
    pytest.param("en", "nineteen sixty-nine", 1969, id="a year as it is spoken"),
    pytest.param("en", "two three", None, id="two numbers are none"),
    pytest.param("en", "lamp", None, id="no number"),
    pytest.param("fr", "vingt et unième", 21, id="a French ordinal"),
    pytest.param("fr", "quatre vingts", 80, id="eighty without a hyphen"),
    pytest.param("es", "veintitres", 23, id="a lost accent"),
    pytest.param("es", "trigésimo primero", 31, id="a Spanish ordinal"),
]


@pytest.mark.parametrize(("language", "words", "value"), NUMBERS)
def test_numbers_in_words(language: str, words: str, value: int | None) -> None:
    assert COUNTING[language].value(words) == value
