"""Does a provision say what is paraphrased of it?

Pacta understands nothing; but much can be seen: whether every telling word has its like in the provision (by the
vectors of words), whether another article is nearer, and what numbers, duties, denials, parties and conditions the
paraphrase has that the provision lacks (meaning.py). What is seen is weighed by two logistic regressions fitted on
paraphrases of real articles (eval/fit_claims.py): how likely it is right, and if not, how likely the provision neither
says nor denies it. What is neither surely right nor likely wrong is left open.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedder
from ingest.index import Index
from ingest.models import ParsedTreaty, Provision
from ingest.names import words_of
from service.check.meaning import Finding, denial_differs, findings, modes_in
from service.confidence import evidence_alone
from service.provisions_asked import content_words
from service.retrieval import Ranked, rank_articles
from service.spans import Extract, sentences_of, whole_of
from service.stems import plain_stem, plain_stems
from service.stretches import Stretches
from service.thesaurus import expand

_PATH = Path(__file__).parent / "paraphrase.json"
FINDINGS = ("number", "modality", "absolute", "condition", "opposite", "party", "name")
# … and of those that the article has somewhere the sentences nearest to the claim may lack.
NEAR_FINDINGS = ("number", "absolute", "condition", "opposite", "party", "name")
FEATURES = (
    "support", "least_support", "second_least", "spread", "near_support", "near_least", "stems", "near_stems",
    "lead", "evidence",
    "negation", "denial_dropped", "denial_added", "same_mode", "has_number", "length", "near_length",
    "dropped_condition", "told", "told_within", "told_least", *FINDINGS, *(f"near_{kind}" for kind in NEAR_FINDINGS),
)  # fmt: skip
# A word that the article has is supported so well, however the vectors see it.
_SAME_WORD = 0.85
# Support below this is none: the word is said to be missing.
_NO_SUPPORT = 0.45
# Tokens so near to one another match.
_MATCHED = 0.7
_NEGATED = re.compile(
    r"(?i)\b(?:not|no|nor|never|without|forbid\w*|prohibit\w*|bann?(?:s|ed)?|bar(?:s|red)?|cannot|neither|none"
    r"|nothing|nobody|refrain\w*|outlaw\w*|rules? out)\b|n['’]t\b"
)
# What turns a statement into its opposite, and all that can say the same in other words.
_DENIES = re.compile(
    r"(?i)\b(?:not|no|nor|never|neither|none|nothing|nobody|cannot|without|forbid\w*|prohibit\w*|bann(?:s|ed|ing)"
    r"|bans?|barr?(?:s|ed|ing)|outlaw\w*)\b|n['’]t\b"
)
_DENIES_AT_ALL = re.compile(
    r"(?i)\b(?:not|non|no|nor|never|neither|none|nothing|nobody|cannot|without|forbid\w*|prohibit\w*|bann?(?:s|ed"
    r"|ing)?|barr?(?:s|ed|ing)?|outlaw\w*"
    r"|rul(?:es?|ed|ing) out|refus\w+|refrain\w*|prevent\w*|stop\w*|keeps? .{0,40}out|off[- ]limits|exempt\w*"
    r"|immun\w+|inviolab\w+|unlawful\w*|illegal\w*|crim\w+"
    r"|den(?:y|ies|ied|ial)|lacks?|lacking|fail\w*|free (?:from|of)|spar(?:e|es|ed)|shield\w*|protect\w*|exclu\w+"
    r"|los(?:e|es|t)|abol\w+|void|null|limit\w*|restrict\w*"
    r"|only|unless|except\w*|reject\w*|block\w*|halt\w*|avoid\w*|safe|reliev\w+|unable|impossible|end(?:s|ed)?|less"
    r"|beyond|instead|rather|regardless|irrespective"
    r"|despite|whatever|un\w{4,}|in(?:ad|ap|val|vol|human|def)\w+)\b|n['’]t\b"
)
_RESTRICTS = re.compile(
    r"(?i)\b(?:if|only|unless|until|provided|except\w*|in case|on condition|subject to|to the extent|save)\b"
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A paraphrase against one provision.

    ``features`` in the order of FEATURES; ``nearest`` is the sentence to show; ``found`` what speaks against it,
    ``words`` those of its words that nothing in the provision comes near to; ``turned`` says that the nearest sentence
    denies what the paraphrase says, or the other way round.
    """

    features: tuple[float, ...]
    nearest: Extract
    found: tuple[Finding, ...]
    words: tuple[str, ...]
    turned: bool = False


