"""Words of treaties and of people as Slack is given them: literal, in their own direction, cut where too long."""

import re
import unicodedata

_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")  # closed by PDF
_ISOLATES = frozenset("\u2066\u2067\u2068")  # closed by PDI
_PDF, _FSI, _PDI = "\u202c", "\u2068", "\u2069"
# What can make the words after it run the other way: controls of direction, and letters written from right to left.
_DIRECTED = re.compile(
    "[\u200f\u061c\u202a-\u202e\u2066-\u2069\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_LINE_END = re.compile("([\n\u2029])")
_SENTENCE_END = re.compile(r"[.;:!?]['’”»)]*\s+")
# With ``link_names`` or ``parse=full`` Slack would take these as mentions although nothing else of them is markup.
_BARE_MENTION = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def escaped(text: str) -> str:
    """Text for a field that Slack reads as mrkdwn: no mention, no link in it works, nothing after it is reversed."""
    plain = literal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BARE_MENTION.sub(f"@{_WORD_JOINER}", plain)


def literal(text: str) -> str:
    """The same words, each line of which is isolated where it could change the direction of what follows.

    Controls of direction that are opened are closed, and closings without an opening left out: they would close the
    isolation. All other characters stay as they are.
    """
    if not _DIRECTED.search(text):
        return text
    return "".join(_isolated(line) for line in _LINE_END.split(text))


def pieces(text: str, most: int, *, first: int | None = None) -> list[str]:
    """The text as literal pieces of at most ``most`` characters (``first`` for the first), no word left out.

    They are cut after a line, else after a sentence, else between words, and within a word only where it is longer.
    White space at the cuts is dropped.
    """
    found: list[str] = []
    rest = text.strip()
    limit = most if first is None else first
    while rest:
        cut = _cut(rest, limit)
        while len(piece := literal(rest[:cut].rstrip())) > limit:  # a control needs another one to close it
            cut = _cut(rest, max(1, cut // 2))
        found.append(piece)
        rest = rest[cut:].lstrip()
        limit = most
    return found


def shortened(text: str, most: int) -> str:
    """The beginning of a text on one line, literal, of at most ``most`` characters; "…" where something is left out."""
    line = " ".join(text.split())
    whole = literal(line)
    return whole if len(whole) <= most else pieces(line, most - 2)[0] + " …"


def shortened_escaped(text: str, most: int) -> str:
    """The beginning of a text for a field that is read as mrkdwn, its paragraphs kept."""
    room = most
    while len(fitting := escaped(_beginning(text, room))) > most:
        room -= max(1, len(fitting) - most)
    return fitting


def _beginning(text: str, most: int) -> str:
    return text if len(text) <= most else text[: _cut(text, max(1, most - 2))].rstrip() + " …"


def _isolated(line: str) -> str:
    if not _DIRECTED.search(line):
        return line
    kept: list[str] = []
    open_controls: list[str] = []
    for character in line:
        if character in _EMBEDDINGS:
            open_controls.append(_PDF)
        elif character in _ISOLATES:
            open_controls.append(_PDI)
        elif character == _PDF:
            if open_controls[-1:] != [_PDF]:
                continue
            open_controls.pop()
        elif character == _PDI:
            if _PDI not in open_controls:
                continue
            while open_controls.pop() != _PDI:  # it closes the embeddings within its isolate, too
                pass
        kept.append(character)
    return _FSI + "".join(kept) + "".join(reversed(open_controls)) + _PDI


def _cut(text: str, most: int) -> int:
    """Where to cut a text so that at most ``most`` characters stand before."""
    if len(text) <= most:
        return len(text)
    window, half = text[:most], most // 2
    line_end = window.rfind("\n") + 1
    if line_end > half:
        return line_end
    sentences = [match.end() for match in _SENTENCE_END.finditer(window, half)]
    if sentences:
        return sentences[-1]
    between = max((match.end() for match in re.finditer(r"\s", window)), default=0)
    if between:
        return between
    cut = most
    while cut > 1 and unicodedata.combining(text[cut]):  # an accent stays with its letter
        cut -= 1
    return cut
