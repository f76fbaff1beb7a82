"""Judges one answer by its gold case: what it scores, and what is wrong with it.

A case that is refused is scored as citing nothing, one that crashed as finding nothing either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eval import measures
from eval.cases import GoldCase
from eval.measures import Key, MissingEvidence
from eval.results import CaseResult, Fault, Judgement, Retrieved, kept_answer
from ingest.models import ParsedTreaty
from service.citations import label_of
from service.models import Answer, Citation, Hit

# Types of question that are named for the reason the answer has to give.
REASON_TYPES = frozenset({"treaty_not_held", "no_such_provision", "not_found", "out_of_scope", "wrong_premise"})


@dataclass(frozen=True, slots=True)
class _Said:
    """What there is to score; by default nothing, as of a case that crashed."""

    outcome: str = "crashed"
    ranking: tuple[Key, ...] = ()
    cited: tuple[Key, ...] = ()
    quotes: tuple[str, ...] = ()
    prose: str = ""
    reason: str | None = None


def judge(case: GoldCase, answer: Answer, hits: Sequence[Hit], treaties: Mapping[str, ParsedTreaty]) -> CaseResult:
    """Scores one answer, with the articles found for the same question."""
    retrieved = tuple(_retrieved(case, hit) for hit in hits)
    said = _Said(answer.status, ranking=tuple(found.key for found in retrieved), reason=answer.reason)
    if answer.status == "answered":
        said = replace(
            said,
            cited=tuple((c.treaty_id, _article(c, treaties)) for c in answer.citations),
            quotes=tuple(citation.quote for citation in answer.citations),
            prose=answer.answer,
        )
    scores = _scores(case, said)
    shown = (*answer.citations, *answer.related)
    misquoted = tuple(place_name(c) for c in shown if not is_text(c, treaties))
    misplaced = tuple(place_name(c) for c in shown if not is_placed(c, treaties))
    mismarked = not measures.marks_match(answer.answer, [c.number for c in answer.citations])
    fault: Fault | None
    if misquoted or misplaced:
        fault = "misquotes"
        remark = f"not the text of the place it names: {', '.join(dict.fromkeys(misquoted + misplaced))}"
    elif mismarked:
        fault, remark = "misquotes", "the marks [n] and the citations do not fit each other"
    else:
        fault, remark = _fault(case, said, scores)
    return CaseResult(
        case=case,
        outcome=answer.status,
        fault=fault,
        remark=remark,
        scores=_whole(fault, answer) | scores,
        retrieved=retrieved,
        answer=kept_answer(answer.to_json()),
        cited=said.cited,
        quotations=len(shown),
        misquoted=misquoted,
        misplaced=misplaced,
        mismarked=mismarked,
    )


def _whole(fault: Fault | None, answer: Answer) -> dict[str, float]:
    """Whether it is right in all, and how far an answer's confidence is from that (Brier 1950)."""
    right = float(fault is None)
    if answer.status != "answered":
        return {"right": right}
    # The confidence as it is told, which over HTTP is all there is.
    return {"right": right, "Brier": round((answer.to_json()["confidence"] - right) ** 2, 9)}


def judge_crash(case: GoldCase, error: Exception) -> CaseResult:
    """The result of a case that ended in an error: every measure that applies has its worst value."""
    remark = f"{type(error).__name__}: {error}"
    scores = {"right": 0.0, **_scores(case, _Said())}
    return CaseResult(case, outcome="crashed", fault="crashed", remark=remark, scores=scores)


def _scores(case: GoldCase, said: _Said) -> dict[str, float]:
    """Every measure that the case has gold for, rounded as it is kept, so that a run read again is the same."""
    return {name: round(value, 9) for name, value in _measured(case, said).items()}


