"""What a paraphrase says that a provision does not: numbers, duties, denials, parties, conditions, opposites.

A table of checks, each on words that carry meaning by themselves. What they find is seen, not understood: it is told to
the reader, and weighed (paraphrase.py).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.quantities import lacking, quantities_in
from service.stems import plain_stem, plain_stems

_NOT_BOUND = (
    r"(?:need|does|do|did)(?:n['’]t| not)(?: \w+ly)? (?:be |have to |oblige|require|bind|compel|commit|force|mandate)?"
    r"|(?:is|are|be) (?:not|under no|never) (?:\w+ly )?(?:oblig\w+|required|bound|compelled|obligation|duty)|no "
    r"(?:obligation|duty)|without having to"
    r"|not (?:be )?(?:obliged|required|bound|compelled)|optional|voluntar\w+|discretion\w*|free not to"
)
_MUST_NOT = (
    r"(?:shall|may|must|can|could|should|will)(?:n['’]t| not| never| neither| in no \w+| under no \w+)|cannot|never"
    r"|(?:prohibit|forbid|ban|bar|outlaw|preclud|prevent)\w*"
    r"|banned|forbade|refrain\w*|(?:no|neither|nor|nobody|none|nothing)\b(?:\W+\w+){0,12}?\W+(?:shall|may|can|must"
    r"|is|are|be)\b|illegal|unlawful|off-limits|impermissible"
    r"|(?:not|never) (?:be )?(?:allowed|permitted|entitled|free|subject\w*)|not to\b|without (?:the )?right|rules? "
    r"out|denie[sd]|inviolable|exempt\w*|immun\w+|protected (?:from|against)|against"
)
_MAY = (
    r"shall\b[^.;]{0,60}? (?:have|enjoy) the (?:\w+ )?right|shall be (?:free|entitled|permitted|allowed"
    r"|authori[sz]ed)|may|can|could|(?:is|are|be) (?:also )?(?:entitled|free|allowed|permitted|able|authori[sz]ed"
    r"|empowered|at liberty)|(?:has|have|enjoys?) the (?:\w+ )?right|rights?"
    r"|(?:allow|permit|entitl|authori[sz]|empower|enabl)\w*|lets?|leaves? (?:it|room)|at liberty|freedom|option"
    r"|possib\w+"
)
_MUST = (
    r"shall|must|will|(?:is|are|be) (?:\w+ly )?(?:obliged|obligated|required|bound|supposed|to)|ha(?:s|ve|d) to"
    r"|(?:undertak|agree|pledg|promis|commit|oblig|requir|bind|bound|compel|forc|mandat|demand"
    r"|guarante|ensur|oblig|duty|duties|necessar)\w*|obligat\w+|needs? to|should|responsib\w+|calls? (?:on|for|upon)"
    r"|orders?|makes?"
)
_MODES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?i)\b(?:{pattern})\b" if name != "not_bound" else rf"(?i)\b(?:{pattern})"))
    for name, pattern in (("not_bound", _NOT_BOUND), ("must_not", _MUST_NOT), ("may", _MAY), ("must", _MUST))
)
# What a claim says against what a provision says, where that says nothing else.
_AGAINST = {
    "must": ({"may"}, {"not_bound"}, {"may", "not_bound"}),
    "may": ({"must_not"}, {"must"}, {"must", "must_not"}),
    "must_not": ({"may"}, {"must"}, {"not_bound"}, {"may", "must"}),
    "not_bound": ({"must"}, {"must_not"}),
}
_MODE_SAID = {"must": "a duty", "may": "a right or choice", "must_not": "a ban", "not_bound": "no duty"}

_ABSOLUTE = re.compile(
    r"(?i)\b(?:all|every|any|always|never|only|solely|exclusively|alone|whatever|whenever|at any time|in all "
    r"(?:cases|circumstances)|in any (?:case|circumstances?)|under any"
    r"|automatically|immediately|at once|straight away|outright|entirely|completely|absolutely|unconditional\w*"
    r"|permanent\w*|forever|without (?:any )?(?:exceptions?|conditions?|limits?|delay|compensation|notice)"
    r"|no exceptions?|no matter|unanimous\w*|free of charge|for free|in full|everyone|everybody|anyone|nobody|no one"
    r"|none|regardless|at least|at most|no more than|not more than)\b"
)
_CONDITIONS = re.compile(
    r"(?i)\b(?:if|unless|except\w*|only (?:if|when|where|after|with|in)|provided|as long as|so long as|until|once"
    r"|before|after|save|other than|apart from|but not|subject to|on condition|when|where"
    r"|in case|without prejudice|unless|even (?:if|when)|with the (?:consent|approval|agreement|permission)|within"
    r"|by the end|during)\b"
)
_CONDITION_GROUPS = (
    frozenset("unless except excepted exception exceptions save other apart but".split()),
    frozenset("if when where case once provided subject condition event".split()),
    frozenset("until before prior pending".split()),
    frozenset("after following once upon".split()),
    frozenset("consent approval agreement permission authorization authorisation agree".split()),
    frozenset("only solely exclusively except alone".split()),
)
_OPPOSITES = tuple(
    tuple(frozenset(plain_stem(w) for w in side.split("/")) for side in pair.split())
    for pair in (
        "before/prior after/following", "more/exceed less/fewer", "minimum/least maximum/most",
        "majority unanimity/unanimous/consensus",
        "increase/raise reduce/decrease/lower", "sending receiving", "public private/secret/camera",
        "civilian/civilians military/combatant/combatants", "lawful/legal unlawful/illegal",
        "coastal flag", "developed/industrialized developing", "adult/adults child/children/minor",
        "women/woman men/man", "enter/entry leave/departure/exit", "include/including exclude/excluding",
        "accept/agree refuse/reject", "written/writing oral/orally/verbal",
        "temporary/provisional permanent/permanently", "mandatory/compulsory/binding optional/voluntary/advisory",
        "individual collective", "victim perpetrator/offender", "national/nationals foreign/foreigner/alien",
        "peacetime/peace wartime/war", "offensive defensive", "domestic international", "elected appointed",
        "secretary-general president", "regional universal", "exporting importing", "export import",
        "arrest/detain release/free", "guilty innocent", "requesting requested", "sender recipient", "buyer seller",
    )
)  # fmt: skip
_ROLES = frozenset(
    plain_stem(word)
    for word in "committee secretariat council court government minister president secretary director assembly "
    "commission conference depositary tribunal judge bank board chairman bureau "
    "executive ministry parliament commander owner master captain carrier employer worker registrar prosecutor panel "
    "organization agency ambassador diplomat consul police army physician doctor "
    "prisoner civilian child woman refugee soldier combatant spy mercenary investor shipowner crew pilot airline "
    "parent teacher lawyer interpreter journalist victim witness accused "
    "regional federal".split()
)
_PROPER = re.compile(r"(?<=[a-z,;’'] )[A-Z][a-z]{3,}\b")
_COMMON_PROPER = frozenset(
    plain_stem(w)
    for w in (
        "article articles state states party parties treaty convention charter covenant pact protocol united nations "
        "government governments council"
    ).split()
)
_WORD = re.compile(r"[A-Za-z][\w'’-]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a paraphrase has and the provision lacks or denies; ``said`` is a short phrase to show.

    ``word`` is the paraphrase's own that it hangs on, where it is one.
    """

    kind: str
    said: str
    word: str = ""


