"""The description of the API as a page one can read: routes, bodies, errors."""

from dataclasses import dataclass
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template

from app.access.doors import open_to
from app.language.refusals import ERRORS
from app.language.refused_fields import FIELDS

api_pages = Blueprint("api_pages", __name__)


@dataclass(frozen=True)
class Field:
    """One field of a body: its name, what it may hold, and whether it may be left out."""

    name: str
    holds: str
    needed: bool


@dataclass(frozen=True)
class Route:
    """One route."""

    method: str
    path: str
    words: str
    fields: list[Field]
    statuses: list[str]


@api_pages.get("/api/docs")
@open_to("everybody")
def docs() -> str:
    """Show what `/api/v1/openapi.json` says."""
    app = current_app
    if not isinstance(app, APIFlask):
        raise TypeError("the API is described by APIFlask")
    spec: Any = app.spec
    return render_template("api/docs.html", routes=_routes(spec), errors=ERRORS, fields=FIELDS)


def _routes(spec: dict[str, Any]) -> list[Route]:
    schemas = spec["components"]["schemas"]
    return [
        Route(
            method.upper(),
            path,
            operation.get("summary", ""),
            _fields(operation, schemas),
            sorted(operation["responses"]),
        )
        for path, item in sorted(spec["paths"].items())
        for method, operation in item.items()
        if method in ("get", "post")
    ]


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> list[Field]:
    asked = [
        Field(one["name"], _holds(one.get("schema", {})), one.get("required", False))
        for one in operation.get("parameters", [])
        if one["in"] == "query"
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    body = schemas.get(name, {})
    needed = set(body.get("required", []))
    return asked + [
        Field(field, _holds(schema), field in needed) for field, schema in body.get("properties", {}).items()
    ]


def _holds(schema: dict[str, Any]) -> str:
    """What a field may hold, in a few signs."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1].rsplit(".", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(_holds(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_holds(schema.get('items', {}))}]"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    most = f" ≤ {schema['maxLength']}" if "maxLength" in schema else ""
    return f"{schema.get('format') or schema.get('type', '')}{most}"
