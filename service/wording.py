"""A question's wording in the forms that the grammar of mentions reads: each step is text in, text out.

People write "artcle 5", "the fifth art.", "5.2.b" or "§ 5"; treaties do not, so this is done to questions alone.
What is asked is not altered: only how numbers and the words for provisions are written.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from ingest.number_words import COUNTING
from ingest.numbers import LATIN_SUFFIXES

_LATIN = "|".join(LATIN_SUFFIXES)
_NUMBER = rf"\d{{1,3}}(?:[ -]?(?:{_LATIN})\b|[a-z]\b)?"
_KEYWORD = r"(?:articles?|arts?\.?)"

_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\s]+")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SLACK = re.compile(r"<(?:[@#!][^<>|]*)(?:\|[^<>]*)?>|(?<!\w)[*_`~]+(?=\w)|(?<=\w)[*_`~]+(?!\w)")


def _plain_blanks(text: str) -> str:
    """Narrow and hard blanks are blanks, marks that are not seen are nothing, nor are a chat's mentions and stars."""
    return _BLANKS.sub(" ", _SLACK.sub(" ", _UNSEEN.sub("", text))).strip()


_MISTYPED = re.compile(r"\b([AaPp][A-Za-z]{3,9})(s?)(?=\.? ?(?:\d|[IVXLC]+\b))")
_SPELLED = ("article", "paragraph", "annex")
_OTHER_WORDS = frozenset(
    "particle particles article articles paragraph paragraphs annex annexes annexe part parts pact pacts act acts "
    "artículo articulo".split()
)


def _spelled(text: str) -> str:
    """ "artcle 5", "aricle 5": a word before a number that is one slip away from the word for a provision."""

    def spell(match: re.Match[str]) -> str:
        word = match[1].lower()
        if word in _OTHER_WORDS or f"{word}{match[2]}" in _OTHER_WORDS:
            return match[0]
        meant = next((right for right in _SPELLED if _one_slip(word, right)), None)
        return f"{meant}{match[2]}" if meant else match[0]

    return _MISTYPED.sub(spell, text)


def _one_slip(written: str, meant: str) -> bool:
    """Whether one letter is missing, too many or another, or two neighbours are exchanged."""
    if abs(len(written) - len(meant)) > 1 or written == meant:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), len(min(written, meant, key=len))
    )
    rest, other = written[start:], meant[start:]
    return (
        rest[1:] == other
        or rest == other[1:]
        or rest[1:] == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )


_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_BELOW_HUNDRED = rf"(?:{_TENS}(?:[ -]{_UNIT})?|{_TEEN}|{_UNIT})"
_IN_WORDS = rf"(?:(?:{_UNIT}|a) hundred(?: (?:and )?{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_NUMBER_IN_WORDS = re.compile(
    rf"(?i)\b({_KEYWORD}(?: numbers?)?|paragraphs?|paras?\.?|annex|chapter|part|and|or|to|through|,) ({_IN_WORDS})\b"
    r"(?![- ](?:years?|days?|months?))"
)
_UNIT_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_ORDINAL = (
    rf"(?:{_TENS}[ -]{_UNIT_ORDINAL}|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth|tenth|eleventh|twelfth"
    rf"|(?:thir|four|fif|six|seven|eigh|nine)teenth|{_UNIT_ORDINAL}|\d{{1,3}}(?:st|nd|rd|th))"
)
_ORDINAL_BEFORE = re.compile(
    rf"(?i)\b({_ORDINAL})(?: and ({_ORDINAL}))? (article|art\b\.?|annex|chapter)(s?)(?! (?:\d|[IVX]+\b))"
)


def _in_digits(text: str) -> str:
    """ "article one hundred and three", "the twenty-first article": with the number in digits behind."""

    def behind(match: re.Match[str]) -> str:
        numbers = [COUNTING["en"].value(word) for word in match.groups()[:2] if word]
        return f"{match[3]}{match[4] or ('s' if len(numbers) > 1 else '')} " + " and ".join(map(str, numbers))

    if re.search(rf"(?i){_KEYWORD}|para|annex|chapter|\bpart\b", text):
        text = _NUMBER_IN_WORDS.sub(_worded, text)
    return _ORDINAL_BEFORE.sub(behind, text)


def _worded(match: re.Match[str]) -> str:
    joint = match[1].lower()
    if joint in ("and", "or", "to", "through", ","):
        # A further number is one of a list only behind another.
        before = match.string[: match.start()]
        if not re.search(
            rf"(?i){_KEYWORD} (?:\d{{1,3}}|{_IN_WORDS})(?:(?:, ?| and | or | to )(?:\d{{1,3}}|{_IN_WORDS}))* ?$", before
        ):
            return match[0]
    return f"{match[1]} {COUNTING['en'].value(match[2])}"