class Paraphrase:
    """One paraphrase, to be weighed against provisions."""

    def __init__(self, text: str, index: Index, embedder: Embedder) -> None:
        self.text = " ".join(text.split())
        self._index, self._embedder = index, embedder
        self._encoded = embedder.encode_query(self.text)
        self._places = embedder.token_places(self.text)
        self._stretches = Stretches(self._encoded.tokens, index, embedder)
        # Everyday phrases, as the words of each, with what treaties say for them.
        self._expansions = [
            ({word.text for word in words_of(one.phrase)}, [plain_stems(words) for words in one.words])
            for one in expand(self.text)
        ]

    def ranked(self, treaties: Sequence[str]) -> list[Ranked]:
        """The articles of some treaties (all when empty) by how near they are."""
        return rank_articles(
            self.text, self._encoded.vector, self._index, treaties=treaties, tokens=self._encoded.tokens
        )

    def weigh(self, parsed: ParsedTreaty, provision: Provision, ranked: Sequence[Ranked]) -> Weighed:
        """What speaks for and against a provision saying this; ``ranked`` are the articles of its treaty."""
        article = parsed.article_of(provision)
        whole = whole_of(parsed, provision)
        sentences = sentences_of(parsed, provision, whole.start, whole.end) or [whole]
        scores = self._stretches.weigh(parsed, sentences)
        best = int(np.argmax(scores))
        nearest = sentences[best]
        # A point of a list is read with what opens it.
        near = Extract(provision, sentences[max(0, best - 1)].start, sentences[min(best + 1, len(sentences) - 1)].end)
        text = parsed.treaty.text
        near_text, own_text = text[near.start : near.end], text[provision.start : provision.end]
        whole_text = parsed.text_of(article)
        by_word = self._by_word(whole_text, self._stretches.support(parsed, article))
        by_near = self._by_word(near_text, self._stretches.support(parsed, article, near))
        ordered = sorted(value for _, value in by_word) or [0.0]
        near_ordered = sorted(value for _, value in by_near) or [0.0]
        stems = [plain_stem(word) for word in content_words(self.text)]
        held, beside = plain_stems(whole_text), plain_stems(near_text)
        own = next((r.score for r in ranked if r.eid == article.eid), ranked[-1].score if ranked else 0.0)
        other = next((r for r in ranked if r.eid != article.eid), None)
        found = findings(self.text, text[nearest.start : nearest.end], own_text if len(own_text) > 40 else whole_text)
        close = text[nearest.start : nearest.end]
        beside_found = findings(self.text, close, near_text)
        explained = self._explained(held)
        found = [f for f in found if not (f.kind in ("party", "opposite") and f.word.lower() in explained)]
        own_rank = next((r for r in ranked if r.eid == article.eid), None)
        features = (
            float(np.mean(ordered)), ordered[0], ordered[min(1, len(ordered) - 1)], float(np.std(ordered)),
            float(np.mean(near_ordered)), near_ordered[0],
            _share(stems, held | {plain_stem(word) for word in explained}), _share(stems, beside),
            own - other.score if other else 0.2,
            evidence_alone(own_rank) if own_rank else 0.0,
            float(bool(_NEGATED.search(self.text)) != bool(_NEGATED.search(text[nearest.start : nearest.end]))),
            float(bool(_DENIES.search(close)) and not _DENIES_AT_ALL.search(self.text)),
            float(bool(_DENIES.search(self.text)) and not _DENIES_AT_ALL.search(near_text)),
            float(bool(modes_in(self.text) & modes_in(near_text))),
            float(bool(re.search(r"\d", self.text))),
            float(np.log1p(len(stems))), float(np.log1p(len(near_text.split()))),
            float(bool(_RESTRICTS.search(text[nearest.start : nearest.end])) and not _RESTRICTS.search(self.text)),
            *_told(self._stretches.told(parsed, nearest)),
            *(float(min(2, sum(f.kind == kind for f in found))) for kind in FINDINGS),
            *(float(min(2, sum(f.kind == kind for f in beside_found))) for kind in NEAR_FINDINGS),
        )  # fmt: skip
        opposite = any(f.kind == "opposite" for f in beside_found)
        is_turned = opposite or denial_differs(self.text, close if _RESTRICTS.search(close) else near_text)
        weak = tuple(word for word, value in by_word if value < _NO_SUPPORT)
        return Weighed(features, nearest, tuple(found), weak, is_turned)

    def _by_word(self, text: str, by_token: NDArray[np.float32]) -> list[tuple[str, float]]:
        """How near a stretch comes to each telling word, as it is written."""
        telling, stems = set(content_words(self.text)), plain_stems(text)
        explained = self._explained(stems)
        support = []
        for word in words_of(self.text):
            own = (self._places >= word.start) & (self._places < word.end)
            if word.text in telling and own.any():
                near = float(by_token[own].mean())
                support.append(
                    (
                        self.text[word.start : word.end],
                        max(near, _SAME_WORD) if plain_stem(word.text) in stems or word.text in explained else near,
                    )
                )
        return support

    def _explained(self, stems: frozenset[str]) -> set[str]:
        """The words of everyday phrases for which a text with ``stems`` has what treaties say."""
        return {word for words, said in self._expansions for word in words if any(one <= stems for one in said)}


