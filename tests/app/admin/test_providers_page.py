"""Providers of texts on the page and over the API: read by two roles, moved by one, with words."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.admin.ledger import HouseFact, facts_of_house
from app.factory import create_app
from app.wiring import House, make_engine
from notifications.providers import Parcel, Trouble
from notifications.pulse import note_try
from notifications.routes import RouteRow, tend
from notifications.wording import version_of
from notifications.wording_rows import ApprovalState, TemplateApproval, WordingVersion
from tests.app.pages import Visitor, form_of, signed_in
from tests.makers import Api
from tests.server import unguarded
from tickets.ground.columns import new_id

TWILIO = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "opens-nothing",
    "twilio_from": "+15005550006",
}


@pytest.fixture(scope="module")
def carried(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same house with three providers; nobody is texted by looking at them."""
    codes: Path = tmp_path_factory.mktemp("codes") / "codes.toml"
    codes.write_text('[codes]\n"zh_Hans/received" = "SMS_154950909"\n', encoding="utf-8")
    aliyun = {"aliyun_access_key_id": "k", "aliyun_access_key_secret": "s", "aliyun_templates": codes}
    changes = {"provider": "aliyun,twilio,simulator", **TWILIO, **aliyun}
    return replace(house, settings=house.settings.model_copy(update=changes))


@pytest.fixture
def app(carried: House) -> Flask:
    return create_app(carried.settings, carried)


@pytest.fixture
def api(app: Flask, carried: House) -> Api:
    return Api(app, carried)


@pytest.fixture(autouse=True)
def at_rest(house: House) -> None:
    owner = make_engine(house.settings, house.settings.owner_database_url or "", pool=1)
    with owner.begin() as connection, unguarded(connection, "provider_shift"):
        for table in ("provider_route", "provider_shift", "provider_minute"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 the words above
    owner.dispose()


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "admin")


def newest(house: House) -> HouseFact:
    with house.read() as session:
        return facts_of_house(session, limit=1)[0]


def kept(house: House) -> dict[tuple[str, str], tuple[int, int]]:
    with house.read() as session:
        rows = session.exec(select(RouteRow)).all()
    return {(row.prefix, row.provider): (row.share, row.rest) for row in rows}


def test_the_page_shows_routes_health_words_for_approval_and_who_may_not_carry(admin: Visitor) -> None:
    page = admin.get("/admin/providers")

    assert page.status_code == 200
    for said in ("阿里云短信", "Twilio", "模拟手机", "用得少，看不出", "份额还没有动过", "已批 1，共 88"):
        assert said in page.text
    # As it is handed in for approval.
    assert "您反映的事情收到了。编号${ref}，查询码${tracking_code}，请留好。问进度打12345。" in page.text


def test_shares_are_moved_by_hand_with_a_reason(admin: Visitor, house: House) -> None:
    typed = {"prefix": "+86", "shares.aliyun": "80", "shares.twilio": "20", "shares.simulator": ""}
    page = admin.send("/admin/providers", "/admin/providers", {**typed, "reason": "合同约定"})

    assert page.status_code == 303
    assert kept(house) == {("+86", "aliyun"): (80, 80), ("+86", "twilio"): (20, 20)}
    shown = admin.get("/admin/providers", prefix="+86")
    assert "已调整 +86 的份额。" in shown.text
    assert "合同约定" in shown.text
    # No mainland number goes abroad without the assessment, whatever its share.
    assert "未评估，不发" in shown.text
    assert form_of(shown, "/admin/providers")["shares.aliyun"] == "80"
    fact = newest(house)
    assert (fact.what, fact.by, fact.data["after"]["shares"]) == (
        "shares_moved",
        "admin",
        "aliyun 80, twilio 20",
    )

    for_now = {"prefix": "+86", "shares.aliyun": "10", "shares.twilio": "90", "reason": "检修"}
    admin.send(shown, "/admin/providers", for_now)
    assert kept(house) == {("+86", "aliyun"): (10, 80), ("+86", "twilio"): (90, 20)}
    admin.send(admin.get("/admin/providers", prefix="+86"), "/admin/providers", {**for_now, "rest": "1"})
    assert kept(house) == {("+86", "aliyun"): (10, 10), ("+86", "twilio"): (90, 90)}

    none = dict.fromkeys(("shares.aliyun", "shares.twilio", "shares.simulator"), "")
    gone = admin.send("/admin/providers", "/admin/providers", {**none, "prefix": "+86", "reason": "撤销"})
    assert gone.status_code == 303
    assert kept(house) == {}
    assert "调整短信通道份额" in admin.get("/changes").text


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"shares.aliyun": "80"}, "份额合计是 80，不是 100。"),
        ({"shares.aliyun": "101"}, "阿里云短信："),
        ({"shares.aliyun": "x"}, "阿里云短信："),
        ({"shares.aliyun": "100", "prefix": "86"}, "号码开头："),
        ({"shares.aliyun": "100", "reason": ""}, "理由："),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    admin: Visitor, house: House, typed: dict[str, str], said: str
) -> None:
    whole = {"prefix": "+86", "shares.aliyun": "", "shares.twilio": "", "shares.simulator": "", "reason": "x"}
    page = admin.send("/admin/providers", "/admin/providers", {**whole, **typed})

    assert page.status_code == 422
    assert said in page.text
    assert kept(house) == {}


