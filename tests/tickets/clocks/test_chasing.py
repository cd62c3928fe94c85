"""Who is late is urged in writing on the next working day and listed five later, once, until answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.clockwork import OVER, sweep_clocks
from app.wiring import House
from tests.makers import ANSWER, HANDLER, HEAD, LEAD, Api, bring_forward, chased_ticket, step_is_due
from tickets.clocks.sweep import sweep
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.desk import CLOCKWORK
from tickets.ground.timeline import Entry
from tickets.ground.worktime.openings import opening_after
from tickets.ticket import Ticket


def row_of(session: Session, ref: str) -> tuple[Ticket, Clock]:
    """The ticket and its promise of an answer."""
    found = session.exec(
        select(Ticket, Clock)
        .join(Clock, col(Clock.ticket_id) == col(Ticket.id))
        .where(Ticket.ref == ref, Clock.kind == "handle")
        .order_by(col(Clock.id).desc())
    ).first()
    assert found is not None
    return found


def said_of(session: Session, ref: str) -> list[str]:
    """What was said of the promise of an answer, in order."""
    _ticket, clock = row_of(session, ref)
    rows = session.exec(
        select(ClockEvent).where(ClockEvent.clock_id == clock.id).order_by(col(ClockEvent.seq))
    ).all()
    return [row.kind for row in rows]


def fact_of(session: Session, ref: str, what: str) -> Entry:
    ticket, _clock = row_of(session, ref)
    return session.exec(select(Entry).where(Entry.ticket_id == ticket.id, Entry.what == what)).one()


def test_a_unit_is_urged_in_writing_and_told_when_it_will_be_listed(
    api: Api, house: House, session: Session
) -> None:
    ref = chased_ticket(api, house)

    ticket, clock = row_of(session, ref)
    urged = fact_of(session, ref, "clock_urged")
    assert (ticket.rung, ticket.urge_notices, clock.rung) == ("urged", 1, "urged")
    assert clock.next_at == opening_after(urged.at, 5, house.rules().calendar)
    assert urged.data["unit"] == LEAD
    assert urged.data["number"] == 1
    assert urged.data["days_late"] > 15
    assert urged.data["tells"] == ["handler", "head", "supervisor"]


def test_five_working_days_later_it_is_listed_and_that_is_all(
    api: Api, house: House, session: Session
) -> None:
    ref = chased_ticket(api, house)
    sweep_clocks(house)
    before = said_of(session, ref)
    step_is_due(house, ref)
    sweep_clocks(house)
    step_is_due(house, ref)
    sweep_clocks(house)
    session.expire_all()

    assert before == ["breached", "urged"]
    assert said_of(session, ref) == ["breached", "urged", "listed"]
    ticket, clock = row_of(session, ref)
    assert (ticket.rung, clock.rung, clock.next_at) == ("listed", "listed", None)
    assert ticket.version == 4


def test_nobody_is_urged_on_the_day_it_broke(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set due_at = clock_timestamp() - interval '1 second',"
                " next_at = clock_timestamp() - interval '1 second'"
                " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
    sweep_clocks(house)
    # Looked at before its day, as clocks are that broke before there were ladders.
    step_is_due(house, ref)
    sweep_clocks(house)

    _ticket, clock = row_of(session, ref)
    assert said_of(session, ref) == ["breached"]
    assert clock.next_at == opening_after(clock.due_at, 1, house.rules().calendar)


def answered(api: Api, ref: str) -> None:
    api.made(HANDLER, ref, "reply", **ANSWER)


def waits_for_the_citizen(api: Api, ref: str) -> None:
    api.made(HANDLER, ref, "ask_citizen", text="请提供证件。")


def withdrawn(api: Api, ref: str) -> None:
    api.made("operator", ref, "withdraw", text="不用了")


@pytest.mark.parametrize("stop", [answered, waits_for_the_citizen, withdrawn])
def test_who_has_answered_or_need_not_is_chased_no_further(
    api: Api, house: House, session: Session, stop: Any
) -> None:
    ref = chased_ticket(api, house)
    stop(api, ref)
    step_is_due(house, ref)
    sweep_clocks(house)

    assert said_of(session, ref) == ["breached", "urged"]
    ticket, clock = row_of(session, ref)
    assert (ticket.rung, clock.next_at) == (None, None)


def test_after_a_pause_the_days_begin_anew(api: Api, house: House, session: Session) -> None:
    ref = chased_ticket(api, house)
    api.made(HANDLER, ref, "ask_citizen", text="请提供证件。")
    api.made("operator", ref, "supplement", text="已提供。")

    ticket, clock = row_of(session, ref)
    resumed = fact_of(session, ref, "supplemented")
    assert (ticket.rung, clock.state) == ("urged", "breached")
    assert clock.next_at == opening_after(resumed.at, 5, house.rules().calendar)


def test_a_ticket_parted_again_is_chased_from_where_it_was(api: Api, house: House, session: Session) -> None:
    master, ref = api.ticket_in("handling")["ref"], chased_ticket(api, house)
    api.made("dispatcher", ref, "merge", into=master)
    sweep_clocks(house)
    ticket, clock = row_of(session, ref)
    merged = (ticket.rung, clock.next_at)
    api.made("dispatcher", ref, "unmerge")
    step_is_due(house, ref)
    sweep_clocks(house)
    session.expire_all()

    assert merged == (None, None)
    assert said_of(session, ref) == ["breached", "urged", "listed"]
    assert row_of(session, ref)[0].rung == "listed"


def test_a_reply_sent_back_is_chased_from_where_it_was(api: Api, house: House, session: Session) -> None:
    ref = chased_ticket(api, house)
    api.made(HANDLER, ref, "reply", **ANSWER)
    api.made("reviewer", ref, "review", **{"pass": False, "text": "请补充"})
    step_is_due(house, ref)
    sweep_clocks(house)

    assert said_of(session, ref) == ["breached", "urged", "listed"]


def test_more_time_takes_a_unit_off_the_ladder(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HANDLER, ref, "ask_extension", days=5, text="等证明")
    bring_forward(house, ref, "handle", timedelta(days=12))
    sweep_clocks(house)
    before = said_of(session, ref)
    api.decide(HEAD, asked, grant=True)
    session.expire_all()

    assert before[-1] == "urged"
    ticket, clock = row_of(session, ref)
    assert (ticket.rung, clock.rung, clock.state) == (None, None, "running")


def test_a_change_that_moves_no_due_does_not_begin_the_days_anew(
    api: Api, house: House, session: Session
) -> None:
    ref = chased_ticket(api, house)
    step_is_due(house, ref)
    api.made("operator", ref, "amend", fields={"title": "老人要人照料"}, text="更正")
    sweep_clocks(house)

    assert said_of(session, ref) == ["breached", "urged", "listed"]


def test_two_workers_at_once_say_each_step_once(api: Api, house: House, session: Session) -> None:
    refs = [chased_ticket(api, house) for _number in range(6)]
    for ref in refs:
        step_is_due(house, ref)
    start = Barrier(4)

    def work(_number: int) -> None:
        start.wait()
        sweep_clocks(house)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    sweep_clocks(house)

    for ref in refs:
        assert said_of(session, ref) == ["breached", "urged", "listed"]


def test_a_worker_that_dies_in_between_leaves_it_to_the_next(
    api: Api, house: House, session: Session
) -> None:
    ref = chased_ticket(api, house)
    step_is_due(house, ref)

    class Killed(Exception):
        pass

    def one_that_dies() -> None:
        with house.open_desk(CLOCKWORK) as desk:
            sweep(desk, at_most=200, over=OVER)
            desk.clear()
            raise Killed

    with pytest.raises(Killed):
        one_that_dies()
    after_death = said_of(session, ref)
    sweep_clocks(house)
    session.expire_all()

    assert after_death == ["breached", "urged"]
    assert said_of(session, ref) == ["breached", "urged", "listed"]


def test_the_hotlines_own_promises_break_and_are_not_chased(api: Api, house: House, session: Session) -> None:
    ref = api.register()["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set due_at = due_at - interval '30 days', next_at = clock_timestamp()"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
    sweep_clocks(house)

    assert api.facts(ref)[-1] == "clock_breached"
    clock = session.exec(
        select(Clock).join(Ticket, col(Ticket.id) == col(Clock.ticket_id)).where(Ticket.ref == ref)
    ).one()
    assert (clock.state, clock.rung, clock.next_at) == ("breached", None, None)
