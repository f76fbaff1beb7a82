"""Structured JSON in the shape of the open-treaties collection: articles with Chinese numerals, two languages.

{"treaty_en": …, "preamble_en": …, "articles": [{"article": "八之二", "title_en": …, "content_en": …}]}
"""

import json
import re
from typing import Any

from ingest.errors import EmptyDocument, UnreadableDocument
from ingest.numbers import chinese_value, print_number, read_number
from ingest.sources.document import Document, Line, assemble

_SHAPE = 'It must be an object with a list "articles" of objects with "article" and "content_en" or "content_zh".'
# Scraping glued lines together: "(a)killing members;(b)causing harm" and "DETERMINEDto save". A blank is
# set before a point that follows a semicolon, colon or comma directly; no letter is changed.
_GLUED_POINT = re.compile(r"(?<=[;:,.])(?=\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s?[a-zA-Z“\"])")


def read_open_treaties(text: str, name: str, language: str = "en") -> Document:
    """The document of one open-treaties JSON file, in English unless only Chinese is asked for.

    Raises UnreadableDocument when the JSON is broken (with line and column) or of another shape.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(
            name,
            f"the JSON is broken at line {error.lineno}, column {error.colno}: {error.msg}.",
            "Get the file again, or mend that place.",
        ) from error
    except (RecursionError, ValueError) as error:
        # Nested beyond any use, or a number of thousands of digits.
        raise UnreadableDocument(name, "the JSON is not of a shape that Pacta knows.", _SHAPE) from error
    articles = data.get("articles") if isinstance(data, dict) else None
    if not isinstance(articles, list) or not articles:
        raise UnreadableDocument(name, "the JSON is not of a shape that Pacta knows.", _SHAPE)
    suffix = "zh" if language == "zh" else "en"
    lines: list[Line] = []
    title = _text(data, f"treaty_{suffix}") or _text(data, "treaty")
    if title:
        lines += [Line(title, heading=True), Line("")]
    if preamble := _text(data, f"preamble_{suffix}"):
        lines += _paragraphs(preamble)
    oddities: list[str] = []
    seen: set[str] = set()
    told = False
    for position, article in enumerate(articles, start=1):
        if not isinstance(article, dict) or not str(article.get("article") or "").strip():
            raise UnreadableDocument(name, f'article {position} of the list has no "article".', _SHAPE)
        printed = str(article["article"]).strip()
        if printed in seen:
            oddities.append(f"article {printed} is given twice")
        seen.add(printed)
        content = _text(article, f"content_{suffix}")
        if not content:
            oddities.append(f"article {printed} has no text in this language and was left out")
            continue
        told = True
        lines += [Line(""), Line(_heading(printed, suffix), heading=True)]
        if heading := _text(article, f"title_{suffix}"):
            lines.append(Line(" ".join(heading.split()), heading=True))
        lines += _paragraphs(content)
    if not told:
        raise EmptyDocument(name, f'no article has a text in "content_{suffix}".', "Give a file that has the texts.")
    return assemble(lines, "open-treaties", title=title, language=suffix, oddities=oddities)


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value.strip() if isinstance(value, str) else ""


def _heading(printed: str, suffix: str) -> str:
    if suffix == "zh":
        number, inserted, suffix = printed.partition("之")
        return f"第{number}條{inserted}{suffix}" if chinese_value(number) is not None else printed
    readings = read_number(printed)
    if not readings:
        return f"Article {printed}"
    return f"Article {print_number(readings[0])}"


def _paragraphs(content: str) -> list[Line]:
    lines: list[Line] = []
    for raw in content.splitlines():
        for piece in _GLUED_POINT.sub("\n", raw).split("\n"):
            lines.append(Line(piece))
    return lines
