"""What is spoken after the tone: fetched from the double, erased there, heard by an operator, and settled."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import TextClause
from sqlmodel import Session, select, text

from app.factory import create_app
from app.voice.fetching import FIRST_WAIT, MOST_TRIES, fetch_recordings
from app.voice.messages import locked_voice, set_aside
from app.voice.rows import CallBack, Cause, Tongue, VoiceAside, VoiceCall, VoiceMessage, VoiceStep
from app.voice.ticks import BATCH, forget_calls
from app.voice.whom import given_back, want_call
from app.wiring import House
from tests.app.attachments.samples import wav
from tests.app.pages import Visitor, signed_in
from tests.app.voice.calling import Telephone, a_phone, code_of, house_with_voice
from tests.doubles.carrier import TOKEN, TwilioDouble, running_double
from tests.makers import CALL, Api
from tickets.ground.desk import Actor
from tickets.ground.files import Attachment
from tickets.ticket import Ticket

SOUND = wav(0.2)


@pytest.fixture(scope="module")
def double() -> Iterator[TwilioDouble]:
    with running_double() as found:
        yield found
        assert found.violations() == []


@pytest.fixture(scope="module")
def telling(house: House, double: TwilioDouble) -> House:
    return house_with_voice(house, twilio_auth_token=TOKEN, twilio_api_base=double.base)


@pytest.fixture(scope="module")
def door(telling: House) -> FlaskClient:
    return create_app(telling.settings, telling).test_client()


def left(door: FlaskClient, session: Session, phone: str) -> VoiceMessage:
    """A message of *phone*, not fetched yet."""
    call = Telephone(door, phone, token=TOKEN)
    call.ring()
    call.press("1")
    call.press("2")
    sid = f"RE{uuid4().hex}"
    call.speak(9, sid=sid)
    session.expire_all()
    return session.exec(select(VoiceMessage).where(VoiceMessage.sid == sid)).one()


def fetched(telling: House, double: TwilioDouble, row: VoiceMessage, sound: bytes = SOUND) -> None:
    double.record(row.sid, sound)
    fetch_recordings(telling)


def due_now(house: House, row: VoiceMessage, tries: int | None = None) -> None:
    with house.session() as session, session.begin():
        session.connection().execute(
            text(
                "update voice_message set next_try_at = now(), tries = coalesce(:tries, tries) where id = :id"
            ),
            {"id": row.id, "tries": tries},
        )


def test_a_recording_is_fetched_when_it_is_there_and_erased_where_it_was(
    door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    row = left(door, session, a_phone())
    fetch_recordings(telling)
    session.refresh(row)
    assert (row.fetched_at, row.tries) == (None, 1)
    assert row.next_try_at - row.at >= FIRST_WAIT
    due_now(telling, row)
    fetched(telling, double, row)
    session.refresh(row)
    assert (row.fetched_at is None, row.lost_at, row.dropped_at is None) == (False, None, False)
    assert row.sid not in double.recordings()
    kept = session.exec(select(Attachment).where(Attachment.holder_id == str(row.id))).one()
    assert (kept.holder_kind, kept.media_type, kept.role, kept.ticket_id) == (
        "voice",
        "audio/wav",
        "citizen",
        None,
    )


def test_what_cannot_be_had_is_lost_and_its_copy_erased_all_the_same(
    door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    gone, noise = left(door, session, a_phone()), left(door, session, a_phone())
    due_now(telling, gone, tries=MOST_TRIES - 1)
    fetched(telling, double, noise, b"<html>no sound</html>")
    session.refresh(gone)
    session.refresh(noise)
    assert None not in (gone.lost_at, gone.dropped_at, noise.lost_at, noise.dropped_at)
    assert noise.sid not in double.recordings()
    # A provider that is away for a moment loses nothing.
    later = left(door, session, a_phone())
    double.fail("500_before")
    fetched(telling, double, later)
    session.refresh(later)
    assert (later.fetched_at, later.lost_at, later.tries) == (None, None, 1)
    due_now(telling, later)
    fetch_recordings(telling)
    session.refresh(later)
    assert later.dropped_at is not None


def test_an_operator_settles_messages_by_the_api(
    api: Api, door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    rows = [left(door, session, phone) for _each in range(3)]
    for row in rows:
        double.record(row.sid, SOUND)
    fetch_recordings(telling)
    first, second, third = (f"/voice-messages/{row.id}" for row in rows)
    items = api.get("operator", "/voice-messages", limit=100).get_json()["items"]
    (shown,) = [one for one in items if one["id"] == str(rows[0].id)]
    assert (shown["seconds"], shown["sound"], shown["tickets"][0]["ref"]) == (9, True, ticket["ref"])
    heard = api.get("operator", f"{first}/sound")
    assert (heard.data, heard.mimetype) == (SOUND, "audio/wav")
    assert api.get("reviewer", f"{first}/sound").status_code == 403

    body = {"ref": ticket["ref"], "text": "路灯还是不亮，在三号楼门口。"}
    assert api.post("operator", f"{first}/add", body).get_json()["settled_as"] == "added"
    assert code_of(api.post("operator", f"{first}/add", body)) == "voice_settled"
    facts = api.get("supervisor", f"/tickets/{ticket['ref']}/timeline").get_json()["items"]
    assert {"supplemented", "attached"} <= {fact["what"] for fact in facts}
    # From here on the ticket gives it out, by its own rules.
    assert api.get("operator", f"{first}/sound").status_code == 404

    draft = {**CALL, "requester": {}}
    made = api.post("operator", f"{second}/register", draft)
    assert made.status_code == 201, made.text
    files = api.get("operator", f"/tickets/{made.get_json()['ref']}/attachments").get_json()["items"]
    assert [one["media_type"] for one in files] == ["audio/wav"]

    aside = api.post("operator", f"{third}/set_aside", {"reason": "silence"}).get_json()
    assert (aside["settled_as"], aside["reason"], aside["by"]) == ("set_aside", "silence", "operator")
    listed = api.get("operator", "/voice-messages", aside="true").get_json()["items"]
    assert str(rows[2].id) in [one["id"] for one in listed]
    assert api.post("operator", f"{third}/put_back").get_json()["settled_as"] is None
    assert code_of(api.post("operator", f"{third}/put_back")) == "voice_not_aside"
    steps = session.exec(select(VoiceStep.what).where(VoiceStep.message_id == rows[0].id)).all()
    assert list(steps) == ["heard", "added"]
    assert code_of(api.get("operator", "/voice-messages/7/sound")) == "no_such_voice"


def test_a_sound_that_comes_late_goes_to_the_ticket_of_its_message(
    api: Api, door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    row = left(door, session, a_phone())
    ref = api.register()["ref"]
    body = {"ref": ref, "text": "路灯还是不亮。"}
    assert api.post("operator", f"/voice-messages/{row.id}/add", body).status_code == 200
    fetched(telling, double, row)

    files = api.get("operator", f"/tickets/{ref}/attachments").get_json()["items"]
    assert [one["media_type"] for one in files] == ["audio/wav"]
    assert api.facts(ref)[-2:] == ["supplemented", "attached"]
    session.refresh(row)
    assert row.dropped_at is not None


OLD_CALLS = text("update voice_call set at = at - interval '200 days' where id = any(:calls)")
OLD_SOUNDS = text("update attachment set at = at - interval '200 days' where holder_id = any(:holders)")
#: More than are erased in one go.
MORE_SOUNDS = text(
    "insert into attachment (id, holder_kind, holder_id, media_type, size, sha256, state, audience, by, role,"
    " at) select gen_random_uuid(), holder_kind, holder_id, media_type, size, sha256, state, audience, by,"
    " role, at from attachment, generate_series(1, :more) where holder_id = :holder"
)
OLD_CALL_BACKS = text(
    "update call_back set done_at = done_at - interval '200 days' where from_index = :index"
)


def age(house: House, older: TextClause, **which: object) -> None:
    with house.session() as session, session.begin():
        session.connection().execute(older, which)


def test_what_nobody_needs_is_forgotten_in_time(
    door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    unwanted, waiting = left(door, session, a_phone()), left(door, session, a_phone())
    for row in (unwanted, waiting):
        double.record(row.sid, SOUND)
    fetch_recordings(telling)
    phone = a_phone()
    with telling.open_desk(Actor("operator", "operator")) as desk:
        set_aside(desk, locked_voice(desk, unwanted.id), VoiceAside.SPAM)
        given_back(desk, want_call(desk, phone, Cause.MISSED, at=desk.now(), tongue=Tongue.CHINESE))
        want_call(desk, phone, Cause.WISH, at=desk.now(), tongue=Tongue.CHINESE)
    age(telling, OLD_CALLS, calls=[unwanted.call_id, waiting.call_id])
    age(telling, OLD_SOUNDS, holders=[str(unwanted.id), str(waiting.id)])
    age(telling, OLD_CALL_BACKS, index=telling.vault.index("phone", phone))
    age(telling, MORE_SOUNDS, holder=str(unwanted.id), more=BATCH)
    forget_calls(telling)
    session.expire_all()
    calls = [session.get_one(VoiceCall, row.call_id).phone is None for row in (unwanted, waiting)]
    sounds = [
        set(session.exec(select(Attachment.state).where(Attachment.holder_id == str(row.id))).all())
        for row in (unwanted, waiting)
    ]
    assert (calls, sounds) == ([True, False], [{"erased"}, {"clean"}])
    index = telling.vault.index("phone", phone)
    assert session.exec(select(CallBack.cause).where(CallBack.from_index == index)).all() == ["wish"]


def test_the_page_plays_a_message_and_makes_it_a_ticket(
    app: Flask, door: FlaskClient, telling: House, double: TwilioDouble, session: Session
) -> None:
    phone = a_phone()
    row, other = left(door, session, phone), left(door, session, phone)
    fetched(telling, double, row)
    operator = signed_in(app, "operator")
    page = operator.get("/voice-messages", after=str(_before(session, row)))
    assert f'src="/voice-messages/{row.id}/sound"' in page.text
    assert "录音正在取回" in page.text
    (waiting,) = re.findall(r"待处理 (\d+)", page.text)
    assert f"{waiting} 条语音留言等您听" in operator.get("/desk").text
    # A player asks for its parts: one that begins later is no further listening.
    assert heard_parts(operator, row, "bytes=9-", "bytes=0-", "bytes=20-29") == [206] * 3
    assert operator.get(f"/voice-messages/{row.id}/sound").data == SOUND
    steps = session.exec(select(VoiceStep.what).where(VoiceStep.message_id == row.id)).all()
    assert list(steps) == ["heard"] * 3, "the first part, the beginning, and all of it"

    refused = operator.send(page, f"/voice-messages/{row.id}/add", {"ref": "1", "text": ""})
    assert refused.status_code == 422
    form = operator.get("/intake", from_voice=str(row.id))
    assert f'src="/voice-messages/{row.id}/sound"' in form.text
    assert phone[-4:] in form.text
    assert phone not in form.text
    done = operator.send(form, "/intake", {"text": "三号楼路灯不亮", "kind": "help", "urgency": "normal"})
    assert done.status_code == 303, done.text
    session.refresh(row)
    assert row.settled_as == "registered"
    assert session.get_one(Ticket, row.ticket_id).channel == "voice"
    assert operator.send(page, f"/voice-messages/{other.id}/aside", {"reason": "spam"}).status_code == 303
    aside = operator.get("/voice-messages", aside=1)
    assert operator.send(aside, f"/voice-messages/{other.id}/back", {}).status_code == 303
    assert signed_in(app, "reviewer").get("/voice-messages").status_code == 403


def heard_parts(visitor: Visitor, row: VoiceMessage, *parts: str) -> list[int]:
    path = f"/voice-messages/{row.id}/sound"
    return [visitor.client.get(path, headers={"Range": part}).status_code for part in parts]


def _before(session: Session, row: VoiceMessage) -> object:
    ids = session.exec(select(VoiceMessage.id).where(VoiceMessage.id < row.id)).all()
    return max(ids)
