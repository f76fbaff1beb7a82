"""Citations: from a stretch of a treaty to the record that names and quotes it."""

import re
from urllib.parse import quote as percent_encoded

from ingest.models import ParsedTreaty, Provision
from ingest.passages import short_title
from service.models import Citation, CitedSource
from service.spans import Extract

_MAX_LABEL_PARTS = 4


def permalink(treaty_id: str, eid: str | None = None) -> str:
    """The path of the page on which a treaty is read, opened at a provision if one is given."""
    return "/".join(["/t", *(percent_encoded(part, safe="") for part in (treaty_id, eid) if part is not None)])


def cite(parsed: ParsedTreaty, extract: Extract, number: int) -> Citation:
    """The citation of a stretch, with the offsets of its exact words."""
    treaty, provision = parsed.treaty, extract.provision
    label = label_of(parsed, provision)
    return Citation(
        number=number,
        treaty_id=treaty.id,
        treaty_title=treaty.title,
        eid=provision.eid,
        label=label,
        citation=f"{treaty.title}, {label}",
        quote=treaty.text[extract.start : extract.end],
        start=extract.start,
        end=extract.end,
        url=permalink(treaty.id, provision.eid),
        text_status=treaty.text_status,
        source=CitedSource(treaty.source.uri, treaty.source.sha256, treaty.source.page_at(extract.start)),
    )


def on_one_line(quote: str) -> str:
    """A quotation as it stands in a sentence; its own words stay as they are."""
    return re.sub(r"\s*\n\s*", " ", quote)


def label_of(parsed: ParsedTreaty, provision: Provision) -> str:
    """The provision's name within its treaty: "Article 31, paragraph 3 (c)"; a chapeau is its paragraph's."""
    while provision.kind == "chapeau" and provision.parent is not None:
        provision = parsed.by_eid[provision.parent]
    if provision.kind == "final":
        return provision.label
    names: list[str] = []
    points = ""
    for around in (provision, *parsed.ancestors(provision)):
        if around.kind in ("part", "chapter", "section") and around is not provision:
            continue
        if around.kind == "point" and around.label.startswith("("):
            points = f" {around.label}{points}"
        else:
            names.append(around.label + points)
            points = ""
    return ", ".join(reversed(names[-_MAX_LABEL_PARTS:]))


# A title of more words is cut short in a sentence, where the treaty has a shorter name of several words.
_LONG_TITLE = 8


def short_name(parsed: ParsedTreaty) -> str:
    """How an answer speaks of a treaty: its title, or where that is long its first alias of several words.

    Every citation has the title in full beside it.
    """
    title = parsed.treaty.title
    if len(title.split()) <= _LONG_TITLE:
        return title
    return next((a for a in parsed.treaty.aliases if len(a) > 9 and (" " in a or "–" in a)), short_title(title))
