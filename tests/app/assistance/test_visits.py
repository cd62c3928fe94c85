"""Visits: planned once, reported sealed, pictures kept for a reason, misses told, coverage counted."""

from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import col, select

from app.assistance.visit_ticks import erase_visit_files, plan_visits
from app.calling.drafts import MatterDraft
from app.wiring import House
from tests.app.assistance.test_households import (
    BUREAU,
    CHILD,
    HANDLER,
    HEAD,
    OTHER_VILLAGE,
    SUBDISTRICT,
    VILLAGE,
    VISITOR,
    WANTED,
)
from tests.app.attachments.samples import picture
from tests.app.pages import form_of, signed_in
from tests.makers import Api
from tickets.assistance.visits import Visit, VisitFile, VisitReport
from tickets.ground.desk import CLOCKWORK
from tickets.ground.files import Attachment

HOUSEHOLDS, PATH = "/assistance/households", "/assistance/visits"
#: Others than those who are looked for by name elsewhere.
WHO = {**HEAD, "name": "钱某甲", "phone": "13800005002"}
FINE = {"met": "self", "health": "poor", "food": "good", "home": "fair", "mood": "good"}


def household(api: Api, **changes: Any) -> dict[str, Any]:
    """A new household of the village, with its visits planned."""
    made = api.post(HANDLER, HOUSEHOLDS, {**WANTED, "members": [WHO, CHILD], **changes})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def visits_of(house: House, number: int) -> dict[str, Visit]:
    plan_visits(house)
    with house.read() as session:
        rows = session.exec(select(Visit).where(Visit.household_id == number)).all()
    assert len({(row.level, row.period) for row in rows}) == len(rows)
    return {row.level: row for row in rows}


def age(house: House, statement: str, **values: Any) -> None:
    """Let something have happened earlier."""
    with house.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.fixture(scope="module")
def one(api: Api) -> dict[str, Any]:
    return household(api)


def test_each_household_is_owed_one_visit_a_level_and_period(
    api: Api, house: House, one: dict[str, Any]
) -> None:
    first = visits_of(house, one["id"])
    assert {level: row.policy for level, row in first.items()} == {
        "community": "V-VIL",
        "subdistrict": "V-STR",
    }
    month, half = first["community"], first["subdistrict"]
    assert month.due_at - month.warn_at == timedelta(days=5)  # type: ignore[operator] # there is one
    assert half.due_at - half.warn_at == timedelta(days=30)  # type: ignore[operator] # there is one
    assert (month.period.day, half.period.month in (1, 7)) == (1, True)
    assert {row.id for row in visits_of(house, one["id"]).values()} == {month.id, half.id}
    # It moves, and is visited where it lives; it ends, and nobody is owed anything.
    moved = household(api)
    before = visits_of(house, moved["id"])
    change = {**WANTED, "division": OTHER_VILLAGE, "version": moved["version"]}
    change = api.post(HANDLER, f"{HOUSEHOLDS}/{moved['id']}/amend", change).get_json()
    after = visits_of(house, moved["id"])
    assert {row.division for row in after.values()} == {OTHER_VILLAGE}
    assert {row.id for row in after.values()} == {row.id for row in before.values()}
    ended = {"state": "ended", "on": "2026-02-01", "reason": "迁出", "version": change["version"]}
    api.post(HANDLER, f"{HOUSEHOLDS}/{moved['id']}/state", ended)
    assert visits_of(house, moved["id"]) == {}


def test_the_bureau_itself_visits_who_is_related_and_nobody_there_hears_of_it(
    api: Api, app: Flask, house: House
) -> None:
    made = household(api, related=True)
    owed = visits_of(house, made["id"])["bureau"]
    path = f"{PATH}/{owed.id}"
    assert [api.get(who, path).status_code for who in (BUREAU, HANDLER, VISITOR)] == [200, 404, 404]
    listed = {
        who: [one["id"] for one in api.get(who, PATH, level="bureau").get_json()["items"]]
        for who in (BUREAU, HANDLER)
    }
    assert (owed.id in listed[BUREAU], listed[HANDLER]) == (True, [])
    assert "局里还没走访" in signed_in(app, BUREAU).get("/desk").text
    assert api.post(VISITOR, f"{path}/report", FINE).status_code == 404
    assert api.post(BUREAU, f"{path}/report", FINE).get_json()["done_by"] == BUREAU
    # Who is no longer related is no longer visited by it; what was found stays.
    other = household(api, related=True)
    change = {**WANTED, "related": False, "version": other["version"]}
    assert api.post(HANDLER, f"{HOUSEHOLDS}/{other['id']}/amend", change).status_code == 200
    assert visits_of(house, other["id"]).keys() == {"community", "subdistrict"}


