"""A spreadsheet as rows of words, whatever program wrote it: .xlsx, .xls, or .csv in UTF-8 or GBK."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from tickets.ground.errors import BadField, bad_field

#: The head of a table stands within so many rows: above it are titles.
HEAD_WITHIN = 10
#: More rows are more than a district has, or a slip.
MOST_ROWS = 200_000

_NOT_A_NAME = re.compile(r"[\s（）()/、*：:]+")


@dataclass(frozen=True)
class Heads:
    """Which field stands in which column, what it is called there, and columns nobody reads."""

    at: Mapping[str, int]
    called: Mapping[str, str]
    unread: tuple[str, ...]

    def value(self, row: Sequence[str], field: str) -> str:
        """What stands in the column of *field*; nothing where there is no such column."""
        at = self.at.get(field)
        return row[at] if at is not None and at < len(row) else ""


@dataclass(frozen=True)
class Table:
    """The rows of a file: where each field stands, and its rows with their line numbers."""

    heads: Heads
    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row: its line in the file, the column as it is called there, and why."""

    line: int
    column: str
    bad: BadField


def heads_among(row: Iterable[str], names: Mapping[str, str]) -> Heads:
    """Read a row as the head of a table, *names* by field; of two columns for one field the first counts."""
    at: dict[str, int] = {}
    called: dict[str, str] = {}
    unread = []
    for number, cell in enumerate(row):
        field = names.get(_NOT_A_NAME.sub("", cell))
        if field and field not in at:
            at[field], called[field] = number, cell
        elif cell:
            unread.append(cell)
    return Heads(at, called, tuple(unread))


def read_sheet(
    content: bytes,
    heads_of: Callable[[Sequence[str]], Heads | None],
    *,
    no_heads: str,
    field: str = "file",
    most: int = MOST_ROWS,
) -> Table:
    """
    Read a spreadsheet whose head is the first row that *heads_of* knows.

    :raises FieldsRefused: it is none, has no such head (the refusal is *no_heads*), or more than *most* rows.
    """
    rows = list(_csv(content) if _is_text(content) else _workbook(content, field))
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        heads = heads_of(row)
        if heads is not None:
            body = [(line, row) for line, row in enumerate(rows[at + 1 :], at + 2) if any(row)]
            if len(body) > most:
                raise bad_field(field, "too_many_lines", most=most)
            return Table(heads, body)
    raise bad_field(field, no_heads)


def _is_text(content: bytes) -> bool:
    """Workbooks begin with the marks of zip or of a compound file; a text has neither."""
    return not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte that was ever GBK is GB 18030; what is neither shows as a mark and is refused later.
        text = content.decode("gb18030", "replace")
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    for row in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator):
        yield [cell.strip() for cell in row]


def _workbook(content: bytes, field: str) -> Iterator[list[str]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_words(cell) for cell in row]
    except (CalamineError, IndexError):
        raise bad_field(field, "not_a_sheet") from None


def _words(cell: Any) -> str:
    """A cell as people read it: 713.0 is 713, a day is that day."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
