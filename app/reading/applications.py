"""Lists of applications, and of those of which something is late."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import refs_seen
from app.assistance.applications import visible_applications, visits_of
from tickets.assistance.application_words import PENDING, ApplicationScheme, ApplicationState
from tickets.assistance.applications import Application, ApplicationStep, ApplicationTerm, ApplicationVisit
from tickets.ground.clock import ONLY_LIMITS
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class WantedApplications:
    """Which applications; empty is not asked."""

    scheme: ApplicationScheme | None = None
    state: ApplicationState | None = None
    division: str | None = None
    late: bool = False
    #: A visit must be filed before it is confirmed.
    owes_visit: bool = False


@dataclass(frozen=True)
class ApplicationLine:
    """An application and the promise of it that is due next."""

    application: Application
    term: ApplicationTerm | None
    late: bool


@dataclass(frozen=True)
class VisitLine:
    """A visit it must have or had; its ground and ticket are for who may know of the ticket alone."""

    visit: ApplicationVisit
    open: bool

    @property
    def ground(self) -> str | None:
        """Why it is owed."""
        return self.visit.ground if self.open else None

    @property
    def ticket(self) -> str | None:
        """The complaint it is for."""
        return self.visit.ticket_ref if self.open else None


def applications_for(
    desk: Desk, viewer: Viewer, wanted: WantedApplications, *, before: int | None = None, limit: int
) -> list[ApplicationLine]:
    """Applications of the viewer's area, newest first, one more than *limit* if there are more."""
    at = desk.now()
    owed = [col(ApplicationTerm.met_at).is_(None), col(ApplicationTerm.clock).not_in(ONLY_LIMITS)]
    asked = [visible_applications(desk.rules, viewer)]
    if wanted.scheme:
        asked.append(col(Application.scheme) == wanted.scheme)
    if wanted.state:
        asked.append(col(Application.state) == wanted.state)
    if wanted.division:
        asked.append(col(Application.division).in_(desk.rules.units.at_or_below(wanted.division)))
    if wanted.late:
        late = [col(ApplicationTerm.application_id) == col(Application.id), col(ApplicationTerm.due_at) < at]
        asked.append(select(ApplicationTerm.clock).where(*late, *owed).exists())
    if wanted.owes_visit:
        asked.append(owes_visit())
    if before is not None:
        asked.append(col(Application.id) < before)
    query = select(Application).where(*asked).order_by(col(Application.id).desc()).limit(limit + 1)
    rows = desk.session.exec(query).all()
    terms = desk.session.exec(
        select(ApplicationTerm)
        .where(col(ApplicationTerm.application_id).in_([row.id for row in rows]), *owed)
        .order_by(col(ApplicationTerm.due_at).desc())
    ).all()
    # The earliest comes last and stays.
    next_of = {term.application_id: term for term in terms}
    found = [(row, next_of.get(row.id)) for row in rows]
    return [ApplicationLine(row, term, term is not None and term.due_at < at) for row, term in found]


def owes_visit() -> ColumnElement[bool]:
    """Applications in work whose household must be visited before they are confirmed, and was not yet."""
    owed = select(ApplicationVisit.id).where(
        col(ApplicationVisit.application_id) == col(Application.id),
        col(ApplicationVisit.visit_filed_at).is_(None),
    )
    return and_(col(Application.state).in_(sorted(PENDING)), owed.exists())


def visits_told(desk: Desk, viewer: Viewer, row: Application) -> list[VisitLine]:
    """Visits it must have or had, oldest first, as *viewer* may know of them."""
    visits = visits_of(desk, row)
    seen = refs_seen(desk, viewer, (visit.ticket_ref for visit in visits))
    return [VisitLine(one, one.ticket_ref is None or one.ticket_ref in seen) for one in visits]


def steps_of(desk: Desk, row: Application) -> list[ApplicationStep]:
    """What was done with it, newest first."""
    query = select(ApplicationStep).where(ApplicationStep.application_id == row.id)
    return list(desk.session.exec(query.order_by(col(ApplicationStep.seq).desc())).all())
