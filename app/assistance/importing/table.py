"""A spreadsheet as rows of words, whatever program wrote it: .xlsx, .xls, or .csv in UTF-8 or GBK."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.assistance.importing.columns import Heads, heads_of
from tickets.ground.errors import bad_field

#: The head of a table stands within so many rows: above it are titles.
HEAD_WITHIN = 10
#: More rows are more than a district has, or a slip.
MOST_ROWS = 200_000


@dataclass(frozen=True)
class Table:
    """The rows of a file: where each field stands, and its rows with their line numbers."""

    heads: Heads
    rows: list[tuple[int, list[str]]]


def is_register(heads: Heads) -> bool:
    """Whether these are the heads of a register."""
    return heads.is_whole


def read_table(
    content: bytes,
    *,
    field: str = "file",
    are_heads: Callable[[Heads], bool] = is_register,
    missing: str = "no_heads",
) -> Table:
    """
    Read a spreadsheet whose heads *are_heads*; without any it is refused as *missing*.

    :raises FieldsRefused: it is none, or no row of it names the columns.
    """
    rows = list(_csv(content) if _is_text(content) else _workbook(content, field))
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        heads = heads_of(row)
        if are_heads(heads):
            body = [(line, row) for line, row in enumerate(rows[at + 1 :], at + 2) if any(row)]
            if len(body) > MOST_ROWS:
                raise bad_field(field, "too_many_lines", most=MOST_ROWS)
            return Table(heads, body)
    raise bad_field(field, missing)


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
