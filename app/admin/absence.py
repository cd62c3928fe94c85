"""Away, and who stands in: said by oneself, by the unit's head, or by an administrator."""

from datetime import date

from sqlmodel import Session, col, select

from app.access.accounts import Account, Role, Viewer
from app.admin.fields import Code
from app.admin.ledger import change
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.intake.draft import Strict

#: Who has a unit's work of their own that somebody else can take over.
AWAY = (Role.HANDLER, Role.HEAD)


class Absence(Strict):
    """Until when somebody is away, and who stands in; nothing at all means they are here."""

    deputy: Code | None = None
    absent_until: date | None = None


def set_absence(desk: Desk, account: Account, wanted: Absence) -> bool:
    """
    Say until when *account* is away and who stands in.

    :raises FieldsRefused: the day is past, or the deputy is not another active person of the unit.
    """
    day = wanted.absent_until
    if day and day != account.absent_until and day < desk.today():
        raise bad_field("absent_until", "past_day")
    possible = deputies_among(people_of(desk.session, account.unit), account)
    if wanted.deputy and wanted.deputy not in {one.username for one in possible}:
        raise bad_field("deputy", "no_deputy")
    return change(desk, "absence_changed", account.username, account, wanted.model_dump())


def deputies_among(people: list[Account], account: Account) -> list[Account]:
    """Which of the *people* of its unit could stand in for *account*: the other active ones."""
    return [one for one in people if one.active and one.id != account.id and one.person != account.person]


def people_of(session: Session, unit: str) -> list[Account]:
    """The accounts of *unit*: those at work first, by name."""
    query = select(Account).where(Account.unit == unit)
    query = query.order_by(col(Account.active).desc(), col(Account.display_name), col(Account.username))
    return list(session.exec(query).all())


def may_set(viewer: Viewer, account: Account) -> bool:
    """Whether *viewer* may say that *account* is away: oneself, and a head for the unit's people."""
    for_unit = viewer.role == Role.HEAD and account.unit == viewer.unit and account.active
    return account.id == viewer.account_id or (for_unit and account.role in AWAY)


def is_away(account: Account, day: date) -> bool:
    """Whether *account* is away on *day*."""
    return account.absent_until is not None and account.absent_until >= day
