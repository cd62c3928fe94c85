"""The page of one ticket: what it tells whom, and the moves made on it."""

import re
from datetime import time
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.admin.duty import Turn, add_turn
from app.wiring import House
from tests.app.pages import Visitor, counted, form_of, signed_in
from tests.makers import HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, RIVER, Api
from tickets.ground.desk import Actor
from tickets.ground.timeline import Entry, Note
from tickets.ticket import Ticket

REPLY = {"text": "已安排每周上门。", "founded": "yes", "solved": "yes"}


def facts_of(session: Session, ref: str) -> list[str]:
    query = select(Entry.what).join(Ticket).where(Ticket.ref == ref).order_by(col(Entry.seq))
    return list(session.exec(query).all())


def moves_on(page: str, ref: str) -> list[str]:
    return [move for move in re.findall(rf'action="/tickets/{ref}/(\w+)"', page) if move != "attachments"]


@pytest.mark.parametrize(
    "state, username, offered",
    [
        (
            "registered",
            "operator",
            "answer hand_over decline amend ask_citizen supplement note urge reissue withdraw identity",
        ),
        ("registered", "dispatcher", "dispatch decline amend note merge identity"),
        ("registered", "reviewer", "note identity"),
        ("registered", "supervisor", "note supervise identity"),
        ("dispatched", "dispatcher", "amend note recall merge identity"),
        ("dispatched", HANDLER, "identity sign contact note ask_return take ask_extension"),
        (
            "handling",
            HANDLER,
            "identity contact reply ask_citizen note ask_return sub_dispatch take ask_extension"
            " ask_termination",
        ),
        (
            "handling",
            HEAD,
            "identity contact reply ask_citizen note ask_return sub_dispatch take ask_extension"
            " ask_shelving ask_termination",
        ),
        ("handling", "dispatcher", "amend note merge identity"),
        ("handling", "operator", "amend ask_citizen supplement note urge reissue withdraw identity"),
        ("handling", "auditor", ""),
        ("replied", "reviewer", "review note identity"),
        ("callback", "caller", "identity call_back note"),
        ("callback", "reviewer", "rework close note identity"),
        ("closed", "reviewer", "note identity"),
        ("closed", "operator", "note reissue dispute identity"),
    ],
)
def test_everybody_is_offered_their_own_moves(
    app: Flask, api: Api, state: str, username: str, offered: str
) -> None:
    ref = api.ticket_in(state)["ref"]

    assert moves_on(signed_in(app, username).get(f"/tickets/{ref}").text, ref) == offered.split()


def test_the_river_flows_through_the_forms(app: Flask, api: Api, session: Session) -> None:
    ref = api.register()["ref"]
    made = [
        signed_in(app, "dispatcher").move(ref, "dispatch", lead=LEAD, joint=JOINT, note="请先上门"),
        signed_in(app, HANDLER).move(ref, "sign"),
        signed_in(app, JOINT_HANDLER).move(ref, "sign"),
        signed_in(app, JOINT_HANDLER).move(ref, "reply", **REPLY),
        signed_in(app, HANDLER).move(ref, "contact", reached="true", at="2026-01-05T09:30"),
        signed_in(app, HANDLER).move(
            ref,
            "reply",
            **REPLY,
            public_text="每周二上门。",
            **{"told.how": "phone", "told.at": "2026-01-05T10:00"},
        ),
        signed_in(app, "reviewer").move(ref, "review", **{"pass": "true"}),
        signed_in(app, "caller").move(ref, "call_back", reached="true", solved="no", reason="没有人来过"),
        signed_in(app, "reviewer").move(ref, "rework", text="请上门核实"),
    ]

    assert [sent.status_code for sent in made] == [303] * len(made)
    assert facts_of(session, ref)[1:] == [
        *("dispatched", "signed", "signed", "replied", "contacted", "replied"),
        *("reviewed", "called_back", "reworked"),
    ]


