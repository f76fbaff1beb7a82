"""What kind of question it is: what an answer must hold to be one.

Told by the words a question begins with and by a few within it; nothing here looks into treaties. The order of
the rules matters: "how many articles define a vessel" asks for a number, not a definition.
"""

import re
from typing import Literal

Kind = Literal[
    "locator", "definition", "fact", "number", "obligation", "yes_no", "list", "comparison", "procedure", "other"
]


def _words(pattern: str) -> re.Pattern[str]:
    """A pattern written over several lines, which are joined as they are, without the blanks around them."""
    return re.compile("".join(line.strip() for line in pattern.splitlines()), re.I)


_POLITE = _words(
    r"""^\W*(?:
    (?:hi|hello|hey|ok|okay|so|and|but|well|please|pls|quick question|question)\b[\s,:!.-]*|
    (?:can|could|would|will) you (?:please )?(?:tell|show|explain|give|find|list|compare|say)
    (?: me| us)?(?: please)?\s+|
    (?:tell|show|explain to|give) me (?:please )?|i(?:'d| would) like to know\s+|i want to know\s+|do you know\s+)+"""
)
_LOCATING = _words(
    r"""^\W*(?:(?:what|which)\b.{0,40}?\b(?:says?|said|provides?|states?|reads?|contains?|wording|text|in|about)\b|
    what’?'?s in|(?:show|quote|read|cite|print|display|open|copy|paste|see|look up|get|pull up)\b|
    text of|wording of|full text|the text)"""
)
_COMPARING = _words(
    r"""\b(?:compar\w+|versus|vs\.?|differs?|differences?|different from|contrast\w*|distinguish\w*|same as|similar to|
    unlike|stricter|weaker|stronger|faster|longer than|more than in|rather than in|as opposed to)\b|
    \bset\b.{3,80}\bbeside\b"""
)
_FACT = _words(
    r"""\b(?:when|where|by whom|who)\b.{0,40}
    \b(?:signed|concluded|adopted|drafted|opened for signature|ratified|done)\b|
    \bdepositar(?:y|ies)\b|\b(?:come|came|comes|enter|entered|enters|entry) in(?:to)? (?:force|effect)\b|
    \bbeen in force\b|\bin force (?:since|from|when)\b|\bsince when\b|\bauthentic\b|\bequally valid\b|
    \bin (?:which|what) languages?\b|
    \bhow many (?:parties|states|countries|signatories|articles|annexes|chapters|parts)\b.{0,40}
    \b(?:has|have|are|ratified|joined|signed)\b|
    \bwho (?:are|is) (?:the )?part(?:y|ies)\b|\bwhich (?:states|countries) are part"""
)
_NUMBER = _words(
    r"""\b(?:
    how (?:many|much|long|often|far|old|soon|quickly|large|big|high|deep|wide|late|early|fast)|
    what (?:is the )?(?:number|percentage|share|majority|quorum|age|distance|amount|sum|rate|limit|deadline|period|
    maximum|minimum|price|fee|ceiling|threshold)|
    (?:maximum|minimum|highest|lowest|longest|shortest|least|most) (?:number|period|term|age|time|amount|length|sum)|
    which (?:majority|quorum|age|percentage|time limit|deadline|notice period|period of notice|term of office)|
    time limit|deadline|notice period|quorum|nautical miles|percentage|tonnage limit|term of office|
    after how|within (?:how|what|which)|by when|until when|for what (?:period|time))\b"""
)
_DEFINITION = _words(
    r"""\b(?:defin(?:e|es|ed|ition|itions|ing)|mean(?:s|t|ing)? by|meaning of|
    what (?:does|do|is|was) .{1,60}\bmean(?:t)?|
    counts? as|qualif(?:y|ies) as|considered (?:as )?(?:an?|to be)|regarded as|understood (?:as|by)|the term|
    entend(?:-on)? par|désigne|signifie)\b|
    ^\W*(?:what|who) exactly (?:is|are)\b|
    ^\W*(?:(?:what|who) is (?:an? |[“"])|what (?:is|are) (?!the\b|there\b|in\b))[“"]?[\w-]+(?: [\w-]+){0,2}[”"]?
    (?: (?:under|in|for|within|according to|per)\b.{0,100})?\W*$"""
)
_PLURAL = (
    r"(?:(?:\w+ ){0,3})?(?:\w+s|people|criteria|children|women)"
    r" (?:are|were|can|may|must|do|does|did|have|has|count|fall|need|get|belong|apply|deal|list|govern|make|cannot|"
    r"will|shall|should|is|on|of|in|under|set|protect|lay)\b"
)
_LIST = _words(
    rf"""^\W*(?:list|name|enumerate)\b|\b(?:which|what) {_PLURAL}|
    \b(?:list|enumerate|what kinds?|which kinds?|what types?|which types?|what sorts?|all the|each of the)\b"""
)
_PROCEDURE = _words(
    r"""\b(?:procedure|process|formalities|how to|what happens (?:if|when|after|once)|what must be done|in what way|
    by what means|by which means)\b"""
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)"
_YES_NO_FIRST = _words(rf"^\W*(?:am|cannot|{_AUXILIARY}(?:n['’]t)?|(?:ca|wo)n['’]t)\b")
_YES_NO = _words(
    rf"""[?.,;:—–] ?{_AUXILIARY}(?:n['’]t)? [^?]{{2,160}}\?\W*$|
    , (?:right|correct|isn['’]t it|doesn['’]t it|or not)\W*$|\b(?:is it (?:true|allowed|legal|lawful)|whether)\b"""
)
_DUTY = _words(
    r"""\b(?:oblig(?:e|es|ed|ation|ations)|dut(?:y|ies)|must|have to|has to|had to|required?|requires|requirement|
    bound to|supposed to|responsib\w+|undertake[ns]?|commit(?:s|ted|ments?)?|forbid(?:s|den)?|prohibit(?:s|ed|ion)?|
    bans?|banned|owes?|promise[ds]?|needs? to|refrain|liable)\b"""
)
_FACTUAL = re.compile(r"(?i)^\W*(?:who|whom|whose|when|where|which|what|since)\b")
_HOW = re.compile(r"(?i)^\W*how\b")
_NAMING = re.compile(r"(?i)^\W*(?:list|name)\b")


