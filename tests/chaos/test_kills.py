"""Twenty processes are killed while clients work; every answer they got is still true afterwards."""

from collections.abc import Iterator

import pytest

from app.wiring import House
from tests.chaos.killer import Killer
from tests.chaos.proof import broken_words, lost_texts
from tests.chaos.service import running_service
from tests.chaos.traffic import Plan, Traffic, tokens_for
from tests.server import Server

SEED = 20261123
KILLS = 12
#: So many that a request is on its way at every kill; more only pile up texts that are sent at the end.
CLIENTS = 2


@pytest.fixture
def house(server: Server, worker_id: str) -> Iterator[House]:
    """A house of its own, that web and worker are started on."""
    with server.district(f"chaos_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


def test_what_was_acknowledged_outlives_every_kill(house: House) -> None:
    with running_service(house.settings) as service:
        traffic = Traffic(service.url, tokens_for(house), Plan(clients=CLIENTS, seed=SEED))
        killer = Killer(service, traffic.ledger, house.engine, SEED)
        traffic.start()
        try:
            killer.kill(KILLS)
        finally:
            traffic.stop()

    assert killer.killed.total == KILLS
    assert not killer.killed.is_void(traffic.ledger), killer.killed
    assert list(lost_texts(house)) == []
    assert list(broken_words(house, traffic.ledger)) == []
