"""The digest of the day for the head of a unit: this morning's, and those before it."""

from datetime import date

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from app.access.accounts import Role
from app.digest.making import LISTS
from app.digest.reading import digest_of
from app.language.names import unit_names
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

digest_pages = blueprint("digest", __name__)


@digest_pages.get("/digest")
@staff_page(Role.HEAD)
def newest() -> ResponseReturnValue:
    """The newest digest of the unit."""
    return _page(None)


@digest_pages.get("/digest/<day>")
@staff_page(Role.HEAD)
def of_day(day: str) -> ResponseReturnValue:
    """The digest of one day, as 2026-11-23."""
    try:
        return _page(date.fromisoformat(day))
    except ValueError:
        abort(404)


def _page(day: date | None) -> str:
    desk: Desk = g.desk
    return render_template(
        "digest/digest.html",
        digest=digest_of(desk, g.viewer, day),
        lists=LISTS,
        units=unit_names(desk.rules.units),
    )
