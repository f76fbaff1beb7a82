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
NAMES = {
    "en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic",
    "nl": "Dutch", "de": "German",
}  # fmt: skip


def guess_language(text: str) -> str:
    """The ISO 639-1 code of a text's language; "en" where it cannot be told."""
    sample = text[:20_000]
    scripts = Counter(
        "zh" if "\u4e00" <= c <= "\u9fff" else "ru" if "\u0400" <= c <= "\u04ff" else
        "ar" if "\u0600" <= c <= "\u06ff" else "latin"
        for c in sample if c.isalpha()
    )  # fmt: skip
    if not scripts:
        return "en"
    script, count = scripts.most_common(1)[0]
    if script != "latin" and count > 0.4 * scripts.total():
        return script
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    scores = {code: sum(words[word] for word in common) for code, common in _COMMON.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "en"
