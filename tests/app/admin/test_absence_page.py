"""Away and who stands in: everybody for themselves, a head for the unit's people, nobody for anybody else."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from app.access.accounts import Account
from app.wiring import House
from tests.app.admin.ledgers import written
from tests.app.pages import counted, signed_in

UNIT = "petition-office"
HANDLER, HEAD = f"handler@{UNIT}", f"head@{UNIT}"


def number(session: Session, username: str) -> int:
    found = session.exec(select(Account.id).where(Account.username == username)).one()
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _everybody_is_back(house: House) -> Iterator[None]:
    yield
    with house.engine.begin() as connection:
        connection.execute(text("update account set absent_until = null, deputy = null"))


@pytest.mark.parametrize("username, deputy", [(HANDLER, HEAD), (HEAD, HANDLER)])
def test_people_of_a_unit_say_themselves_that_they_are_away(
    app: Flask, house: House, session: Session, username: str, deputy: str
) -> None:
    visitor, mine = signed_in(app, username), f"/absence/{number(session, username)}"
    with written(house) as facts:
        said = visitor.send("/absence", mine, {"absent_until": "2030-02-03", "deputy": deputy})
        page = visitor.get("/absence").text

    assert said.headers["Location"] == "/absence"
    assert "2030-02-03" in page
    assert [(fact.what, fact.by, fact.unit, fact.data) for fact in facts] == [
        (
            "absence_changed",
            username,
            UNIT,
            {
                "subject": username,
                "before": {"deputy": None, "absent_until": None},
                "after": {"deputy": deputy, "absent_until": "2030-02-03"},
            },
        )
    ]


def test_a_head_says_it_for_the_units_people(app: Flask, house: House, session: Session) -> None:
    head, theirs = signed_in(app, HEAD), f"/absence/{number(session, HANDLER)}"
    listed = head.get("/absence").text
    with written(house) as facts:
        said = head.send(theirs, theirs, {"absent_until": "2030-02-03", "deputy": HEAD})

    assert f'href="{theirs}"' in listed
    assert said.status_code == 303
    assert [(fact.by, fact.data["subject"]) for fact in facts] == [(HEAD, HANDLER)]


def test_a_handler_says_it_for_nobody_else_and_a_head_for_no_other_unit(
    app: Flask, house: House, session: Session
) -> None:
    handler, head = signed_in(app, HANDLER), signed_in(app, HEAD)
    boss, stranger = (f"/absence/{number(session, name)}" for name in (HEAD, "handler@housing"))
    with written(house) as facts:
        answers = [handler.get(boss), head.get(stranger)]
        for visitor, path in ((handler, boss), (head, stranger)):
            page = visitor.get("/absence").text
            token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
            answers.append(
                visitor.client.post(path, data={"csrf_token": token, "absent_until": "2030-02-03"})
            )

    assert [answer.status_code for answer in answers] == [404] * 4
    assert facts == []


def test_a_deputy_of_another_unit_is_refused_and_the_day_typed_stays(
    app: Flask, house: House, session: Session
) -> None:
    visitor, mine = signed_in(app, HANDLER), f"/absence/{number(session, HANDLER)}"
    with written(house) as facts:
        refused = visitor.send("/absence", mine, {"absent_until": "2030-02-03", "deputy": "handler@housing"})

    assert refused.status_code == 422
    assert "本单位另一位同事" in refused.text
    assert 'value="2030-02-03"' in refused.text
    assert facts == []


def test_the_page_costs_a_fixed_number_of_questions(app: Flask, house: House) -> None:
    visitor = signed_in(app, HEAD)
    visitor.get("/absence")
    with counted(house.engine) as said:
        visitor.get("/absence")

    # visitor, people, the time
    assert len(said) == 3, said
