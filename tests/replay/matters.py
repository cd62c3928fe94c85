"""The file: one matter a row, with what the citizen wrote and what a unit once answered."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tickets.intake.draft import MOST_TEXT

COLUMNS = ("id", "subject", "created_at", "content", "reply")
MOST_TITLE = 100
SHANGHAI = ZoneInfo("Asia/Shanghai")


class FileRefused(Exception):
    """The file cannot be replayed; the text says why."""


@dataclass(frozen=True)
class Matter:
    """One row. Its words leave the file as they are, and must come back as they are."""

    #: Number of the row, from 1.
    number: int
    id: str
    subject: str
    created_at: str
    content: str
    reply: str

    @property
    def trouble(self) -> str | None:
        """Why its words cannot be stored to the letter, whatever the service does."""
        for name in ("content", "reply"):
            words = getattr(self, name)
            if not words.strip():
                return f"{name} is empty"
            if len(words) > MOST_TEXT:
                return f"{name} has more than {MOST_TEXT} characters"
            if "\0" in words:
                return f"{name} has a character that is no text"
        return None

    def registration(self) -> dict[str, Any]:
        """The body of its registration; the number belongs to nobody and is another one in each row."""
        return {
            "channel": "web",
            "kind": "complaint",
            "title": self.subject[:MOST_TITLE] or None,
            "text": self.content,
            "requester": {"phone": f"+86138000{self.number % 100_000:05d}", "reply_wanted": True},
            "external": {"system": "replay", "ref": self.id, "received_at": self._received_at()},
        }

    def _received_at(self) -> str | None:
        try:
            moment = datetime.fromisoformat(self.created_at)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).isoformat()


def read_matters(path: Path, limit: int | None = None) -> list[Matter]:
    """
    Read at most *limit* rows of *path*.

    :raises FileRefused: it is no such file, or a column is missing.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(csv.DictReader(file), limit))
    except (OSError, UnicodeError, csv.Error) as trouble:
        raise FileRefused(f"{path} cannot be read: {type(trouble).__name__}") from trouble


def _rows(reader: "csv.DictReader[str]", limit: int | None) -> Iterator[Matter]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise FileRefused(f"the file has no column {', '.join(missing)}")
    for number, row in enumerate(reader, 1):
        if limit is not None and number > limit:
            return
        yield Matter(number, **{name: row[name] or "" for name in COLUMNS})