def test_a_visit_is_reported_once_and_kept_sealed(api: Api, house: House, one: dict[str, Any]) -> None:
    visits = visits_of(house, one["id"])
    path = f"{PATH}/{visits['community'].id}"
    shot = b64encode(picture("JPEG")).decode()
    child = one["members"][1]["id"]
    # One of the kinds ticked stands on the list of needs already, two are the same there.
    ticked = ["medical", "company", "medical", "meals", "benefits"]
    noted = {"household": one["id"], "kind": "company", "severity": "light", "evidence": "独居"}
    assert api.post(HANDLER, "/assistance/needs", noted).status_code == 201
    said = {**FINE, "needs": ticked, "changes": ["income"], "words": "药快吃完了"}
    wrong = {
        "health": {"met": "self", "food": "good", "home": "good", "mood": "good"},
        "photo_consent": {**FINE, "photos": [shot]},
        "files": {"met": "nobody", "signature": shot},
        "next_on": {"met": "nobody", "next_on": "2020-01-01"},
        "present": {**FINE, "present": ["00000000-0000-0000-0000-000000000000"]},
        "photos.0": {**FINE, "photos": ["%"], "photo_consent": True},
    }
    for field, body in wrong.items():
        refused = api.post(VISITOR, f"{path}/report", body)
        assert refused.status_code == 422, refused.text
        assert [bad["field"] for bad in refused.get_json()["errors"]] == [field]
    pictures = {"photos": [shot], "photo_consent": True, "signature": f"data:image/png;base64,{shot}"}
    assert api.post(f"visitor@{OTHER_VILLAGE}", f"{path}/report", said).status_code == 404
    theirs = f"{PATH}/{visits['subdistrict'].id}/report"
    assert api.post(VISITOR, theirs, FINE).get_json()["type"].endswith("#visit-of-subdistrict")
    done = api.post(VISITOR, f"{path}/report", {**said, **pictures, "present": [child]}).get_json()
    assert (done["state"], done["done_by"]) == ("done", VISITOR)
    report = done["reports"][0]
    assert (report["words"], report["present"], report["needs"]) == (
        "药快吃完了",
        [child],
        ["medical", "company", "meals", "benefits"],
    )
    needs = api.get(HANDLER, "/assistance/needs", household=one["id"]).get_json()["items"]
    assert [(need["kind"], need["source"], need["source_ref"]) for need in needs] == [
        ("living", "visit", report["id"]),
        ("medical", "visit", report["id"]),
        ("company", "staff", ""),
    ]
    assert {(one["kind"], one["ground"]) for one in report["files"]} == {
        ("photo", "consent"),
        ("signature", "signed"),
    }
    assert api.post(VISITOR, f"{path}/report", said).status_code == 409
    with house.read() as session:
        visit = session.get_one(Visit, visits["community"].id)
        row = session.exec(select(VisitReport).where(VisitReport.visit_id == visit.id)).one()
        assert b"poor" not in bytes(row.said)
    look_at(api, house, one["id"], path, report["files"][0]["id"])


def look_at(api: Api, house: House, number: int, path: str, file: str) -> None:
    """A look at a picture has a reason and is a fact; after its time nothing is left to look at."""
    assert api.post(VISITOR, f"{path}/files/{file}/look", {"reason": "看看"}).status_code == 403
    assert api.post(HANDLER, f"{path}/files/{file}/look", {"reason": ""}).status_code == 422
    shown = api.post(HANDLER, f"{path}/files/{file}/look", {"reason": "抽查走访"})
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    fact = api.get(BUREAU, f"{HOUSEHOLDS}/{number}/facts").get_json()["items"][0]
    assert (fact["what"], fact["by"], fact["data"]["reason"]) == ("visit_file_read", HANDLER, "抽查走访")
    erase_visit_files(house)
    age(house, "update visit_file set keep_until = current_date - 2 where attachment_id = :file", file=file)
    erase_visit_files(house)
    assert api.post(HANDLER, f"{path}/files/{file}/look", {"reason": "抽查走访"}).status_code == 404
    with house.read() as session:
        kept = dict(
            session.exec(
                select(VisitFile.kind, Attachment.state)
                .join(Attachment, col(Attachment.id) == col(VisitFile.attachment_id))
                .join(VisitReport, col(VisitReport.id) == col(VisitFile.report_id))
                .where(VisitReport.household_id == number)
            ).all()
        )
    assert sorted(kept.values()) == ["clean", "erased"]


