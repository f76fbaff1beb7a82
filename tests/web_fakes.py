"""An invented treaty or two, an index that holds them, and a plain way to answer from them.

What the tests of the service need of the rest of Pacta, in a form one can read at one sitting.
"""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from check_fakes import fake_check
from fastapi import FastAPI

from ingest.errors import UnknownTreaty
from ingest.facts import find_facts
from ingest.models import Facts, ParsedTreaty, Provision, ProvisionKind, Source, Treaty
from ingest.reference_graph import ReferenceGraph
from ingest.settings import Settings as IngestSettings
from service.api.catalogue import ServedIndex
from service.app import create_app
from service.errors import QuestionEmpty, QuestionTooLong
from service.holder import IndexHolder
from service.models import Answer, Citation, CitedSource, Conversation, Hit, Question, Reason
from service.settings import Settings
from service.store import Store

with warnings.catch_warnings():
    # Starlette's client would rather have httpx2; it works with httpx all the same.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as _TestClient


class TestClient(_TestClient):
    """A client on the service's own machine."""

    __test__ = False

    def __init__(self, app: FastAPI, **more: Any) -> None:
        super().__init__(app, **{"base_url": "http://127.0.0.1", **more})


Row = tuple[str, ProvisionKind, str | None, str, str]

# (eid, kind, parent, what stands before the body, body); the number is read from the first part.
SALT_ROWS: tuple[Row, ...] = (
    ("preamble", "preamble", None, "", "The Salt Towns,\n\nWishing to share the pans of Ull,"),
    ("part_1", "part", None, "PART I\n\nTHE PANS", ""),
    ("art_1", "article", "part_1", "Article 1\n\nUse of the pans", ""),
    ("art_1__para_1", "paragraph", "art_1", "1. ", "Each Town may take salt, save that:"),
    ("art_1__para_1__point_a", "point", "art_1__para_1", "(a) ", "none is taken at night; and"),
    (
        "art_1__para_1__point_b",
        "point",
        "art_1__para_1",
        "(b) ",
        "none sold <script>x()</script>.",
    ),
    ("art_1__para_2", "paragraph", "art_1", "2. ", "The sign 𐍈🧂 marks the “pans”."),
    ("art_2", "article", "part_1", "Article 2", "The pans are kept in common & in peace."),
    ("annex_1", "annex", None, "ANNEX I\n\nLIST OF PANS", "Upper Pan\nLower Pan\nLong Pan"),
    ("final", "final", None, "", "DONE at Ull.\n\nFor Brine:\nA. Okke"),
)
TOLL_ROWS: tuple[Row, ...] = (
    ("art_1", "article", None, "Article 1", "Carts pay one penny."),
    ("art_2", "article", None, "Article 2", "Walkers pay nothing."),
)


def make_treaty(
    treaty_id: str,
    title: str,
    rows: tuple[Row, ...],
    *,
    front: str = "",
    aliases: tuple[str, ...] = (),
    text_status: str = "authentic",
    facts: Facts | None = None,
    pages: tuple[int, ...] = (),
) -> ParsedTreaty:
    """A treaty whose text is its rows one after the other, with a blank line between them."""
    text = f"{front}\n\n" if front else ""
    provisions: dict[str, Provision] = {}
    for eid, kind, parent, head, body in rows:
        start = len(text)
        joint = "\n\n" if head and body and not head.endswith(" ") else ""
        text += head + joint
        first, _, heading = head.partition("\n\n")
        number = first.split(" ")[-1] if kind in {"part", "article", "annex"} else head.strip()
        provisions[eid] = Provision(
            eid=eid,
            kind=kind,
            number=number or None,
            normalised_number=eid.rpartition("_")[2] if head else None,
            heading=heading or None,
            # A chapeau begins where its paragraph does, with the paragraph's number.
            start=provisions[str(parent)].start if kind == "chapeau" else start,
            end=len(text) + len(body),
            parent=parent,
            body_start=len(text),
            label=first.strip().capitalize() if number else eid.capitalize(),
        )
        end = len(text) + len(body)
        while parent is not None:
            around = provisions[parent]
            provisions[parent] = _with_end(around, end)
            parent = around.parent
        text += body + "\n\n"
    treaty = Treaty(
        id=treaty_id,
        title=title,
        text=text.rstrip(),
        source=Source(f"{treaty_id}.txt", "0" * 64, "text", pages),
        aliases=aliases,
        text_status=text_status,
        facts=facts or Facts(),
    )
    return ParsedTreaty(treaty, tuple(provisions.values()))


def _with_end(provision: Provision, end: int) -> Provision:
    return provision._replace(end=end)