def _told(by_token: NDArray[np.float32]) -> tuple[float, float, float]:
    """How much of the nearest sentence a paraphrase tells: of all, between its first and last match, the least."""
    if not len(by_token):
        return 0.0, 0.0, 0.0
    matched = np.flatnonzero(by_token >= _MATCHED)
    within = by_token[matched[0] : matched[-1] + 1] if len(matched) else by_token
    return float(by_token.mean()), float(within.mean()), float(np.quantile(within, 0.1))


def _share(stems: Sequence[str], held: frozenset[str]) -> float:
    return sum(stem in held for stem in stems) / len(stems) if stems else 1.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights by feature, in the order of FEATURES."""

    weights: tuple[float, ...]
    bias: float

    def of(self, features: Sequence[float]) -> float:
        """The probability for these features."""
        return 1 / (1 + exp(-self.bias - sum(w * f for w, f in zip(self.weights, features, strict=True))))


@dataclass(frozen=True, slots=True)
class ParaphraseModel:
    """How likely a paraphrase is right, and of those that are not how likely it is neither said nor denied.

    From ``supported`` on it is said to be right; of wrong ones in the examples so few reach that as fit_claims says.
    """

    right: Logistic
    open: Logistic
    supported: float

    def is_open(self, features: Sequence[float]) -> bool:
        """Whether nothing can be said of a paraphrase that is not said to be right."""
        return self.open.of(features) >= _EVEN or self.right.of(features) >= _EVEN


_EVEN = 0.5


@lru_cache(maxsize=1)
def load_paraphrase_model() -> ParaphraseModel:
    """The model that comes with Pacta."""
    kept = json.loads(_PATH.read_text("utf-8"))
    right, open_ = (
        Logistic(tuple(kept[name]["weights"][feature] for feature in FEATURES), kept[name]["bias"])
        for name in ("right", "open")
    )
    return ParaphraseModel(right, open_, kept["supported"])
