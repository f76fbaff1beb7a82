"""``/docs``: the HTTP interface as a page, written from the OpenAPI document.

FastAPI's own page loads its scripts from the network; this one is plain HTML made here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from service.api.problems import ALL_KINDS
from service.api.templates import render_page

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]
_CODE = re.compile(r"`([^`]+)`")


@router.api_route("/docs", methods=["GET", "HEAD"])
def docs(request: Request) -> HTMLResponse:
    """All operations with their fields and an example, all records, all kinds of problems."""
    document = request.app.openapi()
    schemas: dict[str, Schema] = document["components"]["schemas"]
    context = {
        "title": document["info"]["title"],
        "description": document["info"]["description"],
        "groups": _operations_by_tag(document["paths"], schemas),
        "records": [
            {"name": name, "description": _prose(schema), "fields": _fields(schema)}
            for name, schema in sorted(schemas.items())
            if "properties" in schema and not name.endswith("ValidationError")
        ],
        "kinds": ALL_KINDS,
    }
    return render_page("reference.html", context)


def _operations_by_tag(paths: Schema, schemas: Mapping[str, Schema]) -> dict[str, list[Schema]]:
    groups: dict[str, list[Schema]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": _prose(operation),
                    "example": _example_body(operation, schemas),
                    "takes": _record_name(operation.get("requestBody", {})),
                    "gives": _gives(operation),
                }
            )
    return groups


def _gives(operation: Schema) -> str:
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            return _record_name(response)
    return ""


def _record_name(carrier: Schema) -> str:
    """The name of the record that a request body or a response carries; empty when none."""
    schema = carrier.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _example_body(operation: Schema, schemas: Mapping[str, Schema]) -> str:
    """A body to begin with: the fields that must be given, or that come with an example."""
    name = _record_name(operation.get("requestBody", {}))
    if not name:
        return ""
    fields = schemas[name]["properties"].items()
    body = {key: field["examples"][0] for key, field in fields if field.get("examples")}
    return json.dumps(body, ensure_ascii=False, indent=2)


def _fields(schema: Schema) -> list[dict[str, Any]]:
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "type": _type_name(field),
            "optional": name not in required,
            "description": _prose(field),
        }
        for name, field in schema["properties"].items()
    ]


def _type_name(schema: Schema) -> str:
    """The type of a field as a reader would say it: "string or null", "list of CitationRecord"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_name(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type_name(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _prose(described: Schema) -> Markup:
    """A description with what stands between backticks set as code, all else escaped."""
    words = " ".join(str(described.get("description", "")).split())
    pieces = _CODE.split(words)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )
