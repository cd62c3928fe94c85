"""Close a month: its figures are copied and never change again; what comes later stands beside them."""

import hashlib
from calendar import monthrange
from datetime import date

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from app.access.accounts import Role, Viewer
from app.admin.ledger import one_at_a_time, write_house_fact
from app.statistics.rolling import TOTALS, roll_all
from app.statistics.rows import ClosedMonth
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.refs import SHANGHAI

COPY = text(
    "insert into figure_frozen (day, figure, unit, kind, category, division, channel, n)"
    " select day, figure, unit, kind, category, division, channel, n"
    " from figure_day where day between :first and :last"
)
COPY_TOTALS = text(
    TOTALS.format(totals="figure_frozen_total", sums="figure_frozen", days="between :first and :last")
)
COPIED = text(
    "select day, figure, unit, kind, category, division, channel, n"
    " from figure_frozen where day between :first and :last"
)


def may_close(viewer: Viewer) -> bool:
    """Whether *viewer* may close a month."""
    return viewer.role == Role.SUPERVISOR


def month_of(written: str) -> date:
    """
    Read the first day of a month, YYYY-MM.

    :raises FieldsRefused: it is something else.
    """
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise bad_field("month", "bad_month") from None


def last_day(month: date) -> date:
    """The last day of the month that *month* is in."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def closed_months(session: Session) -> list[ClosedMonth]:
    """Every closed month, the newest first; one query."""
    return list(session.exec(select(ClosedMonth).order_by(col(ClosedMonth.month).desc())).all())


def close_month(desk: Desk, viewer: Viewer, month: date) -> ClosedMonth:
    """
    Close *month*: everything that waits is counted first, then its figures are copied.

    :raises Refused: it is closed.
    :raises FieldsRefused: it is not over.
    """
    one_at_a_time(desk)
    roll_all(desk.session)
    now, connection = desk.now(), desk.session.connection()
    if last_day(month) >= now.astimezone(SHANGHAI).date():
        raise bad_field("month", "month_not_over")
    if desk.session.get(ClosedMonth, month) is not None:
        raise Refused("month_closed")
    days = {"first": month, "last": last_day(month)}
    made = ClosedMonth(month=month, closed_by=viewer.username, closed_at=now)
    connection.execute(insert(ClosedMonth).values(**made.model_dump()))
    connection.execute(COPY, days)
    connection.execute(COPY_TOTALS, days)
    rows = sorted("\t".join(map(str, row)) for row in connection.execute(COPIED, days))
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    write_house_fact(desk, "month_closed", f"{month:%Y-%m}", {}, {"rows": len(rows), "sha256": digest})
    return made
