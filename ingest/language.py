"""Which of the UN's languages a text is in, by its script and its commonest words."""

import re
from collections import Counter

# The small words that make up a fifth of any running text and are not shared by the others.
_COMMON = {
    "en": "the of and to in shall be by for this which party article with such any or".split(),
    "fr": "le la les des du et dans par pour que qui une est aux sont cette présent".split(),
    "es": "el los las del y por para que una con se al cada presente será podrá".split(),
    "nl": "de het een van en voor dat die met door niet zijn wordt worden dit".split(),
    "de": "der die das und von den des zu mit ist im für eine auf nicht werden".split(),
}
_WHOSE = {
    word: [code for code, common in _COMMON.items() if word in common]
    for word in {word for common in _COMMON.values() for word in common}
}
NAMES = {
    "en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic",
    "nl": "Dutch", "de": "German",
}  # fmt: skip
_SCRIPTS = {
    "zh": re.compile("[\u4e00-\u9fff]"), "ru": re.compile("[\u0400-\u04ff]"), "ar": re.compile("[\u0600-\u06ff]"),
}  # fmt: skip


def guess_language(text: str) -> str:
    """The ISO 639-1 code of a text's language; "en" where it cannot be told."""
    sample = text[:20_000]
    if script := _script_of(sample):
        return script
    scores = _small_words_of(sample)
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "en"


def tell_language(text: str, least: int) -> str | None:
    """The ISO 639-1 code of a text's language, None where it cannot be told.

    A language of Latin letters is told by its small words, of which there must be ``least`` and more than of any other.
    """
    sample = text[:20_000]
    if script := _script_of(sample):
        return script
    scores = _small_words_of(sample)
    best, second = sorted(scores, key=lambda code: scores[code], reverse=True)[:2]
    return best if scores[best] >= least and scores[best] > scores[second] else None


def _script_of(sample: str) -> str | None:
    """The language of a text that is mostly in a script of its own."""
    # Western texts have a sign beyond ASCII in twenty; only of others each letter is counted, which takes long.
    if len(sample) - len(sample.encode("ascii", "ignore")) > 0.1 * len(sample):
        letters = [c for c in sample if c.isalpha()]
        for script, pattern in _SCRIPTS.items():
            if len(pattern.findall("".join(letters))) > 0.4 * len(letters):
                return script
    return None


def _small_words_of(sample: str) -> dict[str, int]:
    """How many of each language's small words a text has."""
    scores = dict.fromkeys(_COMMON, 0)
    # A thousand words have two hundred of the small ones in them.
    counted = Counter(sample[:6_000].lower().split())
    for word in _WHOSE.keys() & counted.keys():
        for code in _WHOSE[word]:
            scores[code] += counted[word]
    return scores
