"""The file as text: one vector a line, so that a changed answer is one changed line."""

import json
from typing import Any

from tests.tickets.deriving.calendars import calendars
from tests.tickets.deriving.cases import vectors
from tests.tickets.deriving.sources import SOURCES

ABOUT = [
    "Test vectors for legal time limits in mainland China; VECTORS.md beside this file says how to run them.",
    "The answers were derived by walking minute by minute and day by day from the sources, not by an engine.",
]


def written() -> str:
    """Derive everything and write it down."""
    parts = {
        "about": _lines(ABOUT),
        "sources": _table(SOURCES),
        "calendars": _table(calendars()),
        "vectors": _lines(vectors()),
    }
    return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "\n}\n"


def _lines(values: list[Any]) -> str:
    return "[\n" + ",\n".join(_plain(value) for value in values) + "\n]"


def _table(values: dict[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{_plain(key)}: {_plain(value)}" for key, value in values.items()) + "\n}"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
