"""A house with connections enough for a crowd."""

from collections.abc import Iterator

import pytest

from app.factory import create_app
from app.wiring import House
from tests.makers import Api
from tests.server import Server

CROWD = 16


@pytest.fixture(scope="session")
def crowded(server: Server, worker_id: str) -> Iterator[Api]:
    """The API of a house of its own; more people than connections wait their turn, as in production."""
    with server.district(f"races_{worker_id}") as settings:
        house = House.of(settings, pool=CROWD)
        api = Api(create_app(settings, house), house)
        for username in ("operator", "dispatcher", "reviewer", "caller", "supervisor", "auditor"):
            api.token(username)
        yield api
        house.engine.dispose()
