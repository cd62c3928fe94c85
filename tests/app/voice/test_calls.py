"""Calls from the first ring to the end, told by signed requests and answered in XML that is read strictly."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlmodel import Session, col, select, text

from app.access.tracking import TRIES_FOR_TICKET
from app.factory import create_app
from app.settings import Settings
from app.voice import ticks
from app.voice.calls import is_open
from app.voice.rows import CallBack, VoiceCall, VoiceMessage
from app.wiring import House
from tests.app.voice.calling import DESK, OLD_TOKEN, Telephone, a_phone, house_with_voice
from tests.makers import Api
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.calendar import Span


@pytest.fixture(scope="module")
def door(house: House) -> FlaskClient:
    """A client of the same house, whose menu answers at any hour."""
    own = house_with_voice(house)
    return create_app(own.settings, own).test_client()


@pytest.fixture
def phone(door: FlaskClient) -> Telephone:
    return Telephone(door, a_phone())


def call_of(session: Session, phone: Telephone) -> VoiceCall:
    session.expire_all()
    return session.exec(select(VoiceCall).where(VoiceCall.sid == phone.sid)).one()


def tasks_of(session: Session, house: House, phone: Telephone) -> list[CallBack]:
    session.expire_all()
    index = house.vault.index("phone", phone.phone)
    return list(
        session.exec(select(CallBack).where(CallBack.from_index == index).order_by(col(CallBack.id))).all()
    )


def long_over(house: House, phone: Telephone) -> None:
    with house.session() as session, session.begin():
        session.connection().execute(
            text("update voice_call set ended_at = ended_at - interval '1 minute' where sid = :sid"),
            {"sid": phone.sid},
        )
    ticks.note_missed_calls(house)


def test_a_call_asks_for_a_language_and_speaks_it(phone: Telephone, session: Session) -> None:
    heard = phone.ring()
    assert "中文请按 1" in heard
    assert "press 2" in heard
    tongues = [one.attributes["language"] for one in phone.verbs[-1].inner]
    assert tongues == ["zh-CN", "en-GB"]

    assert "To leave a message, press 2" in phone.press("2")
    assert {one.attributes["language"] for one in phone.verbs[-1].inner} == {"en-GB"}
    assert "中文请按 1" in phone.press("9")
    assert "留言请按 2" in phone.press("1")
    assert call_of(session, phone).stands_at == "menu"


def test_progress_is_told_for_number_and_code_and_names_nothing_else(
    phone: Telephone, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    made = api.register()
    phone.ring()
    phone.press("1")
    assert "十四位" in phone.press("1")
    assert "六位" in phone.press(made["ref"])
    with caplog.at_level(logging.DEBUG):
        told = phone.press(made["tracking_code"])
    assert "已经收到" in told
    assert re.search(r"最晚 \d+月\d+日 转给单位", told)
    # The menu comes behind it, and no word of the matter with it.
    assert "留言请按 2" in told
    assert made["title"] not in told
    for secret in (made["ref"], made["tracking_code"], phone.phone):
        assert secret not in caplog.text


def test_wrong_number_and_wrong_code_are_answered_alike_and_three_are_enough(
    door: FlaskClient, api: Api, session: Session
) -> None:
    made = api.register()
    wrong_code = f"{(int(made['tracking_code']) + 1) % 10**6:06d}"
    answers = []
    for ref, code in ((made["ref"], wrong_code), ("26010100000017", wrong_code), ("1", "2")):
        phone = Telephone(door, a_phone())
        phone.ring()
        phone.press("1")
        phone.press("1")
        answers.append((phone.press(ref), phone.press(code)))
    assert len(set(answers)) == 1
    assert "对不上" in answers[0][1]

    for _again in range(2):
        phone.press("1")
        told = phone.press("2")
    assert "今天不能再查" in told
    assert "今天不能再查" in phone.press("1")
    assert call_of(session, phone).wrong == 3


def test_tries_of_a_number_count_over_calls_as_on_the_page(door: FlaskClient, api: Api, house: House) -> None:
    made, caller = api.register(), a_phone()
    with house.session() as session, session.begin():
        session.connection().execute(
            text("insert into tracking_try values (current_date, :address, :ref, :tries)"),
            {
                "address": house.vault.code_hash("address", f"tel:{caller}"),
                "ref": made["ref"],
                "tries": TRIES_FOR_TICKET,
            },
        )
    phone = Telephone(door, caller)
    phone.ring()
    phone.press("1")
    phone.press("1")
    phone.press(made["ref"])
    # The right code, from a number that tried too often.
    assert "今天不能再查" in phone.press(made["tracking_code"])


def test_a_wish_is_one_task_a_number_and_the_hours_named_last_count(
    door: FlaskClient, house: House, session: Session
) -> None:
    caller = a_phone()
    for tongue, hours in (("1", "1"), ("2", "2")):
        phone = Telephone(door, caller)
        phone.ring()
        phone.press(tongue)
        phone.press("3")
        said = phone.press(hours)
        assert phone.verbs[-1].name == "Hangup"
        phone.hang_up()
        long_over(house, phone)
    assert "We will call you back" in said
    (task,) = tasks_of(session, house, phone)
    assert (task.cause, task.hours, task.tongue, task.calls, task.done_at) == (
        "wish",
        "afternoon",
        "en",
        2,
        None,
    )
    assert house.vault.open(task.phone, task.place("phone")) == caller


def test_a_message_is_kept_once_whatever_overtakes_what(
    phone: Telephone, house: House, session: Session
) -> None:
    phone.ring()
    phone.press("1")
    assert "嘀声" in phone.press("2")
    # The end of the call comes first, then the message it ended with.
    record = phone.verbs
    phone.hang_up()
    phone.verbs = record
    phone.speak(12, hangs_up=True)
    long_over(house, phone)
    call = call_of(session, phone)
    (message,) = session.exec(select(VoiceMessage).where(VoiceMessage.call_id == call.id)).all()
    assert (message.seconds, message.fetched_at, message.settled_as) == (12, None, None)
    assert tasks_of(session, house, phone) == []


def test_a_recording_told_twice_is_one_and_none_asks_again(phone: Telephone, session: Session) -> None:
    phone.ring()
    phone.press("1")
    phone.press("2")
    assert "没有录到" in phone.speak(0)
    phone.press("2")
    assert "没有录到" in phone.speak(-1)
    phone.press("2")
    fields = {"Digits": "#", "RecordingSid": "RE" + "ab" * 16, "RecordingDuration": "7"}
    for _again in range(2):
        assert "留言收到了" in phone.hear("/twilio/voice/recorded", **fields)
    call = call_of(session, phone)
    assert len(session.exec(select(VoiceMessage).where(VoiceMessage.call_id == call.id)).all()) == 1


def test_a_call_that_ends_with_nothing_is_missed_and_becomes_a_task(
    door: FlaskClient, house: House, session: Session
) -> None:
    caller = a_phone()
    for _again in range(2):
        phone = Telephone(door, caller)
        phone.ring()
        phone.press("1")
        phone.hang_up("no-answer")
        ticks.note_missed_calls(house)
        long_over(house, phone)
        long_over(house, phone)
    (task,) = tasks_of(session, house, phone)
    assert (task.cause, task.hours, task.calls) == ("missed", "any", 2)

    # Of a withheld number nobody can be called; it gets no such choice either.
    unknown = Telephone(door, "+266696687")
    unknown.ring()
    assert "请按 3" not in unknown.press("1")
    assert "没有听清" in unknown.press("3")
    unknown.hang_up()
    long_over(house, unknown)
    call = call_of(session, unknown)
    assert (call.phone, call.settled) == (None, True)


def test_a_call_whose_end_nobody_told_is_missed_all_the_same(
    phone: Telephone, house: House, session: Session
) -> None:
    phone.ring()
    with house.session() as at, at.begin():
        at.connection().execute(
            text("update voice_call set at = at - interval '3 hours' where sid = :sid"), {"sid": phone.sid}
        )
    ticks.note_missed_calls(house)
    long_over(house, phone)
    assert len(tasks_of(session, house, phone)) == 1


def test_silence_ends_a_call_and_useful_keys_begin_anew(phone: Telephone) -> None:
    phone.ring()
    assert "没有听清" in phone.press("")
    assert "没有听清" in phone.press("*")
    phone.press("1")
    phone.press("")
    phone.press("7")
    assert "再见" in phone.press("")
    assert phone.verbs[-1].name == "Hangup"


@pytest.fixture
def at_work(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The same house with a desk that takes one call, in working hours whatever the clock says."""
    own = house_with_voice(house, voice_desk=DESK, voice_lines=1)
    calendar = own.rules().calendar
    always = replace(calendar, week=tuple(_whole_day() for _day in range(7)), days={})
    with own.read() as session:
        book = own.shelf.book(session)
    monkeypatch.setattr(own.shelf, "_book", replace(book, calendar=always))
    # However slow the machine is, it is not read again meanwhile.
    monkeypatch.setattr(own.shelf, "_read_at", float("inf"))
    yield create_app(own.settings, own).test_client()
    own.shelf.forget()


