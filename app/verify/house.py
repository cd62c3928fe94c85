"""The house's ledger: no change missing, moved or altered, and nobody able to rewrite it."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.engine import Connection

from app.admin.ledger import GENESIS, HouseFact, hash_of

#: Rows fetched in one visit.
BATCH = 1000


def check_house(connection: Connection, looked_at: Counter[str]) -> Iterator[str]:
    """Every fault of the ledger, as `house seq N: …`; counts its rows as `house facts`."""
    yield from _chain(connection, looked_at)
    yield from _guards(connection)


def _chain(connection: Connection, looked_at: Counter[str]) -> Iterator[str]:
    """Name the first row that was changed, moved or removed; what follows it proves nothing."""
    previous, expected = GENESIS, 1
    for fact in _facts(connection):
        looked_at["house facts"] += 1
        if fact.seq != expected:
            yield f"house seq {expected}: the change is missing"
            return
        if bytes(fact.hash) != hash_of(fact, previous):
            yield f"house seq {fact.seq}: the change {fact.what!r} or the one before it was altered"
            return
        previous, expected = bytes(fact.hash), expected + 1


def _facts(connection: Connection) -> Iterator[HouseFact]:
    table = HouseFact.__table__  # type: ignore[attr-defined] # SQLModel's tables have it
    every = table.select().order_by(table.c.seq)
    with connection.execute(every, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            yield HouseFact(**row._mapping)


def _guards(connection: Connection) -> Iterator[str]:
    awake = connection.execute(
        text(
            "select count(*) from pg_trigger where tgenabled in ('O', 'A') and not tgisinternal"
            " and tgrelid = to_regclass('house_fact') and tgname in ('only_added_to', 'never_emptied')"
        )
    ).scalar_one()
    if awake != 2:
        yield "house seq 0: the ledger is not guarded against rewriting; its triggers are off or gone"
