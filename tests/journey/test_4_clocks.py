"""Chapter 4: promises come near, break, and are told of once."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.clockwork import sweep_clocks
from app.wiring import House
from notifications.message import Message
from tests.makers import Api
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.timeline import Entry
from tickets.ticket import Ticket


def bring_forward(house: House, ref: str, kind: str, by: timedelta) -> None:
    """Let a clock have been started *by* earlier than it was."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set started_at = started_at - :by, due_at = due_at - :by,"
                " warn_at = warn_at - :by, next_at = next_at - :by"
                " where kind = :kind and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"by": by, "kind": kind, "ref": ref},
        )


def told(session: Session, ref: str) -> list[tuple[str, str]]:
    """What the timeline says of clocks."""
    entries = session.exec(
        select(Entry)
        .join(Ticket, col(Ticket.id) == col(Entry.ticket_id))
        .where(Ticket.ref == ref)
        .order_by(col(Entry.seq))
    ).all()
    return [(entry.what, entry.data["clock_kind"]) for entry in entries if entry.what.startswith("clock_")]


def test_a_promise_is_warned_of_and_breaks_once(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("handling")["ref"]

    bring_forward(house, ref, "handle", timedelta(days=30))
    for _ in range(3):
        sweep_clocks(house)

    assert told(session, ref) == [("clock_breached", "handle")]
    ticket = session.exec(select(Ticket).where(Ticket.ref == ref)).one()
    events = session.exec(
        select(ClockEvent)
        .join(Clock, col(Clock.id) == col(ClockEvent.clock_id))
        .where(Clock.ticket_id == ticket.id)
    ).all()
    assert [event.kind for event in events] == ["breached"]
    late = session.exec(
        select(Message).where(Message.ticket_id == ticket.id, Message.template == "late")
    ).all()
    assert len(late) == 1


def test_a_warning_comes_before_the_breach(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set next_at = clock_timestamp(), warn_at = clock_timestamp()"
                " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )

    sweep_clocks(house)
    bring_forward(house, ref, "handle", timedelta(days=30))
    sweep_clocks(house)

    assert told(session, ref) == [("clock_warned", "handle"), ("clock_breached", "handle")]


def test_a_sweep_counts_no_move(api: Api, house: House, session: Session) -> None:
    ticket = api.ticket_in("handling")
    bring_forward(house, ticket["ref"], "handle", timedelta(days=30))

    sweep_clocks(house)

    row = session.exec(select(Ticket).where(Ticket.ref == ticket["ref"])).one()
    assert row.version == ticket["version"]
    assert row.seq == ticket["version"] + 1


def test_overdue_is_known_without_a_worker(api: Api, house: House) -> None:
    ref = api.register(external={"system": "km12345", "ref": "KM-OVERDUE"})["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set due_at = clock_timestamp() - interval '1 second' where ref = :ref"),
            {"ref": ref},
        )

    found = api.get("supervisor", "/tickets", overdue="true", external_ref="KM-OVERDUE").get_json()["items"]

    assert [item["ref"] for item in found] == [ref]


def test_a_promise_kept_late_is_a_broken_one_even_if_nobody_swept(
    api: Api, house: House, session: Session
) -> None:
    ref = api.ticket_in("handling")["ref"]
    bring_forward(house, ref, "handle", timedelta(days=30))

    api.move("handler@panlong-civil", ref, "reply", text="办结。", founded="yes", solved="yes")

    assert told(session, ref) == [("clock_breached", "handle")]
