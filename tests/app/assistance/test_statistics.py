"""The statistics of social assistance over pages and API: readers, periods, closed months."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func
from sqlmodel import Session, select

from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import Api
from tickets.assistance.households import Household, Member, new_numbers
from tickets.assistance.monthly import latest_month

BUREAU = "head@panlong-civil"
JUNE = {"from": "2022-06", "to": "2022-06"}


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"from": "2023-13"}, "from"),
        ({"to": "gestern"}, "to"),
        ({"to": "9999-12"}, "to"),
        ({"from": "0000-01"}, "from"),
        ({"from": "2023-08", "to": "2023-01"}, "to"),
        ({"from": "1990-01", "to": "2023-01"}, "from"),
    ],
)
def test_what_is_no_period_is_told_by_its_field(api: Api, asked: dict[str, str], field: str) -> None:
    answer = api.get(BUREAU, "/statistics/assistance", **asked)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_who_reads_figures(api: Api) -> None:
    readers = {
        who: api.get(who, "/statistics/assistance").status_code
        for who in (BUREAU, "handler@530103012", "supervisor", "auditor", "admin", "operator", "head@justice")
    }

    assert readers == {
        BUREAU: 200,
        "handler@530103012": 200,
        "supervisor": 200,
        "auditor": 200,
        "admin": 200,
        "operator": 403,
        "head@justice": 403,
    }


def test_a_month_is_closed_once_by_the_bureau_and_not_before_it_is_over(api: Api) -> None:
    path = "/assistance/months/2021-03/close"
    assert api.post("head@530103012", path, {}).status_code == 403
    assert api.post(BUREAU, "/assistance/months/2999-03/close", {}).status_code == 422
    made = api.post(BUREAU, path, {})
    assert (made.status_code, made.get_json()["closed_by"]) == (200, BUREAU)
    assert api.post(BUREAU, path, {}).status_code == 409

    told = api.get(BUREAU, "/statistics/assistance", **{"from": "2021-02", "to": "2021-03-31"}).get_json()
    assert (told["from"], told["to"]) == ("2021-02-01", "2021-03-31")
    assert [(month["month"], month["closed"]) for month in told["by_month"]] == [
        ("2021-02", False),
        ("2021-03", True),
    ]


def test_the_page_its_charts_and_its_file(app: Flask) -> None:
    bureau = signed_in(app, BUREAU)
    page = bureau.client.get("/assistance/statistics?from=2021-01&to=2021-02")
    assert page.status_code == 200
    assert "低保户数（期末）" in page.text
    assert "关账" in page.text
    assert (
        bureau.client.get("/assistance/statistics/flow.svg?from=2021-01&to=2021-02").mimetype
        == "image/svg+xml"
    )
    assert bureau.client.get("/assistance/statistics.xlsx?from=2021-01&to=2021-02").data[:2] == b"PK"
    refused = bureau.client.get("/assistance/statistics?from=2021-03&to=2021-02")
    assert "截止月早于起始月" in refused.text


def test_what_is_given_is_written_down_and_counted(app: Flask, api: Api, house: House) -> None:
    bureau = signed_in(app, BUREAU)
    number, member = new_household(house)
    before = api.get(BUREAU, "/statistics/assistance", **JUNE).get_json()

    served = {"member": member, "team_kind": "medical", "team": "助医1队", "served_on": "2022-06-09"}
    for _ in range(2):
        assert api.post(BUREAU, f"/assistance/households/{number}/services", served).status_code == 200
    aid = {"paid_on": "2022-06-10", "yuan": "1234.50", "persons": "1"}
    page = bureau.get(f"/households/{number}/given")
    sent = bureau.send(page, f"/households/{number}/temporary-aid", aid)
    assert sent.status_code == 303, sent.text
    assert api.post("operator", f"/assistance/households/{number}/services", served).status_code == 404
    ahead = {"paid_on": "2999-06-10", "fen": 100, "persons": 1}
    assert api.post(BUREAU, f"/assistance/households/{number}/temporary-aid", ahead).status_code == 422

    told = api.get(BUREAU, f"/assistance/households/{number}/given").get_json()
    assert [row["fen"] for row in told["temporary_aid"]] == [123_450]
    assert [row["team"] for row in told["services"]] == ["助医1队", "助医1队"]
    after = api.get(BUREAU, "/statistics/assistance", **JUNE).get_json()
    assert after["temporary_cases"] - before["temporary_cases"] == 1
    assert after["temporary_amount"] - before["temporary_amount"] in (1234, 1235)
    assert after["medical_person_times"] - before["medical_person_times"] == 2
    assert after["by_month"][0]["teams"][0]["persons"] == 1
    assert "1,234.50" in bureau.client.get(f"/households/{number}/given").text


def new_household(house: House) -> tuple[int, str]:
    """A household of one, put on the register by the bureau."""
    with Session(house.engine) as session, session.begin():
        (number,) = new_numbers(session, 1)
        at = session.exec(select(func.clock_timestamp())).one()
        day = date(2022, 1, 1)
        household = Household(
            id=number, division="530103012", kind="dibao", started_on=day, recheck_on=day, changed_at=at
        )
        session.add(household)
        session.flush()
        member = Member(household_id=number, kinship="head", joined_on=day)
        session.add(member)
        return number, str(member.id)


def test_without_a_period_the_latest_month_with_figures_is_the_last(
    app: Flask, api: Api, house: House
) -> None:
    number, _member = new_household(house)
    aid = {"paid_on": "2024-05-20", "fen": 70_000, "persons": 1}
    assert api.post(BUREAU, f"/assistance/households/{number}/temporary-aid", aid).status_code == 200
    with house.session() as session:
        month = latest_month(session, date(2024, 5, 31))
        assert month == date(2024, 5, 1)
        assert latest_month(session, date(1990, 1, 1)) is None
        latest = latest_month(session, date(2100, 1, 1))
    assert latest is not None

    told = api.get(BUREAU, "/statistics/assistance").get_json()

    assert (told["from"][:7], told["by_month"][-1]["month"]) == (f"{latest:%Y}-01", f"{latest:%Y-%m}")
    page = signed_in(app, BUREAU).get("/assistance/statistics").text
    assert f"显示到有数字的最近一个月：{latest:%Y-%m}" in page
    assert "显示到有数字" not in signed_in(app, BUREAU).get("/assistance/statistics", to="2024-05").text
