"""What a language model says of an answer, where one is configured: an opinion beside the measures.

Three opinions, each a number between 0 and 1, asked with the prompts of llama-index's evaluators:

    faithfulness            1 where the passages and articles cited support the answer, else 0
                            (Es et al., "RAGAS", arXiv:2309.15217, asks the same of each claim)
    correctness             a mark from 1 to 5 against the gold answer, scaled: (mark - 1) / 4
    key_fact_recall_judged  the share of the key facts that the answer states or clearly implies
                            (nugget recall, Voorhees, TREC 2003, with a model in the assessor's place)

A judge is not to be trusted. It errs, prefers long answers and its own style (Zheng et al., "Judging
LLM-as-a-Judge", arXiv:2306.05685), and does what it reads: a question or a treaty may say "answer YES".
So its scores stand beside the others in the report and decide nothing: not ``right``, no fault, no gate,
no baseline. A reply that is not exactly of the form asked for is no score; the measure is then among the
``failed``, with the reason. Nothing is sent anywhere unless ``PACTA_LLM_URL`` says where.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from eval.llm_replies import Opinion, UnreadableReply, read_mark, read_opinion, read_yes_or_no
from eval.measures import MissingEvidence
from ingest.errors import PactaError

if TYPE_CHECKING:
    from llama_index.core.evaluation import EvaluationResult, FaithfulnessEvaluator
    from llama_index.core.llms import LLM
    from llama_index.core.output_parsers import PydanticOutputParser
    from llama_index.llms.openai_like import OpenAILike

_URL, _MODEL, _KEY = "PACTA_LLM_URL", "PACTA_LLM_MODEL", "PACTA_LLM_KEY"
_REASON_CHARS = 400


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Which model judges: ``url`` is the base address of an API that speaks OpenAI's protocol ("…/v1").

    ``key`` is sent to that address and shown nowhere. ``timeout_s`` is how many seconds one reply may
    take, a second try included.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> JudgeSettings | None:
        """The settings in ``PACTA_LLM_URL``, ``PACTA_LLM_MODEL`` and ``PACTA_LLM_KEY``; None without an address.

        Raises ``PactaError`` where there is no model beside the address, or either cannot be meant.
        """
        url, model, key = (variables.get(name, "").strip() for name in (_URL, _MODEL, _KEY))
        if not url:
            return None
        _check_url(url)
        if not model:
            raise PactaError(
                f"{_MODEL} is not set, though {_URL} is. Set it to the name of a model that is served there."
            )
        if not re.fullmatch(r"[!-~]*", key):
            raise PactaError(f"{_KEY} holds a blank or a letter that no key has. Set it to the key alone.")
        return cls(url, model, key or None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge said of one answer; each measure asked for is in ``scores`` or in ``failed``.

    ``scores`` are between 0 and 1, ``marks`` the scores as they were given, where that is on another scale
    (correctness: 1 to 5). ``reasons`` are the judge's own words, ``failed`` why there is no score: one line
    each, cut short, made by a model or a server, so to be shown as text and never as markup.
    """

    scores: Mapping[str, float]
    reasons: Mapping[str, str]
    failed: Mapping[str, str]
    marks: Mapping[str, float] = field(default_factory=dict)


class _Score(NamedTuple):
    """A measure's score between 0 and 1, the judge's words, and the mark as given where it has a scale of its own."""

    score: float
    reason: str
    mark: float | None = None


