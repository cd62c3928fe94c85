"""The owner of the tables tampers 200 times at random, and each time is found and named."""

import os
import secrets
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine

from app.clockwork import seal_facts, tick_once
from app.factory import create_app
from app.verify import faults
from app.wiring import House, make_engine
from tests.app.admin.test_ledger import change_something
from tests.app.tampering.owner import at_work, keep, restore
from tests.app.tampering.ways import WAYS
from tests.makers import HANDLER, HEAD, LEAD, RIVER, Api
from tests.server import Server

#: How often, in two houses beside each other.
TIMES = 200


@pytest.fixture
def told(server: Server, worker_id: str) -> Iterator[House]:
    """A small house whose facts were sealed bit by bit."""
    with server.district(f"tampered_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        live_a_little(made)
        yield made
        made.engine.dispose()


@pytest.fixture
def owner(told: House) -> Iterator[Engine]:
    """Who owns the tables, and can switch off what guards them."""
    made = make_engine(told.settings, told.settings.owner_database_url or "", pool=1)
    keep(made)
    yield made
    made.dispose()


def live_a_little(house: House) -> None:
    """Some tickets side by side, with a root now after one move, now after several; changes of the house."""
    api = Api(create_app(house.settings, house), house)
    for number in range(4):
        change_something(house, number)
        if number == 1:
            seal_facts(house)
    refs = [api.register()["ref"] for _ in range(5)]
    seal_facts(house)
    for step, (_, username, move, body) in enumerate(RIVER):
        for place, ref in enumerate(refs[step // 2 :]):
            assert api.post(username, f"/tickets/{ref}/{move}", body).status_code == 200
            if (step + place) % 3 == 0:
                seal_facts(house)
        if move == "sign":
            for reached in (False, True):
                api.move(HANDLER, refs[-1], "contact", reached=reached, note=f"{LEAD} 来电")
            asked = api.made(HANDLER, refs[-1], "ask_extension", days=2, text="等材料")
            assert api.decide(HEAD, asked, grant=True, text="同意").status_code == 200
            api.made("dispatcher", refs[-1], "amend", fields={"title": "独居老人要人照料"}, text="写错了")
    tick_once(house)
    assert list(faults(house.settings)) == []


@pytest.mark.parametrize("part", range(2))
def test_whatever_the_owner_tampers_with_is_found_and_named(told: House, owner: Engine, part: int) -> None:
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**9))
    dice = Random(seed)  # noqa: S311 no secret
    for number in range(part, TIMES, 2):
        way = WAYS[number // 2 % len(WAYS)]
        with at_work(owner, dice) as at:
            begins = way(at)
        found = list(faults(told.settings))
        restore(owner, dice)

        which = f"SEED={seed}, number {number}: {way.__name__}"
        assert [line for line in found if line.startswith(begins)], f"{which}, {begins!r} not in {found}"
        # Looked at once for each way: what a way leaves behind, it leaves each time.
        if number // 2 < len(WAYS) or number + 2 >= TIMES:
            assert list(faults(told.settings)) == [], which