def test_the_head_tells_what_is_owed_next_and_no_mere_limit(app: Flask, api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "contact", reached=True, note="")

    page = signed_in(app, HANDLER).get(f"/tickets/{ref}").text
    api.made(HANDLER, ref, "ask_citizen", text="请提供照片。")
    waiting = signed_in(app, HANDLER).get(f"/tickets/{ref}").text

    assert re.findall(r'small muted">(\w+)</span>', page.partition("<main")[2])[0] == "办理"
    assert re.findall(r'small muted">(\w+)</span>', waiting.partition("<main")[2])[0] == "等群众补充"


def test_a_double_click_moves_once(app: Flask, api: Api, session: Session) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, "dispatcher")
    shown = visitor.get(f"/tickets/{ref}")
    clicks = [visitor.send(shown, f"/tickets/{ref}/dispatch", {"lead": LEAD}) for _click in "12"]

    assert [click.status_code for click in clicks] == [303, 303]
    assert clicks[0].headers["Location"] == clicks[1].headers["Location"]
    assert facts_of(session, ref) == ["registered", "dispatched"]


@pytest.mark.parametrize(
    "typed, status, said",
    [
        ({"lead": ""}, 422, "主办单位：没有填写。"),
        ({"lead": "service-agency"}, 422, "主办单位：“第三方服务机构”是第三方机构"),
        ({"lead": LEAD, "joint": LEAD}, 422, "协办单位：“区民政局”写了两次。"),
        ({"lead": LEAD, "version": "0"}, 412, "刚改过这张工单"),
    ],
)
def test_a_refused_move_leaves_no_trace_and_keeps_what_was_typed(
    app: Flask, api: Api, session: Session, typed: dict[str, str], status: int, said: str
) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, "dispatcher")
    refused = visitor.move(ref, "dispatch", note="请先上门查看", **typed)
    again = visitor.send(
        refused, f"/tickets/{ref}/dispatch", {"lead": LEAD, "joint": "", "note": "请先上门查看"}
    )

    assert refused.status_code == status
    assert said in refused.text
    assert "请先上门查看</textarea>" in refused.text
    assert again.status_code == 303
    assert facts_of(session, ref) == ["registered", "dispatched"]


def test_a_move_that_came_too_late_is_told_with_the_form_still_filled(app: Flask, api: Api) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, "dispatcher")
    shown = visitor.get(f"/tickets/{ref}")
    assert api.move("dispatcher", ref, "dispatch", lead="medical").status_code == 200
    late = form_of(shown, f"/tickets/{ref}/dispatch") | {"lead": LEAD, "note": "晚了一步", "version": "2"}
    refused = visitor.client.post(f"/tickets/{ref}/dispatch", data=late)

    assert refused.status_code == 409
    assert "工单现在是“待签收”，不能“转办”：dispatcher 刚办过一步。" in refused.text
    assert "晚了一步</textarea>" in refused.text


def test_an_expired_form_of_a_move_keeps_what_was_typed(app: Flask, api: Api, session: Session) -> None:
    ref, visitor = api.ticket_in("replied")["ref"], signed_in(app, "reviewer")
    old = {"csrf_token": "of another day", "pass": "false"}
    refused = visitor.move(ref, "review", text="请补充告知记录", **old)

    assert refused.status_code == 400
    assert "请补充告知记录</textarea>" in refused.text
    assert "reviewed" not in facts_of(session, ref)


@pytest.mark.parametrize(
    "username, move, typed",
    [("operator", "dispatch", {"lead": LEAD}), ("dispatcher", "answer", {"text": "好"})],
)
def test_a_move_that_is_not_mine_is_refused(
    app: Flask, api: Api, username: str, move: str, typed: dict[str, str]
) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, username)
    token = form_of(visitor.get("/desk"), "/sign-out")
    refused = visitor.client.post(f"/tickets/{ref}/{move}", data={**token, **typed})

    assert refused.status_code == 403
    assert "这一步不归您办理" in refused.text


def test_joint_units_that_owe_an_answer_are_named_at_the_field_for_the_reason(app: Flask, api: Api) -> None:
    ref = api.register()["ref"]
    api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT])
    visitor = signed_in(app, HANDLER)
    visitor.move(ref, "sign")
    refused = visitor.move(ref, "reply", **REPLY)
    taken = visitor.move(ref, "reply", **REPLY, without_joint="街道已随同上门")

    assert refused.status_code == 409
    assert "协办单位还没有答复：阿子营街道。" in refused.text
    assert 'href="#reply-without_joint"' in refused.text
    assert taken.status_code == 303


@pytest.mark.parametrize("username", ["handler@medical", "caller", "admin"])
def test_a_ticket_one_may_not_know_of_is_not_there(app: Flask, api: Api, username: str) -> None:
    ref, visitor = api.ticket_in("dispatched")["ref"], signed_in(app, username)
    status = 403 if username == "admin" else 404

    assert visitor.get(f"/tickets/{ref}").status_code == status
    assert visitor.get(f"/tickets/{ref}/parts/progress").status_code == status
    assert visitor.get("/tickets/123").status_code == status


def test_the_caller_sees_the_number_by_a_tap_and_the_look_is_a_fact(
    app: Flask, api: Api, session: Session
) -> None:
    ref, visitor = api.ticket_in("callback")["ref"], signed_in(app, "caller")
    before = visitor.get(f"/tickets/{ref}").text
    shown = visitor.move(ref, "identity")

    assert "138 0000 0001" not in before
    assert "138 0000 0001" in shown.text
    assert "金某" not in shown.text
    assert facts_of(session, ref)[-1] == "identity_read"
    assert "查看身份信息</b>：电话号码" in shown.text
    assert visitor.move(ref, "call_back", reached="true", satisfaction="5").status_code == 303


def test_others_give_a_reason_for_looking(app: Flask, api: Api, session: Session) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, "dispatcher")
    refused = visitor.move(ref, "identity", reason=" ")
    shown = visitor.move(ref, "identity", reason="群众要求更正姓名")
    note = session.exec(select(Note.text).join(Ticket).where(Ticket.ref == ref)).one()

    assert refused.status_code == 422
    assert "查看理由：内容是空的。" in refused.text
    assert "金某" in shown.text
    assert "牧羊村三组" in shown.text
    assert note == "群众要求更正姓名"


def test_of_a_sealed_ticket_nobody_is_shown_who_asks_and_no_unit_that_it_is_a_report(
    app: Flask, api: Api
) -> None:
    ref = api.ticket_in("dispatched", kind="report", title="请查一查", text="有人冒领补贴。")["ref"]
    page = signed_in(app, HANDLER).get(f"/tickets/{ref}").text
    desk = signed_in(app, HANDLER).get("/desk").text
    asked = form_of(signed_in(app, "dispatcher").get("/desk"), "/sign-out")

    assert asked
    assert moves_on(page, ref) == ["sign", "note", "ask_return", "take", "ask_extension"]
    assert "138****0001" not in page
    assert "举报" not in page
    assert "举报" not in desk


def test_the_part_that_refreshes_itself_is_not_sent_twice(app: Flask, api: Api) -> None:
    ref, visitor = api.register()["ref"], signed_in(app, "dispatcher")
    path = f"/tickets/{ref}/parts/progress?version=1"
    first = visitor.client.get(path)
    second = visitor.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    api.move("dispatcher", ref, "dispatch", lead=LEAD)
    third = visitor.client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert [answer.status_code for answer in (first, second, third)] == [200, 304, 200]
    assert "<html" not in first.text
    assert "刷新页面" not in first.text
    assert "刷新页面" in third.text


def test_the_page_costs_a_fixed_number_of_questions(app: Flask, api: Api, house: House) -> None:
    def questions(ref: str, path: str = "") -> int:
        visitor = signed_in(app, "reviewer")
        visitor.get(f"/tickets/{ref}")
        with counted(house.engine) as said:
            visitor.get(f"/tickets/{ref}{path}")
        return len(said)

    young, old = api.ticket_in("dispatched")["ref"], api.ticket_in("callback")["ref"]
    for _round in range(2):
        _once_more(api, old)

    assert questions(young) == questions(old) == 12
    assert questions(young, "/parts/progress") == questions(old, "/parts/progress") == 6


def _once_more(api: Api, ref: str) -> None:
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("caller", "call_back", {"reached": True, "solved": "no", "reason": "没有解决"}),
        ("reviewer", "rework", {"text": "请再办一次"}),
        *((username, move, body) for _state, username, move, body in RIVER[1:4]),
    ]
    for username, move, body in steps:
        assert api.post(username, f"/tickets/{ref}/{move}", body).status_code == 200


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return signed_in(app, "supervisor")


def test_a_ticket_is_found_by_its_number_and_the_list_can_be_narrowed(visitor: Visitor, api: Api) -> None:
    ref = api.register(channel="letter")["ref"]
    by_ref = visitor.get("/tickets", q=ref).text
    other = visitor.get("/tickets", q=ref, channel="phone").text
    narrowed = visitor.get("/tickets", state="registered", channel="letter", overdue="").text

    assert f"/tickets/{ref}" in by_ref
    assert "没有找到这样的工单。" in other
    assert f"/tickets/{ref}" in narrowed


def test_the_list_goes_on_where_it_stopped(visitor: Visitor, api: Api, house: House) -> None:
    made = {api.register(channel="superior")["ref"] for _number in range(53)}
    with counted(house.engine) as said:
        first = visitor.get("/tickets", channel="superior").text
    following = re.findall(r'href="(/tickets\?[^"]*cursor[^"]*)"', first)[0].replace("&amp;", "&")
    second = visitor.client.get(following).text
    shown = [re.findall(r'href="/tickets/(\d{14})"', page) for page in (first, second)]

    assert [len(page) for page in shown] == [50, 3]
    assert set(shown[0]) | set(shown[1]) == made
    assert len(said) == 5


def test_a_filter_is_kept_with_the_count_of_its_list_and_removed_again(app: Flask, api: Api) -> None:
    visitor = signed_in(app, "reviewer")
    api.register(channel="walk_in")
    listed = visitor.get("/tickets", channel="walk_in").text.count('class="title"')

    page = visitor.get("/tickets", channel="walk_in")
    kept = visitor.send(page, "/tickets/views?channel=walk_in", {"name": "上门的人"})
    again = visitor.send(page, "/tickets/views?channel=walk_in", {"name": " "})
    shown = visitor.client.get(kept.location)
    views = re.findall(r'<a href="(/tickets[^"]*)"[^>]*>上门的人 <span class="n">(\d+)</span>', shown.text)

    assert views == [("/tickets?channel=walk_in", str(listed))]
    assert again.status_code == 422
    assert "上门的人" not in signed_in(app, "supervisor").get("/tickets").text
    (remove,) = re.findall(r'action="(/tickets/views/[^"]+/remove)"', shown.text)
    visitor.send(shown, remove, {})
    assert "上门的人" not in visitor.get("/tickets").text


def test_who_else_has_a_ticket_open_is_told_and_auditors_are_not(app: Flask, api: Api) -> None:
    ref = api.register()["ref"]
    for username in ("operator", "auditor", "supervisor"):
        signed_in(app, username).get(f"/tickets/{ref}")

    seen = signed_in(app, "dispatcher").get(f"/tickets/{ref}/parts/progress").text

    assert "operator、supervisor 也在看这张工单" in seen
    look = signed_in(app, "dispatcher").get(f"/tickets/{ref}/parts/look").text
    assert "<html" not in look
    assert 'id="matter"' in look


def test_a_critical_matter_shows_who_is_on_duty_at_its_unit(app: Flask, api: Api, house: House) -> None:
    plain, critical = api.ticket_in("handling")["ref"], api.ticket_in("handling", urgency="critical")["ref"]
    day_and_night = Turn(name="值班人", phone="13900000081", begins=time(9), ends=time(9))
    with house.open_desk(Actor("admin", "admin")) as desk:
        add_turn(desk, LEAD, day_and_night)
    calm, urgent = (signed_in(app, "supervisor").get(f"/tickets/{ref}").text for ref in (plain, critical))

    assert "区民政局现在值班" in urgent
    assert "139 0000 0081" in urgent.partition("现在值班")[2]
    assert "现在值班" not in calm
