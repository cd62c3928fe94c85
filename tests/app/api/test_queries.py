"""How often each answer asks the database: a fixed number, however long the list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from app.wiring import House
from tests.makers import CALL, HANDLER, JOINT, LEAD, Api


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Every statement sent meanwhile, but the one in which all new rows leave the desk."""
    sent: list[str] = []

    def sending(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    # The rulebook is read anew every few seconds; not while we count.
    house.shelf.forget()
    house.rules()
    event.listen(house.engine, "before_cursor_execute", sending)
    try:
        yield sent
    finally:
        event.remove(house.engine, "before_cursor_execute", sending)


MOVES: list[tuple[str, str, str, dict[str, Any], int]] = [
    # the lock is one, what hangs on the ticket one; the token is one; the time one; then the updates
    ("registered", "dispatcher", "dispatch", {"lead": LEAD, "joint": [JOINT], "note": "请办"}, 6),
    ("dispatched", HANDLER, "sign", {}, 7),
    ("handling", HANDLER, "contact", {"reached": True, "note": ""}, 6),
    ("handling", HANDLER, "reply", {"text": "好", "founded": "yes", "solved": "yes"}, 9),
    ("replied", "reviewer", "review", {"pass": True, "text": ""}, 6),
    ("callback", "caller", "call_back", {"reached": True, "satisfaction": 5}, 7),
]


@pytest.mark.parametrize("state, username, move, body, queries", MOVES)
def test_a_move_asks_this_often(
    api: Api,
    house: House,
    state: str,
    username: str,
    move: str,
    body: dict[str, Any],
    queries: int,
) -> None:
    ref = api.ticket_in(state)["ref"]
    api.token(username)

    with counted(house) as sent:
        assert api.move(username, ref, move, **body).status_code == 200

    assert len(sent) == queries, sent


def test_a_registration_asks_three_times_and_writes_once(api: Api, house: House) -> None:
    api.token("operator")

    with counted(house) as sent:
        response = api.post("operator", "/tickets", CALL, headers={"Idempotency-Key": "counted"})

    assert response.status_code == 201
    # token; key; number and time
    assert len(sent) == 3, sent


@pytest.mark.parametrize("tickets", [1, 12])
def test_a_list_asks_three_times_however_long_it_is(api: Api, house: House, tickets: int) -> None:
    for _ in range(tickets):
        api.ticket_in("dispatched", external={"system": "x", "ref": f"list-of-{tickets}"})

    with counted(house) as sent:
        found = api.get("dispatcher", "/tickets", external_ref=f"list-of-{tickets}").get_json()["items"]

    assert len(found) == tickets
    # token; tickets; what hangs on them
    assert len(sent) == 3, sent


READS = [("", 3), ("/timeline", 4), ("/clocks", 3), ("/messages", 4), ("/outbound_calls", 4)]


@pytest.mark.parametrize("path, queries", READS)
def test_reading_a_ticket_asks_this_often(api: Api, house: House, path: str, queries: int) -> None:
    ref = api.ticket_in("closed")["ref"]
    api.token("auditor")

    with counted(house) as sent:
        assert api.get("auditor", f"/tickets/{ref}{path}").status_code == 200

    assert len(sent) == queries, sent
