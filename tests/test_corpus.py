"""Sixty real treaties and three hundred texts with known articles, where they lie beside the checkout.

The texts are not part of the project: without ../shared these tests are skipped.
"""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from ingest_fakes import faults_of_structure

from ingest.errors import DocumentError, UnreadableDocument
from ingest.manifest import Entry, find_entries
from ingest.models import ParsedTreaty
from ingest.sources import read_document
from ingest.structure import split_provisions
from ingest.workers import parse_all

SHARED = Path(__file__).parents[2] / "shared"
CORPUS, BENCH = SHARED / "corpus", SHARED / "bench" / "structure"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there is no corpus of real treaties at {CORPUS}")

# Where the file differs from the figure in the corpus's README, with the reason.
KNOWN_DIFFERENCES = {
    # The file is the agreement on the status of NATO, national representatives and international staff.
    "nato-sofa": 27,
    # As amended: 96 articles and 3 bis, 83 bis and 93 bis.
    "chicago-convention": 99,
}
LATER_ARTICLES = {
    "rome-statute": {"8bis", "15bis", "15ter"},
    "chicago-convention": {"3bis", "83bis", "93bis"},
}


@pytest.fixture(scope="module")
def corpus() -> dict[str, ParsedTreaty | DocumentError]:
    """Every treaty of the corpus by its id, parsed once."""
    return {str(entry.id): outcome for entry, outcome in parse_all(find_entries([CORPUS]))}


@pytest.fixture(scope="module")
def treaties(corpus: dict[str, ParsedTreaty | DocumentError]) -> dict[str, ParsedTreaty]:
    """Those that were parsed."""
    return {treaty_id: found for treaty_id, found in corpus.items() if isinstance(found, ParsedTreaty)}


def figures() -> dict[str, int]:
    """The articles of each treaty's body as the corpus's README has them: "un-charter 111 · …"."""
    if not CORPUS.is_dir():
        return {}
    listed = (CORPUS / "README.md").read_text("utf-8").partition("Articles in the body")[2].partition("\n\n")[0]
    entries = [re.search(r"([a-z0-9-]+) (\d+)(?: |\.|$)", entry) for entry in listed.partition(":\n")[2].split("·")]
    return {found[1]: int(found[2]) for found in entries if found}


FIGURES = figures()


def test_the_figures_were_read() -> None:
    assert len(FIGURES) >= 50
    assert {"un-charter": 111, "unclos": 320, "russia-dprk-2024": 4}.items() <= FIGURES.items()


def test_every_treaty_is_parsed(corpus: dict[str, ParsedTreaty | DocumentError]) -> None:
    assert len(corpus) == 60
    assert [str(outcome) for outcome in corpus.values() if isinstance(outcome, DocumentError)] == []


@pytest.mark.parametrize("treaty_id", FIGURES)
def test_articles_of_the_body_are_counted(treaties: dict[str, ParsedTreaty], treaty_id: str) -> None:
    assert len(treaties[treaty_id].body_articles) == KNOWN_DIFFERENCES.get(treaty_id, FIGURES[treaty_id])


@pytest.mark.parametrize("treaty_id", LATER_ARTICLES)
def test_articles_put_in_later_are_found(treaties: dict[str, ParsedTreaty], treaty_id: str) -> None:
    numbers = {str(article.normalised_number) for article in treaties[treaty_id].body_articles}
    assert {number for number in numbers if not number.isdigit()} == LATER_ARTICLES[treaty_id]


def test_every_annex_of_unclos_has_its_own_articles(treaties: dict[str, ParsedTreaty]) -> None:
    unclos = treaties["unclos"]
    # The annexes of the Final Act, with which the publisher's file ends, come on top.
    assert [p.eid for p in unclos.provisions if p.kind == "annex"][:9] == [f"annex_{n}" for n in range(1, 10)]
    # Annex I is a list of species.
    containers = {container.eid for p in unclos.articles if (container := unclos.container_of(p))}
    assert containers == {f"annex_{n}" for n in range(2, 10)}


def test_every_promise_of_the_structure_is_kept(treaties: dict[str, ParsedTreaty]) -> None:
    faults = {treaty_id: faults_of_structure(parsed)[:3] for treaty_id, parsed in treaties.items()}
    assert {treaty_id: found for treaty_id, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", ["ar", "ru", "zh"])
def test_broken_text_layers_are_refused(language: str) -> None:
    path = CORPUS / "languages" / f"bbnj-{language}.pdf"
    ((_, outcome),) = parse_all([Entry(path)])
    assert isinstance(outcome, UnreadableDocument)
    assert "garbled" in outcome.reason


@pytest.mark.parametrize("language", ["fr", "es", "ru", "zh", "ar"])
def test_one_agreement_in_the_other_languages(language: str) -> None:
    """The same 76 articles and two annexes as the English; the Arabic text has 15 headings inside lines."""
    ((_, outcome),) = parse_all([Entry(CORPUS / "languages" / f"bbnj-{language}.txt")])
    assert isinstance(outcome, ParsedTreaty)
    assert outcome.treaty.language == language
    assert [p.eid for p in outcome.body_articles] == [f"art_{n}" for n in range(1, 77)]
    assert [p.eid for p in outcome.provisions if p.kind == "annex"] == ["annex_1", "annex_2"]


def test_three_hundred_texts_with_known_articles() -> None:
    known = right = extra = 0
    score = load_score()
    for line in (BENCH / "dev.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        document = read_document(case["text"].encode(), f"{case['id']}.txt")
        found = split_provisions(document.text, document.headings).provisions
        provisions = [{"kind": p.kind, "number": p.number, "start": p.start, "end": p.end} for p in found]
        counts = score.judge(case, provisions, document.text)
        known, right, extra = known + counts[0], right + counts[1], extra + counts[2]
    assert known == 7024
    assert right / known >= 0.995
    assert right / (right + extra) >= 0.995


def load_score() -> ModuleType:
    """The judge that comes with the texts."""
    spec = importlib.util.spec_from_file_location("structure_score", BENCH / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
