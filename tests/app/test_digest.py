"""The digest: made once for each unit and working day, from half past eight on, read by heads alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.clockwork import make_digests
from app.digest.making import day_of_digest, list_of, make_due
from app.digest.rows import Digest
from app.factory import create_app
from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import COMMUNITY, HANDLER, HEAD, JOINT, LEAD, Api, chased_ticket
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.ground.desk import CLOCKWORK
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.calendar import Calendar

SEED = Calendar.from_data(default_calendar_data())


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.fixture
def api(fresh_house: House) -> Api:
    return Api(create_app(fresh_house.settings, fresh_house), fresh_house)


@pytest.fixture
def now(fresh_house: House) -> datetime:
    """Nine o'clock of the first working day from today on, so that the tests hold on any day."""
    with fresh_house.open_desk(CLOCKWORK) as desk:
        here, calendar = desk.now().astimezone(SHANGHAI), desk.rules.calendar
    day = calendar.first_working_day_from(here.date())
    return here if day == here.date() and here.hour >= 9 else calendar.open_of(day)


@pytest.fixture
def rows(fresh_house: House) -> Iterator[Session]:
    with fresh_house.read() as session:
        yield session


def make(house: House, now: datetime) -> int:
    with house.open_desk(CLOCKWORK) as desk:
        return make_due(desk, now)


@pytest.mark.parametrize(
    "now, day",
    [
        ("2026-03-02T08:29:59", None),
        ("2026-03-02T08:30", date(2026, 3, 2)),
        ("2026-03-02T23:59", date(2026, 3, 2)),
        # a weekend, the national holiday, and the Saturday worked for it
        ("2026-03-07T09:00", None),
        ("2026-10-01T09:00", None),
        ("2026-10-10T08:30", date(2026, 10, 10)),
    ],
)
def test_a_digest_is_due_from_half_past_eight_of_working_days(now: str, day: date | None) -> None:
    assert day_of_digest(at(now), SEED) == day


@pytest.mark.parametrize(
    "due, name",
    [
        ("2026-03-06T08:29", "late"),
        ("2026-03-06T17:00", "today"),
        # Friday's "next" is Monday, and what falls on the weekend is not left out.
        ("2026-03-07T10:00", "next"),
        ("2026-03-09T17:00", "next"),
        ("2026-03-10T09:00", None),
    ],
)
def test_what_is_due_stands_in_the_list_of_its_day(due: str, name: str | None) -> None:
    assert list_of(at(due), at("2026-03-06T08:30"), date(2026, 3, 9)) == name


def test_each_unit_with_a_head_gets_one_a_day(fresh_house: House, now: datetime, rows: Session) -> None:
    before = make(fresh_house, now.replace(hour=8, minute=0))
    first = make(fresh_house, now)
    again = make(fresh_house, now + timedelta(minutes=1))

    units = rows.exec(select(Digest.unit)).all()
    assert (before, again) == (0, 0)
    assert first == len(units) == len(set(units))
    assert {LEAD, JOINT, COMMUNITY} <= set(units)


