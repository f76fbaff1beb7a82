"""The treaties held, over HTTP: the list, one of them, its text, one provision."""

from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote

from fastapi import APIRouter

from ingest.models import Fact, ParsedTreaty, Provision
from ingest.reference_graph import Edge, reference_record
from service.api.catalogue import ServedIndex, summarise
from service.api.records import (
    ProvisionRecord,
    ProvisionSummary,
    ReferenceRecord,
    TextFact,
    TreatyList,
    TreatyRecord,
    TreatyText,
)
from service.api.services import CallerDep, ServicesDep, provision_of, treaty_of
from service.web.facts import fact_url

router = APIRouter(prefix="/v1/treaties", tags=["Reading"])


@router.get("", summary="List the treaties held")
def list_treaties(services: ServicesDep, caller: CallerDep) -> TreatyList:
    """All treaties held, by title, and a few questions that can be put to them."""
    with services.reading(caller) as index:
        catalogue = services.catalogues.of(index)
    return TreatyList(
        treaties=list(catalogue.treaties),
        examples=list(catalogue.examples),
        index=catalogue.generation,
    )


@router.get("/{treaty_id}", summary="Describe a treaty")
def read_treaty(treaty_id: str, services: ServicesDep, caller: CallerDep) -> TreatyRecord:
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
def read_text(treaty_id: str, services: ServicesDep, caller: CallerDep) -> TreatyText:
    """The canonical text, which every `start` and `end` points into, in Unicode code points."""
    with services.reading(caller) as index:
        text = treaty_of(index, treaty_id).treaty.text
    return TreatyText(text=text, sha256=sha256(text.encode()).hexdigest())


@router.get("/{treaty_id}/provisions/{eid}", summary="Read a provision")
def read_provision(treaty_id: str, eid: str, services: ServicesDep, caller: CallerDep) -> ProvisionRecord:
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
        url=f"/t/{quote(treaty.id)}/{quote(eid)}",
        refers_to=_references(index.references.refers_to(treaty.id, eid), index),
        referred_by=_references(index.references.referred_by(treaty.id, eid), index),
    )


def _references(edges: Sequence[Edge], index: ServedIndex) -> list[ReferenceRecord]:
    return [ReferenceRecord(**reference_record(edge, index.treaties)) for edge in edges]


def _fact(parsed: ParsedTreaty, fact: Fact) -> TextFact:
    return TextFact(**parsed.fact_to_json(fact), url=fact_url(parsed.treaty, fact))


def _provision(provision: Provision) -> ProvisionSummary:
    fields = provision._asdict()
    return ProvisionSummary(**{name: fields[name] for name in ProvisionSummary.model_fields})
