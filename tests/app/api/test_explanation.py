"""Why a clock is due when it is: every day, every pause and grant, for whoever may know of the ticket."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.makers import HANDLER, HEAD, LEAD, Api
from tickets.ground.refs import SHANGHAI


def clock_of(api: Api, ref: str, kind: str, username: str = "dispatcher") -> dict[str, Any]:
    clocks = api.get(username, f"/tickets/{ref}/clocks").get_json()["items"]
    return next(clock for clock in clocks if clock["kind"] == kind)


def explained(api: Api, clock: dict[str, Any], username: str = "dispatcher") -> dict[str, Any]:
    answer = api.get(username, f"/clocks/{clock['id']}/explanation")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_plain_promise_is_counted_day_by_day(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    clock = clock_of(api, ref, "handle")
    told = explained(api, clock)
    counted = [day for day in told["days"] if day["counted"]]

    assert (told["length"], told["unit"], told["start_rule"]) == (5, "working_day", "next_day")
    assert told["policy"]["code"] == clock["policy"]
    assert told["policy"]["basis"]
    assert [day["n"] for day in counted] == [1, 2, 3, 4, 5]
    assert told["days"][0]["reason"] == "start_day"
    assert counted[-1]["date"] == told["due"][:10]
    assert (told["due"], told["bound"], told["counted"]) == (clock["due_at"], None, clock["due_at"])


def test_granted_days_and_a_pause_are_in_it(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    assert api.decide(HEAD, api.made(HANDLER, ref, "ask_extension", days=2, text="等材料"), grant=True)
    api.made(HANDLER, ref, "ask_citizen", text="请补充地址")
    api.made("operator", ref, "supplement", text="三组")
    told = explained(api, clock_of(api, ref, "handle"), HANDLER)

    assert told["extended"] == 2
    assert [span["ground"] for span in told["pauses"]] == ["awaiting_information"]
    assert sum(day["counted"] for day in told["days"]) == 7


def from_outside(api: Api, days: int) -> str:
    """A ticket of another platform that wants it answered in so many days."""
    due_at = (datetime.now(SHANGHAI) + timedelta(days=days)).replace(microsecond=0)
    outer = {"system": "km12345", "ref": str(uuid4()), "due_at": due_at.isoformat()}
    ref: str = api.register(external=outer)["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    return ref


def test_another_date_than_the_counted_one_says_whose_it_is(api: Api) -> None:
    far, near = from_outside(api, 60), from_outside(api, 2)
    given = {"level": "日常", "text": "请报告", "due_at": "2099-01-05T10:00:00+08:00"}
    card = api.made("supervisor", far, "supervise", **given)
    free, outer = (explained(api, clock_of(api, ref, "handle")) for ref in (far, near))
    fixed = explained(api, next(one for one in card["clocks"] if one["kind"] == "supervision"))

    assert free["bound"] is None
    assert outer["bound"] == "outer"
    assert outer["due"] < outer["counted"]
    assert (fixed["bound"], fixed["due"]) == ("fixed", given["due_at"])
    assert fixed["counted"] != fixed["due"]


def test_who_may_not_know_of_the_ticket_knows_of_no_clock(api: Api) -> None:
    clock = clock_of(api, api.ticket_in("handling")["ref"], "handle")

    for clock_id in (clock["id"], str(uuid4()), "x"):
        assert api.get("handler@medical", f"/clocks/{clock_id}/explanation").status_code == 404
    assert api.get("auditor", f"/clocks/{uuid4()}/explanation").status_code == 404


def test_of_a_sealed_ticket_a_unit_is_told_no_rule(api: Api) -> None:
    ref = api.register(kind="report")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    clock = clock_of(api, ref, "handle")

    assert explained(api, clock)["policy"]["code"] == "H-RPT"
    assert explained(api, clock, HANDLER)["policy"] is None


@pytest.mark.parametrize("kind", ["dispatch", "sign", "contact", "handle"])
def test_every_clock_can_be_told(api: Api, kind: str) -> None:
    ref = api.ticket_in("handling", urgency="urgent")["ref"]

    assert explained(api, clock_of(api, ref, kind))["days"]
