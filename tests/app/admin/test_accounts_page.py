"""The accounts: found, added with a password shown once, changed, closed; the last administrator stays."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, text
from sqlmodel import Session, select

from app.access.accounts import Account, ApiToken, WebSession
from app.factory import create_app
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import Api

NEW = {"username": "li.si", "display_name": "李某", "role": "handler", "unit": "housing", "person": ""}


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


def account(session: Session, username: str) -> Account:
    wanted = select(Account).where(Account.username == username).execution_options(populate_existing=True)
    return session.exec(wanted).one()


def add(admin: Visitor, username: str, **changes: str) -> str:
    """An account of a test's own; gives the address of its page."""
    made = admin.send("/admin/accounts", "/admin/accounts", {**NEW, "username": username, **changes})
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def change(admin: Visitor, page: str, what: str, **typed: Any) -> Any:
    return admin.send(page, f"{page}/{what}", typed)


def password_on(page: str) -> str:
    found = re.findall(r'id="made-password">([^<]+)<', page)
    return found[0] if found else ""


def test_a_new_account_has_a_password_that_is_shown_once_and_opens_the_door(
    admin: Visitor, app: Flask, house: House, session: Session
) -> None:
    with written(house) as facts:
        page = add(admin, "li.si")
    first, second = admin.get(page).text, admin.get(page).text
    entered = Visitor(app).sign_in("li.si", password_on(first))

    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password_on(first))
    assert password_on(second) == ""
    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk")
    assert account(session, "li.si").person == "li.si"
    assert [(fact.what, fact.data["subject"], fact.data["after"]) for fact in facts] == [
        (
            "account_added",
            "li.si",
            {"display_name": "李某", "role": "handler", "unit": "housing", "person": "li.si"},
        )
    ]


def test_no_password_stands_in_the_ledger(admin: Visitor, session: Session) -> None:
    page = add(admin, "no.secret")
    first = password_on(admin.get(page).text)
    assert change(admin, page, "password").status_code == 303
    second = password_on(admin.get(page).text)
    kept = (
        session.connection().execute(text("select string_agg(data::text, ' ') from house_fact")).scalar_one()
    )

    assert first
    assert second not in ("", first)
    assert first not in kept
    assert second not in kept
    assert "argon2" not in kept


def test_a_double_click_adds_one_account_and_shows_its_password(admin: Visitor, house: House) -> None:
    page = admin.get("/admin/accounts")
    with written(house) as facts:
        answers = [
            admin.send(page, "/admin/accounts", {**NEW, "username": "double"}).headers["Location"]
            for _click in (1, 2)
        ]

    assert answers[0] == answers[1]
    assert password_on(admin.get(answers[0]).text)
    assert [fact.what for fact in facts] == ["account_added"]


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"username": "admin"}, "“admin”已经有了"),
        ({"username": "李四"}, "写法不对"),
        ({"username": ""}, "账号：没有填写"),
        ({"display_name": " "}, "显示名：内容是空的"),
        ({"role": "king"}, "角色"),
        ({"role": ""}, "角色：没有填写"),
        ({"unit": "nowhere"}, "单位：没有“nowhere”这个单位"),
    ],
    ids=str,
)
def test_an_account_that_cannot_be_is_refused_with_words_and_leaves_no_trace(
    admin: Visitor, house: House, typed: dict[str, str], said: str
) -> None:
    with written(house) as facts:
        refused = admin.send("/admin/accounts", "/admin/accounts", {**NEW, "username": "never", **typed})

    assert refused.status_code == 422
    assert said in refused.text
    assert facts == []


CHANGES = [
    ("name", {"display_name": "李某某"}, {"display_name": "李某某"}),
    ("person", {"person": "wang.wu"}, {"person": "wang.wu"}),
    ("post", {"role": "reviewer", "unit": "hotline"}, {"role": "reviewer", "unit": "hotline"}),
]


@pytest.mark.parametrize("what, typed, after", CHANGES, ids=[one[0] for one in CHANGES])
def test_each_change_is_one_fact(
    admin: Visitor, house: House, session: Session, what: str, typed: dict[str, str], after: dict[str, Any]
) -> None:
    username = f"changed.{what}"
    page = add(admin, username)
    with written(house) as facts:
        said = change(admin, page, what, **typed)
        again = change(admin, page, what, **typed)
    row = account(session, username)

    assert (said.status_code, again.status_code) == (303, 303)
    assert [(fact.what, fact.data["after"]) for fact in facts] == [("account_changed", after)]
    assert {name: getattr(row, name) for name in after} == after


