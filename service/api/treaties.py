"""The treaties held, over HTTP: the list, one of them, its text, one provision."""

import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ingest.models import Fact, ParsedTreaty, Provision
from ingest.reference_graph import Edge, reference_record
from service.api.catalogue import ServedIndex, summarise
from service.api.paging import MAX_LIMIT, Offset, page_of
from service.api.path_parameters import Eid, TreatyId
from service.api.records import (
    ProvisionRecord,
    ProvisionSummary,
    ReferenceRecord,
    TextFact,
    TreatyList,
    TreatyRecord,
    TreatySummary,
    TreatyText,
    Words,
)
from service.api.services import CallerDep, ServicesDep, provision_of, treaty_of
from service.citations import permalink
from service.web.facts import fact_url

router = APIRouter(prefix="/v1/treaties", tags=["Reading"])


@router.get("", summary="List the treaties held")
def list_treaties(
    request: Request,
    response: Response,
    services: ServicesDep,
    caller: CallerDep,
    q: Annotated[
        Words, Query(max_length=200, description="Words, each of which is in the title, an alias or the id.")
    ] = "",
    language: Annotated[
        Words, Query(max_length=35, description="Of the text, as a BCP 47 tag; `en` finds `en-GB` too.")
    ] = "",
    text_status: Annotated[Words, Query(max_length=100, description="Such as `authentic` or `excerpt`.")] = "",
    limit: Annotated[
        int | None, Query(ge=1, le=MAX_LIMIT, description="At most so many; all of them where it is left out.")
    ] = None,
    offset: Offset = 0,
) -> TreatyList:
    """The treaties held, by title, and a few questions that can be put to them.

    The header `Link` names the next piece of the list and the one before, as `next` does the next.
    """
    with services.reading(caller) as index:
        catalogue = services.catalogues.of(index)
    found = [treaty for treaty in catalogue.treaties if _fits(treaty, q, language, text_status)]
    page = page_of(found, request, response, limit=limit, offset=offset)
    return TreatyList(
        treaties=page.items,
        total=page.total,
        next=page.next,
        examples=list(catalogue.examples),
        index=catalogue.generation,
    )


@router.get("/{treaty_id}", summary="Describe a treaty")
def read_treaty(treaty_id: TreatyId, services: ServicesDep, caller: CallerDep) -> TreatyRecord:
    """What is known of a treaty, and the provisions it has, in the order of the text."""
    with services.reading(caller) as index:
        parsed = treaty_of(index, treaty_id)
        document = parsed.to_json()["treaty"]
        return TreatyRecord(
            **summarise(parsed).model_dump(),
            facts=document["facts"],
            facts_from_text=[_fact(parsed, fact) for fact in parsed.facts_from_text],
            source=document["source"],
            oddities=list(parsed.oddities),
            provisions=[_provision(provision) for provision in parsed.provisions],
        )


@router.get("/{treaty_id}/text", summary="Read the text of a treaty")
def read_text(treaty_id: TreatyId, services: ServicesDep, caller: CallerDep) -> TreatyText:
    """The canonical text, which every `start` and `end` points into, in Unicode code points."""
    with services.reading(caller) as index:
        text = treaty_of(index, treaty_id).treaty.text
    return TreatyText(text=text, sha256=sha256(text.encode()).hexdigest())


@router.get("/{treaty_id}/provisions/{eid}", summary="Read a provision")
def read_provision(treaty_id: TreatyId, eid: Eid, services: ServicesDep, caller: CallerDep) -> ProvisionRecord:
    """A provision with its words. Where there is none of that eId, the refusal names others."""
    with services.reading(caller) as index:
        parsed = treaty_of(index, treaty_id)
        return provision_record(parsed, provision_of(parsed, eid), index)


def provision_record(parsed: ParsedTreaty, provision: Provision, index: ServedIndex) -> ProvisionRecord:
    """A provision with its words and what is connected with it."""
    treaty, eid = parsed.treaty, provision.eid
    return ProvisionRecord(
        **_provision(provision).model_dump(),
        treaty_id=treaty.id,
        treaty_title=treaty.title,
        citation=f"{treaty.title}, {parsed.full_label(provision)}",
        article=parsed.article_of(provision).eid,
        children=[child.eid for child in parsed.children.get(eid, ())],
        text=parsed.text_of(provision),
        text_status=treaty.text_status,
        page=treaty.source.page_at(provision.start),
        url=permalink(treaty.id, eid),
        refers_to=_references(index.references.refers_to(treaty.id, eid), index),
        referred_by=_references(index.references.referred_by(treaty.id, eid), index),
    )


def _fits(treaty: TreatySummary, q: str, language: str, text_status: str) -> bool:
    names = _plain(" ".join([treaty.title, *treaty.aliases, treaty.id]))
    tag, wanted = treaty.language.lower(), language.strip().lower()
    return (
        all(word in names for word in _plain(q).split())
        and (not wanted or tag == wanted or tag.startswith(f"{wanted}-"))
        and (not text_status.strip() or treaty.text_status.casefold() == text_status.strip().casefold())
    )


def _plain(text: str) -> str:
    """Letters as one types them: no accents, no capitals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _references(edges: Sequence[Edge], index: ServedIndex) -> list[ReferenceRecord]:
    return [ReferenceRecord(**reference_record(edge, index.treaties)) for edge in edges]


def _fact(parsed: ParsedTreaty, fact: Fact) -> TextFact:
    return TextFact(**parsed.fact_to_json(fact), url=fact_url(parsed.treaty, fact))


def _provision(provision: Provision) -> ProvisionSummary:
    fields = provision._asdict()
    return ProvisionSummary(**{name: fields[name] for name in ProvisionSummary.model_fields})
