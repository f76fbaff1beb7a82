"""Which facts of a treaty a question asks for: signature, entry into force, depositary, languages, the way out.

A treaty's articles speak with the same words of much else: of an amendment that enters into force, of certificates
that are signed, of the language an accused person speaks. So a question asks for facts only where nothing is left of
it when the words of those facts are taken away, with the treaty's name and the small words between them: "how many
judges are there" leaves the judges. A question that asks for more than facts is one for the articles.
"""

import re

from ingest.generic_names import KIND_WORDS
from service.fact_words import ASKED, SMALL, FactAsked
from service.kinds import without_courtesy

_KIND = "|".join(sorted(KIND_WORDS - {"ban", "sofa", "deal", "act", "code", "compact"}, key=len, reverse=True))
_LINKS = r"of|on|for|against|to|in|and|the|relating|regarding|concerning|between|under"
_ASKING_FIRST = "Is|Are|Was|Were|Do|Does|Did|Has|Have|Can|May|When|Where|Who|Which|What|How|Under|In|For|By|From|At"
# "the Treaty of Venn on Lamps", "Lamp Treaty", "the 1961 Convention": names that are still in a question.
_NAME = re.compile(
    rf"(?:\b(?:19|20)\d\d )?(?:\b(?!(?:{_ASKING_FIRST})\b)(?!(?i:{_KIND})\b)[A-Z][\w’'–-]*(?: (?:{_LINKS}))* ){{0,6}}"
    rf"\b(?P<kind>(?i:{_KIND}))\b"
    rf"(?: (?:of|from) (?:19|20)\d\d\b|(?: (?:{_LINKS}))+ [A-Z][\w’'–-]*(?:(?: (?:{_LINKS}))* [A-Z][\w’'–-]*)*)?"
)
# Several "declarations" or "agreements" are not the treaty; names end in these plurals ("the Law of Treaties").
_ONE = frozenset(word for word in KIND_WORDS if not word.endswith("s")) | {"treaties", "conventions"}
# Not the treaty itself: one of many, or one that belongs to it ("the protocol to the treaty").
_ANOTHER = re.compile(
    rf"\b(?:an?|any|each|every|such|another|other|new|all|later|earlier) (?:\w+ ){{0,2}}(?:{_KIND})\b"
    rf"|\b(?:{_KIND}) (?:to|of|under|amending|annexed to) (?:the |this |that |its )?(?:{_KIND})\b"
)

# The way out is asked for beside its notice by words of its own: "can a State leave, and after what notice".
_WHETHER = re.compile(r"\b(?:can|could|may|possible|allowed|permitted)\b|\bhow (?:can|may|could|does|do|to)\b")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CAPITAL = re.compile(r"(?<=\w )[A-Z][\w’'–-]*")
_MOST_WORDS = 40


def facts_asked(text: str) -> tuple[FactAsked, ...]:
    """The facts of a treaty that a question asks for, as it names them; none where it asks for anything besides.

    The treaty is "it", or goes by a word that stands for its name ("the treaty"), or by a name with capitals.
    """
    if len(text.split()) > _MOST_WORDS:
        return ()
    named = _NAME.sub(lambda match: match["kind"], without_courtesy(text))
    asked = left = named.lower()
    if _ANOTHER.search(asked):
        return ()
    found: dict[FactAsked, int] = {}
    allowed = SMALL | _ONE
    for kind, pattern, words in ASKED:
        # Who signed it and when is one word for two facts.
        if match := pattern.search(asked if kind == "signed" else left):
            found[kind] = match.start()
            allowed |= words
            left = left[: match.start()] + ";" * len(match[0]) + left[match.end() :]
    if "status" in found:
        # "Has Arvenia ratified it?"
        allowed |= {word for name in _CAPITAL.findall(named) for word in _WORD.findall(name.lower())}
    if set(_WORD.findall(asked)) - allowed:
        return ()
    if "notice" in found and "withdrawal" not in found and _WHETHER.search(asked):
        found["withdrawal"] = -1
    return tuple(sorted(found, key=lambda kind: found[kind]))
