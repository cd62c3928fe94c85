"""What a citizen texts: a mark goes to the ticket that was asked about last, everything is kept once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.clockwork import send_messages
from app.texts.hearing import Heard, hear
from app.wiring import House
from notifications.message import InboundText, Message
from tests.app.pages import signed_in
from tests.makers import CALL, Api


def a_phone() -> str:
    """A number nobody else in the tests has."""
    return f"+86139{uuid4().int % 10**8:08d}"


def surveyed(api: Api, house: House, phone: str) -> dict[str, Any]:
    """A ticket of *phone* whose answer was passed and whose survey was sent."""
    ticket = api.ticket_in("callback", requester={**CALL["requester"], "phone": phone})
    send_messages(house)
    return ticket


def said(house: House, phone: str, words: str, sid: str = "") -> Heard:
    return hear(house, "simulator", sid or f"SIM{uuid4().hex}", phone, words)


def now(api: Api, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.get("supervisor", f"/tickets/{ticket['ref']}").get_json()
    return found


def called_back(api: Api, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    facts = api.get("supervisor", f"/tickets/{ticket['ref']}/timeline").get_json()["items"]
    return [fact["data"] for fact in facts if fact["what"] == "called_back"]


def kept(session: Session, house: House, phone: str) -> list[InboundText]:
    index = house.vault.index("phone", phone)
    found = select(InboundText).where(InboundText.from_index == index).order_by(col(InboundText.id))
    return list(session.exec(found).all())


@pytest.mark.parametrize("words, mark", [("5", 5), ("５", 5), (" 4。", 4), ("基本满意", 3)])
def test_a_good_mark_closes_the_ticket(
    api: Api, house: House, session: Session, words: str, mark: int
) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    heard = said(house, phone, words)

    assert heard == Heard(True, heard.handled_as, ticket["ref"], mark, closed=True)
    assert now(api, ticket)["state"] == "closed"
    (told,) = called_back(api, ticket)
    assert (told["channel"], told["reached"], told["satisfaction"], told["solved"]) == (
        "sms",
        True,
        mark,
        None,
    )
    (row,) = kept(session, house, phone)
    assert (row.handled_as, row.words(house.vault)) == ("answer", words)
    assert row.ticket_id is not None


@pytest.mark.parametrize("words", ["1", "2", "不满意"])
def test_a_bad_mark_waits_for_the_reviewer(api: Api, house: House, words: str) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    heard = said(house, phone, words)

    assert (heard.ref, heard.closed) == (ticket["ref"], False)
    assert now(api, ticket)["state"] == "callback"
    assert len(called_back(api, ticket)) == 1


@pytest.mark.parametrize("first, second", [("5", "1"), ("1", "5")])
def test_a_second_mark_changes_nothing_and_is_kept(
    api: Api, house: House, session: Session, first: str, second: str
) -> None:
    phone = a_phone()
    older, ticket = surveyed(api, house, phone), surveyed(api, house, phone)
    said(house, phone, first)
    heard = said(house, phone, second)

    assert (heard.is_new, heard.ref, heard.satisfaction) == (True, ticket["ref"], None)
    assert [told["satisfaction"] for told in called_back(api, ticket)] == [int(first)]
    assert now(api, ticket)["state"] == ("closed" if first == "5" else "callback")
    assert called_back(api, older) == []
    assert [row.handled_as for row in kept(session, house, phone)] == ["answer", "answer"]


def test_a_mark_goes_to_the_survey_sent_last(api: Api, house: House) -> None:
    phone = a_phone()
    older, newer = surveyed(api, house, phone), surveyed(api, house, phone)
    said(house, phone, "4")

    assert (now(api, older)["state"], now(api, newer)["state"]) == ("callback", "closed")


def test_a_mark_comes_too_late_after_a_week(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    session.connection().execute(
        text(
            "update message set sent_at = sent_at - interval '7 days 1 minute' where template = 'survey'"
            " and ticket_id = (select id from ticket where ref = :ref)"
        ),
        {"ref": ticket["ref"]},
    )
    session.commit()

    assert said(house, phone, "5").ref is None
    assert now(api, ticket)["state"] == "callback"


def test_a_mark_of_somebody_else_is_kept_and_touches_nothing(
    api: Api, house: House, session: Session
) -> None:
    ticket, stranger = surveyed(api, house, a_phone()), a_phone()

    assert said(house, stranger, "5") == Heard(True, said(house, stranger, "5").handled_as)
    assert now(api, ticket)["state"] == "callback"
    assert [row.ticket_id for row in kept(session, house, stranger)] == [None, None]


@pytest.mark.parametrize(
    "words, handled_as",
    [
        ("TD", "stop"),
        ("还没有人来", "words"),
        ("26112300041270", "progress"),
        ("5月份的事还没办", "words"),
        ("", "words"),
        ("\x00\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "words"),
    ],
)
def test_every_other_text_is_kept(house: House, session: Session, words: str, handled_as: str) -> None:
    phone = a_phone()
    said(house, phone, words)

    (row,) = kept(session, house, phone)
    assert (row.handled_as, row.ticket_id) == (handled_as, None)
    assert row.words(house.vault) == words


def supplements(api: Api, ticket: dict[str, Any]) -> list[str]:
    facts = api.get("supervisor", f"/tickets/{ticket['ref']}/timeline").get_json()["items"]
    return [fact["note"] for fact in facts if fact["what"] == "supplemented"]


def handled(session: Session, house: House, phone: str) -> list[tuple[str | None, bool]]:
    return [(row.handled_as, row.ticket_id is not None) for row in kept(session, house, phone)]


def test_words_go_to_the_only_open_ticket_of_a_number(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    heard = said(house, phone, "灯在三号楼门口")

    assert (heard.handled_as, heard.ref) == ("words", ticket["ref"])
    assert supplements(api, ticket) == ["灯在三号楼门口"]
    assert handled(session, house, phone) == [("words", True)]


def test_words_wait_for_a_person_where_two_tickets_are_open(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    tickets = [api.register(requester={**CALL["requester"], "phone": phone}) for _ in range(2)]

    assert said(house, phone, "灯在三号楼门口").ref is None
    assert [supplements(api, ticket) for ticket in tickets] == [[], []]
    assert handled(session, house, phone) == [("words", False)]


def test_words_that_name_one_of_two_tickets_go_there(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    first, second = (api.register(requester={**CALL["requester"], "phone": phone}) for _ in range(2))
    strangers = api.register(requester={**CALL["requester"], "phone": a_phone()})
    heard = said(house, phone, f"{first['ref']} 还是没人来")
    said(house, phone, f"{strangers['ref']} 还是没人来")

    assert (heard.handled_as, heard.ref) == ("words", first["ref"])
    assert [len(supplements(api, ticket)) for ticket in (first, second, strangers)] == [1, 0, 0]
    assert handled(session, house, phone) == [("words", True), ("words", False)]


def test_words_after_the_end_wait_for_a_person(api: Api, house: House) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    said(house, phone, "5")

    assert said(house, phone, "谢谢你们帮忙修好").ref is None
    assert supplements(api, ticket) == []


def test_words_let_a_ticket_go_on_that_waited_for_them(api: Api, house: House) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    assert api.move("operator", ticket["ref"], "ask_citizen", text="哪一盏灯？").status_code == 200
    assert now(api, ticket)["state"] == "awaiting_information"
    said(house, phone, "三号楼门口那一盏")

    assert now(api, ticket)["state"] == "registered"


@pytest.mark.parametrize("words", ["", " \n", "一\x00二"])
def test_what_says_nothing_or_cannot_be_kept_in_clear_is_added_nowhere(
    api: Api, house: House, session: Session, words: str
) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    said(house, phone, words)

    assert supplements(api, ticket) == []
    assert handled(session, house, phone) == [("words", False)]


def test_our_own_text_come_back_is_kept_and_added_nowhere(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    message = session.exec(
        select(Message).where(Message.template == "survey").order_by(col(Message.id).desc())
    )
    ours = message.first()
    assert ours is not None
    heard = said(house, phone, ours.words(house.vault))

    assert (heard.handled_as, heard.ref) == ("automatic", None)
    assert supplements(api, ticket) == []
    assert handled(session, house, phone) == [("automatic", False)]


def test_the_same_again_and_again_is_a_machines(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    for words in ("您好，我在忙", "您好 我在忙。", "您好，我在忙", "您好，我在忙"):
        said(house, phone, words)

    assert len(supplements(api, ticket)) == 2
    assert [one for one, _found in handled(session, house, phone)] == ["words"] * 2 + ["automatic"] * 2


def test_a_wish_counts_however_often_it_comes(house: House, session: Session) -> None:
    phone = a_phone()
    for _ in range(4):
        said(house, phone, "TD")

    assert [one for one, _found in handled(session, house, phone)] == ["stop"] * 4


@pytest.mark.parametrize("words", ["好的", "谢谢🙏", "ok"])
def test_a_polite_word_leaves_a_ticket_that_waits_as_it_is(
    api: Api, house: House, session: Session, app: Flask, words: str
) -> None:
    phone = a_phone()
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    assert api.move("operator", ticket["ref"], "ask_citizen", text="哪一盏灯？").status_code == 200
    send_messages(house)
    heard = said(house, phone, words)

    assert (heard.handled_as, heard.ref) == ("courtesy", ticket["ref"])
    assert now(api, ticket)["state"] == "awaiting_information"
    assert supplements(api, ticket) == []
    assert handled(session, house, phone) == [("courtesy", True)]
    assert "客气话，不用办" in signed_in(app, "supervisor").get(f"/tickets/{ticket['ref']}").text


def progress_told(api: Api, ref: str) -> list[str]:
    return [name for name in api.texts(ref) if name.startswith("progress_")]


def test_the_number_of_a_ticket_asks_for_its_progress(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = api.ticket_in("handling", requester={**CALL["requester"], "phone": phone, "reply_wanted": False})
    version = now(api, ticket)["version"]
    heard = said(house, phone, f"查询 {ticket['ref']}")
    send_messages(house)

    assert (heard.handled_as, heard.ref, heard.answered) == ("progress", ticket["ref"], True)
    assert api.facts(ticket["ref"])[-1] == "progress_asked"
    assert now(api, ticket)["version"] == version
    # Even who wanted no reply hears what they ask for.
    assert fates(api, ticket) == {"progress_in_hand": ("delivered", None)}
    assert handled(session, house, phone) == [("progress", True)]


@pytest.mark.parametrize(
    "state, move, template",
    [
        ("registered", None, "progress_received"),
        ("registered", ("operator", "ask_citizen", {"text": "哪里？"}), "progress_waiting"),
        ("callback", None, "progress_answered"),
        ("closed", None, "progress_ended"),
    ],
)
def test_progress_is_told_wherever_a_ticket_stands(
    api: Api, house: House, state: str, move: tuple[str, str, dict[str, Any]] | None, template: str
) -> None:
    phone = a_phone()
    ticket = api.ticket_in(state, requester={**CALL["requester"], "phone": phone})
    if move:
        who, name, body = move
        api.made(who, ticket["ref"], name, **body)
    said(house, phone, ticket["ref"])

    assert progress_told(api, ticket["ref"]) == [template]


def test_of_a_follower_the_progress_of_the_one_it_follows_is_told(api: Api, house: House) -> None:
    phone = a_phone()
    master = api.ticket_in("handling")
    ticket = api.register(requester={**CALL["requester"], "phone": phone})
    api.made("dispatcher", ticket["ref"], "merge", into=master["ref"])
    said(house, phone, ticket["ref"])

    assert progress_told(api, ticket["ref"]) == ["progress_in_hand"]


def test_nobody_else_learns_whether_a_ticket_is_there(api: Api, house: House, session: Session) -> None:
    ticket, stranger = api.register(requester={**CALL["requester"], "phone": a_phone()}), a_phone()
    slip = f"{ticket['ref'][:-1]}{(int(ticket['ref'][-1]) + 1) % 10}"
    for words in (ticket["ref"], slip):
        heard = said(house, stranger, words)
        assert heard == Heard(True, heard.handled_as)

    assert progress_told(api, ticket["ref"]) == []
    assert "progress_asked" not in api.facts(ticket["ref"])
    assert handled(session, house, stranger) == [("progress", False)] * 2


def test_three_answers_a_day_are_enough(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    refs = [api.register(requester={**CALL["requester"], "phone": phone})["ref"] for _ in range(2)]
    asks = [refs[0], refs[1], f"查{refs[0]}", f"查{refs[1]}", f"查询{refs[0]}"]
    answered = [said(house, phone, words).answered for words in asks]

    assert answered == [True, True, True, False, False]
    assert handled(session, house, phone) == [("progress", True)] * 5
    session.connection().execute(text("update inbound_text set at = at - interval '1 day'"))
    session.commit()
    assert said(house, phone, refs[0]).answered


def test_a_machine_is_answered_twice_at_most(api: Api, house: House) -> None:
    phone = a_phone()
    ref = api.register(requester={**CALL["requester"], "phone": phone})["ref"]
    heard = [said(house, phone, ref) for _ in range(4)]

    assert [one.handled_as for one in heard] == ["progress"] * 2 + ["automatic"] * 2
    assert len(progress_told(api, ref)) == 2


def fates(api: Api, ticket: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    messages = api.get("supervisor", f"/tickets/{ticket['ref']}/messages").get_json()["items"]
    return {one["template"]: (one["fate"], one["held_because"]) for one in messages}


def test_whoever_opted_out_gets_no_survey_but_every_notice(api: Api, house: House) -> None:
    phone = a_phone()
    said(house, phone, "退订")
    told = fates(api, surveyed(api, house, phone))

    assert told.pop("survey") == ("withheld", "opted_out")
    assert {"received", "transferred", "answered"} <= set(told)
    assert {fate for fate, _held in told.values()} == {"delivered"}


def test_whoever_opted_in_again_is_asked_again(api: Api, house: House) -> None:
    phone = a_phone()
    for words in ("TD", "START", "T", "恢复"):
        said(house, phone, words)

    assert fates(api, surveyed(api, house, phone))["survey"] == ("delivered", None)


def test_an_opt_out_is_of_one_number_only(api: Api, house: House) -> None:
    said(house, a_phone(), "TD")

    assert fates(api, surveyed(api, house, a_phone()))["survey"] == ("delivered", None)


def test_the_ticket_says_why_a_text_was_not_sent(api: Api, house: House, app: Flask) -> None:
    phone = a_phone()
    said(house, phone, "TD")
    ticket = surveyed(api, house, phone)

    assert "群众要求不再发短信" in signed_in(app, "supervisor").get(f"/tickets/{ticket['ref']}").text


def test_the_same_text_twice_at_once_is_one(api: Api, house: House, session: Session) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    sid, together = f"SIM{uuid4().hex}", Barrier(4)

    def bring() -> Heard:
        together.wait(10)
        return said(house, phone, "2", sid)

    with ThreadPoolExecutor(4) as people:
        heard = [future.result() for future in [people.submit(bring) for _ in range(4)]]

    assert sorted(one.is_new for one in heard) == [False, False, False, True]
    assert len(called_back(api, ticket)) == 1
    assert len(kept(session, house, phone)) == 1


def test_a_text_and_an_agents_call_end_a_ticket_once(api: Api, house: House) -> None:
    phone = a_phone()
    ticket = surveyed(api, house, phone)
    together = Barrier(2)

    def text_us() -> None:
        together.wait(10)
        said(house, phone, "5")

    def call() -> int:
        together.wait(10)
        body = {"reached": True, "solved": "yes", "satisfaction": 4}
        return api.move("caller", ticket["ref"], "call_back", **body).status_code

    with ThreadPoolExecutor(2) as people:
        texted, called = people.submit(text_us), people.submit(call)
        texted.result()

    assert called.result() in (200, 404, 409)
    assert now(api, ticket)["state"] == "closed"
    assert sum(told["closed"] for told in called_back(api, ticket)) == 1
