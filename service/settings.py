"""Settings of the service: one frozen record, passed in."""

from dataclasses import dataclass, field

from ingest.settings import Settings as IngestSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most. With ``open_to_all`` a request without a key is answered as one that may do all.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    open_to_all: bool = True
