"""The second step: set up once, asked for at each sign-in, each code good once."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.access.accounts import Account, HalfSignIn, hash_of
from app.access.passwords import give_password
from app.access.sign_in import HalfOver, give_code
from app.access.totp import STEP, code_fits, forget_totp
from app.access.tries import Door
from app.cli import main
from app.forgetting import forget_keys
from app.web.sign_in import HALF
from app.web.staff import SECRET
from app.wiring import House
from tests.app.pages import Visitor, form_of, signed_in
from tests.app.walking import furnished
from tests.makers import Api, newcomer
from tests.server import PASSWORD

AWAY = "203.0.113.20"


@pytest.fixture
def name(house: House) -> str:
    """An account of this test's own."""
    return newcomer(house)


@pytest.fixture(autouse=True)
def nothing_counted(house: House) -> Iterator[None]:
    yield
    run(house, "delete from sign_in_try")


def run(house: House, statement: str, **values: object) -> None:
    with house.engine.begin() as connection:
        connection.execute(text(statement), values)


def ask(house: House, question: str, **values: object) -> object:
    with house.engine.connect() as connection:
        return connection.execute(text(question), values).scalar_one()


def id_of(house: House, username: str) -> int:
    return int(str(ask(house, "select id from account where username = :name", name=username)))


def step_now(house: House) -> int:
    return int(str(ask(house, "select floor(extract(epoch from clock_timestamp()))::bigint"))) // STEP


def code_of(house: House, secret: str, later: int = 0) -> str:
    """What the phone shows so many steps from now."""
    return pyotp.TOTP(secret).generate_otp(step_now(house) + later)


def wrong_code(house: House, secret: str) -> str:
    """Six digits that are no code of these minutes."""
    good = {code_of(house, secret, later) for later in range(-3, 4)}
    return next(f"{number:06}" for number in range(100) if f"{number:06}" not in good)


def let_pass(house: House, username: str, steps: int = 10) -> None:
    """As if the last code had been given so many steps earlier."""
    run(
        house,
        "update account set totp_step = totp_step - :steps where username = :name",
        steps=steps,
        name=username,
    )


def secret_on(page: TestResponse) -> str:
    return str(re.findall(r'<code class="secret">([^<]+)</code>', page.text)[0]).replace(" ", "")


def codes_on(page: TestResponse) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", page.text)


def set_up(visitor: Visitor, house: House) -> tuple[str, list[str]]:
    """Set the second step up on the pages; the secret and the recovery codes."""
    visitor.send("/account/totp", "/account/totp/begin", {})
    page = visitor.get("/account/totp")
    secret = secret_on(page)
    done = visitor.send(page, "/account/totp", {"code": code_of(house, secret)})
    assert done.status_code == 200, done.text
    return secret, codes_on(done)


def protected(house: House, app: Flask, username: str) -> tuple[str, list[str]]:
    """An account with the second step, whose last code was given a while ago."""
    found = set_up(signed_in(app, username), house)
    let_pass(house, username)
    return found


def at_the_code(app: Flask, username: str, address: str = "127.0.0.1", **query: str) -> Visitor:
    """Somebody who gave the right password and is asked for the code."""
    visitor = Visitor(app, address)
    sent = visitor.sign_in(username, **query)
    assert sent.headers["Location"].startswith("/sign-in/code"), sent.text
    return visitor


def give(visitor: Visitor, code: str, **query: str) -> TestResponse:
    page = visitor.get("/sign-in/code", **query)
    action = re.findall(r'action="(/sign-in/code[^"]*)"', page.text)[0]
    return visitor.client.post(unescape(action), data={**form_of(page, unescape(action)), "code": code})


# Setting it up


