"""Well-known treaties: the names people use for them, and facts; catalogue.yaml holds them.

A treaty that is held is recognised by more names than its manifest gives; one that is not held is recognised
too, so that an answer can say so instead of quoting another treaty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from ingest.names import words_of

_PATH = Path(__file__).parent / "catalogue.yaml"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One well-known treaty; dates are ISO 8601, unknown is None."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    parties: tuple[str, ...] = ()
    signed: str | None = None
    signed_at: str | None = None
    in_force: str | None = None
    depositary: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """The entries, and names shared by several of them ("Geneva Conventions")."""

    entries: tuple[CatalogueEntry, ...]
    families: Mapping[str, tuple[str, ...]]

    def entry_for(self, treaty_id: str, title: str) -> CatalogueEntry | None:
        """The entry of a treaty: the one with its title among its names, else the one with its id.

        An id alone is trusted only where the titles share most of their words, since anybody may give
        a file the id "npt".
        """
        words = [w.text for w in words_of(title)]
        for entry in self.entries:
            if any([w.text for w in words_of(name)] == words for name in (entry.title, *entry.aliases)):
                return entry
        same = next((entry for entry in self.entries if entry.id == treaty_id), None)
        if same is None:
            return None
        ours, theirs = set(words), {w.text for w in words_of(same.title)}
        return same if len(ours & theirs) >= 0.6 * min(len(ours), len(theirs)) else None


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue that comes with Pacta."""
    document = yaml.load(_PATH.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    entries = tuple(
        CatalogueEntry(
            **{
                **record,
                "aliases": tuple(record.get("aliases", ())),
                "parties": tuple(record.get("parties", ())),
            }
        )
        for record in document["treaties"]
    )
    families = {name: tuple(ids) for name, ids in (document.get("families") or {}).items()}
    return Catalogue(entries, families)
