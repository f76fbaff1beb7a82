"""What provisions are called: the name behind or under a number, and the label by which one is cited."""

import re
from collections import Counter

from ingest.candidates import Candidate
from ingest.lines import SENTENCE_VERB, Line, ends_sentence, is_sentence
from ingest.marks import NUMERIC, read_mark
from ingest.sequence import Taken

# A name may begin with a number, a capital or a dash ("1971 Convention", "A. Lamps"), and words with these.
_MARKS_OF_WORDS = (NUMERIC - {"bare"}) | {"pl", "lp", "pu", "zp"}
_WORDS = re.compile(r"\S")
# "Scope 1. The Commission meets.": a name, then the first paragraph of a body that begins on the same line.
_BEFORE_NUMBER = re.compile(r"(?P<name>[^.;:]{2,140}?)[.:]?\s+(?=\(?1[.)]\s+[A-ZÀ-Þ“\"(])")
# "Scope. The Commission meets." and "Scope – The Commission meets."
_BEFORE_STOP = re.compile(r"(?P<name>[A-ZÀ-Þ][^.;:–—]{1,100}?)(?:[.:]|\s[–—-])\s+(?=[A-ZÀ-Þ“\"(])")
_PARAGRAPH_FIRST = re.compile(r"\(?(?:\d{1,2}|a)[.)]\s")
_TWO_SENTENCES = re.compile(r"[a-z]{3}\. [A-Z0-9]|[ء-ي]{3}\. [ء-ي(]")
# What is longer is no name; names of annexes are long.
_LONGEST = 200
# Where the line of a name in capitals breaks, and what the next may begin with.
_UNFINISHED = re.compile(r"(?:,|\b(?:OF|THE|AND|OR|TO|FOR|IN|ON|BY|WITH|DE|DU|DES|LA|LES|ET|DEL|LOS|LAS|Y|И|О))$")
_SMALL_FIRST = re.compile(r"(?:OF|AND|OR|TO|FOR|IN|ON|BY|WITH|DE|DU|DES|ET|DEL|Y|И)\b")
# So many words under so many articles are no name but an editor's note: "Not in force for …".
_OFTEN = 4
# What stands behind a Chinese number.
_CHINESE_UNITS = {"article": "条", "part": "部分", "chapter": "章", "section": "节"}
_ENGLISH = frozenset({"", "article", "articles", "art", "art."})