def test_it_is_set_up_with_a_picture_and_a_first_code(app: Flask, house: House, name: str) -> None:
    mine, elsewhere = signed_in(app, name), signed_in(app, name)
    with mine.client.session_transaction() as cookie:
        before = cookie[SECRET]
    mine.send("/account/totp", "/account/totp/begin", {})
    page = mine.get("/account/totp")
    picture = mine.get("/account/totp/code.svg")
    secret = secret_on(page)
    refused = mine.send(page, "/account/totp", {"code": wrong_code(house, secret)})
    still_open = elsewhere.get("/desk").status_code
    done = mine.send(page, "/account/totp", {"code": code_of(house, secret)})
    with mine.client.session_transaction() as cookie:
        after = cookie[SECRET]

    assert 'src="/account/totp/code.svg"' in page.text
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert picture.headers["Cache-Control"] == "no-store"
    assert "<script" not in picture.text
    assert (refused.status_code, still_open) == (422, 200)
    assert secret_on(refused) == secret, "a slip of the finger is no reason to scan anew"
    assert done.status_code == 200
    assert before != after
    assert elsewhere.get("/desk").status_code == 303
    assert mine.get("/desk").status_code == 200


def test_recovery_codes_are_shown_once_and_the_secret_never_again(
    app: Flask, house: House, name: str
) -> None:
    visitor = signed_in(app, name)
    secret, codes = set_up(visitor, house)
    later = visitor.get("/account/totp")

    assert len(set(codes)) == 10
    assert "还剩 10 个" in later.text
    assert not codes_on(later)
    assert secret not in later.text.replace(" ", "")
    assert visitor.get("/account/totp/code.svg").status_code == 404


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_tables(
    app: Flask, house: House, name: str
) -> None:
    secret, codes = protected(house, app, name)
    with house.engine.connect() as connection:
        kept = connection.execute(
            text(
                "select totp_secret, (select array_agg(hash) from recovery_code where account_id = id)"
                " from account where username = :name"
            ),
            {"name": name},
        ).one()

    written = repr(kept)
    assert len(kept[1]) == 10
    assert not [code for code in (secret, *codes, *(c.replace("-", "") for c in codes)) if code in written]


def test_a_new_secret_cannot_be_made_while_one_is_in_force(app: Flask, house: House, name: str) -> None:
    visitor = signed_in(app, name)
    secret, _codes = set_up(visitor, house)
    let_pass(house, name)
    token = form_of(visitor.get("/account"), "/sign-out")
    visitor.client.post("/account/totp/begin", data=token)

    assert give(at_the_code(app, name), code_of(house, secret)).headers["Location"] == "/desk"


def test_a_secret_without_a_first_code_asks_for_nothing(app: Flask, name: str) -> None:
    signed_in(app, name).send("/account/totp", "/account/totp/begin", {})

    assert Visitor(app).sign_in(name).headers["Location"] == "/desk"


# Coming in


def test_after_the_password_comes_the_code_and_only_then_the_desk(
    app: Flask, house: House, name: str
) -> None:
    secret, _codes = protected(house, app, name)
    visitor = Visitor(app)
    first = visitor.sign_in(name, next="/tickets?state=closed")
    half_way = visitor.get("/desk").status_code
    with visitor.client.session_transaction() as cookie:
        half = cookie[HALF]
    wrong = give(visitor, wrong_code(house, secret), next="/tickets?state=closed")
    right = give(visitor, code_of(house, secret), next="/tickets?state=closed")
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)

    assert first.headers["Location"] == "/sign-in/code?next=/tickets?state%3Dclosed"
    assert half_way == 303
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "验证码不对，或者已经用过" in wrong.text
    assert right.headers["Location"] == "/tickets?state=closed"
    assert HALF not in kept
    assert kept[SECRET] != half
    assert visitor.get("/desk").status_code == 200


