"""Replies of a judge model, read strictly: whatever is not exactly of the form asked for is no verdict."""

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_YES_OR_NO = re.compile(r"[\s*\"'“]*(yes|no)(?=[.,:;!*\"'”]|\s*(?:\n|\Z))", re.IGNORECASE)
_MARK = re.compile(r"\s*([1-5](?:\.[0-9]+)?)[ \t\r]*(?:\n|\Z)")
_FENCE = re.compile(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", re.DOTALL)


class UnreadableReply(ValueError):
    """The judge did not answer in the form asked for; the message says which that is, and what came."""


def read_yes_or_no(reply: str) -> bool:
    """Whether a reply begins with YES, as a word of its own, rather than NO.

    llama-index takes any reply that contains "yes" for one ("eyes", "not YES"). Here both words in one
    reply, "Yes and no", "No doubt" and everything else raise ``UnreadableReply``.
    """
    first = _YES_OR_NO.match(reply)
    if not first or len({first[1].upper(), *re.findall(r"\b(?:YES|NO)\b", reply)}) > 1:
        raise UnreadableReply(f'The reply does not say either YES or NO: "{reply}"')
    return first[1].upper() == "YES"


def read_mark(reply: str) -> tuple[float, str]:
    """The mark from 1 to 5 that stands alone on a reply's first line, and the words after it.

    llama-index raises on a reply of one line and takes 99 for a mark; here whatever is no such mark raises
    ``UnreadableReply``.
    """
    first = _MARK.match(reply)
    if not first or float(first[1]) > 5:
        raise UnreadableReply(f'The reply does not begin with a mark from 1 to 5 on its own line: "{reply}"')
    return float(first[1]), reply[first.end() :].strip()


class Opinion(BaseModel):
    """The reply to a guideline: a JSON object and nothing else, where ``passing`` is true or false, not "yes"."""

    model_config = ConfigDict(strict=True)

    passing: bool = Field(description="Whether the response passes the guidelines.")
    feedback: str = Field(description="The feedback for the response based on the guidelines.")


def read_opinion(reply: str) -> Opinion:
    """The JSON object that a reply consists of, in a code fence or bare; else raises ``UnreadableReply``."""
    fenced = _FENCE.fullmatch(reply)
    try:
        return Opinion.model_validate_json(fenced[1] if fenced else reply)
    except ValidationError as error:
        form = '{"passing": true or false, "feedback": "…"}'
        raise UnreadableReply(f'The reply is not of the form {form}: "{reply}"') from error
