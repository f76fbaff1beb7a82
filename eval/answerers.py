"""Who is asked: the index on this machine, or a service at an address.

Both answer a question after the earlier ones of its case, each time from the beginning, so that a case
depends on no other and may be asked again.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import httpx

from ingest.errors import PactaError
from ingest.models import ParsedTreaty, Provision, Source, Treaty
from service.conversation import turn_of
from service.models import Answer, Citation, CitedSource, Conversation, Hit, Question
from service.settings import Settings

if TYPE_CHECKING:
    from ingest.index import Index

TIMEOUT_S = 120.0
# A service that says that it is busy is asked again, at most so often.
TRIES = 5
LONGEST_WAIT_S = 30.0
_BUSY = frozenset({429, 503})


class AnswererLost(PactaError):
    """Nobody is there to answer any more: the run stops, and may go on later."""


class AnswerRefused(PactaError):
    """One question was answered with an error; the other questions are asked all the same."""


class Answerer(Protocol):
    """What is evaluated; raises AnswererLost where no further question has any hope."""

    @property
    def index(self) -> str:
        """The id of the index that answers."""

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties held, to check quotations against."""

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """The answer to a question asked after others, which are asked first."""

    def search(self, question: str, history: Sequence[str], limit: int) -> Sequence[Hit]:
        """The articles found for a question in the place where ``answer`` is given it, best first."""


class Checker(Protocol):
    """What is evaluated on texts with claims; raises AnswererLost where no further text has any hope."""

    @property
    def index(self) -> str:
        """The id of the index that texts are checked against."""

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties held, to check quotations against."""

    def check(self, text: str) -> Mapping[str, Any]:
        """The document of ``pacta check --json`` on a text."""


@dataclass(frozen=True, slots=True)
class LocalAnswerer:
    """Answers from an index on this machine, through what every front end calls."""

    opened: "Index"
    settings: Settings

    @property
    def index(self) -> str:
        """The generation id."""
        return self.opened.generation

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties of the index."""
        return self.opened.treaties

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """``service.answer.answer_question`` on this index."""
        from service.answer import answer_question

        return answer_question(Question(question), self._after(history), self.opened, self.settings)

    def search(self, question: str, history: Sequence[str], limit: int) -> Sequence[Hit]:
        """``service.answer.search_articles`` on this index."""
        from service.answer import search_articles

        return search_articles(question, self.opened, self.settings, limit=limit, conversation=self._after(history))

    def check(self, text: str) -> Mapping[str, Any]:
        """``service.check.check.check_text`` on this index."""
        from service.check.check import check_text

        return check_text(text, self.opened).to_json()

    def _after(self, history: Sequence[str]) -> Conversation:
        from service.answer import answer_question

        conversation = Conversation("evaluation")
        for earlier in history:
            answer = answer_question(Question(earlier), conversation, self.opened, self.settings)
            turn = turn_of(earlier, answer, self.treaties)
            conversation = replace(conversation, turns=(*conversation.turns, turn))
        return conversation


