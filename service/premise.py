"""Does a provision say what a question takes it to say?

Only questions that assert something of a provision are looked at ("Why does Article 4 let …", "Since Article 9
forbids …"). What is asserted is compared with the provision's words by their vectors: where they are far
apart, the premise is wrong. A premise about the same thing that says the contrary is not seen; the quotation
alone puts it right.
"""

import re

from ingest.embedding import Embedder
from ingest.models import ParsedTreaty, Provision

_ASSERTS = re.compile(
    r"(?i)^\W*(why|since|because|given|as|how come)\b"
    r"|\b(says?|states?|provides?|allows?|permits?|lets?|forbids?|prohibits?|bans?|requires?|obliges?|gives?|grants?"
    r"|guarantees?|abolish\w*|exempts?|excuses?|sets?|fixes|promises?|entitles?|bars?|makes?)\b"
)
_ASKS_OPENLY = re.compile(
    r"(?i)^\W*(what|which|who|whom|whose|where|when|how (?!come)|does|do|did|is|are|can|could|may|must|shall|should"
    r"|tell me|show|quote|explain|summari[sz]e|give me|read)\b"
)
# Below this cosine between what is asserted and the provision's best stretch, they speak of different things.
FAR = 0.30


def contradicts(question: str, asserted: str, parsed: ParsedTreaty, provision: Provision, embedder: Embedder) -> bool:
    """Whether the question asserts of a provision what its words do not say.

    ``asserted`` is the question without the names of treaty and article.
    """
    if _ASKS_OPENLY.match(question) or not _ASSERTS.search(question):
        return False
    words = parsed.treaty.text[provision.body_start : provision.end]
    pieces = [line for line in words.split("\n") if line.strip()][:12]
    heading = provision.heading or ""
    vectors = embedder.embed_texts([f"{heading} {piece}".strip() for piece in pieces])
    closest = float((vectors @ embedder.embed_query(asserted)).max())
    return closest < FAR
