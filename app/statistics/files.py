"""Figures as files for a spreadsheet: one sheet a table, and how each figure is counted."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

import xlsxwriter
from flask_babel import gettext as _

from app.language.figure_words import FIGURES, MEANS, RATES, SORTED_BY, TOPIC_NAMES
from app.statistics.naming import namer
from app.statistics.periods import Period
from app.statistics.topics import Table, Topic
from tickets.ground.policy import Rulebook

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


def sheets(topic: Topic, tables: Sequence[Table], period: Period, rules: Rulebook) -> list[Sheet]:
    """The tables of a topic, and a last sheet that says how all is counted."""
    return [*(_sheet(topic, table, period, rules) for table in tables), _meanings(topic)]


def _sheet(topic: Topic, table: Table, period: Period, rules: Rulebook) -> Sheet:
    head: list[Cell] = [str(SORTED_BY[table.by]) if table.by else _("期间")]
    for figure in topic.counted:
        name = str(FIGURES[figure])
        head += [name, _("%(figure)s，上期", figure=name), _("%(figure)s，去年同期", figure=name)]
        head.append(_("%(figure)s，封账后差额", figure=name))
    head += [f"{RATES[rate.name]} %" for rate in topic.rates]
    rows = [head]
    named = namer(rules, table.by)
    for line in table.lines:
        row: list[Cell] = [named(line.key) if table.by else f"{period.first} – {period.last}"]
        for figure in topic.counted:
            now = line.count(figure)
            row += [now.n, line.count(figure, "before").n, line.count(figure, "year_before").n]
            row.append(now.correction)
        rows.append([*row, *(rate.share(line) for rate in topic.rates)])
    return Sheet(str(SORTED_BY[table.by]) if table.by else str(TOPIC_NAMES[topic.name]), rows)


def _meanings(topic: Topic) -> Sheet:
    rows: list[list[Cell]] = [[_("名称"), _("口径")]]
    rows += [[str(FIGURES[figure]), str(MEANS[figure])] for figure in topic.counted]
    rows += [[str(RATES[rate.name]), f"{FIGURES[rate.part]} ÷ {FIGURES[rate.whole]}"] for rate in topic.rates]
    return Sheet(_("口径"), rows)


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
        for one in found:
            page = book.add_worksheet(one.name[:LONGEST])
            page.freeze_panes(1, 1)
            page.set_column(0, 0, 28)
            page.set_column(1, max(len(row) for row in one.rows), 14)
            for at, row in enumerate(one.rows):
                for column, cell in enumerate(row):
                    how = bold if at == 0 else None
                    if isinstance(cell, str):
                        page.write_string(at, column, cell, how)
                    elif cell is not None:
                        page.write_number(at, column, cell, how)
    return kept.getvalue()


def neutral(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
