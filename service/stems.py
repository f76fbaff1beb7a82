"""What the words of treaties' names are compared by: the beginnings of words, numbers as numbers, acronyms."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ingest.generic_names import KIND_WORDS
from ingest.names import distinct_words, words_of
from ingest.number_words import COUNTING
from ingest.numbers import roman_value

PASSED_OVER = frozenset(
    "the a an of on and or for to in by with from at its their s de la le les l du des del los las el y et sur "
    "against concerning relating "
    "regarding between about among respect event case".split()
)
# Said of any treaty.
UNTELLING = frozenset(
    "founding famous big main old new original own full whole text official so called well known international "
    "multilateral bilateral s certain other others current said same entire actual global".split()
)

_ORDINALS = {
    word: value
    for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
}


def stem_of(word: str) -> str:
    """What a word is compared by: without its plural, and only the first letters of a long one.

    "diplomats" and "diplomatic" are alike so, as are "torture" and "tortured".
    """
    return stems_in([word])[0]


def stems_of(name: str) -> list[str]:
    """What the words of a name are compared by, without those that tell nothing."""
    return [stem for stem in stems_in([word.text for word in words_of(name)]) if stem]


_WHOLE = 6
_IRREGULAR = {
    "children": "child", "women": "woman", "men": "man", "racial": "race", "dutch": "netherlands", "french": "france",
    "german": "germany", "british": "britain", "spanish": "spain", "danish": "denmark", "finnish": "finland",
    "polish": "poland", "turkish": "turkey", "swiss": "switzerland", "greek": "greece", "irish": "ireland",
    "czech": "czech", "american": "america", "chinese": "china",
}  # fmt: skip


def stems_in(words: Sequence[str]) -> list[str]:
    """What words are compared by, one for each; "" for a word that tells nothing, "#2" for a number."""
    stems = []
    for word in words:
        if word in KIND_WORDS or word in PASSED_OVER or word in UNTELLING:
            stems.append("")
        elif word in _ORDINALS:
            stems.append(f"#{_ORDINALS[word]}")
        elif word.isdecimal() and len(word) < _LONGEST_NUMBER:  # not "²", which is a digit and no number
            stems.append(f"#{int(word)}")
        elif re.fullmatch(r"[ivx]{1,4}", word) and (value := roman_value(word)) and word not in ("i", "x"):
            stems.append(f"#{value}")
        elif word == "i":
            stems.append("#1")
        elif word in ("one", "two", "three", "four", "five"):
            stems.append(f"#{COUNTING['en'].value(word)}")
        else:
            stems.append(plain_stem(word))
    return stems


def plain_stem(word: str, letters: int = _WHOLE) -> str:
    """What any word is compared by, whatever it says."""
    word = _IRREGULAR.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return word[:letters]


@lru_cache(maxsize=256)
def plain_stems(text: str) -> frozenset[str]:
    """What the words of a text are compared by, each once; the last articles are kept."""
    return frozenset(map(plain_stem, distinct_words(text)))


# A longer run of digits is no number that a treaty has.
_LONGEST_NUMBER = 20
_SMALL = frozenset("of the and for at in on to by".split())
SHORT_ACRONYM = 3


def acronyms(names: Mapping[str, Sequence[str]]) -> dict[str, dict[int, frozenset[str]]]:
    """What runs of words in the names may be abbreviated to, with the names by position and the words spelled out.

    "Limitation of Liability for Maritime Claims" is LLMC, "Safety of Life at Sea" SOLAS: small words may count.
    """
    found: dict[str, dict[int, frozenset[str]]] = {}
    position = 0
    for known in names.values():
        for name in known:
            words = [w.text for w in words_of(name)]
            for small in (True, False):
                kept = [w for w in words if small or w not in _SMALL]
                for start in range(len(kept)):
                    for length in range(SHORT_ACRONYM, min(9, len(kept) - start + 1)):
                        run = kept[start : start + length]
                        if run[-1] in KIND_WORDS or run[-1] in PASSED_OVER - _SMALL:
                            break
                        if run[0] in PASSED_OVER or run[0] in KIND_WORDS or run[-1] in _SMALL:
                            continue
                        if small and not set(run) & _SMALL:
                            continue
                        spelled = frozenset(s for s in stems_in(run) if s)
                        found.setdefault(plain_stem("".join(w[0] for w in run)), {})[position] = spelled
            position += 1
    return found
