"""Rows of several tables go in together, or none of them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.access.accounts import ApiToken
from app.wiring import House
from notifications.message import Direction, SimulatedText
from tickets.ground.one_statement import insert_all

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_text(number: int) -> SimulatedText:
    return SimulatedText(
        phone_index=b"i", phone=b"p", body=str(number).encode(), direction=Direction.IN, at=AT
    )


def test_more_rows_than_one_statement_holds_all_arrive(house: House) -> None:
    texts = [a_text(number) for number in range(1203)]

    with Session(house.engine) as session:
        insert_all(session, texts)
        arrived = session.execute(
            select(func.count()).where(SimulatedText.id.in_([text.id for text in texts]))  # type: ignore[attr-defined] # a column
        ).scalar_one()
        session.rollback()

    assert arrived == 1203


def test_one_bad_row_takes_all_with_it_and_says_no_value(house: House) -> None:
    good, bad = a_text(1), ApiToken(hash=b"of nobody", account_id=-1)

    with Session(house.engine) as session, pytest.raises(IntegrityError) as refused:
        insert_all(session, [good, bad])

    assert "of nobody" not in str(refused.value)
    with Session(house.engine) as session:
        assert session.get(SimulatedText, good.id) is None


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    text = a_text(1)
    text.at = datetime(2026, 11, 23, 9)  # noqa: DTZ001 that is the point

    with Session(house.engine) as session, pytest.raises(ValueError, match="time zone"):
        insert_all(session, [text])


def test_no_rows_ask_nothing(house: House) -> None:
    with Session(house.engine) as session:
        insert_all(session, [])
        assert not session.in_transaction()
