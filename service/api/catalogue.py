"""What is said of the treaties held as a whole, worked out once for each index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self
from weakref import WeakKeyDictionary

from ingest.models import ParsedTreaty
from ingest.reference_graph import ReferenceGraph
from service.api.records import TreatySummary
from service.citations import permalink
from service.web.contents import example_questions


class ServedIndex(Protocol):
    """What the endpoints need of an open index."""

    @property
    def generation(self) -> str:
        """The id of the index."""

    @property
    def treaties(self) -> Mapping[str, ParsedTreaty]:
        """The treaties held, by id."""

    @property
    def references(self) -> ReferenceGraph:
        """What their provisions refer to."""

    @property
    def access(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of each treaty that has any, one of which a reader needs."""

    @property
    def problem(self) -> str | None:
        """What is not as it should be, though it answers; None when all is well."""

    def without(self, hidden: frozenset[str]) -> Self:
        """The index less some treaties."""

    def close(self) -> None:
        """Releases the files."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The treaties held, by title, and questions that can be put to them."""

    generation: str
    treaties: tuple[TreatySummary, ...]
    examples: tuple[str, ...]


class Catalogues:
    """The catalogue of each index in use, and of what its readers may see of it, made once."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[ServedIndex, Catalogue] = WeakKeyDictionary()

    def of(self, index: ServedIndex) -> Catalogue:
        """The catalogue of an index; two threads may make it at once, which does no harm."""
        catalogue = self._made.get(index)
        if catalogue is None:
            held = sorted(index.treaties.values(), key=lambda parsed: parsed.treaty.title)
            catalogue = self._made[index] = Catalogue(
                index.generation,
                tuple(summarise(parsed) for parsed in held),
                tuple(example_questions(index.treaties)),
            )
        return catalogue


def summarise(parsed: ParsedTreaty) -> TreatySummary:
    """A treaty as a line of the list; the date in its own words counts where none was given."""
    treaty, signed = parsed.treaty, parsed.fact("signed")
    return TreatySummary(
        id=treaty.id,
        title=treaty.title,
        aliases=list(treaty.aliases),
        language=treaty.language,
        text_status=treaty.text_status,
        signed=treaty.facts.signed or (str(signed.value) if signed else None),
        in_force=treaty.facts.in_force,
        articles=len(parsed.articles),
        url=permalink(treaty.id),
    )