_SET_APART = re.compile(
    rf"(?i)\b(articles?|art)\b(?:\.? ?(?:numbers?|nr|no|n°|nº)\.? ?|\.? ?[-_#:] ?|\.? ?\( ?)(?=\d)(?:({_NUMBER}) ?\))?"
)
_JOINED_TO = re.compile(r"(?i)\b(articles?|arts?)(?=\d)")
_RANGE = re.compile(
    rf"(?i)\b(?:from )?{_KEYWORD} ({_NUMBER}) (to|through|till|until|up to) (?:and including )?{_KEYWORD} ({_NUMBER})"
)
_INCLUSIVE = re.compile(
    rf"(?i)\b({_KEYWORD} )?({_NUMBER}) ?(?:to|through|-|–) ?({_NUMBER}),? \(?(?:incl\b\.?|inclusive\b)\)?"
)
_PLUS = re.compile(rf"(?i)\b(articles|arts?\.?) ({_NUMBER}) ?(?:\+|/|&) ?(?={_NUMBER})")
_SIGN = re.compile(rf"§§? ?(?={_NUMBER})")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{1,2})\.?(?:\(([a-z])\)|([a-z])\b)")
_HYPHENED = re.compile(rf"(?i)(\d{{1,3}})[- ]?({_LATIN})\b")
_CUT_SHORT = re.compile(r"(?i)\bpar\.? ?(?=\d)")


def _numbered(text: str) -> str:
    """ "art. no. 5", "art5", "articles 5 + 7", "from article 5 to article 7", "5.2.b", "12-bis"."""
    text = _HYPHENED.sub(lambda m: f"{m[1]} {m[2].lower()}", text)
    text = _JOINED_TO.sub(r"\1 ", text)
    text = _SET_APART.sub(lambda m: f"{m[1]} {m[2] or ''}", text)
    text = _RANGE.sub(r"articles \1 to \3", text)
    text = _INCLUSIVE.sub(r"articles \2 to \3", text)
    text = _PLUS.sub(r"articles \2 and ", text)
    text = _DOTTED.sub(lambda m: f"{m[1]}({m[2]})({m[3] or m[4]})", text)
    text = _CUT_SHORT.sub("para ", text)
    if not re.search(rf"(?i)\b{_KEYWORD}", text):
        text = _SIGN.sub("article ", text)
    return text


_BRACKETED = re.compile(r"(?<![\w.(])(\d{1,3})(?: ?\((?:\d{1,2}|[a-z]{1,3})\))+")
# "Protocol, Article 4", but not "the Lomara Protocol, Article 4".
_BEFORE_JOINED = "|".join(
    rf"(?<={before})" for before in
    [r"[,:;(] ", *(rf"\b{word} " for word in "the in its convention treaty agreement pact charter accord".split())]
)  # fmt: skip
_CONTAINER_FIRST = re.compile(
    rf"(?i)(?:^|{_BEFORE_JOINED})(protocol|statute)(?:,|'s|’s)? ((?:article|art\.?) {_NUMBER})"
)
_CONTAINER_BEHIND = re.compile(
    rf"(?i)\b((?:article|art\.?) {_NUMBER}(?:\(\w+\))*),? (annex|schedule|appendix) (?=\d|[IVX]+\b|[a-h]\b)"
)
_AROUND = re.compile(
    rf"(?i)\b(article|one|provision) (?:right |just |directly |immediately )?"
    rf"(after|before|following|preceding) ({_NUMBER})"
    r"(?= ?(?:$|[?.,;]| (?:of|in)\b))"
)
_RECITALS = re.compile(r"(?i)\b(?:recitals|preambular (?:paragraphs?|part|text|clauses?)|preambule)\b")


def _with_keywords(text: str) -> str:
    """ "5(2)(b) of the treaty", "Protocol, Article 4", "the article after 5": with the words that are left out."""

    def name(match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - 24) : match.start()].lower()
        if re.search(
            r"(?:art\.?|arts\.?|articles?|para\.?|paragraphs?|annex|rule|and|or|to|&|,|–|-|§) ?$", before
        ) and re.search(r"(?i)art|para|annex|rule|§", match.string[: match.start()]):
            return match[0]
        return f"article {match[0]}"

    text = _BRACKETED.sub(name, text)
    text = _CONTAINER_FIRST.sub(r"\2 of the \1", text)
    text = _CONTAINER_BEHIND.sub(r"\1 of \2 ", text)
    text = _AROUND.sub(r"\1 \2 article \3", text)
    return _RECITALS.sub("preamble", text)


_STEPS: tuple[Callable[[str], str], ...] = (_plain_blanks, _spelled, _in_digits, _numbered, _with_keywords)


@lru_cache(maxsize=64)
def plain_wording(text: str) -> str:
    """The question as the grammar of mentions reads it; one that is written so already is left as it is."""
    for step in _STEPS:
        text = step(text)
    return text