def asks_for_duty(text: str) -> bool:
    """Whether a question asks what somebody must or must not do."""
    return _DUTY.search(text) is not None


def asks_for_number(text: str) -> bool:
    """Whether a question asks how many, how long, how often, by which majority."""
    return _NUMBER.search(text) is not None


def kind_of(text: str, *, names_provision: bool = False) -> Kind:
    """The kind of a question; ``names_provision`` says that a provision is named in it by its number."""
    asked = without_courtesy(text)
    if _COMPARING.search(asked):
        return "comparison"
    if names_provision and _asks_for_text(asked):
        return "locator"
    for kind, pattern in _IN_ORDER:
        if pattern.search(asked):
            return kind
    if _DUTY.search(asked) and not _NAMING.search(asked) and not _YES_NO.search(asked):
        return "obligation"
    if _LIST.search(asked):
        return "list"
    if _YES_NO.search(asked):
        return "yes_no"
    return "fact" if _FACTUAL.match(asked) else "other"


def without_courtesy(text: str) -> str:
    """A question without the greeting or the request before it: "could you tell me when …" is "when …"."""
    return _POLITE.sub("", text, count=1) or text


_IN_ORDER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("fact", _FACT),
    ("number", _NUMBER),
    ("yes_no", _YES_NO_FIRST),
    ("procedure", _PROCEDURE),
    ("definition", _DEFINITION),
    ("procedure", _HOW),
)
_SHORT = 9
_ASKS_WITHIN = re.compile(rf"(?i)^\W*(?:who|when|how|why|{_AUXILIARY})\b")


def _asks_for_text(text: str) -> bool:
    """Whether a question that names a provision asks for its words, and nothing within it."""
    return bool(_LOCATING.search(text)) or (len(text.split()) <= _SHORT and not _ASKS_WITHIN.match(text))
