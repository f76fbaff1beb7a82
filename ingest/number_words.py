"""Numbers in words, as final clauses write them: "sixtieth", "mil neuf cent quatre-vingt-deux", "treinta y un".

A number is a run of words that each have a value; blanks and hyphens between them count for nothing
("twenty third", "twenty-third", "twentythird"), nor do lost accents. Chinese numbers are read by numbers.py.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_ENGLISH = {
    word: value
    for value, words in {
        0: "and", 1: "one first", 2: "two second", 3: "three third", 4: "four fourth", 5: "five fifth",
        6: "six sixth", 7: "seven seventh", 8: "eight eighth", 9: "nine ninth", 10: "ten tenth",
        11: "eleven eleventh", 12: "twelve twelfth", 13: "thirteen thirteenth", 14: "fourteen fourteenth",
        15: "fifteen fifteenth", 16: "sixteen sixteenth", 17: "seventeen seventeenth", 18: "eighteen eighteenth",
        19: "nineteen nineteenth", 20: "twenty twentieth", 30: "thirty thirtieth", 40: "forty fortieth",
        50: "fifty fiftieth", 60: "sixty sixtieth", 70: "seventy seventieth", 80: "eighty eightieth",
        90: "ninety ninetieth", 100: "hundred hundredth", 1000: "thousand",
    }.items()
    for word in words.split()
}  # fmt: skip
_FRENCH = {
    word: value
    for value, words in {
        0: "et", 1: "un une premier première unième 1er", 2: "deux deuxième second seconde", 3: "trois troisième",
        4: "quatre quatrième", 5: "cinq cinquième", 6: "six sixième", 7: "sept septième", 8: "huit huitième",
        9: "neuf neuvième", 10: "dix dixième", 11: "onze onzième", 12: "douze douzième", 13: "treize treizième",
        14: "quatorze quatorzième", 15: "quinze quinzième", 16: "seize seizième", 20: "vingt vingts vingtième",
        30: "trente trentième", 40: "quarante quarantième", 50: "cinquante cinquantième",
        60: "soixante soixantième", 100: "cent cents centième", 1000: "mil mille",
    }.items()
    for word in words.split()
}  # fmt: skip
_SPANISH = {
    word: value
    for value, words in {
        0: "y", 1: "uno un una primero primer primera", 2: "dos segundo", 3: "tres tercero tercer",
        4: "cuatro cuarto", 5: "cinco quinto", 6: "seis sexto", 7: "siete séptimo", 8: "ocho octavo",
        9: "nueve noveno", 10: "diez décimo", 11: "once undécimo", 12: "doce duodécimo", 13: "trece", 14: "catorce",
        15: "quince", 16: "dieciséis", 17: "diecisiete", 18: "dieciocho", 19: "diecinueve", 20: "veinte vigésimo",
        21: "veintiuno veintiún", 22: "veintidós", 23: "veintitrés", 24: "veinticuatro", 25: "veinticinco",
        26: "veintiséis", 27: "veintisiete", 28: "veintiocho", 29: "veintinueve", 30: "treinta trigésimo",
        40: "cuarenta cuadragésimo", 50: "cincuenta quincuagésimo", 60: "sesenta sexagésimo",
        70: "setenta septuagésimo", 80: "ochenta octogésimo", 90: "noventa nonagésimo", 100: "cien ciento centésimo",
        200: "doscientos", 300: "trescientos", 400: "cuatrocientos", 500: "quinientos", 600: "seiscientos",
        700: "setecientos", 800: "ochocientos", 900: "novecientos", 1000: "mil",
    }.items()
    for word in words.split()
}  # fmt: skip
# Days and years of a date stand in the genitive of the ordinal; what comes before the last word does not.
_RUSSIAN = {
    word: value
    for value, words in {
        1: "одна первого", 2: "две второго", 3: "третьего", 4: "четвертого четвёртого", 5: "пятого", 6: "шестого",
        7: "седьмого", 8: "восьмого", 9: "девятого", 10: "десятого", 11: "одиннадцатого", 12: "двенадцатого",
        13: "тринадцатого", 14: "четырнадцатого", 15: "пятнадцатого", 16: "шестнадцатого", 17: "семнадцатого",
        18: "восемнадцатого", 19: "девятнадцатого", 20: "двадцать двадцатого", 30: "тридцать тридцатого",
        40: "сорок сорокового", 50: "пятьдесят пятидесятого", 60: "шестьдесят шестидесятого",
        70: "семьдесят семидесятого", 80: "восемьдесят восьмидесятого", 90: "девяносто девяностого",
        700: "семьсот", 800: "восемьсот", 900: "девятьсот девятисотого", 1000: "тысяча тысячи",
        2000: "двухтысячного",
    }.items()
    for word in words.split()
}  # fmt: skip


def without_accents(words: str) -> str:
    """Small letters without their accents."""
    if words.isascii():
        return words.lower()
    return "".join(c for c in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(c))


@dataclass(frozen=True)
class Counting:
    """How one language counts: its words and what each is worth.

    ``pattern`` matches a run of them, without groups; ``value`` reads one.
    """

    words: dict[str, int]

    @cached_property
    def _word(self) -> str:
        longest = sorted(self.words, key=len, reverse=True)
        accented = "|".join(re.escape(word) for word in longest)
        return re.sub("[éèóúáíüñё]", lambda m: f"[{m[0]}{without_accents(m[0])}]", accented)

    @cached_property
    def pattern(self) -> str:
        """A run of number words; it may end inside a longer word."""
        joints = [word for word, value in self.words.items() if value == 0]
        first = rf"(?!(?:{'|'.join(joints)})[\s-])" if joints else ""
        return rf"(?<![^\W\d_]){first}(?:{self._word})(?:[\s-]*(?:{self._word})){{0,9}}"

    @cached_property
    def _plain_word(self) -> re.Pattern[str]:
        return re.compile(without_accents(self._word))

    @cached_property
    def _values(self) -> dict[str, int]:
        return {without_accents(word): value for word, value in self.words.items()}

    def value(self, words: str) -> int | None:
        """The number that words or digits give ("twenty-third", "23rd", "dix-neuf cent"); None where they give none."""
        words = words.strip()
        if digits := re.match(r"\d{1,4}(?!\d)", words):
            return int(digits[0])
        total = group = last = 0
        for word in self._plain_word.findall(without_accents(words)):
            value = self._values[word]
            if value >= 1000:
                total += value if value > 1000 else 1000 * (group or 1)
                group = last = 0
            elif value == 100:
                group, last = 100 * (group or 1), 100
            elif value == 20 and group % 100 == 4 and last == 4:
                group, last = group + 76, 80  # quatre-vingts
            elif last and value > last:
                if not 15 <= group <= 20 or value < 10:
                    return None
                group, last = 100 * group + value, value  # nineteen sixty
            else:
                group, last = group + value, value or last
        return total + group or None


COUNTING = {
    "en": Counting(_ENGLISH),
    "fr": Counting(_FRENCH),
    "es": Counting(_SPANISH),
    "ru": Counting(_RUSSIAN),
}
