"""Words that carry meaning by themselves: a table of rules, each with the reason why a difference in one matters.

The words are in the form in which they are compared (words.py); of several rules the first that fits gives the reason.
"""

import re
from dataclasses import dataclass

from service.check.words import words_in


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that carry meaning, and why a difference in one of them changes it.

    ``hidden`` says that an ellipsis may not hide them either, ``insert`` that brackets may not bring them in.
    """

    name: str
    words: frozenset[str]
    reason: str
    hidden: bool = False
    insert: bool = False


def _of(words: str) -> frozenset[str]:
    return frozenset(word.text for one in words.split() for word in words_in(one))


MODALS = _of("shall may must should will would can could might ought cannot")

RULES = (
    Rule(
        "negation",
        _of(
            "not no nor never neither none nothing nobody without cannot non don't doesn't isn't won't can't shan't "
            "refrain fail refuse lack absence"
        ),
        "a denial turns what is said into its opposite",
        hidden=True,
        insert=True,
    ),
    Rule(
        "exception",
        _of(
            "unless except excepting excepted save exception exceptions provided notwithstanding subject only solely "
            "exclusively merely however but"
        ),
        "an exception or limit decides when the rule applies",
        hidden=True,
        insert=True,
    ),
    Rule(
        "condition",
        _of("if where when until till whenever wherever once after before prior following pending whether"),
        "a condition or time decides when the rule applies",
        hidden=True,
        insert=True,
    ),
    Rule(
        "modality",
        MODALS
        | _of(
            "need right rights duty obligation obligations obliged bound entitled allowed permitted permit permits "
            "prohibited prohibit prohibits forbidden banned required require requires free refused mandatory voluntary "
            "optional compulsory binding"
        ),
        "duty, choice and ban are told apart by this word",
        insert=True,
    ),
    Rule(
        "commitment",
        _of(
            "undertake undertakes undertook agree agrees agreed endeavour endeavours encourage encouraged encourages "
            "promise pledge intend intends aim aims seek seeks strive strives commit commits ensure ensures guarantee "
            "guarantees respect promote consider recommend urge urges facilitate attempt try best efforts"
        ),
        "how firmly one is bound hangs on this word",
    ),
    Rule(
        "quantity",
        _of(
            "any all each every some several many most few both either least minimum maximum more less fewer half "
            "majority majorities two-thirds three-quarters quarter third unanimous unanimously unanimity consensus "
            "whole "
            "entire total first second last single sole part partly wholly fully percent number"
        ),
        "how many or how much is meant hangs on this word",
    ),
    Rule("joining", _of("and or"), "“and” asks for all that it joins, “or” for one"),
    Rule(
        "time",
        _of(
            "hour hours day days week weeks month months year years immediately promptly forthwith delay "
            "simultaneously "
            "annual annually always permanently temporarily permanent temporary indefinitely later earlier soon now "
            "today"
        ),
        "the time is another",
    ),
    Rule(
        "party",
        _of(
            "state states party parties member members country countries nation nations government governments council "
            "assembly secretary secretariat committee commission court courts conference organization organizations "
            "agency depositary tribunal contracting signatory signatories ally allies president minister ministers "
            "parliament authority authorities sending receiving host flag coastal requesting requested developing "
            "developed nationals national alien aliens foreigner foreigners person persons individual individuals "
            "citizen"
            " citizens people peoples child children woman women man men civilian civilians combatant combatants "
            "prisoner"
            " prisoners refugee refugees other another nuclear union board"
        ),
        "who is bound or protected is another",
    ),
    Rule(
        "place",
        _of(
            "territory territories territorial airspace jurisdiction control waters sea seas land air border borders "
            "frontier frontiers region area areas zone outside inside within abroad domestic international internal "
            "external"
        ),
        "where the rule applies is another",
    ),
    Rule(
        "degree",
        _of(
            "reasonable serious armed grave significant substantial necessary appropriate possible feasible "
            "practicable "
            "effective full adequate inherent absolute direct indirect intentional intentionally wilful wilfully "
            "knowingly unlawful lawful illegal legal arbitrary arbitrarily public private military peaceful written "
            "collective mutual joint provisional express explicit expressly authorized exclusive sovereign independent "
            "equal equally severe extreme imminent actual material manifest minor major high highest low particularly "
            "especially alone together primarily mainly principally generally normally exceptional exceptionally"
        ),
        "a qualifying word widens or narrows the rule",
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
NUMBER = Rule("number", frozenset(), "the number or date is another", hidden=True)
NAME = Rule("name", frozenset(), "the name is another")
OPPOSITE = Rule("opposite", frozenset(), "the word is turned into its opposite")
REFERENCE = Rule("reference", frozenset(), "another provision is referred to")
LIMIT = Rule("limit", frozenset(), "it limits what is quoted", hidden=True)

MONTHS = _of("january february march april may june july august september october november december")
NUMERAL = re.compile(r"\d[\d./]*(?:st|nd|rd|th|s)?$|(?:percent|dozen|million|billion)s?$")
LIST_MARK = re.compile(r"\(\w{1,5}\)$")
# Without such a beginning a word is its own opposite.
NEGATING = re.compile(r"^(?:un|in|im|il|ir|non|dis|mis)(?=\w{4})")
_PAIRS = (
    "include exclude, includes excludes, including excluding, accept reject, increase reduce, increase decrease, "
    "above below, exceed "
    "remain, with without, begin end, enter leave, import export, former latter, grant deny, strengthen weaken, "
    "allow deny, "
    "for against, war peace, attacker attacked, victim aggressor, upper lower, higher lower, long short, open closed"
)
ANTONYMS = frozenset(frozenset(spelled.text for spelled in words_in(pair)) for pair in _PAIRS.split(","))
# Too small to say much by themselves, but words of the text.
SMALL = _of(
    "the a an of to in on upon for by with that which this these those its it their they who whom whose is are be"
    " been being was were as at from into such there thereof thereto therein said so also his her he she them has"
    " have had"
)
