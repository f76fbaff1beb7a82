"""The words of the grammar of references: keywords, numbers, pointers, and the names of treaties.

English in full; of the other languages that treaties are written in, what names articles, paragraphs,
parts and annexes.
"""

import re

from ingest.numbers import LATIN_SUFFIXES

# How far out a unit stands: an annex holds parts, a part holds articles, an article paragraphs.
RANK = {
    "annex": 0, "protocol": 0, "schedule": 0, "appendix": 0.5, "preamble": 0.7, "part": 1, "title": 2, "chapter": 3,
    "section": 4, "subsection": 5, "article": 6, "rule": 6, "paragraph": 7, "point": 8, "subpoint": 9,
}  # fmt: skip

# What stands within an article.
SMALL = frozenset({"paragraph", "point", "subpoint"})

_WORDS = {
    "article": "article articles art art. arts arts. artículo artículos articulo articulos "
    "статья статьи статье статьей статью статей статьях статьям статьями",
    "paragraph": "paragraph paragraphs para para. paras paras. paragraphe paragraphes párrafo párrafos "
    "пункт пункта пункте пункты пунктов пунктах пунктом пункту §§ §",
    "point": "subparagraph subparagraphs sub-paragraph sub-paragraphs subpara subpara. clause clauses item items "
    "point points alinéa alinéas подпункт подпункта подпункте подпункты подпунктов",
    "subpoint": "sub-subparagraph sub-subparagraphs subsubparagraph",
    "part": "part parts partie parties parte partes часть части частью частей",
    "title": "title titles titre título",
    "chapter": "chapter chapters chapitre chapitres capítulo capítulos глава главы главе главой",
    "section": "section sections sección secciones раздел раздела разделе",
    "subsection": "subsection subsections sub-section sub-sections",
    "annex": "annex annexes annexe anexo anexos приложение приложения приложении приложению",
    "appendix": "appendix appendices apéndice appendice",
    "schedule": "schedule schedules",
    "protocol": "protocol protocols",
    # What a treaty's regulations are divided into; paragraphs named after one are not the article's.
    "rule": "rule rules regulation regulations",
    "preamble": "preamble préambule preámbulo преамбула преамбулы преамбуле",
}
# "parties" are the States of an English treaty far more often than the parts of a French one.
_NOT_PARTS = {"parties", "partes"}
_KIND = {word: kind for kind, words in _WORDS.items() for word in words.split() if word not in _NOT_PARTS}
_PLURALS = frozenset(
    "articles arts arts. paragraphs paras paras. paragraphes subparagraphs sub-paragraphs sub-subparagraphs clauses "
    "items points alinéas "
    "rules regulations parts titles chapters chapitres sections subsections sub-sections annexes "
    "appendices schedules protocols §§ "
    "artículos articulos párrafos capítulos secciones anexos статьи статей статьях статьям статьями пункты пунктов "
    "пунктах подпункты подпунктов".split()
)


def _any_case(words: list[str]) -> str:
    cased = {form for word in words for form in (word, word.capitalize(), word.upper())}
    return "|".join(re.escape(form) for form in sorted(cased, key=lambda form: (-len(form), form)))


KEYWORD = re.compile(rf"(?<![\w-])(?:{_any_case([w for w in _KIND if '§' not in w])})(?![^\W\d_]|-\w|\(s\))|§§?")


def keyword_of(word: str) -> tuple[str, bool]:
    """The kind of a keyword, and whether it announces several."""
    low = word.lower()
    return _KIND[low], low in _PLURALS


_LATIN = "|".join(LATIN_SUFFIXES)
_END = r"(?![\w’'])"
_ARTICLE = (
    rf"premier\b|première\b|[IVXLC]+\.\d{{1,2}}(?!\d)"
    rf"|\d{{1,3}}(?!\d)(?:\.\d{{1,2}}(?!\d))?(?:\s?(?:{_LATIN})\b|-?[A-Z]{_END}(?!\.\w)|[a-z]{_END})?(?!\w)"
    rf"|[IVXLC]+(?:\s?(?:{_LATIN})\b)?{_END}|[A-Z][.-]\d{{1,2}}(?!\d)|[A-Z](?![\w’'.])"
)
_PARAGRAPH = (
    rf"\d{{1,3}}(?!\d)(?:\.\d{{1,2}}(?!\d))?(?:\s?(?:{_LATIN})\b|[a-z]{_END})?(?!\w)|\((?:\d{{1,3}}|[a-z]{{1,2}}|[ivx]{{1,5}}|[A-Z])\)"
    rf"|[a-z]\)|[IVX]+{_END}|l{_END}(?=[\s,.])"
)
_POINT = (
    r"\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5}|[A-Z]|[IVX]{1,4})\)"
    rf"|\(?(?:[a-z]|[ivx]{{1,5}})\)|\d{{1,3}}(?!\w)|[b-z]{_END}(?![.])"
)
_BRACKETED = r"\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5}|[A-Z])\)"
_GROUP = rf"[IVXLC]+{_END}|\d{{1,2}}(?!\d)(?:[A-Z]{_END}|\s?(?:{_LATIN})\b)?(?![\w%])(?!\.\d)|[A-Z](?![\w’'])"

NUMBERS = {
    kind: re.compile(
        {"article": _ARTICLE, "rule": _ARTICLE, "paragraph": _PARAGRAPH, "point": _POINT, "subpoint": _POINT}.get(
            kind, _GROUP
        )
    )
    for kind in RANK
}

