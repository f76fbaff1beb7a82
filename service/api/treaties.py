"""The treaties held, over HTTP: the list, one of them, its text, one provision."""

from dataclasses import asdict
from hashlib import sha256
from urllib.parse import quote

from fastapi import APIRouter

from ingest.models import Provision
from service.api.catalogue import summarise
from service.api.records import (
    ProvisionRecord,
    ProvisionSummary,
    TreatyList,
    TreatyRecord,
    TreatyText,
)
from service.api.services import ServicesDep, provision_of, treaty_of

router = APIRouter(prefix="/v1/treaties", tags=["Reading"])


@router.get("", summary="List the treaties held")
def list_treaties(services: ServicesDep) -> TreatyList:
    """All treaties held, by title, and a few questions that can be put to them."""
    with services.holder.use() as index:
        catalogue = services.catalogues.of(index)
    return TreatyList(
        treaties=list(catalogue.treaties),
        examples=list(catalogue.examples),
        index=catalogue.generation,
    )


@router.get("/{treaty_id}", summary="Describe a treaty")
def read_treaty(treaty_id: str, services: ServicesDep) -> TreatyRecord:
    """What is known of a treaty, and the provisions it has, in the order of the text."""
    with services.holder.use() as index:
        parsed = treaty_of(index, treaty_id)
        document = parsed.to_json()["treaty"]
        return TreatyRecord(
            **summarise(parsed).model_dump(),
            facts=document["facts"],
            source=document["source"],
            oddities=list(parsed.oddities),
            provisions=[_provision(provision) for provision in parsed.provisions],
        )


@router.get("/{treaty_id}/text", summary="Read the text of a treaty")
def read_text(treaty_id: str, services: ServicesDep) -> TreatyText:
    """The canonical text, which every `start` and `end` points into, in Unicode code points."""
    with services.holder.use() as index:
        text = treaty_of(index, treaty_id).treaty.text
    return TreatyText(text=text, sha256=sha256(text.encode()).hexdigest())


@router.get("/{treaty_id}/provisions/{eid}", summary="Read a provision")
def read_provision(treaty_id: str, eid: str, services: ServicesDep) -> ProvisionRecord:
    """A provision with its words. Where there is none of that eId, the refusal names others."""
    with services.holder.use() as index:
        parsed = treaty_of(index, treaty_id)
        provision = provision_of(parsed, eid)
        treaty = parsed.treaty
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
        )


def _provision(provision: Provision) -> ProvisionSummary:
    fields = asdict(provision)
    return ProvisionSummary(**{name: fields[name] for name in ProvisionSummary.model_fields})
