"""What treaties call the things that people ask about: thesaurus.tsv, from everyday words to treaty words.

A lay question and the article that answers it often share no word: "who keeps the original" is the depositary,
"can we quit" is denunciation. The words found here are looked for beside the question's own, at a lower weight,
by the word index; they are never shown, and no answer rests on them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from service.errors import ThesaurusBroken

_PATH = Path(__file__).parent / "thesaurus.tsv"
FIELDS = frozenset(
    "arms aviation communications courts crime culture diplomatic disputes energy environment family final-clauses "
    "finance fisheries health human-rights humanitarian-law intellectual-property investment labour officials "
    "organisations peace-and-borders refugees sea shipping social-security space tax trade transport".split()
)
MOST_PHRASE_WORDS = 4
MOST_TREATY_WORDS = 5
_HEAD = "field\tphrase\twords"
# "Foot the bill" and "foot our bill" are one phrase; "s" is what is left of a possessive.
_DETERMINERS = frozenset("a an the my our your his her its their s".split())
_WORD = re.compile(r"[^\W_]+")
# Forms that no rule gives. "Left" and "found" are not among them: they are as often words of their own.
_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "is are was were been being",
        "break": "broke broken",
        "buy": "bought",
        "catch": "caught",
        "child": "children",
        "die": "dying",
        "fall": "fell fallen",
        "fight": "fought",
        "flee": "fled",
        "freeze": "froze frozen",
        "get": "got getting gotten",
        "give": "gave given",
        "goose": "geese",
        "go": "goes going gone went",
        "hide": "hid hidden",
        "keep": "kept",
        "lose": "lost",
        "make": "made",
        "man": "men",
        "pay": "paid",
        "sell": "sold",
        "send": "sent",
        "shoot": "shot",
        "sink": "sank sunk sunken",
        "steal": "stole stolen",
        "take": "took taken",
        "tear": "tore torn",
        "tell": "told",
        "throw": "threw thrown",
        "tie": "tying",
        "wife": "wives",
        "woman": "women",
    }.items()
    for form in forms.split()
}
# Words of their own that look like a form of another: a question about training is about no train.
_OWN = frozenset(
    "according arms bearing being binding building buildings clothing customs during evening goods hearing hearings "
    "holding housing means meeting meetings morning news nothing painting paintings recording recordings ruling "
    "rulings seed seeds something spring standing string training united works".split()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thesaurus: an everyday phrase and what treaties of a field say for it."""

    field: str
    phrase: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """An everyday phrase of a question, with the treaty words and phrases that all its entries give for it."""

    phrase: str
    words: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Thesaurus:
    """The entries, what each phrase brings by its words, and the base of each form of those words."""

    entries: tuple[Entry, ...]
    by_words: Mapping[tuple[str, ...], Expansion]
    bases: Mapping[str, str]

    def expand(self, text: str) -> tuple[Expansion, ...]:
        """What the everyday phrases in ``text`` bring, longest phrase first, then as they stand there.

        A phrase that overlaps a longer one is left out: "handed over a suspect" speaks of no suspect but
        the one to be extradited. The time taken is linear in the length of ``text``.
        """
        words = words_of(text, self.bases)
        taken = [False] * len(words)
        found: dict[Expansion, None] = {}
        for length in range(MOST_PHRASE_WORDS, 0, -1):
            for start in range(len(words) - length + 1):
                expansion = self.by_words.get(tuple(words[start : start + length]))
                if expansion and not any(taken[start : start + length]):
                    taken[start : start + length] = [True] * length
                    found[expansion] = None
        return tuple(found)


def expand(text: str) -> tuple[Expansion, ...]:
    """What the everyday phrases in a question bring, by the thesaurus that comes with Pacta."""
    return load_thesaurus().expand(text)


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with Pacta, read once."""
    return read_thesaurus(_PATH)


def read_thesaurus(path: Path) -> Thesaurus:
    """The thesaurus in a file of three columns, field, phrase and words, parted by tabs, below a head.

    Treaty words are parted by semicolons. Raises ThesaurusBroken with the line for a file of another form.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ThesaurusBroken(path, 0, f"it cannot be read ({error})") from error
    if not lines or lines[0] != _HEAD:
        raise ThesaurusBroken(path, 1, "the head is not field, phrase, words, parted by tabs")
    entries = []
    for number, line in enumerate(lines[1:], start=2):
        entry, fault = _read_entry(line)
        if fault:
            raise ThesaurusBroken(path, number, fault)
        entries.append(entry)
    bases = _bases(entries)
    by_words: dict[tuple[str, ...], list[Entry]] = {}
    for number, entry in enumerate(entries, start=2):
        alike = by_words.setdefault(words_of(entry.phrase, bases), [])
        if fault := _clash(entry, alike, bases):
            raise ThesaurusBroken(path, number, fault)
        alike.append(entry)
    return Thesaurus(tuple(entries), {words: _joined(alike) for words, alike in by_words.items()}, bases)