def findings(claim: str, near: str, article: str) -> list[Finding]:
    """What speaks against the claim that an article says so; ``near`` are the sentences of it nearest to the claim."""
    return [finding for check in _CHECKS for finding in check(claim, near, article)]


def modes_in(text: str) -> frozenset[str]:
    """What a text says with its verbs: "must", "may", "must_not", "not_bound"."""
    found = set()
    for name, pattern in _MODES:
        if pattern.search(text):
            found.add(name)
            text = pattern.sub(" ", text)
    return frozenset(found)


_NOT = re.compile(r"(?i)\b(?:no|not|nor|never|neither|none|nothing|nobody|cannot|without)\b|n['’]t\b")
_NOT_DENYING = re.compile(
    r"(?i)\b(?:whether or not|not only|not (?:later|less|more|fewer) than|no (?:later|less|more|fewer) than|if not"
    r"|or not|not exceed\w*)\b"
)
_DENYING = re.compile(
    r"(?i)\b(forbid|forbade|prohibit|bann|ban|barr|bar|outlaw|refrain|prevent|stop|keep|off-limits|exempt|immun"
    r"|inviol|illegal|unlawful|crim"
    r"|den[iy]|refus|reject|lose|losing|lost|fail|spare|shield|protect|exclu|abol|void|unless|except|only|impair"
    r"|prejudice|renunc|renounc|free from"
    r"|rul(?:e|es|ed|ing) out|safe|last|until|before|guilt|innocen)\w*"
)


def denial_differs(claim: str, near: str) -> bool:
    """Whether one of two texts denies and the other does not, what both say of it left aside.

    "May not be threatened" and "may be threatened" differ; "is not subject to" and "is exempt from" may say the same.
    """
    claimed, held = _denials(claim), _denials(near)
    only_claimed, only_held = claimed - held, held - claimed
    return ("not" in only_held and not only_claimed) or ("not" in only_claimed and not only_held)


def _denials(text: str) -> frozenset[str]:
    text = _NOT_DENYING.sub(" ", text)
    found = {match[1].lower()[:4] for match in _DENYING.finditer(text)}
    return frozenset(found | ({"not"} if _NOT.search(text) else set()))


def _numbers(claim: str, near: str, article: str) -> Iterator[Finding]:
    for written in lacking(quantities_in(claim), quantities_in(article)):
        yield Finding("number", f"“{written}” is not in it")


