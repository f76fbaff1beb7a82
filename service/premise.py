"""Does a provision say what a question takes it to say?

"Since Article 9 gives an expelled diplomat 72 hours, …" is answered with Article 9, and with the word that it gives no
hours. Whether an article says what is claimed of it is a matter of understanding, which Pacta has none of; but much
of what it does not say can be seen: a quantity that it lacks, words that nothing in it comes near to, another article
of the treaty that is nearer. What is seen is weighed by a logistic regression (eval/fit.py, on claims about articles
of treaties, right and wrong: eval/premise_examples.jsonl); premise.json holds its weights and the doubt from which a
claim is said to be wrong. A claim that turns a duty round in the article's own words is mostly not seen; the
quotation puts it right.
"""

import json
import re
from collections.abc import Mapping, Sequence
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
from service.confidence import evidence_alone
from service.provisions_asked import content_words
from service.quantities import lacking, quantities_in
from service.retrieval import Ranked, rank_articles
from service.spans import sentences_of, whole_of
from service.stems import plain_stem, plain_stems
from service.stretches import Stretches

_PATH = Path(__file__).parent / "premise.json"
FEATURES = (
    "support", "least_support", "spread", "gap", "lacks_quantity", "has_quantity", "lead", "negation", "name", "role",
    "exception_invented", "exception_denied", "condition_dropped",
)  # fmt: skip
# A word that the article has is supported so well, however the vectors see it.
_SAME_WORD = 0.8
# An article of the same treaty that is so far ahead of the one named is what the claim is about.
FAR_AHEAD = 0.25
# … if it is so likely to be about that at all.
LEAST_OF_ANOTHER = 0.3
_NEGATED = re.compile(
    r"(?i)\b(?:not|no|nor|never|without|forbid\w*|prohibit\w*|bans?|bar(?:s|red)?|cannot|neither|none|refus\w+|stop\w*"
    r"|only)\b|n['’]t\b"
)
_EXCEPTS = re.compile(
    r"(?i)\b(?:except\w*|unless|save (?:where|for|as|in|when)|however|notwithstanding|provided that|subject to"
    r"|without prejudice|other than|apart from|but not)\b"
)
_DENIES_EXCEPTIONS = re.compile(
    r"(?i)\b(?:without (?:any |an )?(?:exceptions?|limits?|conditions?|qualification)|no exceptions?"
    r"|whatever|in all cases|always|never|at all|outright|absolutely)\b"
)
# "Without any exception" of an article that has one is wrong, whatever else: of 1,014 claims five are so, none right.
_WITHOUT_EXCEPTION = re.compile(
    r"(?i)\b(?:without (?:any |a |an )?(?:single )?exceptions?|(?:no|not any) exceptions?)\b"
)
_EXCEPTION = re.compile(
    r"(?i)\b(?:except(?= |,)|unless|save (?:where|for|as|in|when|that)|however|other than|but not)\b"
)
_CONDITIONS = re.compile(
    r"(?i)\b(?:if|only|unless|until|once|provided|where|when|after|before|in case|on condition|subject to|to the extent"
    r"|as long as|so far as)\b"
)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}\b")
_ROLES = frozenset(
    "committee secretariat council court government minister president secretary director assembly commission "
    "conference party parties state states depositary tribunal judge judges bank board chairman bureau executive "
    "general authority authorities police ministry parliament members member arbitrator commander umpire sponsor "
    "owner master captain carrier employer worker registrar prosecutor".split()
)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against a claim: ``features`` in the order of FEATURES.

    ``lacking`` are quantities it has that the article lacks, ``rather`` is the article of the treaty that it is rather
    about, if there is one; ``exception`` is the word that begins an exception of the article where the claim says that
    it has none.
    """

    features: tuple[float, ...]
    lacking: tuple[str, ...] = ()
    rather: Ranked | None = None
    exception: str = ""


def doubts_about(claim: str, parsed: ParsedTreaty, article: Provision, index: Index, embedder: Embedder) -> Doubts:
    """What speaks against the claim that an article says so."""
    encoded = embedder.encode_query(claim)
    stretches = Stretches(encoded.tokens, index, embedder)
    text = parsed.text_of(article)
    whole = whole_of(parsed, article)
    sentences = sentences_of(parsed, article, whole.start, whole.end) or [whole]
    best = sentences[int(np.argmax(stretches.weigh(parsed, sentences)))]
    nearest = parsed.treaty.text[best.start : best.end]
    by_token = stretches.support(parsed, article)
    by_word = _support_of_words(claim, text, by_token, embedder.token_places(claim))
    ranked = rank_articles(claim, encoded.vector, index, treaties=(parsed.treaty.id,), tokens=encoded.tokens)
    own = next((found.score for found in ranked if found.eid == article.eid), ranked[-1].score if ranked else 0.0)
    other = next((found for found in ranked if found.eid != article.eid), None)
    lead = own - other.score if other else 0.0
    claimed, held = quantities_in(claim), quantities_in(text)
    lacks = lacking(claimed, held)
    stems = plain_stems(text)
    roles = [word.text for word in words_of(claim) if word.text in _ROLES]
    features = (
        float(by_word.mean()),
        float(by_token.min()),
        float(by_token.std()),
        float(by_token.mean()) - float(stretches.support(parsed, article, best).mean()),
        float(bool(lacks)),
        float(bool(claimed) and not lacks),
        lead,
        float(bool(_NEGATED.search(claim)) != bool(_NEGATED.search(nearest))),
        float(any(plain_stem(match[0].lower()) not in stems for match in _NAME.finditer(claim))),
        float(bool(roles) and all(plain_stem(role) in stems for role in roles)),
        float(bool(_EXCEPTS.search(claim)) and not _EXCEPTS.search(text)),
        float(bool(_DENIES_EXCEPTIONS.search(claim)) and bool(_EXCEPTS.search(text))),
        float(bool(_CONDITIONS.search(nearest)) and not _CONDITIONS.search(claim)),
    )
    rather = other if other and lead < -FAR_AHEAD and evidence_alone(other) >= LEAST_OF_ANOTHER else None
    exception = _EXCEPTION.search(text) if _WITHOUT_EXCEPTION.search(claim) else None
    return Doubts(features, tuple(lacks), rather, exception[0].lower() if exception else "")


def _support_of_words(
    claim: str, text: str, by_token: NDArray[np.float32], places: NDArray[np.int64]
) -> NDArray[np.float32]:
    """How near the article comes to each telling word of a claim, shape (words,)."""
    telling, stems = set(content_words(claim)), plain_stems(text)
    support = []
    for word in words_of(claim):
        own = (places >= word.start) & (places < word.end)
        if word.text in telling and own.any():
            near = float(by_token[own].mean())
            support.append(max(near, _SAME_WORD) if plain_stem(word.text) in stems else near)
    return np.array(support or [float(by_token.mean())], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class PremiseModel:
    """Weights by feature; a claim of which the doubt is ``threshold`` or more is said to be wrong."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def doubt(self, features: Sequence[float]) -> float:
        """How likely a claim with these features is wrong, of claims half of which are."""
        return 1 / (1 + exp(-self.bias - sum(w * f for w, f in zip(self.weights, features, strict=True))))

    def is_wrong(self, doubts: Doubts) -> bool:
        """Whether to say that a claim is wrong."""
        return bool(doubts.exception) or self.doubt(doubts.features) >= self.threshold


@lru_cache(maxsize=1)
def load_premise_model() -> PremiseModel:
    """The model that comes with Pacta."""
    record: Mapping[str, float] = (kept := json.loads(_PATH.read_text("utf-8")))["weights"]
    return PremiseModel(tuple(record[name] for name in FEATURES), kept["bias"], kept["threshold"])
