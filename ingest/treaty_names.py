"""The table of names by which treaties are recognised: those held, and those that the catalogue knows beside them."""

from collections.abc import Iterable
from typing import Protocol

from ingest.catalogue import load_catalogue
from ingest.generic_names import is_generic
from ingest.names import Names


class Named(Protocol):
    """What is needed of a treaty to know it by name: its record or its line in the manifest."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


def names_held(treaties: Iterable[Named]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The names of the treaties held, and of the catalogue's others, by id.

    A treaty that the catalogue knows has the names given there too, and those of its family.
    """
    catalogue = load_catalogue()
    held: dict[str, list[str]] = {}
    held_as: dict[str, list[str]] = {}
    for treaty in treaties:
        known = catalogue.entry_for(treaty.id, treaty.title)
        held[treaty.id] = [treaty.title, *treaty.aliases]
        if known:
            held_as.setdefault(known.id, []).append(treaty.id)
            held[treaty.id] += [known.title, *known.aliases]
    others = {
        entry.id: [entry.title, *entry.aliases]
        for entry in catalogue.entries
        if entry.id not in held_as and entry.id not in held
    }
    for family, members in catalogue.families.items():
        # A shared name means the members that are held; only where none is, it names treaties that are not.
        ids = [treaty_id for member in members for treaty_id in held_as.get(member, [])]
        for treaty_id in ids or [member for member in members if member in others]:
            (held if ids else others)[treaty_id].append(family)
    return _telling(held), _telling(others)


def _telling(names: dict[str, list[str]]) -> dict[str, list[str]]:
    return {treaty_id: [name for name in known if not is_generic(name)] for treaty_id, known in names.items()}


def name_tables(treaties: Iterable[Named]) -> tuple[Names, Names]:
    """``names_held`` as tables to look names up in."""
    held, others = names_held(treaties)
    return Names(held), Names(others)
