"""Passwords: what they must be, how one changes one's own, and what follows when somebody else chose it."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.access.passwords import check_password, give_password
from app.cli import main
from app.web.staff import SECRET
from app.wiring import House
from tests.app.pages import Visitor, links_of, signed_in
from tests.app.walking import furnished
from tests.makers import newcomer
from tests.server import HASHER_OF_THE_PROGRAM, PASSWORD
from tickets.ground.errors import FieldsRefused

NEW = "纸船 石榴 十七 北窗"


def test_a_password_costs_whom_guesses_at_least_what_rfc_9106_asks_where_memory_is_dear() -> None:
    hashed = HASHER_OF_THE_PROGRAM.hash(NEW)

    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.fixture
def name(house: House) -> str:
    """An account of this test's own."""
    return newcomer(house)


def id_of(house: House, username: str) -> int:
    with house.engine.connect() as connection:
        found: int = connection.execute(
            text("select id from account where username = :name"), {"name": username}
        ).scalar_one()
        return found


def change(visitor: Visitor, old: str, new: str, again: str | None = None) -> TestResponse:
    typed = {"old_password": old, "password": new, "again": new if again is None else again}
    return visitor.send("/account/password", "/account/password", typed)


@pytest.mark.parametrize(
    "password",
    [
        NEW,
        "correct horse battery staple",
        "z7Kq!vR2mX",
        "a" * 9 + "bcdefg",
        "zhuan-ban-2027-herbst",
        "密" * 5 + "钥匙在北窗台",
    ],
)
def test_a_password_may_be_made_of_anything(house: House, password: str) -> None:
    check_password(house.settings, "operator", password)