def test_two_workers_at_once_make_one(fresh_house: House, api: Api, now: datetime, rows: Session) -> None:
    ref = chased_ticket(api, fresh_house)
    start = Barrier(4)

    def work(_number: int) -> None:
        start.wait()
        make(fresh_house, now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    found = rows.exec(select(Digest).where(Digest.unit == LEAD)).all()
    assert [row.data["late"]["lines"][0]["ref"] for row in found] == [ref]


def test_a_worker_that_slept_makes_todays_and_no_other(
    fresh_house: House, now: datetime, rows: Session
) -> None:
    calendar = fresh_house.rules().calendar
    third = calendar.open_of(calendar.working_day(calendar.working_days_through(now.date()) + 2))
    make(fresh_house, now)
    make(fresh_house, third.replace(hour=14))

    days = sorted({row.day for row in rows.exec(select(Digest)).all()})
    assert days == [now.date(), third.date()]


def test_the_tick_asks_the_databases_clock(fresh_house: House, rows: Session) -> None:
    make_digests(fresh_house)
    make_digests(fresh_house)

    with fresh_house.open_desk(CLOCKWORK) as desk:
        due = day_of_digest(desk.now(), desk.rules.calendar)
    assert {row.day for row in rows.exec(select(Digest)).all()} == ({due} if due else set())


def test_a_digest_names_what_is_late_due_and_to_be_decided(
    fresh_house: House, api: Api, now: datetime, rows: Session
) -> None:
    late = chased_ticket(api, fresh_house)
    asked = api.ticket_in("handling")["ref"]
    api.made(HANDLER, asked, "ask_extension", days=2, text="等材料")
    supervised = api.ticket_in("handling")["ref"]
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set due_at = :due where kind <> 'sign' and state = 'running' and due_at < :due"
            ),
            {"due": now + timedelta(days=30)},
        )
    tonight = now.replace(hour=23, minute=59, second=59)
    api.made("supervisor", supervised, "supervise", level="挂牌", text="请答复", due_at=tonight.isoformat())
    closed = api.ticket_in("closed")["ref"]
    make(fresh_house, now)

    data = rows.exec(select(Digest).where(Digest.unit == LEAD)).one().data
    lists = {name: [line["ref"] for line in data[name]["lines"]] for name in ("late", "today", "decisions")}
    assert lists == {"late": [late], "today": [supervised], "decisions": [asked]}
    assert data["late"]["lines"][0]["kind"] == "handle"
    assert data["late"]["lines"][0]["rung"] == "urged"
    assert closed not in str(data)
    assert "老人" not in str(data)


def test_a_subdistrict_is_told_of_its_communities(
    fresh_house: House, api: Api, now: datetime, rows: Session
) -> None:
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead=COMMUNITY)
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text("update clock set due_at = clock_timestamp() - interval '1 day' where kind = 'sign'")
        )
    make(fresh_house, now)

    for unit, refs in ((COMMUNITY, [ref]), (JOINT, [ref]), (LEAD, [])):
        data = rows.exec(select(Digest).where(Digest.unit == unit)).one().data
        assert [line["ref"] for line in data["late"]["lines"]] == refs, unit


def test_a_head_reads_it_on_a_page_and_on_the_desk(fresh_house: House, api: Api, now: datetime) -> None:
    app: Flask = api.app
    ref = chased_ticket(api, fresh_house)
    head = signed_in(app, HEAD)
    assert "还没有简报" in head.get("/digest").text
    make(fresh_house, now)
    day = now.date().isoformat()

    for path in ("/digest", f"/digest/{day}"):
        page = head.get(path).text
        assert f'href="/tickets/{ref}"' in page.partition('id="late"')[2].partition("</section>")[0]
    assert head.get("/digest/2020-01-01").status_code == 404
    assert head.get("/digest/yesterday").status_code == 404
    assert signed_in(app, HANDLER).get("/digest").status_code == 403
    assert ref not in signed_in(app, "head@medical").get("/digest").text


def test_the_desk_of_a_head_says_in_a_line_what_todays_digest_holds(
    fresh_house: House, api: Api, now: datetime
) -> None:
    chased_ticket(api, fresh_house)
    head = signed_in(api.app, HEAD)
    before = head.get("/desk").text
    with fresh_house.open_desk(CLOCKWORK) as desk:
        today = desk.now().astimezone(SHANGHAI).date()
    make(fresh_house, now)
    with fresh_house.engine.begin() as connection:
        connection.execute(text("update digest set day = :today"), {"today": today})

    assert "今天的简报" not in before
    assert "今天的简报" in head.get("/desk").text
    assert "今天的简报" not in signed_in(api.app, HANDLER).get("/desk").text


def test_who_must_not_know_of_a_ticket_does_not_read_it_in_the_digest(
    fresh_house: House, api: Api, now: datetime
) -> None:
    ref = chased_ticket(api, fresh_house)
    with fresh_house.engine.begin() as connection:
        connection.execute(
            text("update ticket set recused = :who where ref = :ref"), {"who": [HEAD], "ref": ref}
        )
    make(fresh_house, now)

    page = signed_in(api.app, HEAD).get("/digest").text
    assert ref not in page
    assert "0 件" in page.partition('id="late"')[2].partition("</section>")[0]