_NUMBER_WORDS = (
    r"(?i:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[-\s](?:one|two|three|four|five|six|seven|eight|nine)\b)?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen)\b"
)
_SMALL_ROMAN = rf"[ivxlc]{{1,7}}(?:\s?(?:{_LATIN})\b)?{_END}"
SLOPPY_NUMBERS = {
    kind: re.compile(rf"{pattern.pattern}|{_NUMBER_WORDS}" + ("" if kind in SMALL else rf"|{_SMALL_ROMAN}")
                     + (rf"|[a-z]{_END}" if RANK[kind] == 0 else ""))
    for kind, pattern in NUMBERS.items()
}  # fmt: skip

# "to" joins the ends of a range, "comma" is a comma alone.
SEPARATOR = re.compile(
    r"(?P<to>\s+(?:to|through|à|по)\s+|\s?[–—-]\s?)"
    r"|(?:\s*,\s*|\s+)(?:and/or|and|or|et|ou|y|o|и|или|&)\s+|(?P<comma>\s*,\s*)"
)

# What a number counts that is no provision's: times, measures, dates, money.
NOT_A_NUMBER = re.compile(
    r"\s*(?:%|°)|\s+(?:per\s?cent|percent|days?|weeks?|months?|years?|hours?|minutes?|seconds?|met(?:re|er)s?|kilomet\w+|km|m|"
    r"miles?|nautical|kilograms?|kg|tons?|tonnes?|times|members?|[Ss]tates?|[Pp]arties|judges|copies|January|February|March|April|May|June|July|"
    r"August|September|October|November|December)\b|[.,]\d{3}"
)

ORDINALS = {
    word: str(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}

_POINTER = (
    r"(?P<which>this|that|these|those|such|(?:the\s+)?(?:present|said|same|aforesaid|aforementioned|latter)"
    r"|the\s+(?:immediately\s+|last\s+|next\s+)?(?:above[-\s]mentioned|above|preceding|foregoing|previous|following|"
    r"succeeding|next)|(?:immediately\s+)?(?:preceding|foregoing|following|previous))"
    r"(?P<count>\s+(?:two|three|four))?"
)
POINTER_BEFORE = re.compile(
    r"(?:^|(?<=[\s(“\"]))(?:the\s+(?P<early>two|three|four)\s+)?"
    + _POINTER.replace("(?P<which>", "(?P<which>", 1)
    + r"\s+$",
    re.I,
)
POINTER_AFTER_OF = re.compile(rf"(?:{_POINTER}\s+|the\s+|la\s+|l[’'])(?=\S)", re.I)
OWN_WORDS = {"this", "present", "the present", "la présente", "le présent", "la presente", "el presente",
             "настоящей", "настоящего"}  # fmt: skip
THAT_WORDS = {"that", "the said", "said", "such", "the same", "same", "those"}

OF = re.compile(r",?\s+(?:of|in|to|under|de|du|des|del)\s+|,?\s+de\s+l[’']")
BARE_CONTAINER = re.compile(r"A(?:nnex|ppendix)|ANNEX|Schedule|[Aa]nnexe\b")

_TYPES = (
    "treaty treaties convention conventions agreement agreements protocol protocols charter covenant covenants statute "
    "constitution pact declaration accord accords regulations rules act "
    "convención tratado carta protocolo estatuto traité charte statut "
    "pacte accord конвенции конвенция договора договор устава устав пакта протокола соглашения"
).split()
TYPE_WORDS = re.compile(rf"(?<!\w)(?:{_any_case(_TYPES)})(?!\w)")
OF_INSTRUMENT = re.compile(
    r",?\s+(?P<of>of|to|from|in|under|common\s+to|de|du|del)\s+(?:(?P<which>the\s+present|the\s+said|the\s+same|this|that|said|those|such|"
    r"la\s+pr[eé]sente|le\s+pr[eé]sent|el\s+presente)\s+|the\s+|la\s+|l[’']|el\s+|le\s+)?"
    r"|\s+(?P<ru>(?P<which_ru>настоящей|настоящего)\s+)"
)
_STOP = r"(?!(?:Articles?|Arts?|Paragraphs?|Annex|Part|Section|Chapter)\b)"
_CAP = rf"{_STOP}[A-ZÀ-ÖØ-ÞА-Я][\w’'–.-]*(?<![.])"
_CAP_ANY = r"(?!Annex|Article)[A-Z][\w’'–-]*"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?:\d{{1,2}}\s+{_MONTH},?\s+)?(?:1[6-9]|20)\d\d"
_JOIN = (
    r"(?:,?\s+(?:of|on|for|against|concerning|relating\s+to|relating|relative\s+to|regarding|between|as\s+between|additional\s+to|"
    r"supplementary\s+to|supplementing|amending|governing|prohibiting|establishing|de|des|sur|sobre))(?:\s+(?:the|its|all|la|les|los|las))?"
)
_INNER = (
    r"(?:,?\s+(?:and|or|in|to|of|on|the|for|with|its|other|at|from|by|de|la|des|et|y|aiming|certain|their|all|against|"
    r"beyond|which|may|be|through)){0,5}"
)
INSTRUMENT = re.compile(
    rf"(?:{_CAP_ANY}\s+){{1,4}}(?:Annex|Appendix|Schedule)\b|(?:{_DATE}\s+)?[“\"]?{_CAP}(?:\s+(?:of\s+the\s+)?{_CAP}){{0,8}}"
    rf"(?:\s+to\s+the\s+{_CAP}(?:\s+{_CAP}){{0,6}})?"
    rf"(?:{_JOIN}\s+(?:{_CAP}|{_DATE})(?:{_INNER}\s+(?:{_CAP}|{_DATE})){{0,14}})?(?:,?\s+of\s+{_DATE})?"
)
