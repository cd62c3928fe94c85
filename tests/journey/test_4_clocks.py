"""Chapter 4: promises come near, break, and are told of once."""

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.clockwork import archive_tickets, sweep_clocks
from app.wiring import House
from notifications.message import Message
from tests.makers import HANDLER, HEAD, Api, bring_forward
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.timeline import Entry
from tickets.ticket import Ticket


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

    assert told(session, ref) == [("clock_breached", "handle"), ("clock_urged", "handle")]
    ticket = session.exec(select(Ticket).where(Ticket.ref == ref)).one()
    events = session.exec(
        select(ClockEvent)
        .join(Clock, col(Clock.id) == col(ClockEvent.clock_id))
        .where(Clock.ticket_id == ticket.id)
    ).all()
    assert sorted(event.kind for event in events) == ["breached", "urged"]
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

    assert told(session, ref)[:2] == [("clock_warned", "handle"), ("clock_breached", "handle")]


def test_a_sweep_counts_no_move(api: Api, house: House, session: Session) -> None:
    ticket = api.ticket_in("handling")
    bring_forward(house, ticket["ref"], "handle", timedelta(days=30))

    sweep_clocks(house)

    row = session.exec(select(Ticket).where(Ticket.ref == ticket["ref"])).one()
    assert row.version == ticket["version"]
    # it broke, and was chased
    assert row.seq == ticket["version"] + 2


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


def test_a_citizen_who_says_nothing_more_does_not_hold_it_up(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "ask_citizen", text="请提供证件。")
    bring_forward(house, ref, "supplement", timedelta(days=30))

    sweep_clocks(house)

    after = api.read(HANDLER, ref)
    assert after["state"] == "handling"
    states = {clock["kind"]: clock["state"] for clock in after["clocks"]}
    assert (states["handle"], states["supplement"]) == ("running", "cancelled")
    assert api.facts(ref)[-1] == "not_supplemented"
    assert "clock_breached" not in api.facts(ref)


def test_time_a_clock_stood_still_is_not_the_units(api: Api, house: House) -> None:
    before = api.ticket_in("handling")
    ref = before["ref"]
    api.made(HANDLER, ref, "ask_citizen", text="请提供证件。")
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set paused_since = paused_since - interval '14 days', "
                " started_at = started_at - interval '14 days', due_at = due_at - interval '14 days'"
                " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )

    after = api.made("operator", ref, "supplement", text="已提供。")

    # Fourteen days are ten working days at most; they were counted on top.
    handle = next(clock for clock in after["clocks"] if clock["kind"] == "handle")
    assert handle["due_at"] == after["orders"][0]["due_at"]
    assert handle["due_at"] >= before["orders"][0]["due_at"]


def test_an_undecided_request_is_late_like_any_promise(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "ask_extension", days=2, text="等证明")
    bring_forward(house, ref, "decision", timedelta(days=30))

    sweep_clocks(house)

    assert told(session, ref) == [("clock_breached", "decision")]


def test_a_breach_stays_on_record_when_more_time_is_granted_later(
    api: Api, house: House, session: Session
) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HANDLER, ref, "ask_extension", days=5, text="等证明")
    bring_forward(house, ref, "handle", timedelta(days=9))

    granted = api.decide(HEAD, asked, grant=True).get_json()

    assert told(session, ref) == [("clock_breached", "handle")]
    handle = next(clock for clock in granted["clocks"] if clock["kind"] == "handle")
    assert handle["state"] == "running"


def test_closed_tickets_go_to_the_archive_after_their_time(api: Api, house: House) -> None:
    ref, young = api.ticket_in("closed")["ref"], api.ticket_in("closed")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set closed_at = closed_at - interval '400 days' where ref = :ref"),
            {"ref": ref},
        )

    archive_tickets(house)

    assert api.read("auditor", ref)["state"] == "archived"
    assert api.read("auditor", young)["state"] == "closed"
    assert api.move("operator", ref, "dispute", text="不服").status_code == 409