def _whole_day() -> tuple[Span, ...]:
    return (Span(0, 24 * 60),)


def test_in_working_hours_the_desk_rings_and_the_menu_takes_what_it_cannot(
    at_work: FlaskClient, house: House, session: Session
) -> None:
    first, second = Telephone(at_work, a_phone()), Telephone(at_work, a_phone())
    assert first.ring() == ""
    (dial,) = first.verbs
    assert (dial.name, dial.inner[0].words) == ("Dial", DESK)
    # The one line is taken.
    second.ring()
    assert "来电较多" in second.press("1")
    second.hang_up()

    assert "中文请按 1" in first.dialled("no-answer")
    assert "来电较多" in first.press("1")

    third = Telephone(at_work, a_phone())
    third.ring()
    third.dialled("completed")
    third.hang_up()
    long_over(house, third)
    assert tasks_of(session, house, third) == []


def test_the_desk_is_there_from_the_first_to_the_last_working_minute(house: House) -> None:
    calendar = house.rules().calendar
    day = calendar.first_working_day_from(datetime(2026, 3, 2, tzinfo=SHANGHAI).date())
    opens, closes = calendar.open_of(day), calendar.close_of(day)
    moments = (opens - timedelta(seconds=1), opens, closes - timedelta(seconds=1), closes)
    assert [is_open(calendar, at) for at in moments] == [False, True, True, False]
    assert not is_open(calendar, datetime(2026, 3, 1, 10, tzinfo=SHANGHAI))


def test_nothing_enters_unsigned_or_misshapen(phone: Telephone, house: House, session: Session) -> None:
    path = "/twilio/voice"
    assert phone.tell(path, token=OLD_TOKEN[::-1]).status_code == 403
    assert phone.tell(path, token=OLD_TOKEN).status_code == 200
    for wrong in (
        {"CallSid": "CA1"},
        {"Digits": "12x"},
        {"AccountSid": "AC" + "0" * 32},
        {"RecordingSid": "../Calls"},
        {"From": "a b"},
        {"DigitsX": "1"},
    ):
        assert phone.tell(path + "/keys", **wrong).status_code == 403
    row = call_of(session, phone)
    assert (row.stands_at, isinstance(row.id, UUID)) == ("language", True)
    with pytest.raises(ValidationError, match="ZHUANBAN_VOICE needs twilio"):
        Settings.model_validate({**house.settings.model_dump(by_alias=True), "voice": True})
    off = house_with_voice(house, voice=False)
    shut = Telephone(create_app(off.settings, off).test_client(), phone.phone)
    assert shut.tell(path).status_code == 404
