"""Whether the text layer of a PDF is the text that is printed, or garbage.

A font without a map to Unicode gives letters that nobody wrote. It shows in signs that no text has, in scripts that
do not belong together, and in letters that come as seldom as they do in no language.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.sources.pieces import UNKNOWN

# A page of fewer letters is a title or a form: too few to tell by, and no reason to refuse all others.
LEAST_LETTERS = 300
# The share of a page's letters that its font cannot tell; that of a whole document's, and how long one is.
_MOST_UNKNOWN, _MOST_UNKNOWN_IN_ALL, _LONG = 0.15, 0.02, 5_000
_CID = re.compile(r"\(cid:\d+\)")
# The letters that are the most frequent in the languages of each script. In English, French and Spanish treaties
# they are six of ten letters on every page, in Polish, Turkish and Vietnamese every second one; under any shift of
# the alphabet they are less than half, and then words are full of five consonants in a row.
_FREQUENT = {"latin": frozenset("eainorst"), "cyrillic": frozenset("оаеинтсріы")}
_LEAST_FREQUENT = {"latin": 0.42, "cyrillic": 0.45}
_FEW_FREQUENT = 0.5
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_MOST_CONSONANTS = 0.1


def garbled_pages(texts: Sequence[str]) -> dict[int, str]:
    """The pages, from 1, whose text is garbage, with the reason; all where most are, or the document as a whole is."""
    found: dict[int, str] = {}
    whole: Counter[str] = Counter()
    long = 0
    for number, text in enumerate(texts, start=1):
        counts = Counter(text)
        whole += counts
        if _letters(counts) >= LEAST_LETTERS:
            long += 1
            if told := _unknown(counts, _MOST_UNKNOWN) or _judge(counts, text):
                found[number] = told
    reason = next(iter(found.values()), None)
    if not found:
        most = _MOST_UNKNOWN_IN_ALL if _letters(whole) > _LONG else _MOST_UNKNOWN
        reason = _unknown(whole, most) or _judge(whole, "\n".join(texts))
    if reason and (not found or len(found) > 0.8 * long):
        return dict.fromkeys(range(1, len(texts) + 1), reason)
    return found


def garbled(text: str) -> str | None:
    """Why a text is unusable, None where it is sound.

    Sound text of any language keeps its letters within one or two scripts, and the frequent letters frequent.
    """
    return _judge(Counter(text), text)


def _letters(counts: Counter[str]) -> int:
    return sum(count for c, count in counts.items() if c.isalnum() or c == UNKNOWN)


def _unknown(counts: Counter[str], most: float) -> str | None:
    letters = _letters(counts)
    share = counts[UNKNOWN] / letters if letters else 0.0
    return f"{100 * share:.0f} % of its letters have no map to Unicode" if share > most else None


def _judge(counts: Counter[str], text: str) -> str | None:
    """As ``garbled``, by how often each sign comes in the text: there are few of them, and many letters."""
    if counts["("] > 5 and len(_CID.findall(text)) > max(5, len(text) / 500):
        return "it holds numbers of letters, such as (cid:12), for the letters"
    letters = {c: n for c, n in counts.items() if not c.isspace() and (c.isalpha() or ord(c) > 0x2FF) and c != UNKNOWN}
    all_letters = sum(letters.values())
    if not all_letters:
        return None
    strange = sum(n for c, n in letters.items() if unicodedata.category(c) in ("Co", "Cn", "Cc", "So"))
    if strange / all_letters > 0.02:
        return f"{100 * strange / all_letters:.0f} % of its letters are private or unassigned signs"
    others = sum(n for c, n in letters.items() if _script(c) == "other")
    if others / all_letters > 0.03:
        return f"{100 * others / all_letters:.0f} % of its letters are of scripts that do not belong together"
    # Russian set in a font with a shifted map comes out as rare Latin letters.
    rare = sum(n for c, n in letters.items() if 0x0180 <= ord(c) <= 0x02FF)
    if rare / all_letters > 0.05:
        return f"{100 * rare / all_letters:.0f} % of its letters are rare Latin signs"
    return _by_frequency(letters, text)


def _by_frequency(letters: Mapping[str, int], text: str) -> str | None:
    """Whether the letters that every language of a script has most are too few: "Wkh Sduwlhv djuhh"."""
    plain: Counter[str] = Counter()
    for c, count in letters.items():
        plain[unicodedata.normalize("NFD", c.lower())[0]] += count
    for script, first, last in (("latin", "a", "z"), ("cyrillic", "а", "ӿ")):
        in_script = sum(count for c, count in plain.items() if first <= c <= last)
        if in_script < LEAST_LETTERS:
            continue
        share = sum(plain[c] for c in _FREQUENT[script]) / in_script
        if share < _LEAST_FREQUENT[script] or (script == "latin" and share < _FEW_FREQUENT and _is_harsh(text)):
            return "its letters come as often as in no language"
    return None


def _is_harsh(text: str) -> bool:
    words = re.findall(r"[a-z]{4,}", text.lower())
    return sum(1 for word in words if _CONSONANTS.search(word)) > _MOST_CONSONANTS * len(words)


def _script(c: str) -> str:
    code = ord(c)
    if code < 0x0300 or 0x1E00 <= code < 0x1F00 or 0x2000 <= code < 0x2C00 or 0xFB00 <= code < 0xFB07:
        return "latin"
    if 0x0300 <= code < 0x0370:
        return "latin"
    if 0x0370 <= code < 0x0400 or 0x1F00 <= code < 0x2000:
        return "greek"
    if 0x0400 <= code < 0x0530:
        return "cyrillic"
    if 0x0590 <= code < 0x0600:
        return "hebrew"
    if 0x0600 <= code < 0x0700 or 0x0750 <= code < 0x0780 or 0xFB50 <= code < 0xFE00 or 0xFE70 <= code < 0xFF00:
        return "arabic"
    if 0x0900 <= code < 0x0980:
        return "devanagari"
    if 0x3000 <= code < 0x3100 or 0x4E00 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0:
        return "cjk"
    return "other"
