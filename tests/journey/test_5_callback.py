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
