"""Take a matter down: a number, a tracking code, the first promise."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Sequence, text
from sqlmodel import SQLModel

from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused
from tickets.ground.facts import Registered
from tickets.ground.refs import make_ref, make_tracking_code
from tickets.ground.timeline import new_salt, write_down
from tickets.ground.units import Units
from tickets.intake.draft import Draft
from tickets.search import queue_for_search
from tickets.ticket import Ticket, cover_matter, promises, seal_identity

TITLE_LENGTH = 30

#: Counts tickets of all days; gaps are allowed (a gapless counter would put every registration in one queue).
TICKET_NUMBER = Sequence("ticket_number", metadata=SQLModel.metadata)


@dataclass(frozen=True)
class Registration:
    """A ticket just made, and the tracking code that is shown this once."""

    ticket: Ticket
    tracking_code: str


def check_draft(draft: Draft, units: Units) -> None:
    """
    Hold what *draft* names against the units there are.

    :raises FieldsRefused: it names a unit or a division nobody knows.
    """
    wrong = [
        BadField(f"about_units.{n}", "unknown_unit", {"unit": code})
        for n, code in enumerate(draft.about_units)
        if units.get(code) is None
    ]
    if draft.place.division and not units.is_division(draft.place.division):
        wrong.append(BadField("place.division", "unknown_division", {"division": draft.place.division}))
    if wrong:
        raise FieldsRefused(*wrong)


def register(desk: Desk, draft: Draft, *, final: str | None = None) -> Registration:
    """
    Make a ticket of *draft* and start the clock `dispatch`.

    *final* is the number of the final answer the petition rules gave to the same petitioner and matter; such
    a ticket can only be declined.

    Everything it writes leaves the desk in one statement: at the telephone this is the busiest move.

    :raises FieldsRefused: the draft names a unit or a division nobody knows.
    """
    check_draft(draft, desk.rules.units)
    number, at = _number_and_time(desk)
    ref = make_ref(at, number)
    code = make_tracking_code()
    ticket = _ticket_of(draft, number, ref, at)
    ticket.final = final
    known = {
        **draft.requester.model_dump(include={"name", "phone", "id_number"}),
        "address": draft.place.address,
    }
    ticket.identity = seal_identity(desk.vault, number, ref=ref, code=code, known=known)
    cover_matter(desk, ticket)

    promises.start(desk, ticket, ClockKind.DISPATCH, at=at)
    promises.settle(ticket)

    fact = Registered(
        channel=ticket.channel,
        kind=ticket.kind,
        urgency=ticket.urgency,
        tracking_code=code,
        due_at=ticket.due_at,
        final=final,
    )
    write_down(desk, ticket, fact, at=at, note=ticket.words() or "")
    queue_for_search(desk, number)
    desk.add(ticket.identity)
    desk.add(ticket)
    return Registration(ticket, code)


def _number_and_time(desk: Desk) -> tuple[int, datetime]:
    row = desk.session.connection().execute(text("select nextval('ticket_number'), clock_timestamp()")).one()
    return row[0], row[1]


def _ticket_of(draft: Draft, number: int, ref: str, at: datetime) -> Ticket:
    asked, place, outer = draft.requester, draft.place, draft.external
    return Ticket(
        id=number,
        ref=ref,
        version=1,
        kind=draft.kind,
        channel=draft.channel,
        title=draft.title if draft.title and draft.title.strip() else draft.text[:TITLE_LENGTH],
        text=draft.text,
        words_salt=new_salt(),
        category=draft.category,
        urgency=draft.urgency,
        anonymous=asked.anonymous,
        confidential=asked.confidential,
        reply_wanted=asked.reply_wanted,
        sealed=draft.sealed,
        reachable=asked.phone is not None and asked.reply_wanted,
        language=asked.language,
        no_sms=asked.no_sms,
        call_from=asked.call_from,
        call_to=asked.call_to,
        division=place.division,
        lat=place.lat,
        long=place.long,
        external_system=outer.system if outer else None,
        external_ref=outer.ref if outer else None,
        external_received_at=outer.received_at if outer else None,
        external_due_at=outer.due_at if outer else None,
        about_units=draft.about_units,
        call_id=draft.call_id,
        petition=draft.petition.model_dump() if draft.petition else None,
        registered_at=at,
        orders=[],
        requests=[],
        clocks=[],
    )