class Names:
    """Reads the names of a text's provisions; ``taken`` are all its headings.

    One treaty keeps to one way: names run into the first sentence ("Article 3. Scope. The Commission …") are
    looked for only where most of its articles have one.
    """

    def __init__(self, text: str, lines: list[Line], taken: list[Taken]) -> None:
        self._text = text
        self._lines = lines
        self._heading_lines = {heading.candidate.line for heading in taken}
        rests = [self._rest(heading) for heading in taken if heading.candidate.kind == "article"]
        below = [h.candidate.line + 1 for h in taken if h.candidate.kind == "article"]
        times = Counter(lines[index].text for index in below if index < len(lines))
        self._notes = {line for line, count in times.items() if count >= _OFTEN and line.count(" ") >= _OFTEN}
        running = sum(1 for rest in rests if _run_in(rest))
        self._run_in = running >= 3 and running >= 0.6 * len(rests)

    def name_of(self, heading: Taken, end: int) -> tuple[str | None, int]:
        """The name of an article, annex or division that ends at ``end``, and where its own words begin."""
        candidate = heading.candidate
        rest = self._rest(heading)
        named = rest.strip(" .:—–-*_")
        names: list[str] = []
        body = self._lines[candidate.line].end
        if named:
            if before := self._name_before_words(rest):
                return before[0], candidate.rest_start + before[1]
            if self._is_words(rest, body, end):
                return None, candidate.rest_start
            names.append(named)
        most = 1 if named and candidate.kind == "article" else 2
        for index in range(candidate.line + 1, len(self._lines)):
            line = self._lines[index]
            if line.start >= end or len(names) >= most or index in self._heading_lines:
                break
            if not self._says_again(line, candidate):
                goes_on = bool(names) and _goes_on(names[-1], line.text)
                if not goes_on and not self._is_name(line, bool(names), end):
                    break
                names.append(line.text.strip(" :—–-*_"))
            body = line.end
        first = _WORDS.search(self._text, body, end)
        return (" ".join(names) or None), first.start() if first else end

    def _is_words(self, rest: str, body: int, end: int) -> bool:
        """Whether what follows a number on its line are the provision's words, or the first of them."""
        named = rest.strip(" .:—–-*_")
        following = _WORDS.search(self._text, body, end)
        if following and _goes_on(named, self._text[following.start() : following.start() + _LONGEST]):
            return False
        if _PARAGRAPH_FIRST.match(named) or _TWO_SENTENCES.search(named) or is_sentence(named):
            return True
        return len(named) > _LONGEST or (following is None and ends_sentence(rest))

    def _says_again(self, line: Line, candidate: Candidate) -> bool:
        """Whether a line is the heading once more: "Annex I" stands above "ANNEX I" in some collections."""
        if not candidate.word or not line.text.lower().startswith(candidate.word):
            return False
        return _letters(line.text) == _letters(self._lines[candidate.line].text)

    def _rest(self, heading: Taken) -> str:
        candidate = heading.candidate
        return self._text[candidate.rest_start : self._lines[candidate.line].end]

    def _name_before_words(self, rest: str) -> tuple[str, int] | None:
        """A name that words follow on the same line, and where these begin."""
        found = _BEFORE_NUMBER.match(rest)
        if found is None and self._run_in:
            found = _run_in(rest)
        if found is None or is_sentence(found["name"]) or _PARAGRAPH_FIRST.match(rest):
            return None
        return found["name"].strip(" .:—–-*_"), found.end()

    def _is_name(self, line: Line, named: bool, end: int) -> bool:
        """Whether a line under a number is the provision's name: short, no sentence, with words to follow."""
        text = line.text.strip()
        if text in self._notes:
            return False
        mark = read_mark(text)
        following = _WORDS.search(self._text, line.end, end)
        if (mark and mark.style in _MARKS_OF_WORDS) or len(text) > _LONGEST or following is None or text.isdigit():
            return False
        if text.endswith(",") and _goes_on(text, self._text[following.start() : following.start() + _LONGEST]):
            return True
        stopped = text.endswith((".", ";", ":", ","))
        if line.marked and not named and not following[0].islower() and not stopped:
            # "Ships and aircraft which are entitled to seize": the format's word counts for more than a verb.
            return True
        if is_sentence(text):
            return False
        if line.marked or named:
            return line.marked
        first = text.lstrip(' -–—:*(“"')[:1]
        return not stopped and (first.isupper() or not first.isascii())


def _goes_on(name: str, words: str) -> bool:
    """Whether a name in capitals goes on with the next line: it breaks behind a comma or a small word."""
    first = words.strip().partition("\n")[0]
    return first.isupper() and name.isupper() and bool(_UNFINISHED.search(name) or _SMALL_FIRST.match(first))


def _letters(text: str) -> str:
    """A line as it is compared with another."""
    return re.sub(r"\W+", "", text).lower()


def _run_in(rest: str) -> re.Match[str] | None:
    """A name without a verb before the first sentence of an article."""
    found = _BEFORE_STOP.match(rest)
    if found is None or len(found["name"].split()) > 10 or SENTENCE_VERB.search(found["name"]):
        return None
    return found


def label_of(heading: Taken) -> str:
    """How a provision is cited, in the treaty's own words: "Article 8 bis", "Artículo 5", "第八条", "Annex II"."""
    candidate = heading.candidate
    printed = re.sub(r"\s+", " ", candidate.printed or (heading.number.text if heading.number else ""))
    if candidate.word in ("第", "附件"):
        return f"{candidate.word}{printed}{_CHINESE_UNITS.get(candidate.kind, '')}"
    word = "Article" if candidate.word in _ENGLISH else candidate.word.capitalize()
    return f"{word} {printed}".strip()
