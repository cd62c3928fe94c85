"""Chapter 5: the citizen is asked, and has the last word."""

from sqlalchemy import text

from app.wiring import House, make_engine
from tests.makers import LEAD, Api


def test_a_contented_citizen_closes_it(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]

    closed = api.move("caller", ref, "call_back", reached=True, contacted=True, solved="yes", satisfaction=3)

    assert closed.get_json()["state"] == "closed"
    assert closed.get_json()["outcome"] == "solved"
    assert all(clock["state"] in ("met", "cancelled") for clock in closed.get_json()["clocks"])


def test_a_no_goes_to_the_reviewer_who_opens_a_new_round(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]

    no = api.move("caller", ref, "call_back", reached=True, solved="no", satisfaction=1, reason="没有人来过")
    again = api.move("reviewer", ref, "rework", text="请上门核实后重新答复").get_json()

    assert no.get_json()["state"] == "callback"
    assert (again["state"], again["round"]) == ("dispatched", 2)
    assert [(order["round"], order["unit"], order["state"]) for order in again["orders"]] == [
        (1, LEAD, "replied"),
        (2, LEAD, "open"),
    ]
    assert again["orders"][1]["policy"] == "H-REWORK"


def test_a_reviewer_may_close_with_words(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]
    api.move("caller", ref, "call_back", reached=True, solved="no", satisfaction=2, reason="要求超出政策")

    closed = api.move("reviewer", ref, "close", ground="no_further", text="已两次上门说明政策。").get_json()

    assert (closed["state"], closed["outcome"]) == ("closed", "no_further")


def test_three_tries_on_one_day_are_not_enough_but_on_two_they_close_it_unrated(
    api: Api, house: House
) -> None:
    ref = api.ticket_in("callback")["ref"]

    tries = [api.move("caller", ref, "call_back", reached=False).get_json() for _ in range(3)]
    assert [one["state"] for one in tries] == ["callback"] * 3

    # The first two were made yesterday. Only the owner can say so, and only by taking the guard away.
    owner = make_engine(house.settings, house.settings.owner_database_url or "", pool=1)
    with owner.begin() as connection:
        connection.execute(text("alter table timeline disable trigger user"))
        connection.execute(
            text(
                "update timeline set at = at - interval '1 day' where what = 'called_back'"
                " and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
        connection.execute(text("alter table timeline enable trigger user"))
    owner.dispose()
    fourth = api.move("caller", ref, "call_back", reached=False).get_json()

    assert (fourth["state"], fourth["outcome"]) == ("closed", "solved")


def test_the_third_round_is_the_supervisors_to_open(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]
    for _ in range(2):
        api.move("reviewer", ref, "rework", text="请再办")
        api.move(f"handler@{LEAD}", ref, "sign")
        api.move(f"handler@{LEAD}", ref, "reply", text="办了", founded="yes", solved="yes")
        api.move("reviewer", ref, "review", **{"pass": True, "text": ""})

    assert api.move("reviewer", ref, "rework", text="请再办").status_code == 409
    assert api.move("supervisor", ref, "rework", text="请再办").get_json()["round"] == 4


def test_a_citizen_withdraws_and_everything_stands_still(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    withdrawn = api.made("operator", ref, "withdraw", text="已经解决了，不用办了")

    assert (withdrawn["state"], withdrawn["outcome"]) == ("closed", "withdrawn")
    assert [order["state"] for order in withdrawn["orders"]] == ["lapsed"]
    assert api.texts(ref)[-1] == "withdrawn"


def test_nobody_is_talked_out_of_a_supervised_matter(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请抓紧")

    asked = api.made("operator", ref, "withdraw", text="算了")
    assert asked["state"] == "handling"
    refused = api.decide("reviewer", asked, grant=False, text="群众表示是被劝说的").get_json()
    assert refused["state"] == "handling"
    again = api.made("operator", ref, "withdraw", text="确实不用了")
    assert api.decide("reviewer", again, grant=True).get_json()["outcome"] == "withdrawn"


def test_a_citizen_disputes_once_within_ten_days_and_a_new_round_begins(api: Api) -> None:
    ref = api.ticket_in("closed")["ref"]

    disputed = api.made("operator", ref, "dispute", text="没有人来过")

    assert (disputed["state"], disputed["round"], disputed["outcome"]) == ("registered", 2, None)
    assert api.texts(ref)[-1] == "disputed"
    given = api.made("dispatcher", ref, "dispatch", lead=LEAD)
    assert [(order["round"], order["state"]) for order in given["orders"]] == [(1, "replied"), (2, "open")]
    assert given["orders"][1]["policy"] == "H-REWORK"
    assert api.texts(ref)[-1] == "transferred_again"
    api.made("operator", ref, "withdraw", text="不用了")
    assert api.move("operator", ref, "dispute", text="又不满意").status_code == 409


def test_a_dispute_comes_too_late_after_ten_days(api: Api, house: House) -> None:
    ref = api.ticket_in("closed")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set closed_at = closed_at - interval '10 days 1 second' where ref = :ref"),
            {"ref": ref},
        )

    assert api.move("operator", ref, "dispute", text="不服").status_code == 409


def test_a_sealed_ticket_opens_to_who_asked_when_the_auditor_agrees(api: Api) -> None:
    ref = api.ticket_in("registered", kind="report")["ref"]

    before = api.get("supervisor", f"/tickets/{ref}/identity", reason="核对举报人")
    asked = api.made("supervisor", ref, "ask_unseal", text="纪检函询举报人")
    own = api.decide("supervisor", asked, grant=True)
    api.decide("auditor", asked, grant=True, text="同意")
    after = api.get("supervisor", f"/tickets/{ref}/identity", reason="核对举报人")

    assert (before.status_code, own.status_code, after.status_code) == (403, 403, 200)
    assert after.get_json()["phone"] == "+8613800000001"
    assert api.get("dispatcher", f"/tickets/{ref}/identity", reason="看看").status_code == 403
    assert api.facts(ref)[-1] == "identity_read"
