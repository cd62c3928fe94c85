"""The page of who takes the calls."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.wiring import House
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import Api
from tickets.ground.timeline import Entry
from tickets.ticket import Ticket

CALL: dict[str, Any] = {
    "requester.phone": "138 0001 0001",
    "requester.name": "金某",
    "requester.reply_wanted": "1",
    "text": "我母亲一个人住在村里，希望有人每周上门看看。",
    "title": "独居老人需要照料",
    "kind": "help",
    "urgency": "normal",
    "channel": "phone",
    "place.division": "530103012",
    "then": "register",
}


@pytest.fixture
def operator(app: Flask) -> Visitor:
    return signed_in(app, "operator")


def take(operator: Visitor, **changes: Any) -> TestResponse:
    return operator.send("/intake", "/intake", {**CALL, **changes})


def ref_of(taken: TestResponse) -> str:
    assert taken.status_code == 303, taken.text
    return taken.headers["Location"].rsplit("/", 1)[1]


def ticket(session: Session, ref: str) -> Ticket:
    return session.exec(select(Ticket).where(Ticket.ref == ref)).one()


def how_many(session: Session, title: str) -> int:
    return len(session.exec(select(Ticket.id).where(Ticket.title == title)).all())


def test_a_call_is_registered_and_its_tracking_code_shown_once(operator: Visitor, session: Session) -> None:
    taken = take(operator, **{"place.address": "牧羊村三组", "requester.confidential": ""})
    page = operator.get(taken.headers["Location"])
    again = operator.get(taken.headers["Location"])
    made = ticket(session, ref_of(taken))

    assert (made.state, made.channel, made.kind, made.division) == (
        "registered",
        "phone",
        "help",
        "530103012",
    )
    assert made.reachable
    assert f"{made.ref[:6]} {made.ref[6:10]} {made.ref[10:]}" in page.text
    assert re.search(r'id="code">\d{3} \d{3}<', page.text)
    assert 'id="code"' not in again.text


def test_a_double_click_makes_one_ticket_and_shows_it(operator: Visitor, session: Session) -> None:
    shown = operator.get("/intake")
    first, second = (operator.send(shown, "/intake", {**CALL, "title": "双击的来电"}) for _click in "12")
    page = operator.get(second.headers["Location"])

    assert first.headers["Location"] == second.headers["Location"]
    assert 'id="code"' in page.text
    assert how_many(session, "双击的来电") == 1


def test_another_call_in_a_form_already_sent_is_asked_for_once_more(
    operator: Visitor, session: Session
) -> None:
    shown = operator.get("/intake")
    operator.send(shown, "/intake", {**CALL, "title": "返回后的第一件"})
    refused = operator.send(shown, "/intake", {**CALL, "title": "返回后的第二件"})
    taken = operator.send(refused, "/intake", {**CALL, "title": "返回后的第二件"})

    assert refused.status_code == 422
    assert "这张表已经提交过" in refused.text
    assert form_of(refused, "/intake")["title"] == "返回后的第二件"
    assert ticket(session, ref_of(taken)).title == "返回后的第二件"


def test_an_answer_given_at_once_registers_and_closes_in_one_go(operator: Visitor, session: Session) -> None:
    ref = ref_of(take(operator, then="answer", answer="带身份证到街道办理。"))
    made = ticket(session, ref)
    facts = session.exec(select(Entry.what).where(Entry.ticket_id == made.id).order_by(text("seq"))).all()

    assert (made.state, made.outcome) == ("closed", "answered")
    assert list(facts) == ["registered", "answered"]
    assert "带身份证到街道办理。" in operator.get(f"/tickets/{ref}").text


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"text": ""}, "事项（来电人原话）：没有填写。"),
        ({"text": "   "}, "事项（来电人原话）：内容是空的。"),
        ({"kind": ""}, "类型：没有填写。"),
        ({"requester.phone": "12"}, "来电号码：不是有效的电话号码。"),
        ({"external.system": "km12345"}, "外部编号：没有填写。"),
        ({"about_units": "no-such-unit"}, "被反映的单位：没有“no-such-unit”这个单位。"),
        ({"then": "answer", "answer": ""}, "当场给的答复：没有填写。"),
    ],
)
def test_what_was_typed_stays_and_each_sentence_names_its_field(
    operator: Visitor, session: Session, changes: dict[str, str], said: str
) -> None:
    title = f"被拒的来电 {said}"[:100]
    refused = take(operator, title=title, **changes)
    kept = form_of(refused, "/intake")

    assert refused.status_code == 422
    assert said in refused.text
    assert kept["title"] == title
    assert kept.get("kind", "") == changes.get("kind", "help")
    assert kept["requester.reply_wanted"] == "1"
    assert how_many(session, title) == 0


def test_a_box_without_its_tick_stays_so(operator: Visitor, session: Session) -> None:
    unticked = {name: value for name, value in CALL.items() if name != "requester.reply_wanted"}
    shown = operator.get("/intake")
    sent = {**form_of(shown, "/intake"), **unticked}
    del sent["requester.reply_wanted"]
    refused = operator.client.post("/intake", data={**sent, "text": ""})
    taken = operator.client.post("/intake", data=sent)

    assert "requester.reply_wanted" not in form_of(refused, "/intake")
    assert not ticket(session, ref_of(taken)).reply_wanted


def test_an_expired_form_keeps_what_was_typed(operator: Visitor, session: Session) -> None:
    sent = {**form_of(operator.get("/intake"), "/intake"), **CALL, "title": "放了很久的来电"}
    refused = operator.client.post("/intake", data={**sent, "csrf_token": "of another day"})
    taken = operator.send(refused, "/intake", {**CALL, "title": "放了很久的来电"})

    assert refused.status_code == 400
    assert "页面放得太久" in refused.text
    assert form_of(refused, "/intake")["title"] == "放了很久的来电"
    assert ref_of(taken)
    assert how_many(session, "放了很久的来电") == 1


def test_the_number_brings_its_history_open_ones_first_and_no_sealed_one(operator: Visitor, api: Api) -> None:
    phone = {"requester": {"name": "沈某", "phone": "13800010002", "reply_wanted": True}}
    closed = api.ticket_in("closed", title="以前办结的", **phone)
    still_open = api.register(title="还没有办结的", **phone)
    sealed = api.register(title="别人不该知道的", kind="report", **phone)
    newest = api.ticket_in("closed", title="后来办结的", **phone)
    page = operator.get("/intake", phone="138-0001-0002").text
    shown = re.findall(r'href="/tickets/(\d{14})"', page)

    assert shown == [still_open["ref"], newest["ref"], closed["ref"]]
    assert sealed["ref"] not in page


def test_looking_up_the_number_keeps_what_was_typed_and_writes_nothing(
    operator: Visitor, session: Session
) -> None:
    looked = take(operator, then="history", title="还在写的来电")

    assert looked.status_code == 200
    assert form_of(looked, "/intake")["title"] == "还在写的来电"
    assert how_many(session, "还在写的来电") == 0


def test_the_page_is_for_operators(app: Flask) -> None:
    assert signed_in(app, "dispatcher").get("/intake").status_code == 403


def test_a_long_history_costs_as_many_questions_as_a_short_one(
    operator: Visitor, house: House, api: Api
) -> None:
    def questions(phone: str, tickets: int) -> int:
        for _number in range(tickets):
            api.register(requester={"phone": phone, "reply_wanted": True})
        operator.get("/intake", phone=phone)
        with counted(house.engine) as said:
            operator.get("/intake", phone=phone)
        return len(said)

    assert questions("13800010003", 3) == 9
    assert questions("13800010004", 30) == 9