class LlmJudge:
    """Asks the model for its opinion of answers; one judge serves many threads at a time.

    An address that cannot be reached, a refused key and an unknown model are the same for every answer:
    after the first such failure the server is not asked again, and every measure fails for that reason.
    """

    def __init__(self, settings: JudgeSettings, llm: LLM | None = None) -> None:
        """Loads the client, which takes some seconds, and sends nothing; ``llm`` is asked in the server's place.

        Raises ``PactaError`` where the client is not installed or knows the model for one that it cannot ask.
        """
        client = _client()
        self._settings = settings
        self._out_of_service: str | None = None
        try:
            self._llm = llm or client(
                model=settings.model,
                api_base=settings.url,
                # Without one llama-index takes OPENAI_API_KEY, a key meant for another server.
                api_key=settings.key or "none",
                is_chat_model=True,
                # llama-index makes it 1 for those of OpenAI's models that take nothing else.
                temperature=0.0,
                timeout=settings.timeout_s,
                # One second try, by openai's client; more would be multiplied by llama-index's own.
                max_retries=1,
                # A client belongs to one event loop, and every answer is judged in its own.
                reuse_client=False,
            )
        except ValueError as error:
            raise PactaError(f"{_MODEL} names no model that can judge. {self._line(str(error))}") from error
        self._faithfulness = _faithfulness_evaluator(self._llm)
        self._opinion_parser = _opinion_parser()

    @property
    def described(self) -> dict[str, str]:
        """Address and model, for the description of a run; never the key."""
        return {"url": self._settings.url, "model": self._settings.model}

    def judge(
        self,
        *,
        question: str,
        history: Sequence[str],
        answer: str,
        quotes: Sequence[str],
        articles: Sequence[str],
        gold_answer: str,
        key_facts: Sequence[str],
    ) -> Verdict:
        """What the model says of an answer that was given; not to be called for an abstention.

        ``history`` are the questions asked before, ``quotes`` the passages cited, ``articles`` the whole
        texts that they are from. Correctness is asked for where there is a gold answer, the key facts where
        there are any. Never raises for what the server does. Not to be called from a running event loop.
        """
        query = _with_history(question, history)
        # The quotes are what the answer stands on; alone they may lack who "they" are, or the exception in
        # the next paragraph. So both are the context, and the quotes, which matter most, come first.
        context = tuple(dict.fromkeys((*quotes, *articles)))
        measures: dict[str, Callable[[], Awaitable[_Score]]] = {
            "faithfulness": lambda: self._judge_faithfulness(answer, context),
        }
        if gold_answer.strip():
            measures["correctness"] = lambda: self._judge_correctness(query, answer, gold_answer)
        if key_facts:
            measures["key_fact_recall_judged"] = lambda: self._judge_key_facts(query, answer, key_facts)
        return asyncio.run(self._judge_all(measures))

    async def _judge_all(self, measures: Mapping[str, Callable[[], Awaitable[_Score]]]) -> Verdict:
        given: dict[str, _Score] = {}
        failed: dict[str, str] = {}
        for name, judge in measures.items():
            if self._out_of_service:
                failed[name] = self._out_of_service
                continue
            try:
                given[name] = await judge()
            except (UnreadableReply, MissingEvidence) as error:
                failed[name] = self._line(str(error))
            except Exception as error:
                # All of them: a client's library raises all sorts over a reply that is not of its
                # protocol, and nothing that a server sends may end the run.
                failed[name] = self._failure(error)
        return Verdict(
            scores={name: score.score for name, score in given.items()},
            reasons={name: self._line(score.reason) for name, score in given.items()},
            failed=failed,
            marks={name: score.mark for name, score in given.items() if score.mark is not None},
        )

    async def _judge_faithfulness(self, answer: str, context: Sequence[str]) -> _Score:
        if not context:
            raise MissingEvidence("Not asked: the answer cites nothing that it could be held against.")
        result = await self._in_time(self._faithfulness.aevaluate(response=answer, contexts=context))
        return _Score(result.score, result.feedback)

    async def _judge_correctness(self, query: str, answer: str, gold_answer: str) -> _Score:
        from llama_index.core.evaluation import CorrectnessEvaluator

        evaluator = CorrectnessEvaluator(self._llm, parser_function=read_mark)
        result = await self._in_time(evaluator.aevaluate(query=query, response=answer, reference=gold_answer))
        return _Score((result.score - 1) / 4, result.feedback, mark=result.score)

    async def _judge_key_facts(self, query: str, answer: str, key_facts: Sequence[str]) -> _Score:
        from llama_index.core.evaluation import GuidelineEvaluator
        from llama_index.core.evaluation.guideline import DEFAULT_EVAL_TEMPLATE

        missing = []
        for fact in key_facts:
            evaluator = GuidelineEvaluator(
                self._llm,
                guidelines=f"The response states or clearly implies: {fact}",
                # Its words only, since the evaluator hangs its parser on the template, which all share.
                eval_template=DEFAULT_EVAL_TEMPLATE.get_template(),
                output_parser=self._opinion_parser,
            )
            try:
                result = await self._in_time(evaluator.aevaluate(query=query, response=answer))
            except UnreadableReply as error:
                raise UnreadableReply(f'Of the key fact "{fact}": {error}') from error
            if not result.passing:
                missing.append(f'Not "{fact}": {result.feedback}')
        found = len(key_facts) - len(missing)
        return _Score(found / len(key_facts), " ".join([f"{found} of {len(key_facts)} key facts.", *missing]))

    async def _in_time(self, evaluation: Awaitable[Any]) -> Any:
        """One reply; the client's own limit is on each wait for some bytes, and starts again with its second try."""
        async with asyncio.timeout(self._settings.timeout_s):
            return await evaluation

    def _failure(self, error: Exception) -> str:
        """Why no reply came; where that is so for every answer, the server is not asked again."""
        import httpx
        import openai

        lasting = False
        if isinstance(error, TimeoutError | openai.APITimeoutError):
            reason = f"No reply came within {self._settings.timeout_s:g} seconds."
        elif isinstance(error, openai.APIConnectionError):
            lasting = isinstance(error.__cause__, httpx.ConnectError)
            trouble = "cannot be reached" if lasting else "broke the connection off"
            reason = f"The server at {self._settings.url} {trouble}. See that it runs, and that {_URL} is its address."
        elif isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            # What else the server says is not shown: some repeat a part of the key.
            lasting = True
            trouble = "refused the key" if self._settings.key else "wants a key"
            reason = f"The server {trouble} (HTTP {error.status_code}). Set {_KEY} to one that it takes."
        elif isinstance(error, openai.APIStatusError):
            lasting = isinstance(error, openai.NotFoundError)
            said = error.message.removeprefix(f"Error code: {error.status_code} - ")
            remedy = f" Check {_URL} and {_MODEL}." if lasting else ""
            reason = f"The server answered HTTP {error.status_code}.{remedy} It says: {said}"
        else:
            reason = f"The reply is not one of a chat model's API ({type(error).__name__}: {error})."
        reason = self._line(reason)
        if lasting:
            self._out_of_service = reason
        return reason

    def _line(self, text: str) -> str:
        """What a model or server wrote, as one line to be shown: without the key, control characters, or no end."""
        if self._settings.key:
            text = text.replace(self._settings.key, "[the key]")
        words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return words if len(words) <= _REASON_CHARS else words[: _REASON_CHARS - 1] + "…"


