"""The references of a collection as a graph: from the provision that speaks to those it speaks of.

Worked out once when an index is built and kept in its ``references.json``; read in both directions.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.errors import IndexBroken
from ingest.models import ParsedTreaty, Reference
from ingest.references import all_references
from ingest.treaty_names import name_tables


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference with where it is written: the treaty and the innermost provision around it."""

    treaty_id: str
    eid: str
    reference: Reference


class ReferenceGraph:
    """The references between provisions, both ways."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = tuple(edges)

    def without(self, hidden: frozenset[str]) -> "ReferenceGraph":
        """The graph for whoever must not know of some treaties: they refer to nothing, and are not held."""
        if not hidden:
            return self
        return ReferenceGraph(_told_without(edge, hidden) for edge in self.edges if edge.treaty_id not in hidden)

    @cached_property
    def _from(self) -> dict[str, list[Edge]]:
        grouped: dict[str, list[Edge]] = {}
        for edge in self.edges:
            grouped.setdefault(edge.treaty_id, []).append(edge)
        return grouped

    @cached_property
    def _to(self) -> dict[tuple[str, str], list[Edge]]:
        grouped: dict[tuple[str, str], list[Edge]] = {}
        for edge in self.edges:
            for eid in edge.reference.eids:
                grouped.setdefault((edge.reference.treaty_id or "", eid), []).append(edge)
        return grouped

    def refers_to(self, treaty_id: str, eid: str) -> tuple[Edge, ...]:
        """The references written in a provision or in what it holds, in the order of the text."""
        return tuple(e for e in self._from.get(treaty_id, ()) if _is_in(e.eid, eid))

    def between(self, treaty_id: str, start: int, end: int) -> tuple[Edge, ...]:
        """The references written within ``start:end`` of a treaty."""
        edges = self._from.get(treaty_id, ())
        return tuple(e for e in edges if start <= e.reference.start and e.reference.end <= end)

    def referred_by(self, treaty_id: str, eid: str) -> tuple[Edge, ...]:
        """The references, from anywhere but the provision itself, to it or to what it holds."""
        found = [
            edge
            for (treaty, target), edges in self._to.items()
            if treaty == treaty_id and _is_in(target, eid)
            for edge in edges
            if not (edge.treaty_id == treaty_id and _is_in(edge.eid, eid))
        ]
        return tuple(dict.fromkeys(found))


def _told_without(edge: Edge, hidden: frozenset[str]) -> Edge:
    reference = edge.reference
    if reference.treaty_id not in hidden:
        return edge
    # Of a treaty that is held, the graph does not keep what the catalogue calls it.
    return replace(edge, reference=replace(reference, treaty_id=None, eids=(), status="open", lacking=()))


def _is_in(eid: str, around: str) -> bool:
    return eid == around or eid.startswith(f"{around}__")


def build_graph(treaties: Mapping[str, ParsedTreaty]) -> ReferenceGraph:
    """The graph of some treaties that are held together."""
    held, known = name_tables(parsed.treaty for parsed in treaties.values())
    return ReferenceGraph(
        Edge(treaty_id, leaf.eid, reference)
        for treaty_id, parsed in treaties.items()
        for leaf, reference in all_references(parsed, held, treaties, known)
    )


def dump_graph(graph: ReferenceGraph) -> str:
    """The graph as JSON, the same text for the same content."""
    rows = [
        [e.treaty_id, e.eid, r.start, r.end, r.instrument, r.treaty_id, r.eids, r.status, r.known, r.lacking]
        for e in graph.edges
        if (r := e.reference)
    ]
    return json.dumps(rows, ensure_ascii=False)


def hash_of(dumped: str) -> str:
    """The sha256 of a dumped graph, as the manifest holds it."""
    return hashlib.sha256(dumped.encode()).hexdigest()


def read_graph(path: Path) -> ReferenceGraph:
    """The graph of a generation; raises IndexBroken where its file is missing or damaged."""
    try:
        return ReferenceGraph(_edge(row) for row in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"{path}: this file of the index is damaged. Ingest the documents again.") from error


def reference_record(edge: Edge, treaties: Mapping[str, ParsedTreaty]) -> dict[str, Any]:
    """A reference as it is shown: where it is written and in what words, and what it stands for."""
    reference = edge.reference
    written = treaties[edge.treaty_id].treaty.text[reference.start : reference.end]
    return {
        "treaty_id": edge.treaty_id,
        "eid": edge.eid,
        "start": reference.start,
        "end": reference.end,
        "text": " ".join(written.split()),
        "status": reference.status,
        "target": reference.treaty_id,
        "eids": list(reference.eids),
        "known": reference.known,
        "lacking": list(reference.lacking),
    }


def _edge(row: list[Any]) -> Edge:
    treaty_id, eid, start, end, instrument, target, eids, status, known, lacking = row
    reference = Reference(start, end, instrument, target, tuple(eids), status, known, tuple(lacking))
    return Edge(treaty_id, eid, reference)
