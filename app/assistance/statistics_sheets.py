"""The statistics of social assistance as a workbook: the table, each month, groups, teams and visits."""

from collections.abc import Mapping

from flask_babel import gettext as _

from app.assistance.statistics import LEVELS, Report, coverage_of, figures_document
from app.language.assistance_figure_words import LINES, TEAMS
from app.language.assistance_words import HOUSEHOLD_KINDS
from app.language.visit_words import VISIT_LEVELS
from app.workbooks import Cell, Sheet, as_xlsx
from tickets.assistance.monthly import Figure
from tickets.assistance.words import HouseholdKind


def workbook(report: Report, places: Mapping[str, str]) -> bytes:
    """The report with a sheet for each table."""
    return as_xlsx(
        [
            Sheet(_("救助统计"), _table(report)),
            Sheet(_("分类别"), _groups(report)),
            Sheet(_("分队伍"), _teams(report)),
            Sheet(_("走访覆盖"), _visits(report, places)),
        ]
    )


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


def _visits(report: Report, places: Mapping[str, str]) -> list[list[Cell]]:
    head = [_("社区或街道"), _("月份"), _("谁走访"), _("应访"), _("已访"), _("没见到"), _("覆盖率 %")]
    rows: list[list[Cell]] = [[*head]]
    for line in report.months:
        for level in LEVELS:
            for told in coverage_of(line, level):
                words: list[Cell] = [places.get(told["division"], told["division"]), f"{line.month:%Y-%m}"]
                counted = [told[name] for name in ("owed", "done", "missed", "share")]
                rows.append([*words, str(VISIT_LEVELS[level]), *counted])
    return rows


def _teams(report: Report) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[_("月份"), _("队伍类别"), _("队伍"), _("服务人数"), _("服务人次")]]
    for line in report.months:
        for part in line.teams():
            kind, _stroke, team = part.partition("/")
            counted = line.n(Figure.SERVED, part), line.n(Figure.TIMES, part)
            rows.append([f"{line.month:%Y-%m}", str(TEAMS[kind]), team, *counted])
    return rows