def test_the_secret_of_half_a_sign_in_opens_no_page(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    visitor = at_the_code(app, name)
    with visitor.client.session_transaction() as cookie:
        cookie[SECRET] = cookie[HALF]

    assert visitor.get("/desk").status_code == 303


def test_nobody_is_asked_for_a_code_without_a_password(app: Flask, house: House, name: str) -> None:
    secret, _codes = protected(house, app, name)
    stranger = Visitor(app)
    token = form_of(stranger.get("/sign-in"), "/sign-in")["csrf_token"]
    sent = stranger.client.post("/sign-in/code", data={"csrf_token": token, "code": code_of(house, secret)})

    assert stranger.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert sent.status_code == 422
    assert stranger.get("/desk").status_code == 303


@pytest.mark.parametrize("later, fits", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(app: Flask, house: House, name: str, later: int, fits: bool) -> None:
    secret, _codes = protected(house, app, name)
    before, after = -1, 0
    while before != after:  # where a step ended between the code and the look at it, both once more
        before = step_now(house)
        with house.read() as rows:
            account = rows.get_one(Account, id_of(house, name))
            found = code_fits(rows, house.vault, account, code_of(house, secret, later))
        after = step_now(house)

    assert found is fits


def test_a_code_opens_once_and_none_from_before_it_opens_after(app: Flask, house: House, name: str) -> None:
    secret, _codes = protected(house, app, name)
    code, earlier, later = (code_of(house, secret, n) for n in (0, -1, 1))
    first = give(at_the_code(app, name), code)
    again, before = (give(at_the_code(app, name), one) for one in (code, earlier))
    following = give(at_the_code(app, name), later)

    assert first.status_code == 303
    assert (again.status_code, before.status_code) == (422, 422)
    assert following.status_code == 303


def test_of_many_with_the_same_code_one_comes_in(app: Flask, house: House, name: str) -> None:
    secret, _codes = protected(house, app, name)
    door, code = Door(house.vault, None), code_of(house, secret)
    halves = [f"half-{number}" for number in range(16)]
    with house.session() as rows, rows.begin():
        account_id = id_of(house, name)
        rows.add_all(HalfSignIn(hash=hash_of(half), account_id=account_id) for half in halves)

    def attempt(half: str) -> bool:
        with house.session() as rows, rows.begin():
            return give_code(rows, door, half, code) is not None

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(attempt, halves))

    assert outcomes == {True: 1, False: 15}


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "]
)
def test_a_recovery_code_opens_once(app: Flask, house: House, name: str, typed: type[str]) -> None:
    _secret, codes = protected(house, app, name)
    first, again, another = (
        give(at_the_code(app, name), code) for code in (typed(codes[3]), codes[3], codes[4])
    )

    assert (first.status_code, again.status_code, another.status_code) == (303, 422, 303)
    assert ask(house, "select count(*) from recovery_code where account_id = :id", id=id_of(house, name)) == 8


def test_a_recovery_code_is_one_persons(app: Flask, house: House, name: str) -> None:
    _secret, codes = protected(house, app, name)
    other = newcomer(house)
    protected(house, app, other)

    assert give(at_the_code(app, other), codes[0]).status_code == 422
    assert give(at_the_code(app, name), codes[0]).status_code == 303


def test_half_a_sign_in_lasts_five_minutes(app: Flask, house: House, name: str) -> None:
    secret, _codes = protected(house, app, name)
    outcomes = []
    for minutes in (4.9, 5.1):
        visitor = at_the_code(app, name)
        let_pass(house, name)
        run(
            house,
            "update sign_in_half set made_at = clock_timestamp() - make_interval(secs => :seconds)",
            seconds=minutes * 60,
        )
        outcomes.append(give(visitor, code_of(house, secret)))
    in_time, late = outcomes

    assert in_time.status_code == 303
    assert late.status_code == 422
    assert "填验证码的时间过了" in late.text
    assert 'name="password"' in late.text


