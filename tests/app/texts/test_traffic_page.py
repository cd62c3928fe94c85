"""The page of texts: what it says of each, who may read it, a budget, and once more what did not arrive."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.admin.ledger import HouseFact
from app.factory import create_app
from app.forgetting import erase_texts
from app.texts.hearing import hear
from app.texts.state import MONTHS
from app.verify import faults
from app.wiring import House, make_engine
from notifications.inbox import has_opted_out
from notifications.message import Fate, InboundText, Message
from notifications.spending import DISTRICT, HOTLINE, TextBudget, TextSpending, day_of
from tests.app.pages import Visitor, counted, signed_in
from tests.makers import CALL, Api
from tests.server import Server
from tickets.ground.columns import first_id_of

PAGE = "/admin/messages"
#: What an administrator's visit asks; it stays so however many texts there are.
QUESTIONS = 8


@pytest.fixture(scope="module")
def own(server: Server, worker_id: str) -> Iterator[House]:
    """A house for this file: the page counts all texts there are."""
    with server.district(f"texts_{worker_id}") as settings:
        made = House.of(settings, pool=10)
        yield made
        made.engine.dispose()


@pytest.fixture
def fresh(own: House) -> tuple[Visitor, Api]:
    """Its administrator and its API, without the texts of earlier tests."""
    owner = make_engine(own.settings, own.settings.owner_database_url or "", pool=1)
    with owner.begin() as connection:
        for table in ("message", "text_spending", "text_budget"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 the words above
    owner.dispose()
    app = create_app(own.settings, own)
    return signed_in(app, "admin"), Api(app, own)


def lose(house: House, *refs: str, fate: str = "given_up", trouble: str | None = "busy") -> None:
    """Let the first text about each ticket not arrive."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update message set fate = :fate, error_code = :trouble, provider = 'twilio'"
                " where seq = 1 and ticket_id in (select id from ticket where ref = any(:refs))"
            ),
            {"fate": fate, "trouble": trouble, "refs": list(refs)},
        )


def texts_of(house: House, ref: str) -> list[Message]:
    with house.read() as session:
        mine = text("ticket_id = (select id from ticket where ref = :ref)").bindparams(ref=ref)
        return list(session.exec(select(Message).where(mine).order_by(text("seq"))).all())


def test_an_empty_house_says_so(fresh: tuple[Visitor, Api]) -> None:
    admin, _api = fresh
    page = admin.get(PAGE)

    assert page.status_code == 200
    for said in (
        "没有告警。",
        "没有等着发的短信。",
        "最近 24 小时没有短信。",
        "一周内的短信都送到了。",
        "没有设预算",
    ):
        assert said in page.text


def test_it_tells_what_waits_what_became_of_texts_and_costs_the_same_for_many(
    fresh: tuple[Visitor, Api], own: House
) -> None:
    admin, api = fresh
    refs = [api.register(requester={"phone": "13800010003"})["ref"] for _number in range(3)]
    lose(own, refs[0])
    with own.engine.begin() as connection:
        connection.execute(
            text(
                "update message set held_because = 'enough_today', not_before = '2099-01-01T00:00Z'"
                " where fate = 'queued' and ticket_id = (select max(ticket_id) from message)"
            )
        )
        connection.execute(
            text("update message set not_before = now() - interval '2 minutes' where held_because is null")
        )
    with counted(own.engine) as few:
        shown = admin.get(PAGE).text
    for _number in range(9):
        api.register()
    with counted(own.engine) as many:
        admin.get(PAGE)

    assert len(few) == len(many) == QUESTIONS
    assert "这个号码当天短信已够" in shown
    assert "等着轮到" in shown
    assert "已放弃发送 · 通道繁忙" in shown
    assert "1 条短信该发未发" in shown
    assert "Twilio" in shown
    assert not any(ref in shown for ref in refs)
    assert "****" not in shown


