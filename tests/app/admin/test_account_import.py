"""People from a spreadsheet: read, tried out, brought in whole or not at all, passwords told once."""

import io
import re
from base64 import b64encode
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, select

from app.access.accounts import Account, Role
from app.admin.account_import import plan
from app.admin.account_sheet import Read, read_accounts, read_people
from app.sheets import Fault
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.assistance.registers import as_csv, as_xlsx
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import Api
from tickets.ground.units import UnitRow, Units

PATH = "/admin/accounts/import"
HEADS = ["账号", "姓名", "角色", "所在单位", "备注"]
PERSON = ["zhao.yi", "赵某", "承办人", "区住建局", ""]
ROLES = {"承办人": Role.HANDLER, "handler": Role.HANDLER, "管理员": Role.ADMIN, "话务员": Role.OPERATOR}
UNITS = Units(
    [
        UnitRow(code="housing", name="区住建局", name_en="Housing Bureau", kind="bureau", aliases=["住建"]),
        UnitRow(code="closed", name="区旧局", name_en="Old", kind="bureau", active=False),
        UnitRow(code="a", name="甲街道", name_en="A", kind="subdistrict"),
        UnitRow(code="b", name="乙街道", name_en="B", kind="subdistrict"),
        *(
            UnitRow(code=f"{top}1", name="新村", name_en="New Village", kind="community", parent=top)
            for top in ("a", "b")
        ),
    ]
)


def read(*rows: list[str], heads: list[str] = HEADS) -> Read:
    return read_accounts(read_people(as_csv([heads, *rows])), UNITS, ROLES)


def told(faults: list[Fault]) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.bad.code) for fault in faults]


@pytest.mark.parametrize("content", [as_csv, lambda rows: as_csv(rows, "gbk"), as_xlsx])
def test_a_list_is_read_whatever_wrote_it(content: Any) -> None:
    found = read_accounts(read_people(content([HEADS, PERSON])), UNITS, ROLES)

    ((_line, row),) = found.people
    assert (row.username, row.display_name, row.role, row.unit) == ("zhao.yi", "赵某", "handler", "housing")
    assert (found.faults, found.unread) == ([], ("备注",))


@pytest.mark.parametrize(
    "written, code",
    [
        ("住建", "housing"),
        ("housing bureau", "housing"),
        ("甲街道新村", "a1"),
        ("乙街道 / 新村", "b1"),
        ("新村", None),
        ("区旧局", None),
    ],
)
def test_a_unit_is_known_by_any_name_that_is_its_own(written: str, code: str | None) -> None:
    found = read(["a", "甲某", "handler", written])

    assert [row.unit for _line, row in found.people] == ([code] if code else [])
    assert told(found.faults) == ([] if code else [(2, "所在单位", "unit_not_found")])


def test_each_fault_names_its_line_and_column() -> None:
    found = read(["赵一", "赵某", "国王", "区住建局"], ["b", "钱某", "", ""], ["b", "孙某"])
    plans = plan(found, {}, set())

    assert plans == []
    assert sorted(told(found.faults)) == [
        (2, "角色", "unknown_role"),
        (2, "账号", "bad_pattern"),
        (3, "所在单位", "missing"),
        (3, "角色", "missing"),
        (4, "账号", "username_twice"),
    ]


def test_a_file_leaves_an_administrator_and_whoever_is_closed_alone() -> None:
    def account(username: str, **more: Any) -> Account:
        given = {"display_name": "管某", "role": "admin", "unit": "housing", "password_hash": "", **more}
        return Account(username=username, **given)

    known = {"boss": account("boss"), "gone": account("gone", active=False)}
    gone = read(["gone", "管某"])
    last, exchanged = read(["boss", "", "话务员"]), read(["boss", "", "话务员"], ["heir", "", "管理员"])
    known["heir"] = account("heir", role="operator")
    for found in (gone, last, exchanged):
        plan(found, known, {"boss"})

    assert told(gone.faults) == [(2, "账号", "account_is_closed")]
    assert told(last.faults) == [(2, "角色", "no_admin_left")]
    assert exchanged.faults == []


