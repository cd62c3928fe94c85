"""What the tests of messages stand on: a district of their own, a vault, the words, and a Twilio double."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from app.settings import Settings
from app.wiring import make_engine
from notifications.wording import Wording
from tests.doubles.carrier import TwilioDouble, running_double
from tests.notifications.makers import SIGNATURES, WORDS, Phones, a_ticket
from tests.server import Server, unguarded
from tickets.ground.vault import Vault

#: What a test may leave behind, in the order in which it can go.
TABLES = (
    *("receipt", "inbound_text", "simulated_text", "message"),
    *("text_spending", "text_budget"),
    *("provider_route", "provider_shift", "provider_minute"),
)


@pytest.fixture(scope="session")
def settings(server: Server, worker_id: str) -> Iterator[Settings]:
    """A district apart: these tests let workers go through everything that waits."""
    with server.district(f"messages_{worker_id}") as found:
        yield found


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    """The application's connections, with no more rights than it has."""
    made = make_engine(settings, settings.database_url, pool=10)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def owner(settings: Settings) -> Iterator[Engine]:
    """The owner of the tables, who may empty them."""
    made = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    yield made
    made.dispose()


@pytest.fixture
def clean(owner: Engine) -> None:
    # Row by row and not the tickets: emptying those would reach the timeline, which lets nobody.
    with owner.begin() as connection, unguarded(connection, "provider_shift"):
        for table in TABLES:
            connection.execute(text(f"delete from {table}"))  # noqa: S608 the words above


@pytest.fixture
def sessions(engine: Engine, clean: None) -> Callable[[], Session]:
    make = partial(Session, engine)
    with make() as session, session.begin():
        session.merge(a_ticket())
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
