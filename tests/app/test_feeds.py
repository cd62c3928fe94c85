"""Calendars: what is due, for whom it is and for nobody else, under an address that only its owner knows."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from app.access.accounts import Account
from app.admin.ledger import HouseFact
from app.feeds.due import due_for
from app.feeds.keeping import MOST_READS, Reader
from app.feeds.rows import CalendarFeed
from app.wiring import House
from tests.app.canaries import PLAIN, REPORTER
from tests.app.pages import Visitor, counted, signed_in
from tests.app.walking import furnished
from tests.makers import CALL, COMMUNITY, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api, Staff, newcomer
from tests.plans import plans_of
from tickets.ground.clock import Clock
from tickets.ground.desk import CLOCKWORK
from tickets.ticket import Ticket

#: Who has a calendar of their own.
OWN = (HEAD, HANDLER, "operator", "dispatcher", "reviewer", "caller", "supervisor")
ADDRESS = re.compile(r"http://localhost(/calendar/[\w-]+\.ics(?:\?lang=en)?)")
MOVED = timedelta(days=1)


def made(visitor: Visitor, unit: str | None = None) -> str:
    """Make an address on the page, and give it."""
    action = f"/account/calendar/units/{unit}" if unit else "/account/calendar"
    shown = visitor.send("/account/calendar", action, {})
    assert shown.status_code == 200, shown.text
    return unescape(ADDRESS.findall(shown.text)[0])


def read(app: Flask, address: str, **headers: str) -> TestResponse:
    """As a calendar does, that holds no cookie."""
    return app.test_client().get(address, headers=headers)


def events_of(answer: TestResponse) -> dict[str, Any]:
    """What stands in the calendar, by ticket number and clock."""
    assert answer.status_code == 200
    calendar: Any = Calendar.from_ical(answer.data)
    return {str(event["uid"]): event for event in calendar.events}


def refs_in(app: Flask, address: str) -> set[str]:
    return {str(event["summary"])[:14] for event in events_of(read(app, address)).values()}


def clocks_of(session: Session, ref: str) -> dict[str, Clock]:
    query = select(Clock).join(Ticket, col(Ticket.id) == col(Clock.ticket_id)).where(Ticket.ref == ref)
    return {clock.kind: clock for clock in session.exec(query)}


@pytest.fixture
def head(app: Flask) -> Visitor:
    return signed_in(app, HEAD)


def test_a_heads_calendar_holds_what_the_unit_owes(
    app: Flask, api: Api, head: Visitor, session: Session
) -> None:
    ticket = api.ticket_in("handling", requester=PLAIN.requester())
    ref, address = ticket["ref"], made(head)
    found = events_of(read(app, address))
    handle = clocks_of(session, ref)["handle"]
    event = found[str(handle.id)]

    assert event["summary"] == f"{ref} · 办理期限 · 区民政局"
    assert event["dtstart"].dt == handle.due_at
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event["url"] == f"http://localhost/tickets/{ref}"
    last = session.connection().execute(
        text("select max(at) from timeline join ticket on id = ticket_id where ref = :ref"), {"ref": ref}
    )
    assert event["last-modified"].dt == last.scalar_one().astimezone(UTC).replace(microsecond=0)
    kinds = {str(clock.id): kind for kind, clock in clocks_of(session, ref).items()}
    # What is met is in it no more, nor is time that somebody has and nobody owes.
    assert {kinds[uid] for uid in found if uid in kinds} == {"handle", "contact"}


def test_it_can_be_read_by_any_calendar(app: Flask, api: Api, head: Visitor) -> None:
    api.ticket_in("handling")
    answer = read(app, made(head))
    calendar: Any = Calendar.from_ical(answer.data)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["x-wr-calname"] == calendar["name"]
    # Both ask for the same, each of its own generation of calendars.
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in answer.data
    assert b"\r\nX-PUBLISHED-TTL:PT15M\r\n" in answer.data
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Shanghai"]
    assert not calendar.errors
    assert not any(event.errors for event in calendar.events)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    required = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL", "LAST-MODIFIED"}
    assert all(required <= set(event) for event in calendar.events)


def test_nothing_about_citizens_and_no_clock_of_a_sealed_ticket_is_in_it(
    app: Flask, api: Api, head: Visitor, session: Session
) -> None:
    plain = api.ticket_in("handling", requester=PLAIN.requester())["ref"]
    sealed = api.ticket_in("handling", kind="report", requester=REPORTER.requester())["ref"]
    words = read(app, made(head)).data.replace(b"\r\n ", b"").decode()

    assert plain in words
    assert f"SUMMARY:{sealed} · 期限 · 区民政局" in words
    for value in (*PLAIN.values(), *REPORTER.values(), CALL["title"], CALL["text"], "举报"):
        assert value not in words


def test_a_date_that_may_move_says_so(app: Flask, api: Api, head: Visitor, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set provisional = true, due_at = clock_timestamp() - interval '1 second'"
                " from ticket where ticket.id = ticket_id and ref = :ref and clock.kind = 'handle'"
            ),
            {"ref": ref},
        )
    found = [e for e in events_of(read(app, made(head))).values() if e["summary"].startswith(f"{ref} · 办理")]

    assert "放假安排还没有公布" in found[0]["description"]
    assert "已逾期" in found[0]["description"]


def test_a_clock_keeps_its_name_when_its_date_moves(
    app: Flask, api: Api, head: Visitor, house: House, session: Session
) -> None:
    ref, address = api.ticket_in("handling")["ref"], made(head)
    uid = str(clocks_of(session, ref)["handle"].id)
    before = events_of(read(app, address))[uid]
    api.made(HANDLER, ref, "note", text="已去过一次。", visible_to="unit")
    with house.engine.begin() as connection:
        connection.execute(
            text("update clock set due_at = due_at + :by where id = :id"), {"by": MOVED, "id": uid}
        )
    after = events_of(read(app, address))[uid]

    assert after["dtstart"].dt - before["dtstart"].dt == MOVED
    assert after["last-modified"].dt >= before["last-modified"].dt


def test_a_calendar_is_sent_again_only_when_it_changed(app: Flask, api: Api, head: Visitor) -> None:
    ref, address = api.ticket_in("handling")["ref"], made(head)
    first = read(app, address)
    tag = {"If-None-Match": first.headers["ETag"]}
    again = read(app, address, **tag)
    api.made(HANDLER, ref, "contact", reached=True)
    changed = read(app, address, **tag)

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_handlers_calendar_holds_what_the_handler_has_taken(app: Flask, api: Api) -> None:
    mine, other = api.ticket_in("dispatched")["ref"], api.ticket_in("dispatched")["ref"]
    api.made(HANDLER, mine, "take")
    address = made(signed_in(app, HANDLER))

    assert mine in refs_in(app, address)
    assert other not in refs_in(app, address)


@pytest.mark.parametrize(
    "username, state",
    [
        ("operator", "registered"),
        ("dispatcher", "registered"),
        ("reviewer", "replied"),
        ("caller", "callback"),
    ],
)
def test_the_hotlines_people_have_what_waits_for_them(
    app: Flask, api: Api, username: str, state: str
) -> None:
    address = made(signed_in(app, username))
    ref, other = api.ticket_in(state)["ref"], api.ticket_in("handling")["ref"]

    assert ref in refs_in(app, address)
    assert other not in refs_in(app, address)


def test_what_a_unit_may_not_know_of_is_not_in_its_calendar(app: Flask, api: Api, head: Visitor) -> None:
    own = api.ticket_in("handling")["ref"]
    address, others = made(head), made(signed_in(app, f"head@{JOINT}"))

    assert own in refs_in(app, address)
    assert own not in refs_in(app, others)


def test_a_unit_that_is_complained_about_later_sees_it_no_more(
    app: Flask, api: Api, head: Visitor, house: House
) -> None:
    ref, address = api.ticket_in("handling")["ref"], made(head)
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set about_units = array[:unit] where ref = :ref"), {"unit": LEAD, "ref": ref}
        )

    assert ref not in refs_in(app, address)


def test_a_units_calendar_leaves_out_what_one_of_its_people_must_not_know(
    app: Flask, api: Api, head: Visitor, house: House
) -> None:
    ref, address = api.ticket_in("handling")["ref"], made(head, LEAD)
    before = refs_in(app, address)
    with house.engine.begin() as connection:
        connection.execute(
            text("update ticket set recused = array[:who] where ref = :ref"), {"who": HANDLER, "ref": ref}
        )

    assert ref in before
    assert ref not in refs_in(app, address)


def test_a_share_of_a_unit_below_is_in_the_calendar_of_the_one_above(app: Flask, api: Api) -> None:
    ref = api.register()["ref"]
    api.made("dispatcher", ref, "dispatch", lead=JOINT, joint=[], note="")
    api.made(JOINT_HANDLER, ref, "sign")
    api.made(JOINT_HANDLER, ref, "sub_dispatch", unit=COMMUNITY, note="请上门")
    above, below = made(signed_in(app, f"head@{JOINT}")), made(signed_in(app, f"head@{COMMUNITY}"))

    assert ref in refs_in(app, above)
    assert ref in refs_in(app, below)


def test_a_card_is_in_the_calendar_of_the_unit_and_of_the_supervisor(
    app: Flask, api: Api, head: Visitor, session: Session
) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="日常", text="请尽快办理")
    card = str(clocks_of(session, ref)["supervision"].id)

    assert card in events_of(read(app, made(head)))
    assert card in events_of(read(app, made(head, LEAD)))
    assert card in events_of(read(app, made(signed_in(app, "supervisor"))))


def test_an_address_opens_nothing_once_it_is_renewed_or_revoked(app: Flask, head: Visitor) -> None:
    first, second = made(head), made(head)
    head.send("/account/calendar", "/account/calendar/revoke", {})

    assert first != second
    assert [read(app, address).status_code for address in (first, second)] == [404, 404]
    assert read(app, "/calendar/guessed.ics").status_code == 404
    assert read(app, "/calendar/%00.ics").status_code == 404


def test_only_the_hash_of_an_address_is_kept(app: Flask, head: Visitor, house: House) -> None:
    address = made(head)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    with house.engine.connect() as connection:
        rows = connection.execute(text("select calendar_feed::text from calendar_feed")).scalars().all()
        facts = connection.execute(text("select data::text from house_fact")).scalars().all()

    assert len(secret) >= 43
    assert not any(secret in row or secret.encode().hex() in row for row in (*rows, *facts))
    assert secret not in head.get("/account/calendar").text


def test_the_calendar_of_a_closed_account_is_gone(app: Flask, house: House) -> None:
    username = newcomer(house, "head")
    visitor = signed_in(app, username)
    addresses = [made(visitor), made(visitor, LEAD)]
    before = [read(app, one).status_code for one in addresses]
    with Session(house.engine) as rows, rows.begin():
        rows.exec(select(Account).where(Account.username == username)).one().active = False

    assert before == [200, 200]
    assert [read(app, one).status_code for one in addresses] == [404, 404]


def test_who_answers_for_the_unit_no_more_reads_its_calendar_no_more(app: Flask, house: House) -> None:
    username = newcomer(house, "head")
    visitor = signed_in(app, username)
    own, units = made(visitor), made(visitor, LEAD)
    with Session(house.engine) as rows, rows.begin():
        rows.exec(select(Account).where(Account.username == username)).one().role = "handler"

    assert (read(app, own).status_code, read(app, units).status_code) == (200, 404)


@pytest.mark.parametrize(
    "username, unit", [(HANDLER, LEAD), (HEAD, JOINT), ("auditor", LEAD), ("admin", "x")]
)
def test_a_units_calendar_is_its_heads_or_an_administrators(app: Flask, username: str, unit: str) -> None:
    visitor = signed_in(app, username)
    page = visitor.get("/account/calendar")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    codes = [
        visitor.client.post(f"/account/calendar/units/{unit}{way}", data={"csrf_token": token}).status_code
        for way in ("", "/revoke")
    ]

    assert codes == [404, 404]


def test_an_administrator_makes_one_for_any_unit_and_has_none_of_their_own(app: Flask, api: Api) -> None:
    admin = signed_in(app, "admin")
    ref = api.ticket_in("handling")["ref"]
    shown = admin.get("/account/calendar", unit=LEAD)
    answer = admin.send(shown, f"/account/calendar/units/{LEAD}", {})

    assert "我的期限" not in shown.text
    assert ref in refs_in(app, unescape(ADDRESS.findall(answer.text)[0]))


def test_each_change_is_a_fact_of_the_house(app: Flask, house: House) -> None:
    username = newcomer(house, "head")
    visitor = signed_in(app, username)
    made(visitor)
    made(visitor)
    visitor.send("/account/calendar", "/account/calendar/revoke", {})
    with house.read() as session:
        facts = session.exec(
            select(HouseFact).where(HouseFact.by == username).order_by(col(HouseFact.seq))
        ).all()

    assert [fact.what for fact in facts] == ["calendar_made", "calendar_renewed", "calendar_revoked"]
    assert {fact.data["subject"] for fact in facts} == {username}
    assert "生成日历地址" in signed_in(app, "auditor").get("/changes", by=username).text


def test_reads_are_bounded_but_for_the_demos_own_machine(app: Flask, house: House) -> None:
    # Of a unit that owes next to nothing: it is read sixty times.
    address = made(signed_in(app, "head@medical"))
    strict = furnished(house, demo=False)
    codes = [strict.test_client().get(address).status_code for _ in range(MOST_READS + 1)]
    refused = strict.test_client().get(address)
    own = furnished(house, demo=True).test_client().get(address)
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update calendar_feed set reads_since = reads_since - interval '1 hour' where reads > :most"
            ),
            {"most": MOST_READS},
        )

    assert codes[-2:] == [200, 429]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert own.status_code == 200
    assert strict.test_client().get(address).status_code == 200


def test_it_speaks_english_to_who_asked_for_it_so(app: Flask, api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    visitor = signed_in(app, HEAD)
    visitor.client.set_cookie("lang", "en")
    address = made(visitor)
    found = [str(one["summary"]) for one in events_of(read(app, address)).values()]

    assert address.endswith("?lang=en")
    assert f"{ref} · Handling due · Civil Affairs Bureau" in found, found[-3:]


def test_it_costs_the_same_number_of_questions_however_much_is_due(
    app: Flask, api: Api, house: House, head: Visitor
) -> None:
    address = made(head, LEAD)
    api.ticket_in("handling")
    read(app, address)
    with counted(house.engine) as few:
        read(app, address)
    for _ in range(5):
        api.ticket_in("handling")
    with counted(house.engine) as many:
        read(app, address)

    assert len(few) == len(many) <= 6


def test_no_table_is_read_from_one_end_to_the_other(house: House, staff: Staff) -> None:
    readers = [
        Reader(staff[HEAD], LEAD),
        *(Reader(staff[name], None) for name in (HEAD, HANDLER, "reviewer")),
    ]
    for reader in readers:
        with house.open_desk(CLOCKWORK) as desk:
            plans = plans_of(house.engine, partial(due_for, desk, reader), with_few_rows=True)
        whole = set().union(*(plan.read_whole for plan in plans)) - {"account"}

        assert not whole, (reader, whole)


def test_a_feed_row_holds_a_moment_of_the_database(house: House, head: Visitor) -> None:
    made(head)
    with house.read() as session:
        feed = session.exec(select(CalendarFeed).order_by(col(CalendarFeed.made_at).desc())).first()

    assert feed is not None
    assert abs(feed.made_at - datetime.now(UTC)) < timedelta(minutes=1)
