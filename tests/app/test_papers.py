"""Papers say what is to be signed by when, show nobody in clear, and are there for who sees the ticket."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.reading.papers import SupervisionPaper
from app.web.papers import supervision_page
from app.wiring import House
from tests.app.pages import signed_in
from tests.makers import CALL, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD, Api

REPORTED: dict[str, Any] = {"kind": "report", "requester": {**CALL["requester"], "phone": "13800000001"}}


def dispatched(api: Api, state: str = "handling", **changes: Any) -> dict[str, Any]:
    """A ticket given to two units, brought as far as *state*."""
    ref = api.register(**changes)["ref"]
    api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="请先上门查看，再答复。")
    api.move(HANDLER, ref, "sign")
    if state != "handling":
        api.move(JOINT_HANDLER, ref, "sign")
        api.move(JOINT_HANDLER, ref, "reply", text="已配合。", founded="yes", solved="yes")
        # A head signs by answering, which an answer to a report needs.
        api.move(
            HEAD,
            ref,
            "reply",
            text="内部：走访记录在案。",
            public_text="第一段。\n\n第二段。",
            founded="yes",
            solved="yes",
        )
        api.move("reviewer", ref, "review", **{"pass": True, "text": ""})
    found: dict[str, Any] = api.get("supervisor", f"/tickets/{ref}").get_json()
    return found


def order_of(ticket: dict[str, Any], role: str) -> str:
    return str(next(order["id"] for order in ticket["orders"] if order["role"] == role))


def slip(app: Flask, username: str, ticket: dict[str, Any], role: str = "lead", **query: str) -> TestResponse:
    return signed_in(app, username).get(
        f"/tickets/{ticket['ref']}/papers/transfer/{order_of(ticket, role)}", **query
    )


def words_of(page: TestResponse) -> str:
    """The words of the sheet, without mark-up."""
    sheet = page.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", sheet)))


def test_a_transfer_slip_says_who_must_do_what_by_when_and_why(app: Flask, api: Api, house: House) -> None:
    ticket = dispatched(api)
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set started_at = '2026-11-23 09:40+08', due_at = '2026-11-30 17:00+08'"
                " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ticket["ref"]},
        )
        connection.execute(
            text(
                "update unit_order set given_at = '2026-11-23 09:40+08', due_at = '2026-11-30 17:00+08'"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ticket["ref"]},
        )
    said = words_of(slip(app, HANDLER, ticket))

    assert "盘龙区12345政务服务便民热线 转办单" in said
    ref = ticket["ref"]
    assert f"工单编号： {ref[:6]} {ref[6:10]} {ref[10:]} 第 1 轮 · 一般 · 主办" in said
    assert "主办单位 盘龙区民政局 协办单位 阿子营街道办事处" in said
    assert "办结截止 2026 年 11 月 30 日（星期一）17:00" in said
    assert "依据：时限规则 H-HLP 第 1 版，5 个工作日。 11 月 24 日为第 1 日。" in said
    assert "安阳市政务服务条例 第五十条" in said
    assert "群众 金** 联系电话 138****0001 地点 阿子营街道" in said
    assert "请先上门查看，再答复。" in said
    assert CALL["text"] in said
    assert "协办" in words_of(slip(app, JOINT_HANDLER, ticket, "joint")).partition("主办单位")[0]


def test_a_slip_shows_nobody_in_clear(app: Flask, api: Api) -> None:
    ticket = dispatched(api)
    page = (
        slip(app, HANDLER, ticket).text + signed_in(app, "supervisor").get(f"/tickets/{ticket['ref']}").text
    )

    for secret in ("金某", "13800000001", "138 0000 0001", CALL["place"]["address"]):
        assert secret not in page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("username", [HANDLER, "dispatcher"])
def test_the_papers_of_a_sealed_ticket_betray_nothing(
    app: Flask, api: Api, username: str, language: str
) -> None:
    told = "请打13800000001找我，车是云A12345。楼下每晚施工。"
    ticket = dispatched(api, "callback", **REPORTED, text=told, title="我的电话13800000001")
    asked = {"in": "en"} if language == "en" else {}
    letter = signed_in(app, username).get(f"/tickets/{ticket['ref']}/papers/reply", **asked)
    for page in (slip(app, username, ticket, **asked), letter):
        said = words_of(page)
        assert page.status_code == 200
        assert not re.search(
            r"举报|检举|保密|H-RPT|投诉|15 ?个工作日|report|confidential|15 working", said, re.IGNORECASE
        )
        for secret in ("13800000001", "云A12345", "金"):
            assert secret not in said.replace("金额", "")
    said = words_of(slip(app, username, ticket, **asked))
    assert "楼下每晚施工。" in said
    assert said.count("信息受限" if language == "zh" else "Restricted") >= 3


def test_an_answer_becomes_a_letter_in_plain_words(app: Flask, api: Api) -> None:
    ticket = dispatched(api, "callback")
    said = words_of(signed_in(app, HANDLER).get(f"/tickets/{ticket['ref']}/papers/reply"))

    assert "盘龙区民政局 答复意见书" in said
    assert "金 ：" in said
    assert re.search(r"您 \d{4} 年 \d+ 月 \d+ 日反映的事情（编号 \d{6} \d{4} \d{4} ?），我们已经办了", said)
    assert "一、我们的答复 第一段。 第二段。 您说的情况属实。 二、您要是不同意" in said
    assert "送达回执" in said
    assert "内部" not in said
    assert "138" not in said


@pytest.mark.parametrize("state", ["registered", "handling", "replied"])
def test_there_is_no_letter_before_the_answer_was_passed(app: Flask, api: Api, state: str) -> None:
    ref = api.ticket_in(state)["ref"]
    visitor = signed_in(app, "reviewer")

    assert visitor.get(f"/tickets/{ref}/papers/reply").status_code == 404
    assert "/papers/reply" not in visitor.get(f"/tickets/{ref}").text


def test_an_answer_on_the_spot_is_the_hotlines_letter(app: Flask, api: Api) -> None:
    ref = api.register()["ref"]
    api.move("operator", ref, "answer", text="可以到区民政局申请。")
    said = words_of(signed_in(app, "operator").get(f"/tickets/{ref}/papers/reply"))

    assert "盘龙区12345政务服务便民热线 答复意见书" in said
    assert "可以到区民政局申请。" in said


def test_the_ticket_page_leads_to_its_papers(app: Flask, api: Api) -> None:
    ticket = dispatched(api, "callback")
    page = signed_in(app, JOINT_HANDLER).get(f"/tickets/{ticket['ref']}")
    links = re.findall(r'href="(/tickets/\d+/papers/[^"]+)"', page.text)
    base = f"/tickets/{ticket['ref']}/papers"

    assert links[0] == f"{base}/transfer/{order_of(ticket, 'joint')}", "one's own first"
    assert links[1] == f"{base}/reply"
    assert set(links[2:]) == {f"{base}/transfer/{order['id']}" for order in ticket["orders"]}
    for link in links:
        assert signed_in(app, JOINT_HANDLER).get(link).status_code == 200


def test_who_may_not_know_of_a_ticket_gets_no_paper_of_it(app: Flask, api: Api) -> None:
    ticket, other = dispatched(api, "callback"), dispatched(api)
    sealed = dispatched(api, **REPORTED)
    letter = f"/tickets/{ticket['ref']}/papers/reply"

    assert slip(app, "handler@medical", ticket).status_code == 404
    assert signed_in(app, "handler@medical").get(letter).status_code == 404
    assert slip(app, "operator", sealed).status_code == 404
    assert slip(app, "admin", ticket).status_code == 403
    assert app.test_client().get(letter).status_code == 303
    mixed = f"/tickets/{ticket['ref']}/papers/transfer/{order_of(other, 'lead')}"
    assert signed_in(app, "supervisor").get(mixed).status_code == 404
    assert signed_in(app, "supervisor").get(f"/tickets/{ticket['ref']}/papers/transfer/1").status_code == 404


def test_papers_are_chinese_and_english_is_asked_for(app: Flask, api: Api) -> None:
    ticket = dispatched(api)
    visitor = signed_in(app, HANDLER)
    visitor.client.set_cookie("lang", "en")
    path = f"/tickets/{ticket['ref']}/papers/transfer/{order_of(ticket, 'lead')}"
    chinese, english = visitor.get(path), visitor.get(path, **{"in": "en"})

    assert 'lang="zh-CN"' in chinese.text
    assert "主办单位" in words_of(chinese)
    assert '<html lang="en">' in english.text
    assert "Lead unit" in words_of(english)
    assert "Civil Affairs Bureau" in words_of(english)
    assert "Transfer slip" in visitor.get(f"/tickets/{ticket['ref']}").text.replace(
        "the transfer", "the Transfer"
    )


CARD = SupervisionPaper(
    number="盘督〔2026〕37 号",
    level="挂牌",
    given_at=datetime(2026, 12, 2, 1, 20, tzinfo=UTC),
    due_at=datetime(2026, 12, 4, 9, 0, tzinfo=UTC),
    text="1. 收到本单当日联系群众13800000001。\n2. 反馈截止前答复群众。",
    instruction="请抓紧办理，并告知0871-65123456。",
    units=("盘龙区民政局", "阿子营街道办事处"),
    ref="26112300041270",
    subject="MZ-07-01 · 阿子营街道",
)


def test_a_card_is_printed_from_its_ticket(app: Flask, api: Api) -> None:
    ticket = dispatched(api)
    ref = ticket["ref"]
    api.made("supervisor", ref, "supervise", level="挂牌", text="当日联系群众。", instruction="请抓紧。")
    head = signed_in(app, HEAD)
    path = f"/tickets/{ref}/papers/supervision/1"
    said = words_of(head.get(path))

    assert f'href="{path}"' in head.get(f"/tickets/{ref}").text
    assert re.search(rf"督〔\d{{4}}〕{ref}-1 号", said)
    assert "被督办单位 盘龙区民政局、" in said
    assert "日常督办 ✓ 挂牌督办" in said
    assert "当日联系群众。" in said
    assert "请抓紧。" in said
    assert head.get(f"/tickets/{ref}/papers/supervision/2").status_code == 404
    assert signed_in(app, "handler@medical").get(path).status_code == 404


def test_a_card_of_a_sealed_ticket_does_not_say_what_it_is(app: Flask, api: Api) -> None:
    ref = api.register(**REPORTED)["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD)
    api.made("supervisor", ref, "supervise", level="日常", text="请当日报告。")
    said = words_of(signed_in(app, HEAD).get(f"/tickets/{ref}/papers/supervision/1"))

    assert "事项 信息受限" in said
    assert "养老" not in said


def test_a_supervision_card_names_nobody(app: Flask) -> None:
    with app.test_request_context():
        page = supervision_page(CARD, issuer="盘龙区12345政务服务便民热线", now=CARD.given_at)
    said = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])))

    assert "督办单 盘督〔2026〕37 号 工单编号： 261123 0004 1270" in said
    assert "被督办单位 盘龙区民政局、阿子营街道办事处" in said
    assert "反馈截止 2026 年 12 月 4 日（星期五）17:00" in said
    assert "日常督办 ✓ 挂牌督办 约谈" in said
    assert "联系群众〔手机号已遮盖〕。 2. 反馈截止前答复群众。" in said
    assert "告知〔电话已遮盖〕" in said
    assert said.count("单位反馈") == 2
    assert "1380000" not in page
