"""Chapter 1: a call becomes a ticket."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlmodel import Session, col, select

from app.access.tracking import ticket_by_code
from app.wiring import House
from notifications.message import Message
from tests.makers import CALL, HANDLER, HEAD, Api
from tickets.ground.desk import Desk
from tickets.ground.refs import read_ref
from tickets.ground.timeline import Entry
from tickets.intake.amend import IdentityChange
from tickets.intake.at_once import answer
from tickets.intake.draft import Draft
from tickets.intake.register import register
from tickets.ticket import Identity, Ticket, lock_ticket

Open = Callable[[str], AbstractContextManager[Desk]]


def test_a_call_becomes_a_ticket_with_a_number_a_clock_and_a_text(open_desk: Open, session: Session) -> None:
    # Given what the operator typed
    draft = Draft.model_validate(CALL)

    # When it is registered
    with open_desk("operator") as desk:
        made = register(desk, draft)

    # Then there is a ticket with a number one can read over the telephone
    ticket = session.exec(select(Ticket).where(Ticket.ref == made.ticket.ref)).one()
    assert (ticket.state, ticket.version, ticket.seq) == ("registered", 1, 1)
    assert read_ref(ticket.ref) == ticket.ref
    assert ticket.text == CALL["text"]
    # a first line on its timeline that names no citizen
    line = session.exec(select(Entry).where(Entry.ticket_id == ticket.id)).one()
    assert (line.what, line.by, line.role) == ("registered", "operator", "operator")
    assert "金某" not in str(line.data)
    assert made.tracking_code not in str(line.data)
    # a promise to dispatch it
    assert ticket.due_clock == "dispatch"
    assert ticket.due_at is not None
    # and a text that waits to be sent, without a number in it
    message = session.exec(select(Message).where(Message.ticket_id == ticket.id)).one()
    assert (message.template, message.fate, message.to_masked) == ("received", "queued", None)


def test_the_vault_holds_who_called_and_opens_only_in_its_place(open_desk: Open, session: Session) -> None:
    with open_desk("operator") as desk:
        made = register(desk, Draft.model_validate(CALL))
        vault = desk.vault

    kept = session.get_one(Identity, made.ticket.id)

    assert (kept.name_masked, kept.phone_masked) == ("金**", "138****0001")
    assert b"13800000001" not in bytes(kept.phone or b"")
    assert kept.open(vault, "phone") == "+8613800000001"
    assert kept.open(vault, "address") == "牧羊村三组"
    assert kept.phone_index == vault.index("phone", "+8613800000001")


def test_what_can_be_answered_at_once_closes_at_once(open_desk: Open, session: Session) -> None:
    with open_desk("operator") as desk:
        made = register(desk, Draft.model_validate({**CALL, "kind": "consultation"}))

    with open_desk("operator") as desk:
        ticket = lock_ticket(desk, Ticket.ref == made.ticket.ref)  # type: ignore[arg-type] # a column
        answer(desk, ticket, text="带身份证到街道办理。")

    closed = session.get_one(Ticket, made.ticket.id)
    assert (closed.state, closed.outcome, closed.due_at) == ("closed", "answered", None)
    assert closed.closed_at is not None


def test_an_emergency_is_handed_over_and_not_followed_any_further(api: Api) -> None:
    ref = api.register(urgency="critical")["ref"]

    over = api.made("operator", ref, "hand_over", service="120", text="老人昏倒，已三方通话转120。")

    assert (over["state"], over["outcome"]) == ("closed", "handed_over")
    assert api.facts(ref) == ["registered", "handed_over"]
    assert api.move("operator", ref, "dispute", text="没有人来").status_code == 409


def test_a_matter_is_declined_on_a_ground_of_the_list_with_the_way_to_go(api: Api) -> None:
    ref = api.register()["ref"]

    without = api.move("dispatcher", ref, "decline", ground="诉讼仲裁复议", text="已在法院审理。")
    declined = api.made(
        "dispatcher",
        ref,
        "decline",
        ground="诉讼仲裁复议",
        route="请向区法院询问进度。",
        text="已在法院审理。",
    )

    assert without.status_code == 422
    assert without.get_json()["errors"][0]["field"] == "route"
    assert (declined["state"], declined["outcome"]) == ("closed", "declined")
    assert api.texts(ref) == ["received", "ended"]


def test_what_was_taken_down_wrong_is_put_right_and_both_values_stay(api: Api, house: House) -> None:
    ref = api.register()["ref"]

    amended = api.made(
        "operator",
        ref,
        "amend",
        fields={"kind": "complaint", "phone": "13800000009", "address": "牧羊村五组"},
        text="来电更正",
    )

    assert amended["kind"] == "complaint"
    assert amended["requester"]["phone"] == "138****0009"
    fact = api.get("auditor", f"/tickets/{ref}/timeline").get_json()["items"][1]
    assert fact["data"]["changes"] == {"kind": ["help", "complaint"]}
    assert fact["data"]["identity"] == ["phone", "address"]
    assert "13800000009" not in str(fact)
    # Old and new number lie in the vault.
    with house.read() as session:
        kept = session.exec(
            select(IdentityChange)
            .join(Ticket, col(Ticket.id) == IdentityChange.ticket_id)
            .where(Ticket.ref == ref)
        ).all()
        opened = {
            one.field: tuple(
                house.vault.open(getattr(one, column), one.place(column)) for column in ("before", "after")
            )
            for one in kept
        }
    assert opened["phone"] == ("+8613800000001", "+8613800000009")
    assert opened["address"] == ("牧羊村三组", "牧羊村五组")


def test_a_higher_urgency_counts_the_running_clocks_anew_as_facts(api: Api) -> None:
    ticket = api.ticket_in("handling")

    amended = api.made("dispatcher", ticket["ref"], "amend", fields={"urgency": "urgent"}, text="老人断粮")

    order = amended["orders"][0]
    handle = next(clock for clock in amended["clocks"] if clock["kind"] == "handle")
    assert (order["policy"], handle["policy"]) == ("H-URG", "H-URG")
    assert handle["due_at"] == order["due_at"] < ticket["orders"][0]["due_at"]
    assert api.facts(ticket["ref"])[-3:] == ["amended", "clock_recomputed", "clock_recomputed"]


def test_an_amendment_without_a_change_is_refused_and_leaves_no_trace(api: Api) -> None:
    ref = api.register()["ref"]

    same = api.move("operator", ref, "amend", fields={"kind": "help"}, text="没有改动")
    none = api.move("operator", ref, "amend", fields={}, text="没有改动")

    assert (same.status_code, none.status_code) == (422, 422)
    assert api.facts(ref) == ["registered"]


def test_the_citizen_is_asked_for_more_and_the_clock_stands_still_meanwhile(api: Api) -> None:
    ref = api.register()["ref"]

    asked = api.made("operator", ref, "ask_citizen", text="请说明老人的门牌号。")

    assert asked["state"] == "awaiting_information"
    assert {clock["kind"]: clock["state"] for clock in asked["clocks"]} == {
        "dispatch": "paused",
        "supplement": "running",
    }
    assert api.texts(ref) == ["received", "asked"]
    back = api.made("operator", ref, "supplement", text="牧羊村三组 12 号。")
    assert back["state"] == "registered"
    dispatch = next(clock for clock in back["clocks"] if clock["kind"] == "dispatch")
    assert dispatch["state"] == "running"
    assert [pause["ground"] for pause in dispatch["paused"]] == ["awaiting_information"]


def test_words_are_added_to_any_open_ticket_and_seen_by_its_unit(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    after = api.made("operator", ref, "supplement", text="老人说下午都在家。")

    assert after["state"] == "handling"
    assert (
        api.get(HANDLER, f"/tickets/{ref}/timeline").get_json()["items"][-1]["note"] == "老人说下午都在家。"
    )


def test_a_note_is_read_by_those_it_is_for(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]
    for visible_to in ("unit", "hotline", "all"):
        api.made(HANDLER, ref, "note", text=f"给{visible_to}", visible_to=visible_to)
    api.made("operator", ref, "note", text="热线自己的", visible_to="hotline")

    def read(username: str) -> list[str]:
        items = api.get(username, f"/tickets/{ref}/timeline").get_json()["items"]
        return [item["note"] for item in items if item["what"] == "noted" and item["note"]]

    assert read(HEAD) == ["给unit", "给hotline", "给all"]
    assert read("operator") == ["给hotline", "给all", "热线自己的"]
    assert read("auditor") == ["给unit", "给hotline", "给all", "热线自己的"]


def test_an_urge_counts_once_a_day(api: Api) -> None:
    ref = api.ticket_in("handling")["ref"]

    api.made("operator", ref, "urge", text="老人催")
    again = api.move("operator", ref, "urge")

    assert again.status_code == 409
    assert api.facts(ref)[-1] == "urged"


def test_a_lost_code_is_made_anew_and_the_old_one_opens_nothing(api: Api, house: House) -> None:
    made = api.register()

    api.made("operator", made["ref"], "reissue")

    assert api.texts(made["ref"]) == ["received", "code_again"]
    with house.session() as session:
        old = ticket_by_code(session, house.vault, ref=made["ref"], code=made["tracking_code"], address=None)
    assert old is None


def test_no_code_goes_to_nobody(api: Api) -> None:
    ref = api.register(requester={"anonymous": True})["ref"]

    assert api.move("operator", ref, "reissue").status_code == 409