def send(admin: Visitor, rows: list[list[str]], do: str) -> Any:
    page = admin.get(PATH)
    file = (io.BytesIO(as_csv([HEADS, *rows])), "people.csv")
    return admin.client.post(PATH, data={**form_of(page, PATH), "do": do, "file": file})


def test_people_are_tried_out_brought_in_and_come_in_with_their_passwords(
    app: Flask, house: House, session: Session
) -> None:
    admin = signed_in(app, "admin")
    rows = [
        ["import.one", "甲某", "承办人", "housing", ""],
        ["import.two", "乙某", "单位负责人", "housing", ""],
    ]
    page = admin.get(PATH)
    with written(house) as none:
        tried = send(admin, rows, "try")
        refused = send(admin, [*rows, ["bad", "", "国王", "housing", ""]], "bring")
    with written(house) as facts:
        form = {**form_of(page, PATH), "do": "bring"}
        answers = [
            admin.client.post(PATH, data={**form, "file": (io.BytesIO(as_csv([HEADS, *rows])), "a.csv")}).text
            for _click in (1, 2)
        ]
    passwords = [re.findall(r"<b>([a-z2-9-]{19})</b>", text) for text in answers]
    entered = Visitor(app).sign_in("import.one", passwords[0][0])
    row = session.exec(select(Account).where(Account.username == "import.one")).one()

    assert ">2 个账号<" in tried.text
    assert none == []
    assert (refused.status_code, "没有这个角色" in refused.text) == (422, True)
    assert "一行都没有导入" in refused.text
    assert len(set(passwords[0])) == 2
    assert passwords[0] == passwords[1], "a second click finds what the first one made"
    assert [(fact.what, fact.data["subject"]) for fact in facts] == [
        ("account_added", "import.one"),
        ("account_added", "import.two"),
    ]
    assert (entered.status_code, row.must_change, row.unit) == (303, True, "housing")


def test_the_api_has_the_same_rule_and_the_ledger_the_same_facts(
    api: Api, house: House, session: Session
) -> None:
    def brought(rows: list[list[str]], who: str = "admin", *, dry_run: bool = False) -> Any:
        content = b64encode(as_csv([HEADS, *rows])).decode()
        return api.post(who, "/accounts/import", {"content": content, "dry_run": dry_run})

    rows = [[f"api.{number}", "丙某", "handler", "housing", ""] for number in range(3)]
    assert brought(rows, "dispatcher").status_code == 403
    added = brought(rows).get_json()
    again = [["api.0", "", "", "justice", ""], ["api.1", "丁某", "", "", ""], *rows[2:]]
    tried = brought(again, dry_run=True).get_json()
    with written(house) as facts:
        changed = brought(again).get_json()
    refused = brought([["api.0", "", "国王", "", ""]])

    assert (added["added"], len(added["passwords"])) == (3, 3)
    for answer in (tried, changed):
        assert [answer[name] for name in ("added", "changed", "unchanged", "passwords")] == [0, 2, 1, []]
    assert [(fact.what, fact.data["subject"], fact.data["after"]) for fact in facts] == [
        ("account_changed", "api.0", {"unit": "justice"}),
        ("account_changed", "api.1", {"display_name": "丁某"}),
    ]
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "2.role"


def test_what_is_tried_out_costs_the_same_however_long_it_is(app: Flask, house: House) -> None:
    admin = signed_in(app, "admin")
    send(admin, [], "try")
    costs = []
    for count in (1, 60):
        with counted(house.engine) as said:
            send(
                admin,
                [[f"long.{number}", "戊某", "handler", "housing", ""] for number in range(count)],
                "try",
            )
        costs.append(len(said))

    # twice the visitor; the lock, who is there, the administrators
    assert costs == [5, 5], said


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_empty_list_can_be_filled_in(app: Flask, tongue: str) -> None:
    admin = signed_in(app, "admin")
    admin.client.set_cookie("lang", tongue)

    table = read_people(admin.get(f"{PATH}/sample.xlsx").data)
    assert ("Role" in table.heads.called.values()) == (tongue == "en")
    assert (set(table.heads.at), table.rows) == ({"username", "display_name", "role", "unit", "person"}, [])
