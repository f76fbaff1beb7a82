"""Dates as treaties write them, in figures and in words, in the six languages of the United Nations.

    this twenty-third day of May, one thousand nine hundred and sixty-nine      May 23rd, 1969
    le dix décembre mil neuf cent quatre-vingt-deux                             le 1er mai 1950
    a los diez días del mes de diciembre de mil novecientos ochenta y dos       二〇一五年十二月十二日

A date that is not whole (a day left open for the signature, no year) and one in figures alone (3.4.1999, whose
order differs from country to country) are no dates here.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from ingest.number_words import COUNTING, without_accents
from ingest.numbers import chinese_value

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
# The names of the Levant and those made of the Latin ones; the United Nations write both, with a stroke.
_ARABIC_MONTHS = {
    1: "كانون الثاني/يناير", 2: "شباط/فبراير", 3: "آذار/مارس", 4: "نيسان/أبريل", 5: "أيار/مايو",
    6: "حزيران/يونيه/يونيو", 7: "تموز/يوليه/يوليو", 8: "آب/أغسطس", 9: "أيلول/سبتمبر",
    10: "تشرين الأول/أكتوبر", 11: "تشرين الثاني/نوفمبر", 12: "كانون الأول/ديسمبر",
}  # fmt: skip
_INDIC = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
# The oldest treaty still in force is of 1373, but none that was found with final clauses is older than this.
_YEARS = range(1500, 2101)


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in ISO 8601 and where it was read: ``text[start:end]``."""

    iso: str
    start: int
    end: int


def find_dates(text: str, language: str, start: int = 0, end: int | None = None) -> list[DateFound]:
    """The dates in ``text[start:end]`` in the order of the text, none within another.

    A language without rules of its own gives none.
    """
    end = len(text) if end is None else end
    month = _month_names(language)
    # Most stretches have no month in them, which is soon seen; only what is around one is read.
    near = (
        [(max(start, m.start() - 100), min(end, m.end() + 120)) for m in month.finditer(text, start, end)]
        if month
        else []
    )
    found: list[DateFound] = []
    for pattern in _patterns(language) if near else ():
        for match in (match for first, last in near for match in pattern.finditer(text, first, last)):
            iso = _iso(match, language)
            if iso is not None and not any(d.start < match.end() and match.start() < d.end for d in found):
                found.append(DateFound(iso, match.start(), match.end()))
    return sorted(found, key=lambda d: d.start)


def _iso(match: re.Match[str], language: str) -> str | None:
    day, year = _number(match["day"], language), _number(match["year"], language)
    month = _month(match["month"], language)
    if day is None or month is None or year is None or year not in _YEARS:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(words: str, language: str) -> int | None:
    words = words.translate(_INDIC)
    if language == "zh":
        return int(words) if words.isdigit() else chinese_value(words.replace("○", "〇").replace("O", "〇"))
    if language == "ar":
        return int(words)
    return COUNTING[language].value(words)


def _month(words: str, language: str) -> int | None:
    if language == "zh":
        return _number(words, language)
    if language == "ar":
        first = re.split(r"\s*/\s*", words)[0]
        return next((n for n, names in _ARABIC_MONTHS.items() if first in names.split("/")), None)
    names = [without_accents(name) for name in _MONTHS[language].split()]
    name = without_accents(words)
    return names.index("septiembre" if name == "setiembre" else name) + 1


@cache
def _month_names(language: str) -> re.Pattern[str] | None:
    """The names of the months, or the sign of one; None for a language without rules."""
    if language == "zh":
        return re.compile("月")
    if language == "ar":
        names = {name for names in _ARABIC_MONTHS.values() for name in names.split("/")}
        return re.compile("|".join(sorted(names, key=len, reverse=True)))
    return re.compile(_months(language), re.I) if language in _MONTHS else None


def _months(language: str) -> str:
    """The names of the months as alternatives, with or without their accents."""
    names = _MONTHS[language].replace("septiembre", "septiembre setiembre").replace(" ", "|")
    return re.sub("[éû]", lambda m: f"[{m[0]}{without_accents(m[0])}]", names)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """The ways to write a date, the surer first; each has the groups day, month and year."""
    if language == "zh":
        digit = "[〇○O零一二三四五六七八九十\\d]"
        return (
            re.compile(rf"(?P<year>{digit}{{4}})\s?年\s?(?P<month>{digit}{{1,3}})\s?月\s?(?P<day>{digit}{{1,3}})\s?日"),
        )
    if language == "ar":
        names = "|".join(
            sorted({n for all_ in _ARABIC_MONTHS.values() for n in all_.split("/")}, key=len, reverse=True)
        )
        number = "[\\d٠-٩]"
        return (
            re.compile(
                rf"(?<!{number})(?P<day>{number}{{1,2}})\s*(?:من\s*)?(?:شهر\s*)?"
                rf"(?P<month>(?:{names})(?:\s*/\s*(?:{names}))?)\s*(?:من\s*)?(?:(?:عام|سنة)\s*)?(?P<year>{number}{{4}})"
            ),
        )
    if language not in _MONTHS:
        return ()
    words = COUNTING[language].pattern
    month = rf"(?P<month>{_months(language)})(?![^\W\d_])"
    day = rf"(?P<day>(?<!\d)\d{{1,2}}|{words})"
    year = rf"(?P<year>\d{{4}}(?!\d)|{words})"
    return tuple(re.compile(form.format(day=day, month=month, year=year), re.I) for form in _FORMS[language])


_FORMS = {
    "en": (
        # "this 23rd day of the month of May in the year of our Lord 1969"
        r"{day}(?:[\s-]?(?:st|nd|rd|th|d)\b)?\.?\s*(?:day\b)?\s*(?:of\b)?\s*(?:the\s+month\s+of\s+)?{month}"
        r"[\s,.]*(?:(?:in|of)\s+)?(?:the\s+)?(?:year\s+)?(?:of\s+our\s+lord\s+)?(?:a\.?\s?d\.?\s*|b\.?\s?e\.?\s*\d{{4}}\s*\()?,?\s*{year}",
        r"{month}\s*,?\s*(?:the\s+)?{day}(?:[\s-]?(?:st|nd|rd|th|d)\b)?\s*(?:day\b)?[\s,]*(?:(?:in|of)\s+)?"
        r"(?:the\s+year\s+)?{year}",
    ),
    "fr": (
        r"{day}(?:\s?(?:er|e|ème)\b)?\s*(?:jours?\b)?\s*(?:du\s+mois\s+)?(?:de\s+|d['’]\s?)?{month}"
        r"[\s,]*(?:de\s+)?(?:l['’]\s?an(?:née)?\s+)?(?:de\s+gr[âa]ce\s+)?{year}",
    ),
    "es": (
        r"{day}\s*[°º]?\s*(?:d[íi]as?\b)?\s*(?:del?\s+)?(?:mes\s+de\s+)?{month}[\s,]*(?:del?\s+)?(?:año\s+)?"
        r"(?:de\s+)?{year}",
    ),
    "ru": (r"{day}(?:-?го\b)?\s*{month}\s*{year}",),
}
