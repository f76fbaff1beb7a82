"""Lines that may be headings of articles, divisions and annexes, and how much each looks like one.

A line alone cannot settle it ("Article 8 and Chapter 14 shall not apply" begins many a wrapped line), so
every candidate gets its evidence here and the numbering of the whole document decides in structure.py.
The evidence is a handful of drafting conventions, each with its weight and its reason.
"""

import re
from typing import NamedTuple

from ingest.candidates import LEADERS, NUMBER, QUOTE_OPEN, Candidate, HeadingKind, evidence_of_rest
from ingest.joined_texts import AGREED_FIRST_WORDS, JOINED_WORDS, read_joined_text, read_untitled
from ingest.lines import OPEN_END, Line, ends_sentence, is_sentence
from ingest.numbers import chinese_value, read_number

_ARTICLE_WORDS = r"articles|article|art\.|art\b|artículo|articulo|artigo|artikel|articolo|статья|المادة|مادة"
_DIVISION_WORDS = {
    "part": "part", "partie": "part", "parte": "part", "часть": "part", "الجزء": "part",
    "title": "part", "titre": "part", "título": "part", "book": "part", "livre": "part",
    "chapter": "chapter", "chapitre": "chapter", "capítulo": "chapter", "глава": "chapter",
    "section": "section", "sección": "section", "раздел": "section", "subsection": "section",
    "sub-section": "section",
}  # fmt: skip
_ARTICLE = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{_ARTICLE_WORDS})(?P<gap>[\s\-–—]*(?:no\.?\s+)?\(?)(?P<number>{NUMBER})(?P<rest>.*)$"
)
_DIVISION = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?P<word>{'|'.join(_DIVISION_WORDS)})(?P<gap>[\s\-–—]+)"
    rf"(?P<number>{NUMBER})(?P<rest>.*)$"
)
_CHINESE = re.compile(
    r"^(?P<lead>)(?P<word>第|附件)(?P<gap>\s*)(?P<number>[零〇一二三四五六七八九十百廿\d]+)\s*"
    r"(?P<kind>條|条|部分|编|編|章|节|節)?(?P<suffix>之[一二三四五六七八九十]+)?(?P<rest>.*)$"
)
_CHINESE_KINDS = {"條": "article", "条": "article", "部分": "part", "编": "part", "編": "part",
                  "章": "chapter", "节": "section", "節": "section"}  # fmt: skip
# Nine lines in ten begin with neither a word nor a sign that a heading begins with.
_BEGINS = re.compile(r"[\W_]{0,4}(?:第|附件|(?:[A-Z]-|[IVX]{1,4}\.)?\d|(?P<word>[^\W\d_]{3,}))")
_HEADING_WORDS = (
    frozenset(re.split(r"\W", word)[0] for word in (*_ARTICLE_WORDS.split("|"), *_DIVISION_WORDS, *JOINED_WORDS))
    | AGREED_FIRST_WORDS
)
# Bare numbering of trade agreements and tax treaties: "1.01 Definitions", "G-01: Scope", "I.1 Objectives".
_BARE_DOTTED = re.compile(
    r"^(?P<lead>)(?P<number>(?:\d{1,2}\.\d{2}|[A-Z]-\d{2}|[IVX]{1,4}\.\d{1,2}))[.:]?(?:\s+(?P<rest>[A-Z].*)|\s*)$"
)
# What a treaty without the word "Article" numbers: "Section 4", "Rule 12".
OTHER_WORDS = ("section", "rule", "regulation", "clause", "paragraph", "point", "§")
_BARE = re.compile(
    rf"(?xi)^(?P<lead>[\W_]{{0,4}})(?:(?P<word>{'|'.join(OTHER_WORDS)})\s*)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,2})?|(?-i:[IVXLC]{1,8}))(?P<rest>(?:[.):—–-]|\s|$).*)$"
)


class OtherNumbering(NamedTuple):
    """A way to number articles without the word "Article": under another ``word``, or under numbers alone ("").

    ``named`` numbers stand alone or before a name ("7", "7. Scope"); whatever begins a sentence is a paragraph's.
    """

    word: str
    named: bool = False


# In the order in which they are tried on a text that has no article.
OTHER_NUMBERINGS = (*map(OtherNumbering, OTHER_WORDS), OtherNumbering("", named=True), OtherNumbering(""))


def find_candidates(lines: list[Line], other: OtherNumbering | None = None) -> list[Candidate]:
    """Every line that may be a heading, in the order of the text.

    Articles are looked for under the word "Article", or in the ``other`` numbering given.
    """
    quoted = _quoted_lines(lines)
    found: list[Candidate] = []
    for index, line in enumerate(lines):
        candidate = (_bare(line, index, other) if other else None) or _read_line(lines, index)
        if candidate is None and line.marked:
            candidate = read_untitled(lines, index, _is_above_first(lines, index))
        if candidate is None or (found and _is_name_of(lines, found[-1], candidate)):
            continue
        evidence = candidate.evidence
        if index in quoted:
            # An amending treaty quotes whole articles; they are its words, not its structure.
            evidence -= 6
        found.append(candidate._replace(evidence=evidence + _surroundings(lines, index)))
    return found


