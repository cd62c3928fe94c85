"""The ledgers of the households: of each no fact missing, moved or altered, and none behind its row."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection

from app.verify.dossier import Finding
from tickets.assistance.ledger import HouseholdFact, hash_of

#: Rows fetched in one visit.
BATCH = 1000
GENESIS = bytes(32)

HEADS = text("select id, seq, chain_head from household order by id")


def check_households(connection: Connection, looked_at: Counter[str]) -> Iterator[tuple[int, Finding]]:
    """Every fault, with the number of its household; counts facts as `household facts`."""
    reached: dict[int, tuple[int, bytes]] = {}
    broken: set[int] = set()
    for fact in _facts(connection):
        looked_at["household facts"] += 1
        seq, previous = reached.get(fact.household_id, (0, GENESIS))
        reached[fact.household_id] = (seq + 1, bytes(fact.hash))
        # What follows the first that was changed, moved or removed proves nothing.
        if fact.household_id in broken:
            continue
        if finding := _wrong(fact, seq + 1, previous):
            broken.add(fact.household_id)
            yield fact.household_id, finding
    for number, seq, head in connection.execute(HEADS):
        if number not in broken and reached.get(number, (0, GENESIS)) != (seq, bytes(head)):
            last = reached.get(number, (0, GENESIS))[0]
            yield number, Finding(last + 1, "the household is not where its facts are")


def _wrong(fact: HouseholdFact, expected: int, previous: bytes) -> Finding | None:
    if fact.seq != expected:
        return Finding(expected, "the fact is missing")
    if bytes(fact.hash) != hash_of(fact, previous):
        return Finding(fact.seq, f"the fact {fact.what!r} or the one before it was altered")
    return None


def _facts(connection: Connection) -> Iterator[HouseholdFact]:
    table: Table = HouseholdFact.__table__  # type: ignore[attr-defined] # SQLModel's tables have it
    ordered = table.select().order_by(table.c.household_id, table.c.seq)
    with connection.execute(ordered, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            yield HouseholdFact(**row._mapping)