class RemoteAnswerer:
    """Answers from a service at an address, over the same endpoints as any client.

    Conversations begun for a question are deleted again, so that the service does not keep the questions of
    an evaluation among those that people asked. Raises AnswererLost where the service cannot be reached.
    """

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(base_url=self.url, timeout=TIMEOUT_S, transport=transport)
        listed = self._ask("GET", "/v1/treaties")
        self.index: str = listed["index"]
        self.treaties: Mapping[str, ParsedTreaty] = _RemoteTreaties(self, [t["id"] for t in listed["treaties"]])

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def answer(self, question: str, history: Sequence[str]) -> Answer:
        """``POST /v1/chat``; ``timings_ms`` has the whole way there and back as ``round_trip`` too."""
        with self._after(history) as conversation:
            started = perf_counter()
            answer = self._chat(question, conversation)
            elapsed = (perf_counter() - started) * 1000
        return answer.with_timings(round_trip=round(elapsed, 2))

    def search(self, question: str, history: Sequence[str], limit: int) -> Sequence[Hit]:
        """``POST /v1/search``; hits come without offsets."""
        with self._after(history) as conversation:
            asked: dict[str, Any] = {"query": question, "limit": limit}
            if conversation:
                asked["conversation_id"] = conversation[0]
            found = self._ask("POST", "/v1/search", asked)["results"]
        return [Hit(r["treaty_id"], r["eid"], r["label"], r["score"], 0, 0, r["quote"]) for r in found]

    def check(self, text: str) -> Mapping[str, Any]:
        """``POST /v1/check``; ``timings_ms`` has the whole way there and back as ``round_trip`` too."""
        started = perf_counter()
        document = self._ask("POST", "/v1/check", {"text": text})
        elapsed = (perf_counter() - started) * 1000
        self._same_index(document["index"])
        return {**document, "timings_ms": {**document["timings_ms"], "round_trip": round(elapsed, 2)}}

    def fetch_treaty(self, treaty_id: str) -> ParsedTreaty:
        """A treaty with text and provisions; a text that is not what its checksum says is refused."""
        path = f"/v1/treaties/{quote(treaty_id, safe='')}"
        described, served = self._ask("GET", path), self._ask("GET", f"{path}/text")
        text: str = served["text"]
        if sha256(text.encode()).hexdigest() != served["sha256"]:
            raise AnswererLost(f"{self.url}{path}/text: the text does not match its sha256. Look at the service.")
        source = described["source"]
        return ParsedTreaty(
            Treaty(
                id=treaty_id,
                title=described["title"],
                text=text,
                source=Source(source["uri"], source["sha256"], source["format"], tuple(source["pages"])),
                aliases=tuple(described["aliases"]),
                language=described["language"],
                text_status=described["text_status"],
            ),
            tuple(_read_provision(provision) for provision in described["provisions"]),
        )

    @contextmanager
    def _after(self, history: Sequence[str]) -> Iterator[list[str]]:
        """A conversation in which the earlier questions were asked: its id, or nothing so far."""
        conversation: list[str] = []
        try:
            for earlier in history:
                self._chat(earlier, conversation)
            yield conversation
        finally:
            for begun in conversation:
                self._ask("DELETE", f"/v1/conversations/{begun}")

    def _chat(self, question: str, conversation: list[str]) -> Answer:
        asked = {"question": question}
        if conversation:
            asked["conversation_id"] = conversation[0]
        document = self._ask("POST", "/v1/chat", asked)
        if not conversation:
            conversation.append(document["conversation_id"])
        answer = read_answer(document)
        self._same_index(answer.index)
        return answer

    def _same_index(self, index: str) -> None:
        if index != self.index:
            raise AnswererLost(
                f"{self.url} went over to another index ({index}) during the run, which was begun on "
                f"{self.index}. Run it again."
            )

    def _ask(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                response = self._client.request(method, path, json=document)
            except httpx.InvalidURL as error:
                raise AnswererLost(f"{self.url}: {error}. Write an address such as http://127.0.0.1:8000.") from error
            except httpx.TransportError as error:
                raise AnswererLost(
                    f"{self.url}{path}: {str(error) or type(error).__name__}. Start the service there (pacta serve), "
                    "or give another address with --url."
                ) from error
            if response.status_code not in _BUSY or not tries_left:
                break
            time.sleep(_pause(response))
        if response.is_success:
            return _document(response, self.url) if response.content else None
        refused = f"{self.url}{path}: {response.status_code}, {_reason(response)}"
        if method == "GET" or response.status_code in (401, 403):
            # Without the treaties nothing can be checked, without a key nothing be asked.
            raise AnswererLost(f"{refused} Look at the service and its log.")
        raise AnswerRefused(refused)


class _RemoteTreaties(Mapping[str, ParsedTreaty]):
    """The treaties of a service, each fetched when it is first looked at."""

    def __init__(self, answerer: RemoteAnswerer, ids: Sequence[str]) -> None:
        self._answerer = answerer
        self._fetched: dict[str, ParsedTreaty | None] = dict.fromkeys(ids)
        self._lock = threading.Lock()

    def __getitem__(self, treaty_id: str) -> ParsedTreaty:
        with self._lock:
            parsed = self._fetched[treaty_id]
            if parsed is None:
                parsed = self._fetched[treaty_id] = self._answerer.fetch_treaty(treaty_id)
            return parsed

    def __contains__(self, treaty_id: object) -> bool:
        return treaty_id in self._fetched

    def __iter__(self) -> Iterator[str]:
        return iter(self._fetched)

    def __len__(self) -> int:
        return len(self._fetched)


def read_answer(document: Mapping[str, Any]) -> Answer:
    """The Answer of the contract from its JSON; raises KeyError for a field that is missing."""
    fields = {name: document[name] for name in Answer.__dataclass_fields__}
    for name in ("citations", "related"):
        fields[name] = tuple(read_citation(citation) for citation in fields[name])
    return Answer(**fields)


def read_citation(document: Mapping[str, Any]) -> Citation:
    """The Citation of the contract from its JSON; raises KeyError for a field that is missing."""
    fields = {name: document[name] for name in Citation.__dataclass_fields__}
    return Citation(**{**fields, "source": CitedSource(**fields["source"])})


def _read_provision(described: Mapping[str, Any]) -> Provision:
    names = ("eid", "kind", "number", "heading", "start", "end", "parent", "label")
    return Provision(**{name: described[name] for name in names}, normalised_number=None, body_start=described["start"])


def _pause(response: httpx.Response) -> float:
    """How long a busy service asks to wait, in seconds."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked) if asked.isdecimal() else 1.0, LONGEST_WAIT_S)


def _document(response: httpx.Response, url: str) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise AnswererLost(f"{url}: what answers there is no Pacta service. Give its address with --url.") from error


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.reason_phrase}."
