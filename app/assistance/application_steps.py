"""What each step of an application does: promises begin and are kept, visits are asked for and filed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeAlias

from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import ticket_seen
from app.access.limits import AN_HOUR, TooManyLooks
from app.assistance.application_bodies import (
    ApplicationRead,
    ApplicationText,
    Complaint,
    Findings,
    Lengthening,
    PapersAsked,
    Refusal,
    VisitFiled,
)
from app.assistance.applications import application_for, looks_since, stepped, visits_of, write_step
from tickets.assistance.application_terms import due_of, last_moment, policy_of
from tickets.assistance.application_words import (
    DETERMINATIONS,
    KEPT_BY,
    MAY_LENGTHEN,
    PROMISED,
    ApplicationMove,
    ApplicationScheme,
    VisitGround,
)
from tickets.assistance.applications import SEALED, Application, ApplicationTerm, ApplicationVisit
from tickets.ground.clock import ONLY_LIMITS, ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import Kind

M: TypeAlias = ApplicationMove


def ask_papers(desk: Desk, viewer: Viewer, number: int, wanted: PapersAsked) -> Application:
    """Tell the applicant once of all that is missing (一次性告知)."""
    row = stepped(desk, viewer, number, M.ASK_PAPERS, wanted.version)
    row.papers = [*wanted.papers]
    return _done(desk, row, M.ASK_PAPERS, papers=len(row.papers))


def accept(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationRead) -> Application:
    """Take it on: the promises of its scheme begin; where a relative is in office, a visit is asked for."""
    row = stepped(desk, viewer, number, M.ACCEPT, wanted.version)
    at = row.accepted_at = desk.now()
    for clock in PROMISED[ApplicationScheme(row.scheme)]:
        promise(desk, row, clock, at)
    if row.related:
        ask_visit(desk, row, VisitGround.RELATED, at)
    return _done(desk, row, M.ACCEPT, at)


def survey(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationRead) -> Application:
    """Begin to look into the family's means."""
    return _done(desk, stepped(desk, viewer, number, M.SURVEY, wanted.version), M.SURVEY)


def investigate(desk: Desk, viewer: Viewer, number: int, wanted: Findings) -> Application:
    """File what the survey found; at least two have looked."""
    row = stepped(desk, viewer, number, M.INVESTIGATE, wanted.version)
    row.put(desk.vault, "findings", wanted.text)
    return _done(desk, row, M.INVESTIGATE, surveyors=wanted.surveyors)


def publish(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationRead) -> Application:
    """Hang it out in public; what the table lets stand still stands still, what follows begins after it."""
    row = stepped(desk, viewer, number, M.PUBLISH, wanted.version)
    at = row.published_at = desk.now()
    row.published_until = promise(desk, row, ClockKind.PUBLICATION, at).due_at
    if row.scheme == ApplicationScheme.TEKUN:
        promise(desk, row, ClockKind.CONFIRMATION, last_moment(row.published_until))
    _count_anew(desk, row)
    return _done(desk, row, M.PUBLISH, at, until=row.published_until.isoformat())


def lengthen(desk: Desk, viewer: Viewer, number: int, wanted: Lengthening) -> Application:
    """
    Say that it is one of the hard cases, for which the table has a longer term, counted from its acceptance.

    :raises Refused: its scheme has none, it was lengthened before, or its usual term is over.
    """
    row = stepped(desk, viewer, number, M.LENGTHEN, wanted.version)
    if row.scheme not in MAY_LENGTHEN or row.hard_ground is not None or row.accepted_at is None:
        raise Refused("no_longer_term")
    usual = next(term for term in terms_of(desk, row) if term.clock in DETERMINATIONS)
    at = desk.now()
    # What is late already was promised by the usual term, and stays late.
    if usual.due_at < at:
        raise Refused("usual_term_over", due=_day(usual.due_at).isoformat())
    row.hard_ground = wanted.ground
    longer = promise(desk, row, ClockKind.DETERMINATION_HARD, row.accepted_at, _hung(row))
    told = {name: _told(term) for name, term in (("before", usual), ("after", longer))}
    desk.session.delete(usual)
    return _done(desk, row, M.LENGTHEN, at, ground=wanted.ground, **told)