@pytest.mark.parametrize(
    "password, fault",
    [
        ("", "password_short"),
        ("z7Kq!vR2m", "password_short"),
        ("xx-operator-xx", "password_holds_name"),
        ("OPERATOR2027x", "password_holds_name"),
        ("ｏｐｅｒａｔｏｒ九八七", "password_holds_name"),
        ("1234567890", "password_common"),
        ("woaini1314520", "password_common"),
        ("Woaini1314520", "password_common"),
        ("１２３４５６７８９０", "password_common"),
        ("qwer123456!!", "password_common"),
        ("qwer1234qwer1234", "password_common"),
        ("1qaz2wsx3edc", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("8989898989", "password_common"),
        ("password@123", "password_common"),
        ("zhuanban12345", "password_common"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(house: House, password: str, fault: str) -> None:
    with pytest.raises(FieldsRefused) as refused:
        check_password(house.settings, "operator", password)

    assert [(bad.field, bad.code) for bad in refused.value.fields] == [("password", fault)]


def test_the_name_in_front_of_the_unit_counts_as_the_name(house: House) -> None:
    with pytest.raises(FieldsRefused):
        check_password(house.settings, "zhenghe@medical", "zhenghe-4711-x")


def test_how_long_is_a_setting(house: House) -> None:
    longer = house.settings.model_copy(update={"password_length": 12})

    check_password(house.settings, "operator", "z7Kq!vR2mXw")
    with pytest.raises(FieldsRefused) as refused:
        check_password(longer, "operator", "z7Kq!vR2mXw")
    assert refused.value.fields[0].params == {"least": 12}


def test_who_knows_the_old_password_gets_a_new_one_and_is_alone_with_it(app: Flask, name: str) -> None:
    mine, elsewhere = signed_in(app, name), signed_in(app, name)
    with mine.client.session_transaction() as cookie:
        before = cookie[SECRET]
    changed = change(mine, PASSWORD, NEW)
    with mine.client.session_transaction() as cookie:
        after = cookie[SECRET]

    assert (changed.status_code, changed.headers["Location"]) == (303, "/account")
    assert before != after, "the session goes on under another name"
    assert "密码已改" in mine.get("/account").text
    assert elsewhere.get("/desk").status_code == 303
    assert Visitor(app).sign_in(name, PASSWORD).status_code == 422
    assert Visitor(app).sign_in(name, NEW).status_code == 303


@pytest.mark.parametrize(
    "old, new, again, said",
    [
        ("not the password", NEW, NEW, "现在的密码不对"),
        ("", NEW, NEW, "现在的密码不对"),
        (PASSWORD, NEW, NEW + "x", "两次填写的新密码不一样"),
        (PASSWORD, "1234567890", "1234567890", "这个密码太常见"),
        (PASSWORD, "short", "short", "密码太短，至少要 10 个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码和现在的一样"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    app: Flask, name: str, old: str, new: str, again: str, said: str
) -> None:
    mine, elsewhere = signed_in(app, name), signed_in(app, name)
    refused = change(mine, old, new, again)

    assert refused.status_code == 422
    assert said in refused.text
    assert new not in refused.text or not new, "a password is never shown"
    assert elsewhere.get("/desk").status_code == 200
    assert Visitor(app).sign_in(name, PASSWORD).status_code == 303


def test_whoever_sits_down_at_an_open_desk_cannot_guess_the_password_there(house: House, name: str) -> None:
    mine = signed_in(furnished(house, demo=False), name)
    codes = [change(mine, "not the password", NEW).status_code for _ in range(6)]
    last = change(mine, PASSWORD, NEW)

    assert codes == [422] * 5 + [429]
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 30


def test_two_who_change_it_at_once_are_not_both_right(app: Flask, name: str) -> None:
    first, second = signed_in(app, name), signed_in(app, name)
    form = second.get("/account/password")
    change(first, PASSWORD, NEW)
    late = second.send(
        form, "/account/password", {"old_password": PASSWORD, "password": "x" + NEW, "again": "x" + NEW}
    )

    assert late.status_code in (303, 307)
    assert Visitor(app).sign_in(name, NEW).status_code == 303


def test_a_password_somebody_else_chose_is_changed_before_anything_else(
    app: Flask, house: House, name: str
) -> None:
    with house.session() as rows, rows.begin():
        give_password(rows, id_of(house, name), PASSWORD, must_change=True)
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    led = {path: visitor.get(path).headers.get("Location") for path in ("/desk", "/tickets", "/account")}
    page = visitor.get("/account/password")
    part = visitor.client.get("/desk", headers={"X-Live": "1"})

    assert led == dict.fromkeys(led, "/account/password")
    assert part.status_code == 403
    assert page.status_code == 200
    assert "现在的密码是别人给您设的" in page.text
    assert [url for url in links_of(page) if not url.startswith("/language")] == ["/desk"]
    assert change(visitor, PASSWORD, NEW).headers["Location"] == "/desk"
    assert visitor.get("/desk").status_code == 200


def test_a_duty_is_no_reason_not_to_leave(app: Flask, house: House, name: str) -> None:
    with house.session() as rows, rows.begin():
        give_password(rows, id_of(house, name), PASSWORD, must_change=True)
    visitor = signed_in(app, name)
    left = visitor.send("/account/password", "/sign-out", {})

    assert left.headers["Location"] == "/sign-in"
    assert visitor.get("/account/password").status_code == 303


def test_no_form_is_taken_before_the_duty_is_done(app: Flask, house: House, name: str) -> None:
    visitor = signed_in(app, name)
    visitor.get("/account")
    with house.session() as rows, rows.begin():
        rows.connection().execute(
            text("update account set must_change = true where username = :name"), {"name": name}
        )
    other = signed_in(app, name)
    sent = visitor.send("/account/password", "/account/password", {})
    page = visitor.get("/account/password")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    ended = visitor.client.post("/account/sessions/end", data={"csrf_token": token})

    assert sent.status_code == 422
    assert ended.headers["Location"] == "/account/password"
    assert other.get("/account/password").status_code == 200, "nothing was ended"


def test_a_new_password_from_outside_ends_every_session(app: Flask, house: House, name: str) -> None:
    visitor = signed_in(app, name)
    with house.session() as rows, rows.begin():
        give_password(rows, id_of(house, name), NEW, must_change=True)

    assert visitor.get("/desk").headers["Location"].startswith("/sign-in")


def test_my_other_sessions_are_listed_and_can_be_ended(app: Flask, name: str) -> None:
    mine, elsewhere = signed_in(app, name), signed_in(app, name)
    page = mine.get("/account")
    ended = mine.send(page, "/account/sessions/end", {})

    assert "1 处" in page.text
    assert ended.headers["Location"] == "/account"
    assert elsewhere.get("/desk").status_code == 303
    assert "除了这里，没有别处登录着" in mine.get("/account").text


def run(house: House, *words: str) -> Result:
    """Give a command, with the settings of *house*."""
    settings = house.settings
    env = {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": settings.vault_keys,
        "ZHUANBAN_SCHEMA": settings.schema_,
    }
    return CliRunner().invoke(main, list(words), env=env)


def test_the_command_line_refuses_the_same_passwords(house: House) -> None:
    words = ("account", "add", "newcomer", "--role", "operator", "--unit", "hotline", "--password")
    weak = run(house, *words, "newcomer-2027")
    short = run(house, *words, "z7Kq!vR2m")

    assert (weak.exit_code, short.exit_code) == (1, 1)
    assert "contains the name of the account" in weak.stderr
    assert "shorter than 10 characters" in short.stderr


@pytest.mark.parametrize("keep, first_page", [((), "/account/password"), (("--keep",), None)])
def test_whose_account_is_new_must_change_the_password_unless_it_is_their_own(
    app: Flask, house: House, keep: tuple[str, ...], first_page: str | None
) -> None:
    username = "neu" + ("1" if keep else "2")
    words = ("account", "add", username, "--role", "operator", "--unit", "hotline", "--password", NEW)
    added = run(house, *words, *keep)
    visitor = Visitor(app)
    visitor.sign_in(username, NEW)

    assert added.exit_code == 0, added.output
    assert visitor.get("/desk").headers.get("Location") == first_page


def test_the_command_line_gives_a_new_password(app: Flask, house: House, name: str) -> None:
    visitor = signed_in(app, name)
    given = run(house, "account", "password", name, "--password", NEW)
    unknown = run(house, "account", "password", "nobody-of-ours", "--password", NEW)

    assert (given.exit_code, unknown.exit_code) == (0, 1)
    assert visitor.get("/desk").status_code == 303
    assert Visitor(app).sign_in(name, NEW).status_code == 303
