"""No other site can act in our name: a form counts only with the token of the session that was shown it."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel
from werkzeug.test import TestResponse

from app.access.accounts import Role
from app.factory import create_app
from app.tables import every_row
from app.wiring import House
from tests.app.pages import Visitor, form_of, signed_in
from tests.app.walking import REF, Address, addresses
from tests.makers import HANDLER, LEAD, OF_ROLE, Api
from tests.server import PASSWORD

#: What the forms ask for, all in one: none of these posts fails for want of a field.
TYPED = {
    "username": "operator",
    "password": PASSWORD,
    "requester.phone": "13800000077",
    "text": "楼道灯坏了",
    "kind": "help",
    "urgency": "normal",
    "channel": "phone",
    "lead": LEAD,
    "note": "请尽快",
    "reason": "核对",
    "phone": "13800000077",
    "words": "5",
    "ref": REF,
    "code": "123456",
}
#: That somebody has a page open is told to the others, and is all that looking writes down.
LOOKS = frozenset({"ticket_reader"})
ATTACKS = ("no token", "the token of another session", "text/plain")


@pytest.fixture
def ref(api: Api) -> str:
    """A ticket that waits for the dispatcher."""
    found: str = api.register()["ref"]
    return found


def everything(house: House) -> dict[str, Any]:
    """What all tables hold, but for the moment when somebody was last here."""
    every_row()
    # A row that is written bears the number of whoever wrote it, so the rows themselves need not be read.
    held = "select '{0}', count(*), max(xmin::text::bigint) from \"{0}\""
    seen = "select '{0}', count(*), sum(hashtextextended((to_jsonb(t) - 'seen_at')::text, 0)) from \"{0}\" t"
    asked = " union all ".join(
        (seen if "seen_at" in table.c else held).format(name)
        for name, table in SQLModel.metadata.tables.items()
        if name not in LOOKS
    )
    with house.engine.connect() as connection:
        return {name: (rows, words) for name, rows, words in connection.execute(text(asked))}


def who_may(address: Address) -> str:
    """Somebody whom the route lets in: of those it names the dispatcher before others."""
    named = address.open_to.split(", ")
    role = "dispatcher" if "dispatcher" in named or named[0] not in list(Role) else named[0]
    return OF_ROLE[Role(role)]


def token_of(visitor: Visitor) -> str:
    return form_of(visitor.get("/desk"), "/sign-out")["csrf_token"]


def send(visitor: Visitor, path: str, attack: str, stolen: str) -> TestResponse:
    if attack == "text/plain":
        body = "&".join(f"{name}={value}" for name, value in TYPED.items())
        return visitor.client.post(path, data=body, content_type="text/plain")
    token = {"csrf_token": stolen} if attack == "the token of another session" else {}
    return visitor.client.post(path, data=TYPED | token)


def forms_of(visitor: Visitor, ref: str) -> list[tuple[Address, str]]:
    """Every address that takes a form, about a ticket that is there."""
    found = [address for address in addresses(visitor.app, "POST") if address.takes_forms]
    return [(address, address.path.replace(REF, ref)) for address in found]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_form_is_taken_without_the_token_of_this_session(
    api: Api, house: House, ref: str, attack: str
) -> None:
    stolen = token_of(signed_in(api.app, "operator"))
    forms = forms_of(Visitor(api.app), ref)
    # Everybody comes in before: coming in writes a row, and nothing that follows may.
    visitors = {name: signed_in(api.app, name) for name in {who_may(address) for address, _ in forms}}
    before = everything(house)
    taken: dict[str, int] = {}
    for address, path in forms:
        answer = send(visitors[who_may(address)], path, attack, stolen)
        # 404 and 409 where there is nothing at the address, so that the form for it cannot be shown again.
        taken |= {path: answer.status_code} if answer.status_code not in (303, 400, 404, 409) else {}

    assert not taken
    assert everything(house) == before
    assert {visitor.get("/desk").status_code for visitor in visitors.values()} == {200}


def test_the_same_forms_are_taken_with_it(fresh_house: House) -> None:
    # A house of its own: among the forms are those that put people out and change their passwords.
    house, api = fresh_house, Api(create_app(fresh_house.settings, fresh_house), fresh_house)
    ref = api.register()["ref"]
    act = {"/intake", "/sign-in", "/sign-out", "/phones", f"/tickets/{ref}/dispatch"}
    idle, refused = set(act), set()
    for address, path in forms_of(Visitor(api.app), ref):
        visitor = signed_in(api.app, who_may(address))
        token, before = token_of(visitor), everything(house) if path in act else {}
        answer = visitor.client.post(path, data=TYPED | {"csrf_token": token})
        refused |= {path} if answer.status_code == 400 else set()
        idle -= {path} if path in act and everything(house) != before else set()

    assert not refused
    assert not idle


def test_looking_changes_nothing(api: Api, house: House, ref: str) -> None:
    visitors = [signed_in(api.app, name) for name in ("operator", "dispatcher", HANDLER, "admin")]
    before = everything(house)
    for visitor in visitors:
        for address in addresses(api.app, "GET"):
            visitor.get(address.path.replace(REF, ref)).close()

    assert everything(house) == before


def test_the_cookie_of_the_pages_opens_no_door_of_the_api(api: Api, ref: str) -> None:
    visitor = signed_in(api.app, "dispatcher")
    body = {"lead": LEAD, "joint": [], "note": ""}

    assert visitor.client.post(f"/api/v1/tickets/{ref}/dispatch", json=body).status_code == 401


def test_an_expired_form_is_shown_again_only_to_those_who_may_see_it(api: Api) -> None:
    # With a number in it the page would tell what that number asked before.
    told = signed_in(api.app, HANDLER).client.post("/intake", data={"requester.phone": "13800000001"})
    unknown = signed_in(api.app, "dispatcher").client.post(f"/tickets/{REF}/dispatch", data={})

    assert told.status_code == 403
    assert unknown.status_code == 404
