"""Citizens whom no text can ask are rung and asked by keypad: signed requests, XML that is read strictly."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from app.outbound.placing import Caller
from app.outbound.rules import Hours
from app.settings import Settings
from app.verify import faults
from app.wiring import House
from notifications.quiet import Quiet
from tests.app.outbound.line import Line
from tests.app.outbound.picking_up import Callee
from tests.app.pages import form_of, signed_in
from tests.doubles.carrier import ACCOUNT
from tickets.ground.refs import SHANGHAI

#: One house and one double, so one process.
pytestmark = pytest.mark.xdist_group("outbound")


def test_three_keys_are_the_answer_of_the_citizen(line: Line, house: House) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)

    # Nothing an answering machine may not keep: no number, no word of the matter.
    greeting = callee.pick_up()
    assert "回答三个问题" in greeting
    assert "For English, press 9" in greeting
    assert not re.search(rf"{ref[-4:]}|独居", greeting.replace(" ", ""))
    asked = callee.press("1")
    assert f"尾号 {' '.join(ref[-4:])}" in asked
    assert "有没有人联系过您" in asked
    assert "解决得怎么样" in callee.press("1")
    assert "对办理满意吗" in callee.press("2")
    assert "谢谢您" in callee.press("4")
    assert callee.verbs[-1].name == "Hangup"

    ticket = line.stands(ref)
    assert (ticket.state, ticket.citizen_solved, ticket.satisfaction) == ("closed", "partly", 4)
    said = line.last(ref)
    assert (said["channel"], said["contacted"], said["solved"], said["closed"]) == (
        "voice",
        True,
        "partly",
        True,
    )
    over = line.over(callee, ref)
    assert (over.result, over.stands) == ("answered", "over")
    assert len(line.rung(phone)) == 1
    assert line.api.facts(ref).count("called_back") == 1
    assert not list(faults(house.settings))
    with house.engine.begin() as connection:
        connection.execute(text("update outbound_call set result = 'no_key' where id = :id"), {"id": over.id})
    found = [fault for fault in faults(house.settings) if fault.startswith(ref)]
    assert ["1 answers were given by keypad, but 0 calls" in fault for fault in found] == [True]


def test_a_no_goes_to_the_reviewer_and_a_hang_up_before_it_is_a_try(line: Line) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    callee.press("1", "2", "3")
    # Hung up before the mark; what was said of the matter counts.
    assert line.over(callee, ref).result == "answered"
    ticket = line.stands(ref)
    assert (ticket.state, ticket.awaits_reviewer) == ("callback", True)
    assert (line.last(ref)["solved"], line.last(ref)["satisfaction"]) == ("no", None)

    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    callee.press("1", "1")
    assert line.over(callee, ref).result == "hung_up"
    assert line.last(ref)["reached"] is False
    assert line.api.read("auditor", ref)["state"] == "callback"


@pytest.mark.parametrize("status, result", [("failed", "failed"), ("completed", "no_key")])
def test_nobody_there_is_a_try_and_the_next_is_another_half_of_another_day(
    line: Line, status: str, result: str
) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    if status == "completed":
        # An answering machine presses nothing, however often it is asked.
        callee.pick_up()
        assert "没有听清" in callee.press("")
        assert "再见" in callee.press("", "")
        assert callee.verbs[-1].name == "Hangup"
    assert line.over(callee, ref, status).result == result

    said = line.last(ref)
    assert (said["channel"], said["reached"], said["attempt"]) == ("voice", False, 1)
    again, now = datetime.fromisoformat(said["again_at"]).astimezone(SHANGHAI), datetime.now(SHANGHAI)
    assert again.date() > now.date()
    assert (again.hour < 12) == (now.hour >= 12)
    # Planned for then, and not before.
    line.caller().run()
    assert len(line.rung(phone)) == 1


def test_the_last_try_is_a_persons(line: Line) -> None:
    ref, phone = line.landline()
    for again in range(2):
        line.over(line.callee(ref, phone), ref, "busy")
        assert line.last(ref)["attempt"] == again + 1
        _let_be_called_now(line, ref)
    line.caller().run()
    assert len(line.rung(phone)) == 2
    assert ref in signed_in(line.api.app, "caller").get("/callback").text


def _let_be_called_now(line: Line, ref: str) -> None:
    with line.house.engine.begin() as connection:
        connection.execute(
            text(
                "update call_turn set call_at = null"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )


def test_not_now_is_another_day_and_no_more_today(line: Line) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    assert "改天" in callee.press("2")
    assert line.over(callee, ref).result == "later"
    assert line.last(ref)["again_at"] is not None
    assert line.api.facts(ref).count("called_back") == 1


def test_an_agent_and_the_machine_never_have_the_same_citizen(line: Line) -> None:
    ref, phone = line.landline()
    agent = signed_in(line.api.app, "caller")
    assert agent.send("/callback", f"/callback/{ref}/open", {}).status_code == 303
    line.caller().run()
    assert line.rung(phone) == []
    agent.send(f"/callback/{ref}", "/callback/pause", {})

    callee = line.callee(ref, phone)
    page = agent.get("/callback").text
    assert "语音外呼系统 正在打" in page
    assert f'action="/callback/{ref}/open"' not in page
    token = {"csrf_token": form_of(agent.get("/desk"), "/sign-out")["csrf_token"]}
    assert ref not in agent.client.post("/callback/next", data=token).location
    refused = agent.client.post(f"/callback/{ref}/open", data=token)
    assert refused.status_code == 409
    assert "语音外呼系统 正在给这位群众打电话" in refused.text
    line.over(callee, ref, "busy")


def test_what_an_agent_wrote_meanwhile_stands_and_the_call_says_goodbye(line: Line) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    line.api.made("caller", ref, "call_back", reached=True, solved="yes", satisfaction=5)
    assert callee.press("1") == "再见。"
    assert callee.verbs[-1].name == "Hangup"
    assert line.over(callee, ref).result == "called_off"
    assert line.api.facts(ref).count("called_back") == 1
    calls = line.api.get("caller", f"/tickets/{ref}/outbound_calls").get_json()["items"]
    assert [(one["stands"], one["result"], one["sentence"]) for one in calls] == [
        ("over", "called_off", "不用再打，已取消")
    ]
    assert "不用再打，已取消" in signed_in(line.api.app, "reviewer").get(f"/tickets/{ref}").text
    fared = line.api.get("supervisor", "/messages/standing").get_json()["calls"]
    assert next(one for one in fared if one["result"] == "called_off")["calls"] >= 1
    assert "语音外呼，最近 7 天" in signed_in(line.api.app, "admin").get("/admin/messages").text


def test_a_call_of_an_earlier_round_asks_nothing_of_the_next(line: Line) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    _let_round_be(line, ref, 2)
    assert callee.press("1") == "再见。"
    _let_round_be(line, ref, 1)
    assert line.call_of(ref).result == "called_off"
    line.over(callee, ref)
    # The round that is going on is asked about with a call of its own.
    own = replace(callee, call_id=str(line.call_of(ref).id), sid=line.rung(phone)[1]["sid"])
    line.over(own, ref, "busy")
    assert line.api.facts(ref).count("called_back") == 1


def _let_round_be(line: Line, ref: str, number: int) -> None:
    with line.house.engine.begin() as connection:
        connection.execute(
            text("update ticket set round = :number where ref = :ref"), {"number": number, "ref": ref}
        )


def test_a_number_nobody_can_read_keeps_no_other_from_being_called(line: Line) -> None:
    lost, _phone = line.landline()
    ref, phone = line.landline()
    spoil = text(
        "update vault set phone = :phone from ticket"
        " where ticket.id = vault.ticket_id and ref = :ref returning (select phone from vault old"
        " where old.ticket_id = vault.ticket_id)"
    )
    with line.house.engine.begin() as connection:
        kept = connection.execute(spoil, {"phone": b"no-such-key:0", "ref": lost}).scalar_one()
    callee = line.callee(ref, phone)
    with line.house.engine.begin() as connection:
        connection.execute(spoil, {"phone": kept, "ref": lost})
    assert (line.call_of(lost).result, line.call_of(lost).error_code) == ("withheld", "no_number")
    line.over(callee, ref, "busy")


def test_a_sealed_matter_has_no_number_and_a_foreigner_hears_english(line: Line) -> None:
    ref, phone = line.landline(confidential=True)
    callee = line.callee(ref, phone)
    callee.pick_up()
    heard = callee.press("1")
    assert "您之前反映的事情" in heard
    assert not re.search(r"\d \d", heard)
    line.over(callee, ref)

    ref, phone = line.landline(language="en")
    callee = line.callee(ref, phone)
    assert "press 1" in callee.pick_up()
    assert "Has anybody contacted you" in callee.press("1")
    assert {one.attributes["language"] for one in callee.verbs[-1].inner} == {"en-GB"}
    # A key changes the tongue, and the question is asked again.
    assert "有没有人联系过您" in callee.press("9")
    line.over(callee, ref)


def test_keys_told_twice_are_heard_once_and_nothing_enters_unsigned(line: Line) -> None:
    ref, phone = line.landline()
    callee = line.callee(ref, phone)
    callee.pick_up()
    callee.press("1")
    at_contacted = callee.waits_at()
    assert "解决得怎么样" in callee.press("1")
    # Twilio asks again where our answer was lost: the question stands, the key is no answer to the next.
    assert "解决得怎么样" in callee.hear(at_contacted, Digits="1")
    assert line.call_of(ref).solved is None

    status = f"/twilio/calls/status?call={callee.call_id}"
    unsigned = line.door.post(status, data={"AccountSid": ACCOUNT, "CallSid": callee.sid})
    strangers = [
        callee.tell(f"/twilio/calls/speak?call={callee.call_id[:-1]}").status_code,
        callee.tell(f"{status}&call={callee.call_id}").status_code,
        callee.tell(f"/twilio/calls/keys?call={callee.call_id}&at=elsewhere", Digits="1").status_code,
        callee.tell(f"/twilio/calls/speak?call={uuid4()}").status_code,
    ]
    assert (unsigned.status_code, strangers) == (403, [403, 403, 403, 404])
    # A second call with the id of the first hears goodbye and answers nothing.
    other = replace(callee, sid=f"CA{uuid4().hex}")
    assert other.pick_up() == "再见。"
    assert line.call_of(ref).sid == callee.sid
    line.over(callee, ref)


def test_a_call_whose_answer_was_lost_is_looked_up_and_not_placed_again(line: Line) -> None:
    ref, phone = line.landline()
    line.twilio.fail("die_after")
    line.caller().run()
    assert line.call_of(ref).sid is None
    line.later(ref, "look_at")
    (rung,) = line.rung(phone)
    assert line.call_of(ref).sid == rung["sid"]
    # Nobody tells how it ended: the provider is asked.
    line.twilio.end(rung["sid"], "no-answer", tell=False)
    line.later(ref, "look_at")
    line.later(ref, "ended_at")
    assert line.call_of(ref).result == "no_answer"


def test_what_was_not_taken_is_placed_again_and_what_never_can_be_is_left_to_people(line: Line) -> None:
    ref, phone = line.landline()
    line.twilio.fail("500_before")
    line.caller().run()
    line.later(ref, "look_at")
    assert len(line.rung(phone)) == 1
    line.over(Callee(line.door, str(line.call_of(ref).id), line.rung(phone)[0]["sid"], phone), ref, "busy")

    busy, phone = line.landline()
    line.twilio.fail("429")
    line.caller().run()
    assert (line.call_of(busy).result, line.call_of(busy).error_code) == ("not_taken", "busy")
    line.caller().run()
    assert line.rung(phone) == []
    line.later(busy, "over_at")
    assert len(line.rung(phone)) == 1
    line.over(Callee(line.door, str(line.call_of(busy).id), line.rung(phone)[0]["sid"], phone), busy, "busy")

    bad, phone = line.landline()
    line.twilio.fail("21217")
    line.caller().run()
    assert (line.call_of(bad).result, line.call_of(bad).error_code) == ("refused", "bad_number")
    line.later(bad, "over_at")
    assert line.rung(phone) == []
    assert ref not in line.api.read("auditor", bad)["title"]


def test_two_tickets_of_one_number_are_rung_one_after_the_other(line: Line) -> None:
    ref, phone = line.landline()
    second, _phone = line.landline(phone=phone)
    callee = line.callee(ref, phone)
    assert len(line.rung(phone)) == 1
    callee.pick_up()
    callee.press("1", "1", "1", "5")
    line.over(callee, ref)
    assert len(line.rung(phone)) == 2
    line.over(replace(callee, call_id=str(line.call_of(second).id), sid=line.rung(phone)[1]["sid"]), second)


def test_nobody_is_rung_by_night_without_the_setting_or_against_a_rule(line: Line) -> None:
    ref, phone = line.landline()
    assert Caller.of(line.house).hours == Hours(quiet=line.house.settings.quiet)
    assert line.house.settings.quiet is not None
    line.caller(voice_survey=False).run()
    replace(line.caller(), hours=Hours(time.min, time.min)).run()
    assert line.rung(phone) == []
    # A mainland number leaves the country with the call: without the assessment it does not.
    line.caller(abroad_assessment=None).run()
    assert (line.call_of(ref).result, line.call_of(ref).error_code) == ("withheld", "abroad")
    line.caller().run()
    assert line.rung(phone) == []

    # Who takes texts is called where the wish says calls and no texts, and not else.
    mobile, wish = f"+86139{uuid4().int % 10**8:08d}", f"+86139{uuid4().int % 10**8:08d}"
    line.landline(phone=mobile)
    callee = line.callee(line.landline(phone=wish, no_sms=True)[0], wish)
    assert line.rung(mobile) == []
    line.twilio.end(callee.sid, "busy", tell=False)
    callee.end("busy")


def test_the_day_of_the_machine_and_what_its_settings_need() -> None:
    day = Hours()
    here = datetime(2026, 3, 2, 8, tzinfo=SHANGHAI)
    moments = (here - timedelta(seconds=1), here, here.replace(hour=20, minute=59), here.replace(hour=21))
    assert [day.cover(at) for at in moments] == [False, True, True, False]
    # The lunar year begins on 6 February 2027; nor is anybody called while a district keeps its texts back.
    quiet = Hours(quiet=Quiet(time(19), time(9)))
    days = [datetime(2027, 2, day, hour, tzinfo=SHANGHAI) for day in (4, 5, 6, 7) for hour in (8, 12, 19)]
    assert [at.day for at in days if quiet.cover(at)] == [4, 7]
    bare = {"database_url": "postgresql://x", "secret_key": "x" * 32, "vault_keys": f"1:{'A' * 43}="}
    assert not Settings.model_validate(bare).voice_survey
    with pytest.raises(ValidationError, match="ZHUANBAN_VOICE_SURVEY needs ZHUANBAN_VOICE"):
        Settings.model_validate({**bare, "voice_survey": True})