def test_what_was_left_half_way_is_tidied_up(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    at_the_code(app, name)
    run(house, "update sign_in_half set made_at = made_at - interval '2 hours'")
    forget_keys(house)

    assert ask(house, "select count(*) from sign_in_half") == 0


def test_wrong_codes_count_and_the_right_password_does_not_wipe_them_out(
    app: Flask, house: House, name: str
) -> None:
    secret, codes = protected(house, app, name)
    wrong = wrong_code(house, secret)
    visitor = at_the_code(app, name, AWAY)
    four = [give(visitor, wrong).status_code for _ in range(4)]
    again = at_the_code(app, name, AWAY)
    fifth = give(again, wrong).status_code
    locked = give(again, code_of(house, secret))
    recovery = give(again, codes[0])
    password = Visitor(app, AWAY).sign_in(name)

    assert [*four, fifth] == [422] * 5
    assert (locked.status_code, recovery.status_code, password.status_code) == (429, 429, 429)
    assert 0 < int(locked.headers["Retry-After"]) <= 30
    assert "连续输错多次" in locked.text


def test_who_comes_in_whole_starts_with_a_clean_slate(app: Flask, house: House, name: str) -> None:
    secret, _codes = protected(house, app, name)
    visitor = at_the_code(app, name, AWAY)
    for _ in range(4):
        give(visitor, wrong_code(house, secret))
    entered = give(visitor, code_of(house, secret))

    assert entered.status_code == 303
    assert ask(house, "select count(*) from sign_in_try where key = :name", name=name) == 0


@pytest.mark.parametrize("statement", ["update account set active = false where username = :name", None])
def test_what_ends_sessions_ends_half_of_one(
    app: Flask, house: House, name: str, statement: str | None
) -> None:
    secret, _codes = protected(house, app, name)
    visitor = at_the_code(app, name)
    if statement:
        run(house, statement, name=name)
    else:
        with house.session() as rows, rows.begin():
            give_password(rows, id_of(house, name), PASSWORD + "x", must_change=False)
    sent = give(visitor, code_of(house, secret))

    assert sent.status_code == 422
    assert visitor.get("/desk").status_code == 303


def test_without_half_there_is_no_whole(house: House) -> None:
    with pytest.raises(HalfOver), house.session() as rows, rows.begin():
        give_code(rows, Door(house.vault, None), "", "123456")


def test_a_form_filled_in_before_goes_through_both_steps(app: Flask, house: House, api: Api) -> None:
    username = newcomer(house, role="dispatcher", unit="hotline")
    secret, _codes = protected(house, app, username)
    visitor, ref = signed_in(app, username), api.register()["ref"]
    move = f"/tickets/{ref}/dispatch"
    typed = {**form_of(visitor.get(f"/tickets/{ref}"), move), "lead": "panlong-civil", "note": "请先\n上门"}
    run(house, "update web_session set seen_at = seen_at - interval '1 day'")
    door = visitor.client.post(visitor.client.post(move, data=typed).headers["Location"], data=typed)
    asked = visitor.send(door, f"/sign-in?kept_for={move}", {"username": username, "password": PASSWORD})
    action = f"/sign-in/code?kept_for={move}"
    wrong = visitor.send(asked, action, {"code": wrong_code(house, secret)})
    entered = visitor.send(wrong, action, {"code": code_of(house, secret)})
    taken = visitor.client.post(move, data=form_of(entered, move))

    assert (asked.status_code, wrong.status_code, entered.status_code) == (200, 422, 200)
    assert form_of(entered, move)["note"] == "请先\n上门"
    assert taken.status_code == 303


def test_an_expired_form_asks_for_the_code_again(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    visitor = at_the_code(app, name)
    refused = visitor.client.post("/sign-in/code", data={"code": "123456"})

    assert refused.status_code == 400
    assert 'name="code"' in refused.text


# Who has to


def test_who_must_have_it_is_led_there_before_anything_else(house: House) -> None:
    app = furnished(house, demo=False, totp_required="admin, supervisor")
    visitor = Visitor(app)
    visitor.sign_in(newcomer(house, role="supervisor", unit="hotline"))
    led = {path: visitor.get(path).headers.get("Location") for path in ("/desk", "/tickets", "/account")}
    page = visitor.get("/account/totp")
    set_up(visitor, house)

    assert led == dict.fromkeys(led, "/account/totp")
    assert "您的岗位要用两步验证登录" in page.text
    assert 'action="/sign-out"' in page.text
    assert visitor.get("/desk").status_code == 200


def test_nobody_else_has_to_and_the_demos_own_machine_never(house: House) -> None:
    others = furnished(house, demo=False, totp_required="admin")
    demo = furnished(house, totp_required="admin")
    operator, admin = signed_in(others, "operator"), signed_in(demo, "admin")
    from_outside = signed_in(demo, "admin")
    from_outside.client.environ_base["REMOTE_ADDR"] = AWAY

    assert operator.get("/desk").status_code == 200
    assert admin.get("/desk").status_code == 200
    assert from_outside.get("/desk").headers["Location"] == "/account/totp"


def test_a_password_of_somebody_elses_choice_comes_first(house: House) -> None:
    app = furnished(house, demo=False, totp_required="admin")
    name = newcomer(house, role="admin", unit="hotline")
    run(house, "update account set must_change = true where username = :name", name=name)
    visitor = signed_in(app, name)
    new = {"old_password": PASSWORD, "password": "石榴 纸船 北窗 十七", "again": "石榴 纸船 北窗 十七"}
    first = [visitor.get(path).headers.get("Location") for path in ("/desk", "/account/totp")]
    visitor.send("/account/password", "/account/password", new)
    then = [visitor.get(path).headers.get("Location") for path in ("/desk", "/account/password")]

    assert first == ["/account/password"] * 2
    assert then == ["/account/totp"] * 2


def test_tokens_of_the_api_know_no_second_step(house: House) -> None:
    api = Api(furnished(house, demo=False, totp_required="supervisor"), house)

    assert api.get("supervisor", "/tickets").status_code == 200


# Changing one's mind


def test_it_is_taken_away_by_who_knows_the_password(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    visitor, elsewhere = signed_in(app, name), signed_in(app, name)
    refused = visitor.send("/account/totp", "/account/totp/remove", {"remove_password": "wrong"})
    taken = visitor.send("/account/totp", "/account/totp/remove", {"remove_password": PASSWORD})

    assert refused.status_code == 422
    assert "现在的密码不对" in refused.text
    assert taken.headers["Location"] == "/account"
    assert elsewhere.get("/desk").status_code == 303
    assert Visitor(app).sign_in(name).headers["Location"] == "/desk"
    assert ask(house, "select count(*) from recovery_code where account_id = :id", id=id_of(house, name)) == 0


def test_new_recovery_codes_end_the_old_ones(app: Flask, house: House, name: str) -> None:
    _secret, old = protected(house, app, name)
    visitor = signed_in(app, name)
    refused = visitor.send("/account/totp", "/account/totp/codes", {"codes_password": "wrong"})
    new = codes_on(visitor.send("/account/totp", "/account/totp/codes", {"codes_password": PASSWORD}))
    outcomes = [give(at_the_code(app, name), code).status_code for code in (old[0], new[0])]

    assert refused.status_code == 422
    assert len(new) == 10
    assert outcomes == [422, 303]


@pytest.mark.parametrize("path, field", [("remove", "remove_password"), ("codes", "codes_password")])
def test_guessing_the_password_there_has_to_wait_too(house: House, name: str, path: str, field: str) -> None:
    app = furnished(house, demo=False)
    protected(house, app, name)
    visitor = signed_in(app, name)
    typed = "/account/totp", f"/account/totp/{path}", {field: "wrong"}
    first = visitor.send(*typed).status_code
    run(house, "update sign_in_try set wrong = 5 where key = :name", name=name)

    assert (first, visitor.send(*typed).status_code) == (422, 429)


def test_whose_phone_and_codes_are_lost_is_helped_from_outside(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    open_session = signed_in(app, name)
    settings = house.settings
    env = {
        "ZHUANBAN_DATABASE_URL": settings.database_url,
        "ZHUANBAN_SECRET_KEY": settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": settings.vault_keys,
        "ZHUANBAN_SCHEMA": settings.schema_,
    }
    done = CliRunner().invoke(main, ["account", "forget-totp", name], env=env)

    assert done.exit_code == 0, done.output
    assert open_session.get("/desk").status_code == 303
    assert Visitor(app).sign_in(name).headers["Location"] == "/desk"


def test_nothing_is_left_of_it_afterwards(app: Flask, house: House, name: str) -> None:
    protected(house, app, name)
    with house.session() as rows, rows.begin():
        forget_totp(rows, id_of(house, name))

    assert ask(
        house, "select totp_secret is null and totp_step is null from account where username = :n", n=name
    )


def test_recovery_codes_can_be_read_aloud(app: Flask, house: House, name: str) -> None:
    _secret, codes = protected(house, app, name)

    assert all(re.fullmatch(r"[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}", code) for code in codes)
