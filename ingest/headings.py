"""Lines that may be headings of articles, divisions and annexes, and how much each looks like one.

A line alone cannot settle it ("Article 8 and Chapter 14 shall not apply" begins many a wrapped line), so
every candidate gets its evidence here and the numbering of the whole document decides in structure.py.
The evidence is a handful of drafting conventions, each with its weight and its reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Literal

from ingest.numbers import LATIN_SUFFIXES, NUMBER_WORDS, Number, chinese_value, read_number

HeadingKind = Literal["article", "part", "chapter", "section", "annex", "protocol"]

_LATIN = "|".join(LATIN_SUFFIXES)
# A number as treaties print it. A capital letter belongs to the number only when set close to it ("4A") or
# when nothing but the end of the line or a stop follows ("4 A"), or "Article 4 A Party may" would be 4a.
_NUMBER = rf"""
    (?:\d{{1,3}}|[ivxl]{{1,5}}|[A-Z])[.\-]\d{{1,3}}(?:\s?[A-Z](?![\w’']))?
  | \d{{1,3}}\s*[-–]?\s*(?:{_LATIN})\b
  | \d{{1,3}}[A-Za-z](?![\w’'])
  | \d{{1,3}}(?:º|°|er\b|re\b)
  | \d{{1,3}}\s[A-Z](?=\s*[.:]?\s*$)
  | \d{{1,3}}(?![\d])
  | l\d(?!\w)
  | [IVXLCDM]+\s*[-–]?\s*(?:{_LATIN})\b
  | (?-i:[IVXLCDM]+)(?![\w’'])
  | (?-i:[A-Z])(?=\s*[.:—–-]?\s*$|[.:]\s+(?-i:[A-Z]))
  | (?:{"|".join(map(re.escape, NUMBER_WORDS))})(?!\w)
  | [٠-٩۰-۹]{{1,3}}
"""
_ARTICLE_WORDS = r"articles?|art\.|art\b|artículo|articulo|artigo|artikel|статья|المادة|مادة"
_DIVISION_WORDS = {
    "part": "part", "partie": "part", "parte": "part", "часть": "part", "الجزء": "part",
    "title": "part", "titre": "part", "título": "part", "book": "part", "livre": "part",
    "chapter": "chapter", "chapitre": "chapter", "capítulo": "chapter", "глава": "chapter",
    "section": "section", "sección": "section", "раздел": "section", "subsection": "section",
    "sub-section": "section",
}  # fmt: skip
_CONTAINER_WORDS = {
    "annex": "annex", "annexe": "annex", "anexo": "annex", "appendix": "annex", "appendice": "annex",
    "schedule": "annex", "attachment": "annex", "exhibit": "annex", "приложение": "annex",
    "المرفق": "annex", "protocol": "protocol", "protocole": "protocol", "protocolo": "protocol",
    "statute": "protocol", "statut": "protocol",
}  # fmt: skip

_ARTICLE = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{_ARTICLE_WORDS})(?P<gap>[\s\-–—]*)(?P<number>{_NUMBER})(?P<rest>.*)$"
)
_DIVISION = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{'|'.join(_DIVISION_WORDS)})(?P<gap>[\s\-–—]+)"
    rf"(?P<number>{_NUMBER})(?P<rest>.*)$"
)
_CONTAINER = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{'|'.join(_CONTAINER_WORDS)})\b(?P<gap>[\s\-–—]*(?:no\.?\s*)?)"
    rf"(?:(?P<number>{_NUMBER}))?(?P<rest>.*)$"
)
_CHINESE = re.compile(
    r"^(?P<lead>)(?P<word>第|附件)(?P<gap>\s*)(?P<number>[零〇一二三四五六七八九十百廿\d]+)\s*"
    r"(?P<kind>條|条|部分|编|編|章|节|節)?(?P<suffix>之[一二三四五六七八九十]+)?(?P<rest>.*)$"
)
_CHINESE_KINDS = {"條": "article", "条": "article", "部分": "part", "编": "part", "編": "part",
                  "章": "chapter", "节": "section", "節": "section"}  # fmt: skip
# Bare numbering of trade agreements and tax treaties: "1.01 Definitions", "G-01: Scope", "I.1 Objectives".
_BARE_DOTTED = re.compile(
    r"^(?P<lead>)(?P<number>(?:\d{1,2}\.\d{2}|[A-Z]-\d{2}|[IVX]{1,4}\.\d{1,2}))[.:]?(?:\s+(?P<rest>[A-Z].*)|\s*)$"
)
# What a treaty without the word "Article" numbers: "Section 4", "Rule 12", or a number alone ("7", "7. Scope").
BARE_WORDS = ("section", "rule", "regulation", "clause", "paragraph", "point", "§")
_BARE = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?:(?P<word>{'|'.join(BARE_WORDS)})\s*)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,2})?|(?-i:[IVXLC]{1,7}))(?P<rest>(?:[.):—–-]|\s|$).*)$"
)

# A verb of obligation or statement: the line is a sentence and not the name of an article.
_SENTENCE_VERB = re.compile(
    r"\b(shall|may|will|must|are|is|was|were|has|have|means|do|does|agree|undertake|apply|applies|can|should"
    r"|est|sont|peut|peuvent|doit|doivent|s’engagent|son|podrá|podrán|deberá)\b"
)
_OPEN_END = re.compile(
    r"(?i)(\b(in|of|under|by|with|and|to|or|the|for|from|see|per|this|that|de|du|des|et|à|en)|,|\()$"
)
_CLOSED_END = re.compile(r"""[.;:!?][)"”’»\]*\d]*$|[)”"»]$""")
# An entry of a table of contents: its page stands behind dots.
_LEADERS = re.compile(r"(?:(?:\.\s?){4,}|…\s*)\d{1,4}$")
_QUOTE_OPEN = "“\"«„‘'"
# Texts that lost their line breaks have headings inside lines: after a finished sentence (or the number of
# a paragraph that a reader of right-to-left pages put too early), with a capital or a number to follow.
_INSIDE = re.compile(
    rf"(?:\b(?:Article|ARTICLE|Art\.|Artículo|ARTÍCULO|Статья|СТАТЬЯ)\s+"
    rf"(?:\d{{1,3}}(?:\s?(?:{_LATIN})\b|[A-Z])?|(?:\d{{1,2}}|[A-Z]|[IVXL]+)[.-]\d{{1,2}}|[IVXL]+)(?!\w)[.:]?[\s—–-]+"
    r"(?=[A-ZÀ-ÞА-Я“\"«(\[]|\(?(?:\d{1,2}|a)[.)]|\d{1,3}[A-Z])"
    r"|(?:المادة\s+[\d٠-٩]{1,3}(?!\d)|第[一二三四五六七八九十百零]{1,7}条(?![第及和或至、，的所规規]))(?=.{12}))"
)
_FINISHED = re.compile(r"""(?:[.;:!?؛。；：][)"”»’]?\s*|[-–]\s?\d{1,2}\s+)$""")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the canonical text: ``text == treaty.text[start:end]``; ``marked`` as heading by its format.

    A line that holds "… . Article 5 …" is given in pieces; ``inside`` is then what the pieces after the
    first lose in evidence for not standing at the beginning of a line (0 for those that do).
    """

    text: str
    start: int
    end: int
    marked: bool
    after_blank: bool
    inside: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be a heading.

    ``line`` is its index; ``numbers`` are the readings of its number (none for "ANNEX"); ``rest_start``
    where the words after the number begin; ``evidence`` is above 0 where the line looks like a heading.
    """

    kind: HeadingKind
    line: int
    word: str
    printed: str | None
    numbers: tuple[Number, ...]
    rest_start: int
    evidence: float


def split_lines(text: str, headings: frozenset[int]) -> list[Line]:
    """The lines of a text that are not empty, with their offsets."""
    lines: list[Line] = []
    offset, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            cuts = [(0, 0.0), *_headings_inside(raw), (len(raw), 0.0)]
            for (begin, inside), (end, _) in pairwise(cuts):
                marked = offset in headings and not begin
                lines.append(Line(raw[begin:end], offset + begin, offset + end, marked, blank, inside))
                blank = False
        else:
            blank = True
        offset += len(raw) + 1
    return lines


def _headings_inside(line: str) -> Iterator[tuple[int, float]]:
    """Where in a line whose breaks were lost a heading may stand, and what it loses for standing there."""
    if not any(
        word in line for word in ("rticle ", "RTICLE ", "Art. ", "ículo ", "ÍCULO ", "тья ", "ТЬЯ ", "المادة", "条")
    ):
        return
    for match in _INSIDE.finditer(line):
        before = line[max(0, match.start() - 8) : match.start()]
        if not before.strip():
            continue
        if _FINISHED.search(before):
            yield match.start(), -1.0
        elif not _OPEN_END.search(before.rstrip()):
            # A stop may be missing, and scripts without capitals do not tell "the same Article 5" from a
            # heading: such a one must fill a gap in the numbering to be worth its cost.
            yield match.start(), -2.0


def is_caseless(letter: str) -> bool:
    """Whether a letter is of a script without capitals, where headings are run in more often than not."""
    return letter.isalpha() and letter.upper() == letter.lower()


def is_sentence(text: str) -> bool:
    """Whether words look like a sentence of the text rather than the name of an article."""
    words = text.split()
    if len(words) > 30:
        return True
    if text.rstrip().endswith((";", ":", ",")):
        return True
    if text.rstrip().endswith(".") and len(words) > 8:
        return True
    return len(words) > 4 and bool(_SENTENCE_VERB.search(text))


def find_candidates(lines: list[Line], *, bare: str | None = None) -> list[Candidate]:
    """Every line that may be a heading, in the order of the text.

    ``bare`` is one of BARE_WORDS or "": articles are then looked for under that word, or under numbers alone.
    """
    quoted = _quoted_lines(lines)
    found: list[Candidate] = []
    for index, line in enumerate(lines):
        candidate = (None if bare is None else _bare(line, index, bare)) or _read_line(lines, index)
        candidate = candidate or _untitled_container(lines, index)
        if candidate is None:
            continue
        evidence = candidate.evidence
        if index in quoted:
            # An amending treaty quotes whole articles; they are its words, not its structure.
            evidence -= 6
        found.append(replace(candidate, evidence=evidence + _surroundings(lines, index)))
    return _without_empty_entries(lines, found, bare)


def _read_line(lines: list[Line], index: int) -> Candidate | None:
    line = lines[index]
    if line.text[-1].isdigit() and _LEADERS.search(line.text):
        return None
    if match := _ARTICLE.match(line.text):
        if match["word"].lower() == "articles":
            return None
        return _numbered("article", line, index, match)
    if match := _DIVISION.match(line.text):
        kind = _DIVISION_WORDS[match["word"].lower()]
        return _numbered(kind, line, index, match)  # type: ignore[arg-type]
    if match := _CONTAINER.match(line.text):
        return _container(line, index, match)
    if match := _CHINESE.match(line.text):
        return _chinese(line, index, match)
    if match := _BARE_DOTTED.match(line.text):
        numbers = read_number(match["number"])
        rest = match["rest"] or ""
        if numbers and not is_sentence(rest) and len(rest) < 120:
            rest_start = line.end - len(rest)
            return Candidate("article", index, "", match["number"], numbers, rest_start, 0.5 if rest else 0.0)
    return None


def _bare(line: Line, index: int, word: str) -> Candidate | None:
    """A provision numbered without the word "Article"; a number alone on its line is the surest."""
    match = _BARE.match(line.text)
    if match is None or (match["word"] or "").lower() != word or _LEADERS.search(line.text):
        return None
    numbers = read_number(match["number"])
    if not numbers:
        return None
    rest = match["rest"]
    words = rest.strip(" .:—–-*_)")
    evidence = _evidence_of_rest(rest) + (3.0 if line.marked else 0.0)
    if words and is_sentence(words):
        # "3. The Parties shall …" is an article of a memorandum, but more often a paragraph; "3.1 The" always is.
        evidence = min(evidence, -0.5 if numbers[0].style != "dotted" else -4.0)
    elif words and not word:
        evidence -= 0.5
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_)")))
    return Candidate("article", index, word, match["number"], numbers, rest_start, evidence)


def _numbered(kind: HeadingKind, line: Line, index: int, match: re.Match[str]) -> Candidate | None:
    numbers = read_number(match["number"])
    if not numbers:
        return None
    rest = match["rest"]
    evidence = _evidence_of_rest(rest) + (3.0 if line.marked else 0.0)
    if kind != "article" and is_sentence(rest.strip(" .:—–-*_")):
        # "Section 2. The Bank shall …" is a paragraph: a division's number is followed by a name or by nothing.
        evidence -= 4
    if not match["word"][:1].isupper() and match["word"][:1].isascii():
        # A heading begins with a capital; "article 5" at the start of a line is a sentence going on.
        evidence -= 4
    if any(mark in match["lead"] for mark in _QUOTE_OPEN):
        evidence -= 6
    elif "(" in match["lead"]:
        evidence -= 4
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_")))
    return Candidate(kind, index, match["word"].lower(), match["number"].strip(), numbers, rest_start, evidence)


def _evidence_of_rest(rest: str) -> float:
    """What the words after the number tell."""
    words = rest.strip(" .:—–-*_)")
    if not words:
        return 2.0
    if re.match(
        r"\s*[.:—–-]?\s*\(?(?:[1a]\)\.?\s*[A-Z“\"]|a\)\s(?!(?:of|and|or|to|in|shall|is|are|may|above)\b))", rest
    ):
        # "Article 4 (1) The Council shall": its first paragraph begins on the same line.
        return 0.0
    if re.match(r"\s*[,;(/]", rest) and not re.match(r"\s*\([A-Z]", rest):
        # "Article 5, paragraph 2" and "Article 5 (1)" point at a provision.
        return -4.0
    if words[0].islower() and words[0].isalpha():
        # "Article 8 and Chapter 14 shall not apply": the sentence goes on.
        return -4.0
    if re.match(r"(?:من|إلى|أو|في|على|و\w+)\s|،", words):
        # "المادة 5 من الاتفاقية" (Article 5 of the Convention) goes on; Arabic has no capitals to tell by.
        return -4.0
    separated = bool(re.match(r"\s*[.:—–-]|\s{2,}", rest)) or is_caseless(words[0])
    if not is_sentence(words) and len(words) < 160:
        return 1.5
    return 0.75 if separated else -0.75


def _container(line: Line, index: int, match: re.Match[str]) -> Candidate | None:
    kind = _CONTAINER_WORDS[match["word"].lower()]
    rest, printed = match["rest"], match["number"]
    words = rest.strip(" .:—–-*_")
    capitals = line.text.upper() == line.text
    numbers = read_number(printed) if printed else ()
    # "Protocol between …": a title goes on in small letters where its format says that it is one.
    titled = line.marked and not is_sentence(words.rstrip("."))
    evidence = 1.0 if titled else _evidence_of_rest(rest)
    evidence += (2.0 if line.marked else 0.0) + (0.5 if capitals else -0.5)
    if not match["word"][:1].isupper() and match["word"][:1].isascii():
        return None
    if not printed and words and (kind == "annex" or not (line.marked or capitals)):
        # "Annex to the Convention" needs the format's or capitals' word for being a heading.
        evidence -= 1.0 if line.marked or capitals else 4.0
    if len(words) > 200 and not is_caseless(words[0]):
        evidence -= 3
    if any(mark in match["lead"] for mark in _QUOTE_OPEN + "("):
        evidence -= 6
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_")))
    return Candidate(kind, index, match["word"].lower(), printed, numbers, rest_start, evidence)  # type: ignore[arg-type]


def _untitled_container(lines: list[Line], index: int) -> Candidate | None:
    """A marked heading of no known kind right above an "Article 1": "Statutes of the Organisation".

    It is taken only where the numbering begins again under it, so its own evidence is below zero.
    """
    line = lines[index]
    if not line.marked or index + 1 >= len(lines) or not lines[index - 1 : index]:
        return None
    following = next((ln for ln in lines[index + 1 : index + 4] if not _is_plain_heading(ln)), None)
    if following is None or not (match := _ARTICLE.match(following.text)):
        return None
    if not any(number.is_first for number in read_number(match["number"])):
        return None
    kind: HeadingKind = "protocol" if "protocol" in line.text.lower() else "annex"
    return Candidate(kind, index, "", None, (), line.start, -0.6)


def _is_plain_heading(line: Line) -> bool:
    return line.marked and not _ARTICLE.match(line.text)


def _chinese(line: Line, index: int, match: re.Match[str]) -> Candidate | None:
    kind = "annex" if match["word"] == "附件" else _CHINESE_KINDS.get(match["kind"] or "")
    if kind is None or (match["word"] == "第" and not match["kind"]):
        return None
    printed = match["number"] + (match["suffix"] or "")
    numbers = read_number(printed)
    if not numbers or (chinese_value(match["number"]) is None and not match["number"].isdigit()):
        return None
    rest = match["rest"].strip()
    short = len(rest) < 40 and not re.search(r"[。；，、]", rest)
    # Chinese sets the name of an article and its first sentence behind the number without a space.
    run_in = line.after_blank and not rest.endswith(("；", "，"))
    evidence = (2.0 if not rest else 1.5 if short else 0.75 if run_in else -2.0) + (3.0 if line.marked else 0.0)
    if re.match(r"[第及和或至、，的所规規]", rest):
        evidence -= 4
    rest_start = line.end - len(match["rest"].lstrip())
    return Candidate(kind, index, match["word"], printed, numbers, rest_start, evidence)  # type: ignore[arg-type]


def _surroundings(lines: list[Line], index: int) -> float:
    """What the line above tells: a heading stands after a finished sentence."""
    if index == 0:
        return 0.0
    line, above = lines[index], lines[index - 1]
    if line.inside:
        return line.inside
    if line.after_blank or line.marked:
        return 0.5
    if _CLOSED_END.search(above.text):
        return 0.25
    if _OPEN_END.search(above.text.rstrip()):
        return -4.0
    # Under another heading ("PART II") there is no stop either; only a long line is an unfinished sentence.
    return -2.0 if len(above.text) > 60 else 0.0


def _without_empty_entries(lines: list[Line], found: list[Candidate], bare: str | None) -> list[Candidate]:
    """Lower the articles that have no words before the next candidate: entries of a table of contents."""
    weighed: list[Candidate] = []
    for candidate, following in zip_longest(found, found[1:]):
        last = following.line if following else len(lines)
        body = sum(len(lines[i].text) for i in range(candidate.line + 1, last))
        rest = lines[candidate.line].end - candidate.rest_start
        inside = lines[candidate.line].inside or (last < len(lines) and lines[last].inside)
        empty = candidate.kind == "article" and body < 12 and rest < 90 and not inside
        if bare is not None and following and any(number.is_first for number in following.numbers):
            # "2. Grant of rights" with "1. Each Party grants" under it is not empty.
            empty = False
        weighed.append(replace(candidate, evidence=candidate.evidence - 2.5) if empty else candidate)
    return weighed


def _quoted_lines(lines: list[Line]) -> set[int]:
    """Indexes of the lines inside a quotation of several lines that a colon announces."""
    quoted: set[int] = set()
    index = 1
    while index < len(lines):
        opening = lines[index].text[:1]
        if opening in '“"«„' and lines[index - 1].text.rstrip().endswith((":", "following")):
            closing = {"“": "”", "„": "“", "«": "»", '"': '"'}[opening]
            end = next(
                (
                    i
                    for i in range(index, min(index + 120, len(lines)))
                    if re.search(re.escape(closing) + r"[.;,]?$", lines[i].text[1:].rstrip())
                ),
                index,
            )
            quoted.update(range(index, end + 1))
            index = end + 1
        else:
            index += 1
    return quoted
