"""A session is one person's, from one sign-in, for a time; and it can be ended from the other side."""

from concurrent.futures import ThreadPoolExecutor, wait

from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from app.access.accounts import Account, hash_of
from app.access.sessions import end_sessions, other_sessions, renew
from app.access.sign_in import sign_in
from app.access.tries import Door
from app.web.staff import SECRET
from app.wiring import House
from tests.app.pages import Visitor, signed_in
from tests.makers import newcomer
from tests.server import PASSWORD

NAME = "head@housing"


def id_of(house: House, username: str) -> int:
    with house.engine.connect() as connection:
        found: int = connection.execute(
            text("select id from account where username = :name"), {"name": username}
        ).scalar_one()
        return found


def secret_of(visitor: Visitor) -> str:
    with visitor.client.session_transaction() as cookie:
        return str(cookie.get(SECRET, ""))


def opens(visitor: Visitor) -> bool:
    return visitor.get("/desk").status_code == 200


def begun_ago(house: House, username: str, hours: float) -> None:
    """As if everybody at *username* had signed in so long ago, and clicked a moment ago."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update web_session set made_at = clock_timestamp() - make_interval(secs => :seconds)"
                " where account_id = (select id from account where username = :name)"
            ),
            {"seconds": hours * 3600, "name": username},
        )


def test_a_session_planted_before_the_sign_in_opens_nothing_after_it(app: Flask, house: House) -> None:
    attacker, victim = signed_in(app, "handler@justice"), Visitor(app)
    planted = secret_of(attacker)
    with victim.client.session_transaction() as cookie:
        cookie[SECRET] = planted
    victim.sign_in(NAME)

    assert secret_of(victim) not in ("", planted)
    assert not opens(attacker), "what was planted ended with the sign-in"
    assert opens(victim)


def test_the_form_token_of_before_is_worth_nothing_after_the_sign_in(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    with visitor.client.session_transaction() as cookie:
        before = cookie["csrf_token"]
    visitor.sign_in(NAME)
    visitor.get("/desk")
    with visitor.client.session_transaction() as cookie:
        after = cookie["csrf_token"]

    assert before != after


def test_a_session_ends_twelve_hours_after_the_sign_in_however_busy_one_was(app: Flask, house: House) -> None:
    visitor = signed_in(app, NAME)
    begun_ago(house, NAME, 11.9)
    still = opens(visitor)
    begun_ago(house, NAME, 12.1)

    assert still
    assert not opens(visitor)


def test_a_renewed_session_goes_on_under_another_name_and_lasts_no_longer(app: Flask, house: House) -> None:
    thief, visitor = Visitor(app), signed_in(app, NAME)
    old = secret_of(visitor)
    begun_ago(house, NAME, 11.9)
    with Session(house.engine) as rows, rows.begin():
        new = renew(rows, old)
    for holder, secret in ((thief, old), (visitor, new)):
        with holder.client.session_transaction() as cookie:
            cookie[SECRET] = secret

    assert (opens(thief), opens(visitor)) == (False, True)
    begun_ago(house, NAME, 12.1)
    assert not opens(visitor)


def test_all_sessions_of_an_account_can_be_ended_or_all_but_one(app: Flask, house: House) -> None:
    mine, elsewhere, colleague = signed_in(app, NAME), signed_in(app, NAME), signed_in(app, "head@justice")
    account = id_of(house, NAME)
    with Session(house.engine) as rows, rows.begin():
        ended = end_sessions(rows, account, but=secret_of(mine))

    assert ended >= 1
    assert (opens(mine), opens(elsewhere), opens(colleague)) == (True, False, True)
    with Session(house.engine) as rows, rows.begin():
        assert end_sessions(rows, account) == 1
    assert (opens(mine), opens(colleague)) == (False, True)


def test_others_are_those_that_still_open_something(app: Flask, house: House) -> None:
    with Session(house.engine) as rows, rows.begin():
        end_sessions(rows, id_of(house, NAME))
    mine, elsewhere = signed_in(app, NAME), signed_in(app, NAME)

    def others() -> list[bytes]:
        with house.read() as rows:
            account = rows.get_one(Account, id_of(house, NAME)).id or 0
            found = other_sessions(rows, house.settings, account, but=secret_of(mine))
            return [row.hash for row in found]

    assert others() == [hash_of(secret_of(elsewhere))]
    begun_ago(house, NAME, 13)
    assert others() == []


def test_a_session_that_begins_while_the_password_is_changed_ends_with_the_others(
    app: Flask, house: House
) -> None:
    username = newcomer(house)
    account, visitor = id_of(house, username), Visitor(app)

    def change() -> None:
        with Session(house.engine) as rows, rows.begin():
            rows.connection().execute(
                text("update account set must_change = true where id = :id"), {"id": account}
            )
            end_sessions(rows, account)

    with ThreadPoolExecutor(1) as other:
        with Session(house.engine) as rows, rows.begin():
            entry = sign_in(rows, Door(house.vault, None), username, PASSWORD)
            rows.flush()
            changed = other.submit(change)
            went_ahead = wait([changed], timeout=1).done
        changed.result()
    with visitor.client.session_transaction() as cookie:
        cookie[SECRET] = entry.secret if entry else ""

    assert not went_ahead, "it waits for the sign-in that knew the old password"
    assert visitor.get("/desk").headers["Location"].startswith("/sign-in")
