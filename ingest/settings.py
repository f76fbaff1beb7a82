"""Where Pacta keeps its things and which numbers it works with: one frozen record, passed in."""

import os
from dataclasses import dataclass, field
from pathlib import Path


def default_home() -> Path:
    """The home folder: ``PACTA_HOME``, or ``.pacta`` where the command is run."""
    return Path(os.environ.get("PACTA_HOME") or ".pacta")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of ingestion.

    ``home`` holds the index generations and the vector cache. ``passage_words`` is how many words an
    article may have before it is cut at its paragraphs; ``keep_generations`` how many older indexes
    stay for a rollback.
    """

    home: Path = field(default_factory=default_home)
    passage_words: int = 160
    keep_generations: int = 2
