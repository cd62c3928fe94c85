"""The proof itself finds what it is there to find: a lost answer, a doubled ticket, a text sent twice."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.wiring import House
from tests.chaos.proof import broken_words, lost_texts
from tests.chaos.traffic import Ledger, Line
from tests.makers import Api
from tests.server import Server

TWICE = """
    insert into simulated_text
    select gen_random_uuid(), phone_index, phone, simulated_text.body, direction, our_id, at
    from simulated_text join message on message.id = our_id join ticket on ticket.id = message.ticket_id
    where ref = :ref
"""
NEVER = """
    delete from simulated_text using message, ticket
    where message.id = our_id and ticket.id = message.ticket_id and ref = :ref
"""


@pytest.fixture(scope="module")
def house(server: Server, worker_id: str) -> Iterator[House]:
    """A house of its own."""
    with server.district(f"proof_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture
def api(house: House) -> Api:
    return Api(create_app(house.settings, house), house)


def registered(api: Api, name: str) -> str:
    ref: str = api.register(external={"system": "chaos", "ref": name})["ref"]
    return ref


def test_an_answer_that_was_kept_is_no_lie(house: House, api: Api) -> None:
    kept = Line("kept", ref=registered(api, "kept"), done=["registered"])
    unknown = Line("unknown", maybe="registered")
    half = Line("half", maybe="registered")
    registered(api, "half")

    assert list(broken_words(house, Ledger(lines=[kept, unknown, half]))) == []
    remove_names(house)


def test_every_broken_word_is_named(house: House, api: Api) -> None:
    for name in ("twice", "twice", "other", "further", "stranger"):
        registered(api, name)
    lines = [
        Line("twice", done=["registered"]),
        Line("lost", ref="26112400000012", done=["registered"]),
        Line("other", ref="26112400000012", done=["registered"]),
        Line("further", done=["registered", "dispatched"]),
    ]
    found = list(broken_words(house, Ledger(lines=lines, wrong=["x dispatched: 500"])))
    remove_names(house)

    assert found == [
        "x dispatched: 500",
        "twice was registered 2 times",
        "lost was acknowledged and is lost",
        "other has another number than was told",
        "further was told ['registered', 'dispatched'], but its timeline says ['registered']",
        "stranger was registered by nobody",
    ]


def test_a_text_that_landed_twice_or_never_is_found(house: House, api: Api) -> None:
    ids = [registered(api, name) for name in ("first", "second")]
    assert list(lost_texts(house)) == []
    with house.engine.begin() as connection:
        connection.execute(text(TWICE), {"ref": ids[0]})
        connection.execute(text(NEVER), {"ref": ids[1]})

    assert list(lost_texts(house)) == ["1 messages never landed", "1 messages landed twice"]


def remove_names(house: House) -> None:
    """Leave no ticket behind that another test's ledger would not know."""
    with house.engine.begin() as connection:
        connection.execute(text("update ticket set external_system = 'proved'"))
