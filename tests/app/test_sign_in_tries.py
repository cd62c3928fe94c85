"""Who guesses passwords has to wait, longer each time, and learns nothing by it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_address
from time import perf_counter

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.access.sign_in import sign_in
from app.access.tries import FROM_ADDRESS, OF_NAME, Door, MustWait, unlock, wait_after
from app.cli import main
from app.forgetting import forget_keys
from app.web.origin import counted_as
from app.wiring import House
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.app.walking import furnished
from tests.server import PASSWORD

HERE, THERE = "203.0.113.7", "203.0.113.8"
KNOWN, UNKNOWN = "handler@medical", "nobody-of-ours"
SECONDS = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1800, 1800]


@pytest.fixture(autouse=True)
def nothing_counted(house: House) -> Iterator[None]:
    forget_all(house)
    yield
    forget_all(house)


def forget_all(house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(text("delete from sign_in_try"))


def guess(app: Flask, username: str, times: int = 1, address: str = HERE) -> TestResponse:
    """Try a wrong password so many times, and give the last answer."""
    visitor = Visitor(app, address)
    return [visitor.sign_in(username, "not the password") for _ in range(times)][-1]


def let_pass(house: House, seconds: float) -> None:
    """As if so many seconds had gone by."""
    with house.engine.begin() as connection:
        connection.execute(
            text("update sign_in_try set last_at = last_at - make_interval(secs => :seconds)"),
            {"seconds": seconds},
        )


def many_wrong(house: House, wrong: int = OF_NAME, but: str = "address") -> None:
    """As if what was wrong once had been wrong so many times, all counts *but* those aside."""
    with house.engine.begin() as connection:
        connection.execute(
            text("update sign_in_try set wrong = :wrong where counted_by <> :but"),
            {"wrong": wrong, "but": but},
        )


def counts(house: House) -> list[int]:
    with house.engine.connect() as connection:
        return list(connection.execute(text("select wrong from sign_in_try order by wrong")).scalars())


def test_each_wrong_one_after_the_fifth_doubles_the_wait_up_to_half_an_hour() -> None:
    assert [wait_after(wrong, OF_NAME).total_seconds() for wrong in range(13)] == SECONDS
    assert wait_after(10**9, OF_NAME) == timedelta(minutes=30)


@pytest.mark.parametrize("username", [KNOWN, UNKNOWN])
def test_after_five_wrong_passwords_the_next_try_has_to_wait(app: Flask, username: str) -> None:
    fifth = guess(app, username, OF_NAME)
    sixth = guess(app, username, address=THERE)

    assert fifth.status_code == 422
    assert sixth.status_code == 429
    assert 28 <= int(sixth.headers["Retry-After"]) <= 30
    assert "连续输错多次，请等" in sixth.text
    assert form_of(sixth, "/sign-in")["username"] == username


def test_the_right_password_opens_nothing_before_the_wait_is_over(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    early = Visitor(app, HERE).sign_in(KNOWN, PASSWORD)
    let_pass(house, 31)
    late = Visitor(app, HERE).sign_in(KNOWN, PASSWORD)

    assert (early.status_code, late.status_code) == (429, 303)
    assert counts(house) == [], "a right one ends what was counted"


def test_who_goes_on_guessing_waits_twice_as_long(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    let_pass(house, 31)
    wrong_again, then = guess(app, KNOWN), guess(app, KNOWN)

    assert (wrong_again.status_code, then.status_code) == (422, 429)
    assert 58 <= int(then.headers["Retry-After"]) <= 60


def test_a_try_during_the_wait_does_not_make_it_longer(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    before = counts(house)
    guess(app, KNOWN, 3)

    assert counts(house) == before


def test_an_address_may_try_more_names_than_one_name_may_be_tried_but_not_without_end(
    app: Flask, house: House
) -> None:
    guess(app, UNKNOWN)
    many_wrong(house, FROM_ADDRESS - 1, but="name")
    last, after = guess(app, f"{UNKNOWN}-2"), guess(app, f"{UNKNOWN}-3")
    elsewhere = guess(app, f"{UNKNOWN}-4", address=THERE)
    right = Visitor(app, HERE).sign_in(KNOWN, PASSWORD)

    assert FROM_ADDRESS > OF_NAME
    assert (last.status_code, after.status_code, elsewhere.status_code) == (422, 429, 422)
    assert right.status_code == 429


def test_no_name_nobody_has_and_no_address_can_be_read_in_the_table(app: Flask, house: House) -> None:
    guess(app, UNKNOWN)
    guess(app, KNOWN)
    with house.engine.connect() as connection:
        rows = str(connection.execute(text("select counted_by, key from sign_in_try")).all())

    assert UNKNOWN not in rows
    assert HERE not in rows
    assert KNOWN in rows


def test_a_name_of_ours_and_one_nobody_has_are_answered_alike(app: Flask, house: House) -> None:
    said, asked = {}, {}
    for username in (KNOWN, UNKNOWN):
        with counted(house.engine) as statements:
            answers = [guess(app, username) for _ in range(OF_NAME + 1)]
        asked[username] = statements
        hidden = str.maketrans({"\n": " "})
        said[username] = [
            (a.status_code, len(a.text.replace(username, "").translate(hidden))) for a in answers
        ]

    assert said[KNOWN] == said[UNKNOWN]
    assert asked[KNOWN] == asked[UNKNOWN]


def test_a_name_nobody_has_takes_as_long_as_one_of_ours(house: House) -> None:
    # Without the look at a password it would be quicker ten times.
    free = Door(house.vault, None)
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for username in (KNOWN, UNKNOWN) * 3:
        began = perf_counter()
        with house.session() as rows, rows.begin():
            sign_in(rows, free, username, "wrong")
        took[username].append(perf_counter() - began)

    assert 1 / 3 < min(took[KNOWN]) / min(took[UNKNOWN]) < 3


def test_sixty_four_at_once_get_no_more_than_five_looked_at(house: House) -> None:
    def attempt(number: int) -> str:
        try:
            with house.session() as rows, rows.begin():
                found = sign_in(rows, Door(house.vault, f"203.0.113.{number}"), KNOWN, "wrong")
        except MustWait:
            return "waits"
        return "looked at" if found is None else "in"

    with ThreadPoolExecutor(32) as pool:
        outcomes = Counter(pool.map(attempt, range(64)))

    assert outcomes == {"looked at": OF_NAME, "waits": 64 - OF_NAME}


def test_the_demos_own_machine_never_waits_and_no_other_is_let_off(app: Flask, house: House) -> None:
    outside, own = furnished(house, demo=False), "127.0.0.1"
    guess(outside, KNOWN, address=own)
    many_wrong(house)
    in_service = guess(outside, KNOWN, address=own)
    from_outside = guess(app, KNOWN)
    in_the_demo = Visitor(app, own).sign_in(KNOWN)
    guess(app, UNKNOWN, address=own)

    assert (in_service.status_code, from_outside.status_code, in_the_demo.status_code) == (429, 429, 303)
    assert len(counts(house)) == 2, "in the demo nothing is counted"


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(house: House) -> None:
    app = furnished(house, demo=False, base_url="https://zhuanban.example")
    visitor = Visitor(app, "10.0.0.1")

    def try_from(seen: str, number: int) -> int:
        # What a browser itself claims to have come from stands in front, and counts for nothing.
        visitor.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}, {seen}"
        return visitor.sign_in(f"{UNKNOWN}-{number}", "wrong").status_code

    first = try_from(HERE, 1)
    many_wrong(house, FROM_ADDRESS, but="name")

    assert (first, try_from(HERE, 2), try_from(THERE, 3)) == (422, 429, 422)


@pytest.mark.parametrize(
    "address, counted_by",
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002"),
    ],
)
def test_a_household_has_one_address(address: str, counted_by: str) -> None:
    assert counted_as(ip_address(address)) == counted_by


def test_an_administrator_can_end_the_wait(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    with house.session() as rows, rows.begin():
        lifted, nothing = unlock(rows, KNOWN), unlock(rows, "head@medical")

    assert (lifted, nothing) == (True, False)
    assert guess(app, KNOWN).status_code == 422


def test_the_command_line_can_end_it_too(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    env = {
        "ZHUANBAN_DATABASE_URL": house.settings.database_url,
        "ZHUANBAN_SECRET_KEY": house.settings.secret_key,
        "ZHUANBAN_VAULT_KEYS": house.settings.vault_keys,
        "ZHUANBAN_SCHEMA": house.settings.schema_,
    }
    lifted, unknown = (
        CliRunner().invoke(main, ["account", "unlock", name], env=env) for name in (KNOWN, UNKNOWN)
    )

    assert (lifted.exit_code, unknown.exit_code) == (0, 1)
    assert "may sign in again" in lifted.stderr
    assert guess(app, KNOWN).status_code == 422


def test_what_was_counted_is_forgotten_after_a_day(app: Flask, house: House) -> None:
    guess(app, KNOWN)
    many_wrong(house)
    let_pass(house, 24 * 3600 + 1)
    guess(app, KNOWN)
    anew = counts(house)
    let_pass(house, 24 * 3600 + 1)
    forget_keys(house)

    assert anew == [1, 1]
    assert counts(house) == []


def test_being_signed_in_is_not_disturbed_by_somebody_who_guesses(app: Flask, house: House) -> None:
    visitor = signed_in(app, KNOWN)
    guess(app, KNOWN)
    many_wrong(house)

    assert visitor.get("/desk").status_code == 200
