"""The callback desk: one citizen after the other, none called by two, a try without answer planned anew."""

import re
from datetime import UTC, datetime, time

import pytest
from flask import Flask
from sqlmodel import Session

from app.access.accounts import Account
from app.factory import create_app
from app.wiring import House
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import Api
from tickets.callback.turns import next_try
from tickets.ground.refs import SHANGHAI

YES = {"contacted": "true", "solved": "yes", "satisfaction": "5", "reached": "true"}
NOBODY = {"reached": "false"}


def after(visitor: Visitor, path: str, typed: dict[str, str] | None = None, page: str = "/callback") -> str:
    """Where the form with *path* leads."""
    answer = visitor.send(page, path, typed or {})
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.fixture
def desk(fresh_house: House) -> tuple[Flask, Api]:
    """A house with two agents and three citizens who wait for a call."""
    app = create_app(fresh_house.settings, fresh_house)
    api = Api(app, fresh_house)
    with Session(fresh_house.engine) as rows, rows.begin():
        rows.add(
            Account(username="second", display_name="回访员", role="caller", unit="hotline", password_hash="")
        )
    return app, api


def test_agents_call_one_citizen_after_the_other_and_never_the_same(
    desk: tuple[Flask, Api], fresh_house: House
) -> None:
    app, api = desk
    refs = [api.ticket_in("callback")["ref"] for _number in range(3)]
    one, two = signed_in(app, "caller"), signed_in(app, "second")

    first = after(one, "/callback/next")
    second = after(two, "/callback/next")
    shown = one.get(first)

    assert [first, second] == [f"/callback/{ref}" for ref in refs[:2]]
    # The number is there for who holds it, once it was written down that it was looked at.
    assert "138 0000 0001" in shown.text
    assert "138 0000 0001" not in two.get(first).text
    assert "caller 正在给这位群众打电话" in two.get(first).text
    assert api.facts(refs[0]).count("identity_read") == 1
    assert one.get("/callback").location == first
    with counted(fresh_house.engine) as said:
        one.get(first)
    assert len(said) <= 24

    # Who opens what another holds is told so; a refused answer stays on the form, and the call in hand.
    assert two.client.post(f"{first}/open", data={"csrf_token": token(two)}).status_code == 409
    refused = one.send(first, first, {**YES, "solved": "no"})
    assert refused.status_code == 422
    assert "138 0000 0001" in refused.text
    assert re.search(r'value="no"[^>]* checked', refused.text)

    # The next citizen opens by itself: not the one another agent is calling.
    assert after(one, first, YES, first) == f"/callback/{refs[2]}"
    assert api.read("auditor", refs[0])["state"] == "closed"

    # Nobody answered: planned for another day; nothing is left for this agent, the other goes on.
    assert after(one, f"/callback/{refs[2]}", NOBODY, f"/callback/{refs[2]}") == "/callback"
    page = one.get("/callback").text
    assert "1 件约在以后" in page
    assert "second 正在打" in page
    fact = api.get("auditor", f"/tickets/{refs[2]}/timeline", limit=200).get_json()["items"][-1]
    assert fact["data"]["again_at"] is not None
    assert one.get("/desk").text.count(refs[2]) >= 1

    # A break puts the call in hand back.
    assert after(two, "/callback/pause", page=second) == "/callback"
    assert after(one, "/callback/next") == second


def token(visitor: Visitor) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/desk").text)
    assert found
    return found[1]


def test_a_call_put_off_is_planned_within_days_and_never_counts_as_given_up(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]
    soon = datetime.now(SHANGHAI).replace(microsecond=0)
    soon = soon.replace(year=soon.year + 1)

    refused = api.move("caller", ref, "call_back", reached=False, again_at=soon.isoformat())
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "again_at"
    both = api.move("caller", ref, "call_back", reached=True, again_at=soon.isoformat())
    assert both.get_json()["errors"][0]["field"] == "again_at"


@pytest.mark.parametrize(
    "hours, at, expected",
    [
        (None, "2026-11-20T10:12", "2026-11-23T15:00"),
        (None, "2026-11-23T14:35", "2026-11-24T09:30"),
        ((time(18), time(20)), "2026-11-23T14:35", "2026-11-24T18:00"),
        ((time(9), time(11)), "2026-11-23T14:35", "2026-11-24T09:30"),
    ],
)
def test_the_next_try_is_on_another_working_day_in_the_other_half_of_it(
    house: House, hours: tuple[time, time] | None, at: str, expected: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI).astimezone(UTC)

    found = next_try(house.rules().calendar, moment, hours)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)
