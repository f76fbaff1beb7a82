"""The folder of a run over gold texts: the files of any run (``folder``) but those in TREC's format."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.claim_results import FinishedText, read_text_result
from eval.folder import CASES, FILES, REPORT, TIMINGS
from eval.journal import SUMMARY, Journal, lines
from eval.results import Timed


class ClaimFolder(Journal[FinishedText]):
    """The folder of a run that is being made; raises WrongUse and FolderUnusable as ``Journal`` does."""

    def __init__(self, path: Path, description: Mapping[str, Any], *, overwrite: bool = False) -> None:
        super().__init__(path, description, files=FILES, entry=_entry, read=_finished, overwrite=overwrite)

    def finish(self, finished: Sequence[FinishedText], summary: Mapping[str, Any], report: str) -> None:
        """Writes what a finished run leaves, the summary last, and removes the journal."""
        self.write_all(
            {
                CASES: lines(kept.result.to_json() for kept in finished),
                TIMINGS: lines({"id": k.timed.case_id, "timings_ms": dict(k.timed.timings_ms)} for k in finished),
                REPORT: report,
                SUMMARY: json.dumps(summary, ensure_ascii=False, indent=2) + "\n",
            }
        )


def _entry(finished: FinishedText) -> dict[str, Any]:
    return {"result": finished.result.to_json(), "timings_ms": dict(finished.timed.timings_ms)}


def _finished(document: dict[str, Any]) -> FinishedText:
    result = read_text_result(document["result"])
    return FinishedText(result, Timed(result.case.id, document["timings_ms"]))
