"""The fields of a gold case, read with faults that say what to write instead."""

import re
from collections.abc import Iterator
from typing import Any


class CaseFault(Exception):
    """One thing wrong with one case: the field, what is wrong, what to write instead."""


def text_of(raw: dict[str, Any], field: str, *, required: bool = True) -> str:
    """A text without the blanks around it, empty where it is missing and not ``required``; raises CaseFault."""
    value = raw.get(field)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise CaseFault(f"{field} is {what_it_is(value)}. Write a text in quotation marks.")
    if (required or value.strip()) and not re.search(r"\w", value):
        raise CaseFault(f"{field} has no words. Write it out.")
    return value.strip()


def list_of(raw: dict[str, Any], field: str, *, required: bool) -> list[Any]:
    """A list, empty where it is missing and not ``required``; raises CaseFault."""
    value = raw.get(field)
    if value is None and not required:
        return []
    if not isinstance(value, list):
        raise CaseFault(f"{field} is {what_it_is(value)}. Write a list in square brackets.")
    return value


def texts_of(raw: dict[str, Any], field: str, *, required: bool) -> Iterator[str]:
    """A list of texts; raises CaseFault."""
    for place, value in enumerate(list_of(raw, field, required=required)):
        yield text_of({f"{field}[{place}]": value}, f"{field}[{place}]")


def what_it_is(value: object) -> str:
    """What stands in the place of the right thing, in words."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"
