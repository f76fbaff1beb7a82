"""The canary: a question from the index itself, which must be answered before anybody else's is let in."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from service.api.catalogue import ServedIndex
from service.api.services import AnswerQuestion, SearchArticles
from service.errors import NotReady
from service.models import Conversation, Question
from service.settings import Settings

log = logging.getLogger(__name__)

# Probes come every few seconds, from several sides; so long the last answer holds.
HOLDS_SECONDS = 10.0


class Canary:
    """Asks an index what its own catalogue proposes to ask; safe in any number of threads."""

    def __init__(
        self,
        answer: AnswerQuestion,
        search: SearchArticles,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answer = answer
        self._search = search
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._last: tuple[str, float, NotReady | None] = ("", 0.0, None)

    def check(self, index: ServedIndex, questions: Sequence[str]) -> None:
        """Raises NotReady unless one of the questions is answered; an index without any has nothing to answer."""
        with self._lock:
            generation, asked_at, problem = self._last
            if generation != index.generation or self._clock() - asked_at >= HOLDS_SECONDS:
                problem = self._ask(index, questions)
                self._last = (index.generation, self._clock(), problem)
        if problem is not None:
            raise problem.with_traceback(None)

    def _ask(self, index: ServedIndex, questions: Sequence[str]) -> NotReady | None:
        try:
            for question in questions:
                # An article that is named is answered from the text; the search proves that the engines work too.
                found = self._search(question, index, self._settings, limit=1)
                answer = self._answer(Question(question), Conversation("canary"), index, self._settings)
                if found and answer.status == "answered":
                    return None
        except Exception as error:
            log.exception("The canary could not be asked.")
            return NotReady(index.generation, f"a question taken from it failed ({type(error).__name__})")
        return NotReady(index.generation, "no question taken from it is answered") if questions else None
