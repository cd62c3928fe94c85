"""Chapter 1: a call becomes a ticket."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlmodel import Session, select

from notifications.message import Message
from tests.makers import CALL
from tickets.ground.desk import Desk
from tickets.ground.refs import read_ref
from tickets.ground.timeline import Entry
from tickets.intake.draft import Draft
from tickets.intake.register import answer, register
from tickets.ticket import Identity, Ticket, lock_ticket

Open = Callable[[str], AbstractContextManager[Desk]]


def test_a_call_becomes_a_ticket_with_a_number_a_clock_and_a_text(open_desk: Open, session: Session) -> None:
    # Given what the operator typed
    draft = Draft.model_validate(CALL)

    # When it is registered
    with open_desk("operator") as desk:
        made = register(desk, draft)

    # Then there is a ticket with a number one can read over the telephone
    ticket = session.exec(select(Ticket).where(Ticket.ref == made.ticket.ref)).one()
    assert (ticket.state, ticket.version, ticket.seq) == ("registered", 1, 1)
    assert read_ref(ticket.ref) == ticket.ref
    assert ticket.text == CALL["text"]
    # a first line on its timeline that names no citizen
    line = session.exec(select(Entry).where(Entry.ticket_id == ticket.id)).one()
    assert (line.what, line.by, line.role) == ("registered", "operator", "operator")
    assert "金某" not in str(line.data)
    assert made.tracking_code not in str(line.data)
    # a promise to dispatch it
    assert ticket.due_clock == "dispatch"
    assert ticket.due_at is not None
    # and a text that waits to be sent, without a number in it
    message = session.exec(select(Message).where(Message.ticket_id == ticket.id)).one()
    assert (message.template, message.fate, message.to_masked) == ("received", "queued", None)


def test_the_vault_holds_who_called_and_opens_only_in_its_place(open_desk: Open, session: Session) -> None:
    with open_desk("operator") as desk:
        made = register(desk, Draft.model_validate(CALL))
        vault = desk.vault

    kept = session.get_one(Identity, made.ticket.id)

    assert (kept.name_masked, kept.phone_masked) == ("金**", "138****0001")
    assert b"13800000001" not in bytes(kept.phone or b"")
    assert kept.open(vault, "phone") == "+8613800000001"
    assert kept.open(vault, "address") == "牧羊村三组"
    assert kept.phone_index == vault.index("phone", "+8613800000001")


def test_what_can_be_answered_at_once_closes_at_once(open_desk: Open, session: Session) -> None:
    with open_desk("operator") as desk:
        made = register(desk, Draft.model_validate({**CALL, "kind": "consultation"}))

    with open_desk("operator") as desk:
        ticket = lock_ticket(desk, Ticket.ref == made.ticket.ref)  # type: ignore[arg-type] # a column
        answer(desk, ticket, text="带身份证到街道办理。")

    closed = session.get_one(Ticket, made.ticket.id)
    assert (closed.state, closed.outcome, closed.due_at) == ("closed", "answered", None)
    assert closed.closed_at is not None