def test_two_misses_in_a_row_tell_the_subdistrict(api: Api, house: House) -> None:
    made = household(api)
    visits = visits_of(house, made["id"])
    path = f"{PATH}/{visits['community'].id}/report"
    nobody = {"met": "nobody", "words": "赶集未归", "next_on": "2099-01-01"}

    def alerts(who: str) -> list[dict[str, Any]]:
        listed = api.get(who, f"{PATH}/alerts").get_json()["items"]
        return [alert for alert in listed if alert["household"] == made["id"]]

    assert api.post(VISITOR, path, nobody).get_json()["state"] == "not_reached"
    # Twice on one day is once in vain.
    assert api.post(VISITOR, path, nobody).get_json()["tries"] == 2
    assert alerts(HANDLER) == []
    age(house, "update visit_report set at = at - interval '1 day' where household_id = :h", h=made["id"])
    api.post(VISITOR, path, nobody)
    assert [(one["unit"], one["misses"]) for one in alerts(HANDLER)] == [(SUBDISTRICT, 2)]
    api.post(VISITOR, path, nobody)
    (alert,) = alerts(HANDLER)
    assert (alerts(VISITOR), alerts("handler@530103010")) == ([], [])
    note = f"{PATH}/alerts/{alert['id']}/acknowledge"
    assert api.post(VISITOR, note).status_code == 403
    assert api.post(HANDLER, note).get_json()["acknowledged_by"] == HANDLER
    assert api.post(HANDLER, note).status_code == 409
    age(house, "update visit_report set at = at - interval '1 day' where household_id = :h", h=made["id"])
    api.post(VISITOR, path, nobody)
    assert len(alerts(HANDLER)) == 1
    assert api.post(VISITOR, path, FINE).get_json()["state"] == "done"
    assert alerts(HANDLER) == []
    facts = api.get(BUREAU, f"{HOUSEHOLDS}/{made['id']}/facts").get_json()["items"]
    whats = [fact["what"] for fact in facts]
    assert (whats[0], whats.count("visit_alert"), "visit_alert_noted" in whats) == ("visit_done", 2, True)
    assert "赶集" not in str(facts)


def test_what_is_over_lapses_and_coverage_counts_it(api: Api, app: Flask, house: House) -> None:
    made = household(api)
    number = visits_of(house, made["id"])["community"].id
    period = "2024-05"
    age(
        house,
        "update visit set period = '2024-05-01', warn_at = '2024-05-26', due_at = '2024-06-01' where id = :n",
        n=number,
    )
    with house.open_desk(CLOCKWORK) as desk:
        assert desk.session.get_one(Visit, number).state == "planned"
    again = visits_of(house, made["id"])
    assert again.keys() == {"community", "subdistrict"}
    lapsed = api.get(VISITOR, PATH, month=period, state="lapsed", division=VILLAGE).get_json()["items"]
    assert [item["id"] for item in lapsed] == [number]
    facts = api.get(BUREAU, f"{HOUSEHOLDS}/{made['id']}/facts").get_json()["items"]
    assert facts[0]["what"] == "visit_lapsed"
    told = api.get(HANDLER, f"{PATH}/coverage", month=period, division=VILLAGE).get_json()
    counted = {"owed": 1, "done": 0, "not_reached": 0, "share": 0.0}
    assert told["totals"][-1] == {"period": "2024-05-01", **counted}
    whole = api.get(BUREAU, f"{PATH}/coverage", month=period).get_json()
    assert [row["division"] for row in whole["rows"]] == [SUBDISTRICT]
    assert api.get(f"visitor@{OTHER_VILLAGE}", f"{PATH}/coverage", month=period).get_json()["rows"] == []
    for never in ("9999-12", "0000-01"):
        refused = api.get(BUREAU, f"{PATH}/coverage", month=never)
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "month")
    bureau = signed_in(app, BUREAU)
    page = bureau.get("/visits/coverage", month=period)
    assert f"division={SUBDISTRICT}" in page.text
    assert "<svg" in bureau.get("/visits/coverage.svg", month=period).text
    sheets = CalamineWorkbook.from_filelike(BytesIO(bureau.get("/visits/coverage.xlsx", month=period).data))
    rows = sheets.get_sheet_by_index(1).to_python()
    assert [row[:2] for row in rows[1:]] == [[made["id"], "钱**"]]


