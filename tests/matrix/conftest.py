"""One district with every scene in it, and doors behind which nothing that is done lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine
from werkzeug.test import TestResponse

from app.clockwork import fill_search
from app.factory import create_app
from app.settings import Settings
from app.wiring import House
from tests.app.pages import Visitor, signed_in
from tests.makers import Api
from tests.matrix.people import Person, people
from tests.matrix.scenes import SCENES, Stage
from tests.server import Server


@dataclass
class Doors:
    """
    The application on one connection whose work is undone after each request.

    So a move that is allowed is made for real, with all its facts and clocks, and the next finds the scene as
    it was.
    """

    connection: Connection
    settings: Settings
    api: Api
    people: dict[str, Person]
    refs: dict[str, str]
    requests: dict[str, str]
    clocks: dict[str, str]
    visitors: dict[str, Visitor]

    def post(self, person: Person, path: str, body: Any) -> TestResponse:
        """POST to the API."""
        with self._undone():
            return self.api.post(person.username, path, body)

    def get(self, person: Person, path: str, **query: Any) -> TestResponse:
        """GET from the API."""
        with self._undone():
            return self.api.get(person.username, path, **query)

    def page(self, person: Person, path: str, **query: Any) -> TestResponse:
        """GET a page as somebody who is signed in."""
        with self._undone():
            return self.visitors[person.name].get(path, **query)

    def send(self, person: Person, path: str, typed: dict[str, str]) -> TestResponse:
        """Send a form as somebody who is signed in."""
        with self._undone():
            return self.visitors[person.name].client.post(path, data=typed)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        transaction = self.connection.begin()
        try:
            yield
        finally:
            # A refused move has rolled it back already.
            if transaction.is_active:
                transaction.rollback()


@pytest.fixture(scope="session")
def doors(server: Server, worker_id: str) -> Iterator[Doors]:
    """Every scene, built once for each process of the tests."""
    with server.district(f"matrix_{worker_id}") as settings:
        house = House.of(settings, pool=4)
        real = create_app(settings, house)
        api, everybody = Api(real, house), people(house)
        recused = [person.username for person in everybody.values() if person.recused]
        stage = Stage(api, house, recused)
        refs = {name: build(stage) for name, build in SCENES.items()}
        fill_search(house)
        seen = {name: api.read("auditor", ref) for name, ref in refs.items()}
        with house.engine.connect() as connection:
            undone = replace(house, engine=cast("Engine", connection))
            app, who = create_app(settings, undone), list(everybody.values())
            yield Doors(
                connection=connection,
                settings=settings,
                api=Api(app, undone, {person.username: api.token(person.username) for person in who}),
                visitors={person.name: signed_in(app, person.username, house) for person in who},
                people=everybody,
                refs=refs,
                requests={
                    name: next((one["id"] for one in ticket["requests"] if one["state"] == "open"), "")
                    for name, ticket in seen.items()
                },
                clocks={name: ticket["clocks"][0]["id"] for name, ticket in seen.items()},
            )
        house.engine.dispose()
