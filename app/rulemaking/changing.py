"""The way of a change: drafted, submitted, decided by somebody else, put in force, written down."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from app.access.accounts import Role
from app.admin.ledger import one_at_a_time, write_house_fact
from app.rulemaking import policies
from app.rulemaking.preview import MOST_SIMULATED, rules_with, simulated
from app.rulemaking.rows import UNFINISHED, ChangeState, RuleChange, RuleKind
from tickets.ground.desk import Desk
from tickets.ground.errors import OwnRequest, Refused
from tickets.ground.policy import CalendarVersion
from tickets.ground.worktime.calendar import Calendar
from tickets.ticket.requests import check_refusal

#: Who reads the rules and their changes; the administrator drafts, and any other of the two decides.
READERS = (Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR)
DECIDERS = (Role.ADMIN, Role.SUPERVISOR)


def unfinished(session: Session, kind: RuleKind) -> RuleChange | None:
    """The change of *kind* somebody is at, or that waits for a second person."""
    query = select(RuleChange).where(RuleChange.kind == kind, col(RuleChange.state).in_(UNFINISHED))
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def calendar_to_change(desk: Desk) -> Calendar:
    """What a change of the calendar is made to: the draft under way, or the calendar in force."""
    under_way = unfinished(desk.session, RuleKind.CALENDAR)
    return Calendar.from_data(under_way.data) if under_way else desk.rules.calendar


def changes_of(session: Session, kind: RuleKind, *, most: int) -> list[RuleChange]:
    """The newest changes of *kind*, the unfinished one among them."""
    query = select(RuleChange).where(RuleChange.kind == kind).order_by(col(RuleChange.made_at).desc())
    return list(session.exec(query.limit(most)).all())


def changes_before(
    session: Session, *, kind: str | None, state: str | None, before: datetime | None, most: int
) -> list[RuleChange]:
    """The newest changes made *before* a moment, of one *kind* or in one *state* where these are named."""
    query = select(RuleChange).order_by(col(RuleChange.made_at).desc()).limit(most)
    query = query if kind is None else query.where(RuleChange.kind == kind)
    query = query if state is None else query.where(RuleChange.state == state)
    query = query if before is None else query.where(RuleChange.made_at < before)
    return list(session.exec(query).all())


def draft(
    desk: Desk, kind: RuleKind, data: dict[str, Any], *, basis: str = "", source: str = ""
) -> RuleChange:
    """
    Write *data* down as what the calendar or the table shall be; it replaces one's own draft.

    :param source: what was pasted or handed in, kept to the letter.
    :raises Refused: somebody else is at it, or a change waits for its decision.
    """
    one_at_a_time(desk)
    change = unfinished(desk.session, kind)
    if change is None:
        change = RuleChange(
            kind=kind,
            data=data,
            recompute=kind == RuleKind.CALENDAR,
            made_by=desk.actor.username,
            made_by_person=_person(desk),
            made_at=desk.now(),
        )
        desk.session.add(change)
    elif change.state == ChangeState.SUBMITTED:
        raise Refused("rules_submitted", by=change.made_by)
    elif change.made_by_person != _person(desk):
        raise Refused("rules_drafted_by_another", by=change.made_by)
    change.data, change.basis, change.source = data, basis or change.basis, source or change.source
    change.simulation = None
    desk.session.flush()
    return change


def submit(desk: Desk, change: RuleChange, *, basis: str, recompute: bool) -> None:
    """
    Lay a draft before a second person.

    :raises Refused: it is no draft any more, or a matter has two rows or none in the table.
    """
    _check_state(change, ChangeState.DRAFT)
    if change.kind == RuleKind.POLICIES:
        policies.check_whole(change.data)
    change.basis, change.recompute = basis, recompute
    change.state, change.submitted_at = ChangeState.SUBMITTED, desk.now()
    write_house_fact(desk, "rules_submitted", change.kind, {}, _told(change))


def try_out(desk: Desk, change: RuleChange) -> None:
    """
    Count what the last year's tickets and the open ones would have been under *change*, and keep the figures.

    :raises Refused: it is decided already.
    """
    _check_state(change, *UNFINISHED)
    at = desk.now()
    found = simulated(
        desk.session, rules_with(desk.rules, change.kind, change.data), now=at, most=MOST_SIMULATED
    )
    rows = [{"unit": unit, "clock": clock, **vars(count)} for (unit, clock), count in found.counts.items()]
    change.simulation = {"at": at.isoformat(), "tickets": found.tickets, "rows": rows}


def withdraw(desk: Desk, change: RuleChange) -> None:
    """
    Give up a change that was not decided yet.

    :raises Refused: it was.
    """
    _check_state(change, *UNFINISHED)
    was_submitted = change.state == ChangeState.SUBMITTED
    change.state, change.decided_by, change.decided_at = (
        ChangeState.WITHDRAWN,
        desk.actor.username,
        desk.now(),
    )
    if was_submitted:
        write_house_fact(desk, "rules_withdrawn", change.kind, {}, _told(change))


def decide(desk: Desk, change: RuleChange, *, grant: bool, text: str) -> None:
    """
    Put a submitted change in force, or refuse it with a reason.

    The clocks it may move are looked at by the clockwork, ticket by ticket.

    :raises Refused: it is not submitted, or decided already.
    :raises OwnRequest: the same human being drafted it.
    :raises FieldsRefused: a refusal without its reason.
    """
    _check_state(change, ChangeState.SUBMITTED)
    if change.made_by_person == _person(desk):
        raise OwnRequest
    check_refusal(grant=grant, text=text)
    change.state = ChangeState.APPROVED if grant else ChangeState.REFUSED
    change.decided_by, change.decided_at, change.said = desk.actor.username, desk.now(), text
    if grant:
        _put_in_force(desk, change)
    if not (grant and change.recompute):
        change.done_at = change.decided_at
    write_house_fact(desk, f"rules_{change.state}", change.kind, {}, _told(change))


def _put_in_force(desk: Desk, change: RuleChange) -> None:
    if change.kind == RuleKind.CALENDAR:
        change.version = _next_calendar(desk, change)
    else:
        policies.put_in_force(desk.session, change.data)


def _next_calendar(desk: Desk, change: RuleChange) -> int:
    session, code = desk.session, desk.rules.calendar_code
    newest = select(func.max(CalendarVersion.version)).where(CalendarVersion.code == code)
    version = (session.exec(newest).one() or 0) + 1
    session.exec(
        update(CalendarVersion)
        .where(col(CalendarVersion.code) == code, col(CalendarVersion.superseded_at).is_(None))
        .values(superseded_at=func.clock_timestamp())
    )
    session.add(CalendarVersion(code=code, version=version, data=change.data, basis=change.basis))
    session.flush()
    return version


def by_id(desk: Desk, given: str) -> RuleChange | None:
    """The change with the id *given* as it is now that nobody else is changing the house."""
    try:
        key = UUID(given)
    except ValueError:
        return None
    one_at_a_time(desk)
    return desk.session.get(RuleChange, key, populate_existing=True)


def _check_state(change: RuleChange, *states: ChangeState) -> None:
    if change.state not in states:
        raise Refused("rules_not_so", by=change.decided_by or change.made_by)


def _person(desk: Desk) -> str:
    return desk.actor.person or desk.actor.username


def _told(change: RuleChange) -> dict[str, Any]:
    """What the ledger keeps: enough to tell later whether the words were these."""
    canonical = json.dumps(change.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {
        "change": str(change.id),
        "basis": change.basis,
        "recompute": change.recompute,
        "version": change.version,
        "text": change.said,
        "digest": hashlib.sha256(canonical.encode()).hexdigest(),
    }