def _is_name_of(lines: list[Line], above: Candidate, candidate: Candidate) -> bool:
    """Whether "Annexes" right under "Article 90" is that article's name."""
    if candidate.kind not in ("annex", "protocol") or not candidate.word or candidate.printed is not None:
        return False
    line = lines[above.line]
    named = line.text[above.rest_start - line.start :].strip(" .:—–-*_")
    return above.line == candidate.line - 1 and above.evidence > 0 and not named


def _read_line(lines: list[Line], index: int) -> Candidate | None:
    line = lines[index]
    begins = _BEGINS.match(line.text)
    if begins is None or (begins["word"] and begins["word"].lower() not in _HEADING_WORDS):
        return None
    if line.text[-1].isdigit() and LEADERS.search(line.text):
        return None
    if begins["word"]:
        return _worded(lines, index)
    if match := _CHINESE.match(line.text):
        return _chinese(line, index, match)
    if match := _BARE_DOTTED.match(line.text):
        numbers = read_number(match["number"])
        rest = match["rest"] or ""
        if numbers and not is_sentence(rest) and len(rest) < 120:
            rest_start = line.end - len(rest)
            return Candidate("article", index, "", match["number"], numbers, rest_start, 0.5 if rest else 0.0)
    return None


def _worded(lines: list[Line], index: int) -> Candidate | None:
    """A heading that begins with a word: "Article 4", "PART II", "Annex"."""
    line = lines[index]
    if match := _ARTICLE.match(line.text):
        if match["word"].lower() == "articles":
            return None
        return _numbered("article", line, index, match)
    if match := _DIVISION.match(line.text):
        kind = _DIVISION_WORDS[match["word"].lower()]
        return _numbered(kind, line, index, match)  # type: ignore[arg-type]
    return read_joined_text(lines, index)


def _bare(line: Line, index: int, numbering: OtherNumbering) -> Candidate | None:
    """A provision numbered without the word "Article"; a number alone on its line is the surest."""
    match = _BARE.match(line.text)
    if match is None or (match["word"] or "").lower() != numbering.word or LEADERS.search(line.text):
        return None
    numbers = read_number(match["number"])
    if not numbers:
        return None
    rest = match["rest"]
    words = rest.strip(" .:—–-*_)")
    evidence = evidence_of_rest(rest) + (3.0 if line.marked else 0.0)
    if words and (is_sentence(words) or (len(words.split()) > 3 and rest.rstrip().endswith((".", ";")))):
        if numbering.named:
            return None
        # "3. The Parties shall …" is an article of a memorandum, but more often a paragraph; "3.1 The" always is.
        evidence = min(evidence, -0.5 if numbers[0].style != "dotted" else -4.0)
    elif words and not numbering.word:
        evidence -= 0.5
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_)")))
    return Candidate("article", index, numbering.word, match["number"], numbers, rest_start, evidence)


def _numbered(kind: HeadingKind, line: Line, index: int, match: re.Match[str]) -> Candidate | None:
    numbers = read_number(match["number"])
    # "Section 2.01. The Bank shall …" is a paragraph of Article 2.
    if not numbers or (kind != "article" and numbers[0].style == "dotted"):
        return None
    rest = match["rest"]
    evidence = evidence_of_rest(rest) + (3.0 if line.marked else 0.0)
    if kind != "article" and is_sentence(rest.strip(" .:—–-*_")):
        # "Section 2. The Bank shall …" is a paragraph: a division's number is followed by a name or by nothing.
        evidence -= 4
    if not match["word"][:1].isupper() and match["word"][:1].isascii():
        # A heading begins with a capital; "article 5" at the start of a line is a sentence going on.
        evidence -= 4
    lead = match["lead"]
    if lead and any(mark in lead for mark in QUOTE_OPEN):
        evidence -= 6
    elif "(" in lead:
        evidence -= 4
    rest_start = line.start + match.start("rest") + (len(rest) - len(rest.lstrip(" .:—–-*_")))
    return Candidate(kind, index, match["word"].lower(), match["number"].strip(), numbers, rest_start, evidence)


def _is_above_first(lines: list[Line], index: int) -> bool:
    """Whether the first line below that is no mere heading is an "Article 1"."""
    for line in lines[index + 1 : index + 4]:
        match = _ARTICLE.match(line.text)
        if match is not None:
            return any(number.is_first for number in read_number(match["number"]))
        if not line.marked:
            return False
    return False


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
    if ends_sentence(above.text):
        return 0.25
    if OPEN_END.search(above.text.rstrip()):
        return -4.0
    # Under another heading ("PART II") there is no stop either; only a long line is an unfinished sentence.
    return -2.0 if len(above.text) > 60 else 0.0


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
