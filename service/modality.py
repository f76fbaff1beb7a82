"""What a treaty says with its verb: that one may, shall, may not. A yes or no is never said beyond it.

"Can they search the bag?" is answered by the text, and the first thing to tell of the text is its verb: "may", "shall
not be opened". Which verb it is, is read from the sentence that answers; a verb in a clause that only sets a condition
("if the sending State shall so request") is passed over where another stands in the sentence.
"""

import re

_MODALS = (
    r"(?:shall|may|must|can|should) (?:in no (?:case|circumstances?|way)|under no circumstances|at no time|never)"
    r"|(?:shall|may|must|should) (?:not|neither)"
    r"(?: be (?:prohibited|prevented|refused|denied|obliged|required|compelled))?"
    r"|shall be (?:prohibited|forbidden|free to|entitled to|inviolable|exempt|void|null and void|allowed|permitted"
    r"|immune)"
    r"|(?:shall have|has|have|enjoys?) (?:the|a|every) (?:sovereign |inherent )?right"
    r"|(?:is|are) (?:strictly |hereby )?(?:prohibited|forbidden|entitled to"
    r"|not (?:bound|obliged|required|entitled|allowed|permitted)|free to"
    r"|obliged to|required to|bound to|allowed|permitted)"
    r"|undertakes? (?:never |not )?(?:under any circumstances )?(?:not )?to|agrees? not to|may only|shall only"
    r"|cannot|may|shall|must|should"
)
_MODAL = re.compile(rf"\b(?:{_MODALS})\b", re.IGNORECASE)
# "No person shall", "nothing in this Treaty may", "neither Party shall": the denial stands before the verb.
_DENIED_BEFORE = re.compile(
    r"\b(?P<denied>Only|No|Nothing|None|Neither|Nobody|In no case|Under no circumstances|At no time|Never)\b"
    r"(?P<between>,?(?: [^\s;:.]+){0,24}?) (?P<verb>shall|may|must|can|should)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|where|when|unless|until|once|provided that|in so far as|to the extent|which|who|whose|that|as)\b"
    r"[^,;:.]*$",
    re.IGNORECASE,
)
# Of a denial's subject so many words are said, of a longer one none.
_SAID_WHOLE = 4


def modality_of(sentence: str) -> str | None:
    """The words in which a sentence says what one may, shall or may not do, as they stand; None where it has none."""
    text = " ".join(sentence.split())
    denied = _DENIED_BEFORE.search(text)
    verbs = list(_MODAL.finditer(text))
    ends = [0, *(verb.end() for verb in verbs)]
    # Of a condition the first verb is its own.
    free = [verb for verb, end in zip(verbs, ends, strict=False) if not _CONDITION.search(text, end, verb.start())]
    first = next(iter([*free, *verbs]), None)
    if denied and (first is None or denied.start() <= first.start()):
        between = denied["between"] if len(denied["between"].split()) <= _SAID_WHOLE else " …"
        return f"{denied['denied']}{between} {denied['verb']}"
    return first[0] if first else None