def complain(desk: Desk, viewer: Viewer, number: int, wanted: Complaint) -> Application:
    """
    Link a complaint: the household must be visited before it is confirmed (审核确认办法 第二十条).

    The step and the ledger of the household say only that a visit is owed: whoever reads them may be of the
    unit complained about, which never learns of the ticket.

    :raises FieldsRefused: this viewer sees no such ticket, it is no complaint, or it was linked before.
    """
    row = stepped(desk, viewer, number, M.COMPLAIN, wanted.version)
    try:
        ticket = ticket_seen(desk, viewer, wanted.ticket)
    except NotFound:
        raise bad_field("ticket", "unknown_ticket", ref=wanted.ticket) from None
    if ticket.kind not in (Kind.COMPLAINT, Kind.REPORT):
        raise bad_field("ticket", "no_complaint")
    if any(visit.ticket_ref == ticket.ref for visit in visits_of(desk, row)):
        raise bad_field("ticket", "linked_before")
    at = desk.now()
    ask_visit(desk, row, VisitGround.COMPLAINT, at, ticket.ref)
    write_step(desk, row, None, at, {"state": row.state, "visit_asked": True})
    return row


def ask_visit(
    desk: Desk, row: Application, ground: VisitGround, at: datetime, ticket_ref: str | None = None
) -> None:
    """Ask that the household be visited. The one place where the plan of visits can be told of it."""
    desk.add(ApplicationVisit(application_id=row.id, ground=ground, ticket_ref=ticket_ref, asked_at=at))


def file_visit(desk: Desk, viewer: Viewer, number: int, wanted: VisitFiled) -> Application:
    """
    File that the household was visited; it stands for every visit asked before that day's end.

    :raises FieldsRefused: the day lies ahead, or before the visit was asked for.
    :raises Refused: no visit is owed.
    """
    row = stepped(desk, viewer, number, M.FILE_VISIT, wanted.version)
    owed = [visit for visit in visits_of(desk, row) if visit.visit_filed_at is None]
    if not owed:
        raise Refused("no_visit_owed")
    at = desk.now()
    if wanted.visited_on > desk.today():
        raise bad_field("visited_on", "day_ahead")
    if wanted.visited_on < max(_day(visit.asked_at) for visit in owed):
        raise bad_field("visited_on", "before_asked")
    for visit in owed:
        visit.visited_on, visit.visitors = wanted.visited_on, wanted.visitors
        visit.visit_filed_at, visit.filed_by = at, desk.actor.username
        visit.seen = desk.vault.seal(wanted.text, visit.place)
    return _done(desk, row, M.FILE_VISIT, at, on=wanted.visited_on.isoformat(), visitors=wanted.visitors)


def confirm(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationText) -> Application:
    """
    Grant it. Somebody decides, never the house.

    :raises Refused: a visit is owed, or the list still hangs out.
    """
    row = stepped(desk, viewer, number, M.CONFIRM, wanted.version)
    owed = [visit for visit in visits_of(desk, row) if visit.visit_filed_at is None]
    if owed:
        raise Refused("visit_not_filed")
    at = desk.now()
    if row.published_until is not None and at < row.published_until:
        raise Refused("still_published", until=_day(row.published_until).isoformat())
    row.decided_at = at
    row.put(desk.vault, "decision", wanted.text)
    done = _done(desk, row, M.CONFIRM, at)
    if row.scheme == ApplicationScheme.RELIEF:
        promise(desk, row, ClockKind.RELIEF_PAPERS, at)
    return done


def refuse(desk: Desk, viewer: Viewer, number: int, wanted: Refusal) -> Application:
    """Refuse it with the reason and where the applicant can go."""
    row = stepped(desk, viewer, number, M.REFUSE, wanted.version)
    row.decided_at = desk.now()
    row.put(desk.vault, "decision", wanted.text)
    row.remedy = wanted.remedy
    return _done(desk, row, M.REFUSE, row.decided_at)


