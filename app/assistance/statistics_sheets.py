"""The statistics of social assistance as a workbook: the table, each month, groups and teams."""

from io import BytesIO

import xlsxwriter
from flask_babel import gettext as _

from app.assistance.statistics import Report, figures_document
from app.language.assistance_figure_words import LINES, TEAMS
from app.language.assistance_words import HOUSEHOLD_KINDS
from tickets.assistance.monthly import Figure
from tickets.assistance.words import HouseholdKind

Cell = str | int | None


def workbook(report: Report) -> bytes:
    """The report with a sheet for each table; texts are written as texts, numbers as numbers."""
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        counted = book.add_format({"num_format": "#,##0"})
        for name, rows in (
            (_("救助统计"), _table(report)),
            (_("分类别"), _groups(report)),
            (_("分队伍"), _teams(report)),
        ):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 26)
            sheet.set_column(1, max(len(row) for row in rows), 13)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell, bold if at == 0 else None)
                    elif cell is not None:
                        sheet.write_number(at, column, cell, counted)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return kept.getvalue()


def _table(report: Report) -> list[list[Cell]]:
    head: list[Cell] = [_("项目"), _("合计")]
    columns = [figures_document(line) for line in (report.whole, *report.months)]
    rows = [[*head, *(_month(report, at) for at in range(len(report.months)))]]
    rows += [[str(word), *(column[name] for column in columns)] for name, word in LINES.items()]
    return rows


def _month(report: Report, at: int) -> str:
    line = report.months[at]
    return f"{line.month:%Y-%m}" if line.closed else _("%(month)s（未关账）", month=f"{line.month:%Y-%m}")


def _groups(report: Report) -> list[list[Cell]]:
    head = [_("月份"), _("救助类别"), _("户数（期末）"), _("人数（期末）"), _("新增户"), _("停止户")]
    figures = (Figure.HOUSEHOLDS, Figure.PERSONS, Figure.STARTED, Figure.STOPPED)
    rows: list[list[Cell]] = [[*head]]
    for line in report.months:
        for kind in HouseholdKind:
            words: list[Cell] = [f"{line.month:%Y-%m}", str(HOUSEHOLD_KINDS[kind])]
            rows.append([*words, *(line.n(figure, kind) for figure in figures)])
    return rows


def _teams(report: Report) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[_("月份"), _("队伍类别"), _("队伍"), _("服务人数"), _("服务人次")]]
    for line in report.months:
        for part in line.teams():
            kind, _stroke, team = part.partition("/")
            counted = line.n(Figure.SERVED, part), line.n(Figure.TIMES, part)
            rows.append([f"{line.month:%Y-%m}", str(TEAMS[kind]), team, *counted])
    return rows
