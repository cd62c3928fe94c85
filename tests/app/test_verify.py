"""`zhuanban verify` on whole houses: a clean one has no fault, and what is only odd is no fault."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import col, select

from app.cli import main
from app.clockwork import sweep_clocks, tick_once
from app.factory import create_app
from app.heartbeat import beat
from app.settings import Settings
from app.verify import Verification, faults
from app.verify.course import MOVE_OF
from app.verify.readings import READINGS
from app.wiring import House
from tests.app.stories import STORIES
from tests.makers import HANDLER, JOINT, JOINT_HANDLER, LEAD, Api
from tests.server import Server
from tickets.ground.desk import CLOCKWORK
from tickets.ground.flow import Move
from tickets.ticket import Ticket, lock_ticket, promises


@pytest.fixture(scope="module")
def apart(server: Server, worker_id: str) -> Iterator[House]:
    """A house for these tests alone, in which nothing is broken on purpose."""
    with server.district(f"verify_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def api(apart: House) -> Api:
    return Api(create_app(apart.settings, apart), apart)


def grow_old(house: House, ref: str, days: int = 60) -> None:
    """Let every running clock of *ref* have started *days* earlier, as if all that time had passed."""
    with house.open_desk(CLOCKWORK) as desk:
        ticket = lock_ticket(desk, col(Ticket.ref) == ref)
        for clock in ticket.clocks:
            if clock.runs:
                clock.started_at -= timedelta(days=days)
                policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
                clock.due_at = promises.promise(desk.rules, policy, clock.started_at, ticket).at
                clock.next_at = clock.due_at
        dues = {clock.order_id: clock.due_at for clock in ticket.clocks if clock.kind == "handle"}
        for order in ticket.orders:
            order.due_at = dues[order.id]
        promises.settle(ticket)


def long_way(api: Api) -> str:
    """A ticket that saw nearly everything: joint unit, two contacts, sent back, a no, a second round."""
    ref: str = api.register()["ref"]
    way: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("dispatcher", "dispatch", {"lead": LEAD, "joint": [JOINT], "urgency": "urgent"}),
        (HANDLER, "sign", {}),
        (JOINT_HANDLER, "sign", {}),
        (HANDLER, "contact", {"reached": False, "note": "无人接听"}),
        (HANDLER, "contact", {"reached": True}),
        (JOINT_HANDLER, "reply", {"text": "已协助。", "founded": "yes", "solved": "yes"}),
        (HANDLER, "reply", {"text": "已安排。", "founded": "yes", "solved": "partly"}),
        ("reviewer", "review", {"pass": False, "text": "请写明时间"}),
        (HANDLER, "reply", {"text": "周五上门。", "founded": "yes", "solved": "yes"}),
        ("reviewer", "review", {"pass": True, "text": "同意"}),
        ("caller", "call_back", {"reached": False}),
        ("caller", "call_back", {"reached": True, "solved": "no", "satisfaction": 1, "reason": "没有来"}),
        ("reviewer", "rework", {"text": "再办一次"}),
        (HANDLER, "sign", {}),
        (HANDLER, "reply", {"text": "已道歉并上门。", "founded": "yes", "solved": "yes"}),
        ("reviewer", "review", {"pass": True, "text": ""}),
        ("reviewer", "close", {"ground": "no_further", "text": "群众不再接听"}),
    )
    for username, move, body in way:
        response = api.post(username, f"/tickets/{ref}/{move}", body)
        assert response.status_code == 200, response.text
    return ref


def test_a_clean_house_has_no_fault(api: Api, apart: House) -> None:
    long_way(api)
    for state in ("registered", "dispatched", "handling", "replied", "callback", "closed"):
        api.ticket_in(state)
    lapsing = api.register(external={"system": "km", "ref": "K1", "due_at": "2030-01-05T10:00:00+08:00"})
    api.move("dispatcher", lapsing["ref"], "dispatch", lead=LEAD, joint=[JOINT])
    api.move(HANDLER, lapsing["ref"], "sign")
    api.move(HANDLER, lapsing["ref"], "reply", text="好。", founded="no", solved="no", without_joint="不需要")
    api.post("operator", f"/tickets/{api.register()['ref']}/answer", {"text": "九点到五点。"})
    silent = {"name": None, "phone": None, "anonymous": True, "reply_wanted": False}
    unreachable = api.ticket_in("replied", requester=silent)["ref"]
    passed = api.post("reviewer", f"/tickets/{unreachable}/review", {"pass": True})
    assert passed.get_json()["state"] == "closed"
    sweep_clocks(apart)
    tick_once(apart)

    assert list(faults(apart.settings)) == []


def test_a_late_reply_that_is_sent_back_stays_late_and_is_said_so_once(api: Api, apart: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    grow_old(apart, ref)
    sweep_clocks(apart)
    reply = {"text": "办好了。", "founded": "yes", "solved": "yes"}
    api.move(HANDLER, ref, "reply", **reply)
    clocks = api.move("reviewer", ref, "review", **{"pass": False, "text": "请补充"}).get_json()["clocks"]
    sweep_clocks(apart)

    assert [clock["state"] for clock in clocks if clock["kind"] == "handle"] == ["breached"]
    assert api.move(HANDLER, ref, "reply", **reply).status_code == 200
    assert list(faults(apart.settings)) == []


def test_whoever_was_chased_in_whatever_way_is_no_fault(api: Api, apart: House) -> None:
    answered, waiting, parted, master = (api.ticket_in("handling")["ref"] for _number in range(4))
    for ref in (answered, waiting, parted, master):
        grow_old(apart, ref)
    sweep_clocks(apart)
    reply = {"text": "办好了。", "founded": "yes", "solved": "yes"}
    api.made(HANDLER, answered, "reply", **reply)
    api.made("reviewer", answered, "review", **{"pass": False, "text": "请补充"})
    api.made(HANDLER, waiting, "ask_citizen", text="请提供证件。")
    standing_still = list(faults(apart.settings))
    api.made("operator", waiting, "supplement", text="已提供。")
    api.made("dispatcher", parted, "merge", into=master)
    merged = list(faults(apart.settings))
    api.made("dispatcher", parted, "unmerge")
    api.made("operator", master, "amend", fields={"category": "MZ-05"}, text="更正")
    sweep_clocks(apart)

    assert (standing_still, merged) == ([], [])
    assert list(faults(apart.settings)) == []


def test_nobody_noticing_a_breach_is_a_fault_only_while_a_worker_is_alive(api: Api, apart: House) -> None:
    ref = api.register()["ref"]
    grow_old(apart, ref)
    remarks: list[str] = []
    with apart.engine.begin() as connection:
        connection.execute(text("delete from heartbeat"))
    without_worker = list(Verification(apart.settings, remark=remarks.append).faults())
    with apart.engine.begin() as connection:
        beat(connection, "a worker")
    with_worker = list(faults(apart.settings))
    sweep_clocks(apart)

    assert without_worker == []
    assert [line.partition(" broke ")[0] for line in remarks] == [f"{ref} seq 1: the clock dispatch"]
    assert with_worker == remarks
    assert list(faults(apart.settings)) == []


def test_an_erased_note_is_no_fault(api: Api, apart: House) -> None:
    ticket = api.ticket_in("dispatched")
    with apart.engine.begin() as connection:
        erased = connection.execute(
            text("delete from note using ticket where ticket.id = ticket_id and ref = :ref"),
            {"ref": ticket["ref"]},
        )
        assert erased.rowcount == 1

    assert list(faults(apart.settings)) == []


def test_every_row_is_looked_at_and_each_ticket_is_a_step(api: Api, apart: House) -> None:
    api.ticket_in("closed")
    with apart.read() as session:
        tickets = len(session.exec(select(Ticket.id)).all())
    lengths: list[int] = []
    steps: list[int] = []
    verification = Verification(apart.settings, begin=lengths.append, step=steps.append)

    assert list(verification.faults()) == []
    assert lengths == [tickets]
    assert steps == [1] * tickets
    assert verification.looked_at["tickets"] == tickets
    assert verification.looked_at["facts"] >= tickets


def test_no_move_is_left_out() -> None:
    assert set(MOVE_OF) <= set(READINGS)
    assert set(MOVE_OF.values()) == set(Move)


def environment(settings: Settings) -> dict[str, str]:
    return {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": settings.vault_keys,
        "ZHUANBAN_SCHEMA": settings.schema_,
    }


def test_the_command_says_what_it_checked(fresh_house: House) -> None:
    api = Api(create_app(fresh_house.settings, fresh_house), fresh_house)
    api.ticket_in("closed")
    clean = CliRunner().invoke(main, ["verify"], env=environment(fresh_house.settings))
    with fresh_house.engine.begin() as connection:
        connection.execute(text("update ticket set version = 9"))
    broken = CliRunner().invoke(main, ["verify"], env=environment(fresh_house.settings))

    assert (clean.exit_code, broken.exit_code) == (0, 1)
    assert clean.stdout == (
        "checked 1 tickets, 6 facts, 2 notes, 1 orders, 1 replies, 0 requests, 0 cards,"
        " 7 clocks, 4 messages, 0 sealed facts, 0 roots: no fault\n"
    )
    first, last = broken.stdout.splitlines()
    assert first.endswith(" seq 6: version is 9, but 6 moves were made")
    assert last.endswith(": 1 fault")


def test_a_house_in_which_everything_was_done_has_no_fault(api: Api, apart: House) -> None:
    """Requests of every kind, shares given on, merging and parting, rounds, cards, petitions, withdrawals."""
    for story in STORIES:
        story(api)
    tick_once(apart)

    assert list(faults(apart.settings)) == []
