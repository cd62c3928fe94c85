"""A district of its own, so that the whole of its ledger can be held against itself at the end."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlmodel import select

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.factory import create_app
from app.wiring import House
from tests.makers import Api, Staff
from tests.server import Server


class District(NamedTuple):
    """The house, its API, and its people."""

    house: House
    api: Api
    staff: Staff


@pytest.fixture(scope="session")
def district(server: Server, worker_id: str) -> Iterator[District]:
    """Nobody else works here."""
    with server.district(f"model_{worker_id}") as settings:
        house = House.of(settings, pool=2)
        with house.read() as session:
            staff = Staff({row.username: viewer_of(row) for row in session.exec(select(Account)).all()})
        yield District(house, Api(create_app(settings, house), house), staff)
        house.engine.dispose()
