"""The API is as it is described: keys, versions, pages, the description itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31
from pydantic import BaseModel
from referencing import Registry, Resource
from sqlmodel import Session, select

from app.api import models, rules_models, wording
from app.api.idempotency import Key, StoredAnswer
from app.moves import DOORS
from app.wiring import House
from tests.makers import CALL, HANDLER, LEAD, Api, Staff
from tickets.ground.flow import BY_ITSELF, Move
from tickets.ticket import Ticket

OPENAPI: dict[str, Any] = dict(schema_v31)
#: What describes descriptions, gone through once; left to itself it is gone through for every schema.
KNOWN: Registry[Any] = Registry().with_resource(OPENAPI["$id"], Resource.from_contents(OPENAPI)).crawl()


class Checker(OpenAPIV31SpecValidator):
    """Says what is wrong with a description."""

    schema_validator = OpenAPIV31SpecValidator.schema_validator.evolve(registry=KNOWN, _resolver=None)


def test_the_description_is_valid_openapi_3_1_and_has_a_route_for_every_move(api: Api) -> None:
    description = api.app.test_client().get("/api/v1/openapi.json").get_json()

    assert description["openapi"] == "3.1.0"
    Checker(description).validate()
    routes = {
        path.rsplit("/", 1)[1] for path in description["paths"] if path.startswith("/api/v1/tickets/{ref}/")
    }
    assert {str(move) for move in DOORS} <= routes
    assert set(DOORS) == set(Move) - BY_ITSELF - {Move.REGISTER, Move.DECIDE}
    assert "/api/v1/tickets/{ref}/requests/{request_id}/decide" in description["paths"]


DOCUMENTS: list[tuple[str, type[BaseModel]]] = [
    ("/tickets", models.TicketPage),
    ("/tickets/{ref}", models.TicketDocument),
    ("/tickets/{ref}/timeline", models.FactPage),
    ("/tickets/{ref}/clocks", models.ClockPage),
    ("/tickets/{ref}/messages", models.MessagePage),
    ("/tickets/{ref}/outbound_calls", models.OutboundCallPage),
    ("/units", rules_models.UnitPage),
    ("/divisions", rules_models.DivisionPage),
    ("/categories", rules_models.CategoryPage),
    ("/sla/policies", rules_models.PolicyPage),
    ("/sla/calendars", rules_models.CalendarPage),
    ("/wording", wording.WordingPage),
]


@pytest.mark.parametrize("path, model", DOCUMENTS)
def test_every_document_is_what_its_model_says_and_nothing_more(
    api: Api, path: str, model: type[BaseModel]
) -> None:
    ref = api.ticket_in("closed", external={"system": "x", "ref": "y"})["ref"]

    answer = api.get("supervisor", path.format(ref=ref))

    assert answer.headers["Cache-Control"] == "no-store"
    given = answer.get_json()
    assert set(given) == set(model.model_fields)
    read = model.model_validate(given)
    if given.get("items"):
        item: Any = getattr(read, "items")[0]  # noqa: B009 the base model has no such name
        assert set(given["items"][0]) == set(type(item).model_fields)


def test_a_ticket_document_has_the_names_of_the_contract(api: Api) -> None:
    names = set(api.register())

    assert names == {
        *(
            [
                "ref",
                "version",
                "state",
                "outcome",
                "round",
                "kind",
                "channel",
                "title",
                "text",
                "category",
                "urgency",
                "requester",
                "place",
            ]
        ),
        *(
            [
                "external",
                "about_units",
                "sealed",
                "follows",
                "followers",
                "holder",
                "orders",
                "requests",
                "clocks",
                "due_at",
            ]
        ),
        *(["registered_at", "closed_at", "allowed_moves", "tracking_code"]),
    }


def test_the_same_key_gives_the_same_answer_once(api: Api, session: Session) -> None:
    call = {**CALL, "external": {"system": "x", "ref": "same-key"}}

    first = api.post("operator", "/tickets", call, headers={"Idempotency-Key": "k-1"})
    second = api.post("operator", "/tickets", call, headers={"Idempotency-Key": "k-1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert len(session.exec(select(Ticket).where(Ticket.external_ref == "same-key")).all()) == 1


def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    api.post("operator", "/tickets", CALL, headers={"Idempotency-Key": "k-2"})

    other = api.post("operator", "/tickets", {**CALL, "text": "另一件事"}, headers={"Idempotency-Key": "k-2"})

    assert other.status_code == 422


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(api: Api) -> None:
    ref = api.register()["ref"]
    body = {"lead": LEAD, "joint": [], "note": ""}

    given = api.post("dispatcher", f"/tickets/{ref}/dispatch", body, headers={"Idempotency-Key": "k-3"})
    signed = api.post(HANDLER, f"/tickets/{ref}/sign", {}, headers={"Idempotency-Key": "k-3"})

    assert (given.status_code, signed.status_code) == (200, 200)


def test_a_stored_answer_comes_before_the_version_and_the_moment(api: Api) -> None:
    ref = api.register()["ref"]
    path, body = f"/tickets/{ref}/dispatch", {"lead": LEAD, "joint": [], "note": ""}
    headers = {"Idempotency-Key": "k-4", "If-Match": '"1"'}

    first = api.post("dispatcher", path, body, headers=headers)
    replay = api.post("dispatcher", path, body, headers=headers)
    without_key = api.post("dispatcher", path, body, headers={"If-Match": '"1"'})

    assert first.get_json() == replay.get_json()
    assert replay.headers["ETag"] == '"2"'
    assert without_key.status_code == 412


def test_a_key_still_running_is_409(api: Api, house: House, staff: Staff) -> None:
    account = staff["operator"]
    key = Key.of(account.account_id, "k-5", method="POST", path="/api/v1/tickets", body=b"")
    with house.open_desk(account.actor()) as desk:
        assert key.earlier_answer(desk) is None
        waiting = api.post("operator", "/tickets", CALL, headers={"Idempotency-Key": "k-5"})

    assert waiting.status_code == 409


def test_sixteen_at_once_with_one_key_make_one_ticket(api: Api, session: Session) -> None:
    call = {**CALL, "external": {"system": "x", "ref": "sixteen"}}

    def send(_number: int) -> int:
        return api.post("operator", "/tickets", call, headers={"Idempotency-Key": "k-6"}).status_code

    api.token("operator")
    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(send, range(16)))

    assert statuses <= {201, 409}
    assert 201 in statuses
    assert len(session.exec(select(Ticket).where(Ticket.external_ref == "sixteen")).all()) == 1


def test_the_stored_answer_is_sealed(api: Api, session: Session) -> None:
    made = api.post("operator", "/tickets", CALL, headers={"Idempotency-Key": "k-7"}).get_json()

    kept = session.exec(select(StoredAnswer).where(StoredAnswer.key == "k-7")).one()

    assert made["tracking_code"].encode() not in bytes(kept.answer)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_must_be_a_key(api: Api, key: str) -> None:
    assert api.post("operator", "/tickets", CALL, headers={"Idempotency-Key": key}).status_code == 422


@pytest.mark.parametrize(
    "version, status", [('"1"', 200), ("*", 200), ('W/"1"', 200), ('"0"', 412), ('"x"', 422)]
)
def test_a_version_read_is_held_against_the_one_there_is(api: Api, version: str, status: int) -> None:
    ref = api.register()["ref"]
    body = {"lead": LEAD, "joint": [], "note": ""}

    assert (
        api.post("dispatcher", f"/tickets/{ref}/dispatch", body, {"If-Match": version}).status_code == status
    )


def test_pages_hang_together_without_gap_or_double(api: Api) -> None:
    refs = [api.register(external={"system": "x", "ref": "paged"})["ref"] for _ in range(5)]

    found: list[str] = []
    query: dict[str, Any] = {"external_ref": "paged", "limit": 2}
    while True:
        response = api.get("dispatcher", "/tickets", **query)
        page = response.get_json()
        found += [item["ref"] for item in page["items"]]
        if page["next"] is None:
            break
        assert f"cursor={page['next']}" in response.headers["Link"]
        assert response.headers["Link"].endswith('; rel="next"')
        query["cursor"] = page["next"]

    assert found == refs[::-1]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"cursor": "?"}, {"state": "lost"}, {"colour": "red"}]
)
def test_a_list_asked_wrongly_is_422(api: Api, query: dict[str, Any]) -> None:
    assert api.get("dispatcher", "/tickets", **query).status_code == 422


def test_texts_are_kept_to_the_letter(api: Api) -> None:
    words = " 行首空格\r\n行尾空格 \t😀𠮷\u200b<b>&amp;'\"%_\\ "
    ref = api.register(text=words, title=None)["ref"]

    read = api.get("operator", f"/tickets/{ref}").get_json()

    assert read["text"] == words
    assert read["title"] == words[:30]


def test_an_identity_is_shown_with_a_reason_and_the_look_is_a_fact(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    without = api.get(HANDLER, f"/tickets/{ref}/identity")
    shown = api.get(HANDLER, f"/tickets/{ref}/identity", reason="上门前联系")
    facts = api.get("auditor", f"/tickets/{ref}/timeline").get_json()["items"]

    assert without.status_code == 422
    assert shown.get_json() == {
        "name": "金某",
        "phone": "+8613800000001",
        "id_number": None,
        "address": "牧羊村三组",
    }
    assert (facts[-1]["what"], facts[-1]["by"], facts[-1]["note"]) == ("identity_read", HANDLER, "上门前联系")
    assert api.get("auditor", f"/tickets/{ref}/identity", reason="看看").status_code == 403


def test_internal_words_stay_inside(api: Api) -> None:
    ref = api.ticket_in("callback")["ref"]
    api.move("caller", ref, "call_back", reached=True, satisfaction=1, reason="无人上门", note="情绪激动")

    seen = {
        name: api.get(name, f"/tickets/{ref}/timeline").get_json()["items"][-1]["note"]
        for name in ("reviewer", HANDLER)
    }

    assert seen == {"reviewer": "情绪激动", HANDLER: None}


def test_the_readable_page_names_every_route_and_every_error(api: Api) -> None:
    page = api.app.test_client().get("/api/docs").text

    assert "/api/v1/tickets/{ref}/call_back" in page
    assert 'id="stale"' in page
