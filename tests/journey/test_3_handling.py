"""Chapter 3: the unit signs, calls, answers; the reviewer reads the answer."""

from typing import Any

from tests.makers import HANDLER, JOINT, JOINT_HANDLER, LEAD, Api

ANSWER: dict[str, Any] = {"text": "已安排每周上门。", "founded": "yes", "solved": "yes"}


def clocks(ticket: dict[str, Any], kind: str) -> list[str]:
    """States of the clocks of one kind."""
    return [clock["state"] for clock in ticket["clocks"] if clock["kind"] == kind]


def test_reaching_the_citizen_meets_the_promise_to_call(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    called = api.move(HANDLER, ref, "contact", reached=True, note="本人接听").get_json()

    assert clocks(called, "contact") == ["met"]


def test_two_tries_two_hours_apart_meet_it_too(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    first = api.move(HANDLER, ref, "contact", reached=False, at="2026-11-23T09:00:00+08:00", note="")
    soon = api.move(HANDLER, ref, "contact", reached=False, at="2026-11-23T10:59:59+08:00", note="")
    later = api.move(HANDLER, ref, "contact", reached=False, at="2026-11-23T11:00:00+08:00", note="")

    assert [clocks(r.get_json(), "contact") for r in (first, soon, later)] == [
        ["running"],
        ["running"],
        ["met"],
    ]


def test_the_lead_waits_for_joint_units_or_says_why_not(api: Api) -> None:
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="")
    api.move(HANDLER, ref, "sign")

    waiting = api.move(HANDLER, ref, "reply", **ANSWER)
    without = api.move(HANDLER, ref, "reply", **ANSWER, without_joint="协办内容并入本单位")

    assert waiting.status_code == 409
    assert JOINT in waiting.get_json()["detail"]
    assert without.get_json()["state"] == "replied"
    assert [order["state"] for order in without.get_json()["orders"]] == ["replied", "lapsed"]


def test_a_joint_unit_answers_the_lead_not_the_citizen(api: Api) -> None:
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="")
    api.move(HANDLER, ref, "sign")
    api.move(JOINT_HANDLER, ref, "sign")

    joint = api.move(JOINT_HANDLER, ref, "reply", **ANSWER).get_json()
    lead = api.move(HANDLER, ref, "reply", **ANSWER).get_json()

    assert joint["state"] == "handling"
    assert lead["state"] == "replied"


def test_a_reply_sent_back_runs_again_and_review_was_a_pause(api: Api) -> None:
    ref = api.ticket_in("replied")["ref"]

    back = api.move("reviewer", ref, "review", **{"pass": False, "text": "请写明由谁跟进"}).get_json()

    assert back["state"] == "handling"
    handle = next(clock for clock in back["clocks"] if clock["kind"] == "handle")
    assert handle["state"] == "running"
    assert [pause["ground"] for pause in handle["paused"]] == ["review"]
    assert back["orders"][0]["state"] == "signed"
    assert api.move(HANDLER, ref, "reply", **ANSWER).get_json()["state"] == "replied"


def test_nobody_is_called_who_left_no_number(api: Api) -> None:
    ticket = api.ticket_in("replied", requester={"anonymous": True, "reply_wanted": False})

    passed = api.move("reviewer", ticket["ref"], "review", **{"pass": True, "text": ""}).get_json()

    assert (passed["state"], passed["outcome"]) == ("closed", "solved")