def end(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationRead) -> Application:
    """Close the case: papers are together, the applicant has the decision."""
    return _done(desk, stepped(desk, viewer, number, M.END, wanted.version), M.END)


def withdraw(desk: Desk, viewer: Viewer, number: int, wanted: ApplicationText) -> Application:
    """The applicant takes it back; why is kept sealed."""
    row = stepped(desk, viewer, number, M.WITHDRAW, wanted.version)
    row.put(desk.vault, "decision", wanted.text)
    return _done(desk, row, M.WITHDRAW)


def show_applicant(
    desk: Desk, viewer: Viewer, number: int, reason: str, *, most: int | None
) -> dict[str, object]:
    """
    Show who applies, what was found and decided; the look and its reason are a step of it.

    :raises TooManyLooks: this viewer looked too often within the hour; None is no limit.
    """
    row = application_for(desk, viewer, number, lock=True)
    desk.session.refresh(row)
    at = desk.now()
    if most is not None and looks_since(desk, viewer.username, at - AN_HOUR) >= most:
        raise TooManyLooks(most=most)
    row.version += 1
    write_step(desk, row, None, at, {"look": reason})
    seen = [desk.vault.open(bytes(visit.seen), visit.place) for visit in visits_of(desk, row) if visit.seen]
    return {**{name: row.open(desk.vault, name) for name in SEALED}, "visits": seen}


# Promises


def promise(
    desk: Desk,
    row: Application,
    clock: ClockKind,
    start: datetime,
    hung: tuple[datetime, datetime] | None = None,
) -> ApplicationTerm:
    """Begin a promise under the policy and the calendar in force."""
    policy = policy_of(desk.rules, row.scheme, clock)
    term = ApplicationTerm(
        application_id=row.id,
        clock=clock,
        policy=policy.code,
        policy_version=policy.version,
        calendar_code=desk.rules.calendar_code,
        calendar_version=desk.rules.calendar_version,
        started_at=start,
        due_at=due_of(desk.rules, policy, start, hung),
    )
    desk.add(term)
    return term


def terms_of(desk: Desk, row: Application) -> list[ApplicationTerm]:
    """Its promises, the earliest due first."""
    query = select(ApplicationTerm).where(ApplicationTerm.application_id == row.id)
    return list(desk.session.exec(query.order_by(col(ApplicationTerm.due_at))).all())


def next_term(desk: Desk, row: Application) -> ApplicationTerm | None:
    """The promise that is due next, of those somebody owes."""
    owed = (one for one in terms_of(desk, row) if one.met_at is None and one.clock not in ONLY_LIMITS)
    return next(owed, None)


def _count_anew(desk: Desk, row: Application) -> None:
    for term in terms_of(desk, row):
        if term.clock in DETERMINATIONS:
            policy = desk.rules.pinned(term.policy, term.clock, term.policy_version)
            term.due_at = due_of(desk.rules, policy, term.started_at, _hung(row))


def _hung(row: Application) -> tuple[datetime, datetime] | None:
    if row.published_at is None or row.published_until is None:
        return None
    return row.published_at, last_moment(row.published_until)


def _told(term: ApplicationTerm) -> dict[str, object]:
    return {
        "clock": term.clock,
        "policy": term.policy,
        "policy_version": term.policy_version,
        "due_at": term.due_at.isoformat(),
    }


def _keep(terms: Iterable[ApplicationTerm], move: M, at: datetime) -> None:
    for term in terms:
        if term.clock in KEPT_BY.get(move, ()) and term.met_at is None:
            term.met_at = at


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _done(desk: Desk, row: Application, move: M, at: datetime | None = None, **said: object) -> Application:
    at = at or desk.now()
    _keep(terms_of(desk, row), move, at)
    write_step(desk, row, move, at, {"state": row.state, **said})
    return row