def test_a_closed_account_is_out_at_once_and_can_come_back(
    admin: Visitor, app: Flask, house: House, session: Session, api: Api
) -> None:
    page = add(admin, "leaving")
    visitor, token = signed_in(app, "leaving"), api.token("leaving")
    assert token
    number = account(session, "leaving").id
    with written(house) as facts:
        closed = change(admin, page, "active", active="false")
        outside = visitor.get("/desk")
        listed = admin.get("/admin/accounts", q="leaving").text
        kept = [
            session.exec(select(func.count()).where(table.account_id == number)).one()
            for table in (WebSession, ApiToken)
        ]
        reopened = change(admin, page, "active", active="true")

    assert (closed.status_code, reopened.status_code) == (303, 303)
    assert outside.status_code == 303
    assert api.get("leaving", "/units").status_code == 401
    assert "停用" in listed
    assert kept == [0, 0]
    assert [fact.what for fact in facts] == ["account_closed", "account_changed"]


def test_a_new_password_ends_every_session(admin: Visitor, app: Flask, house: House) -> None:
    page = add(admin, "forgetful")
    visitor = signed_in(app, "forgetful")
    with written(house) as facts:
        assert change(admin, page, "password").status_code == 303
    entered = Visitor(app).sign_in("forgetful", password_on(admin.get(page).text))

    assert visitor.get("/desk").status_code == 303
    assert entered.status_code == 303
    assert [fact.data["after"] for fact in facts] == [{"password": "changed"}]


def test_the_last_administrator_stays(fresh_house: House) -> None:
    admin = signed_in(create_app(fresh_house.settings, fresh_house), "admin")
    with fresh_house.read() as session:
        page = f"/admin/accounts/{account(session, 'admin').id}"
    with written(fresh_house) as refusals:
        closed = change(admin, page, "active", active="false")
        demoted = change(admin, page, "post", role="operator", unit="hotline")
        moved = change(admin, page, "post", role="admin", unit="justice")
    second = add(admin, "second", role="admin", unit="hotline")
    with written(fresh_house) as facts:
        demoted_now = change(admin, page, "post", role="operator", unit="hotline")

    assert [one.status_code for one in (closed, demoted, moved, demoted_now)] == [409, 409, 303, 303]
    assert "最后一个在用的管理员" in closed.text
    assert [fact.data["after"] for fact in refusals] == [{"unit": "justice"}]
    assert [fact.data["after"] for fact in facts] == [{"role": "operator", "unit": "hotline"}]
    assert admin.get(second).status_code == 403, "who was demoted administers no more"


def test_two_administrators_who_close_each_other_do_not_leave_the_house_alone(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    admin = signed_in(app, "admin")
    pages = {"admin": add(admin, "second", role="admin", unit="hotline")}
    with fresh_house.session() as session, session.begin():
        account(session, "second").must_change = False
        pages["second"] = f"/admin/accounts/{account(session, 'admin').id}"
    visitors = {name: signed_in(app, name) for name in pages}
    shown = {name: visitor.get(pages[name]) for name, visitor in visitors.items()}

    def close_the_other(name: str) -> int:
        action = f"{pages[name]}/active"
        return visitors[name].send(shown[name], action, {"active": "false"}).status_code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(close_the_other, pages))

    # Who comes second is refused, or is out already and sent to the door.
    assert answers in ([303, 307], [303, 409])
    with fresh_house.read() as session:
        left = select(func.count()).where(Account.role == "admin", Account.active)
        assert session.exec(left).one() == 1


def test_the_absence_and_deputy_of_an_account_and_what_cuts_the_tie(
    admin: Visitor, house: House, session: Session
) -> None:
    deputy = add(admin, "deputy.one", display_name="代理甲")
    page = add(admin, "away.one")
    with written(house) as facts:
        away = change(admin, page, "absence", absent_until="2030-01-05", deputy="deputy.one")
        shown = admin.get(page).text
        closed = change(admin, deputy, "active", active="false")

    assert (away.status_code, closed.status_code) == (303, 303)
    assert "到 2030 年 1 月 5 日" in shown
    assert account(session, "away.one").deputy is None
    assert [fact.what for fact in facts] == ["absence_changed", "account_closed"]
    assert facts[1].data["after"] == {"active": False, "no_longer_deputy_of": ["away.one"]}


