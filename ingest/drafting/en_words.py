"""Words of treaties in English that every clause is made of; the words of signature; languages."""

from ingest.drafting.record import Languages, Signing, Templates
from ingest.language_names import LANGUAGE_NAMES

_PARTS = {
    "INSTRUMENT": r"(?:treaty|convention|agreement|protocol|charter|covenant|statutes?|pact|act|accord|constitution"
    r"|arrangement|memorandum of understanding|memorandum|understanding|instrument|compact|concordat)(?![\w-])",
    "OWN": r"(?P<lead>this|the\s*present|the)\s*(?P<more>(?:(?-i:[A-Z\dÀ-Þ][\w’'&-]*|and|of|on|for|the)\s+){0,5}?)"
    r"(?P<own><INSTRUMENT>)",
    "NUMBER": r"[\w-]+(?:\s+(?:and\s+)?[\w-]+){0,3}?",
    "DIGITS": r"(?: \( [\w-]{1,20} \))?",
    "PERIOD": r"(?P<n><NUMBER>)<DIGITS>[\s-]*(?:(?:calendar|full|whole|complete|consecutive) )?"
    r"(?P<unit>day|week|month|year)s?",
    "COUNT": r"(?:not less than |at least |a minimum of )?(?P<count><NUMBER>)<DIGITS>",
    "SHALL": r"(?:shall|will|does|is to)(?: (?:first|thereafter|only|then|definitively))?",
    "DATED": r"(?: the)?(?: (?:date|day|moment|time))?(?: (?:of|on which|when|that|in which))?(?: the)?"
    r"(?: (?:date of )?(?:its |the )?receipt(?: by [^.;]{0,60}?)? of(?: the)?)?",
    "FROM": r"(?:after|following|next following|from|subsequent to|of)",
    "EXPIRY": r"(?: (?:the )?(?:expiration|expiry|end|lapse) of)?(?: a period of)?",
    "UNLIMITED": r"(?:(?:for |of )?(?:an )?(?:unlimited|indefinite|undetermined|unspecified) (?:duration|period|term"
    r"|time)|indefinitely|without (?:any )?limit(?:ation)?s?(?: (?:of|as to|in|on) (?:time|duration))?)",
    "EITHER": r"(?:either|any|one|each|both|an?|the other)\b",
    "MONTHS": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_LANGUAGES = tuple((name, code) for code, name in LANGUAGE_NAMES)
_PARTS["LANGUAGE"] = "|".join(name for name, _ in _LANGUAGES)


TEMPLATES = Templates(_PARTS)
_words = TEMPLATES.words

SIGNING = Signing(
    done=_words(
        r"(?<![^\W\d_])(?:(?-i:Done|DONE|Signed|SIGNED|Given|Executed|Concluded)(?=[\s,]*(?:this|the|on|at|in|by)\b)"
        r"|opened for signature(?=[\s,]+(?:at|in|on)\b)|appended our signatures(?=\s+(?:this|on|the)\b)"
        r"|have signed (?:this|the present) \w+(?=\s+(?:at|in|on)\s))"
    ),
    # "at the cities of London, Moscow and Washington", "at United Nations Headquarters in New York"
    place=_words(
        r"(?:\b|(?<=done))(?:at|in)\s+(?:the (?:cities|city|town) of )?(?:(?:the )?(?:united nations )?headquarters"
        r"(?: of the united nations)?,? (?:(?:in|at) )?)?(?P<place>(?-i:(?:[Tt]he\s+)?[A-ZÀ-Þ])[\w.'’-]*"
        r"(?:(?:\s+|,\s*|,?\s+and\s+)(?:(?:de|da|do|la|le|los|las|of|am|upon|sur|del|der|the)\s+){0,2}"
        r"(?-i:[A-ZÀ-Þ])[\w.'’-]*){0,12})"
    ),
    no_place=_words(
        r"(?-i:(?:[Tt]he\s+)?(?:<MONTHS>|<LANGUAGE>)\b)|witness|faith|duplicate|triplicate|accordance|article"
        r"|paragraph|annex|respect"
    ),
    after_place=_words(r"[,\s]+(?:on\s+)?(?:<MONTHS>)\b"),
    witness=(
        *("itness whereof", "ITNESS WHEREOF", "itness Whereof", "itness thereof", "aith whereof", "AITH WHEREOF"),
        *("DONE ", "Done at", "Doneat"),
    ),
)

AUTHENTIC = Languages(
    names=_LANGUAGES,
    joint=r"(?:\s*,\s*(?:and\s+)?|\s*(?:and|or|&)\s*)(?:in\s+)?(?:the\s+)?",
    nouns=_words(r" (?:texts?|languages?|versions?|originals?|copies|copy)\b"),
    before=_words(r"\bin (?:the )?$"),
    more_after=_words(r",? (?:,|\band) (?:the\s+)?(?-i:[A-Z][a-z]+)\b(?! text)"),
    more_before=_words(r"\b(?-i:(?!The\b|In\b)[A-Z][a-z]+)(?: , |,?\s+and\s+(?:the\s+)?)$"),
    authentic=_words(
        r"\b(?:authentic|authoritative)\b|equally valid|(?:equal|same) (?:legal )?(?:validity|authenticity|authority"
        r"|force)\b"
    ),
    drawn_up=_words(
        r",? (?:shall be|is|are|was|has been) (?:signed|established|drawn up|done|made|written|concluded)\b"
    ),
    prevailing=_words(
        r"\b(?:diverge|differ|discrepan|inconsisten|disagree|dispute|conflict|doubt|varia|contradict)\w*\b.{0,240}?"
        r"\bthe\s+(?P<language>[a-z]+)\s+(?:text|version|language|one)\b[^.;]{0,40}?\b(?:shall|will) "
        r"(?:prevail|govern|control|be (?:the )?(?:decisive|operative|authoritative|binding|controlling))"
    ),
)
