"""What in a question a phrase is the like of: "consuls" of "an ambassador" in "may an ambassador be arrested".

A follow-up often says only what changes ("and for consuls?", "no, reservations"). What it takes the place of is the
phrase of the question before it that is nearest in meaning.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.names import words_of

NamedIn = Callable[[str], Sequence[tuple[int, int]]]
Embed = Callable[[str], NDArray[np.float32]]
# A phrase less like all of a question's takes the place of none.
LEAST_LIKE = 0.25
LEAST_LIKE_OF_FRAGMENT = 0.3
# Of so many words is the longest phrase.
_LONGEST = 3
# Words that no phrase begins or ends with; "of" may stand within one.
_BETWEEN = frozenset(
    "a an the and or of to in on at for by with from under into about as than that which who whom whose what when "
    "where why how is are was were be been being do does did has have had can could may might must shall should will "
    "would it its he she his her they their them there this these those i you we my our your not no if any all also "
    "too get gets got make made makes take say says said tell give given happen happens long many much often "
    "soon".split()
)
# "And for consuls?", "what about jobs": what comes before that which changes.
_LEAD = re.compile(
    r"(?i)^\W*(?:(?:and|or|but|so|then|also|what about|how about|ok|okay)\b[\s,]*)*"
    r"(?:(?:for|of|in|to|under|by|with|from|on|at|as)\b\s*)?(?:(?:the|an?)\b\s*)?"
)
_BEHIND = re.compile(r"(?i)[\s,]*\b(?:then|too|either|neither|as well|please|instead)?\W*$")
# What says only what changes is of so few words, and asks nothing.
_MOST_WORDS = 4
# "The European one" is the like of a whole name.
_ONE = frozenset(("one", "ones"))


def instead_of(question: str, before: str, embed: Embed, names: Sequence[tuple[int, int]] = ()) -> str | None:
    """The question before with what a follow-up names in the place of its like; None where it says more or less.

    ``names`` are the stretches of ``before`` that are left as they are, the names of treaties.
    "May an ambassador be arrested?" and "and consuls?" are "May an consuls be arrested?", which is never shown.
    """
    phrase = _BEHIND.sub("", _LEAD.sub("", question, count=1), count=1)
    words = words_of(phrase)
    if not words or len(words) > _MOST_WORDS or words[0].text in _BETWEEN or words[-1].text in _ONE:
        return None
    # "Civilians under occupation" are the like of what civilians are.
    end = next((w.start for w in words if w.text in _BETWEEN and w.text != "of"), len(phrase))
    place = like_in(before, phrase[:end], embed, LEAST_LIKE_OF_FRAGMENT, names)
    return f"{before[: place[0]]}{phrase}{before[place[1] :]}" if place else None


def in_place_of_like(questions: Sequence[str], embed: Embed, named_in: NamedIn) -> str | None:
    """The last of ``questions`` written out: each follows the one before it, which may itself say only what changes.

    None where the last one takes nothing's place.
    """
    put, whole = None, questions[0]
    for question in questions[1:]:
        put = instead_of(question, whole, embed, named_in(whole))
        whole = put or question
    return put


def like_in(
    text: str, phrase: str, embed: Embed, least: float = LEAST_LIKE, names: Sequence[tuple[int, int]] = ()
) -> tuple[int, int] | None:
    """Where the phrase stands that ``phrase`` is the like of; None where nothing in ``text`` is like it.

    What touches the stretches ``names`` is passed over.
    """
    places = [
        (start, end) for start, end in _phrases(text) if not any(start < last and first < end for first, last in names)
    ]
    if not places or not phrase.strip():
        return None
    vector = embed(phrase)
    nearness = [float(embed(text[start:end]) @ vector) for start, end in places]
    best = max(range(len(places)), key=lambda at: (nearness[at], -at))
    return places[best] if nearness[best] >= least else None


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a few words that may be a phrase, from one telling word to another."""
    words = words_of(text)
    for first, word in enumerate(words):
        if word.text in _BETWEEN:
            continue
        for last in range(first, min(first + _LONGEST, len(words))):
            within = words[first : last + 1]
            if any(w.text in _BETWEEN and w.text != "of" for w in within):
                break
            if words[last].text != "of":
                yield word.start, words[last].end
