"""What could not be brought by text: it is told by telephone, or goes to the number that was put right."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.access.accounts import Role
from app.clockwork import send_messages
from app.verify import faults
from app.wiring import House
from notifications.message import Message
from tests.app.pages import signed_in
from tests.makers import CALL, HANDLER, OF_ROLE, Api
from tickets.ticket import Ticket

#: A telephone that takes no texts.
LANDLINE = "087165330000"
ASKS = {**CALL["requester"], "phone": LANDLINE}
#: Somebody of each role.


def a_mobile() -> str:
    return f"139{uuid4().int % 10**8:08d}"


def calls(api: Api, who: str = "operator", **query: Any) -> dict[str, dict[str, Any]]:
    """Everybody who is to be called, by the number of the ticket."""
    found: dict[str, dict[str, Any]] = {}
    cursor: dict[str, str] = {}
    while True:
        page = api.get(who, "/to_tell", limit=200, **cursor, **query).get_json()
        found |= {one["ref"]: one for one in page["items"]}
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def untold(api: Api, house: House, state: str = "dispatched", **changes: Any) -> str:
    """A ticket of a landline, whose texts were withheld; gives its number."""
    ref: str = api.ticket_in(state, requester=ASKS, **changes)["ref"]
    send_messages(house)
    return ref


def fail(house: House, ref: str, template: str, fate: str, error: str) -> None:
    """Let a text have been lost on the way."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update message set fate = :fate, error_code = :error, held_because = null where template ="
                " :template and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"fate": fate, "error": error, "template": template, "ref": ref},
        )


def rows(session: Session, ref: str) -> list[tuple[str, str, str | None, str]]:
    """Template, fate, what came of it and the fact of each message, oldest first."""
    found = session.exec(
        select(Message)
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .where(Ticket.ref == ref)
        .order_by(col(Message.seq), col(Message.id))
    ).all()
    return [(one.template, one.fate, one.told_as, one.fact) for one in found]


def told(api: Api, ref: str, result: str, who: str = "operator", **more: Any) -> Any:
    return api.post(who, f"/tickets/{ref}/told", {"result": result, **more})


def test_a_landline_is_called_with_what_was_withheld(api: Api, house: House) -> None:
    ref = untold(api, house)
    call = calls(api)[ref]

    # The number of the ticket was told on the telephone as it was taken down.
    assert [(one["template"], one["because"]) for one in call["messages"]] == [
        ("transferred", "not_a_mobile")
    ]
    assert call["phone_masked"] == "*********00" or "****" in call["phone_masked"]
    assert LANDLINE[1:] not in str(call)
    opened = api.get("operator", f"/tickets/{ref}/to_tell").get_json()
    assert opened["phone"] == "+8687165330000"
    assert opened["texts"][0]["template"] == "transferred"
    assert f"尾号{ref[-4:]}的事情已转给单位" in opened["texts"][0]["words"]
    assert api.facts(ref)[-1] == "identity_read"


def test_what_came_in_on_paper_or_online_is_told_its_number_too(api: Api, house: House) -> None:
    ref = untold(api, house, channel="letter")

    assert [one["template"] for one in calls(api)[ref]["messages"]] == ["received", "transferred"]


@pytest.mark.parametrize(
    "fate, error",
    [("undeliverable", "phone_off"), ("given_up", "bad_number"), ("given_up", "outcome_unknown")],
)
def test_what_was_lost_on_the_way_is_told_too(api: Api, house: House, fate: str, error: str) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    assert ref not in calls(api)
    fail(house, ref, "transferred", fate, error)

    (message,) = calls(api)[ref]["messages"]
    assert (message["fate"], message["because"]) == (fate, error)


def test_told_once_nobody_calls_again_and_it_stands_on_the_ticket(
    api: Api, house: House, session: Session, app: Flask
) -> None:
    ref = untold(api, house)
    version = api.read("operator", ref)["version"]
    assert told(api, ref, "told", note="本人接听").get_json() == {"ref": ref, "result": "told"}

    assert ref not in calls(api)
    assert told(api, ref, "told").status_code == 409
    fact = api.get("supervisor", f"/tickets/{ref}/timeline").get_json()["items"][-1]
    assert (fact["what"], fact["by"], fact["note"]) == ("citizen_told", "operator", "本人接听")
    assert (fact["data"]["templates"], fact["data"]["attempt"]) == (["transferred"], 1)
    assert api.read("operator", ref)["version"] == version
    assert ("transferred", "withheld", "told", "dispatched") in rows(session, ref)
    assert "已电话告知" in signed_in(app, "operator").get(f"/tickets/{ref}").text


