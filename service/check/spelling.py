"""Spellings of one word, British and American, old and new: the form by which all of them are compared."""

import re

from ingest.names import fold

# Each ending of British spelling with what it is in American; the form need be no word, but no other word's either.
_ENDINGS = (
    # labour, favourable
    (re.compile(r"(?<=[a-z]{2})our(?=(?:s|ed|ing|able|ably|ite|ites|ful|less|er|ers|al|hood)?$)"), "or"),
    (re.compile(r"^practis(?=(?:e|es|ed|ing)$)"), "practic"),
    # organise, organisation
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|es|ed|ing|ation|ations|ational|er|ers)$)"), "iz"),
    # analyse
    (re.compile(r"(?<=[a-z]{2})ys(?=(?:e|es|ed|ing)$)"), "yz"),
    # defence, licence
    (re.compile(r"(defe|offe|lice|prete)nce(?=s?$|less$)"), r"\1nse"),
    # centre, metre
    (re.compile(r"^(cent|met|theat|lit|fib|kilomet|centimet|millimet|calib|somb|lust)re(?=[sd]?$)"), r"\1er"),
    # programme, gramme
    (re.compile(r"^(program|gram|kilogram)me(?=s?$)"), r"\1"),
    # travelled, fulfilment
    (re.compile(r"(?<=[a-z]{2}[aeiou])ll(?=(?:ed|ing|er|ers|or|ors|ation)$)"), "l"),
    (re.compile(r"^(fulfi|enro|insta|ski|wi|insti|disti)l(?=(?:s|ment|ments|ful|fully)?$)"), r"\1ll"),
    # judgement, ageing
    (re.compile(r"^(judg|acknowledg|abridg)ement"), r"\1ment"),
    (re.compile(r"^(arch|p|encyclop|an|h)ae(?=[a-z]{3})"), r"\1e"),
    (re.compile(r"^(conne|refle|infle)xion(?=s?$)"), r"\1ction"),
)
_WHOLE = {
    "whilst": "while", "amongst": "among", "towards": "toward", "afterwards": "afterward", "enquiry": "inquiry",
    "enquiries": "inquiries", "grey": "gray", "sulphur": "sulfur", "ageing": "aging", "learnt": "learned",
    "aluminium": "aluminum", "artefact": "artifact", "artefacts": "artifacts", "adviser": "advisor",
    "advisers": "advisors", "tyre": "tire", "tyres": "tires", "plough": "plow", "cheque": "check", "cheques": "checks",
    "todays": "today",
}  # fmt: skip


def spelled(word: str) -> str:
    """The form by which the spellings of a word, in small letters, are compared."""
    if word in _WHOLE:
        return _WHOLE[word]
    for pattern, form in _ENDINGS:
        word = pattern.sub(form, word)
    return word


def other_form(claimed: str, held: str) -> bool:
    """Whether a reader would see that two writings of one word differ: in letters or digits, not in case or marks."""
    return claimed != held and _letters(claimed) != _letters(held)


def _letters(written: str) -> str:
    return re.sub(r"[^\w/%]|(?<=[’'])s$", "", fold(written))