def _measured(case: GoldCase, said: _Said) -> dict[str, float]:
    scores: dict[str, float] = {}
    if case.type in REASON_TYPES:
        scores["right_reason"] = float(said.reason == case.type)
    # Precision, recall and over-refusal are means over those cases that each of them looks at.
    if said.outcome == "abstained":
        scores["abstention_precision"] = float(case.must_abstain)
    scores["abstention_recall" if case.must_abstain else "over_refusal"] = float(said.outcome == "abstained")
    if said.outcome == "answered":
        scores["length"] = float(measures.length_words(said.prose))
        if scores["length"]:
            scores["share_quoted"] = measures.share_quoted(said.prose, said.quotes)
    if case.must_abstain:
        return scores
    if case.gold:
        gold, also_ok = {g.key for g in case.gold}, {g.key for g in case.also_ok}
        for k in (1, 5, 10):
            scores[f"hit@{k}"] = measures.hit_at(said.ranking, gold, k)
            scores[f"recall@{k}"] = measures.recall_at(said.ranking, gold, k)
        scores["MRR"] = measures.reciprocal_rank(said.ranking, gold)
        scores["nDCG@10"] = measures.ndcg_at(said.ranking, gold, 10)
        scores["wrong_treaty@1"] = measures.wrong_treaty(said.ranking, gold | also_ok)
        scores["first_citation_right"] = measures.first_citation_right(said.cited, gold, also_ok)
        scores["citation_precision"] = measures.citation_precision(said.cited, gold, also_ok)
        scores["citation_recall"] = measures.citation_recall(said.cited, gold)
    if case.quote:
        scores["quote_coverage"] = measures.quote_coverage(case.quote, said.quotes)
    if case.key_facts:
        words = "\n".join((said.prose, *said.quotes))
        scores["key_fact_recall"] = measures.key_fact_recall(case.key_facts, words)
    return scores


def _fault(case: GoldCase, said: _Said, scores: Mapping[str, float]) -> tuple[Fault | None, str]:
    """What is wrong with an answer whose quotations hold, and a line that says it."""
    cites = f"{said.cited[0][0]}/{said.cited[0][1]}" if said.cited else "nothing"
    if case.must_abstain:
        if said.outcome == "answered":
            return "should_abstain", f"answers, citing {cites}"
        if scores.get("right_reason") == 0:
            return "wrong_reason", f"abstains as {said.reason}, not as {case.type}"
        return None, ""
    wanted = " or ".join(str(locator) for locator in case.gold) or "the key facts"
    gold = {locator.key for locator in case.gold}
    rank = next((n for n, key in enumerate(said.ranking, start=1) if key in gold), None)
    if gold:
        wanted += f" (found at {rank})" if rank else " (not found)"
    if said.outcome == "abstained":
        return "refused", f"abstains as {said.reason}, wanted {wanted}"
    if scores.get("first_citation_right", scores.get("key_fact_recall")) == 1:
        return None, ""
    remark = f"cites {cites}, wanted {wanted}"
    if not gold:
        return "lacks_facts", remark
    treaties = {locator.treaty for locator in (*case.gold, *case.also_ok)}
    if said.cited and said.cited[0][0] not in treaties:
        return "wrong_treaty", remark
    return ("not_chosen" if rank else "not_retrieved"), remark


def _retrieved(case: GoldCase, hit: Hit) -> Retrieved:
    key = (hit.treaty_id, hit.eid)
    judgement: Judgement = "other"
    if key in {locator.key for locator in case.gold}:
        judgement = "gold"
    elif key in {locator.key for locator in case.also_ok}:
        judgement = "also_ok"
    return Retrieved(hit.treaty_id, hit.eid, hit.label, round(hit.score, 4), hit.quote, judgement)


def _article(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> str:
    """The eId of the article that a citation is to; its own where that is not to be found."""
    parsed = treaties.get(citation.treaty_id)
    provision = parsed.by_eid.get(citation.eid) if parsed else None
    return parsed.article_of(provision).eid if parsed and provision else citation.eid


def is_text(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> bool:
    """Whether the quotation is, letter for letter, what stands at its place."""
    parsed = treaties.get(citation.treaty_id)
    text = parsed.treaty.text if parsed else None
    try:
        return measures.quote_is_text(citation.quote, text, citation.start, citation.end)
    except MissingEvidence:
        # A quotation of a treaty that is not held cannot be vouched for.
        return False


def is_placed(citation: Citation, treaties: Mapping[str, ParsedTreaty]) -> bool:
    """Whether the quotation stands inside the provision named, by its eId and in words."""
    parsed = treaties.get(citation.treaty_id)
    provision = parsed.by_eid.get(citation.eid) if parsed else None
    if parsed is None or provision is None or citation.label != label_of(parsed, provision):
        return False
    return measures.lies_within(citation.start, citation.end, provision.start, provision.end)


def place_name(citation: Citation) -> str:
    """The place that a citation names: "orrin/art_4"."""
    return f"{citation.treaty_id}/{citation.eid}"
