"""The desks: what is due next, for each role, at the same price however long the list is."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.factory import create_app
from app.wiring import House
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import HANDLER, LEAD, Api

NO = {"reached": True, "solved": "no", "reason": "没有解决"}

#: Statements a desk costs: the visitor; for each list the time, its rows, their orders, clocks, identity.
QUESTIONS = {
    "operator": 9,
    "dispatcher": 6,
    # and what of social assistance waits
    HANDLER: 9,
    # and what this morning's digest says, and how many policies ring
    "head@panlong-civil": 13,
    "reviewer": 9,
    "caller": 8,
    # and how many stand on each step of the ladder
    "supervisor": 11,
    "auditor": 6,
    # beside the visitor: how many accounts, files that wait to be scanned, and the last changes of the house
    "admin": 4,
}


def refs_on(visitor: Visitor, path: str = "/desk", **query: Any) -> list[str]:
    return re.findall(r'href="/tickets/(\d{14})"', visitor.get(path, **query).text)


@pytest.fixture
def fresh(fresh_house: House) -> tuple[Flask, Api]:
    app = create_app(fresh_house.settings, fresh_house)
    return app, Api(app, fresh_house)


def fill(api: Api, times: int) -> None:
    for _number in range(times):
        for state in ("registered", "dispatched", "handling", "replied", "callback"):
            api.ticket_in(state)
        api.move("caller", api.ticket_in("callback")["ref"], "call_back", **NO)


def test_a_desk_costs_the_same_for_three_tickets_as_for_a_dozen(
    fresh: tuple[Flask, Api], fresh_house: House
) -> None:
    app, api = fresh

    def questions() -> dict[str, int]:
        found = {}
        for username in QUESTIONS:
            visitor = signed_in(app, username)
            visitor.get("/desk")
            with counted(fresh_house.engine) as said:
                visitor.get("/desk")
            found[username] = len(said)
        return found

    fill(api, 3)
    few = questions()
    fill(api, 9)
    many = questions()

    assert few == QUESTIONS
    assert many == QUESTIONS


def test_a_desk_that_asks_again_hears_that_nothing_changed(app: Flask, api: Api) -> None:
    api.register()
    dispatcher = signed_in(app, "dispatcher")
    first = dispatcher.client.get("/desk", headers={"X-Live": "1"})
    again = {"X-Live": "1", "If-None-Match": first.headers["ETag"]}
    second = dispatcher.client.get("/desk", headers=again)
    (top, *_others) = re.findall(r'href="/tickets/(\d{14})"', first.text)
    api.made("dispatcher", top, "dispatch", lead=LEAD, joint=[], note="")
    third = dispatcher.client.get("/desk", headers=again)

    assert "<html" not in first.text
    assert [first.status_code, second.status_code, third.status_code] == [200, 304, 200]


def test_each_desk_holds_what_its_role_must_do_next(fresh: tuple[Flask, Api]) -> None:
    app, api = fresh
    made = {
        state: api.ticket_in(state)["ref"]
        for state in ("registered", "dispatched", "handling", "replied", "callback")
    }
    unhappy = api.ticket_in("callback")["ref"]
    api.move("caller", unhappy, "call_back", **NO)
    closed = api.ticket_in("closed")["ref"]
    everywhere = {**made, "unhappy": unhappy, "closed": closed}

    def on_desk(username: str) -> set[str]:
        found = refs_on(signed_in(app, username))
        return {name for name, ref in everywhere.items() if ref in found}

    assert on_desk("operator") == {"registered"}
    assert on_desk("dispatcher") == {"registered"}
    assert on_desk(HANDLER) == {"dispatched", "handling"}
    assert on_desk("handler@medical") == set()
    assert on_desk("reviewer") == {"replied", "unhappy"}
    assert on_desk("caller") == {"callback"}
    assert on_desk("supervisor") == {"registered", "dispatched", "handling", "replied", "callback"}


def test_what_is_due_first_stands_on_top_with_its_clock_in_words(
    fresh: tuple[Flask, Api], fresh_house: House
) -> None:
    app, api = fresh
    later, first, sooner = (
        api.register(urgency=urgency)["ref"] for urgency in ("normal", "critical", "urgent")
    )
    visitor = signed_in(app, "dispatcher")
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text("update ticket set due_at = clock_timestamp() - interval '125 minutes' where ref = :ref"),
            {"ref": first},
        )
        connection.execute(
            text(
                "update clock set due_at = clock_timestamp() - interval '125 minutes'"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": first},
        )

    assert refs_on(visitor) == [first, sooner, later]
    assert "逾期 2 小时" in visitor.get("/desk").text
    assert "1 件已逾期" in visitor.get("/desk").text


def test_a_subdistrict_sees_the_orders_of_its_communities(fresh: tuple[Flask, Api]) -> None:
    app, api = fresh
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead="530103012210")

    assert refs_on(signed_in(app, "handler@530103012210")) == [ref]
    assert refs_on(signed_in(app, "head@530103012")) == [ref]
    assert refs_on(signed_in(app, "head@530103011")) == []


@pytest.mark.parametrize("username", ["dispatcher", HANDLER])
def test_a_long_desk_goes_on_where_it_stopped(fresh: tuple[Flask, Api], username: str) -> None:
    app, api = fresh
    made = [api.register()["ref"] for _number in range(22)]
    if username == HANDLER:
        for ref in made:
            api.move("dispatcher", ref, "dispatch", lead=LEAD)
    visitor = signed_in(app, username)
    first = visitor.get("/desk").text
    following = re.findall(r'href="(/desk\?[^"]+)" rel="next"', first)[0]
    second = visitor.client.get(following).text
    shown = [re.findall(r'href="/tickets/(\d{14})"', page) for page in (first, second)]

    assert [len(page) for page in shown] == [20, 2]
    assert sorted(shown[0] + shown[1]) == sorted(made)
    assert visitor.get("/desk", registered="nonsense", to_sign="nonsense").status_code == 422