SALT = make_treaty(
    "salt",
    "Treaty of the <b>Salt</b> Towns",
    SALT_ROWS,
    front="TREATY OF THE SALT TOWNS",
    aliases=("Salt Treaty",),
    facts=Facts(signed="1911-03-05", signed_at="Ull", in_force="1912-01-01", depositary="Brine"),
)
TOLL = make_treaty("toll", "Toll Agreement", TOLL_ROWS, text_status="excerpt", pages=(0, 30))
LAMP_ROWS: tuple[Row, ...] = (
    ("art_1", "article", None, "Article 1", "This Treaty shall enter into force on signature."),
    ("art_2", "article", None, "Article 2", "The Danish & English texts of this Treaty are equally authentic."),
    ("final", "final", None, "", "DONE at Ull, on 3 May 1931."),
)
# Held by no index of these tests unless one asks for it; its facts are those that its text tells.
_LAMP = make_treaty("lamp", "Lamp Treaty", LAMP_ROWS, front="LAMP TREATY")
LAMP = replace(_LAMP, facts_from_text=find_facts(_LAMP))


@dataclass(eq=False)
class FakeIndex:
    """An index of invented treaties, which knows whether it was closed."""

    generation: str = "g1"
    treaties: Mapping[str, ParsedTreaty] = field(default_factory=lambda: {"salt": SALT, "toll": TOLL})
    references: ReferenceGraph = field(default_factory=lambda: ReferenceGraph([]))
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str | None = None
    closed: bool = False

    def without(self, hidden: frozenset[str]) -> Self:
        rest = {treaty_id: parsed for treaty_id, parsed in self.treaties.items() if treaty_id not in hidden}
        return replace(self, treaties=rest)

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


def cite(parsed: ParsedTreaty, eid: str, number: int) -> Citation:
    """A citation of the words of a provision after its number and heading."""
    treaty, provision = parsed.treaty, parsed.by_eid[eid]
    start, end = provision.body_start, provision.end
    return Citation(
        number=number,
        treaty_id=treaty.id,
        treaty_title=treaty.title,
        eid=eid,
        label=provision.label,
        citation=f"{treaty.title}, {provision.label}",
        quote=treaty.text[start:end],
        start=start,
        end=end,
        url=f"/t/{treaty.id}/{eid}",
        text_status=treaty.text_status,
        source=CitedSource(treaty.source.uri, treaty.source.sha256, treaty.source.page_at(start)),
    )


def _check(question: Question, index: Any, settings: Settings) -> None:
    if not question.text.strip():
        raise QuestionEmpty
    if len(question.text) > settings.max_question_chars:
        raise QuestionTooLong(len(question.text), settings.max_question_chars)
    for treaty in question.treaties:
        if treaty not in index.treaties:
            raise UnknownTreaty(f"No treaty with the id {treaty!r} is held.")


def fake_answer(question: Question, conversation: Conversation, index: Any, settings: Settings) -> Answer:
    """Quotes the articles whose numbers the question names; "boom" fails as a defect would."""
    _check(question, index, settings)
    if "boom" in question.text:
        raise ZeroDivisionError("a secret detail")
    treaties = question.treaties or tuple(index.treaties)
    wanted = re.findall(r"Article (\d+)", question.text)
    found = [
        (index.treaties[treaty], f"art_{number}")
        for number in wanted
        for treaty in treaties
        if f"art_{number}" in index.treaties[treaty].by_eid
    ]
    citations = tuple(cite(parsed, eid, place) for place, (parsed, eid) in enumerate(found, 1))
    text = " ".join(f"{c.label} of the {c.treaty_title}: {c.quote} [{c.number}]" for c in citations)
    reason: Reason | None = None
    if not citations:
        reason = "no_such_provision" if wanted else "not_found"
        text = "There is no such article." if wanted else "Nothing was found."
    return Answer(
        answer=f"{text} ({len(conversation.turns)} before)",
        status="answered" if citations else "abstained",
        reason=reason,
        mode="extractive",
        confidence=0.9 if citations else 0.1,
        citations=citations,
        related=() if citations else (cite(TOLL, "art_2", 1),),
        conversation_id=conversation.id,
        message_id="m1",
        index=index.generation,
        timings_ms={"total": 1.0},
    )


def fake_search(
    query: str,
    index: Any,
    settings: Settings,
    *,
    treaties: tuple[str, ...] = (),
    limit: int = 10,
    conversation: Conversation | None = None,
) -> list[Hit]:
    """The articles that hold a word of the query."""
    _check(Question(query, treaties), index, settings)
    hits = []
    for treaty_id in treaties or tuple(index.treaties):
        parsed = index.treaties[treaty_id]
        for article in parsed.body_articles:
            words = parsed.text_of(article)
            if any(word.lower() in words.lower() for word in query.split()):
                span = (article.start, article.end)
                hits.append(Hit(treaty_id, article.eid, article.label, 0.5, *span, words))
    return hits[:limit]


def make_client(
    home: Path, open_index: Callable[[Path], ServedIndex] | None = None, **more_settings: Any
) -> TestClient:
    """A client of an application over the fakes; use it in a ``with`` block."""
    settings = Settings(ingest=IngestSettings(home=home), **more_settings)
    app = create_app(
        settings,
        holder=IndexHolder(home, open_index or (lambda _home: FakeIndex())),
        store=Store(settings.database),
        answer=fake_answer,
        search_articles=fake_search,
        check_text=fake_check,
    )
    return TestClient(app, raise_server_exceptions=False)
