"""An answer in rows: each treaty's own article beside those of the others, each with its quotation.

Rows are paragraphs, not a table: quotations are long, and a terminal, Slack and a page each break lines elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.models import ParsedTreaty
from service import compose
from service.citations import cite, on_one_line, short_name
from service.models import Citation
from service.spans import Extract, without_number

# A row is read beside others, so what it quotes is shorter than an answer of its own would be.
GLANCE_WORDS = 55

# How sure a row is that a number in the question or a final clause read at ingestion tells.
TOLD = 0.97
NO_PROVISION = "no provision found"


@dataclass(frozen=True, slots=True)
class Row:
    """What one treaty says: ``extracts`` of it, best article first; none where it says nothing.

    ``name`` is that of a treaty not held, and ``note`` what is to be said of it.
    """

    treaty_id: str = ""
    extracts: tuple[Extract, ...] = ()
    confidence: float = 0.0
    name: str = ""
    note: str = NO_PROVISION


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under an opening sentence; ``more`` are further rows, which are only named."""

    opening: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...] = ()

    def citations(self, treaties: Mapping[str, ParsedTreaty]) -> list[Citation]:
        """The quotations of all rows, numbered in their order."""
        quoted = dict.fromkeys((row.treaty_id, extract) for row in self.rows for extract in row.extracts)
        return [
            cite(treaties[treaty_id], without_number(treaties[treaty_id], extract), number)
            for number, (treaty_id, extract) in enumerate(quoted, 1)
        ]

    def beside(self, treaties: Mapping[str, ParsedTreaty], most: int = 5) -> list[Citation]:
        """The quotations of the rows that are only named, as what stands beside an answer."""
        return [
            cite(treaties[row.treaty_id], row.extracts[0], number) for number, row in enumerate(self.more[:most], 1)
        ]

    def text(self, citations: Sequence[Citation], treaties: Mapping[str, ParsedTreaty]) -> str:
        """The answer in words; of ``citations`` those of a row are its treaty's."""
        paragraphs = [self.opening]
        for row in self.rows:
            own = [c for c in citations if c.treaty_id == row.treaty_id]
            paragraphs.append(_paragraph(row, own, treaties))
        if self.more:
            names = [short_name(treaties[row.treaty_id]) for row in self.more]
            paragraphs.append(f"And {len(names)} more: {'; '.join(names)}.")
        notes = [
            note for t in dict.fromkeys(c.treaty_id for c in citations) for note in compose.text_notes(treaties[t])
        ]
        return "\n\n".join([*paragraphs, *notes])

    @property
    def says_something(self) -> bool:
        """Whether any row quotes a treaty, or says of one that it is not held."""
        return any(row.extracts or row.name for row in self.rows)

    @property
    def confidence(self) -> float:
        """That of the row which is least sure."""
        return min((row.confidence for row in self.rows if row.extracts), default=0.0)


def _paragraph(row: Row, citations: Sequence[Citation], treaties: Mapping[str, ParsedTreaty]) -> str:
    """One row: the treaty, then each provision with its words."""
    name = short_name(treaties[row.treaty_id]) if row.treaty_id else row.name
    if not citations:
        return f"{name}: {row.note}."
    quoted = []
    last = ""
    for citation in citations:
        label = "" if citation.label == last else f"{citation.label}: "
        quoted.append(f"{label}“{on_one_line(citation.quote)}” [{citation.number}]")
        last = citation.label
    return f"{name}, {' '.join(quoted)}"


def in_order(parsed: ParsedTreaty, extracts: Sequence[Extract]) -> tuple[Extract, ...]:
    """Extracts of a treaty in the order of its text, none twice; sentences that follow one another are one."""
    joined: list[Extract] = []
    for extract in sorted(dict.fromkeys(extracts), key=lambda one: (one.start, one.end)):
        last = joined[-1] if joined else None
        if (
            last
            and last.provision.eid == extract.provision.eid
            and not parsed.treaty.text[last.end : extract.start].strip()
        ):
            joined[-1] = replace(last, end=max(last.end, extract.end))
        else:
            joined.append(extract)
    return tuple(joined)