def test_three_calls_in_vain_are_enough(api: Api, house: House, session: Session) -> None:
    first, second = untold(api, house), untold(api, house)
    before = list(calls(api))
    told(api, first, "not_reached")
    after = calls(api)

    # Who was called in vain waits behind the others.
    assert before.index(first) < before.index(second)
    assert list(after).index(first) > list(after).index(second)
    assert after[first]["tries"] == 1
    for _ in range(2):
        assert told(api, first, "not_reached").status_code == 200
    assert first not in calls(api)
    assert "unreached" in {row[2] for row in rows(session, first)}


def test_only_what_was_read_out_counts_as_told(api: Api, house: House) -> None:
    ref = untold(api, house, channel="letter")
    ids = {one["template"]: one["id"] for one in calls(api)[ref]["messages"]}
    told(api, ref, "told", messages=[ids["received"]])

    assert [one["id"] for one in calls(api)[ref]["messages"]] == [ids["transferred"]]
    assert told(api, ref, "told", messages=list(ids.values())).status_code == 409


def test_what_does_not_matter_any_more_is_told_to_nobody(api: Api, house: House) -> None:
    ref = untold(api, house, "handling")
    assert ref in calls(api)
    api.made(HANDLER, ref, "reply", text="已办", founded="yes", solved="yes")
    api.made("reviewer", ref, "review", **{"pass": True, "text": ""})
    send_messages(house)

    # The callback agent calls about the answer.
    assert ref not in calls(api)
    api.made("caller", ref, "call_back", reached=True, solved="yes", satisfaction=5)
    assert ref not in calls(api)
    # A new tracking code is told whenever it was asked for.
    api.made("operator", ref, "reissue")
    send_messages(house)
    assert [one["template"] for one in calls(api)[ref]["messages"]] == ["code_again"]


def test_an_end_is_told_after_the_end(api: Api, house: House) -> None:
    ref = api.register(requester=ASKS)["ref"]
    api.made("operator", ref, "decline", ground="其他", text="不属于受理范围")
    send_messages(house)

    assert [one["template"] for one in calls(api)[ref]["messages"]] == ["ended"]


def test_a_courtesy_is_told_to_nobody(api: Api, house: House) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    for template in ("survey", "late", "answered", "progress_in_hand"):
        with house.engine.begin() as connection:
            values = {"template": template, "ref": ref}
            one = "template = 'transferred' and ticket_id = (select id from ticket where ref = :ref)"
            connection.execute(
                text(f"update message set template = :template, fate = 'given_up' where {one}"),  # noqa: S608
                values,
            )
        assert ref not in calls(api)
        with house.engine.begin() as connection:
            connection.execute(
                text(
                    "update message set template = 'transferred' where template = :template"
                    " and ticket_id = (select id from ticket where ref = :ref)"
                ),
                values,
            )
    assert ref in calls(api)


def test_who_wants_to_be_called_later_is_called_later(api: Api, house: House) -> None:
    ref = untold(api, house)
    with house.engine.begin() as connection:
        # A span that is over by now, or begins later: five in the morning in Shanghai lies in neither.
        connection.execute(
            text(
                "update ticket set call_from = case when s < '12:00' then time '20:00' else time '05:00' end,"
                " call_to = case when s < '12:00' then time '21:00' else time '06:00' end"
                " from (select (now() at time zone 'Asia/Shanghai')::time s) clock where ref = :ref"
            ),
            {"ref": ref},
        )

    assert ref not in calls(api)
    assert ref in calls(api, later="true")


