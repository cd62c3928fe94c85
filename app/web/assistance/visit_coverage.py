"""How far the visits are: by community on a table and a chart, who was not reached, and a workbook of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.assistance.area import area_of
from app.language.names import place_names
from app.reading.visit_sheets import chart, period_names, workbook
from app.reading.visits import GOOD_SHARE, Coverage, VisitsWanted, coverage_for, visits_for
from app.web.assistance.visits import READERS, level_asked, words
from app.web.staff import blueprint, staff_page
from tickets.assistance.visit_plan import MONTHS, period_of
from tickets.assistance.visit_words import EVERY, VisitLevel, VisitState
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import UnitKind
from tickets.ground.worktime.months import plus_months

visit_coverage = blueprint("visit_coverage", __name__)

#: Households not reached on the page, and all not visited in the workbook.
MOST = 20
MOST_IN_BOOK = 10_000
NOT_MADE = tuple(state for state in VisitState if state != VisitState.DONE)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """What is looked at."""

    level: VisitLevel
    period: date
    division: str | None

    def link(self, endpoint: str, *, later: int = 0, division: str | None = None) -> str:
        """The address of the same, so many periods later, or of another division."""
        period = plus_months(self.period, later * MONTHS[EVERY[self.level]])
        kept: dict[str, Any] = {"level": self.level.value, "month": f"{period:%Y-%m}"}
        if where := division or self.division:
            kept["division"] = where
        return url_for(endpoint, **kept)


def _asked() -> Asked:
    level = level_asked()
    try:
        day = date.fromisoformat(f"{request.args.get('month', '')}-01")
        # Some months are shown before and after it.
        day = day if 1950 <= day.year <= 9000 else g.desk.today()
    except ValueError:
        day = g.desk.today()
    unit = g.desk.rules.units.get(request.args.get("division", "").replace("\0", ""))
    return Asked(level, period_of(day, level), unit.code if unit else None)


def _coverage(asked: Asked) -> Coverage:
    desk: Desk = g.desk
    now = desk.now().astimezone(SHANGHAI)
    return coverage_for(desk, g.viewer, asked.level, asked.period, now, division=asked.division)


@visit_coverage.get("/visits/coverage")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """How far each community is, and who was not reached."""
    desk: Desk = g.desk
    asked = _asked()
    coverage = _coverage(asked)
    missed = VisitsWanted(
        level=asked.level, day=asked.period, division=asked.division, states=(VisitState.NOT_REACHED,)
    )
    return render_template(
        "assistance/visit_coverage.html",
        coverage=coverage,
        asked=asked,
        place=asked.division or g.viewer.unit,
        names=period_names(coverage),
        missed=visits_for(desk, g.viewer, missed, limit=MOST)[:MOST],
        opens={
            row.division
            for row in coverage.rows
            if (unit := desk.rules.units.get(row.division)) and unit.kind == UnitKind.SUBDISTRICT
        }
        if area_of(desk.rules, g.viewer).divisions is None and asked.division is None
        else set(),
        this=asked.period == period_of(desk.today(), asked.level),
        good=GOOD_SHARE,
        **words(),
    )


@visit_coverage.get("/visits/coverage.svg")
@staff_page(*READERS)
def drawn() -> ResponseReturnValue:
    """The same as a chart."""
    return Response(chart(_coverage(_asked())), mimetype="image/svg+xml")


@visit_coverage.get("/visits/coverage.xlsx")
@staff_page(*READERS)
def book() -> ResponseReturnValue:
    """The same as a workbook, with everybody not visited yet."""
    desk: Desk = g.desk
    asked = _asked()
    left = VisitsWanted(level=asked.level, day=asked.period, division=asked.division, states=NOT_MADE)
    lines = visits_for(desk, g.viewer, left, after=0, limit=MOST_IN_BOOK)[:MOST_IN_BOOK]
    made = workbook(_coverage(asked), lines, place_names(desk.rules.units))
    response = Response(made, mimetype=XLSX)
    name = f"visits-{asked.level.value}-{asked.period:%Y-%m}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
