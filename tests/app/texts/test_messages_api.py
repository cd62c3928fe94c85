"""All texts together over the API: their figures, how they fare now, a budget, and once more."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.api.message_models import LostPage, MessagesDocument, StandingDocument
from app.api.message_routes import A_YEAR
from app.factory import create_app
from app.statistics.periods import Period
from app.wiring import House
from notifications.spending import DISTRICT, HOTLINE, TextSpending, day_of
from tests.makers import Api
from tests.server import Server
from tickets.ground.errors import FieldsRefused


@pytest.fixture(scope="module")
def api(server: Server, worker_id: str) -> Iterator[Api]:
    """A house whose texts are all counted here: two lost, one held until tomorrow, one about to go."""
    with server.district(f"messages_api_{worker_id}") as settings:
        house = House.of(settings, pool=4)
        made = Api(create_app(settings, house), house)
        lost = [made.register()["ref"] for _number in range(2)]
        held, _waits = made.register()["ref"], made.register()["ref"]
        change(house, lost, "fate = 'given_up', error_code = 'busy', provider = 'twilio'")
        change(
            house, [held], "held_because = 'quiet_hours', not_before = '2099-01-01T00:00Z', fate = 'queued'"
        )
        with Session(house.engine) as session, session.begin():
            for day, segments in ((day_of(datetime.now(UTC)), 4), (date(2025, 2, 28), 9)):
                session.add(TextSpending(day=day, unit=HOTLINE, texts=3, segments=segments))
        yield made
        house.engine.dispose()


def change(house: House, refs: list[str], how: str) -> None:
    """Let the texts about some tickets stand so."""
    of = "ticket_id in (select id from ticket where ref = any(:refs))"
    with house.engine.begin() as connection:
        connection.execute(text(f"update message set {how} where {of}"), {"refs": refs})  # noqa: S608 ours


def test_the_figures_of_a_period_by_day_provider_and_unit(api: Api) -> None:
    today = day_of(datetime.now(UTC))
    answer = api.get("supervisor", "/statistics/messages")

    assert answer.headers["Cache-Control"] == "no-store"
    given = answer.get_json()
    MessagesDocument.model_validate(given, extra="forbid")
    assert (given["from"], given["to"]) == (today.replace(day=1).isoformat(), today.isoformat())
    assert (given["texts"], given["fates"]) == (4, {"given_up": 2, "queued": 2})
    assert given["by_day"] == [
        {"day": today.isoformat(), "provider": None, "fates": {"queued": 2}},
        {"day": today.isoformat(), "provider": "twilio", "fates": {"given_up": 2}},
    ]
    assert given["costs"] == [{"month": f"{today:%Y-%m}", "unit": HOTLINE, "texts": 3, "segments": 4}]

    february = api.get("admin", "/statistics/messages", **{"from": "2025-02", "to": "2025-02"}).get_json()
    assert (february["from"], february["to"], february["texts"]) == ("2025-02-01", "2025-02-28", 0)
    assert [cost["segments"] for cost in february["costs"]] == [9]


@pytest.mark.parametrize(
    "given, field",
    [
        ({"from": "2026-13"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "to"),
        ({"from": "2024-01", "to": "2026-01"}, "from"),
        ({"form": "2026-01"}, "form"),
    ],
)
def test_a_period_that_cannot_be_is_refused_at_its_field(api: Api, given: Any, field: str) -> None:
    refused = api.get("auditor", "/statistics/messages", **given)

    assert refused.status_code == 422
    (error,) = refused.get_json()["errors"]
    assert error["field"] == field
    assert error["remedy"]


def test_days_and_months_are_both_included() -> None:
    today = date(2028, 3, 5)
    assert Period.read(None, None, today, A_YEAR) == Period(date(2028, 3, 1), today)
    assert Period.read("2028-02", "2028-02", today, A_YEAR) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert Period.read("2028-12-31", "2028-12", today, A_YEAR) == Period(
        date(2028, 12, 31), date(2028, 12, 31)
    )
    assert Period.read("2028-01", "2028-12", today, A_YEAR).last.timetuple().tm_yday == A_YEAR.days
    with pytest.raises(FieldsRefused):
        Period.read("2027-12-31", "2028-12", today, A_YEAR)
    with pytest.raises(FieldsRefused):
        Period.read(None, "9999-12", today, A_YEAR)


def test_how_texts_fare_now_and_why_in_a_sentence(api: Api) -> None:
    given = api.get("auditor", "/messages/standing").get_json()

    StandingDocument.model_validate(given, extra="forbid")
    waits = {one["held_because"]: one for one in given["waiting"]}
    assert waits["quiet_hours"]["sentence"] == "待发送：夜间不打扰。"
    assert (waits["quiet_hours"]["texts"], waits["quiet_hours"]["due"]) == (1, None)
    assert waits[None]["texts"] == 1
    assert given["queue_age_seconds"] >= 0
    assert {one["provider"]: one["fates"] for one in given["hours"]} == {
        None: {"queued": 2},
        "twilio": {"given_up": 2},
    }


def test_a_ticket_says_why_its_text_waits_in_the_readers_language(api: Api) -> None:
    ref = api.get("operator", "/tickets", limit=2).get_json()["items"][1]["ref"]
    headers = {"Authorization": f"Bearer {api.token('operator')}", "Accept-Language": "en"}
    (message,) = (
        api.app.test_client().get(f"/api/v1/tickets/{ref}/messages", headers=headers).get_json()["items"]
    )

    assert message["held_because"] == "quiet_hours"
    assert message["sentence"] == ("Queued. Not sent at night. It goes at 2099-01-01 08:00 at the earliest.")


def test_what_did_not_arrive_goes_once_more_and_budgets_are_set(api: Api) -> None:
    given = api.get("admin", "/messages/lost").get_json()
    LostPage.model_validate(given, extra="forbid")
    (lost,) = given["items"]
    assert (lost["texts"], lost["sentence"]) == (2, "已放弃发送：通道繁忙。")

    wanted = {name: lost[name] for name in ("template", "fate", "trouble")}
    assert api.post("admin", "/messages/again", wanted).get_json()["errors"][0]["field"] == "reason"
    key = {"Idempotency-Key": "again"}
    for _time in range(2):
        done = api.post("admin", "/messages/again", {**wanted, "reason": "通道已恢复"}, headers=key)
        assert done.get_json() == {"texts": 2, "left_out": 0, "is_more": False}
    assert api.get("admin", "/messages/lost").get_json() == {"items": [], "next": None}

    set_to = api.post("admin", "/messages/budget", {"whose": DISTRICT, "segments": 500})
    assert set_to.get_json()["items"] == [{"whose": DISTRICT, "segments_a_day": 500, "spent_today": 4}]
    assert api.post("admin", "/messages/budget", {"whose": DISTRICT}).get_json()["items"] == []
    refused = api.post("admin", "/messages/budget", {"whose": "nobody", "segments": 5})
    assert refused.get_json()["errors"][0]["field"] == "whose"


def test_who_reads_and_who_acts(api: Api) -> None:
    for path in ("/statistics/messages", "/messages/standing", "/messages/lost"):
        readers = {
            name
            for name in ("admin", "supervisor", "auditor", "operator", "caller")
            if api.get(name, path).status_code == 200
        }
        assert readers == {"admin", "supervisor", "auditor"}, path
        assert api.get("operator", path).status_code == 403
    again = {"template": "received", "fate": "given_up", "reason": "再发"}
    for path, body in (("again", again), ("budget", {"whose": DISTRICT, "segments": 1})):
        assert api.post("supervisor", f"/messages/{path}", body).status_code == 403
