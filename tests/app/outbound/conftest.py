"""One house of its own for all tests of calls: they let it ring whoever waits."""

from collections.abc import Iterator

import pytest

from app.factory import create_app
from app.wiring import House
from tests.app.outbound.line import Line
from tests.app.outbound.picking_up import BASE
from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN, TwilioDouble, running_double
from tests.makers import Api
from tests.server import Server


@pytest.fixture(scope="session")
def twilio() -> Iterator[TwilioDouble]:
    """The double; at the end it must have found nothing wrong with what we asked."""
    with running_double() as double:
        yield double
        assert double.violations() == []


@pytest.fixture(scope="session")
def house(server: Server, worker_id: str, twilio: TwilioDouble) -> Iterator[House]:
    """A house of its own, whose calls go through the double."""
    with server.district(f"outbound_{worker_id}") as settings:
        changes = {
            "provider": "twilio",
            "base_url": BASE,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_from": SENDER,
            "twilio_api_base": twilio.base,
            "voice": True,
            "voice_survey": True,
            "abroad_assessment": "CAC-1",
        }
        made = House.of(settings.model_copy(update=changes), pool=6)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="session")
def line(house: House, twilio: TwilioDouble) -> Line:
    app = create_app(house.settings, house)
    return Line(house, twilio, app.test_client(), Api(app, house))
