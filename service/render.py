"""An answer as people read it on a terminal, and as Markdown."""

import textwrap

from service.models import Answer, Citation

_RELATED_WORDS = 60


def render_text(answer: Answer, width: int = 88) -> str:
    """An answer as plain text: the answer, then the sources of its numbers, then what stands beside it."""
    parts = [_paragraphs(answer.answer, width)]
    if answer.citations:
        parts.append("Sources\n" + "\n".join(_source(c, width) for c in answer.citations))
    if answer.related:
        heading = "See also" if answer.status == "answered" else "Nearest"
        parts.append(f"{heading}\n" + "\n".join(_beside(c, width) for c in answer.related))
    return "\n\n".join(parts)


def render_markdown(answer: Answer) -> str:
    """An answer as Markdown, with links to the permalinks of this service."""
    lines = [answer.answer]
    for citation in answer.citations:
        page = f", page {citation.source.page}" if citation.source.page else ""
        lines.append(f"[{citation.number}] [{citation.citation}]({citation.url}){page}")
    if answer.related:
        lines.append("See also: " + "; ".join(f"[{c.citation}]({c.url})" for c in answer.related))
    return "\n\n".join(lines)


def _paragraphs(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(block, width) for block in text.split("\n\n"))


def _source(citation: Citation, width: int) -> str:
    page = f", page {citation.source.page}" if citation.source.page else ""
    status = "" if citation.text_status == "authentic" else f" ({citation.text_status})"
    line = f"[{citation.number}] {citation.citation}{page}{status}"
    return textwrap.fill(line, width, initial_indent="  ", subsequent_indent="      ")


def _beside(citation: Citation, width: int) -> str:
    words = citation.quote.split()
    quote = " ".join(words[:_RELATED_WORDS]) + (" …" if len(words) > _RELATED_WORDS else "")
    name = textwrap.fill(citation.citation, width, initial_indent="  ", subsequent_indent="    ")
    return name + "\n" + textwrap.fill(f"“{quote}”", width, initial_indent="    ", subsequent_indent="    ")