def test_another_unit_ends_what_ties_people_of_one_unit(admin: Visitor, session: Session) -> None:
    first, second = add(admin, "pair.one"), add(admin, "pair.two")
    for page, other in ((first, "pair.two"), (second, "pair.one")):
        assert change(admin, page, "absence", absent_until="", deputy=other).status_code == 303
    moved = change(admin, first, "post", role="handler", unit="justice")

    assert moved.status_code == 303
    assert [account(session, name).deputy for name in ("pair.one", "pair.two")] == [None, None]


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"absent_until": "2020-01-01", "deputy": ""}, "这一天已经过去"),
        ({"absent_until": "tomorrow", "deputy": ""}, "不是日期"),
        ({"absent_until": "", "deputy": "head@medical"}, "本单位另一位同事"),
        ({"absent_until": "", "deputy": "bad.absence"}, "本单位另一位同事"),
        ({"absent_until": "", "deputy": "same.person"}, "本单位另一位同事"),
        ({"absent_until": "", "deputy": "closed.one"}, "本单位另一位同事"),
    ],
    ids=str,
)
def test_an_absence_that_cannot_be_is_refused(
    admin: Visitor, house: House, session: Session, typed: dict[str, str], said: str
) -> None:
    found = session.exec(select(Account).where(Account.username == "bad.absence")).one_or_none()
    if found is None:
        page = add(admin, "bad.absence")
        add(admin, "same.person", person="bad.absence")
        assert change(admin, add(admin, "closed.one"), "active", active="false").status_code == 303
    else:
        page = f"/admin/accounts/{found.id}"
    with written(house) as facts:
        refused = change(admin, page, "absence", **typed)

    assert refused.status_code == 422
    assert said in refused.text
    assert facts == []


def test_accounts_are_found_by_unit_role_and_a_part_of_the_name(admin: Visitor) -> None:
    add(admin, "findme", display_name="寻找我")

    def found(**query: str) -> set[str]:
        return set(re.findall(r'<div class="why">([a-z0-9@.-]+)', admin.get("/admin/accounts", **query).text))

    assert found(unit="530103012210") == {f"{role}@530103012210" for role in ("handler", "head", "visitor")}
    assert found(q="寻找") == {"findme"}
    assert found(q="FINDME") == {"findme"}
    assert found(role="supervisor") == {"supervisor"}
    assert found(q="nobody at all") == set()
    assert admin.get("/admin/accounts", q="a\0b").status_code == 200
    assert "没有找到这样的账号" in admin.get("/admin/accounts", q="nobody at all").text


def test_a_long_list_goes_on_where_it_stopped(admin: Visitor) -> None:
    first = admin.get("/admin/accounts", role="head").text
    following = re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
    second = admin.client.get(following).text
    pages = [re.findall(r'<div class="why">(head@[a-z0-9-]+)', page) for page in (first, second)]

    assert len(pages[0]) == 50
    assert not set(pages[0]) & set(pages[1])
    assert min(pages[1]) > max(pages[0])


@pytest.mark.parametrize("path, questions", [("/admin/accounts", 3), ("/admin/accounts?role=head", 3)])
def test_the_list_costs_the_same_however_long_it_is(
    admin: Visitor, house: House, path: str, questions: int
) -> None:
    admin.client.get(path)
    with counted(house.engine) as said:
        admin.client.get(path)

    # visitor, accounts, the time
    assert len(said) == questions, said


def test_one_account_costs_a_fixed_number_of_questions(admin: Visitor, house: House) -> None:
    page = add(admin, "counted")
    admin.get(page)
    with counted(house.engine) as said:
        admin.get(page)

    # visitor, the account, others of the person, people of the unit, the time
    assert len(said) == 6, said


def test_an_account_nobody_has_is_not_there(admin: Visitor) -> None:
    assert admin.get("/admin/accounts/999999").status_code == 404
    assert admin.get("/admin/accounts/somebody").status_code == 404
