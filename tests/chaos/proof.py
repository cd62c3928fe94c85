"""What must be true after the killing: the ledger of the clients against the rows of the house."""

from collections.abc import Iterator

from sqlalchemy import text

from app.clockwork import tick_once
from app.verify import faults
from app.wiring import House
from tests.chaos.traffic import Ledger, Line
from tickets.ground.flow import FACTS_OF

#: Facts that are moves, in words for the database.
OF_TICKETS = """
    select external_ref as name, ref, version,
        coalesce(array_agg(what order by timeline.seq) filter (where what = any(:moves)), '{}') as told
    from ticket left join timeline on timeline.ticket_id = ticket.id
    where external_system = 'chaos' group by ticket.id
"""
#: Nobody sends any more, so whatever a worker had when it was killed can be looked up at once.
LEASES_OVER = "update message set lease_until = clock_timestamp() where fate = 'sending'"
UNSETTLED = "select count(*) from message where fate in ('queued', 'sending')"
#: Messages by how many texts landed on the phone.
LANDED = """
    select count(*) filter (where landed = 0) as lost, count(*) filter (where landed > 1) as doubled
    from (
        select count(simulated_text.id) as landed
        from message left join simulated_text on our_id = message.id and direction = 'out' group by message.id
    ) counted
"""


def broken_words(house: House, ledger: Ledger) -> Iterator[str]:
    """Every way in which the house does not keep what it told the clients. Web and workers must be gone."""
    yield from ledger.wrong
    yield from _tickets(house, ledger)
    yield from faults(house.settings)


def _tickets(house: House, ledger: Ledger) -> Iterator[str]:
    with house.engine.connect() as connection:
        moves = sorted(fact for facts in FACTS_OF.values() for fact in facts)
        rows = connection.execute(text(OF_TICKETS), {"moves": moves}).all()
    kept: dict[str, list[tuple[str, int, list[str]]]] = {}
    for name, ref, version, told in rows:
        kept.setdefault(name, []).append((ref, version, list(told)))
    for line in ledger.lines:
        found = kept.pop(line.name, [])
        if len(found) > 1:
            yield f"{line.name} was registered {len(found)} times"
        elif not found and line.done:
            yield f"{line.name} was acknowledged and is lost"
        elif found:
            yield from _differs(line, *found[0])
    yield from (f"{name} was registered by nobody" for name in kept)


def _differs(line: Line, ref: str, version: int, told: list[str]) -> Iterator[str]:
    if line.ref not in (ref, None):
        yield f"{line.name} has another number than was told"
    possible = [line.done, [*line.done, line.maybe]] if line.maybe else [line.done]
    if told not in possible:
        yield f"{line.name} was told {line.done}, but its timeline says {told}"
    if version != len(told):
        yield f"{line.name} has version {version} after {len(told)} moves"


def lost_texts(house: House) -> Iterator[str]:
    """Send what is left, and say which texts did not land on the simulator's phones, or landed twice."""
    with house.engine.begin() as connection:
        connection.execute(text(LEASES_OVER))
    waiting = drain(house)
    with house.engine.connect() as connection:
        lost, doubled = connection.execute(text(LANDED)).one()
    if waiting:
        yield f"{waiting} messages wait though nothing stands in their way"
    if lost:
        yield f"{lost} messages never landed"
    if doubled:
        yield f"{doubled} messages landed twice"


def drain(house: House) -> int:
    """Do a worker's work until nothing changes any more; gives how many messages still wait."""
    before, waiting = -1, _waiting(house)
    while waiting != before:
        tick_once(house)
        before, waiting = waiting, _waiting(house)
    return waiting


def _waiting(house: House) -> int:
    with house.engine.connect() as connection:
        return int(connection.execute(text(UNSETTLED)).scalar_one())
