"""Payment sheets over pages and API: whole or not at all, figures follow, people settle differences."""

import io
from base64 import b64encode
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.wiring import House
from tests.app.assistance.registers import HEADS, as_csv, as_xlsx, household, id_number
from tests.app.pages import counted, form_of, signed_in
from tests.makers import Api
from tickets.assistance.households import Household
from tickets.assistance.ledger import HouseholdFact

PATH = "/assistance/payments"
HANDLER, BUREAU = "handler@530103012", "head@panlong-civil"
#: Far from the numbers of other tests.
FIRST = 5_000_000
JULY, AUGUST = {"month": "2021-07", "scheme": "dibao"}, {"month": "2021-08", "scheme": "dibao"}
COLUMNS = ["姓名", "身份证号", "发放金额（元）"]


def sheet(*rows: tuple[int, str]) -> list[list[str]]:
    return [COLUMNS, *(["某", id_number(FIRST + number), sum_] for number, sum_ in rows)]


def sent(api: Api, rows: list[list[str]], *, who: str = HANDLER, **more: Any) -> dict[str, Any]:
    body = {**JULY, "dry_run": False, **more, "content": b64encode(as_csv(rows, "gbk")).decode()}
    answer = api.post(who, PATH, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture(scope="module")
def numbers(api: Api, house: House) -> list[int]:
    """Five households of 低保, all there before July but the last; the fourth ended in June."""
    rows = [HEADS, *(household(FIRST + at, amount="")[0] for at in range(5))]
    content = b64encode(as_csv(rows)).decode()
    body = {"content": content, "dry_run": False}
    assert api.post(HANDLER, "/assistance/households/import", body).get_json()["added"] == 5
    found = []
    for at in range(5):
        (one,) = api.get(HANDLER, "/assistance/households", q=id_number(FIRST + at)).get_json()["items"]
        found.append(one["id"])
    with Session(house.engine) as session, session.begin():
        for row in session.exec(select(Household).where(col(Household.id).in_(found))):
            row.started_on = date(2021, 7, 3) if row.id == found[4] else date(2020, 1, 1)
            if row.id == found[3]:
                row.state, row.ended_on = "ended", date(2021, 6, 30)
    return found


def findings(api: Api, asked: dict[str, str], numbers: list[int]) -> dict[tuple[str, int | None], Any]:
    told = api.get(HANDLER, f"{PATH}/findings", **asked).get_json()
    return {
        (one["finding"], numbers.index(one["household"]) if one["household"] else one["line"]): one
        for one in told["items"]
        if one["household"] is None or one["household"] in numbers
    }


def test_a_sheet_is_taken_whole_or_not_at_all_and_differences_are_settled(
    api: Api, house: House, numbers: list[int]
) -> None:
    broken = [*sheet((0, "700"), (1, "viel")), ["某", "123", "1"], ["某", "", "1"]]
    refused = sent(api, broken)
    assert (refused["written"], refused["changed"]) == (False, 1)
    assert [(one["line"], one["column"]) for one in refused["faults"]] == [
        (3, COLUMNS[2]),
        (4, COLUMNS[1]),
        (5, COLUMNS[1]),
    ]
    assert not any(id_number(FIRST + 1) in str(one) for one in refused["faults"])
    whole = sheet((0, "700"), (1, "650.50"), (1, "650.50"), (3, "500"), (4, "400"), (900, "99"))
    assert sent(api, whole, dry_run=True)["written"] is False
    assert api.get(HANDLER, PATH, **JULY).get_json()["items"] == []

    taken = sent(api, whole)
    assert {
        name: taken[name] for name in ("written", "lines", "fen", "households", "changed", "unknown")
    } == {
        "written": True,
        "lines": 6,
        "fen": 300_000,
        "households": 4,
        "changed": 4,
        "unknown": 1,
    }
    assert sent(api, whole)["changed"] == 0
    told = api.get(HANDLER, PATH, limit=2, **JULY).get_json()
    assert (told["households"], told["fen"], told["on_sheets"], len(told["sheets"])) == (4, 290_100, 4, 2)
    rest = api.get(HANDLER, PATH, limit=2, cursor=told["next"], **JULY).get_json()
    assert sorted(one["household"] for one in told["items"] + rest["items"]) == sorted(
        numbers[at] for at in (0, 1, 3, 4)
    )

    july = findings(api, JULY, numbers)
    assert set(july) == {("stopped", 3), ("early", 4), ("unpaid", 2), ("twice", 1), ("unknown", 7)}
    assert (july["twice", 1]["expected"], july["twice", 1]["paid"]) == (65_050, 130_100)
    sent(api, sheet((0, "710"), (1, "1301"), (2, "300")), **AUGUST)
    august = findings(api, AUGUST, numbers)
    assert set(august) == {("amount", 0), ("unpaid", 4)}
    assert (august["amount", 0]["expected"], august["amount", 0]["paid"]) == (70_000, 71_000)

    figures = {"from": "2021-07", "to": "2021-07"}
    assert api.get(HANDLER, "/statistics/assistance", **figures).get_json()["dibao_amount"] == 2901

    one = {**AUGUST, "finding": "amount", "household": numbers[0], "outcome": "right"}
    assert api.post("head@530103001", f"{PATH}/findings/settle", one).status_code == 404
    assert api.post(HANDLER, f"{PATH}/findings/settle", {**one, "household": numbers[1]}).status_code == 409
    assert api.post(HANDLER, f"{PATH}/findings/settle", {**one, "outcome": "so"}).status_code == 422
    assert api.post(HANDLER, f"{PATH}/findings/settle", one).status_code == 200
    said = findings(api, AUGUST, numbers)["amount", 0]
    assert (said["outcome"], said["by"]) == ("right", HANDLER)
    api.post(HANDLER, f"{PATH}/findings/settle", {**one, "outcome": "reopened"})
    assert findings(api, AUGUST, numbers)["amount", 0]["outcome"] is None
    with Session(house.engine) as session:
        facts = session.exec(
            select(HouseholdFact.what)
            .where(HouseholdFact.household_id == numbers[0])
            .order_by(col(HouseholdFact.seq))
        ).all()
    assert facts[-4:] == ["payment_taken", "payment_taken", "payment_settled", "payment_settled"]


def test_who_has_to_do_with_payments(api: Api, numbers: list[int]) -> None:
    readers = {
        who: api.get(who, f"{PATH}/findings", **JULY).status_code
        for who in (BUREAU, HANDLER, "visitor@530103012210", "supervisor", "head@justice")
    }
    assert readers == {
        BUREAU: 200,
        HANDLER: 200,
        "visitor@530103012210": 403,
        "supervisor": 403,
        "head@justice": 403,
    }
    # Another subdistrict is told neither of the households nor of the lines about nobody.
    elsewhere = sent(api, sheet((0, "1")), who="head@530103001", dry_run=True)
    assert (elsewhere["households"], elsewhere["unknown"]) == (0, 1)
    told = api.get("head@530103001", f"{PATH}/findings", **JULY).get_json()["items"]
    assert not {one["household"] for one in told} & set(numbers)
    assert not [one for one in told if one["finding"] == "unknown"]
    ahead = {**JULY, "month": "2199-01", "content": "QQ=="}
    assert [one["field"] for one in api.post(HANDLER, PATH, ahead).get_json()["errors"]] == ["month"]


def test_the_page_takes_a_sheet_and_settles(app: Flask, house: House, numbers: list[int]) -> None:
    handler = signed_in(app, HANDLER)
    address = "/assistance/payments?month=2021-10&scheme=tekun"
    hidden = form_of(handler.client.get(address), "/assistance/payments")
    assert (hidden["month"], hidden["scheme"]) == ("2021-10", "tekun")

    def handed(do: str, rows: list[list[str]]) -> str:
        file = (io.BytesIO(as_xlsx(rows)), "paid.xlsx")
        return handler.client.post("/assistance/payments", data={**hidden, "do": do, "file": file}).text

    assert "没有找到发放表的表头" in handed("try", [["a", "b"]])
    assert "什么都没有写入" in handed("try", sheet((0, "12.50")))
    assert "不是金额" in handed("bring", sheet((0, "much")))
    done = handed("bring", sheet((0, "12.50")))
    assert ("已导入" in done, "类别不符" in done) == (True, True)
    assert id_number(FIRST) not in done

    page = handler.client.get(address)
    form = {**form_of(page, "/assistance/payments/settle"), "outcome": "recovered"}
    assert handler.client.post("/assistance/payments/settle", data=form).status_code == 303
    assert "已追回" in handler.client.get(address).text
    mistyped = handler.client.get("/assistance/payments?month=10").text
    assert ('value="10"' in mistyped, 'href="#sheet-month"' in mistyped) == (True, True)
    with counted(house.engine) as asked:
        handler.client.get(address)
    assert len(asked) == 5
