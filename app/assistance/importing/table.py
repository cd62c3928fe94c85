"""A register of households as a table: a row of it names who, by which number, and where."""

from collections.abc import Sequence

from app.assistance.importing.columns import heads_of, is_whole
from app.sheets import Heads, Table, read_sheet


def read_table(content: bytes, *, field: str = "file") -> Table:
    """
    Read a spreadsheet.

    :raises FieldsRefused: it is none, or no row of it names the columns.
    """
    return read_sheet(content, _whole_heads, no_heads="no_heads", field=field)


def _whole_heads(row: Sequence[str]) -> Heads | None:
    heads = heads_of(row)
    return heads if is_whole(heads) else None
