"""What is wrong with a gold set of claims, found before it judges anything.

Faults make a claim worthless: a treaty or an article that is not there though the verdict says otherwise, verbatim
words that are not the treaty's, a verdict that its own record contradicts. Doubts are worth a look.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from eval.claim_cases import ClaimCase, GoldClaim
from eval.lint import NEARLY_THE_SAME, Finding, Weight, missing_provision
from ingest.models import ParsedTreaty
from ingest.names import words_of
from service.check.models import VERDICTS

# A share over fewer claims says next to nothing.
FEWEST_OF_VERDICT = 5
# Verdicts that can only be given where the article claimed is held; "not_found" also where it is, for words.
_OF_HELD = frozenset({"verbatim", "altered", "paraphrase_supported", "paraphrase_unsupported"})
# What parts a quotation into stretches that stand in the treaty each by itself: brackets, an ellipsis.
_CUTS = re.compile(r"\[[^\]]*\]|…|\.\s?\.\s?\.")


def lint_claims(cases: Sequence[ClaimCase], treaties: Mapping[str, ParsedTreaty]) -> list[Finding]:
    """Everything found in a gold set of claims, faults first, in the order of the texts."""
    found = [
        Finding(weight, case.id, f"claim {number} ({claim.verdict}): {what}")
        for case in cases
        for number, claim in enumerate(case.claims, start=1)
        for weight, what in _of_claim(case, claim, treaties)
    ]
    found += _near_duplicates(cases)
    found += _balance(cases)
    return sorted(found, key=lambda finding: finding.weight == "doubt")


def _of_claim(case: ClaimCase, claim: GoldClaim, treaties: Mapping[str, ParsedTreaty]) -> Iterator[tuple[Weight, str]]:
    for place in claim.found_in:
        if missing := missing_provision(place, treaties):
            yield "fault", missing
    if claim.treaty is None:
        if claim.verdict in _OF_HELD:
            yield "fault", "no treaty is claimed to compare with. Name one, or say unclear or not_held."
        return
    parsed = treaties.get(claim.treaty)
    if parsed is None:
        yield "fault", f"the treaty {claim.treaty} is not held. `pacta treaties` lists the ids; null means none is."
        return
    if claim.verdict in _OF_HELD and claim.eid is not None and claim.eid not in parsed.by_eid:
        yield "fault", f"{claim.treaty} has no {claim.eid} to compare with. Look at its number, or say not_found."
    elif claim.verdict == "not_held" and (parsed.treaty.text_status != "excerpt" or claim.eid in parsed.by_eid):
        yield "fault", f"what is claimed of {claim.treaty} is held. Say not_found, or look at the treaty."
    elif claim.verdict == "verbatim" and not _is_verbatim(claim.content.of(case.text), parsed, claim.eid):
        where = f"{claim.treaty}/{claim.eid}" if claim.eid else claim.treaty
        yield "doubt", f"the words are not, letter for letter, in {where}. Look whether the differences are harmless."
    elif claim.verdict == "misattributed" and any(
        (place.treaty, place.eid) == (claim.treaty, claim.eid) for place in claim.found_in
    ):
        yield "fault", "the words stand where they are claimed to, says found_in. One of the two is wrong."


def _is_verbatim(words: str, parsed: ParsedTreaty, eid: str | None) -> bool:
    """Whether the words between brackets and ellipses are in the provision, case and punctuation set aside."""
    held = _plain(parsed.text_of(parsed.by_eid[eid]) if eid else parsed.treaty.text)
    return all(_plain(part) in held for part in _CUTS.split(words))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _near_duplicates(cases: Sequence[ClaimCase]) -> list[Finding]:
    """Pairs of texts made of nearly the same words, which would count twice."""
    words = [frozenset(words_of(case.text)) for case in cases]
    return [
        Finding("doubt", first.id, f"has nearly the same words as {second.id}. Keep one, or write another text.")
        for (a, first), (b, second) in combinations(zip(words, cases, strict=True), 2)
        if a and b and len(a & b) / len(a | b) >= NEARLY_THE_SAME
    ]


def _balance(cases: Sequence[ClaimCase]) -> list[Finding]:
    """Verdicts with too few claims to say anything, halves that are none."""
    found = []
    counted = Counter(claim.verdict for case in cases for claim in case.claims)
    for verdict in VERDICTS:
        if counted[verdict] < FEWEST_OF_VERDICT:
            few = f"{counted[verdict]} claims; a share of fewer than {FEWEST_OF_VERDICT} says nothing. Write more."
            what = f"verdict {verdict} has {few}"
            found.append(Finding("doubt", "", what))
    splits = Counter(case.split for case in cases)
    if splits.keys() != {""} and splits[""]:
        found.append(Finding("doubt", "", f"{splits['']} of {len(cases)} texts are of no split. Say dev or test."))
    return found
