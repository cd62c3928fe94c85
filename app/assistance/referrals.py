"""Send a need to a department with as little as it takes; receive it, open it, refuse it, answer it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.assistance.area import area_of
from app.assistance.bodies import Version
from app.assistance.households import address_of
from app.assistance.members import member_of
from tickets.assistance.households import Household, Member
from tickets.assistance.ledger import write_fact
from tickets.assistance.packages import PACKAGES, Handed
from tickets.assistance.referrals import (
    Referral,
    ReferralMove,
    ReferralState,
    due_moments,
    kept_since,
    new_referral_number,
    next_state,
)
from tickets.assistance.words import PolicyTheme
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, NotYours, Refused, bad_field
from tickets.ground.policy import Rulebook
from tickets.ground.words import UnitKind
from tickets.intake.draft import Code, Strict, Words

#: Of these units none sends a need on: a community tells its subdistrict.
SENDERS = (UnitKind.BUREAU, UnitKind.SUBDISTRICT)
#: These answer none.
NO_DEPARTMENT = (UnitKind.AGENCY, UnitKind.COMMUNITY)


class NoSuchReferral(NotFound):
    """There is no such referral for this viewer."""

    code = "no_such_referral"


class NewReferral(Strict):
    """A need of somebody of a household, and which fields go with it."""

    member: UUID
    theme: PolicyTheme
    to_unit: Code
    fields_: Annotated[tuple[Handed, ...], Field(alias="fields", min_length=1, max_length=len(Handed))]
    #: What is needed, in words for the department.
    need: Annotated[Words, Field(max_length=500)]


class ReferralRead(Strict):
    """The version that was read."""

    version: Version


class ReferralWords(ReferralRead):
    """Why it is refused, or what came of it."""

    text: Annotated[Words, Field(max_length=1_000)]


# Rules


def may_send(rules: Rulebook, viewer: Viewer) -> bool:
    """Whether *viewer* sends needs of some households to departments."""
    unit = rules.units.get(viewer.unit)
    return unit is not None and unit.kind in SENDERS and bool(area_of(rules, viewer, "send_referrals"))


def takes(viewer: Viewer) -> bool:
    """Whether *viewer* answers what is sent to the own unit."""
    return viewer.role in RULES.assistance["take_referrals"]


def visible_referrals(rules: Rulebook, viewer: Viewer) -> ColumnElement[bool]:
    """Referrals *viewer* may know of: to the own unit, or of households of the own area."""
    ways: list[ColumnElement[bool]] = []
    if takes(viewer):
        ways.append(col(Referral.to_unit) == viewer.unit)
    area = area_of(rules, viewer, "send_referrals")
    if may_send(rules, viewer):
        ways.append(area.condition_on(col(Referral.division)))
    return or_(false(), *ways)


def departments(rules: Rulebook, but: str) -> list[str]:
    """Units a need may be sent to from *but*."""
    return [
        unit.code
        for unit in rules.units
        if unit.active and unit.kind not in NO_DEPARTMENT and unit.code != but
    ]


# Operations


def send_referral(desk: Desk, viewer: Viewer, household: Household, wanted: NewReferral) -> Referral:
    """
    Send a need of somebody of a locked household to a department.

    :raises NotYours: this viewer's unit sends none.
    :raises FieldsRefused: the member is not of it, the unit takes none, or a field is not on the list.
    """
    if not may_send(desk.rules, viewer):
        raise NotYours
    member = member_of(desk, household, wanted.member)
    if wanted.to_unit not in departments(desk.rules, viewer.unit):
        raise bad_field("to_unit", "no_department", unit=wanted.to_unit)
    package = PACKAGES[wanted.theme]
    if beyond := [name for name in wanted.fields_ if name not in package.fields]:
        raise bad_field("fields", "not_in_package", given=beyond[0])
    at = desk.now()
    receipt_due, result_due = due_moments(desk.rules, at)
    row = Referral(
        id=new_referral_number(desk.session),
        household_id=household.id,
        member_id=member.id,
        division=household.division,
        from_unit=viewer.unit,
        to_unit=wanted.to_unit,
        theme=wanted.theme,
        fields=[name.value for name in package.fields if name in wanted.fields_],
        basis=package.basis,
        sent_by=viewer.username,
        sent_at=at,
        receipt_due=receipt_due,
        result_due=result_due,
        calendar_code=desk.rules.calendar_code,
        calendar_version=desk.rules.calendar_version,
    )
    row.put_package(desk.vault, handed_over(desk, household, member, row.fields), wanted.need)
    desk.add(row)
    _tell(desk, household, row, "referral_sent", at, fields=row.fields, to=row.to_unit, basis=row.basis)
    return row


def handed_over(desk: Desk, household: Household, member: Member, fields: list[str]) -> dict[str, Any]:
    """What stands in these *fields*, in clear; what is not known is None."""
    known: dict[str, Any] = {
        Handed.ADDRESS: address_of(desk.vault, household),
        Handed.BORN_IN: member.born_in.isoformat()[:7] if member.born_in else None,
        Handed.KIND: household.kind,
        Handed.TRAITS: [*member.traits],
        Handed.CARE: member.care,
        Handed.PERSONS: household.persons,
    }
    return {
        name: known[name] if name in known else member.open(desk.vault, name) for name in map(str, fields)
    }


def open_package(desk: Desk, viewer: Viewer, number: int) -> tuple[Referral, dict[str, Any]]:
    """
    Show the receiving department what was handed over; each look is a hand-over and a fact.

    :raises NotYours: it was sent to another unit.
    :raises Refused: it was refused, or its time is over.
    """
    row, household = _taken_by(desk, viewer, number)
    if row.state == ReferralState.REFUSED:
        raise Refused("referral_refused_package")
    opened = row.open_package(desk.vault)
    row.opened += 1
    _tell(desk, household, row, "referral_opened", desk.now(), fields=row.fields, to=row.to_unit)
    return row, opened


def move_referral(
    desk: Desk, viewer: Viewer, number: int, move: ReferralMove, version: int, words: str | None = None
) -> Referral:
    """
    Receive a referral, refuse it with a reason, or answer it with what came of it.

    :raises NotYours: it was sent to another unit.
    :raises Refused: it does not stand so, or somebody else was quicker.
    """
    row, household = _taken_by(desk, viewer, number)
    row_state = next_state(row.state, move)
    if row.version != version:
        raise Refused("referral_moved_on", version=row.version)
    at = desk.now()
    was_late = at > (row.receipt_due if row.received_at is None else row.result_due)
    row.state, row.version = row_state, row.version + 1
    if move is ReferralMove.RECEIVE:
        row.received_at = at
    else:
        row.ended_at = at
        row.answer = desk.vault.seal(words or "", row.place("answer"))
    _tell(desk, household, row, f"referral_{row_state}", at, to=row.to_unit, late=was_late)
    return row


def erase_referrals(desk: Desk, *, at_most: int) -> int:
    """Erase what was handed over three years ago; that it was, when, to whom and which fields stays."""
    at = desk.now()
    old = and_(col(Referral.sent_at) < kept_since(at), col(Referral.erased_at).is_(None))
    batch = select(Referral.id, Referral.household_id).where(old).order_by(col(Referral.id)).limit(at_most)
    found = dict(desk.session.exec(batch).all())
    # The households first, as in every other step.
    households = select(Household).where(col(Household.id).in_(found.values()))
    locked = desk.session.exec(households.order_by(col(Household.id)).with_for_update()).all()
    home = {household.id: household for household in locked}
    still = select(Referral).where(col(Referral.id).in_(found), old)
    rows = desk.session.exec(still.order_by(col(Referral.id)).with_for_update()).all()
    for row in rows:
        row.package, row.answer, row.erased_at = None, None, at
        _tell(desk, home[row.household_id], row, "referral_erased", at)
    return len(rows)


# Questions


def referral_for(desk: Desk, viewer: Viewer, number: int, *, lock: bool = False) -> Referral:
    """
    The referral with this number, locked for a move or only read.

    :raises NoSuchReferral: there is none this viewer may know of.
    """
    query = select(Referral).where(
        and_(Referral.id == number, visible_referrals(desk.rules, viewer))  # type: ignore[arg-type] # a condition
    )
    found = (
        desk.session.exec(query.with_for_update() if lock else query).one_or_none()
        if 0 < number < 2**63
        else None
    )
    if found is None:
        raise NoSuchReferral
    return found


def moves_of(viewer: Viewer, row: Referral) -> list[ReferralMove]:
    """What *viewer* may do with it now."""
    if not takes(viewer) or row.to_unit != viewer.unit:
        return []
    return {
        ReferralState.SENT: [ReferralMove.RECEIVE, ReferralMove.REFUSE],
        ReferralState.RECEIVED: [ReferralMove.ANSWER, ReferralMove.REFUSE],
    }.get(ReferralState(row.state), [])


def may_open(viewer: Viewer, row: Referral) -> bool:
    """Whether *viewer* may open what was handed over now."""
    here = takes(viewer) and row.to_unit == viewer.unit and row.package is not None
    return here and row.state != ReferralState.REFUSED


def _taken_by(desk: Desk, viewer: Viewer, number: int) -> tuple[Referral, Household]:
    # The household first, as whoever sends locks it first: so two never wait for each other.
    household = _locked(desk, referral_for(desk, viewer, number))
    row = referral_for(desk, viewer, number, lock=True)
    desk.session.refresh(row)
    if not takes(viewer) or row.to_unit != viewer.unit:
        raise NotYours
    return row, household


def _locked(desk: Desk, row: Referral) -> Household:
    return desk.session.exec(
        select(Household).where(Household.id == row.household_id).with_for_update()
    ).one()


def _tell(desk: Desk, household: Household, row: Referral, what: str, at: datetime, **said: Any) -> None:
    write_fact(desk, household, what, {"referral": row.id, "theme": row.theme, **said}, at=at)
