"""The ways in which a follow-up may be read, and the articles found for all of them together.

"And for consuls?" may be searched for as it stands, together with the question before it, or as that question with
"consuls" in the place of its like. Each reading ranks the articles; what an article scores is the weighted sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Embedder
from service.retrieval import FUSION, Ranked

# What a follow-up weighs as it stands, by how many telling words it has: of none it says nothing, of eight it says all.
# Set on conversations.jsonl; so are the two below, and around these values little changes.
_ALONE = (0.0, 0.15, 0.2, 0.25, 0.3, 0.3, 0.35, 0.35, 0.4)
# Half of the rest is read as one text with the question before it, half as the mean of both.
_AS_MEAN = 0.5
_INSTEAD = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is searched for, with its vectors; ``before`` are words looked for beside its own."""

    text: str
    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    before: str = ""
    weight: float = 1.0


def readings_of(mean: Reading, instead: str | None, telling: int, embedder: Embedder) -> list[Reading]:
    """The ways to read a follow-up.

    ``mean`` is it with the vector between its own and that of the question before it, ``instead`` that question with
    what the follow-up names in the place of its like; ``telling`` is how many telling words the follow-up has.
    """
    alone = embedder.encode_query(mean.text)
    together = embedder.encode_query(f"{mean.before.rstrip(' ?.!')}? {mean.text}")
    weight = _ALONE[min(telling, len(_ALONE) - 1)]
    found = [
        Reading(mean.text, alone.vector, alone.tokens, "", weight),
        Reading(mean.text, together.vector, together.tokens, mean.before, 1 - _AS_MEAN - weight),
        replace(mean, weight=_AS_MEAN),
    ]
    if instead:
        found = [replace(reading, weight=(1 - _INSTEAD) * reading.weight) for reading in found]
        vector, tokens = embedder.encode_query(instead)
        found.append(Reading(instead, vector, tokens, "", _INSTEAD))
    return [reading for reading in found if reading.weight]


def rank_readings(readings: Sequence[Reading], rank: Callable[[Reading], list[Ranked]]) -> list[Ranked]:
    """Articles by what they score in all readings, best first, each as the reading has it where it scores most.

    Only the first ones of each reading, which are compared word by word, are joined; an article that is not among
    them counts as the last of them. Behind them stand the others of the first reading.
    """
    rankings = [rank(reading) for reading in readings]
    if len(rankings) == 1:
        return rankings[0]
    first = [{(found.treaty_id, found.eid): found for found in ranked[: FUSION.reranked]} for ranked in rankings]
    last = [min((found.score for found in of_one.values()), default=0.0) for of_one in first]
    joined = []
    for article in dict.fromkeys(article for of_one in first for article in of_one):
        score = sum(
            reading.weight * (of_one[article].score if article in of_one else least)
            for reading, of_one, least in zip(readings, first, last, strict=True)
        )
        best = max((of_one[article] for of_one in first if article in of_one), key=lambda found: found.score)
        joined.append(replace(best, score=score))
    joined.sort(key=lambda found: (-found.score, found.treaty_id, found.row))
    seen = {(found.treaty_id, found.eid) for found in joined}
    return [*joined, *(found for found in rankings[0] if (found.treaty_id, found.eid) not in seen)]
