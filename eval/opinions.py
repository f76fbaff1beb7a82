"""Asks a judge model about the answers of a run, where one is configured."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from eval.cases import GoldCase
from eval.errors import WrongUse
from eval.results import Judged
from eval.run import Opinion
from ingest.models import ParsedTreaty
from service.models import Answer

if TYPE_CHECKING:
    from eval.llm_judge import LlmJudge


def configured_judge() -> "LlmJudge":
    """The judge that the environment names; raises WrongUse where it names none, PactaError where it cannot be."""
    from eval.llm_judge import JudgeSettings, LlmJudge

    configured = JudgeSettings.from_environment(os.environ)
    if configured is None:
        raise WrongUse("--judge: no model is configured. Set PACTA_LLM_URL and PACTA_LLM_MODEL, or leave it out.")
    return LlmJudge(configured)


def opinion_of(judge: "LlmJudge", treaties: Mapping[str, ParsedTreaty]) -> Opinion:
    """What the judge says of an answer, given its quotations and the whole articles that they are from."""

    def opinion(case: GoldCase, answer: Answer) -> Judged:
        articles = []
        for citation in answer.citations:
            parsed = treaties.get(citation.treaty_id)
            if parsed and (provision := parsed.by_eid.get(citation.eid)):
                articles.append(parsed.text_of(parsed.article_of(provision)))
        verdict = judge.judge(
            question=case.question,
            history=case.history,
            answer=answer.answer,
            quotes=[citation.quote for citation in answer.citations],
            articles=list(dict.fromkeys(articles)),
            gold_answer=case.answer,
            key_facts=case.key_facts,
        )
        return Judged(dict(verdict.scores), dict(verdict.reasons), dict(verdict.failed))

    return opinion
