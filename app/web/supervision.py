"""The list of who is late for long (通报): to read, to print and sign, and as a file."""

import csv
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from itertools import groupby

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from app.access.accounts import Role
from app.language.names import category_name, place_names, unit_names
from app.language.shown import iso
from app.reading.chasing import MOST_IN_FILE, MOST_LISTED, Chased, listed
from app.web.papers import furnished, subject_of
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.worktime.openings import working_days_late

supervision = blueprint("supervision", __name__)

READERS = (Role.SUPERVISOR, Role.AUDITOR)
COLUMNS = ("unit", "unit_name", "ref", "category", "division", "due_at", "days_late", "urged_at", "listed_at")


@dataclass(frozen=True)
class Line:
    """An order that is late for long."""

    chased: Chased
    #: Whole working days.
    days_late: int


@dataclass(frozen=True)
class Unit:
    """A unit and all it is late with for long, longest late first."""

    code: str
    lines: list[Line]


def by_unit(desk: Desk, now: datetime, *, limit: int = MOST_LISTED) -> list[Unit]:
    """The list, unit by unit: who is late with most is first."""
    lines = [
        Line(one, working_days_late(one.clock.due_at, now, desk.rules.calendar))
        for one in listed(desk, g.viewer, limit=limit)
    ]
    lines.sort(key=lambda line: line.chased.order.unit)
    units = [Unit(code, list(own)) for code, own in groupby(lines, key=lambda line: line.chased.order.unit)]
    return sorted(units, key=lambda unit: (-len(unit.lines), unit.code))


@supervision.get("/supervision/reported")
@staff_page(*READERS)
def reported() -> ResponseReturnValue:
    """What was not answered for five working days after a written notice, by unit."""
    desk: Desk = g.desk
    now, units = desk.now(), desk.rules.units
    found = by_unit(desk, now)
    return render_template(
        "supervision/reported.html",
        now=now,
        reported=found,
        total=sum(len(unit.lines) for unit in found),
        most=MOST_LISTED,
        units=unit_names(units),
        places=place_names(units),
    )


@supervision.get("/supervision/reported/paper")
@staff_page(*READERS)
def paper() -> ResponseReturnValue:
    """The list as a paper to sign and stamp."""
    desk: Desk = g.desk
    now = desk.now()
    return render_template(
        "papers/reported.html",
        reported=by_unit(desk, now, limit=MOST_IN_FILE),
        subject=lambda ticket: "" if ticket.sealed else subject_of(desk, ticket),
        **furnished(desk, now),
    )


@supervision.get("/supervision/reported.csv")
@staff_page(*READERS)
def file() -> ResponseReturnValue:
    """The list as a file for a spreadsheet; no word of a matter is in it."""
    desk: Desk = g.desk
    names, places = unit_names(desk.rules.units), place_names(desk.rules.units)
    written = StringIO()
    sheet = csv.writer(written)
    sheet.writerow(COLUMNS)
    for unit in by_unit(desk, desk.now(), limit=MOST_IN_FILE):
        for line in unit.lines:
            ticket, notice = line.chased.ticket, line.chased.notice
            category = "" if ticket.sealed else category_name(desk.rules.categories, ticket.category)
            sheet.writerow(
                (
                    unit.code,
                    names.get(unit.code, unit.code),
                    ticket.ref,
                    category,
                    places.get(ticket.division or "", ""),
                    iso(line.chased.clock.due_at),
                    line.days_late,
                    iso(notice.said_at) if notice else "",
                    iso(line.chased.since),
                )
            )
    # The mark tells spreadsheets that it is UTF-8.
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=reported.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer
