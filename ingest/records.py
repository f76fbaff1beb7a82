"""Parsed treaties and passages as JSON files of a generation, and back."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ingest.models import Fact, Facts, ParsedTreaty, Passage, Provision, Source, Treaty

_FACT = [f.name for f in fields(Fact)]
_PASSAGE = ["id", "eid", "article", "start", "end"]


def dump_treaty(parsed: ParsedTreaty, passages: list[Passage]) -> str:
    """One treaty with its passages as JSON, the same text for the same content."""
    treaty = asdict(parsed.treaty)
    return json.dumps(
        {
            "treaty": treaty,
            "oddities": parsed.oddities,
            "facts_from_text": [[getattr(f, name) for name in _FACT] for f in parsed.facts_from_text],
            "provisions": [list(provision) for provision in parsed.provisions],
            "passages": [[getattr(p, name) for name in _PASSAGE] for p in passages],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def load_treaty_file(path: Path) -> ParsedTreaty:
    """The treaty written by ``dump_treaty``; raises OSError, ValueError, KeyError or TypeError if damaged."""
    return parsed_of(json.loads(path.read_text("utf-8")))


def parsed_of(record: dict[str, Any]) -> ParsedTreaty:
    """The parsed treaty of one JSON record."""
    fields_of_treaty = dict(record["treaty"])
    source = fields_of_treaty.pop("source")
    facts = fields_of_treaty.pop("facts")
    treaty = Treaty(
        **{
            **fields_of_treaty,
            "aliases": tuple(fields_of_treaty["aliases"]),
            "access": tuple(fields_of_treaty.get("access", ())),
        },  # an older index has none
        source=Source(**{**source, "pages": tuple(source["pages"])}),
        facts=Facts(**{**facts, "parties": tuple(facts["parties"])}),
    )
    provisions = tuple(Provision(*values) for values in record["provisions"])
    told = tuple(
        Fact(kind, tuple(value) if isinstance(value, list) else value, *place)
        for kind, value, *place in record["facts_from_text"]
    )
    return ParsedTreaty(treaty, provisions, tuple(record["oddities"]), told)
