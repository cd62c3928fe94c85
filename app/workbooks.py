"""Tables as files for a spreadsheet: texts stay texts, whatever they begin with."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

import xlsxwriter

Cell = str | int | float | None
#: What a spreadsheet would take for a formula where it begins a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The longest name of a sheet, and what must not be in it.
LONGEST = 31


@dataclass(frozen=True)
class Sheet:
    """A table as rows of cells, the head first."""

    name: str
    rows: list[list[Cell]]


def as_csv(found: Sequence[Sheet]) -> bytes:
    """All sheets below each other, in UTF-8 with the mark by which Excel knows it; nothing is a formula."""
    written = StringIO()
    sheet = csv.writer(written)
    for one in found:
        sheet.writerow([neutral(one.name)])
        sheet.writerows([neutral(cell) for cell in row] for row in one.rows)
        sheet.writerow([])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(found: Sequence[Sheet]) -> bytes:
    """A workbook; texts are written as texts, whatever they begin with."""
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        counted = book.add_format({"num_format": "#,##0"})
        for one in found:
            page = book.add_worksheet(one.name[:LONGEST])
            page.freeze_panes(1, 1)
            page.set_column(0, 0, 28)
            page.set_column(1, max(len(row) for row in one.rows), 14)
            for at, row in enumerate(one.rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(at, column, cell, bold if at == 0 else None)
                    elif cell is not None:
                        page.write_number(at, column, cell, counted if isinstance(cell, int) else None)
            page.set_landscape()
            page.fit_to_pages(1, 0)
    return kept.getvalue()


def neutral(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
