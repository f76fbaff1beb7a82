"""Stretches of an article are weighed by the vectors of their words that the index keeps."""

from pathlib import Path

import numpy as np
import pytest

from ingest.build import ingest
from ingest.embedding import Embedder
from ingest.index import Index, open_index
from ingest.manifest import Entry
from ingest.settings import Settings
from service import stretches as weighing
from service.spans import Extract
from service.stretches import Stretches

TREATY = """# Convention on Harbour Lamps

## Article 1
### Keepers

1. Lamps are lit at dusk by the keeper of the pier.

2. The   bells of the harbour
are rung in fog. A keeper who is ill is paid half of the wages.

3. Disputes are settled by three arbitrators.
"""

embedder = Embedder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("stretches")
    (folder / "lamps.md").write_text(TREATY, "utf-8")
    ingest([Entry(folder / "lamps.md", id="lamps", language="en")], Settings(home=folder / "home"))
    return open_index(folder / "home")


def test_every_word_that_is_kept_is_found_at_its_place(index: Index) -> None:
    parsed = index.treaties["lamps"]
    places, vectors = Stretches(np.eye(1, 128, dtype=np.float32), index, embedder)._words(parsed, parsed.articles[0])
    text = parsed.treaty.text
    assert len(places) == len(vectors)
    assert (np.diff(places) >= 0).all()
    words = [text[place:].split()[0].strip(".").lower() for place in places]
    assert words[:6] == ["1", "lamps", "lit", "dusk", "keeper", "pier"]
    assert {"bells", "fog", "half", "wages", "disputes", "arbitrators"} <= set(words)


@pytest.mark.parametrize(
    ("question", "paragraph"),
    [("When does the light go on?", 1), ("sick pay of a keeper", 2), ("Who decides a quarrel?", 3)],
)
def test_the_paragraph_that_answers_weighs_most(question: str, paragraph: int, index: Index) -> None:
    parsed = index.treaties["lamps"]
    paragraphs = [p for p in parsed.provisions if p.kind == "paragraph"]
    asked = Stretches(embedder.encode_query(question).tokens, index, embedder)
    scores = asked.weigh(parsed, [Extract(p, p.start, p.end) for p in paragraphs])
    assert int(np.argmax(scores)) == paragraph - 1
    assert ((scores > -1) & (scores < 1)).all()


def test_what_the_index_has_no_words_of_is_embedded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind the end of what the model reads of a passage, or under another heading than it was embedded with."""
    parsed = index.treaties["lamps"]
    paragraphs = [p for p in parsed.provisions if p.kind == "paragraph"]
    monkeypatch.setattr(weighing, "context_prefix", lambda *_: "Another treaty with a long name altogether")
    asked = Stretches(embedder.encode_query("Who decides a quarrel?").tokens, index, embedder)
    scores = asked.weigh(parsed, [Extract(p, p.start, p.end) for p in paragraphs])
    assert int(np.argmax(scores)) == 2


def test_a_part_is_weighed_by_the_words_of_all_its_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = "### Article 1\n\nLamps are lit at dusk.\n\n### Article 2\n\nBells ring in fog.\n"
    (tmp_path / "lamps.md").write_text(f"# Convention on Lamps\n\n## Part I\n\n{articles}", "utf-8")
    ingest([Entry(tmp_path / "lamps.md", id="lamps", language="en")], Settings(home=tmp_path / "home"))
    index = open_index(tmp_path / "home")
    parsed = index.treaties["lamps"]
    asked = Stretches(embedder.encode_query("When do they ring?").tokens, index, embedder)
    monkeypatch.setattr(Stretches, "_alone", None)  # nothing is embedded anew
    part, (first, second) = parsed.by_eid["part_1"], parsed.articles
    of_part = [Extract(part, article.body_start, article.end) for article in (first, second)]
    of_articles = [Extract(article, article.body_start, article.end) for article in (first, second)]
    scores = asked.weigh(parsed, of_part)
    assert scores[1] > scores[0]
    assert scores.tolist() == asked.weigh(parsed, of_articles).tolist()
    index.close()
