"""The house's ledger: no change missing, moved or altered, and every one of them in a root."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection

from app.admin.ledger import GENESIS, HouseFact, hash_of
from app.sealing.ledgers import HouseChanges
from app.sealing.rows import SealLeaf
from app.verify.dossier import Finding, Known
from app.verify.seals import check_leaves

#: Rows fetched in one visit.
BATCH = 1000

#: How long a change may wait to be sealed: many times the interval of the sealer.
PATIENCE = timedelta(minutes=5)


def check_house(connection: Connection, known: Known, looked_at: Counter[str]) -> Iterator[Finding]:
    """Every fault of the ledger; counts its rows as `house facts`."""
    hashes: dict[int, bytes] = {}
    waiting: list[datetime] = []
    leaves = list(_leaves(connection))
    sealed = leaves[-1].to_seq if leaves else 0
    whole = True
    previous = GENESIS
    for fact in _facts(connection):
        looked_at["house facts"] += 1
        hashes[fact.seq] = bytes(fact.hash)
        waiting += [fact.at] if fact.seq > sealed else []
        # What follows the first that was changed, moved or removed proves nothing.
        for finding in _follows(fact, len(hashes), previous) if whole else ():
            yield finding
            whole = False
        previous = bytes(fact.hash)
    if leaves and sealed > len(hashes) and whole:
        yield Finding(len(hashes) + 1, "the change is missing")
    yield from check_leaves(leaves, hashes, HouseChanges.name, is_queued=True)
    if waiting and waiting[0] < known.now - PATIENCE:
        what = f"{len(waiting)} changes wait to be sealed"
        yield Finding(sealed + 1, what, is_fault=known.worker_is_alive)


def _follows(fact: HouseFact, expected: int, previous: bytes) -> Iterator[Finding]:
    if fact.seq != expected:
        yield Finding(expected, "the change is missing")
    elif bytes(fact.hash) != hash_of(fact, previous):
        yield Finding(fact.seq, f"the change {fact.what!r} or the one before it was altered")


def _facts(connection: Connection) -> Iterator[HouseFact]:
    table: Table = HouseFact.__table__  # type: ignore[attr-defined] # SQLModel's tables have it
    with connection.execute(
        table.select().order_by(table.c.seq), execution_options={"yield_per": BATCH}
    ) as rows:
        for row in rows:
            yield HouseFact(**row._mapping)


def _leaves(connection: Connection) -> Iterator[SealLeaf]:
    query = text("select * from seal_leaf where ledger = :ledger order by to_seq")
    for row in connection.execute(query, {"ledger": HouseChanges.name}):
        yield SealLeaf(**row._mapping)