def words_of(text: str, bases: Mapping[str, str]) -> tuple[str, ...]:
    """The words by which phrases are compared: in small letters, in their base form, without determiners."""
    words = (word for word in _WORD.findall(text.lower()) if word not in _DETERMINERS)
    return tuple(bases.get(word, word) for word in words)


def _read_entry(line: str) -> tuple[Entry, str]:
    """The entry that a line holds, and what is wrong with the line, if anything is."""
    columns = line.split("\t")
    if len(columns) != 3:
        return Entry("", "", ()), f"it has {len(columns)} columns, not three parted by tabs"
    entry = Entry(columns[0], columns[1], tuple(word.strip() for word in columns[2].split(";")))
    if entry.field not in FIELDS:
        return entry, f"{entry.field!r} is no field; the fields are {', '.join(sorted(FIELDS))}"
    if not 1 <= len(words_of(entry.phrase, {})) <= MOST_PHRASE_WORDS:
        return entry, f"a phrase has one to {MOST_PHRASE_WORDS} words, and {entry.phrase!r} has not"
    if not all(entry.words) or len(entry.words) > MOST_TREATY_WORDS:
        return entry, f"a phrase has one to {MOST_TREATY_WORDS} treaty words or phrases, none of them empty"
    return entry, ""


def _clash(entry: Entry, alike: Sequence[Entry], bases: Mapping[str, str]) -> str:
    """Why an entry cannot stand with the ``alike``, which have the same phrase."""
    if any(words_of(word, bases) == words_of(entry.phrase, bases) for word in entry.words):
        return f"{entry.phrase!r} leads to itself"
    same = next((other for other in alike if other.field == entry.field), None)
    return f"{entry.phrase!r} stands in the field {entry.field} as {same.phrase!r} already" if same else ""


def _joined(alike: Sequence[Entry]) -> Expansion:
    """What the entries with one phrase bring, the words of one field after those of another."""
    words = dict.fromkeys(word for entry in alike for word in entry.words)
    return Expansion(alike[0].phrase, tuple(words), tuple(entry.field for entry in alike))


def _bases(entries: Sequence[Entry]) -> dict[str, str]:
    """The base of each form of each word in the phrases: "jailed" and "jails" are forms of "jail".

    Forms are made from the words that are there, not cut back from those of a question, so that no word of
    another meaning falls together with them, as stems do ("nationalise" and "national").
    """
    bases = dict(_IRREGULAR)
    vocabulary = {word for entry in entries for word in words_of(entry.phrase, bases)}
    for word in sorted(vocabulary, key=lambda word: (len(word), word)):
        base = bases.get(word, word)
        for form in _forms(word):
            if form not in _OWN:
                bases.setdefault(form, base)
    return bases


def _forms(word: str) -> list[str]:
    """A word with the regular endings of plurals and verbs."""
    if len(word) < 3 or not word.isalpha() or word in _OWN:
        return [word]
    plural = word[:-1] + "ies" if re.search(r"[^aeiou]y$", word) else word + "s"
    if re.search(r"(?:s|x|z|ch|sh|o)$", word):
        plural = word + "es"
    if word.endswith("e"):
        return [word, plural, word + "d", (word if word.endswith("ee") else word[:-1]) + "ing"]
    past = word[:-1] + "ied" if plural.endswith("ies") else word + "ed"
    forms = [word, plural, past, word + "ing"]
    if re.search(r"(?:^|[^aeiou])[aeiou][^aeiouwxy]$", word):
        doubled = word + word[-1]
        forms = [*(forms if len(re.findall("[aeiouy]+", word)) > 1 else forms[:2]), doubled + "ed", doubled + "ing"]
    return forms
