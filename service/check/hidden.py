"""What an ellipsis hides, and what a quotation was cut from: the words there that decide what the quoted ones mean."""

import itertools
import re

from service.check.telling_words import BY_NAME, LIMIT, LIST_MARK, MODALS, NUMBER, NUMERAL, RULES, Rule
from service.check.words import words_in

_SENTENCE_END = re.compile(r"[.;](?=\s|$)|\n\s*\n|\n(?=\s*\(?\w{1,3}[.)])")
# Numbers that only say where something else stands or when it was made.
_REFERRED = re.compile(
    r"(?i)\b(?:articles?|arts?\.|paragraphs?|paras?\.|sub-?paragraphs?|sections?|chapters?|parts?|annex(?:es)?"
    r"|resolutions?|rules?)"
    r"\s+[\dIVX]+(?:\s*\([^()]{1,6}\))*(?:\s*(?:,|and|or|to)\s+\d+(?:\s*\([^()]{1,6}\))*)*|\b(?:of"
    r"|in) (?:\d{1,2} \w+ )?\d{4}\b"
)
_LIMITING = re.compile(
    r"(?i)\b(?:(?:as|which|that|such \w+ as) (?:it|they|he|he or she|each|the [\w ]{3,30}?) (?:may )?(?:deems?"
    r"|considers?|thinks? fit|finds?)\b"
    r"|(?:deemed|considered) (?:\w+ )?(?:necessary|appropriate)"
    r"|(?:as|where|when|if|so far as|as far as|as soon as|to the extent) (?:may be )?(?:necessary|appropriate"
    r"|possible|practicable|feasible"
    r"|required|requested|needed|agreed)"
    r"|in ?so far as|as far as|to the (?:\w+ )?extent|in the event|in case|in accordance with (?:its|their"
    r"|the) (?:\w+ ){0,3}"
    r"(?:laws?|constitution\w*|regulations|processes|procedures)|within the limits|at (?:its|their"
    r"|his) (?:own )?(?:discretion|request)"
    r"|upon (?:\w+ ){0,3}request|at the request|with the (?:\w+ ){0,2}(?:consent|approval|agreement)"
    r"|by (?:mutual )?(?:agreement|consent)"
    r"|in principle|in force|arbitrar\w+|ha(?:s|ve) the right|be entitled|refrain\w*|endeavou?r|seek to"
    r"|pursue negotiations|under (?:\w+ ){0,3}(?:conditions|circumstances)|other than|in exceptional|on condition)\b"
)
# What such words before a denial make of it is none: "whether or not", "not only … but also", "without prejudice".
_NO_DENIAL = re.compile(r"(?i)\b(?:whether or not|not only|no less than|not later than|no later than)\b")
_PARALLEL = re.compile(
    r"(?i)[,;]?\s(?:and|or)\s(?:to this end |for that purpose )?(?:(?:the|each|any|such|it"
    r"|they)\s)?(?:\w+\s){0,3}?(?:shall|may|must|will)\b"
)


def words_of(text: str) -> list[str]:
    """The words of a piece as they are compared, without ellipses and words in brackets.

    A letter that may count points is a word only where it is all there is: "(b)" for "(a)".
    """
    found = [word.text for word in words_in(text, lists=False) if word.kind == "word"]
    return [word for word in found if not LIST_MARK.match(word)] or found


def hidden_in(omitted: str, before: str | None, behind: str | None) -> tuple[Rule, str] | None:
    """The rule for what an ellipsis hides that governs what is quoted, with the word; None where it changes nothing.

    ``before`` and ``behind`` are the words quoted on its two sides, None at an end of the quotation. Of whole sentences
    that are left out only the rest of the one before and the beginning of the one behind govern what is quoted.
    """
    cuts = list(_SENTENCE_END.finditer(omitted))
    stretches = [omitted]
    if cuts:
        rest, beginning = omitted[: cuts[0].start()], omitted[cuts[-1].end() :]
        stretches = [*([rest] if before is not None else []), *([beginning] if behind is not None else [])]
        # Half of one sentence and half of another make a third that the treaty does not have.
        spliced = before is not None and behind is not None and _FULL_STOP.search(omitted)
        if spliced and words_of(rest) and words_of(beginning):
            return LIMIT, "the end of one sentence and the beginning of another"
        between = omitted[cuts[0].end() : cuts[-1].end()]
        if provided := _EXCEPTED.search(between if before is not None else ""):
            return BY_NAME["exception"], provided[1]
    for stretch in stretches:
        governing = _PARALLEL.split(stretch)[0] if behind is None else stretch
        if found := _governing(governing):
            return found
    # "Shall … be": the word that makes the duty stands alone behind the dots.
    if before is not None and behind is not None and not cuts:
        quoted = {*words_of(before), *words_of(behind)}
        verbs = [word for word in words_of(omitted) if word in MODALS]
        if verbs and (len(words_of(omitted)) <= 3 or not quoted & MODALS):
            return BY_NAME["modality"], verbs[0]
    return None


_FULL_STOP = re.compile(r"\.\s+(?=[A-Z0-9(])")
_EXCEPTED = re.compile(r"(?i)(?:^|[.;]\s)\W*(provided,? (?:however,? )?that|except|unless|save)\b")


def _governing(stretch: str) -> tuple[Rule, str] | None:
    if limiting := _LIMITING.search(stretch):
        return LIMIT, " ".join(limiting[0].split())
    words = words_of(_NO_DENIAL.sub(" ", _REFERRED.sub(" ", stretch)))
    for word, following in itertools.pairwise([*words, ""]):
        if word == "provided" and following not in ("that", "however"):
            continue
        if word == "subject" and following != "to":
            continue
        if word in ("but", "however", "whether") or (word == "following" and following):
            continue
        for rule in RULES:
            if rule.hidden and word in rule.words:
                return rule, f"{word} {following}" if following == "prejudice" else word
        if NUMERAL.search(word):
            return NUMBER, word
    return None


_GOVERNING_BEFORE = re.compile(
    r"(?i)(?:^|[.;:\n]\s*)((?:unless|except|if|where|when|subject to|only|until|provided that"
    r"|in the event)\b[^.;:\n]{2,200}),\s*$"
)
_GOVERNING_BEHIND = re.compile(
    r"(?i)[,;]?\s*((?:but\s+(?:only|not)|unless|except|save|provided(?:,?\s+however,?)?\s+that|subject\s+to"
    r"|only\s+(?:if|when|where|in|for)|if"
    r"|until|to\s+the\s+extent|in\s+so\s+far|insofar|other\s+than|without)\b[^.;:\n]{0,200})"
)


def conditions_cut_off(text: str, start: int, end: int) -> tuple[str | None, str | None]:
    """The condition or exception directly before ``text[start:end]``, and the one behind, in the same sentence."""
    before = _GOVERNING_BEFORE.search(text, max(0, _sentence_start(text, start) - 2), start)
    behind = _GOVERNING_BEHIND.match(text, end)
    return (" ".join(before[1].split()) if before else None, " ".join(behind[1].split()) if behind else None)


def _sentence_start(text: str, offset: int) -> int:
    """Where the sentence around a place begins, or the item of its list."""
    return max(text.rfind(". ", 0, offset), text.rfind("; ", 0, offset), text.rfind("\n\n", 0, offset), 0)
