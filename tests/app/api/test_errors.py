"""Bad input is answered with a sentence that names the field and the remedy, and leaves no trace."""

from typing import Any

import pytest
from sqlalchemy import func, select, table
from sqlmodel import Session

from tests.makers import CALL, HANDLER, JOINT, LEAD, Api


def rows(session: Session) -> list[int]:
    """How many rows the tables hold that a move writes to."""
    tables = ("ticket", "unit_order", "clock", "timeline", "note", "message", "reply", "idempotency", "vault")
    counted = [select(func.count()).select_from(table(name)) for name in tables]
    return [session.connection().execute(count).scalar_one() for count in counted]


BAD_CALLS = [
    pytest.param({"text": ""}, "text", "内容是空的", id="empty text"),
    pytest.param({"text": " \n　"}, "text", "内容是空的", id="blank text"),
    pytest.param({"text": "长" * 20_001}, "text", "20000", id="text of 20,001 characters"),
    pytest.param({"text": "a\0b"}, "text", "不能保存的字符", id="NUL"),
    pytest.param({"text": "a\ud800b"}, "text", "不能保存的字符", id="half a surrogate pair"),
    pytest.param({"title": "长" * 101}, "title", "100", id="long title"),
    pytest.param({"requester": {"phone": "1380000"}}, "requester.phone", "电话号码", id="short phone"),
    pytest.param({"requester": {"phone": "一三八"}}, "requester.phone", "电话号码", id="phone in words"),
    pytest.param({"requester": {"id_number": "530103"}}, "requester.id_number", "身份证号", id="ID number"),
    pytest.param({"requester": {"mobile": "1"}}, "requester.mobile", "没有这一项", id="unknown field inside"),
    pytest.param({"colour": "red"}, "colour", "没有这一项", id="unknown field"),
    pytest.param({"channel": "fax"}, "channel", "petition", id="unknown channel"),
    pytest.param({"about_units": ["nobody"]}, "about_units.0", "nobody", id="unknown unit"),
    pytest.param({"place": {"division": "999999"}}, "place.division", "999999", id="unknown division"),
    pytest.param({"place": {"lat": 91}}, "place.lat", "范围", id="latitude"),
    pytest.param(
        {"external": {"system": "x", "ref": "1", "due_at": "2026-11-23T09:00:00"}},
        "external.due_at",
        "时区",
        id="moment without a zone",
    ),
    pytest.param({"petition": {"content": "appeal"}}, "body", "信访", id="petition data by telephone"),
    pytest.param({"text": None}, "text", "", id="null text"),
]


@pytest.mark.parametrize("changes, field, words", BAD_CALLS)
def test_a_bad_registration_names_the_field_and_leaves_no_trace(
    api: Api, session: Session, changes: dict[str, Any], field: str, words: str
) -> None:
    before = rows(session)

    response = api.post("operator", "/tickets", {**CALL, **changes}, headers={"Idempotency-Key": "bad"})

    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert [error["field"] for error in problem["errors"]] == [field]
    assert words in problem["errors"][0]["message"] + problem["errors"][0]["remedy"]
    assert problem["errors"][0]["remedy"]
    assert rows(session) == before


