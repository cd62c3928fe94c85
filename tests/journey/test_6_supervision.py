"""Beside the river: somebody looks over the unit's shoulder."""

from datetime import timedelta

from app.clockwork import sweep_clocks
from app.wiring import House
from tests.makers import ANSWER, HANDLER, HEAD, JOINT_HANDLER, Api, bring_forward


def test_a_card_has_a_due_time_and_a_duty_to_answer(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    given = api.made(
        "supervisor", ref, "supervise", level="日常", text="请说明进度", instruction="请从速办理"
    )
    answered = api.made(HANDLER, ref, "answer_supervision", text="本周内上门。")

    running = next(clock for clock in given["clocks"] if clock["kind"] == "supervision")
    met = next(clock for clock in answered["clocks"] if clock["kind"] == "supervision")
    assert (running["state"], met["state"]) == ("running", "met")
    assert given["state"] == answered["state"] == "handling"
    assert api.facts(ref)[-2:] == ["supervised", "supervision_answered"]
    assert api.move(HANDLER, ref, "answer_supervision", text="再答").status_code == 409


def test_a_date_somebody_sets_stands_in_place_of_the_counted_one(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    given = api.made(
        "supervisor", ref, "supervise", level="挂牌", text="请解决", due_at="2030-01-02T10:00:00+08:00"
    )
    past = api.move(
        "supervisor", ref, "supervise", level="挂牌", text="请解决", due_at="2020-01-02T10:00:00+08:00"
    )

    clock = next(clock for clock in given["clocks"] if clock["kind"] == "supervision")
    assert clock["due_at"] == "2030-01-02T10:00:00+08:00"
    assert past.status_code == 422


def test_an_unanswered_card_is_late(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请说明进度")
    bring_forward(house, ref, "supervision", timedelta(days=30))

    sweep_clocks(house)

    assert api.facts(ref)[-1] == "clock_breached"


def test_a_hard_level_wants_the_heads_signature_under_the_answer(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="约谈", text="请说明")

    waits = api.made(HANDLER, ref, "reply", **ANSWER)

    assert (waits["state"], waits["requests"][0]["kind"]) == ("handling", "sign_off")
    assert api.decide(HEAD, waits, grant=True).get_json()["state"] == "replied"


def test_a_supervised_ticket_is_not_merged_before_the_card_is_answered(api: Api) -> None:
    ref, other = api.ticket_in("handling")["ref"], api.register()["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")

    assert api.move("dispatcher", ref, "merge", into=other).status_code == 409
    api.made(HANDLER, ref, "answer_supervision", text="在办。")
    assert api.move("dispatcher", ref, "merge", into=other).status_code == 200


def test_only_who_has_a_share_answers(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")

    assert api.move(JOINT_HANDLER, ref, "answer_supervision", text="在办。").status_code == 404


def test_a_card_ends_with_its_ticket(api: Api) -> None:
    ref = api.ticket_in("registered")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")

    closed = api.made("operator", ref, "answer", text="九点到五点办公。")

    assert [one["state"] for one in closed["clocks"] if one["kind"] == "supervision"] == ["cancelled"]
