"""The statistics of social assistance: a page that prints, its charts, and the workbook."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.assistance_statistics_models import MonthsQuery
from app.api.doors import NotForYou
from app.assistance.statistics import (
    LEVELS,
    Report,
    Sums,
    close_month,
    coverage_of,
    figures_document,
    may_close,
    read_months,
    report,
    statistics_area,
)
from app.assistance.statistics_sheets import workbook
from app.language.assistance_figure_words import LINES, TEAMS
from app.language.assistance_words import HOUSEHOLD_KINDS
from app.language.names import place_names
from app.language.visit_words import VISIT_LEVELS
from app.reading.charts import bars
from app.reading.visits import Grouping
from app.web.forms import FormKind, sentences_of
from app.web.staff import blueprint, staff_page
from tickets.assistance.monthly import Figure
from tickets.assistance.visit_words import VisitLevel
from tickets.assistance.words import HouseholdKind, Scheme
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

assistance_statistics = blueprint("assistance_statistics", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["read_assistance_figures"])
CLOSERS = tuple(role for role in Role if role in RULES.assistance["close_assistance_months"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Yuan in what newspapers and reports count by.
WAN = 10_000

ASKED = FormKind(
    MonthsQuery,
    {
        "from": lazy_gettext("起始月"),
        "to": lazy_gettext("截止月"),
        "month": lazy_gettext("要关账的月份"),
    },
)


def _report(*, as_asked: bool = True) -> Report:
    desk: Desk = g.desk
    area = statistics_area(desk.rules, g.viewer)
    if not area:
        raise NotForYou
    asked = request.args if as_asked else {}
    return report(desk, area, read_months(desk, asked.get("from"), asked.get("to")))


def _page(refused: TicketError | None = None) -> ResponseReturnValue:
    desk: Desk = g.desk
    found = _report(as_asked=refused is None)
    asked: dict[str, Any] = {"from": f"{found.first:%Y-%m}", "to": f"{found.last:%Y-%m}"}
    return render_template(
        "assistance/statistics.html",
        found=found,
        whole=figures_document(found.whole),
        months=[(line, figures_document(line)) for line in found.months],
        lines=LINES,
        asked=asked,
        chosen=bool(request.args.get("to")) and refused is None,
        typed=request.args if refused else asked,
        kinds=HOUSEHOLD_KINDS,
        teams=TEAMS,
        figures=Figure,
        coverage=_coverage(found.whole),
        levels=[VISIT_LEVELS[level] for level in LEVELS],
        places=place_names(desk.rules.units),
        charts=_charts(found),
        closes=may_close(desk.rules, g.viewer),
        open_months=[f"{line.month:%Y-%m}" for line in found.months if not line.closed],
        wrong=sentences_of(ASKED, refused) if refused else (),
    )


@assistance_statistics.get("/assistance/statistics")
@staff_page(*READERS, again=_page)
def show() -> ResponseReturnValue:
    """What the register told month by month, and what it adds up to."""
    return _page()


@assistance_statistics.get("/assistance/statistics.xlsx")
@staff_page(*READERS)
def file() -> ResponseReturnValue:
    """The same as a workbook."""
    found = _report()
    answer = Response(workbook(found, place_names(g.desk.rules.units)), mimetype=XLSX)
    called = f"assistance-{found.first:%Y-%m}-{found.last:%Y-%m}.xlsx"
    answer.headers["Content-Disposition"] = f"attachment; filename={called}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _coverage(whole: Sums) -> list[tuple[str, list[dict[str, Any] | None]]]:
    """How far each place is at each level: by subdistrict where several were asked of, else by community."""
    units = g.desk.rules.units
    above = Grouping(units, by_subdistrict=True)
    by_subdistrict = len({above.of(where) for where, *_of in whole.visits}) > 1
    grouping = Grouping(units, by_subdistrict=by_subdistrict)
    summed = Sums(whole.month, whole.closed)
    for (where, figure, level), n in whole.visits.items():
        summed.visits[grouping.of(where), figure, level] += n
    told = {(one["division"], one["level"]): one for level in LEVELS for one in coverage_of(summed, level)}
    places = sorted({where for where, _level in told})
    return [(where, [told.get((where, level)) for level in LEVELS]) for where in places]


def _share(line: Sums, level: VisitLevel) -> int:
    owed = line.n(Figure.VISITS_OWED, level)
    return round(line.n(Figure.VISITS_DONE, level) * 100 / owed) if owed else 0


def _charts(found: Report) -> dict[str, str]:
    """The charts there are something to draw for, and what each shows."""
    shown = {
        "amounts": gettext("每月发放（万元）"),
        "flow": gettext("每月新增和停止的低保户"),
    }
    if found.whole.visits:
        shown["visits"] = gettext("每月走访覆盖率（%）")
    if found.whole.teams():
        shown["teams"] = gettext("各队服务人次")
    return shown


@assistance_statistics.get("/assistance/statistics/<name>.svg")
@staff_page(*READERS)
def chart(name: str) -> ResponseReturnValue:
    """One of the charts."""
    found = _report()
    if name not in _charts(found):
        abort(404)
    labels = [f"{line.month:%Y-%m}" for line in found.months]
    if name == "amounts":
        schemes = ((gettext("特困供养金"), Scheme.TEKUN), (gettext("低保金"), Scheme.DIBAO))
        series = [(word, [round(line.yuan(one) / WAN) for line in found.months]) for word, one in schemes]
    elif name == "flow":
        flows = ((gettext("停止户"), Figure.STOPPED), (gettext("新增户"), Figure.STARTED))
        series = [(word, [line.n(one, HouseholdKind.DIBAO) for line in found.months]) for word, one in flows]
    elif name == "visits":
        shares = [(VISIT_LEVELS[level], [_share(line, level) for line in found.months]) for level in LEVELS]
        series = [(str(word), row) for word, row in reversed(shares)]
    else:
        parts = found.whole.teams()
        labels = [part.partition("/")[2] for part in parts]
        series = [(gettext("服务人次"), [found.whole.n(Figure.TIMES, part) for part in parts])]
    answer = Response(bars(labels, series), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@assistance_statistics.post("/assistance/statistics/close")
@staff_page(*CLOSERS, again=_page)
def close() -> ResponseReturnValue:
    """Close a month that is over."""
    if not may_close(g.desk.rules, g.viewer):
        raise NotForYou
    made = close_month(g.desk, g.viewer, request.form.get("month", ""))
    month = f"{made.month:%Y-%m}"
    flash(gettext("%(month)s 已关账，数字不再变。", month=month), "done")
    asked: dict[str, Any] = {"from": month, "to": month}
    return redirect(url_for("assistance_statistics.show", **asked), 303)
