"""The figures of a run that a later run is checked against: what ``summary.json`` has, without what does not keep.

A baseline is a small summary, fit to stand under version control: no words of a treaty, no times, no paths and
nothing of the machine; the same figures give the same bytes, a line for each measure.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from eval.glossary import MEASURES
from eval.journal import JOURNAL, SUMMARY, read_document
from ingest.errors import PactaError

Kind = Literal["questions", "claims"]


class NoBaseline(PactaError):
    """A file or folder that has no figures of a whole run, or a baseline that cannot be written."""


def shortened(value: float) -> float:
    """To six decimals, far below one case of any gold set, and without a minus before nothing."""
    return round(value, 6) + 0.0


_Value = Annotated[FiniteFloat, AfterValidator(shortened)]


class _Part(BaseModel):
    """A part of ``summary.json``: what a gate needs of it, and so what a baseline keeps."""

    model_config = ConfigDict(strict=True, frozen=True, populate_by_name=True)


class Mean(_Part):
    """A measure: its mean over so many cases."""

    mean: _Value
    cases: int


def _in_order(measures: dict[str, Mean]) -> dict[str, Mean]:
    """In the glossary's order: a run's own is that in which its first cases happened to be scored."""
    order = list(MEASURES)
    return dict(sorted(measures.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


_Means = Annotated[dict[str, Mean], AfterValidator(_in_order)]


class Promise(_Part):
    """A gate of a summary; ``value`` is None where there was nothing to check."""

    name: str
    value: Annotated[float, Field(ge=0, le=1)] | None
    passed: bool


class Group(_Part):
    """The cases of a type."""

    cases: int
    measures: _Means


class Gold(_Part):
    """A gold set: its file's name, without the folders of the machine it was on."""

    name: Annotated[str, AfterValidator(lambda path: PurePath(path).name)] = Field(
        validation_alias=AliasChoices("name", "path")
    )
    sha256: str


class Choice(_Part):
    """Which cases of the gold sets."""

    ids_sha256: str


class Versions(_Part):
    """What answered."""

    commit: str | None = None
    code_sha256: str | None = None


class Description(_Part):
    """What was run."""

    gold: list[Gold]
    cases: Choice
    versions: Versions = Versions()


class Figures(_Part):
    """What a gate looks at of a summary: no words of a treaty, no times, no paths, no machine.

    The types of a run over claims are their gold verdicts.
    """

    description: Description
    cases: int
    partial: bool
    gates: list[Promise]
    measures: _Means
    by_type: dict[str, Group] = Field(validation_alias=AliasChoices("by_type", "by_verdict"))

    @property
    def kind(self) -> Kind:
        """What the run was over."""
        return "claims" if "verdict_accuracy" in self.measures else "questions"


def read_figures(path: Path) -> Figures:
    """The figures of a run's folder, its summary.json or a baseline; raises NoBaseline and FolderUnusable."""
    file = path / SUMMARY if path.is_dir() else path
    if not file.is_file() and (path / JOURNAL).is_file():
        raise NoBaseline(f"{path}: the run is not finished. Go on with it: the same pacta eval run with --out.")
    try:
        figures = Figures.model_validate(read_document(file))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NoBaseline(
            f"{file}: it is not the summary of a run ({place}: {first['msg'].lower()}). "
            "Give a folder that pacta eval run --out wrote, or a file that --write-baseline wrote."
        ) from error
    if figures.partial:
        raise NoBaseline(f"{file}: the run was stopped before its end. Run it to the end.")
    return figures


def write_baseline(figures: Figures, file: Path) -> None:
    """Writes figures for later runs to be checked against, the same as the same bytes; raises NoBaseline."""
    beside = file.with_name(f"{file.name}.tmp")
    try:
        beside.write_text(_laid_out(figures.model_dump()) + "\n", "utf-8")
        os.replace(beside, file)
    except OSError as error:
        raise NoBaseline(f"{file}: {error.strerror or error}. Give another file with --write-baseline.") from error


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with a line for each measure, so that a change of one figure is a change of one line."""
    if not isinstance(value, dict | list) or not any(isinstance(v, dict | list) for v in _values(value)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{deeper}{_laid_out(item, deeper)}" for item in value) + f"\n{indent}]"
    items = (f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_laid_out(v, deeper)}" for key, v in value.items())
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


def _values(value: Any) -> Sequence[Any]:
    return list(value.values()) if isinstance(value, dict) else value
