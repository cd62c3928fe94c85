"""A campaign: drawn by its seed, called like the queue, beside the ticket; which is known in hand alone."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import Session

from app.access.accounts import Account
from app.factory import create_app
from app.wiring import House
from tests.app.pages import form_of, signed_in
from tests.makers import CALL, LEAD, Api
from tickets.ground.refs import SHANGHAI

YES = {"contacted": "true", "solved": "yes", "satisfaction": "5", "reached": "true"}


def test_a_campaign_from_the_draw_to_its_result(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    api = Api(app, fresh_house)
    with Session(fresh_house.engine) as rows, rows.begin():
        rows.add_all(
            Account(username=name, display_name="回访员", role="caller", unit="hotline", password_hash="")
            for name in ("second", "third")
        )
    numbers = {
        api.ticket_in("closed", requester={"phone": f"1380000000{end}"})["ref"]: f"138 0000 000{end}"
        for end in range(1, 5)
    }
    silent = api.ticket_in("replied", requester={"phone": "13800000009", "reply_wanted": False})["ref"]
    api.made("reviewer", silent, "review", **{"pass": True, "text": ""})
    day = datetime.now(SHANGHAI).date().isoformat()
    asked = {"purpose": "回访本季度办结件", "closed_from": day, "closed_to": day, "size": 3}

    # What cannot be drawn names the field; only the supervisor draws.
    for wrong, field in (
        ({}, "unit"),
        ({"unit": LEAD, "closed_to": "2999-01-01"}, "closed_to"),
        ({"unit": LEAD, "closed_from": "2999-01-01"}, "closed_from"),
        ({"unit": "nobody"}, "unit"),
        ({"category": "nothing"}, "category"),
        ({"unit": "education"}, "closed_from"),
        ({"unit": LEAD, "size": 0}, "size"),
    ):
        refused = api.post("supervisor", "/campaigns", {**asked, **wrong})
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, field), wrong
    assert api.post("caller", "/campaigns", {**asked, "unit": LEAD}).status_code == 403
    made = api.post("supervisor", "/campaigns", {**asked, "unit": LEAD, "category": CALL["category"]})
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["eligible"], told["drawn"], told["left_out"]) == (4, 3, {"no_reply": 1})

    # Anybody with the seed draws the same.
    whole = api.get("auditor", f"/campaigns/{told['id']}").get_json()
    drawn = _in_order(told["seed"], numbers)[:3]
    assert [call["ref"] for call in whole["calls"]] == drawn
    assert silent not in drawn

    _is_called(app, api, told["id"], drawn, numbers)
    _is_finished(app, api, told["id"])
    _is_read(app, api, told["id"])
    _is_drawn_twice(api, told["id"], {**asked, "unit": LEAD, "category": CALL["category"]})
    _is_one_citizen(api, asked)


def _in_order(seed: str, refs: Iterable[str]) -> list[str]:
    return sorted(refs, key=lambda ref: hashlib.sha256(f"{seed}:{ref}".encode()).digest())


def _is_one_citizen(api: Api, asked: dict[str, object]) -> None:
    """Who had several matters closed is asked about one, the first by the seed."""
    refs = [api.ticket_in("closed", category="MZ-07-02")["ref"] for _number in range(2)]
    told = api.post("supervisor", "/campaigns", {**asked, "category": "MZ-07-02"}).get_json()
    assert (told["eligible"], told["drawn"], told["left_out"]) == (1, 1, {"same_citizen": 1})
    assert [call["ref"] for call in _calls(api, told["id"])] == _in_order(told["seed"], refs)[:1]


def _is_drawn_twice(api: Api, first: str, asked: dict[str, object]) -> None:
    """One that goes on asks nobody whom another campaign asks meanwhile, or has asked."""
    [waits] = [call["ref"] for call in _calls(api, first) if call["reached"] is None]
    with api.house.engine.begin() as connection:
        connection.execute(text("update campaign_call set call_at = null"))
    assert api.post("supervisor", f"/campaigns/{first}/end", {}).status_code == 200
    other = api.post("supervisor", "/campaigns", asked).get_json()["id"]
    assert {call["ref"] for call in _calls(api, other)} > {waits}
    with api.house.engine.begin() as connection:
        connection.execute(
            text(
                "update campaign_call set call_at = clock_timestamp() + interval '1 day'"
                " where campaign_id = :other and ticket_id != (select id from ticket where ref = :waits)"
            ),
            {"other": other, "waits": waits},
        )
    assert api.post("third", f"/campaigns/{other}/next", {}).get_json()["ref"] == waits
    assert api.post("supervisor", f"/campaigns/{first}/reopen", {}).status_code == 200
    assert api.post("second", f"/campaigns/{first}/next", {}).get_json()["ref"] is None
    # Silent for too long, it is anybody's turn, and then no more the other's.
    _a_long_call(api, "third")
    assert api.post("second", f"/campaigns/{first}/next", {}).get_json()["ref"] == waits
    answer = {"ref": waits, "reached": True, "solved": "yes"}
    assert api.post("third", f"/campaigns/{other}/answer", answer).status_code == 409
    assert api.post("second", f"/campaigns/{first}/answer", answer).status_code == 200
    told = api.get("auditor", f"/campaigns/{other}").get_json()
    assert (told["waiting"], told["blocked"]) == (2, 1)


def _calls(api: Api, number: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = api.get("auditor", f"/campaigns/{number}").get_json()["calls"]
    return found


def _is_called(app: Flask, api: Api, number: str, drawn: list[str], numbers: dict[str, str]) -> None:
    one = signed_in(app, "second")
    # Nobody who calls may know of a ticket before it is in hand; two never have the same.
    assert api.get("third", f"/tickets/{drawn[0]}").status_code == 404
    queue = one.get("/callback")
    assert "还有 3 件" in queue.text
    first = one.send(queue, f"/callback/campaigns/{number}/next", {})
    page = one.get(first.location)
    assert numbers[drawn[0]] in page.text
    assert api.facts(drawn[0])[-1] == "identity_read"
    assert one.get("/callback").location == first.location
    theirs = api.post("third", f"/campaigns/{number}/next", {}).get_json()
    assert (theirs["ref"], theirs["tries"]) == (drawn[1], 0)
    assert api.get("third", f"/tickets/{drawn[1]}").status_code == 200
    assert api.get("third", f"/tickets/{drawn[0]}").status_code == 404
    # Known, and nothing else: no move, no name.
    assert api.move("third", drawn[1], "note", text="记", visible_to="hotline").status_code == 403
    assert api.get("third", f"/tickets/{drawn[1]}/identity", reason="看").status_code == 403

    # However long the call takes: nobody else took it.
    _a_long_call(api, "second")
    before = api.read("auditor", drawn[0])
    path = f"/callback/campaigns/{number}/call"
    refused = one.send(page, path, {**YES, "solved": "no"})
    assert refused.status_code == 422
    assert numbers[drawn[0]] in refused.text
    taken = one.send(page, path, {**YES, "solved": "partly", "satisfaction": "2", "reason": "拖得太久"})
    assert taken.status_code == 303, taken.text
    after = api.read("auditor", drawn[0])
    assert (after["version"], after["state"], after["outcome"]) == (
        before["version"],
        "closed",
        before["outcome"],
    )
    fact = api.get("auditor", f"/tickets/{drawn[0]}/timeline", limit=200).get_json()["items"][-1]
    assert (fact["what"], fact["data"]["satisfaction"], fact["note"]) == ("surveyed", 2, "拖得太久")
    assert "reason" not in fact["data"]

    # What is not in hand is not answered for; who is not reached is called another day.
    other = {"ref": drawn[0], "reached": True}
    assert api.post("third", f"/campaigns/{number}/answer", other).status_code == 409
    vain = api.post("third", f"/campaigns/{number}/answer", {"ref": drawn[1], "reached": False})
    assert (vain.status_code, vain.get_json()["waiting"]) == (200, 2)
    assert api.get("third", f"/tickets/{drawn[1]}").status_code == 404
    # The third opened by itself; nobody is left beside it.
    assert numbers[drawn[2]] in one.get(taken.location).text
    assert api.post("third", f"/campaigns/{number}/next", {}).get_json()["ref"] is None


def _is_finished(app: Flask, api: Api, number: str) -> None:
    """Nothing that was typed is lost: not when another took the call, not when the campaign was ended."""
    one, path = signed_in(app, "second"), f"/callback/campaigns/{number}/call"
    page = one.get(path)
    _a_long_call(api, "second")
    last = api.post("third", f"/campaigns/{number}/next", {}).get_json()["ref"]
    kept = one.send(page, path, {**YES, "reason": "还是没有人来"})
    assert (kept.status_code, "还是没有人来" in kept.text) == (409, True)
    assert "138 0000" not in kept.text
    assert api.get("second", f"/tickets/{last}").status_code == 404

    theirs = signed_in(app, "third")
    page = theirs.get(path)
    assert api.post("supervisor", f"/campaigns/{number}/end", {}).status_code == 200
    assert api.post("third", f"/campaigns/{number}/next", {}).status_code == 409
    taken = theirs.send(page, path, {**YES, "satisfaction": "4"})
    assert (taken.status_code, taken.location) == (303, "/callback")
    assert api.get("third", f"/tickets/{last}").status_code == 404
    late = theirs.send(page, path, {**YES, "idempotency_key": "", "reason": "又说了一句"})
    assert (late.status_code, "又说了一句" in late.text, "已经结束" in late.text) == (409, True, True)
    assert api.post("supervisor", f"/campaigns/{number}/reopen", {}).status_code == 200


def _a_long_call(api: Api, username: str) -> None:
    """Let *username* have taken the call in hand sixteen minutes ago."""
    with api.house.engine.begin() as connection:
        connection.execute(
            text("update campaign_call set held_at = held_at - interval '16 minutes' where held_by = :who"),
            {"who": username},
        )


def _is_read(app: Flask, api: Api, number: str) -> None:
    supervisor = signed_in(app, "supervisor")
    page = supervisor.get(f"/campaigns/{number}")
    assert "拖得太久" in page.text
    assert "回访本季度办结件" in supervisor.get("/campaigns").text
    refused = supervisor.send("/campaigns", "/campaigns", {"purpose": " ", "size": "3"})
    assert (refused.status_code, "目的：" in refused.text) == (422, True)
    told = api.get("auditor", "/campaigns").get_json()["items"][0]
    rates = {rate["name"]: (rate["part"], rate["whole"], rate["share"]) for rate in told["rates"]}
    assert rates == {
        "reached": (2, 2, 100.0),
        "contacted": (2, 2, 100.0),
        "solved": (1, 2, 50.0),
        "satisfied": (1, 2, 50.0),
    }
    book = CalamineWorkbook.from_filelike(BytesIO(supervisor.get(f"/campaigns/{number}.xlsx").data))
    assert book.sheet_names == ["结果", "逐件"]
    assert "拖得太久" in book.get_sheet_by_name("逐件").to_python()[1]

    # Ended, and it goes on where it was left.
    assert supervisor.send(page, f"/campaigns/{number}/end", {}).status_code == 303
    assert api.post("third", f"/campaigns/{number}/next", {}).status_code == 409
    assert "campaigns/" not in signed_in(app, "second").get("/callback").text
    ended = supervisor.get(f"/campaigns/{number}")
    assert form_of(ended, f"/campaigns/{number}/reopen")
    assert supervisor.send(ended, f"/campaigns/{number}/reopen", {}).status_code == 303
    assert api.post("third", f"/campaigns/{number}/next", {}).status_code == 200
    assert api.post("supervisor", f"/campaigns/{number}/reopen", {}).status_code == 409
