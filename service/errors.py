"""Everything that can go wrong while a question becomes an answer, one class a situation.

    PactaError                  base (ingest.errors); its message may be shown to a user as it is
    ├── QuestionEmpty           nothing was asked
    ├── QuestionTooLong         more was asked than an answer is looked for
    ├── UnknownConversation     a conversation was continued that is not kept
    ├── UnknownMessage          an answer was judged that is not kept
    ├── StoreUnusable           the database of conversations cannot be opened, read or written
    ├── UnknownKey              a key was to be revoked that there is not
    ├── SettingWrong            a setting has a value that it cannot have
    ├── ThesaurusBroken         the thesaurus has a line of another form
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
    """The database of conversations is damaged, of a newer Pacta, cannot be reached, or cannot be written.

    ``name`` is its file, or what it is called without its password.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"The conversations in {name} cannot be used: {reason}. {remedy}")
        self.name = name
        self.reason = reason
        self.remedy = remedy


class UnknownKey(PactaError):
    """No key has an id that begins as given, or more than one, which are ``found``."""

    def __init__(self, prefix: str, found: Sequence[str]) -> None:
        several = f"{len(found)} keys have an id that begins with {prefix!r}: {', '.join(found)}. Give more of it."
        none = f"There is no key {prefix!r}. `pacta keys list` shows the ids there are."
        super().__init__(several if found else none)
        self.prefix = prefix
        self.found = tuple(found)


class SettingWrong(PactaError):
    """An environment variable has a value that the setting cannot have."""

    def __init__(self, variable: str, value: str, remedy: str) -> None:
        super().__init__(f"{variable} is {value!r}, which it cannot be. {remedy}")
        self.variable = variable
        self.value = value


class ThesaurusBroken(PactaError):
    """The thesaurus cannot be read, or its line ``line`` (from 1; 0 for the whole file) is not an entry."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {reason}. Correct the thesaurus, or install Pacta again.")
        self.path = path
        self.line = line
        self.reason = reason


class AddressUnavailable(PactaError):
    """The service cannot listen on the host and port it was given."""

    def __init__(self, host: str, port: int, reason: str, remedy: str) -> None:
        super().__init__(f"Pacta cannot listen on {host}, port {port}: {reason}. {remedy}")
        self.host = host
        self.port = port