def test_pages_serve_the_same(api: Api, app: Flask, house: House) -> None:
    made = household(api)
    number = visits_of(house, made["id"])["community"].id
    visitor = signed_in(app, VISITOR)
    assert f'href="/visits/{number}"' in visitor.get("/visits").text
    path = f"/visits/{number}"
    page = visitor.get(path)
    assert "金某" not in page.text
    refused = visitor.send(page, path, {"met": "self", "health": "good", "needs": "care"})
    assert refused.status_code == 422
    assert "吃穿：没有填写。" in refused.text
    assert visitor.send(page, path, {**FINE, "strokes": "javascript:"}).status_code == 422
    assert visitor.send(page, path, {**FINE, "strokes": "[[1,1,4,4]]"}).status_code == 422
    taken = visitor.send(page, path, {**FINE, "needs": "care", "strokes": "[[9,9,200,90]]", "words": "照旧"})
    assert taken.status_code == 303
    assert "照旧" in visitor.get(path).text
    assert f'href="/visits/{number}"' in visitor.get("/visits", show="done").text
    handler = signed_in(app, HANDLER)
    whole = handler.get(path)
    action = whole.text.partition(f'action="{path}/files/')[2].partition('"')[0]
    shown = handler.send(whole, f"{path}/files/{action}", {"reason": "抽查"})
    assert (shown.status_code, shown.mimetype) == (200, "image/svg+xml")
    assert '<polyline points="9,9 200,90"/>' in shown.text
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert "街道半年走访" in handler.get("/visits").text


def test_what_is_typed_is_kept_sealed_by_the_service_until_it_is_handed_in(
    api: Api, app: Flask, house: House
) -> None:
    made = household(api)
    number = visits_of(house, made["id"])["community"].id
    visitor, path = signed_in(app, VISITOR), f"/visits/{number}"
    page = visitor.get(path)
    begun = form_of(page, path) | {"met": "self", "needs": "care", "words": "腿上烫伤", "signature": "x"}
    kept = visitor.client.post(f"{path}/draft", data=begun, headers={"X-Draft": "1"})
    assert (kept.status_code, kept.text) == (204, "")
    with house.read() as session:
        sealed = session.exec(select(MatterDraft.words).order_by(col(MatterDraft.touched_at).desc())).first()
    assert sealed is not None
    assert "腿上烫伤".encode() not in bytes(sealed)
    # On another phone one goes on; nobody else of the village sees a word.
    phone = signed_in(app, VISITOR)
    again = phone.get(path)
    assert ("腿上烫伤" in again.text, "接着上次的草稿填" in again.text) == (True, True)
    assert form_of(again, path)["idempotency_key"] == begun["idempotency_key"]
    assert "有草稿" in visitor.get("/visits").text
    assert "腿上烫伤" not in signed_in(app, HANDLER).get(path).text
    for who, code in ((f"visitor@{OTHER_VILLAGE}", 404), ("operator", 403)):
        other = signed_in(app, who)
        typed = {"csrf_token": form_of(other.get("/policies"), "/sign-out")["csrf_token"]}
        assert other.client.post(f"{path}/draft", data=typed).status_code == code
    assert phone.send(again, path, {**FINE, "words": "腿上烫伤"}).status_code == 303
    # A save that was still on its way brings nothing back.
    late = visitor.client.post(f"{path}/draft", data=begun, headers={"X-Draft": "1"})
    assert late.status_code == 409
    with house.read() as session:
        left = session.exec(select(MatterDraft).where(MatterDraft.words == sealed)).all()
    assert left == []
