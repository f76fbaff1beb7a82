"""Names that name no treaty, since any treaty may be called so.

A name tells its treaty from others only by the words that treaties do not share: a treaty that is titled
"Convention", "Annex II" or "Scope" has no name that could be found in a question.
"""

import re

from ingest.names import words_of

# What a treaty is called by its kind.
KIND_WORDS = frozenset(
    "treaty treaties convention conventions agreement agreements protocol protocols charter charters statute statutes "
    "covenant covenants pact pacts accord accords declaration declarations memorandum constitution compact code act "
    "arrangement arrangements regulations instrument understanding resolution deal sofa ban traite traites convenio "
    "convencion tratado protocole protocolo charte carta statut estatuto pacte pacto".split()
)
_JOINING = frozenset(
    "a an the of on for to in and or by with from at as its their between under de la le les du des".split()
)
# Divisions of a treaty, and words that only set one treaty of a kind apart from another.
_OF_ANY_TREATY = frozenset(
    "annex annexes annexe appendix schedule part title chapter section article articles preamble paragraph "
    "clause provision provisions scope definition definitions text texts contents introduction miscellaneous final "
    "general special common additional optional supplementary supplemental further international multilateral "
    "bilateral revised consolidated draft amending party parties state states member members contracting country "
    "countries government governments document instruments new old other others version".split()
)
# Words that are no name by themselves, but may be one with the kind: "Water Convention", not "Water".
_COMMON = frozenset(
    "purpose purposes object objective objectives terms application interpretation implementation entry force duration "
    "withdrawal termination amendment amendments ratification accession signature signatories reservation reservations "
    "depositary administrative technical basic regional joint mutual framework model rules procedure "
    "procedures principles measures obligations rights right duties duty law laws exchange letters notes "
    "note minutes list table index peace war trade fish food water air sea land work labour people money "
    "security defence defense help aid friendship cooperation co operation partnership settlement dispute disputes "
    "costs fees tax taxes ship ships goods services children women health education environment energy".split()
)
_PLACES = frozenset("first second third fourth fifth sixth seventh".split())
_ROMAN = re.compile(r"[ivx]{1,5}")


def is_generic(name: str) -> bool:
    """Whether a name has only words that any treaty may have in it.

    A number or year tells a treaty from others of its kind ("1951 Convention", "Protocol II"), not a division
    of one ("Annex II"). A kind that is named twice tells too: "Treaty on treaties".
    """
    words = [word.text for word in words_of(name)]
    divided = any(word in _DIVISIONS for word in words) and bool({"to", "of"} & set(words))
    words = [word for word in words if word not in _JOINING and (len(word) > 1 or _is_number(word))]
    kinds = [word.rstrip("s").removesuffix("ie").removesuffix("y") for word in words if word in KIND_WORDS]
    shared = KIND_WORDS | _OF_ANY_TREATY
    if not kinds:
        return all(word in shared or word in _COMMON or _is_number(word) for word in words)
    return len(set(kinds)) == len(kinds) and all(word in shared or (divided and _is_number(word)) for word in words)


_DIVISIONS = frozenset("annex annexe appendix schedule part chapter section article".split())


def has_telling_word(name: str) -> bool:
    """Whether a name has a word of its own, beside kinds, numbers and years."""
    shared = KIND_WORDS | _OF_ANY_TREATY | _JOINING
    return any(word.text not in shared and not _is_number(word.text) for word in words_of(name))


def _is_number(word: str) -> bool:
    return word.isdigit() or word in _PLACES or _ROMAN.fullmatch(word) is not None
