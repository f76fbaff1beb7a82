"""The word index: BM25 over passages in tantivy, a stemmer for each language.

Passages are known by their row, the position in the generation's list of passages. Each language has a field
of its own, because a word is stemmed by the rules of the language it is written in.
"""

import re
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

import tantivy

from ingest.errors import IndexBroken
from ingest.models import Passage

_STEMMERS = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "ar": "Arabic"}
_STEMMERS |= {"nl": "Dutch", "de": "German"}
_CJK = re.compile(r"([\u3400-\u9fff])")
# A query's words beyond this add nothing but time (a question of 4,000 letters has some 700 words).
_MAX_TERMS = 64


def language_field(language: str) -> str:
    """The field that holds passages of a language: one each for those with a stemmer, one for the rest."""
    return f"words_{language}" if language in _STEMMERS else "words_other"


class LexicalIndex:
    """The word index of one generation, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``; raises IndexBroken where there is none or it is damaged."""
        try:
            self._index = tantivy.Index.open(str(folder))
        except ValueError as error:
            raise IndexBroken(
                f"{folder}: the word index cannot be opened ({error}). Ingest the documents again."
            ) from error
        _register(self._index)
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._analyzers = {field: _analyzer(field) for field in _fields()}

    @property
    def passages(self) -> int:
        """How many passages the index holds."""
        return int(self._searcher.num_docs)

    def search(
        self, text: str, limit: int, *, treaties: Sequence[str] = (), languages: Iterable[str] = ("en",)
    ) -> list[tuple[int, float]]:
        """Rows of the passages that share most with ``text``, with their BM25 scores, best first."""
        words: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for field in sorted({language_field(language) for language in languages}):
            for term in dict.fromkeys(self._analyzers[field].analyze(prepare_text(text))):
                words.append((tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term)))
        if not words:
            return []
        query = tantivy.Query.boolean_query(words[:_MAX_TERMS])
        if treaties:
            allowed = tantivy.Query.term_set_query(self._schema, "treaty", list(treaties))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)),
                ]
            )
        found = self._searcher.search(query, limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found])
        return [(int(row or 0), float(score)) for row, (score, _) in zip(rows, found, strict=True)]

    def most(self, text: str, languages: Iterable[str] = ("en",)) -> float:
        """The most that any passage could score for ``text``: every word in it, ever so often.

        BM25 of one term is below idf · (k1 + 1), with tantivy's k1 of 1.2.
        """
        total, passages = 0.0, self.passages
        for field in sorted({language_field(language) for language in languages}):
            for term in list(dict.fromkeys(self._analyzers[field].analyze(prepare_text(text))))[:_MAX_TERMS]:
                holding = self._searcher.doc_freq(field, term)
                if holding:
                    total += log(1 + (passages - holding + 0.5) / (holding + 0.5)) * 2.2
                else:
                    # A word that no passage has counts like one that a single passage has.
                    total += log(1 + (passages - 0.5) / 1.5) * 2.2
        return total


def build_lexical(folder: Path, passages: Sequence[Passage], languages: Sequence[str]) -> None:
    """Write the word index of ``passages`` (their languages alongside) into the empty ``folder``."""
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), str(folder))
    _register(index)
    # One thread keeps the order of documents, and with it the order of equal scores, the same every time.
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for row, (passage, language) in enumerate(zip(passages, languages, strict=True)):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("treaty", passage.treaty_id)
        document.add_text(language_field(language), prepare_text(passage.embedding_text))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def prepare_text(text: str) -> str:
    """Text for the tokenizer: Chinese characters stand apart, each a word of its own."""
    return _CJK.sub(r" \1 ", text)


def _fields() -> list[str]:
    return [*(f"words_{code}" for code in _STEMMERS), "words_other"]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("treaty", tokenizer_name="raw")
    for field in _fields():
        builder.add_text_field(field, tokenizer_name=field)
    return builder.build()


def _analyzer(field: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())
    stemmer = _STEMMERS.get(field.removeprefix("words_"))
    if stemmer:
        if stemmer not in ("Arabic",):
            builder = builder.filter(tantivy.Filter.stopword(stemmer))
        builder = builder.filter(tantivy.Filter.stemmer(stemmer))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def _register(index: tantivy.Index) -> None:
    for field in _fields():
        index.register_tokenizer(field, _analyzer(field))
