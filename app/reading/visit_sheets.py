"""Coverage as a chart and as a workbook, with the same figures as the table."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import pygal
import xlsxwriter
from flask_babel import gettext
from pygal.style import Style

from app.language.visit_words import VISIT_LEVELS, VISIT_STATES
from app.reading.visits import Coverage, VisitLine

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    font_family='"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    guide_stroke_color="#d3dae5",
    major_guide_stroke_color="#d3dae5",
    guide_stroke_dasharray="0",
    major_guide_stroke_dasharray="0",
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
    colors=("#1c4f93",),
)


def period_names(coverage: Coverage) -> list[str]:
    """The periods as the heads of columns: months, or the months of half-years."""
    return [f"{one:%Y-%m}" for one in coverage.periods]


def chart(coverage: Coverage) -> str:
    """An SVG of standing bars: percent of the visits owed that were made, period by period."""
    drawn = pygal.Bar(
        js=[],
        style=_STYLE,
        width=900,
        height=260,
        show_legend=False,
        print_values=True,
        range=(0, 100),
        y_labels=(0, 25, 50, 75, 100),
        value_formatter=lambda share: f"{share:.1f}%",
        disable_xml_declaration=True,
        no_data_text=gettext("没有数据"),
    )
    drawn.x_labels = period_names(coverage)
    drawn.add("", [tally.share for tally in coverage.totals])
    rendered: str = drawn.render()
    return rendered


def workbook(coverage: Coverage, missed: Sequence[VisitLine], places: Mapping[str, str]) -> bytes:
    """A workbook: how far each division is, and the households not yet visited, their heads masked."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        _coverage_sheet(book, coverage, places)
        _missed_sheet(book, missed, places)
    return out.getvalue()


def _coverage_sheet(book: xlsxwriter.Workbook, coverage: Coverage, places: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(gettext("走访覆盖"))
    bold = book.add_format({"bold": True})
    heads = [gettext("社区或街道"), gettext("应访"), gettext("已访"), gettext("未访"), gettext("没见到")]
    sheet.write_row(0, 0, [str(VISIT_LEVELS[coverage.level]), f"{coverage.periods[-1]:%Y-%m}"], bold)
    sheet.write_row(1, 0, [*heads, *(f"{name} %" for name in period_names(coverage))], bold)
    for at, row in enumerate(coverage.rows, start=2):
        now = row.now
        sheet.write_string(at, 0, places.get(row.division, row.division))
        sheet.write_row(at, 1, [now.owed, now.done, now.left, now.not_reached])
        sheet.write_row(at, 5, [tally.share for tally in row.tallies])
    total = coverage.total
    end = [gettext("合计"), total.owed, total.done, total.left, total.not_reached]
    sheet.write_row(len(coverage.rows) + 2, 0, [*end, *(tally.share for tally in coverage.totals)], bold)
    sheet.set_column(0, 0, 28)


def _missed_sheet(book: xlsxwriter.Workbook, missed: Sequence[VisitLine], places: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(gettext("未走访名单"))
    heads = (
        gettext("户号"),
        gettext("户主"),
        gettext("社区"),
        gettext("状态"),
        gettext("去了几次"),
        gettext("下次"),
    )
    sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
    for at, line in enumerate(missed, start=1):
        visit = line.visit
        next_on = visit.next_on.isoformat() if visit.next_on else ""
        head = (line.head.name_masked if line.head else None) or ""
        where = places.get(visit.division, visit.division)
        state = str(VISIT_STATES[visit.state])
        sheet.write_row(at, 0, [line.household.id, head, where, state, visit.tries, next_on])
    sheet.set_column(2, 2, 28)
