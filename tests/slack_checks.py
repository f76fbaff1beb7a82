"""What is wrong with a piece of Slack's JSON, found out field by field and told as Slack tells it."""

from collections.abc import Iterator, Sequence
from typing import Any

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


class Findings:
    """The problems found so far; each says what is wrong and where, as a JSON pointer."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Keeps one more problem."""
        self.problems.append(f"{what} [json-pointer:{where}]")

    def fields(self, value: Any, where: str, required: str, optional: str = "") -> bool:
        """Whether a value is an object; its missing and its unknown fields are problems."""
        if not isinstance(value, dict):
            self.add(where, "must provide an object")
            return False
        for name in required.split():
            if name not in value:
                self.add(where, f"missing required field: {name}")
        for name in value.keys() - {"type", *required.split(), *optional.split()}:
            self.add(where, f"invalid additional property: {name}")
        return True

    def string(self, value: Any, where: str, longest: int | None, *, shortest: int = 1) -> None:
        """A string between two lengths, in characters."""
        if not isinstance(value, str):
            self.add(where, "must provide a string")
        elif len(value) < shortest:
            self.add(where, f"must be more than {shortest - 1} characters")
        elif longest is not None and len(value) > longest:
            self.add(where, f"must be less than {longest + 1} characters")

    def strings(self, value: dict[str, Any], where: str, /, **longest: int | None) -> None:
        """Those of these fields that are there are strings of at most this length."""
        for name, most in longest.items():
            if name in value:
                self.string(value[name], f"{where}/{name}", most)

    def text(self, value: Any, where: str, longest: int, kinds: Sequence[str] = ANY_TEXT) -> None:
        """A text object."""
        if not self.fields(value, where, "text", "emoji verbatim"):
            return
        kind = value.get("type")
        if kind not in kinds:
            self.add(f"{where}/type", f"must be one of: {', '.join(kinds)}")
        if kind == "plain_text" and "verbatim" in value:
            self.add(where, "invalid additional property: verbatim")
        if kind == "mrkdwn" and "emoji" in value:
            self.add(where, "invalid additional property: emoji")
        if "text" in value:
            self.string(value["text"], f"{where}/text", longest)

    def texts(self, value: dict[str, Any], where: str, kinds: Sequence[str] = ANY_TEXT, /, **longest: int) -> None:
        """Those of these fields that are there are text objects of at most this length."""
        for name, most in longest.items():
            if name in value:
                self.text(value[name], f"{where}/{name}", most, kinds)

    def items(self, value: Any, where: str, most: int | None, *, fewest: int = 1) -> Iterator[tuple[str, Any]]:
        """Each item of an array with the place where it stands; too many and too few are a problem."""
        if not isinstance(value, list):
            self.add(where, "must provide an array")
            return
        if len(value) < fewest:
            self.add(where, f"no fewer than {fewest} items allowed")
        if most is not None and len(value) > most:
            self.add(where, f"no more than {most} items allowed")
        for number, item in enumerate(value):
            yield f"{where}/{number}", item
