"""Two at the same moment: one wins, the other is told, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.clockwork import sweep_clocks
from app.wiring import House
from tests.makers import HANDLER, LEAD, Api

AT_ONCE = 8


def test_of_eight_dispatchers_one_wins(api: Api) -> None:
    ref = api.register()["ref"]
    api.token("dispatcher")
    start = Barrier(AT_ONCE)

    def dispatch(_number: int) -> int:
        start.wait()
        return api.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = sorted(pool.map(dispatch, range(AT_ONCE)))

    assert statuses == [200] + [409] * (AT_ONCE - 1)
    after = api.get("dispatcher", f"/tickets/{ref}").get_json()
    assert (after["version"], len(after["orders"])) == (2, 1)


@pytest.mark.parametrize("first, second", [("sign", "sign"), ("contact", "sign"), ("contact", "contact")])
def test_of_two_moves_at_once_none_is_lost(api: Api, house: House, first: str, second: str) -> None:
    bodies = {"sign": {}, "contact": {"reached": True, "note": ""}}
    ref = api.ticket_in("dispatched")["ref"]
    api.token(HANDLER)
    start = Barrier(3)

    def move(name: str) -> int:
        start.wait()
        return api.post(HANDLER, f"/tickets/{ref}/{name}", bodies[name]).status_code

    def sweep(_name: str) -> int:
        start.wait()
        sweep_clocks(house)
        return 0

    with ThreadPoolExecutor(3) as pool:
        made = [pool.submit(move, first), pool.submit(move, second), pool.submit(sweep, "")]
        accepted = sum(one.result() == 200 for one in made)

    after = api.get("auditor", f"/tickets/{ref}").get_json()
    facts = api.get("auditor", f"/tickets/{ref}/timeline").get_json()["items"]
    assert after["version"] == 2 + accepted
    assert [fact["seq"] for fact in facts] == list(range(1, len(facts) + 1))
