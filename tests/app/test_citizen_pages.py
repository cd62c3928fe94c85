"""A citizen reads of their matter what is theirs to read, and nothing else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlmodel import Session

from app.wiring import House
from tests.app.test_citizen_tracking import track
from tests.makers import CALL, HANDLER, JOINT, JOINT_HANDLER, LEAD, Api


def opened(client: FlaskClient, ticket: dict[str, Any], code: str) -> str:
    """The page of *ticket*, after its code."""
    assert track(client, ticket["ref"], code).status_code == 303
    page = client.get(f"/track/{ticket['ref']}")
    assert page.status_code == 200
    return page.text


def brought_to(api: Api, state: str, **changes: Any) -> tuple[dict[str, Any], str]:
    """A ticket in *state* and its code, which is shown only when it is registered."""
    made = api.register(**changes)
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "dispatched": ("dispatcher", "dispatch", {"lead": LEAD, "joint": [], "note": "内部：先查低保"}),
        "handling": (HANDLER, "sign", {}),
        "replied": (
            HANDLER,
            "reply",
            {"text": "内部情况", "public_text": "每周三上门。\n不收钱。", "founded": "yes", "solved": "yes"},
        ),
        "callback": ("reviewer", "review", {"pass": True, "text": "内部：写得好"}),
        "closed": ("caller", "call_back", {"reached": True, "solved": "yes", "satisfaction": 5}),
    }
    ticket = made
    for reached, (username, move, body) in steps.items():
        if ticket["state"] == state:
            break
        answer = api.move(username, made["ref"], move, **body)
        assert answer.status_code == 200, answer.text
        ticket = answer.get_json()
        assert ticket["state"] == reached
    return ticket, made["tracking_code"]


@pytest.mark.parametrize(
    "state, heading, now_at",
    [
        ("registered", "您的事情办到哪里了", "收到"),
        ("dispatched", "您的事情办到哪里了", "转给单位"),
        ("handling", "您的事情办到哪里了", "正在办"),
        ("replied", "您的事情办到哪里了", "正在办"),
        ("callback", "您的事情有答复了", "答复您"),
    ],
)
def test_the_page_says_where_it_stands(
    client: FlaskClient, api: Api, state: str, heading: str, now_at: str
) -> None:
    ticket, code = brought_to(api, state)
    page = opened(client, ticket, code)

    assert f"<h1>{heading}</h1>" in page
    assert re.search(rf'aria-current="step">\s*<i[^<]*</i><b>{now_at}</b>', page)
    assert "对不起" not in page


@pytest.mark.parametrize("state", ["registered", "dispatched", "handling", "replied", "callback", "closed"])
def test_nobody_reads_an_identity_or_an_inner_word(client: FlaskClient, api: Api, state: str) -> None:
    ticket, code = brought_to(api, state)
    page = opened(client, ticket, code)

    inner = (
        "金某",
        "金**",
        "13800000001",
        "138****0001",
        "牧羊村三组",
        CALL["text"],
        CALL["title"],
        "内部",
        code,
    )
    assert [word for word in inner if word in page] == []


def test_the_answer_is_read_only_after_the_review(client: FlaskClient, api: Api) -> None:
    ticket, code = brought_to(api, "replied")
    assert "每周三上门" not in opened(client, ticket, code)

    sent_back = api.move("reviewer", ticket["ref"], "review", **{"pass": False, "text": "内部：写明日期"})
    assert sent_back.status_code == 200
    assert "每周三上门" not in opened(client, ticket, code)

    second = {"text": "内部情况", "public_text": "每周五上门。", "founded": "yes", "solved": "yes"}
    assert api.move(HANDLER, ticket["ref"], "reply", **second).status_code == 200
    assert api.move("reviewer", ticket["ref"], "review", **{"pass": True, "text": ""}).status_code == 200
    page = opened(client, ticket, code)
    assert "<p>每周五上门。</p>" in page
    assert "每周三上门" not in page
    assert "内部" not in page


def test_the_answer_of_a_joint_unit_is_not_the_citizens(client: FlaskClient, api: Api) -> None:
    made = api.register()
    ref = made["ref"]
    answer = {"founded": "yes", "solved": "yes"}
    for username, move, body in (
        ("dispatcher", "dispatch", {"lead": LEAD, "joint": [JOINT], "note": ""}),
        (HANDLER, "sign", {}),
        (JOINT_HANDLER, "sign", {}),
        (JOINT_HANDLER, "reply", {"text": "给主办的话", **answer}),
        (HANDLER, "reply", {"text": "给群众的话", **answer}),
        ("reviewer", "review", {"pass": True, "text": ""}),
    ):
        assert api.move(username, ref, move, **body).status_code == 200
    page = opened(client, made, made["tracking_code"])

    assert "给群众的话" in page
    assert "给主办的话" not in page


def test_a_closed_matter_says_so_with_its_answer(client: FlaskClient, api: Api) -> None:
    ticket, code = brought_to(api, "closed")
    page = opened(client, ticket, code)

    assert "<h1>您的事情已办结</h1>" in page
    assert "<p>每周三上门。</p>\n<p>不收钱。</p>" in page
    assert "您说：非常满意。" in page
    assert page.count('<li class="ok">') == 4


def test_an_answer_on_the_spot_is_shown(client: FlaskClient, api: Api) -> None:
    made = api.register(kind="consultation")
    assert api.move("operator", made["ref"], "answer", text="带身份证到街道办理。").status_code == 200
    page = opened(client, made, made["tracking_code"])

    assert "已办结" in page
    assert "带身份证到街道办理。" in page


def test_a_late_matter_says_sorry(client: FlaskClient, api: Api, session: Session) -> None:
    ticket, code = brought_to(api, "handling")
    session.connection().execute(
        text(
            "update clock set due_at = clock_timestamp() - :ago where kind = 'handle'"
            " and ticket_id = (select id from ticket where ref = :ref)"
        ),
        {"ref": ticket["ref"], "ago": timedelta(days=2)},
    )
    session.commit()
    page = opened(client, ticket, code)

    assert "晚了 2 天" in page
    assert "对不起" in page


def test_a_sealed_matter_shows_only_that_there_is_progress(client: FlaskClient, api: Api) -> None:
    secret = {"name": "金某", "phone": "13800000001", "confidential": True}
    ticket, code = brought_to(api, "closed", requester=secret)
    page = opened(client, ticket, code)

    assert "有新进展。" in page
    assert "已办结" in page
    assert [word for word in ("每周三上门", "民政", "转给", "举报", "满意") if word in page] == []


def test_the_citizen_sees_who_looked(client: FlaskClient, api: Api) -> None:
    ticket, code = brought_to(api, "handling")
    before = opened(client, ticket, code)
    for username in ("dispatcher", HANDLER):
        assert api.get(username, f"/tickets/{ticket['ref']}/identity", reason="核对").status_code == 200
    after = opened(client, ticket, code)

    assert "被看过" not in before
    assert "您的姓名、电话被看过 2 次" in after
    looks = after.partition("被看过")[2]
    assert looks.index("区民政局的工作人员") < looks.index("区12345热线的工作人员")
    # A unit is told, never a name, nor the reason.
    assert [word for word in (HANDLER, "dispatcher", "核对") if word in after] == []


def test_the_page_speaks_english(client: FlaskClient, api: Api) -> None:
    ticket, code = brought_to(api, "callback")
    opened(client, ticket, code)
    page = client.get(f"/track/{ticket['ref']}?lang=en").text

    assert "Your matter is answered" in page
    assert "Civil Affairs Bureau" in page
    words = re.sub(r"<[^>]+>|每周三上门。|不收钱。|中文", "", page)
    assert re.findall(r"[一-鿿]+", words) == []


def test_an_answer_is_text_and_never_markup(client: FlaskClient, api: Api) -> None:
    made = api.register()
    sly = f"<script>alert('{uuid4().hex}')</script>"
    assert api.move("operator", made["ref"], "answer", text=sly).status_code == 200

    assert "<script>alert" not in opened(client, made, made["tracking_code"])


@pytest.mark.parametrize("state", ["registered", "closed"])
def test_a_page_costs_a_few_questions_to_the_database(
    client: FlaskClient, api: Api, house: House, state: str
) -> None:
    ticket, code = brought_to(api, state)
    opened(client, ticket, code)
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    try:
        client.get(f"/track/{ticket['ref']}")
    finally:
        event.remove(house.engine, "before_cursor_execute", note)

    # Ticket, orders, clocks, requests, facts, files; the time while something is owed, else the replies.
    theirs = [one for one in asked if not re.search(r"FROM (sla_policy|calendar_version|unit)\b", one)]
    assert len(theirs) == 7
