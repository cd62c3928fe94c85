"""Many changed rows are written back together, and each holds exactly what was changed in it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from app.factory import create_app
from app.wiring import House
from tests.app.pages import counted
from tests.makers import Api
from tests.server import Server
from tickets.ground.changed_rows import MANY
from tickets.ground.desk import CLOCKWORK
from tickets.ticket import Ticket

MOMENT = datetime(2026, 11, 26, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(server: Server, worker_id: str) -> Iterator[House]:
    """A house of its own: no move leaves tickets like these."""
    with server.district(f"rows_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def refs(house: House) -> list[str]:
    api = Api(create_app(house.settings, house), house)
    return [api.register()["ref"] for _ in range(MANY + 5)]


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.read() as found:
        yield found


def those(session: Session, refs: list[str]) -> list[Ticket]:
    return list(session.exec(select(Ticket).where(col(Ticket.ref).in_(refs)).order_by(col(Ticket.ref))).all())


def test_rows_that_changed_alike_are_written_in_one_statement(
    house: House, refs: list[str], session: Session
) -> None:
    with counted(house.engine) as asked, house.open_desk(CLOCKWORK) as desk:
        for number, ticket in enumerate(those(desk.session, refs), 1):
            ticket.urges, ticket.wakes_at, ticket.chain_head = number, MOMENT, bytes([number])
            ticket.merged_from, ticket.round = {"number": number}, 2

    told = [
        (one.urges, one.wakes_at, one.chain_head, one.merged_from, one.round) for one in those(session, refs)
    ]
    assert told == [
        (number, MOMENT, bytes([number]), {"number": number}, 2) for number in range(1, len(refs) + 1)
    ]
    assert len([statement for statement in asked if statement.lower().startswith("update")]) == 1


def test_few_of_another_sort_go_their_usual_way(house: House, refs: list[str], session: Session) -> None:
    with house.open_desk(CLOCKWORK) as desk:
        for number, ticket in enumerate(those(desk.session, refs)):
            ticket.disputes = 7
            if number < 3:
                # Lists cannot be taken apart row by row.
                ticket.recused = [f"somebody-{number}"]

    told = [(one.disputes, one.recused) for one in those(session, refs)]
    assert told == [(7, [f"somebody-{number}"] if number < 3 else []) for number in range(len(refs))]


def test_what_was_set_to_what_it_was_is_not_written(house: House, refs: list[str]) -> None:
    with counted(house.engine) as asked, house.open_desk(CLOCKWORK) as desk:
        for ticket in those(desk.session, refs):
            ticket.round, ticket.title = ticket.round, ticket.title

    assert [statement for statement in asked if not statement.lower().startswith("select")] == []


def test_a_row_changed_again_after_it_was_written_is_written_again(
    house: House, refs: list[str], session: Session
) -> None:
    with house.open_desk(CLOCKWORK) as desk:
        found = those(desk.session, refs)
        for ticket in found:
            ticket.urges = 100
        desk.clear()
        found[0].urges = 101
        for ticket in found:
            ticket.satisfaction = 5

    told = [(one.urges, one.satisfaction) for one in those(session, refs)]
    assert told == [(101, 5), *[(100, 5)] * (len(refs) - 1)]