def test_moves_of_the_clock_say_why(admin: Visitor, carried: House) -> None:
    for _ in range(6):
        with carried.session() as session, session.begin():
            note_try(session, "aliyun", new_id(), Trouble.UNREACHABLE, 0.1)
    with carried.session() as session, session.begin():
        assert tend(session, carried.providers, carried.message_rules)

    page = admin.get("/admin/providers").text
    assert "阿里云短信：6 次调用有 6 次失败" in page
    assert "常常失败" in page
    assert "100% → 90%" in page


def test_an_auditor_looks_and_moves_nothing(app: Flask) -> None:
    page = signed_in(app, "auditor").get("/admin/providers")

    assert page.status_code == 200
    assert 'action="/admin/providers"' not in page.text


def body(**changes: Any) -> dict[str, Any]:
    return {"prefix": "+1", "shares": {"twilio": 100}, "rest": True, "reason": "国外号码", **changes}


def test_the_api_tells_the_same_and_moves_shares(api: Api, session: Session) -> None:
    answer = api.post("admin", "/providers/routes", body())

    assert answer.status_code == 200
    (every, abroad) = answer.get_json()["items"]
    assert (every["prefix"], [way["provider"] for way in every["ways"]]) == (
        "+",
        ["aliyun", "twilio", "simulator"],
    )
    assert abroad == {
        "prefix": "+1",
        "ways": [{"provider": "twilio", "share": 100, "rest": 100, "may_carry": True}],
    }
    assert api.get("auditor", "/providers/routes").get_json() == answer.get_json()
    (shift,) = api.get("auditor", "/providers/shifts", limit=1).get_json()["items"]
    assert (shift["reason"], shift["said"], shift["by"], shift["before"], shift["after"]) == (
        "by_hand",
        "国外号码",
        "admin",
        None,
        100,
    )
    first = api.get("auditor", "/providers").get_json()["items"][0]
    assert (first["name"], first["abroad"], first["tells"], first["ill"]) == ("aliyun", False, False, None)
    assert first["pulse"] == {"tried": 0, "failed": 0, "slow": 0, "sent": 0, "unheard": 0}


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"shares": {"twilio": 60}}, "shares"),
        ({"shares": {"pigeon": 100}}, "shares.pigeon"),
        ({"shares": {"twilio": -1}}, "shares.twilio"),
        ({"prefix": "+86x"}, "prefix"),
        ({"reason": " "}, "reason"),
        ({"more": 1}, "more"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(
    api: Api, house: House, changes: dict[str, Any], field: str
) -> None:
    answer = api.post("admin", "/providers/routes", body(**changes))

    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]
    assert kept(house) == {}


def test_the_api_is_for_those_the_page_is_for(api: Api) -> None:
    for path in ("/providers", "/providers/routes", "/providers/shifts"):
        assert [api.get(who, path).status_code for who in ("admin", "auditor", "supervisor")] == [
            200,
            200,
            403,
        ]
    assert api.post("auditor", "/providers/routes", body()).status_code == 403


def test_a_code_is_for_the_words_it_was_given_for(carried: House) -> None:
    """What was approved is what Aliyun sends: other words wait until they are approved, too."""
    form, words = "zh_Hans/received", "已登记，编号{{ ref | grouped }}，查询码{{ fact.tracking_code }}。"
    aliyun = carried.providers["aliyun"]

    def refusal() -> Trouble | None:
        carried.shelf.forget()
        carried.rules()
        in_force = carried.shelf.wording(carried.wording).words[form]
        return aliyun.why_not(Parcel(new_id(), "+8613800010003", "", form, in_force.version))

    def note(row: WordingVersion | TemplateApproval) -> None:
        with Session(carried.engine) as session, session.begin():
            session.add(row)

    assert refusal() is None
    note(
        WordingVersion(
            template="received",
            language="zh_Hans",
            sealed=False,
            version=1,
            words=words,
            file_version=carried.wording.words[form].version,
            made_by="admin",
            made_at=datetime.now(UTC),
        )
    )
    assert refusal() is Trouble.NOT_APPROVED
    note(
        TemplateApproval(
            provider="aliyun",
            template="received",
            language="zh_Hans",
            sealed=False,
            state=ApprovalState.APPROVED,
            code="SMS_154950910",
            words_version=version_of(words),
            changed_by="admin",
            changed_at=datetime.now(UTC),
        )
    )
    assert refusal() is None
    with carried.engine.begin() as connection:
        for table in ("wording_version", "template_approval"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 the words above
    assert refusal() is None, "the file's words hold again, and its code"
