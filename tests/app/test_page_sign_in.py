"""The door of the staff: who comes in, for how long, and where to."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.access.accounts import Role
from app.wiring import House
from tests.app.pages import Visitor, form_of, links_of, signed_in
from tests.makers import LEAD, OF_ROLE, Api
from tests.server import PASSWORD


def sessions_of(house: House, username: str) -> int:
    with house.engine.connect() as connection:
        found: int = connection.execute(
            text("select count(*) from web_session join account on id = account_id where username = :name"),
            {"name": username},
        ).scalar_one()
        return found


def age_sessions(house: House, username: str, minutes: int) -> None:
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update web_session set seen_at = clock_timestamp() - make_interval(mins => :minutes)"
                " where account_id = (select id from account where username = :name)"
            ),
            {"minutes": minutes, "name": username},
        )


def test_the_form_asks_for_a_name_and_a_password_and_its_first_button_sends_it(app: Flask) -> None:
    page = Visitor(app).get("/sign-in").text
    form = next(part for part in page.split("<form")[1:] if "username" in part).partition("</form>")[0]

    assert 'name="username"' in form
    assert 'name="password"' in form
    assert re.findall(r"<button[^>]*>", form) == ['<button class="btn btn-primary wide">']


@pytest.mark.parametrize("role", list(Role))
def test_everybody_comes_to_their_desk_and_every_link_on_top_answers(app: Flask, role: Role) -> None:
    visitor = Visitor(app)
    entered = visitor.sign_in(OF_ROLE[role])
    home = visitor.get("/desk")
    answers = {url: visitor.get(url) for url in links_of(home) if not url.startswith("/language")}

    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk")
    assert home.status_code == 200
    assert {url: page.status_code for url, page in answers.items()} == dict.fromkeys(answers, 200)


@pytest.mark.parametrize("username", ["operator", "nobody-of-ours", "", "nul\0byte"])
def test_who_cannot_come_in_keeps_the_name_typed_and_is_told_one_thing(app: Flask, username: str) -> None:
    refused = Visitor(app).sign_in(username, "not the password")

    assert refused.status_code == 422
    assert "账号或密码不对" in refused.text
    assert form_of(refused, "/sign-in")["username"] == username.replace("\0", "")


def test_a_closed_account_does_not_come_in_and_its_session_ends(app: Flask, house: House) -> None:
    visitor = signed_in(app, "head@justice")
    switch = text("update account set active = :active where username = 'head@justice'")
    with house.engine.begin() as connection:
        connection.execute(switch, {"active": False})
    after, again = visitor.get("/desk"), Visitor(app).sign_in("head@justice")
    with house.engine.begin() as connection:
        connection.execute(switch, {"active": True})

    assert after.status_code == 303
    assert again.status_code == 422


def test_each_sign_in_is_a_session_of_its_own_and_signing_out_ends_it(app: Flask, house: House) -> None:
    name = "handler@employment"
    first, second = Visitor(app), Visitor(app)
    entered = [visitor.sign_in(name).status_code for visitor in (first, second)]
    before = sessions_of(house, name)
    cookie = first.client.get_cookie("zhuanban")
    left = first.send("/desk", "/sign-out", {})
    assert cookie is not None
    first.client.set_cookie("zhuanban", cookie.value)

    assert (entered, before) == ([303, 303], 2)
    assert left.headers["Location"] == "/sign-in"
    assert sessions_of(house, name) == 1
    assert first.get("/desk").status_code == 303, "the old cookie opens nothing"
    assert second.get("/desk").status_code == 200


def test_the_cookie_changes_with_the_sign_in_and_no_script_can_read_it(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("zhuanban")
    entered = visitor.sign_in("operator")
    after = visitor.client.get_cookie("zhuanban")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "HttpOnly" in entered.headers["Set-Cookie"]
    assert "SameSite=Lax" in entered.headers["Set-Cookie"]


def test_who_is_away_for_too_long_must_sign_in_again(app: Flask, house: House) -> None:
    visitor = signed_in(app, "handler@housing")
    age_sessions(house, "handler@housing", 119)
    still = visitor.get("/desk").status_code
    age_sessions(house, "handler@housing", 121)
    gone = visitor.get("/desk")

    assert still == 200
    assert (gone.status_code, gone.headers["Location"]) == (303, "/sign-in?next=/desk")


def test_a_part_that_refreshes_itself_keeps_nobody_signed_in(app: Flask, house: House) -> None:
    visitor = signed_in(app, "handler@education")
    age_sessions(house, "handler@education", 119)
    visitor.client.get("/desk", headers={"X-Live": "1"})
    age = text(
        "select extract(epoch from clock_timestamp() - seen_at) / 60 from web_session"
        " where account_id = (select id from account where username = 'handler@education')"
    )
    with house.engine.connect() as connection:
        unchanged = connection.execute(age).scalar_one()
    visitor.get("/desk")
    with house.engine.connect() as connection:
        seen = connection.execute(age).scalar_one()

    assert unchanged > 118
    assert seen < 1


@pytest.mark.parametrize(
    "wanted, led_to",
    [
        ("/tickets?state=closed", "/tickets?state=closed"),
        ("https://evil.example/tickets", "/desk"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/sign-out", "/desk"),
        ("/", "/desk"),
    ],
)
def test_after_the_door_one_is_led_to_pages_of_ours_only(app: Flask, wanted: str, led_to: str) -> None:
    assert Visitor(app).sign_in("operator", next=wanted).headers["Location"] == led_to


@pytest.mark.parametrize("path", ["/desk", "/tickets/26112300000011", "/intake"])
def test_a_stranger_is_sent_to_the_door_and_back(app: Flask, path: str) -> None:
    visitor = Visitor(app)
    sent = visitor.get(path)

    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/sign-in?next=")


def test_an_expired_form_at_the_door_keeps_the_name(app: Flask) -> None:
    refused = Visitor(app).client.post("/sign-in", data={"username": "operator", "password": "x"})

    assert refused.status_code == 400
    assert form_of(refused, "/sign-in")["username"] == "operator"


def test_no_other_site_can_sign_anybody_out(app: Flask) -> None:
    visitor = signed_in(app, "operator")
    visitor.client.post("/sign-out")

    assert visitor.get("/desk").status_code == 200


def test_a_form_filled_in_when_the_session_ended_is_sent_after_signing_in_again(
    app: Flask, house: House, api: Api
) -> None:
    visitor, ref = signed_in(app, "dispatcher"), api.register()["ref"]
    move = f"/tickets/{ref}/dispatch"
    typed = {
        **form_of(visitor.get(f"/tickets/{ref}"), move),
        "lead": LEAD,
        "note": "请先\n上门",
        "joint": ["", "medical"],
    }
    age_sessions(house, "dispatcher", 121)
    sent_on = visitor.client.post(move, data=typed)
    door = visitor.client.post(sent_on.headers["Location"], data=typed)
    action = f"/sign-in?kept_for={move}"
    entered = visitor.send(door, action, {"username": "dispatcher", "password": PASSWORD})
    taken = visitor.client.post(move, data=form_of(entered, move) | {"joint": ["", "medical"]})

    assert (sent_on.status_code, door.status_code, entered.status_code) == (307, 401, 200)
    assert form_of(entered, move)["note"] == "请先\n上门"
    assert taken.status_code == 303
    assert api.get("dispatcher", f"/tickets/{ref}").get_json()["state"] == "dispatched"


def test_only_forms_of_ours_are_kept(app: Flask) -> None:
    visitor = Visitor(app)
    page = visitor.get("/sign-in", kept_for="https://evil.example/")
    action = next(url for url in re.findall(r'action="([^"]+)"', page.text) if "sign-in" in url)
    entered = visitor.send(page, action, {"username": "operator", "password": PASSWORD, "kept:text": "x"})

    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk")
