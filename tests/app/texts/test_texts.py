"""Texts that belong to no ticket: an operator adds them to one, takes them down, or sets them aside."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.access.accounts import Role
from app.texts.hearing import hear
from app.wiring import House
from notifications.message import InboundText
from notifications.settling_rows import TextStep
from tests.app.pages import signed_in
from tests.makers import CALL, OF_ROLE, Api

NOBODYS = str(uuid4())
#: Somebody of each role.


def a_phone() -> str:
    return f"+86139{uuid4().int % 10**8:08d}"


def text_of(house: House, phone: str, words: str = "") -> str:
    """A text that *phone* sent us and that found no ticket; gives its number."""
    sid = f"SIM{uuid4().hex}"
    hear(house, "simulator", sid, phone, words or f"门口堵了 {sid}")
    with house.read() as session:
        return str(session.exec(select(InboundText.id).where(InboundText.sid == sid)).one())


def all_waiting(api: Api, **query: Any) -> dict[str, dict[str, Any]]:
    """Everything that waits, page by page."""
    found: dict[str, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        page = api.get("operator", "/texts", limit=200, **cursor, **query).get_json()
        found |= {one["id"]: one for one in page["items"]}
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def steps(session: Session, text: str) -> list[tuple[str, str | None, str]]:
    rows = session.exec(select(TextStep).where(TextStep.text_id == UUID(text)).order_by(col(TextStep.id)))
    return [(row.what, row.reason, row.by) for row in rows]


def do(api: Api, text: str, step: str, /, **body: Any) -> dict[str, Any]:
    response = api.post("operator", f"/texts/{text}/{step}", body)
    assert response.status_code in (200, 201), response.text
    done: dict[str, Any] = response.get_json()
    return done


def test_a_stranger_s_words_wait_with_the_number_masked(api: Api, house: House) -> None:
    phone = a_phone()
    text = text_of(house, phone, "三号楼没有水")
    shown = all_waiting(api)[text]

    assert (shown["words"], shown["handled_as"], shown["tickets"]) == ("三号楼没有水", "words", [])
    assert shown["from_masked"] == f"{phone[3:6]}****{phone[-4:]}"
    assert phone[3:] not in str(shown)


def test_what_needs_nobody_does_not_wait(api: Api, house: House) -> None:
    phone = a_phone()
    api.register(requester={**CALL["requester"], "phone": phone})
    texts = [
        text_of(house, phone, words) for words in ("TD", "谢谢", "START", "自动回复：我在开会", "灯坏了")
    ]

    assert not set(texts) & set(all_waiting(api))


def test_a_number_of_somebody_else_s_ticket_and_a_mark_nobody_asked_for_wait(api: Api, house: House) -> None:
    ref = api.register(requester={**CALL["requester"], "phone": a_phone()})["ref"]
    waiting = [text_of(house, a_phone(), words) for words in (ref, "5")]

    found = all_waiting(api)
    assert [found[one]["handled_as"] for one in waiting] == ["progress", "answer"]


def test_the_list_shows_a_number_s_tickets_but_no_sealed_one(api: Api, house: House) -> None:
    phone = a_phone()
    asks = {**CALL["requester"], "phone": phone}
    closed = api.ticket_in("closed", requester=asks)
    refs = [api.register(requester=asks)["ref"] for _ in range(2)]
    api.register(requester=asks, kind="report", text="有人冒领")
    text = text_of(house, phone)

    assert [one["ref"] for one in all_waiting(api)[text]["tickets"]] == [*refs[::-1], closed["ref"]]


def test_words_are_added_to_one_of_several_tickets(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    first, second = (api.register(requester={**CALL["requester"], "phone": phone})["ref"] for _ in range(2))
    text = text_of(house, phone, "灯在三号楼门口")
    done = do(api, text, "add", ref=first)

    assert (done["settled_as"], done["by"]) == ("added", "operator")
    told = api.get("operator", f"/tickets/{first}/timeline").get_json()["items"][-1]
    assert (told["what"], told["by"], told["note"]) == ("supplemented", "operator", "灯在三号楼门口")
    assert [one["id"] for one in api.get("operator", f"/tickets/{first}/texts").get_json()["items"]] == [text]
    assert api.get("operator", f"/tickets/{second}/texts").get_json()["items"] == []
    assert text not in all_waiting(api)
    assert steps(session, text) == [("added", None, "operator")]


def test_a_text_becomes_a_ticket_of_its_number(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    text = text_of(house, phone, "三号楼没有水")
    body = {**CALL, "channel": "sms", "text": "三号楼没有水", "requester": {"name": "金某"}}
    ticket = do(api, text, "register", **body)

    assert (ticket["channel"], ticket["requester"]["phone"]) == ("sms", f"{phone[3:6]}****{phone[-4:]}")
    assert api.texts(ticket["ref"]) == ["received"]
    row = session.get_one(InboundText, UUID(text))
    assert (row.settled_as, row.ticket_id is not None) == ("registered", True)
    # What the number texts from now on finds it.
    assert hear(house, "simulator", uuid4().hex, phone, "五楼也没有").ref == ticket["ref"]


def test_a_text_is_set_aside_and_put_back(api: Api, house: House, session: Session) -> None:
    text = text_of(house, a_phone())
    do(api, text, "set_aside", reason="spam")
    assert text not in all_waiting(api)
    aside = all_waiting(api, aside="true")[text]
    assert (aside["settled_as"], aside["reason"], aside["by"]) == ("set_aside", "spam", "operator")
    do(api, text, "put_back")

    assert text in all_waiting(api)
    assert steps(session, text) == [("set_aside", "spam", "operator"), ("put_back", None, "operator")]


@pytest.mark.parametrize(
    "step, body, status, why",
    [
        ("add", {"ref": "26112300041270"}, 422, "ref"),
        ("add", {}, 422, "ref"),
        ("set_aside", {"reason": "bored"}, 422, "reason"),
        ("register", {**CALL, "text": " "}, 422, "text"),
        ("put_back", {}, 409, "text-not-aside"),
    ],
)
def test_what_cannot_be_is_refused_and_the_text_still_waits(
    api: Api, house: House, step: str, body: dict[str, Any], status: int, why: str
) -> None:
    text = text_of(house, a_phone())
    response = api.post("operator", f"/texts/{text}/{step}", body)

    assert response.status_code == status
    assert why in response.text
    assert text in all_waiting(api)


def test_a_closed_ticket_takes_no_words_and_no_blank_text_is_added(api: Api, house: House) -> None:
    phone = a_phone()
    closed, still_open = (
        api.ticket_in(state, requester={**CALL["requester"], "phone": phone})["ref"]
        for state in ("closed", "registered")
    )
    text, blank = text_of(house, a_phone()), text_of(house, phone, " ")

    assert api.post("operator", f"/texts/{text}/add", {"ref": closed}).status_code == 409
    assert "#text-says-nothing" in api.post("operator", f"/texts/{blank}/add", {"ref": still_open}).text
    assert {text, blank} <= set(all_waiting(api))


@pytest.mark.parametrize("step, body", [("add", None), ("set_aside", {"reason": "spam"}), ("register", CALL)])
def test_a_settled_text_is_settled_once(
    api: Api, house: House, step: str, body: dict[str, Any] | None
) -> None:
    phone = a_phone()
    text = text_of(house, phone)
    do(api, text, "set_aside", reason="called")
    given = body or {"ref": api.register()["ref"]}
    response = api.post("operator", f"/texts/{text}/{step}", given)

    assert response.status_code == 409
    assert "#text-settled" in response.text


def test_two_operators_settle_a_text_once(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ref = api.register()["ref"]
    text, together = text_of(house, phone), Barrier(4)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("add", {"ref": ref}),
        ("set_aside", {"reason": "spam"}),
        ("register", {**CALL, "requester": {}}),
        ("add", {"ref": ref}),
    ]

    def act(step: str, body: dict[str, Any]) -> int:
        together.wait(10)
        return api.post("operator", f"/texts/{text}/{step}", body).status_code

    with ThreadPoolExecutor(4) as people:
        codes = [one.result() for one in [people.submit(act, *step) for step in asked]]

    assert sorted(codes)[0] in (200, 201)
    assert sorted(codes)[1:] == [409] * 3
    assert len(steps(session, text)) == 1


def test_what_found_its_way_by_itself_is_nobody_s_to_settle(api: Api, house: House) -> None:
    text = text_of(house, a_phone(), "TD")
    paths = [f"/texts/{one}/set_aside" for one in (text, NOBODYS, "nonsense")]

    assert [api.post("operator", path, {"reason": "spam"}).status_code for path in paths] == [404] * 3


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_only_operators_read_and_settle_texts(api: Api, app: Flask, house: House, role: Role) -> None:
    text, who = text_of(house, a_phone()), OF_ROLE[role]
    bodies: dict[str, Any] = {
        "add": {"ref": "x"},
        "register": CALL,
        "set_aside": {"reason": "spam"},
        "put_back": {},
    }
    got = [api.post(who, f"/texts/{text}/{step}", body).status_code for step, body in bodies.items()]
    got += [api.get(who, "/texts").status_code, signed_in(app, who).get("/texts").status_code]
    page = signed_in(app, who).get("/desk")

    assert got == [403] * 6
    assert "/texts" not in page.text
    assert text in all_waiting(api)


def test_the_page_does_what_the_api_does(app: Flask, api: Api, house: House, session: Session) -> None:
    operator, phone = signed_in(app, "operator"), a_phone()
    asks = {**CALL["requester"], "phone": phone}
    refs = [api.register(requester=asks)["ref"] for _ in range(2)]
    for waiting in list(all_waiting(api)):
        do(api, waiting, "set_aside", reason="spam")
    added, made, aside = (text_of(house, phone, words) for words in ("一楼", "二楼没有灯", "三楼"))
    page = operator.get("/texts")
    assert re.search(r'data-key="Alt\+1"', page.text)
    assert phone[3:] not in page.text
    assert "/texts" in operator.get("/desk").text

    done = operator.send(page, f"/texts/{added}/add", {"ref": refs[0]})
    assert (done.status_code, done.headers["Location"]) == (303, "/texts")
    assert api.facts(refs[0])[-1] == "supplemented"
    wrong = operator.send(page, f"/texts/{made}/add", {"ref": "123"})
    assert wrong.status_code == 422
    assert "没有“123”这张工单" in wrong.text

    form = operator.get("/intake", from_text=made)
    assert "二楼没有灯" in form.text
    assert phone[3:] not in form.text
    assert refs[1] in form.text
    # Kept and opened again the form still knows which text it was begun with.
    assert operator.send(form, "/intake", {"text": "二楼没有灯", "then": "keep"}).status_code == 303
    (draft,) = re.findall(r'name="draft" value="([^"]+)"', form.text)
    form = operator.get("/intake", draft=draft)
    assert f'name="from_text" value="{made}"' in form.text
    typed = {"text": "二楼没有灯", "kind": "help", "urgency": "normal", "then": "register"}
    taken = operator.send(form, "/intake", typed)
    assert taken.status_code == 303, taken.text
    row = session.get_one(InboundText, UUID(made))
    assert row.settled_as == "registered"
    # The same form once more is the double click; another one comes too late.
    assert operator.send(form, "/intake", typed).headers["Location"] == taken.headers["Location"]
    assert operator.send(form, "/intake", {**typed, "idempotency_key": "another"}).status_code == 409

    operator.send(page, f"/texts/{aside}/aside", {"reason": "wrong_number"})
    assert "没有等着处理的短信" in operator.get("/texts").text
    kept = operator.get("/texts", aside=1)
    assert "发错了" in kept.text
    assert operator.send(kept, f"/texts/{aside}/back", {}).headers["Location"] == "/texts?aside=1"
    assert "三楼" in operator.get("/texts").text

    # What an operator adds to a ticket from that form settles the text, too.
    form = operator.get("/intake", from_text=aside)
    more = operator.send(form, "/intake", {"text": "三楼也没有", "then": f"supplement:{refs[1]}"})
    assert more.status_code == 303, more.text
    session.expire_all()
    assert session.get_one(InboundText, UUID(aside)).settled_as == "added"
