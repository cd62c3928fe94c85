"""Chapter 3: the unit signs, calls, answers; the reviewer reads the answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clockwork import wake_tickets
from app.wiring import House
from tests.makers import ANSWER, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api, bring_forward


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


def test_somebody_of_the_unit_takes_it(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    taken = api.made(HANDLER, ref, "take")
    given = api.made(HEAD, ref, "take", username=HANDLER)
    stranger = api.move(HEAD, ref, "take", username=JOINT_HANDLER)

    assert taken["holder"] == {"unit": LEAD, "user": HANDLER}
    assert given["holder"]["user"] == HANDLER
    assert stranger.status_code == 422


def test_what_is_meant_for_an_absent_person_goes_to_the_deputy(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        away = text("update account set deputy = :deputy, absent_until = :day where username = :username")
        connection.execute(away, {"deputy": HEAD, "day": date(2999, 1, 1), "username": HANDLER})
    try:
        given = api.made(HEAD, ref, "take", username=HANDLER)
    finally:
        with house.engine.begin() as connection:
            connection.execute(away, {"deputy": None, "day": None, "username": HANDLER})

    assert given["holder"]["user"] == HEAD


def test_a_recused_person_cannot_have_it_nor_see_it(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "take")

    amended = api.made(
        "dispatcher", ref, "amend", fields={"recused": [HANDLER]}, text="举报人要求回避，系亲属"
    )

    assert amended["holder"]["user"] is None
    assert api.get(HANDLER, f"/tickets/{ref}").status_code == 404
    assert ref not in [one["ref"] for one in api.get(HANDLER, "/tickets", limit=200).get_json()["items"]]
    assert api.move(HANDLER, ref, "reply", **ANSWER).status_code == 404
    assert api.move(HEAD, ref, "take", username=HANDLER).status_code == 422
    assert api.made(HEAD, ref, "take")["holder"]["user"] == HEAD


def test_the_unit_asks_the_citizen_once_a_round(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    asked = api.made(HANDLER, ref, "ask_citizen", text="请提供老人的身份证。")
    assert asked["state"] == "awaiting_information"
    assert clocks(asked, "handle") == ["paused"]
    back = api.made("operator", ref, "supplement", text="已发到街道。")

    assert back["state"] == "handling"
    assert clocks(back, "handle") == ["running"]
    assert api.move(HANDLER, ref, "ask_citizen", text="还有一件").status_code == 409


def test_a_unit_whose_share_has_ended_asks_the_citizen_nothing(api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    api.made(JOINT_HANDLER, ref, "sign")
    api.made(JOINT_HANDLER, ref, "reply", **ANSWER)
    api.made("dispatcher", ref, "recall", text="派错")

    answer = api.move(JOINT_HANDLER, ref, "ask_citizen", text="请补充地址。")

    assert answer.status_code == 409
    assert answer.get_json()["type"].endswith("#order-ended")


def test_an_extension_is_granted_by_another_before_it_is_due_once_a_round(api: Api) -> None:
    before = api.ticket_in("handling")
    ref = before["ref"]

    too_many = api.move(HANDLER, ref, "ask_extension", days=6, text="材料多")
    asked = api.made(HANDLER, ref, "ask_extension", days=3, text="等医院证明")
    own = api.decide(HANDLER, asked, grant=True)
    granted = api.decide(HEAD, asked, grant=True, text="同意").get_json()

    assert too_many.status_code == 422
    assert too_many.get_json()["errors"][0]["field"] == "days"
    assert own.status_code == 403
    handle = next(one for one in granted["clocks"] if one["kind"] == "handle")
    assert handle["extended"] == 3
    assert handle["due_at"] == granted["orders"][0]["due_at"] > before["orders"][0]["due_at"]
    assert api.texts(ref)[-1] == "extended"
    assert api.move(HANDLER, ref, "ask_extension", days=1, text="再等").status_code == 409


def test_a_refused_extension_moves_nothing_and_may_be_asked_again(api: Api) -> None:
    before = api.ticket_in("handling")

    asked = api.made(HANDLER, before["ref"], "ask_extension", days=3, text="等证明")
    refused = api.decide(HEAD, asked, grant=False, text="先交现有材料").get_json()

    assert refused["orders"][0]["due_at"] == before["orders"][0]["due_at"]
    assert "extended" not in api.texts(before["ref"])
    assert api.move(HANDLER, before["ref"], "ask_extension", days=2, text="再问").status_code == 200


def test_more_days_than_the_head_may_grant_go_to_the_supervisor(api: Api) -> None:
    ref = api.ticket_in("handling", kind="complaint")["ref"]

    asked = api.made(HANDLER, ref, "ask_extension", days=8, text="需要鉴定")

    assert api.decide(HEAD, asked, grant=True).status_code == 403
    assert api.decide("supervisor", asked, grant=True).status_code == 200


def test_what_a_head_asks_the_supervisor_decides(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    asked = api.made(HEAD, ref, "ask_extension", days=2, text="等证明")

    assert api.decide(HEAD, asked, grant=True).status_code == 403
    assert api.decide("supervisor", asked, grant=True).status_code == 200


def test_no_extension_where_the_policy_knows_none_or_the_time_is_over(api: Api, house: House) -> None:
    consultation = api.ticket_in("handling", kind="consultation")["ref"]
    late = api.ticket_in("handling")["ref"]
    bring_forward(house, late, "handle", timedelta(days=30))

    assert api.move(HANDLER, consultation, "ask_extension", days=1, text="等").status_code == 409
    assert api.move(HANDLER, late, "ask_extension", days=1, text="等").status_code == 409


def test_one_human_with_two_accounts_does_not_decide_on_what_the_other_asked(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HANDLER, ref, "ask_extension", days=3, text="等证明")
    same = text("update account set person = :person where username = :username")
    with house.engine.begin() as connection:
        connection.execute(same, {"person": HANDLER, "username": HEAD})
    try:
        refused = api.decide(HEAD, asked, grant=True)
    finally:
        with house.engine.begin() as connection:
            connection.execute(same, {"person": HEAD, "username": HEAD})

    assert refused.status_code == 403
    assert "自己提的申请" in refused.get_json()["title"]


def test_a_matter_is_put_aside_until_a_day_and_comes_back_by_itself(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(
        HEAD, ref, "ask_shelving", until="2099-05-01T09:00:00+08:00", text="等来年预算，每月走访一次"
    )

    aside = api.decide("supervisor", asked, grant=True, text="同意").get_json()

    assert (aside["state"], clocks(aside, "handle")) == ("long_term", ["paused"])
    assert api.texts(ref)[-1] == "shelved"
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set wakes_at = clock_timestamp() where ref = :ref"), {"ref": ref}
        )
    wake_tickets(house)
    back = api.read(HANDLER, ref)
    assert (back["state"], clocks(back, "handle")) == ("handling", ["running"])
    assert api.facts(ref)[-1] == "resumed"


def test_a_head_works_on_it_before_the_day(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HEAD, ref, "ask_shelving", until="2099-05-01T09:00:00+08:00", text="等预算")
    api.decide("supervisor", asked, grant=True)

    assert api.made(HEAD, ref, "resume")["state"] == "handling"


@pytest.mark.parametrize(
    "ground, outcome",
    [("declined_ground", "terminated"), ("no_cooperation", "terminated"), ("no_further", "no_further")],
)
def test_handling_ends_without_a_result_when_a_second_person_agrees(
    api: Api, ground: str, outcome: str
) -> None:
    ref = api.ticket_in("handling")["ref"]
    asked = api.made(HANDLER, ref, "ask_termination", ground=ground, text="三次上门，群众拒绝配合。")

    ended = api.decide("reviewer", asked, grant=True, text="同意").get_json()

    assert (ended["state"], ended["outcome"]) == ("closed", outcome)
    assert [order["state"] for order in ended["orders"]] == ["lapsed"]
    assert api.texts(ref)[-1] == "ended"


def test_the_answer_of_a_second_round_to_a_report_is_signed_too(api: Api) -> None:
    ref = api.register(kind="report")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[])
    api.made(HANDLER, ref, "sign")
    api.made(HEAD, ref, "reply", **ANSWER)
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    api.made("caller", ref, "call_back", reached=True, solved="no", reason="没有查")
    api.made("reviewer", ref, "rework", text="请再查", unit=None)
    api.made(HANDLER, ref, "sign")

    waits = api.made(HANDLER, ref, "reply", **ANSWER)

    assert waits["state"] == "handling"
    assert [one["kind"] for one in waits["requests"] if one["state"] == "open"] == ["sign_off"]


def test_an_answer_to_a_report_is_signed_by_the_head_first(api: Api) -> None:
    ref = api.register(kind="report")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HANDLER, ref, "sign")

    waits = api.made(HANDLER, ref, "reply", **ANSWER)
    assert (waits["state"], waits["requests"][0]["kind"]) == ("handling", "sign_off")
    assert api.move(HANDLER, ref, "reply", **ANSWER).status_code == 409
    back = api.decide(HEAD, waits, grant=False, text="请写明核查过程").get_json()
    assert back["state"] == "handling"
    again = api.made(HANDLER, ref, "reply", **{**ANSWER, "text": "已核查，属实，已处理。"})
    signed = api.decide(HEAD, again, grant=True).get_json()

    assert signed["state"] == "replied"
    assert signed["orders"][0]["state"] == "replied"
    assert clocks(signed, "handle") == ["met"]


def test_a_head_signs_by_answering(api: Api) -> None:
    ref = api.register(kind="report")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made(HEAD, ref, "sign")

    assert api.made(HEAD, ref, "reply", **ANSWER)["state"] == "replied"


def test_what_was_asked_falls_when_its_order_ends(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "ask_extension", days=2, text="等证明")

    replied = api.made(HANDLER, ref, "reply", **ANSWER)

    assert [one["state"] for one in replied["requests"]] == ["refused"]
    assert api.facts(ref)[-2:] == ["request_lapsed", "replied"]
    assert clocks(replied, "decision") == ["cancelled"]
