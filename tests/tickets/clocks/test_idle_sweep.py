"""What a worker asks every second or minute costs the same however many clocks and tickets there are."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text

from app.clockwork import archive_tickets, sweep_clocks, wake_tickets
from app.factory import create_app
from app.wiring import House
from tests.app.pages import counted
from tests.makers import Api
from tests.plans import plans_of

#: Of a tree: one page on each level down to a leaf, and the one that says where the top is.
FEW = 6
MANY = 20_000

LATER = """
    insert into clock (id, ticket_id, round, kind, state, policy, policy_version, calendar, calendar_version,
        provisional, started_at, due_at, next_at, paused, extended)
    select gen_random_uuid(), ticket_id, round, kind, state, policy, policy_version, calendar,
        calendar_version, provisional, started_at, at, at, paused, extended
    from (select * from clock where kind = 'handle' and next_at is not null limit 1) one,
        lateral (select clock_timestamp() + interval '1 day' + number * interval '1 second' as at
            from generate_series(1, :many) number) due
"""


@pytest.fixture
def crowded_house(fresh_house: House) -> House:
    """A house with many open clocks, none of them due."""
    Api(create_app(fresh_house.settings, fresh_house), fresh_house).ticket_in("handling")
    with fresh_house.engine.begin() as connection:
        connection.execute(text(LATER), {"many": MANY})
    return fresh_house


def test_an_idle_sweep_asks_one_index_and_touches_a_few_pages(crowded_house: House) -> None:
    with counted(crowded_house.engine) as asked:
        sweep_clocks(crowded_house)
    (plan,) = plans_of(crowded_house.engine, partial(sweep_clocks, crowded_house))

    assert len(asked) == 1
    assert plan.indexes == {"clock_next"}
    assert not plan.read_whole
    assert plan.pages <= FEW


WAITING = [
    (sweep_clocks, "clock_next", "next_at"),
    (wake_tickets, "ticket_wakes", "wakes_at"),
    (archive_tickets, "ticket_to_archive", "closed_at"),
]


@pytest.mark.parametrize("tick, index, moment", WAITING)
def test_an_index_is_asked_for_what_is_due_and_for_nothing_else(
    house: House, tick: Callable[[House], None], index: str, moment: str
) -> None:
    plans = plans_of(house.engine, partial(tick, house), with_few_rows=True)

    # An index asked with nothing gives all there is: that is so where the time may change from row to row.
    assert any(moment in plan.asked_with.get(index, "") for plan in plans), [plan.top for plan in plans]
