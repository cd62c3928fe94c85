"""How citizens want to be reached: asked at the telephone, put right later, and kept to."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.clockwork import send_messages
from app.reading.desks import may_be_called
from app.texts.hearing import hear
from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import CALL, Api
from tickets.ground.refs import SHANGHAI
from tickets.ticket import Ticket

ASKS = CALL["requester"]
WISHES: dict[str, Any] = {"language": "en", "no_sms": True, "call_from": "09:00", "call_to": "11:30"}
NONE: dict[str, Any] = {"language": "zh_Hans", "no_sms": False, "call_from": None, "call_to": None}


def wishes_of(ticket: dict[str, Any]) -> dict[str, Any]:
    return {name: ticket["requester"][name] for name in WISHES}


def line_of(app: Flask, ref: str, username: str = "operator") -> str:
    page = signed_in(app, username).get(f"/tickets/{ref}").text
    return page.partition('<b class="wishes">')[2].partition("</b>")[0]


def test_wishes_are_kept_and_shown_in_one_line(api: Api, app: Flask) -> None:
    plain, ticket = api.register(), api.register(requester={**ASKS, **WISHES})

    assert (wishes_of(plain), wishes_of(ticket)) == (NONE, WISHES)
    assert line_of(app, ticket["ref"]) == "短信用英文 · 不发短信 · 09:00–11:30 来电"
    assert line_of(app, plain["ref"]) == ""


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"call_from": "09:00"}, "call_to"),
        ({"call_to": "09:00"}, "call_to"),
        ({"call_from": "11:00", "call_to": "11:00"}, "call_to"),
        ({"call_from": "21:00", "call_to": "08:00"}, "call_to"),
        ({"call_from": "nine", "call_to": "10:00"}, "call_from"),
        ({"call_from": "09:00:30", "call_to": "10:00"}, "call_from"),
        ({"call_from": "09:00Z", "call_to": "10:00"}, "call_from"),
        ({"language": "fr"}, "language"),
        ({"no_sms": "perhaps"}, "no_sms"),
    ],
)
def test_a_wish_nobody_can_keep_is_refused(api: Api, wrong: dict[str, Any], field: str) -> None:
    response = api.post("operator", "/tickets", {**CALL, "requester": {**ASKS, **wrong}})

    assert response.status_code == 422
    (told,) = response.get_json()["errors"]
    assert told["field"] == f"requester.{field}"
    assert told["remedy"]


def test_wishes_are_put_right_and_taken_back(api: Api, app: Flask) -> None:
    ref = api.register()["ref"]
    after = api.made("operator", ref, "amend", fields=WISHES, text="来电要求")
    again = api.made("operator", ref, "amend", fields={"call_to": "12:00"}, text="晚半小时")
    fact = api.get("auditor", f"/tickets/{ref}/timeline").get_json()["items"][1]

    assert (wishes_of(after), again["requester"]["call_to"]) == (WISHES, "12:00")
    assert fact["data"]["changes"]["call_from"] == [None, "09:00"]
    operator = signed_in(app, "operator")
    shown = operator.get(f"/tickets/{ref}").text
    assert "不发短信 否 → 是" in shown
    assert "短信语言 中文 → 英文" in shown
    # On a page an empty pair of hours is erased; what was left as it is changes nothing.
    assert (
        operator.move(
            ref, "amend", text="随时可以", **{"fields.call_from": "", "fields.call_to": ""}
        ).status_code
        == 303
    )
    assert wishes_of(api.read("operator", ref)) == {**WISHES, "call_from": None, "call_to": None}


@pytest.mark.parametrize(
    "fields", [{"call_from": "09:00"}, {"call_from": "10:00", "call_to": "09:00"}, {"call_to": "09:00"}]
)
def test_half_a_span_is_refused_and_changes_nothing(api: Api, fields: dict[str, str]) -> None:
    ref = api.register()["ref"]
    response = api.move("operator", ref, "amend", fields=fields, text="x")

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == "fields.call_to"
    assert wishes_of(api.read("operator", ref)) == NONE


def test_no_reply_wanted_any_more_ends_at_the_review(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made("operator", ref, "amend", fields={"reply_wanted": False}, text="不用回我")
    sent = api.texts(ref)
    api.made("handler@panlong-civil", ref, "reply", text="已办", founded="yes", solved="yes")
    closed = api.made("reviewer", ref, "review", **{"pass": True, "text": ""})

    assert closed["state"] == "closed"
    assert api.texts(ref) == sent


def test_whoever_wants_no_texts_gets_what_must_be_told_in_their_language(api: Api, house: House) -> None:
    ticket = api.ticket_in("callback", requester={**ASKS, "phone": "13800017001", **WISHES})
    send_messages(house)
    items = api.get("auditor", f"/tickets/{ticket['ref']}/messages").get_json()["items"]
    fates = {one["template"]: (one["fate"], one["held_because"]) for one in items}

    assert fates.pop("survey") == ("withheld", "opted_out")
    assert set(fates) == {"received", "transferred", "answered"}
    assert {fate for fate, _held in fates.values()} == {"delivered"}
    assert {one["language"] for one in items} == {"en"}


def moment(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-26T{clock}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "clock, may", [("08:59:59", False), ("09:00:00", True), ("11:29:59", True), ("11:30:00", False)]
)
def test_the_hours_are_those_of_shanghai(api: Api, session: Session, clock: str, may: bool) -> None:
    refs = [api.register(requester=asks)["ref"] for asks in ({**ASKS, **WISHES}, ASKS)]
    found = session.exec(
        select(Ticket.ref).where(col(Ticket.ref).in_(refs), may_be_called(moment(clock)))
    ).all()

    assert set(found) == ({*refs} if may else {refs[1]})


def test_the_callback_desk_calls_within_the_hours(api: Api, app: Flask, house: House) -> None:
    with house.read() as session:
        hour = session.connection().exec_driver_sql("select now()").scalar_one().astimezone(SHANGHAI).hour
    begins, ends = ("18:00", "20:00") if hour < 12 else ("06:00", "08:00")
    asks = {**ASKS, "call_from": begins, "call_to": ends}
    later, now = (api.ticket_in("callback", requester=one)["ref"] for one in (asks, ASKS))
    with house.engine.begin() as connection:
        # On top of the list, whatever else waits.
        first = text("update ticket set due_at = '2020-01-01' where ref in (:later, :now)")
        connection.execute(first, {"later": later, "now": now})
    page = signed_in(app, "caller").get("/desk").text
    above, _, below = page.partition('id="later"')

    assert f"/tickets/{now}" in above
    assert f"/tickets/{later}" not in above
    assert f"/tickets/{later}" in below
    assert f"{begins}–{ends} 来电" in below


def test_units_learn_no_wish_of_a_sealed_matter(api: Api, app: Flask) -> None:
    ticket = api.ticket_in("dispatched", kind="report", requester={**ASKS, **WISHES})

    assert line_of(app, ticket["ref"], "handler@panlong-civil") == ""
    assert line_of(app, ticket["ref"], "supervisor") != ""
    assert api.read("supervisor", ticket["ref"])["requester"] is None


def test_what_a_number_wished_last_time_is_seen_as_it_rings(api: Api, app: Flask, house: House) -> None:
    phone = "13800017009"
    api.register(requester={**ASKS, "phone": phone, **WISHES})
    operator = signed_in(app, "operator")

    assert "短信用英文 · 不发短信 · 09:00–11:30 来电" in operator.get("/intake", phone=phone).text
    assert "已退订短信" not in operator.get("/intake", phone="13800017008").text
    hear(house, "simulator", "SIM-opted-out", "+8613800017008", "TD")
    assert "已退订短信" in operator.get("/intake", phone="13800017008").text


def test_the_call_form_asks_for_wishes(app: Flask, session: Session) -> None:
    operator = signed_in(app, "operator")
    typed = {
        "text": "路灯不亮",
        "kind": "help",
        "urgency": "normal",
        "then": "register",
        "requester.phone": "13800017003",
        "requester.no_sms": "1",
        "requester.language": "en",
        "requester.call_from": "18:00",
    }
    refused = operator.send("/intake", "/intake", typed)
    taken = operator.send("/intake", "/intake", {**typed, "requester.call_to": "20:00"})

    assert refused.status_code == 422
    assert "时段只填了一头" in refused.text
    ref = taken.headers["Location"].rsplit("/", 1)[1]
    ticket = session.exec(select(Ticket).where(Ticket.ref == ref)).one()
    assert (ticket.no_sms, ticket.language, str(ticket.call_from)) == (True, "en", "18:00:00")
