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
# BM25 of one term is below idf · (k1 + 1), with tantivy's k1 of 1.2.
_HIGHEST = 2.2
# What words beside the question's own count for. On the half of the training questions that the thesaurus was not
# written from, 0.5 is best for all styles together; above it lay questions still gain and named ones lose.
EXTRA_WEIGHT = 0.5
# A word that is nowhere held may be another one mistyped; a guess never counts as much as the word itself.
TYPO_WEIGHT = 0.7
_LETTERS_FOR_ONE_EDIT = 5
_LETTERS_FOR_TWO_EDITS = 8


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
        self._words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()

    @property
    def passages(self) -> int:
        """How many passages the index holds."""
        return int(self._searcher.num_docs)

    def search(
        self,
        text: str,
        limit: int,
        *,
        treaties: Sequence[str] = (),
        languages: Sequence[str] = ("en",),
        extra: Sequence[str] = (),
        extra_weight: float = EXTRA_WEIGHT,
    ) -> list[tuple[int, float]]:
        """Rows of the passages that share most with ``text``, with their BM25 scores, best first.

        A word that no passage holds stands for those spelled nearly like it. ``extra`` are words and phrases
        looked for beside those of ``text``, each word for ``extra_weight`` of its score.
        """
        own = self._terms(text, languages)
        words = [(tantivy.Occur.Should, self._query(*term)) for term in own]
        if extra_weight:
            for field, term in self._extra_terms(extra, languages, own):
                query = tantivy.Query.term_query(self._schema, field, term)
                words.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, extra_weight)))
        if not words:
            return []
        query = tantivy.Query.boolean_query(words)
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

    def most(
        self,
        text: str,
        languages: Sequence[str] = ("en",),
        *,
        extra: Sequence[str] = (),
        extra_weight: float = EXTRA_WEIGHT,
    ) -> float:
        """The most that any passage could score for ``text`` and ``extra``: every word in it, ever so often."""
        own = self._terms(text, languages)
        # A word that no passage has counts like one that a single passage has.
        total = sum(self._idf(self._holding(field, term) or 1) for field, term, _ in own)
        for field, term in self._extra_terms(extra, languages, own):
            total += extra_weight * self._idf(self._holding(field, term))
        return total * _HIGHEST

    def _terms(self, text: str, languages: Iterable[str]) -> list[tuple[str, str, int]]:
        """The terms of a text, each with its field and with how many edits it may be from what was meant."""
        fields = sorted({language_field(language) for language in languages})
        found: dict[tuple[str, str], int] = {}
        for word in dict.fromkeys(self._words.analyze(prepare_text(text))):
            terms = [(field, term) for field in fields for term in self._analyzers[field].analyze(word)]
            edits = 0 if any(self._holding(*term) for term in terms) else _edits(word)
            for term in terms:
                found.setdefault(term, edits)
            if len(found) >= _MAX_TERMS:
                break
        return [(*term, edits) for term, edits in found.items()][:_MAX_TERMS]

    def _extra_terms(
        self, extra: Sequence[str], languages: Iterable[str], own: Sequence[tuple[str, str, int]]
    ) -> list[tuple[str, str]]:
        """The terms of extra words that passages hold and that are not looked for already."""
        there = {(field, term) for field, term, _ in own}
        terms = [(field, term) for field, term, _ in self._terms(" ".join(extra), languages)]
        return [term for term in terms if term not in there and self._holding(*term)]

    def _query(self, field: str, term: str, edits: int) -> tantivy.Query:
        """The query for a term, or for what may be meant where a word that nobody uses gave it."""
        if not edits:
            return tantivy.Query.term_query(self._schema, field, term)
        near = tantivy.Query.fuzzy_term_query(self._schema, field, term, edits)
        holding: int = self._searcher.search(near, 1, count=True).count  # type: ignore[attr-defined]
        if holding:
            # All terms within so many edits, as if they were one. Such a query scores 1 wherever it matches; the
            # weight makes it what one such word would score.
            return tantivy.Query.boost_query(near, TYPO_WEIGHT * self._idf(holding))
        likely = tantivy.Query.term_query(self._schema, field, self._beginning(field, term))
        return tantivy.Query.boost_query(likely, TYPO_WEIGHT)

    def _beginning(self, field: str, term: str) -> str:
        """The longest beginning of a term that is a term itself, or else the term.

        An ending with a typo is not cut off by the stemmer: "denunciaton" is to be read as "denunci".
        """
        for end in range(len(term) - 1, _LETTERS_FOR_ONE_EDIT - 1, -1):
            if self._holding(field, term[:end]):
                return term[:end]
        return term

    def _holding(self, field: str, term: str) -> int:
        """How many passages hold a term."""
        return int(self._searcher.doc_freq(field, term))

    def _idf(self, holding: int) -> float:
        """BM25's weight of a term that so many passages hold."""
        return log(1 + (self.passages - holding + 0.5) / (holding + 0.5))


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
    """Text for the tokenizer: Chinese characters stand apart, each a word of its own.

    Half a pair of surrogates, which a broken byte on the command line becomes, is no letter: "?" stands for it.
    """
    return _CJK.sub(r" \1 ", text).encode("utf-8", "replace").decode("utf-8")


def _edits(word: str) -> int:
    """How many edits a word that nobody uses may be from the one that was meant.

    Short words are left alone, since nearly every one is an edit or two from some other.
    """
    if not word.isalpha():
        return 0
    return (len(word) >= _LETTERS_FOR_ONE_EDIT) + (len(word) >= _LETTERS_FOR_TWO_EDITS)


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