def _modality(claim: str, near: str, article: str) -> Iterator[Finding]:
    # What a condition allows is not what the claim says: "is out of bounds unless the head lets them in".
    claimed, held = modes_in(_SUBORDINATE.sub(" ", claim)), modes_in(near)
    for mode in ("must_not", "not_bound", "may", "must"):
        if mode in claimed:
            if mode not in held and held and any(held == against for against in _AGAINST[mode]):
                yield Finding(
                    "modality", f"it has {' and '.join(_MODE_SAID[m] for m in sorted(held))}, not {_MODE_SAID[mode]}"
                )
            return


_SUBORDINATE = re.compile(
    r"(?i)\b(?:unless|except|if|when|where|until|once|as long as|provided|who|which|whose)\b[^,;]*"
)


def _absolutes(claim: str, near: str, article: str) -> Iterator[Finding]:
    lower = article.lower()
    for match in _ABSOLUTE.finditer(claim):
        word = match[0].lower()
        alike = _ALIKE.get(word, (word,))
        if not any(re.search(rf"\b{re.escape(other)}\b", lower) for other in alike):
            yield Finding("absolute", f"“{match[0]}” is not in it")


_ALIKE = {
    "all": ("all", "every", "each", "any", "no"), "every": ("every", "each", "all", "any"), "any": ("any", "all",
    "every", "no", "each", "a"),
    "everyone": ("everyone", "every person", "all persons", "each person", "any person", "every human", "all human"),
    "anyone": ("anyone", "any person", "every", "everyone", "no one", "person"),
    "everybody": ("everyone", "every", "all"),
    "no one": ("no one", "no person", "nobody", "no"), "nobody": ("no one", "nobody", "no"), "none": ("no", "none",
    "not"), "never": ("no", "not", "never"),
    "immediately": ("immediately", "forthwith", "without delay", "immediate", "promptly", "at once"),
    "at once": ("immediately", "forthwith", "immediate", "without delay"),
    "straight away": ("immediately", "forthwith", "immediate", "without delay"),
    "only": ("only", "solely", "exclusively", "except", "unless", "no", "other than", "not"), "solely": ("only",
    "solely", "exclusively"), "exclusively": ("only", "solely", "exclusively"),
    "alone": ("alone", "only", "individually", "sole"), "at least": ("at least", "not less than", "no less than",
    "minimum", "least"), "at most": ("not more than", "not exceeding", "not exceed", "maximum", "most"),
    "no more than": ("not more than", "not exceeding", "not exceed", "maximum", "no more than", "most"),
    "not more than": ("not more than", "not exceeding", "not exceed", "maximum", "no more than", "most"),
    "at any time": ("at any time", "any time"), "always": ("always", "at all times", "in all cases",
    "in all circumstances", "in any"), "outright": ("prohibited", "not", "no", "never"),
    "without delay": ("without delay", "immediately", "forthwith", "promptly"), "free of charge": ("free",
    "without charge"), "for free": ("free",),
    "regardless": ("regardless", "irrespective", "without regard", "without distinction", "without discrimination",
    "whether", "any", "all"), "whatever": ("whatever", "any", "irrespective", "whether", "all"),
}  # fmt: skip


def _conditions(claim: str, near: str, article: str) -> Iterator[Finding]:
    words = {w.lower() for w in _WORD.findall(article)}
    for match in _CONDITIONS.finditer(claim):
        first = set(match[0].lower().split())
        groups = [group for group in _CONDITION_GROUPS if group & first]
        if groups and not any(group & words for group in groups):
            yield Finding("condition", f"“{match[0]}” has nothing like it in it")


def _opposites(claim: str, near: str, article: str) -> Iterator[Finding]:
    claimed, held, beside = plain_stems(claim), plain_stems(article), plain_stems(near)
    for one, other in _OPPOSITES:
        for mine, its in ((one, other), (other, one)):
            if claimed & mine and not claimed & its and not held & mine and beside & its:
                said = _written(claim, mine)
                yield Finding("opposite", f"it speaks of “{_written(near, its)}”, not “{said}”", said)


def _written(text: str, stems: frozenset[str]) -> str:
    return next((w for w in _WORD.findall(text) if plain_stem(w.lower()) in stems), "")


def _parties(claim: str, near: str, article: str) -> Iterator[Finding]:
    held = plain_stems(article)
    for word in _WORD.findall(claim):
        stem = plain_stem(word.lower())
        if stem in _ROLES and stem not in held and not word.endswith(("ed", "ing")):
            yield Finding("party", f"“{word}” is not in it", word)
    for match in _PROPER.finditer(claim):
        stem = plain_stem(match[0].lower())
        if stem not in held and stem not in _COMMON_PROPER and stem not in _ROLES:
            yield Finding("name", f"“{match[0]}” is not in it")


_CHECKS: tuple[Callable[[str, str, str], Iterator[Finding]], ...] = (
    _numbers, _modality, _absolutes, _conditions, _opposites, _parties,
)  # fmt: skip
