"""Judges what checking a gold text came to: which claims found are gold claims, and whether what is told holds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.answerers import AnswererLost, Checker, read_citation
from eval.claim_cases import ClaimCase, GoldClaim, Span
from eval.claim_results import FinishedText, FoundClaim, Pair, TextResult, read_found
from eval.judging import is_placed, is_text, place_name
from eval.results import Timed
from ingest.models import ParsedTreaty
from service.models import Citation

# Two statements are of the same claim where they have at least this share of the shorter one in common.
OVERLAP = 0.5


def check_case(case: ClaimCase, checker: Checker) -> FinishedText:
    """Checks a gold text and judges what is found; raises AnswererLost."""
    try:
        document = checker.check(case.text)
        result = judge_text(case, document, checker.treaties)
    except AnswererLost:
        raise
    except Exception as error:
        # One broken text must not cost the others; its claims count as missed, and the run fails.
        return FinishedText(TextResult(case, None, remark=f"{type(error).__name__}: {error}"), Timed(case.id, {}))
    return FinishedText(result, Timed(case.id, dict(document["timings_ms"])))


def judge_text(case: ClaimCase, document: Mapping[str, Any], treaties: Mapping[str, ParsedTreaty]) -> TextResult:
    """What the document of ``pacta check --json`` on a gold text is worth."""
    found = read_found(document)
    matched = match_spans([gold.statement for gold in case.claims], [claim.statement for claim in found])
    citations = list(_citations(document))
    stretches = list(_stretches(document))
    return TextResult(
        case=case,
        # The name of the index and the times are not the same each time.
        report={"claims": document["claims"], "references": document["references"]},
        pairs=tuple(Pair(g, f, is_attributed(case.claims[g], found[f], treaties)) for g, f in matched),
        quotations=len(citations),
        misquoted=tuple(place_name(citation) for citation in citations if not is_text(citation, treaties)),
        misplaced=tuple(place_name(citation) for citation in citations if not is_placed(citation, treaties)),
        stretches=len(stretches),
        misset=tuple(f"{start}:{end}" for start, end, words in stretches if case.text[start:end] != words),
    )


def match_spans(gold: Sequence[Span], found: Sequence[Span]) -> list[tuple[int, int]]:
    """Which stretches found are which gold ones, as pairs of places in the order of the gold ones.

    Two may be a pair where they have at least half of the shorter one in common. The pairs with most in common are
    made first, of those with as much the more alike in length, then the earlier; each stretch is in one pair at most.
    """
    candidates = []
    for g, wanted in enumerate(gold):
        for f, had in enumerate(found):
            common = min(wanted.end, had.end) - max(wanted.start, had.start)
            if common > 0 and common >= OVERLAP * min(wanted.length, had.length):
                candidates.append((-common, wanted.length + had.length, g, f))
    pairs: dict[int, int] = {}
    for _, _, g, f in sorted(candidates):
        if g not in pairs and f not in pairs.values():
            pairs[g] = f
    return sorted(pairs.items())


def is_attributed(gold: GoldClaim, found: FoundClaim, treaties: Mapping[str, ParsedTreaty]) -> bool:
    """Whether a claim found is attributed to the treaty, and to the article if one is named, that the text claims.

    An article that is not there, or of a treaty that is not held, has no eId: then its number has to be in the label.
    """
    if gold.treaty != found.treaty:
        return False
    if gold.eid is None or gold.article is None:
        return True
    parsed = treaties[gold.treaty] if gold.treaty is not None else None
    if parsed is None or gold.eid not in parsed.by_eid:
        number = gold.article.lower().rsplit("/", 1)[-1]
        return not found.eids and number in re.findall(r"\w+(?:[.-]\w+)*", (found.label or "").lower())
    return any(gold.eid in (eid, _article(parsed, eid)) for eid in found.eids)


def _article(parsed: ParsedTreaty, eid: str) -> str | None:
    """The eId of the article that a provision is of."""
    provision = parsed.by_eid.get(eid)
    return parsed.article_of(provision).eid if provision else None


def _citations(document: Mapping[str, Any]) -> Iterator[Citation]:
    """Every quotation of a treaty in the document."""
    for claim in document["claims"]:
        for cited in (claim["provision"], *claim["elsewhere"]):
            if cited is not None:
                yield read_citation(cited)
    for reference in document["references"]:
        if reference["citation"] is not None:
            yield read_citation(reference["citation"])


def _stretches(document: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """Every stretch of the text that the document tells, with the words that should be there."""
    for claim in document["claims"]:
        for stretch in (claim, claim["content"], claim["attribution"]):
            if stretch is not None:
                yield stretch["start"], stretch["end"], stretch["text"]
        for piece in claim["diff"]:
            yield piece["start"], piece["end"], piece["claimed"]
    for reference in document["references"]:
        yield reference["start"], reference["end"], reference["text"]
