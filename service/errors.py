"""Everything that can go wrong while a question becomes an answer, one class a situation.

    PactaError                  base (ingest.errors); its message may be shown to a user as it is
    ├── QuestionEmpty           nothing was asked
    ├── QuestionTooLong         more was asked than an answer is looked for
    ├── UnknownConversation     a conversation was continued that is not kept
    ├── UnknownMessage          an answer was judged that is not kept
    ├── StoreUnusable           the file of conversations cannot be opened, read or written
    ├── ThesaurusBroken         the thesaurus has a line of another form
    ├── SettingWrong            an environment variable cannot be understood
    ├── NotReady                an index is open, but does not answer
    ├── ComeBackLater           nothing is wrong with the request but its time
    │   ├── ServiceBusy         more is asked at once than can be answered
    │   ├── OutOfTime           an answer took longer than an answer may take
    │   └── TooManyQuestions    one asker has used up what is taken in a while
    └── AddressUnavailable      the service cannot listen where it was told to

Every message names the thing, the reason and the remedy, in that order.
"""

from pathlib import Path

from ingest.errors import PactaError


class QuestionEmpty(PactaError):
    """The question holds nothing but white space."""

    def __init__(self) -> None:
        super().__init__("The question is empty. Ask about a treaty or one of its articles.")


class QuestionTooLong(PactaError):
    """The question has more characters than ``Settings.max_question_chars``."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"The question has {length:,} characters; at most {limit:,} are taken. "
            "Ask in fewer words, or ask several questions one after the other."
        )
        self.length = length
        self.limit = limit


class UnknownConversation(PactaError):
    """No conversation with the id given is kept: it was deleted, or never was."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"There is no conversation {conversation_id!r}: it was deleted or never begun. "
            "Leave conversation_id out to begin a new one."
        )
        self.conversation_id = conversation_id


class UnknownMessage(PactaError):
    """No answer with the message id given is kept: it was deleted with its conversation, or never was."""

    def __init__(self, message_id: str) -> None:
        super().__init__(
            f"There is no answer {message_id!r}: its conversation was deleted, or it was never given. "
            "Send the message_id of an answer to a question put through POST /v1/chat."
        )
        self.message_id = message_id


class StoreUnusable(PactaError):
    """The file of conversations is damaged, of a newer Pacta, or cannot be written."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"The conversations in {path} cannot be used: {reason}. {remedy}")
        self.path = path
        self.reason = reason
        self.remedy = remedy


class ThesaurusBroken(PactaError):
    """The thesaurus cannot be read, or its line ``line`` (from 1; 0 for the whole file) is not an entry."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {reason}. Correct the thesaurus, or install Pacta again.")
        self.path = path
        self.line = line
        self.reason = reason


class SettingWrong(PactaError):
    """An environment variable is not as it should be; ``reason`` says how it is and what is needed."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"The environment variable {variable} {reason}.")
        self.variable = variable


class NotReady(PactaError):
    """The index in use does not answer a question that it must be able to answer."""

    def __init__(self, generation: str, reason: str) -> None:
        super().__init__(
            f"Index {generation} is open, but does not answer: {reason}. "
            "Look at the log; `pacta index verify` checks the index, `pacta index rollback` goes back to the last one."
        )
        self.generation = generation


class ComeBackLater(PactaError):
    """What was asked is taken later; ``retry_after`` says in how many seconds."""

    retry_after = 1

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that say so."""
        return {"retry-after": str(self.retry_after)}


class ServiceBusy(ComeBackLater):
    """All places at the answering and in the queue before it are taken, or the wait took too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"More is asked at the moment than can be answered: {reason}. Ask again in a moment.")


class OutOfTime(ComeBackLater):
    """The answer was given up after ``seconds``, which is how long one may take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The answer was given up after {seconds:g} seconds, which is how long one may take here. "
            "Ask again, or ask less at a time."
        )


class TooManyQuestions(ComeBackLater):
    """``who`` has used up its ``limit`` requests of ``window``; some are taken again in ``retry_after`` seconds."""

    def __init__(self, who: str, limit: int, window: str, retry_after: int) -> None:
        super().__init__(
            f"{limit:,} requests per {window} are taken {who}, and those are used up. Wait {retry_after} s."
        )
        self.limit = limit
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """Retry-After, and the limit as RateLimit-Limit, -Remaining and -Reset (seconds)."""
        return {
            "retry-after": str(self.retry_after),
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(self.retry_after),
        }


class AddressUnavailable(PactaError):
    """The service cannot listen on the host and port it was given."""

    def __init__(self, host: str, port: int, reason: str, remedy: str) -> None:
        super().__init__(f"Pacta cannot listen on {host}, port {port}: {reason}. {remedy}")
        self.host = host
        self.port = port
