"""Lists of applications, and of those of which something is late."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.applications import visible_applications
from tickets.assistance.application_words import ApplicationScheme, ApplicationState
from tickets.assistance.applications import Application, ApplicationStep, ApplicationTerm
from tickets.ground.clock import ONLY_LIMITS
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class WantedApplications:
    """Which applications; empty is not asked."""

    scheme: ApplicationScheme | None = None
    state: ApplicationState | None = None
    division: str | None = None
    late: bool = False


@dataclass(frozen=True)
class ApplicationLine:
    """An application and the promise of it that is due next."""

    application: Application
    term: ApplicationTerm | None
    late: bool


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


def steps_of(desk: Desk, row: Application) -> list[ApplicationStep]:
    """What was done with it, newest first."""
    query = select(ApplicationStep).where(ApplicationStep.application_id == row.id)
    return list(desk.session.exec(query.order_by(col(ApplicationStep.seq).desc())).all())
