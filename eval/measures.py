"""What is measured of one question, a small function a measure, each with its definition and source.

A ranking and an answer's citations are lists of (treaty id, article eId); a measure is a number between
0 and 1 unless it says otherwise. Two rules hold throughout: an empty ranking and an answer without
citations score worst, and where there is nothing to judge by ``MissingEvidence`` is raised, so that no
gap turns into a perfect score. Refusals are measured in ``abstention``, means, intervals and
comparisons in ``statistics``.

The functions are Pacta's own, and short, as their rules on missing evidence, on refused answers and on
articles listed twice are stricter than those of the libraries: ir_measures, for one, leaves out a
question without gold and says nothing, and calls the mean over none NaN. Where the rules meet,
agreement is a test: with ir_measures on rankings, with scikit-learn on abstention and calibration, with
SciPy on comparisons.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from ingest.numbers import read_number

Key = tuple[str, str]


class MissingEvidence(ValueError):
    """There is nothing to compute the measure from: no gold, no quotation, no text to compare."""


def hit_at(ranking: Sequence[Key], gold: Collection[Key], k: int) -> float:
    """1 where at least one gold article is among the first k, else 0: one good article is enough.

    Known as success@k or hit rate (Buckley and Voorhees, "Retrieval system evaluation", in TREC:
    Experiment and Evaluation, MIT Press 2005).
    """
    return float(bool(_required(gold) & set(ranking[:k])))


def recall_at(ranking: Sequence[Key], gold: Collection[Key], k: int) -> float:
    """The share of the gold articles that are among the first k: all of them are wanted.

    Equal to hit@k where there is one gold article (Manning, Raghavan and Schütze, Introduction to
    Information Retrieval, Cambridge 2008, section 8.3).
    """
    wanted = _required(gold)
    return len(wanted & set(ranking[:k])) / len(wanted)


def reciprocal_rank(ranking: Sequence[Key], gold: Collection[Key]) -> float:
    """One divided by the rank of the first gold article, 0 where there is none; its mean is MRR.

    Voorhees, "The TREC-8 Question Answering Track Report", TREC 1999.
    """
    wanted = _required(gold)
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if key in wanted), 0.0)


def ndcg_at(ranking: Sequence[Key], gold: Collection[Key], k: int) -> float:
    """Discounted gain of the first k over that of the best possible order.

    A gold article at rank r gains 1 / log2(r + 1); an article that is listed twice gains once
    (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4),
    2002, with the discount of Burges et al., "Learning to rank using gradient descent", ICML 2005).
    """
    wanted = _required(gold)
    first_ranks = {key: rank for rank, key in reversed(list(enumerate(ranking[:k], start=1)))}
    gained = math.fsum(1 / math.log2(first_ranks[key] + 1) for key in wanted & set(first_ranks))
    ideal = math.fsum(1 / math.log2(r + 1) for r in range(1, min(len(wanted), k) + 1))
    return min(1.0, gained / ideal)


def wrong_treaty(ranking: Sequence[Key], right: Collection[Key]) -> float:
    """1 where the first result is of a treaty that no right article is of; lower is better.

    Document-level retrieval mismatch at rank 1 (Reuter et al., "Towards Reliable Retrieval in RAG
    Systems for Large Legal Datasets", arXiv:2510.06999). An empty ranking led to no treaty: 1.
    """
    treaties = {treaty for treaty, _ in _required(right)}
    return float(not ranking or ranking[0][0] not in treaties)


def citation_precision(cited: Sequence[Key], gold: Collection[Key], also_ok: Collection[Key] = ()) -> float:
    """The share of the citations that are to a gold article, or to one that may be cited too.

    Named after Liu, Zhang and Liang, "Evaluating Verifiability in Generative Search Engines"
    (arXiv:2304.09848) and Gao et al., ALCE (arXiv:2305.14627), who let a person or a model judge
    whether the cited text supports the sentence; here the gold set says which articles do. An
    answer that cites nothing scores 0.
    """
    right = _required(gold) | set(also_ok)
    return sum(key in right for key in cited) / len(cited) if cited else 0.0


def citation_recall(cited: Sequence[Key], gold: Collection[Key]) -> float:
    """The share of the gold articles that are cited (sources as for ``citation_precision``)."""
    return recall_at(cited, gold, len(cited))


def first_citation_right(cited: Sequence[Key], gold: Collection[Key], also_ok: Collection[Key] = ()) -> float:
    """1 where the first citation, the one a reader opens, is to a right article: precision at 1."""
    return citation_precision(cited[:1], gold, also_ok)


def quote_is_text(quote: str, text: str | None, start: int, end: int) -> bool:
    """Whether the quotation is, letter for letter, what stands at its offsets (promise 1).

    ``text`` is None where the treaty is not held: then nothing can be said. A quotation of no words
    is not evidence, and offsets outside the text (a negative one counts from its end) are wrong.
    """
    if text is None:
        raise MissingEvidence("the treaty's text is not at hand")
    return 0 <= start < end <= len(text) and quote == text[start:end]


def lies_within(start: int, end: int, provision_start: int, provision_end: int) -> bool:
    """Whether a quotation's offsets lie inside the provision that it is said to be from."""
    return provision_start <= start < end <= provision_end


_FRAGMENT_WORDS = 3


def quote_coverage(gold_quote: str, quotes: Iterable[str]) -> float:
    """The share of the gold quotation's words that the answer's quotations hold in runs of three.

    Extractive fragment coverage (Grusky, Naaman and Artzi, "Newsroom", NAACL 2018) of the gold
    quotation by the quotations given. Fewer than three words in a row, such as "of the", count for
    nothing; case and punctuation are set aside.
    """
    wanted = _words(gold_quote)
    if not wanted:
        raise MissingEvidence("the gold quotation has no words")
    size = min(_FRAGMENT_WORDS, len(wanted))
    held = {run for quote in quotes for run in _runs(_words(quote), size)}
    return _covered(wanted, held) / len(wanted)


def share_quoted(answer: str, quotes: Iterable[str]) -> float:
    """The share of the answer's words that are quoted: 1 where it says nothing of its own.

    A word is quoted where it stands in a run of three words that one of the quotations holds too, or
    in the whole of a quotation that is shorter. That is the fragment coverage of ``quote_coverage``
    the other way round, of the answer by its quotations. Words are found by what they are, not by
    quotation marks, so prose that repeats a treaty's words counts as quoted; marks such as "[1]" are
    no words. Raises MissingEvidence where the answer has no words.
    """
    said = _words(_unmarked(answer))
    if not said:
        raise MissingEvidence("the answer has no words")
    held: set[tuple[str, ...]] = set()
    for quote in quotes:
        words = _words(_unmarked(quote))
        held.update(_runs(words, min(_FRAGMENT_WORDS, len(words))))
    return _covered(said, held) / len(said)


def length_words(answer: str) -> int:
    """How many words the answer has, marks such as "[1]" not counted; "cease-fire" is two.

    Words are what blanks and punctuation part, so a Chinese clause counts as one.
    """
    return len(_words(_unmarked(answer)))


# Nine digits at most: no answer has more citations, and int() refuses numbers of thousands of digits.
_MARK = re.compile(r"\[([0-9]{1,9})\]")


def cited_marks(answer: str) -> tuple[int, ...]:
    """The numbers of the marks "[n]" in an answer's text, in their order, repeats included."""
    return tuple(int(number) for number in _MARK.findall(answer))


def marks_match(answer: str, numbers: Sequence[int]) -> bool:
    """Whether the marks of the answer's text and the numbers of its citations belong together.

    That is so where the citations are numbered 1, 2, 3 … in the order in which the text first uses
    them: no mark is without its citation, no citation is unused, none has another's number. No marks
    and no citations match. A mark inside a quotation counts too, as a reader cannot tell it apart.
    """
    first_uses = list(dict.fromkeys(cited_marks(answer)))
    return first_uses == list(numbers) == list(range(1, len(numbers) + 1))


def key_fact_recall(key_facts: Collection[str], said: str) -> float:
    """The share of the key facts whose content words all occur in what is said.

    Nugget recall (Voorhees, "Overview of the TREC 2003 Question Answering Track") judged by words,
    as in Lin and Demner-Fushman, "Automatically Evaluating Answers to Definition Questions" (HLT
    2005). Words are compared without case, endings and function words, number words as numbers. So
    it sees neither order nor who owes what to whom, and no synonyms: a help, not a judge.
    """
    wanted = [set(_content(fact)) for fact in key_facts]
    if not wanted or not all(wanted):
        raise MissingEvidence("the case has no key facts, or one without words")
    words = {_stem(word) for word in _words(said)}
    return sum(fact <= words for fact in wanted) / len(wanted)


# "not" and "no" are content: a fact may hang on them. "shall" and "must" are one duty in two words.
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an and any are as at be been being but by can could do does each either every for from
        had has have he her his if in into is it its may might must of on or other own shall she
        should so such than that the their them then there these they this those to under upon was
        were what when where which who whom whose will with within would""",
    )
)
_ENDINGS = ("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")


@lru_cache(maxsize=65_536)
def _number(word: str) -> str | None:
    """ "sixty" and "sixtieth" as "60", None for what is not a number in words."""
    return next((found.text for found in read_number(word) if found.style == "word"), None)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word without its English ending, after Harman, "How effective is suffixing?" (JASIS, 1991).

    Weaker than Porter's rules on purpose: "party" and "parties" meet, "treat" and "treaty" do not.
    """
    if (number := _number(word)) is not None:
        return number
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _content(text: str) -> list[str]:
    words = [word for word in _words(text) if word not in _FUNCTION_WORDS]
    return [_stem(word) for word in words or _words(text)]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    words: list[str] = []
    for word in re.findall(r"\w+(?:[-']\w+)*", plain):
        whole = word.removesuffix("'s")
        # "forty-eight" is one number; "cease-fire" and "cease fire" are to meet.
        words.extend([whole] if _number(whole) else re.split(r"[-']", whole))
    return words


def _unmarked(text: str) -> str:
    return _MARK.sub(" ", text)


def _covered(words: Sequence[str], held: Collection[tuple[str, ...]]) -> int:
    """How many of the words stand in one of the runs."""
    sizes = {len(run) for run in held}
    starts = ((at, size) for size in sizes for at, run in enumerate(_runs(words, size)) if run in held)
    return len({place for at, size in starts for place in range(at, at + size)})


def _runs(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]


def _required(gold: Collection[Key]) -> set[Key]:
    if not gold:
        raise MissingEvidence("the case names no gold article")
    return set(gold)
