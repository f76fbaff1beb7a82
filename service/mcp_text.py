"""What the tools for language models give, as text to read: quotations, where each stands, and a link to it."""

from collections.abc import Sequence

from service.api.records import AnswerRecord, CitationRecord, ProvisionRecord, TreatySummary
from service.mcp_records import FoundArticle


def answer_as_text(answer: AnswerRecord, base_url: str | None) -> str:
    """The answer, what it quotes, what stands beside it, and how to ask on."""
    parts = [answer.answer]
    if answer.status == "abstained":
        parts.insert(0, f"No answer ({answer.reason}).")
    elif answer.reason:
        parts.insert(0, f"Answered, but: {answer.reason}.")
    parts += [f"[{one.number}] {_quoted(one, base_url)}" for one in answer.citations]
    if answer.related:
        heading = "See also" if answer.status == "answered" else "Nearest provisions, which may not answer"
        parts.append("\n".join((f"{heading}:", *(f"- {_named(one, base_url)}" for one in answer.related))))
    parts.append(f"conversation_id: {answer.conversation_id}")
    return "\n\n".join(parts)


def hits_as_text(found: Sequence[FoundArticle], base_url: str | None) -> str:
    """The articles found, each with its best stretch."""
    if not found:
        return "No article was found for these words."
    return "\n\n".join(
        f"{place}. {one.citation}{_status(one.text_status)}: {_where(one.treaty_id, one.eid, one.url, base_url)}\n"
        f"“{one.quote}”"
        for place, one in enumerate(found, start=1)
    )


def provision_as_text(provision: ProvisionRecord, base_url: str | None) -> str:
    """The provision's own words under its name."""
    page = f", page {provision.page}" if provision.page else ""
    where = _where(provision.treaty_id, provision.eid, provision.url, base_url)
    return f"{provision.citation}{page}{_status(provision.text_status)}\n{where}\n\n{provision.text}"


def treaties_as_text(treaties: Sequence[TreatySummary], total: int, offset: int, base_url: str | None) -> str:
    """A line for each treaty: id, title, other names, articles."""
    if not treaties:
        return f"No treaty to list here; {total:,} fit." if total else "No treaty held has these words in its name."
    lines = [f"{total:,} treaties; {offset + 1:,} to {offset + len(treaties):,} of them, as id: title"]
    for one in treaties:
        aliases = f" ({'; '.join(one.aliases)})" if one.aliases else ""
        link = f" {base_url}{one.url}" if base_url else ""
        lines.append(f"- {one.id}: {one.title}{aliases}, {one.articles} articles{_status(one.text_status)}{link}")
    return "\n".join(lines)


def _quoted(citation: CitationRecord, base_url: str | None) -> str:
    return f"{_named(citation, base_url)}\n“{citation.quote}”"


def _named(citation: CitationRecord, base_url: str | None) -> str:
    page = f", page {citation.source.page}" if citation.source.page else ""
    where = _where(citation.treaty_id, citation.eid, citation.url, base_url)
    return f"{citation.citation}{page}{_status(citation.text_status)}: {where}"


def _where(treaty_id: str, eid: str, url: str, base_url: str | None) -> str:
    """What ``get_provision`` takes, and the link where it leads anywhere."""
    ids = f"treaty {treaty_id}, eid {eid}"
    return f"{base_url}{url} ({ids})" if base_url else ids


def _status(text_status: str) -> str:
    return "" if text_status == "authentic" else f" (text: {text_status})"
