"""Everything that can go wrong while a question becomes an answer, one class a situation.

    PactaError                  base (ingest.errors); its message may be shown to a user as it is
    ├── QuestionEmpty           nothing was asked
    ├── QuestionTooLong         more was asked than an answer is looked for
    ├── TextEmpty               a text to be checked holds no words
    ├── TextTooLong             a text to be checked is longer than is checked at once
    ├── TextUnreadable          a file with a text to be checked cannot be read
    ├── ReportUnwritable        the page of a text that was checked cannot be written
    ├── UnknownConversation     a conversation was continued that is not kept
    ├── UnknownMessage          an answer was judged that is not kept
    ├── KeyRequired             a request without a key where one is needed
    ├── KeyUnknown              the key of a request was never made, or has been revoked
    ├── ScopeMissing            the key of a request is not for what was asked
    ├── KeysMissing             a service that others can reach would be open, since no key has been made
    ├── UnknownModel            OpenAI's interface was asked for a model that it does not have
    ├── UploadUnreadable        what was sent is no form with files, or did not come whole
    ├── UploadRefused           the files or facts sent are not what can be ingested
    ├── UnknownJob              there is no ingest job of that id, or it is another key's
    ├── StoreUnusable           the database of conversations cannot be opened, read or written
    ├── NoSuchKey               a key was to be revoked that there is not
    ├── AddressRefused          an open service was called under a name that is not its own
    ├── SettingWrong            an environment variable is not as it should be
    ├── SlackRefused            Slack cannot be reached, or does not take what it was given
    ├── RulesWrong              the file of rules for Slack is not as it should be
    ├── ThesaurusBroken         the thesaurus has a line of another form
    ├── NotReady                an index is open, but does not answer
    ├── ComeBackLater           nothing is wrong with the request but its time
    │   ├── ServiceBusy         more is asked at once than can be answered
    │   ├── JobQueueFull        as many uploads wait as are taken
    │   ├── OutOfTime           an answer took longer than an answer may take
    │   └── TooManyQuestions    one asker has used up what is taken in a while
    └── AddressUnavailable      the service cannot listen where it was told to

Every message names the thing, the reason and the remedy, in that order.
"""

from collections.abc import Sequence
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


class TextEmpty(PactaError):
    """A text to be checked holds no words."""

    def __init__(self) -> None:
        super().__init__("The text is empty. Give the text of a report, an article or a speech to check.")


class TextTooLong(PactaError):
    """A text to be checked has more characters than ``service.check.models.MOST_CHARACTERS``."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"The text has {length:,} characters; at most {limit:,} are checked at once. Cut it and check its parts."
        )
        self.length = length
        self.limit = limit


class TextUnreadable(PactaError):
    """A text to be checked cannot be read: ``name`` is its file; ``reason`` says why, ``remedy`` what to do."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
        super().__init__(f"{shown}: {reason} {remedy}")
        self.name = name
        self.reason = reason
        self.remedy = remedy


class ReportUnwritable(PactaError):
    """The page of a text that was checked cannot be written to ``name``."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be written ({reason}). Give a file in a folder that you may write to.")
        self.name = name


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


class UnknownModel(PactaError):
    """The model is neither ``pacta`` nor ``pacta/`` and the id of a treaty that is held."""

    def __init__(self, model: str) -> None:
        super().__init__(f"There is no model {model!r}. GET /v1/models lists those there are; `pacta` is always one.")
        self.model = model


class KeyRequired(PactaError):
    """The service is not open, and the request carries no key."""

    def __init__(self) -> None:
        super().__init__(
            "This service needs a key. Send it as `Authorization: Bearer …`; whoever runs the service makes one with "
            "`pacta keys create`."
        )


class KeyUnknown(PactaError):
    """The key that a request carries is not one of the service's, or has been revoked."""

    def __init__(self) -> None:
        super().__init__(
            "The key is not known here: it was mistyped or has been revoked. Ask whoever runs the service for another."
        )


class ScopeMissing(PactaError):
    """The key that a request carries has not the scope that the address needs."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"The key lacks the scope {scope!r}, which this address needs. Whoever runs the service makes one with "
            f"`pacta keys create --scope {scope}`."
        )
        self.scope = scope


class KeysMissing(PactaError):
    """The service was to listen where others can reach it, and no key has been made."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Pacta will not answer at {address} without keys: whoever reaches it could read all treaties. Make a key "
            "first (`pacta keys create --name NAME`), or listen on 127.0.0.1 without PACTA_REQUIRE_KEYS."
        )
        self.address = address


class UploadUnreadable(PactaError):
    """The body of an upload is not a whole multipart form."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The upload could not be read: {reason}. Send multipart/form-data with each file in a field named "
            "files, as /docs shows it."
        )
        self.reason = reason


class UploadRefused(PactaError):
    """The files of an upload, or the facts with them, cannot be taken as they are."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}".strip())
        self.reason = reason
        self.remedy = remedy


class UnknownJob(PactaError):
    """No ingest job of the caller's has the id given."""

    def __init__(self, job_id: str) -> None:
        super().__init__(
            f"There is no ingest job {job_id!r}: it was forgotten, or never begun with your key. /v1/jobs lists "
            "those there are."
        )
        self.job_id = job_id


class StoreUnusable(PactaError):
    """The database of conversations is damaged, of a newer Pacta, cannot be reached, or cannot be written.

    ``name`` is its file, or what it is called without its password.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"The conversations in {name} cannot be used: {reason}. {remedy}")
        self.name = name
        self.reason = reason
        self.remedy = remedy


class NoSuchKey(PactaError):
    """No key has an id that begins as given, or more than one, which are ``found``."""

    def __init__(self, prefix: str, found: Sequence[str]) -> None:
        several = f"{len(found)} keys have an id that begins with {prefix!r}: {', '.join(found)}. Give more of it."
        none = f"There is no key {prefix!r}. `pacta keys list` shows the ids there are."
        super().__init__(several if found else none)
        self.prefix = prefix
        self.found = tuple(found)


class AddressRefused(PactaError):
    """A request to an open service came under a host name, or from a web page, that is not the service's own."""

    def __init__(self, host: str, origin: str | None) -> None:
        page = f" from a page of {origin}" if origin else ""
        super().__init__(
            f"The request to {host or 'no host'}{page} is refused: without keys the service answers at this machine's "
            "own address and at the one in PACTA_PUBLIC_URL. Start it with that set to where it is reached "
            "(https://treaties.example.org), or with keys (PACTA_REQUIRE_KEYS=1)."
        )
        self.host = host
        self.origin = origin


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


class SlackRefused(PactaError):
    """Slack does not take what it was given, or cannot be reached: ``what``; ``reason`` is what is said of it."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}. `pacta slack check` says what is missing and where it is had.")
        self.what = what
        self.reason = reason


class RulesWrong(PactaError):
    """The file of rules for Slack is not as it should be, at ``key`` in ``line``, where there is such a place."""

    def __init__(self, path: Path, line: int | None, key: str, reason: str, remedy: str) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {key + ' ' if key else ''}{reason}. {remedy}")
        self.path = path
        self.line = line
        self.key = key


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


class JobQueueFull(ComeBackLater):
    """As many uploads wait or are worked on as are taken at a time."""

    def __init__(self, jobs: int, retry_after: int) -> None:
        super().__init__(
            f"{jobs} uploads wait or are being worked on, and no more are taken. Send this again in {retry_after} "
            "seconds."
        )
        self.retry_after = retry_after


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
