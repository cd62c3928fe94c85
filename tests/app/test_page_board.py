"""The supervisor's board: most urgent first, and counts that hold for the very list they stand over."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.factory import create_app
from app.wiring import House
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import Api, bring_forward, chased_ticket

STEPS = ("listed", "urged", "breached", "warned")


@pytest.fixture
def fresh(fresh_house: House) -> tuple[Flask, Api]:
    app = create_app(fresh_house.settings, fresh_house)
    return app, Api(app, fresh_house)


def near(api: Api, house: House) -> str:
    """Registered, and its dispatch nearly due."""
    ref: str = api.register()["ref"]
    with house.engine.begin() as connection:
        for table in ("clock", "ticket"):
            where = "id" if table == "ticket" else "ticket_id"
            connection.execute(
                text(
                    f"update {table} set warn_at = clock_timestamp() - interval '1 minute'"  # noqa: S608 - two names of ours
                    f" where {where} = (select id from ticket where ref = :ref)"
                ),
                {"ref": ref},
            )
    return ref


def overdue(api: Api, house: House) -> str:
    """In hand and past its due, and nobody has noticed yet."""
    ref: str = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        for change in (
            "update clock set due_at = clock_timestamp() - interval '1 hour', next_at = null"
            " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)",
            "update ticket set due_at = clock_timestamp() - interval '1 hour' where ref = :ref",
        ):
            connection.execute(text(change), {"ref": ref})
    return ref


def one_of_each(api: Api, house: House) -> dict[str, str]:
    """A ticket on every step, made in no order of urgency."""
    in_time = api.register()["ref"]
    found = {"urged": chased_ticket(api, house), "listed": chased_ticket(api, house, "listed")}
    return {**found, "warned": near(api, house), "breached": overdue(api, house), "in_time": in_time}


def board_of(visitor: Visitor, **query: str) -> list[str]:
    page = visitor.get("/desk", **query).text
    section = page.partition('id="board"')[2].partition("</section>")[0]
    return re.findall(r'class="title" href="/tickets/(\d{14})"', section)


def counts_of(visitor: Visitor) -> dict[str, int]:
    page = visitor.get("/desk").text
    found = re.findall(r'href="/desk\?step=(\w+)"[^>]*>.*?<b>(\d+)</b>', page, re.DOTALL)
    return {step: int(number) for step, number in found}


def test_the_most_urgent_stands_on_top_whatever_is_due_first(
    fresh: tuple[Flask, Api], fresh_house: House
) -> None:
    app, api = fresh
    made = one_of_each(api, fresh_house)
    visitor = signed_in(app, "supervisor")

    assert board_of(visitor) == [made[step] for step in (*STEPS, "in_time")]


def test_a_count_leads_to_exactly_what_it_counts(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    made = one_of_each(api, fresh_house)
    chased_ticket(api, fresh_house, "listed")
    visitor = signed_in(app, "supervisor")

    assert counts_of(visitor) == {"warned": 1, "breached": 1, "urged": 1, "listed": 2}
    for step in STEPS:
        found = board_of(visitor, step=step)
        assert made[step] in found
        assert len(found) == counts_of(visitor)[step], step


def test_longest_late_comes_first_on_a_step(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    refs = [chased_ticket(api, fresh_house) for _number in range(3)]
    bring_forward(fresh_house, refs[1], "handle", timedelta(days=40))
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text("update ticket set due_at = due_at - interval '40 days' where ref = :ref"), {"ref": refs[1]}
        )

    assert board_of(signed_in(app, "supervisor"))[0] == refs[1]


def test_a_recused_supervisor_neither_sees_nor_counts(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    ref = chased_ticket(api, fresh_house)
    with fresh_house.engine.begin() as connection:
        connection.execute(text("update ticket set recused = '{supervisor}' where ref = :ref"), {"ref": ref})
    visitor = signed_in(app, "supervisor")

    assert board_of(visitor) == []
    assert counts_of(visitor)["urged"] == 0


def test_a_long_board_goes_on_over_its_steps(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    urged = [chased_ticket(api, fresh_house) for _number in range(3)]
    in_time = [api.register()["ref"] for _number in range(21)]
    visitor = signed_in(app, "supervisor")
    page = visitor.get("/desk").text
    following = re.findall(r'href="(/desk\?board=[^"]+)" rel="next"', page)[0]
    first, second = (
        board_of(visitor),
        re.findall(
            r'class="title" href="/tickets/(\d{14})"',
            visitor.client.get(following).text.partition('id="board"')[2].partition("</section>")[0],
        ),
    )

    assert first[:3] == urged
    assert [len(first), len(second)] == [20, 4]
    assert sorted(first + second) == sorted(urged + in_time)
    for nonsense in ("nonsense", "x~_1", "1~_2"):
        assert visitor.get("/desk", board=nonsense).status_code == 422
    assert board_of(visitor, board="9~2026-11-23T09:00:00+00:00_1") == []


def test_a_board_costs_the_same_however_much_is_late(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    visitor, asked = signed_in(app, "supervisor"), []
    visitor.get("/desk")
    for times in (1, 4):
        for _number in range(times):
            one_of_each(api, fresh_house)
        with counted(fresh_house.engine) as said:
            visitor.get("/desk")
        asked.append(len(said))

    assert asked[0] == asked[1]
