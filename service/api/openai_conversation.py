"""The conversation of a list of messages: what is asked, and what was spoken of before.

OpenAI's clients send the whole conversation with each question and nothing of it is kept here. What a follow-up leans
on is worked out anew: the user's earlier questions are answered again, which the same index answers as it did before.
What the client says was answered is not read; it may come from anywhere.
"""

from collections.abc import Callable, Sequence

from service.api.catalogue import ServedIndex
from service.api.openai_records import ChatMessage
from service.api.services import Services
from service.conversation import turn_of
from service.errors import QuestionEmpty, QuestionTooLong
from service.models import Answer, Conversation, Question, Turn
from service.store import new_conversation_id

# A follow-up leans on the last question that found something and on one before that; a further few leave room to
# return to a subject and for questions that found nothing. Each costs as much as the question itself.
EARLIER_QUESTIONS = 6


def answer_messages(
    messages: Sequence[ChatMessage],
    treaties: tuple[str, ...],
    services: Services,
    index: ServedIndex,
    before_each: Callable[[], None],
) -> Answer:
    """The answer to the user's last message, from these treaties (none named: all).

    ``before_each`` is called before each question that is answered on the way, and ends the work by raising.
    Raises QuestionEmpty and QuestionTooLong for the last message.
    """
    *earlier, question = [message.text for message in messages if message.role == "user"]
    turns: list[Turn] = []
    conversation = Conversation(new_conversation_id())
    for text in earlier[-EARLIER_QUESTIONS:]:
        before_each()
        try:
            answer = services.answer_question(Question(text, treaties), conversation, index)
        except (QuestionEmpty, QuestionTooLong):
            continue  # it was refused when it was asked, and is no part of the conversation
        turns.append(turn_of(text, answer, index.treaties))
        conversation = Conversation(conversation.id, tuple(turns))
    before_each()
    return services.answer_question(Question(question, treaties), conversation, index)