# Those without any ticket are no other than an administrator here.
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.VISITOR, Role.AGENCY)])
def test_who_may_tell(api: Api, app: Flask, house: House, role: Role) -> None:
    ref, who = untold(api, house), OF_ROLE[role]
    may = role in ("operator", "caller", "supervisor")
    page = signed_in(app, who).get("/to-tell")
    got = [
        page.status_code,
        api.get(who, "/to_tell").status_code,
        api.get(who, f"/tickets/{ref}/to_tell").status_code,
        told(api, ref, "told", who).status_code,
    ]

    assert got == [200 if may else 403] * 4


def test_a_sealed_matter_is_told_by_nobody_who_may_not_see_who_asks(api: Api, house: House) -> None:
    ref = untold(api, house, "registered", kind="report", channel="letter")

    assert ref not in calls(api, "caller")
    call = calls(api, "supervisor")[ref]
    assert call["phone_masked"] is None
    assert api.get("supervisor", f"/tickets/{ref}/to_tell").status_code == 403
    asked = api.made("supervisor", ref, "ask_unseal", text="电话告知")
    assert api.decide("auditor", asked, grant=True).status_code == 200
    opened = api.get("supervisor", f"/tickets/{ref}/to_tell").get_json()
    assert opened["phone"] == "+8687165330000"
    assert "反映" not in opened["texts"][0]["words"]


def test_a_corrected_number_gets_what_the_old_one_could_not(api: Api, house: House, session: Session) -> None:
    ref = untold(api, house, channel="letter")
    told(api, ref, "wrong_number")
    before = rows(session, ref)
    api.made("operator", ref, "amend", fields={"phone": a_mobile()}, text="号码更正")
    send_messages(house)
    session.expire_all()

    assert [row[:3] for row in before] == [
        ("received", "withheld", "wrong_number"),
        ("transferred", "withheld", "wrong_number"),
    ]
    assert rows(session, ref) == [
        ("received", "withheld", "sent_anew", "registered"),
        ("transferred", "withheld", "sent_anew", "dispatched"),
        ("transferred", "delivered", None, "amended"),
        ("received", "delivered", None, "amended"),
    ]
    assert ref not in calls(api)
    assert [fault for fault in faults(house.settings) if fault.startswith(ref)] == []
    # Corrected once more there is nothing left to send.
    api.made("operator", ref, "amend", fields={"phone": a_mobile()}, text="又换了")
    assert len(rows(session, ref)) == 4


def test_a_corrected_number_gets_only_what_is_still_true(api: Api, house: House, session: Session) -> None:
    ref = api.ticket_in("dispatched")["ref"]
    api.made("operator", ref, "reissue")
    for template in ("received", "code_again", "transferred"):
        fail(house, ref, template, "given_up", "bad_number")
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update message set valid_until = clock_timestamp() where template = 'transferred'"
                " and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
    api.made("operator", ref, "amend", fields={"phone": a_mobile()}, text="号码更正")

    # Of two tracking codes the old one is void.
    assert [row[0] for row in rows(session, ref) if row[3] == "amended"] == ["code_again"]


def test_nothing_is_sent_anew_to_nobody_or_for_another_reason(
    api: Api, house: House, session: Session
) -> None:
    ref = untold(api, house)
    api.made("operator", ref, "amend", fields={"phone": None}, text="不要留号码")
    api.made("operator", ref, "amend", fields={"title": "路灯"}, text="标题")

    assert "amended" not in {row[3] for row in rows(session, ref)}


def test_the_page_of_a_call(app: Flask, api: Api, house: House) -> None:
    caller, ref = signed_in(app, "caller"), untold(api, house, title="别人不该看的标题")
    shown = caller.get("/to-tell").text
    assert "别人不该看的标题" not in shown
    opened = caller.send("/to-tell", f"/to-tell/{ref}/call", {})
    assert "0871 6533 0000" in opened.text
    assert "已转给单位" in opened.text
    refused = caller.send(opened, f"/to-tell/{ref}", {"result": "bored"})
    assert refused.status_code == 422
    done = caller.send(opened, f"/to-tell/{ref}", {"result": "told", "note": "家人接听"})

    assert (done.status_code, done.headers["Location"]) == (303, "/to-tell")
    assert api.facts(ref)[-2:] == ["identity_read", "citizen_told"]
