"""Figures on one house: counted once, the same number in counts and lists, closed months as they were."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.statistics.rolling import roll_all
from app.wiring import House
from tests.app.stories import STORIES
from tests.makers import Api
from tests.server import Server


@pytest.fixture(scope="module")
def told(server: Server, worker_id: str) -> Iterator[House]:
    """A house in which every story happened, and everything is counted."""
    with server.district(f"figures_{worker_id}") as settings:
        made = House.of(settings, pool=6)
        api = Api(create_app(settings, made), made)
        for story in STORIES:
            story(api)
        with made.session() as session, session.begin():
            roll_all(session)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def api(told: House) -> Api:
    return Api(create_app(told.settings, told), told)


def sums(house: House) -> dict[str, int]:
    with house.engine.connect() as connection:
        rows = connection.execute(text("select figure, sum(n)::int from figure_day group by figure"))
        return dict(rows)


def test_what_was_counted_is_the_sum_of_its_cases_and_counting_again_changes_nothing(told: House) -> None:
    before = sums(told)
    with told.engine.begin() as connection:
        cases = connection.execute(
            text("select figure, count(*)::int from figure_case where until is null group by figure")
        )
        assert dict(cases) == before
        tickets = connection.execute(text("select count(*) from ticket")).scalar_one()
        connection.execute(text("insert into figure_queue (ticket_id) select id from ticket"))
    assert before["received"] == tickets

    with told.session() as session, session.begin():
        roll_all(session)

    assert sums(told) == before
