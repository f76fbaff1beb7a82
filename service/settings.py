"""Settings of the service: one frozen record, passed in."""

from dataclasses import dataclass, field

from ingest.settings import Settings as IngestSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of answering.

    ``max_question_chars`` is the longest question taken; ``max_sentences`` how many sentences an
    extractive answer quotes at most. ``max_upload_bytes`` and ``max_upload_files`` are what one upload may send,
    ``max_jobs`` how many uploads may wait or be worked on at a time, ``max_job_seconds`` how long one may take.
    """

    ingest: IngestSettings = field(default_factory=IngestSettings)
    max_question_chars: int = 4_000
    max_sentences: int = 4
    max_upload_bytes: int = 64 << 20
    max_upload_files: int = 50
    max_jobs: int = 8
    max_job_seconds: int = 3_600
