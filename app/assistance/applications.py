"""The applications desk: each step by somebody, as the table of steps has it; none by itself."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, false, func, text
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.application_bodies import NewApplication
from app.assistance.area import Area, area_of
from app.assistance.households import PLACES
from tickets.assistance.application_words import (
    LEFT_TO_SUBDISTRICT,
    OPEN,
    ApplicationMove,
    begins,
    next_step,
    same_help,
)
from tickets.assistance.applications import (
    OF_APPLICANT,
    Application,
    ApplicationStep,
    ApplicationVisit,
    new_application_number,
)
from tickets.assistance.households import Household
from tickets.assistance.ledger import write_fact
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, NotYours, Refused, bad_field
from tickets.ground.policy import Rulebook
from tickets.ground.words import UnitKind

M: TypeAlias = ApplicationMove
#: These decide.
DECISIONS = frozenset({M.CONFIRM, M.REFUSE})
#: The visit after a complaint or of a relative is made by who decides (最低生活保障审核确认办法 第二十条).
BY_WHO_DECIDES = DECISIONS | {M.FILE_VISIT}


class NoSuchApplication(NotFound):
    """There is no such application in this viewer's area."""

    code = "no_such_application"


# Rules


def handled_by(rules: Rulebook, viewer: Viewer) -> Area:
    """Where *viewer* takes applications on, looks into them and hangs them out."""
    unit = rules.units.get(viewer.unit)
    if unit is None or unit.kind == UnitKind.COMMUNITY:
        return Area(frozenset())
    return area_of(rules, viewer, "handle_applications")


def may_decide(rules: Rulebook, viewer: Viewer, row: Application) -> bool:
    """Whether *viewer* decides it: the bureau, or the subdistrict where that was left to it."""
    area = area_of(rules, viewer, "decide_applications")
    left = row.scheme in LEFT_TO_SUBDISTRICT and handled_by(rules, viewer).has(row.division)
    return area.has(row.division) and (area.divisions is None or left)


def may_move(rules: Rulebook, viewer: Viewer, row: Application, move: M) -> bool:
    """Whether this step is for *viewer*, whether or not it can be made now."""
    if move in BY_WHO_DECIDES:
        return may_decide(rules, viewer, row)
    return handled_by(rules, viewer).has(row.division)


# Operations


def draft_application(desk: Desk, viewer: Viewer, wanted: NewApplication) -> Application:
    """
    Begin an application; papers may follow.

    :raises FieldsRefused: its division is not the viewer's, the same person applies for the same already, or
        the household is not there.
    """
    unit = desk.rules.units.get(wanted.division)
    if unit is None or unit.kind not in PLACES or not unit.active:
        raise bad_field("division", "unknown_division")
    area = area_of(desk.rules, viewer, "draft_applications")
    if not area.has(wanted.division):
        raise bad_field("division", "division_not_yours")
    household = desk.session.get(Household, wanted.household) if wanted.household else None
    if wanted.household and (household is None or not area.has(household.division)):
        raise bad_field("household", "no_such_household_here")
    _check_not_pending(desk, wanted)
    at = desk.now()
    row = Application(
        id=new_application_number(desk.session),
        scheme=wanted.scheme,
        division=wanted.division,
        household_id=household.id if household else None,
        related=wanted.related or bool(household and household.related),
        made_at=at,
    )
    row.seal(desk.vault, {name: getattr(wanted, name) for name in OF_APPLICANT})
    desk.add(row)
    write_step(desk, row, None, at, {"scheme": row.scheme})
    return row


def _check_not_pending(desk: Desk, wanted: NewApplication) -> None:
    own = desk.vault.index("id_number", wanted.id_number)
    # Two desks that take down one person at the same moment wait for each other.
    desk.session.connection().execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 3))"), {"lock": own.hex()}
    )
    same = select(Application.id).where(
        col(Application.id_number_index).in_(desk.vault.indexes("id_number", wanted.id_number)),
        col(Application.scheme).in_(sorted(same_help(wanted.scheme))),
        col(Application.state).in_(sorted(OPEN)),
    )
    if desk.session.exec(same).first() is not None:
        raise bad_field("id_number", "applies_already")


def stepped(desk: Desk, viewer: Viewer, number: int, move: M, version: int) -> Application:
    """
    Lock an application and make it stand where *move* leads; the caller does the rest and writes the step.

    :raises NotYours: this step is for somebody else.
    :raises Refused: the table does not have this step, or somebody else was quicker.
    """
    row = application_for(desk, viewer, number, lock=True)
    desk.session.refresh(row)
    if not may_move(desk.rules, viewer, row, move):
        raise NotYours
    leads_to = next_step(row.scheme, row.state, move)
    if row.version != version:
        raise Refused("application_moved_on", version=row.version)
    row.state, row.version = leads_to, row.version + 1
    return row


def write_step(desk: Desk, row: Application, move: M | None, at: datetime, data: dict[str, Any]) -> None:
    """Write down what was done, and in the ledger of the household where it is on the register."""
    actor = desk.actor
    desk.add(
        ApplicationStep(
            application_id=row.id,
            seq=row.version,
            move=move,
            at=at,
            by=actor.username,
            unit=actor.unit,
            data=data,
        )
    )
    if row.household_id is None:
        return
    locked = select(Household).where(Household.id == row.household_id).with_for_update()
    household = desk.session.exec(locked).one()
    desk.session.refresh(household)
    what = move or ("ask_visit" if "visit_asked" in data else "draft")
    told = {"application": row.id, "scheme": row.scheme, "move": what, **data}
    write_fact(desk, household, "application_step", told, at=at)


# Questions


def visible_applications(rules: Rulebook, viewer: Viewer) -> ColumnElement[bool]:
    """Applications of the own area, for whoever begins, handles or decides them."""
    area = area_of(rules, viewer, "draft_applications")
    return area.condition_on(col(Application.division)) if area else false()


def application_for(desk: Desk, viewer: Viewer, number: int, *, lock: bool = False) -> Application:
    """
    The application with this number, locked for a step or only read.

    :raises NoSuchApplication: there is none in this viewer's area.
    """
    query = select(Application).where(col(Application.id) == number, visible_applications(desk.rules, viewer))
    if lock:
        query = query.with_for_update()
    found = desk.session.exec(query).one_or_none() if 0 < number < 2**63 else None
    if found is None:
        raise NoSuchApplication
    return found


def visits_of(desk: Desk, row: Application) -> list[ApplicationVisit]:
    """Visits it must have or had, oldest first."""
    query = select(ApplicationVisit).where(ApplicationVisit.application_id == row.id)
    return list(desk.session.exec(query.order_by(col(ApplicationVisit.asked_at))).all())


def looks_since(desk: Desk, username: str, since: datetime) -> int:
    """How often *username* looked at who applies since."""
    looks = select(func.count()).select_from(ApplicationStep)
    return desk.session.exec(
        looks.where(
            col(ApplicationStep.by) == username,
            col(ApplicationStep.at) > since,
            col(ApplicationStep.move).is_(None),
            col(ApplicationStep.data).op("?")("look"),
        )
    ).one()


def moves_of(desk: Desk, viewer: Viewer, row: Application) -> list[M]:
    """What *viewer* may do with it now."""
    owes_visit = any(visit.visit_filed_at is None for visit in visits_of(desk, row))
    return [
        move
        for move in M
        if row.state in begins(row.scheme, move)
        and may_move(desk.rules, viewer, row, move)
        and not (move is M.FILE_VISIT and not owes_visit)
    ]
