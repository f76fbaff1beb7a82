"""A server that speaks OpenAI's chat protocol on this machine and says what a test tells it to."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

# Words that tell by which of llama-index's prompts the model is asked.
PROMPTS = {
    "faithfulness": "is supported by the context",
    "correctness": "## Generated Answer",
    "key_fact_recall_judged": "based on the guidelines below",
}


@dataclass(frozen=True)
class Late:
    """A reply that comes after so many seconds."""

    seconds: float
    reply: "Reply"


# The text of a message (None: a message without text), or a whole HTTP response.
Reply = str | None | Response | Late


@dataclass(frozen=True)
class Asked:
    """One request: which measure it is for, what stood in its header and body."""

    measure: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """All messages, one after the other."""
        return "\n".join(message["content"] for message in self.body["messages"])


@dataclass
class FakeLlm:
    """What the server says, and what it was asked.

    ``replies`` holds for each measure a reply, or a mapping from words of the prompt to replies, of which
    the first whose words occur is given.
    """

    url: str
    replies: dict[str, Reply | Mapping[str, Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Handles a request to ``/v1/chat/completions``."""
        body = await request.json()
        prompt = "\n".join(message["content"] for message in body["messages"])
        measure = next(name for name, words in PROMPTS.items() if words in prompt)
        self.asked.append(Asked(measure, dict(request.headers), body))
        reply = self.replies[measure]
        if isinstance(reply, Mapping):
            reply = next(said for words, said in reply.items() if words in prompt)
        if isinstance(reply, Late):
            await asyncio.sleep(reply.seconds)
            reply = reply.reply
        return reply if isinstance(reply, Response) else _completion(body["model"], reply)


def _completion(model: str, text: str | None) -> Response:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return JSONResponse(
        {"id": "c1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice], "usage": usage}
    )


@contextmanager
def serve_fake_llm() -> Iterator[FakeLlm]:
    """Serves a fake while the block runs."""
    app = FastAPI()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fake = FakeLlm(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        app.add_api_route("/v1/chat/completions", fake.answer, methods=["POST"], response_model=None)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield fake
        finally:
            server.should_exit = True
            thread.join()
