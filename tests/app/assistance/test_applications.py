"""The applications desk: one table of steps, terms by the table of promises, and people who decide."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.assistance.applications import looks_since
from app.wiring import House
from tests.app.assistance.test_households import id_number
from tests.app.pages import signed_in
from tests.makers import Api
from tests.races.starting import at_once
from tickets.assistance.application_terms import due_of, last_moment, policy_of
from tickets.assistance.application_words import ApplicationMove, ApplicationScheme, begins
from tickets.ground.clock import ClockKind
from tickets.ground.desk import CLOCKWORK
from tickets.ground.policy import Rulebook

VILLAGE, SUBDISTRICT = "530103012210", "530103012"
VISITOR, HANDLER, BUREAU = f"visitor@{VILLAGE}", f"handler@{SUBDISTRICT}", "handler@panlong-civil"
PATH = "/assistance/applications"
#: It is the same help whoever decides it.
EITHER = ("", "_delegated")
WANTED: dict[str, Any] = {"scheme": "dibao", "division": VILLAGE, "name": "孙某甲", "phone": "13800005201"}


@pytest.fixture(scope="module")
def rules(house: House) -> Rulebook:
    return house.rules()


def day(written: str) -> datetime:
    return datetime.fromisoformat(f"{written}+08:00")


# From Monday 21 September 2026. Off: 25-27 September, 1-7 October. Worked: Saturday 10 October.
# 22 1, 23 2, 24 3, 28 4, 29 5, 30 6 | 8 7, 9 8, 10 9, 12-16 14, 19 15, 20-23 19, 26 20, 27-30 24 |
# November: 2-6 29, 9 30, 10-13 34, 16-20 39, 23-27 44, 30 45.
@pytest.mark.parametrize(
    "scheme, clock, due",
    [
        ("dibao", "survey", "2026-09-24T17:00"),
        ("dibao", "determination", "2026-11-09T17:00"),
        ("dibao_delegated", "determination_delegated", "2026-10-26T17:00"),
        ("dibao", "determination_hard", "2026-11-30T17:00"),
        ("rigid", "determination", "2026-11-09T17:00"),
        ("rigid", "determination_hard", "2026-11-30T17:00"),
        ("tekun", "first_judgement", "2026-10-19T17:00"),
        # Seven whole days, whatever days they are: 22 to 28.
        ("tekun", "publication", "2026-09-29T00:00"),
        ("dibao", "publication", "2026-09-29T00:00"),
        ("temporary", "determination", "2026-10-26T17:00"),
        # Three days of the calendar: 22 to 24; hunger knows no holidays.
        ("relief", "relief", "2026-09-25T00:00"),
        ("relief", "relief_contact", "2026-09-21T12:00"),
        ("relief", "relief_papers", "2026-09-29T17:00"),
    ],
)
def test_terms_across_two_holidays(rules: Rulebook, scheme: str, clock: str, due: str) -> None:
    policy = policy_of(rules, scheme, ClockKind(clock))
    assert due_of(rules, policy, day("2026-09-21T10:00")) == day(due)


def test_a_list_that_hangs_out_stops_what_the_table_says(rules: Rulebook) -> None:
    start, hung = day("2026-09-14T10:00"), (day("2026-09-21T10:00"), last_moment(day("2026-09-29T00:00")))
    # 15-18 4, 20 5, 21-24 9, 28-30 12 | 8-10 15, 12-16 20, 19-23 25, 26-30 30; and 22 23 24 28 again.
    decided = policy_of(rules, "dibao", ClockKind.DETERMINATION)
    assert due_of(rules, decided, start) == day("2026-10-30T17:00")
    assert due_of(rules, decided, start, hung) == day("2026-11-05T17:00")
    # What follows is counted from its last day: 29 is the first.
    confirmed = policy_of(rules, "tekun", ClockKind.CONFIRMATION)
    assert due_of(rules, confirmed, hung[1]) == day("2026-10-23T17:00")


def test_relief_alone_is_confirmed_without_a_survey() -> None:
    early = {one for one in ApplicationScheme if "accepted" in begins(one, ApplicationMove.CONFIRM)}
    assert early == {ApplicationScheme.RELIEF}


def draft(api: Api, number: int, who: str = VISITOR, **changes: Any) -> str:
    made = api.post(who, PATH, {**WANTED, "id_number": id_number(1961, number), **changes})
    assert made.status_code == 201, made.text
    return f"{PATH}/{made.get_json()['id']}"


def step(api: Api, who: str, path: str, move: str, **body: Any) -> dict[str, Any]:
    version = api.get(HANDLER, path).get_json()["version"]
    answer = api.post(who, f"{path}/{move}", {"version": version, **body})
    told: dict[str, Any] = answer.get_json()
    code = told.get("type", "").rpartition("#")[2].replace("-", "_")
    return {**told, "status": answer.status_code, "code": code}


def hung_out(house: House, path: str) -> None:
    with house.engine.begin() as connection:
        ends = "update application set published_until = clock_timestamp() where id = :id"
        connection.execute(text(ends), {"id": int(path.rpartition("/")[2])})


@pytest.fixture(scope="module")
def home(api: Api) -> int:
    """A household on the register."""
    head = {"kinship": "head", "name": WANTED["name"], "id_number": id_number(1961, 1)}
    said = {"division": VILLAGE, "kind": "dibao", "started_on": "2024-01-01", "members": [head]}
    made = api.post(HANDLER, "/assistance/households", said)
    return int(made.get_json()["id"])


@pytest.fixture(scope="module")
def published(api: Api, home: int) -> str:
    """An application that hangs out, with a paper asked for on the way."""
    path = draft(api, 1, household=home)
    assert step(api, VISITOR, path, "accept")["status"] == 403
    asked = step(api, HANDLER, path, "ask_papers", papers=["收入证明", "户口簿"])
    assert (asked["state"], asked["papers"]) == ("papers", ["收入证明", "户口簿"])
    again = step(api, HANDLER, path, "ask_papers", papers=["照片"])
    assert (again["status"], again["code"]) == (409, "application_not_so")
    accepted = step(api, HANDLER, path, "accept")
    assert [term["clock"] for term in accepted["terms"]] == ["survey", "determination"]
    assert step(api, HANDLER, path, "publish")["status"] == 409
    assert step(api, HANDLER, path, "survey")["terms"][0]["met_at"] is not None
    assert step(api, HANDLER, path, "investigate", surveyors=1, text="收入低")["status"] == 422
    assert step(api, HANDLER, path, "investigate", surveyors=2, text="收入低")["state"] == "investigated"
    hanging = step(api, HANDLER, path, "publish")
    before = {term["clock"]: term["due_at"] for term in accepted["terms"]}
    after = {term["clock"]: term["due_at"] for term in hanging["terms"]}
    assert (hanging["state"], after["determination"] > before["determination"]) == ("published", True)
    return path


def owing_visits(api: Api) -> list[str]:
    """Which applications wait for a visit."""
    return [f"{PATH}/{one['id']}" for one in api.get(BUREAU, PATH, owes_visit="true").get_json()["items"]]


def test_a_complaint_asks_for_a_visit_and_holds_up_confirmation(
    api: Api, app: Flask, house: House, home: int, published: str
) -> None:
    early = step(api, BUREAU, published, "confirm", text="符合条件")
    assert (early["status"], early["code"]) == (409, "still_published")
    hung_out(house, published)
    assert step(api, HANDLER, published, "confirm", text="符合条件")["status"] == 403
    other = api.ticket_in("dispatched")["ref"]
    assert step(api, BUREAU, published, "complain", ticket=other)["errors"][0]["field"] == "ticket"
    complaint = api.ticket_in("dispatched", kind="complaint")["ref"]
    assert step(api, "handler@530103010", published, "complain", ticket=complaint)["status"] == 404

    def refer(one: dict[str, Any]) -> list[tuple[str | None, str | None]]:
        return [(visit["ground"], visit["ticket"]) for visit in one["visits"]]

    linked = step(api, BUREAU, published, "complain", ticket=complaint)
    assert refer(linked) == [("complaint", complaint)]
    # Who may not know of the ticket reads that a visit is owed, on no page and in no step why.
    for who in (VISITOR, HANDLER):
        told = api.get(who, published)
        assert refer(told.get_json()) == [(None, None)]
        page = signed_in(app, who).get(published.removeprefix("/assistance")).text
        assert "要入户走访" in page
        facts = api.get(who, f"/assistance/households/{home}/facts")
        assert facts.get_json()["items"][0]["data"]["move"] == "ask_visit"
        assert "complain" not in [one["move"] for one in told.get_json()["steps"]]
        assert '"complain"' not in facts.text
        assert not any(word in told.text + facts.text + page for word in (complaint, "审核期间"))
    assert complaint in signed_in(app, BUREAU).get(published.removeprefix("/assistance")).text
    assert step(api, BUREAU, published, "complain", ticket=complaint)["status"] == 422
    held = step(api, BUREAU, published, "confirm", text="符合条件")
    assert (held["status"], held["code"]) == (409, "visit_not_filed")
    visit = {"visitors": 2, "text": "家中无电视"}
    assert step(api, BUREAU, published, "file_visit", visited_on="2020-01-01", **visit)["status"] == 422
    day_asked = linked["visits"][0]["asked_at"][:10]
    # Whose word is doubted looks into it no more: who decides goes.
    assert step(api, HANDLER, published, "file_visit", visited_on=day_asked, **visit)["status"] == 403
    assert published in owing_visits(api)
    filed = step(api, BUREAU, published, "file_visit", visited_on=day_asked, **visit)
    assert filed["visits"][0]["filed_at"] is not None
    assert step(api, BUREAU, published, "file_visit", visited_on=day_asked, **visit)["status"] == 409
    assert published not in owing_visits(api)
    done = step(api, BUREAU, published, "confirm", text="符合条件")
    assert (
        done["state"],
        all(term["met_at"] for term in done["terms"] if term["clock"] != "publication"),
    ) == (
        "confirmed",
        True,
    )
    assert step(api, HANDLER, published, "end")["state"] == "ended"
    assert step(api, BUREAU, published, "refuse", text="无", remedy="复议")["status"] == 409


def test_relatives_hard_cases_refusals_and_doubles(api: Api, house: House) -> None:
    path = draft(api, 2, HANDLER, related=True)
    double = api.post(HANDLER, PATH, {**WANTED, "id_number": id_number(1961, 2)})
    assert [one["field"] for one in double.get_json()["errors"]] == ["id_number"]
    accepted = step(api, HANDLER, path, "accept")
    assert [one["ground"] for one in accepted["visits"]] == ["related"]
    usual, number = accepted["terms"][1], int(path.rpartition("/")[2])
    with house.engine.begin() as connection:
        moved = "update application_term set due_at = :due where application_id = :id and clock = :clock"
        known = {"id": number, "clock": "determination"}
        connection.execute(text(moved), {**known, "due": accepted["accepted_at"]})
    over = step(api, HANDLER, path, "lengthen", ground="lives_apart")
    assert (over["status"], over["code"]) == (409, "usual_term_over")
    with house.engine.begin() as connection:
        connection.execute(text(moved), {**known, "due": usual["due_at"]})
    longer = step(api, HANDLER, path, "lengthen", ground="lives_apart")
    assert [term["clock"] for term in longer["terms"]] == ["survey", "determination_hard"]
    told = longer["steps"][0]["data"]
    dues = [
        (told[name]["policy"], datetime.fromisoformat(told[name]["due_at"])) for name in ("before", "after")
    ]
    both = [usual, longer["terms"][1]]
    assert dues == [(term["policy"], datetime.fromisoformat(term["due_at"])) for term in both]
    assert step(api, HANDLER, path, "lengthen", ground="objection")["status"] == 409
    assert step(api, BUREAU, path, "refuse", text="收入超标")["status"] == 422
    refused = step(api, BUREAU, path, "refuse", text="收入超标", remedy="60日内申请行政复议")
    assert (refused["state"], refused["remedy"], refused["moves"]) == (
        "refused",
        "60日内申请行政复议",
        ["end"],
    )


def test_desks_that_take_down_one_person_at_the_same_moment_make_one_application(api: Api) -> None:
    same = {**WANTED, "id_number": id_number(1961, 6)}
    api.token(HANDLER)
    desks = [partial(api.post, HANDLER, PATH, {**same, "scheme": f"dibao{which}"}) for which in 2 * EITHER]
    assert sorted(answer.status_code for answer in at_once(desks)) == [201, 422, 422, 422]


def test_relief_is_given_by_the_subdistrict_and_its_papers_follow(api: Api) -> None:
    path = draft(api, 3, HANDLER, scheme="relief")
    step(api, HANDLER, path, "accept")
    given = step(api, HANDLER, path, "confirm", text="先行救助 500 元")
    assert (given["state"], [one["clock"] for one in given["terms"] if one["met_at"] is None]) == (
        "confirmed",
        ["relief_papers"],
    )
    assert all(term["met_at"] for term in step(api, HANDLER, path, "end")["terms"])
    gone = draft(api, 4, HANDLER, scheme="tekun")
    assert step(api, HANDLER, gone, "withdraw", text="找到工作")["state"] == "withdrawn"


def test_each_area_has_its_own_and_people_are_masked(api: Api, house: House) -> None:
    path = draft(api, 5)
    number = int(path.rpartition("/")[2])
    listed = {
        who: number in [one["id"] for one in api.get(who, PATH, scheme="dibao").get_json()["items"]]
        for who in (VISITOR, HANDLER, BUREAU, "handler@530103010", "handler@medical", "supervisor")
    }
    assert listed == {
        VISITOR: True,
        HANDLER: True,
        BUREAU: True,
        "handler@530103010": False,
        "handler@medical": False,
        "supervisor": False,
    }
    shown = api.get(HANDLER, path)
    assert ("孙**" in shown.text, "孙某甲" in shown.text) == (True, False)
    clear = api.post(HANDLER, f"{path}/clear", {"reason": "核对材料"}).get_json()
    assert (clear["name"], clear["phone"]) == ("孙某甲", "+8613800005201")
    looked = api.get(HANDLER, path).get_json()["steps"][0]
    assert (looked["move"], looked["by"], looked["data"]["look"]) == (None, HANDLER, "核对材料")
    assert "application_step_looks" in plan_of_looks(house)
    step(api, HANDLER, path, "accept")
    with house.engine.begin() as connection:
        late = "update application_term set due_at = started_at - interval '1 day' where application_id = :id"
        connection.execute(text(late), {"id": number})
    lines = api.get(BUREAU, PATH, late=True, division=SUBDISTRICT).get_json()["items"]
    assert [one["late"] for one in lines if one["id"] == number] == [True]


def plan_of_looks(house: House) -> str:
    """How the database would count the looks of somebody."""
    asked: list[Any] = []

    def note(*said: Any) -> None:
        asked.append(said[2:4])

    with house.open_desk(CLOCKWORK) as desk:
        connection = desk.session.connection()
        connection.execute(text("set local enable_seqscan = off"))
        event.listen(house.engine, "before_cursor_execute", note)
        looks_since(desk, HANDLER, desk.now())
        event.remove(house.engine, "before_cursor_execute", note)
        statement, known = asked[-1]
        return str(connection.exec_driver_sql(f"explain {statement}", known).all())


def test_pages_serve_the_same(app: Flask) -> None:
    handler = signed_in(app, HANDLER)
    form = handler.get("/applications/new")
    plain = {"scheme": "rigid", "division": VILLAGE, "name": "郑某乙", "id_number": id_number(1962, 9)}
    wrong = handler.send(form, "/applications", {**plain, "id_number": "1"})
    assert (wrong.status_code, "不是有效的身份证号" in wrong.text) == (422, True)
    path = handler.send(form, "/applications", plain).headers["Location"].partition("?")[0]
    page = handler.get(path)
    assert ("郑**" in page.text, "郑某乙" in page.text) == (True, False)
    assert handler.send(page, f"{path}/steps/ask_papers", {"papers": "户口簿\n收入证明"}).status_code == 303
    assert "2. 收入证明" in handler.get(f"{path}/receipt").text
    stale = handler.send(page, f"{path}/steps/accept", {})
    assert (stale.status_code, "现在是第 2 版" in stale.text) == (409, True)
    assert handler.send(handler.get(path), f"{path}/steps/accept", {}).status_code == 303
    receipt = handler.get(f"{path}/receipt").text
    assert ("受理告知书" in receipt, "不晚于" in receipt) == (True, True)
    assert "steps/confirm" not in handler.get(path).text
    assert "steps/refuse" in signed_in(app, BUREAU).get(path).text
    shown = handler.send(handler.get(path), f"{path}/clear", {"reason": "核对"})
    assert "郑某乙" in shown.text
    assert "郑**" in signed_in(app, BUREAU).get("/applications", scheme="rigid").text
    assert signed_in(app, "agency@service-agency").get("/applications").status_code == 403