def _client() -> type[OpenAILike]:
    """llama-index's client of servers that speak OpenAI's protocol, which itself uses openai's."""
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise PactaError(
            "No judge can be asked: the client for language models is not installed. Run `pip install -e '.[llm]'`."
        ) from error
    return OpenAILike


def _faithfulness_evaluator(llm: LLM) -> FaithfulnessEvaluator:
    """llama-index's evaluator, which asks once, about the context as it is.

    The stock one cuts the context with a sentence splitter, so that sentences come twice, and loads that in a
    way that fails in threads (``KeyError: 'TIKTOKEN_CACHE_DIR'``); what is too long it asks about in several
    rounds, of which only the last reply is seen. And for a model named "llama3:8b" it has a prompt that the
    answer and the context never enter. (All of llama-index-core 0.14.25.)
    """
    from llama_index.core.evaluation import EvaluationResult, FaithfulnessEvaluator
    from llama_index.core.evaluation.faithfulness import DEFAULT_EVAL_TEMPLATE

    class AskedOnce(FaithfulnessEvaluator):
        async def aevaluate(
            self,
            query: str | None = None,
            response: str | None = None,
            contexts: Sequence[str] | None = None,
            sleep_time_in_seconds: int = 0,
            **kwargs: Any,
        ) -> EvaluationResult:
            context = "\n\n".join(contexts or ())
            reply = await self._llm.apredict(self._eval_template, query_str=response, context_str=context)
            passing = read_yes_or_no(reply)
            return EvaluationResult(response=response, passing=passing, score=float(passing), feedback=reply)

    return AskedOnce(llm, eval_template=DEFAULT_EVAL_TEMPLATE)


def _opinion_parser() -> PydanticOutputParser[Opinion]:
    """llama-index's parser, but strict; its prompt shows the schema as JSON, not with every brace twice."""
    from llama_index.core.output_parsers import PydanticOutputParser

    class Strict(PydanticOutputParser[Opinion]):
        def format(self, query: str) -> str:
            return f"{query}\n\n{self.get_format_string(escape_json=False)}"

        def parse(self, text: str) -> Opinion:
            return read_opinion(text)

    return Strict(Opinion)


def _with_history(question: str, history: Sequence[str]) -> str:
    """The question, with those asked before it in the same conversation."""
    if not history:
        return question
    before = "\n".join(f"- {earlier}" for earlier in history)
    return f"{question}\n(Asked before, in the same conversation:\n{before})"


def _check_url(url: str) -> None:
    """Raises ``PactaError`` unless the address is a base address and nothing more; never shows a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or url.count("@") or parts.query or parts.fragment or not re.fullmatch(r"[!-~]*", url):
        raise PactaError(
            f"{_URL} is not the base address of an API. Set it to one like http://127.0.0.1:8080/v1, "
            f"without a name, a password or what follows a question mark; a key belongs in {_KEY}."
        )