def test_costs_stand_by_month_and_unit(fresh: tuple[Visitor, Api], own: House) -> None:
    admin, _api = fresh
    today = day_of(datetime.now(UTC))
    last_year = (today.replace(day=1) - timedelta(days=31 * MONTHS)).replace(day=1)
    with Session(own.engine) as session, session.begin():
        for day, unit, texts, segments in (
            (today, "panlong-civil", 5, 9),
            (today, HOTLINE, 3, 4),
            (last_year, HOTLINE, 777, 888),
        ):
            session.add(TextSpending(day=day, unit=unit, texts=texts, segments=segments))
    costs = admin.get(PAGE).text.partition('id="costs"')[2]

    figures = re.findall(r'<t[hd] class="num">(\d+)</t[hd]>', costs.partition("</table>")[0])
    assert figures == ["8", "13", "5", "9", "3", "4"]


def test_a_budget_is_set_changed_and_lifted_each_on_record(fresh: tuple[Visitor, Api], own: House) -> None:
    admin, _api = fresh
    for segments in ("500", "600", "600", ""):
        sent = admin.send(PAGE, f"{PAGE}/budget", {"whose": DISTRICT, "segments": segments})
        assert sent.status_code == 303
        if segments == "500":
            assert "今天 0 / 500" in admin.get(PAGE).text

    with own.read() as session:
        facts = session.exec(select(HouseFact).where(HouseFact.what == "text_budget_changed")).all()
        assert session.exec(select(TextBudget)).all() == []
    told = [(fact.data["before"], fact.data["after"]) for fact in facts]
    assert told == [({}, {"segments": 500}), ({"segments": 500}, {"segments": 600}), ({"segments": 600}, {})]
    assert "改短信预算" in admin.get("/changes").text


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"whose": "no-such-unit", "segments": "5"}, "没有“no-such-unit”这个单位"),
        ({"whose": DISTRICT, "segments": "-1"}, "每天最多几条（计费条数）"),
        ({"whose": DISTRICT, "segments": "many"}, "每天最多几条（计费条数）"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_and_what_was_typed_stays(
    app: Flask, typed: dict[str, str], said: str
) -> None:
    refused = signed_in(app, "admin").send(PAGE, f"{PAGE}/budget", typed)

    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{typed["segments"]}"' in refused.text


@pytest.mark.parametrize("username, may", [("supervisor", True), ("auditor", True), ("operator", False)])
def test_who_reads_and_who_acts(app: Flask, username: str, may: bool) -> None:
    visitor = signed_in(app, username)
    page = visitor.get(PAGE)

    assert page.status_code == (200 if may else 403)
    assert "设预算<" not in page.text
    token = visitor.get("/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    for action in ("budget", "again"):
        sent = visitor.client.post(f"{PAGE}/{action}", data={"csrf_token": token, "whose": DISTRICT})
        assert sent.status_code == 403


# Once more


def again(admin: Visitor, **typed: str) -> str:
    wanted = {"template": "received", "fate": "given_up", "trouble": "busy", "reason": "通道已恢复", **typed}
    sent = admin.send(PAGE, f"{PAGE}/again", wanted)
    assert sent.status_code == 303, sent.text
    return admin.get(sent.location).text


def test_what_did_not_arrive_goes_once_more_as_a_new_text_with_a_reason(
    fresh_house: House,
) -> None:
    app = create_app(fresh_house.settings, fresh_house)
    admin, api = signed_in(app, "admin"), Api(app, fresh_house)
    lost, other = (api.register()["ref"] for _number in range(2))
    lose(fresh_house, lost)

    assert "1 条短信再发一次。" in again(admin)

    before, after = texts_of(fresh_house, lost)
    assert (before.fate, after.fate, after.template) == (Fate.GIVEN_UP, Fate.QUEUED, "received")
    assert (before.at_once, after.at_once) == (True, False), "nobody is woken by what is days old"
    vault = fresh_house.vault
    assert after.words(vault) == before.words(vault)
    assert len(texts_of(fresh_house, other)) == 1
    fact = api.get("auditor", f"/tickets/{lost}/timeline").get_json()["items"][-1]
    assert (fact["what"], fact["by"], fact["note"]) == ("text_repeated", "admin", "通道已恢复")
    assert (
        "<b>再发短信</b>：登记，编号与查询码"
        in signed_in(api.app, "operator", fresh_house).get(f"/tickets/{lost}").text
    )
    assert list(faults(fresh_house.settings)) == []

    assert "一周内的短信都送到了。" in admin.get(PAGE).text, "nothing is left to repeat"


def test_a_courtesy_that_newer_words_made_idle_is_not_repeated(
    fresh: tuple[Visitor, Api], own: House
) -> None:
    admin, api = fresh
    ref = api.ticket_in("callback")["ref"]
    with own.engine.begin() as connection:
        connection.execute(text("update message set fate = 'undeliverable', error_code = null"))

    assert "0 条短信再发一次。" in again(admin, template="transferred", fate="undeliverable", trouble="")
    assert "1 条短信再发一次。" in again(admin, template="received", fate="undeliverable", trouble="")
    assert [message.template for message in texts_of(own, ref)][-1] == "received"


def test_who_takes_no_texts_any_more_is_left_out(fresh: tuple[Visitor, Api], own: House) -> None:
    admin, api = fresh
    ref = api.register()["ref"]
    lose(own, ref)
    with own.engine.begin() as connection:
        connection.execute(text("update ticket set reachable = false where ref = :ref"), {"ref": ref})

    assert "1 条没有再发" in again(admin)
    assert len(texts_of(own, ref)) == 1


def test_a_reason_is_asked_for(fresh: tuple[Visitor, Api], own: House) -> None:
    admin, api = fresh
    lose(own, api.register()["ref"])
    wanted = {"template": "received", "fate": "given_up", "trouble": "busy", "reason": ""}
    refused = admin.send(PAGE, f"{PAGE}/again", wanted)

    assert refused.status_code == 422
    assert "再发的理由：没有填写" in refused.text
    assert '<details class="fold" open>' in refused.text


# Words go, counts stay


def test_the_words_of_old_texts_are_erased_and_all_else_stays(fresh: tuple[Visitor, Api], own: House) -> None:
    _admin, api = fresh
    old, young, waits = (api.register()["ref"] for _number in range(3))
    lose(own, old, young)
    long_ago = datetime.now(UTC) - timedelta(days=own.settings.text_days, minutes=1)
    with own.engine.begin() as connection:
        for ref in (old, waits):
            connection.execute(
                text(
                    "update message set id = cast(:id as uuid) where ticket_id ="
                    " (select id from ticket where ref = :ref)"
                ),
                {"ref": ref, "id": str(UUID(int=first_id_of(long_ago).int + int(ref)))},
            )
    erase_texts(own)
    erased, kept, waiting = (texts_of(own, ref)[0] for ref in (old, young, waits))

    assert (erased.body, erased.fate, erased.segments) == (None, Fate.GIVEN_UP, 1)
    assert kept.body is not None
    assert waiting.body is not None, "what waits is still to be sent"
    with pytest.raises(KeyError):
        erased.words(own.vault)
    assert signed_in(api.app, "operator", own).get(f"/tickets/{old}").status_code == 200


def test_the_words_of_old_texts_of_citizens_are_erased_unless_they_wait(
    fresh: tuple[Visitor, Api], own: House
) -> None:
    _admin, api = fresh
    phone = "+8613900000071"
    api.register(requester={**CALL["requester"], "phone": phone})
    said = {"stop": "TD", "added": "灯在三号楼门口", "waits": "你们管不管"}
    for sid, words in said.items():
        hear(own, "simulator", sid, "+8613900000072" if sid == "waits" else phone, words)

    def kept() -> dict[str, tuple[bool, bool]]:
        with own.session() as session:
            rows = session.exec(select(InboundText).where(col(InboundText.sid).in_(said))).all()
            index = own.vault.index("phone", phone)
            assert all((row.from_index == b"") == (row.phone is None) for row in rows)
            assert has_opted_out(session, own.vault, phone)
            assert all(row.from_index == index for row in rows if row.sid == "stop")
        return {row.sid: (row.text is not None, row.phone is not None) for row in rows}

    erase_texts(own)
    assert kept() == dict.fromkeys(said, (True, True))
    # As if it were a day after all of them.
    erase_texts(replace(own, settings=own.settings.model_copy(update={"text_days": -1})))
    assert kept() == {"stop": (False, True), "added": (False, False), "waits": (True, True)}
    assert "你们管不管" in signed_in(api.app, "operator", own).get("/texts").text