REFUSED = [
    pytest.param("registered", HANDLER, "sign", {}, 404, id="a unit without a share knows nothing"),
    pytest.param("registered", "operator", "dispatch", {"lead": LEAD}, 403, id="wrong role"),
    pytest.param("registered", "auditor", "answer", {"text": "好"}, 403, id="an auditor only reads"),
    pytest.param("registered", "admin", "answer", {"text": "好"}, 404, id="an admin sees no ticket"),
    pytest.param("registered", "reviewer", "review", {"pass": True, "text": ""}, 409, id="wrong state"),
    pytest.param("handling", HANDLER, "sign", {}, 409, id="signed twice"),
    pytest.param(
        "dispatched", HANDLER, "reply", {"text": "好", "founded": "yes", "solved": "yes"}, 409, id="unsigned"
    ),
    pytest.param("closed", "caller", "call_back", {"reached": True}, 409, id="closed"),
    pytest.param("registered", "dispatcher", "dispatch", {"lead": "nobody"}, 422, id="unknown lead"),
    pytest.param("closed", "dispatcher", "dispatch", {"lead": "nobody"}, 422, id="fields before the moment"),
    pytest.param("registered", "dispatcher", "dispatch", {"lead": "service-agency"}, 422, id="an agency"),
    pytest.param(
        "registered", "dispatcher", "dispatch", {"lead": LEAD, "joint": [LEAD]}, 422, id="twice the same"
    ),
    pytest.param("registered", "dispatcher", "dispatch", {}, 422, id="no lead"),
    pytest.param("registered", "dispatcher", "dispatch", {"lead": LEAD, "x": 1}, 422, id="unknown field"),
    pytest.param(
        "handling", HANDLER, "contact", {"reached": True, "at": "2099-01-01T00:00:00Z"}, 422, id="future"
    ),
    pytest.param(
        "replied", "reviewer", "review", {"pass": False, "text": " "}, 422, id="sent back without a reason"
    ),
    pytest.param(
        "callback", "caller", "call_back", {"reached": True, "solved": "no"}, 422, id="a no without why"
    ),
    pytest.param(
        "callback", "caller", "call_back", {"reached": True, "satisfaction": 6}, 422, id="six of five"
    ),
    pytest.param(
        "callback", "reviewer", "close", {"ground": "tired", "text": "好"}, 422, id="unknown ground"
    ),
]


@pytest.mark.parametrize("state, username, move, body, status", REFUSED)
def test_a_refused_move_leaves_no_trace(
    api: Api, session: Session, state: str, username: str, move: str, body: dict[str, Any], status: int
) -> None:
    ref = api.ticket_in(state)["ref"]
    before = rows(session)

    response = api.move(username, ref, move, **body)

    assert response.status_code == status, response.text
    problem = response.get_json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert rows(session) == before


def test_the_unit_complained_about_and_those_below_it_never_get_the_ticket(api: Api) -> None:
    ref = api.register(about_units=[JOINT])["ref"]

    for unit in (JOINT, f"{JOINT}210"):
        asked = api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[unit])
        assert asked.status_code == 422
        assert asked.get_json()["errors"][0]["field"] == "joint.0"

    assert api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[]).status_code == 200


@pytest.mark.parametrize(
    "headers, status",
    [
        pytest.param({}, 401, id="no token"),
        pytest.param({"Authorization": "Bearer nobody"}, 401, id="unknown token"),
        pytest.param({"Authorization": "Basic eDp5"}, 401, id="another scheme"),
    ],
)
def test_without_a_token_nothing_is_told(api: Api, headers: dict[str, str], status: int) -> None:
    ref = api.register()["ref"]

    response = api.app.test_client().get(f"/api/v1/tickets/{ref}", headers=headers)

    assert response.status_code == status
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("body", [b"{", b"text", b"\xff\xfe", b'{"text": }'])
def test_what_is_not_json_is_400(api: Api, body: bytes) -> None:
    response = api.app.test_client().post(
        "/api/v1/tickets",
        data=body,
        headers={"Authorization": f"Bearer {api.token('operator')}", "Content-Type": "application/json"},
    )

    assert response.status_code == 400
    assert "JSON" in response.get_json()["detail"]


def test_a_body_over_a_mebibyte_is_413(api: Api) -> None:
    response = api.post("operator", "/tickets", {**CALL, "text": "x" * 1024 * 1024})

    assert response.status_code == 413
    assert "1 MB" in response.get_json()["detail"]


def test_english_is_spoken_where_it_is_asked_for(api: Api) -> None:
    response = api.post("operator", "/tickets", {**CALL, "text": ""}, headers={"Accept-Language": "en"})

    assert response.get_json()["errors"][0]["message"].isascii()


def test_another_persons_ticket_and_no_ticket_are_told_apart_by_nobody(api: Api) -> None:
    hidden = api.get("handler@medical", f"/tickets/{api.register()['ref']}")
    nothing = api.get("handler@medical", "/tickets/26112300000017")

    assert hidden.status_code == nothing.status_code == 404
    assert hidden.get_json() == nothing.get_json()
