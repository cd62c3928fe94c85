"""The description of the API (OpenAPI 3.1), made from routes and models, with what they cannot say."""

from typing import Any

from apiflask import APIBlueprint, APIFlask

WORDS = """Tickets of a district hotline: register, transfer, answer, call back.

Order of checks: 401, 404, 400 and 422, the stored answer of an Idempotency-Key, 412, 409, 403.
Times are RFC 3339 in Shanghai time. Errors are problem documents (RFC 9457) that name the field and the
remedy, in Chinese, or in English where `Accept-Language` asks for it."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "remedy"],
                "properties": {name: {"type": "string"} for name in ("field", "message", "remedy")},
            },
        },
    },
}

READ = {"401": "No valid token", "404": "Not there, or not for this viewer", "422": "A field cannot be used"}
WRITE = {
    **READ,
    "400": "Not JSON",
    "403": "Not for this person",
    "409": "The moment is wrong, or the key is still running",
    "412": "The ticket was changed since",
    "413": "Over 1 MiB",
}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Same key and body, same answer; kept seven days per account",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
VERSION = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the ticket as it was read",
    "schema": {"type": "string"},
}

#: Files come as a form with parts, which no model of ours describes.
FILES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 10,
                        "description": "Each at most 20 MiB, all together 21 MiB",
                        "items": {"type": "string", "format": "binary"},
                    },
                    "audience": {"type": "string", "enum": ["internal", "citizen"], "default": "internal"},
                },
            }
        }
    },
}


def describe(app: APIFlask) -> None:
    """Add to the description what holds for every route. To be called when all blueprints are there."""
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["DESCRIPTION"] = WORDS
    app.config["AUTO_404_RESPONSE"] = False
    app.config["SECURITY_SCHEMES"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    app.spec_processor(_complete)
    for blueprint in app.blueprints.values():
        if not isinstance(blueprint, APIBlueprint):
            # APIFlask asks every blueprint, also those that are plain Flask's.
            vars(blueprint)["enable_openapi"] = False


def _complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
    if isinstance(spec, str):
        return spec
    spec["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    spec["security"] = [{"bearer": []}]
    spec["paths"] = {path: item for path, item in spec["paths"].items() if path.startswith("/api/v1/")}
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post"):
                _complete_operation(path, method, operation)
    return spec


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    if method == "post":
        headers = [KEY, VERSION] if "{ref}" in path else [KEY]
        operation.setdefault("parameters", []).extend(headers)
    if path.endswith("/attachments") and method == "post":
        operation["requestBody"] = FILES
    responses = operation["responses"]
    for code, words in (WRITE if method == "post" else READ).items():
        responses[code] = {
            "description": words,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
