"""What the tests of messages stand on: rows in a real PostgreSQL, a vault, the words, and a Twilio double."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, SQLModel

from app.embedded.server import running
from notifications.message import InboundText, Message, Receipt, SimulatedText
from notifications.wording import Wording
from tests.doubles.carrier import TwilioDouble, running_double
from tests.notifications.makers import SIGNATURES, WORDS, Phones, a_ticket
from tickets.ground.vault import Vault
from tickets.ticket.rows import Ticket

TABLES = [
    SQLModel.metadata.tables[str(row.__tablename__)]
    for row in (Ticket, Message, Receipt, InboundText, SimulatedText)
]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        made = create_engine(cluster.owner_url())
        with made.begin() as connection:
            connection.execute(text("create schema authorization current_user"))
        SQLModel.metadata.create_all(made, tables=TABLES)
        yield made
        made.dispose()


@pytest.fixture
def clean(engine: Engine) -> None:
    with engine.begin() as connection:
        names = ", ".join(table.name for table in TABLES)
        connection.execute(text(f"truncate {names} cascade"))


@pytest.fixture
def sessions(engine: Engine, clean: None) -> Callable[[], Session]:
    make = partial(Session, engine)
    with make() as session, session.begin():
        session.add(a_ticket())
    return make


@pytest.fixture
def vault() -> Vault:
    return Vault({"1": bytes(range(32))})


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording(WORDS, SIGNATURES)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture(scope="session")
def running_twilio() -> Iterator[TwilioDouble]:
    with running_double() as double:
        yield double


@pytest.fixture
def twilio(running_twilio: TwilioDouble) -> Iterator[TwilioDouble]:
    """The double, which fails the test if we did anything that Twilio does not let through."""
    before = len(running_twilio.violations())
    yield running_twilio
    assert running_twilio.violations()[before:] == []
