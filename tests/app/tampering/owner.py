"""The owner of the tables at work: every guard off, and afterwards everything as it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from app.admin.ledger import GENESIS as NOTHING_BEFORE
from app.admin.ledger import HouseFact
from app.admin.ledger import hash_of as hash_of_change
from app.sealing.rows import SealLeaf, SealRoot
from tickets.ground.timeline import GENESIS, Entry, hash_of

GUARDED = ("timeline", "clock_event", "house_fact", "seal_root", "seal_leaf")
#: What tampering touches, and tickets; the others never change.
TOUCHED = {
    *("ticket", "timeline", "note", "seal_root", "seal_leaf", "seal_queue", "unit_order", "reply", "clock"),
    *("clock_event", "message", "vault", "search_doc", "search_queue"),
    *("request", "supervision_card", "identity_change", "house_fact"),
}


@dataclass
class Owner:
    """A connection that may do everything, and dice."""

    connection: Connection
    dice: Random

    def run(self, sql: str, **values: Any) -> int:
        """Run one statement; it must change something."""
        changed = int(self.connection.execute(text(sql), values).rowcount)
        assert changed > 0, sql
        return changed

    def rows(self, sql: str, **values: Any) -> Sequence[Any]:
        """Ask for rows."""
        return self.connection.execute(text(sql), values).all()

    def tickets(self, facts: int = 1) -> list[Any]:
        """Number, key and last fact of every ticket with so many *facts*."""
        return list(self.rows("select ref, id, seq from ticket where seq >= :facts order by id", facts=facts))

    def timeline(self, ticket: int) -> list[Entry]:
        """The facts of a ticket as they stand now."""
        found = self.rows("select * from timeline where ticket_id = :ticket order by seq", ticket=ticket)
        return [Entry(**row._asdict()) for row in found]

    def chain_anew(self, ticket: int, *, moves: int = 0) -> None:
        """Make every hash of *ticket* fit again, and its row, as somebody would who knows how it is done."""
        previous, seq = GENESIS, 0
        for fact in self.timeline(ticket):
            previous, seq = hash_of(fact, previous), fact.seq
            self.run(
                "update timeline set hash = :hash where ticket_id = :ticket and seq = :seq",
                hash=previous,
                ticket=ticket,
                seq=seq,
            )
        self.run(
            "update ticket set chain_head = :hash, seq = :seq, version = version + :moves where id = :ticket",
            hash=previous,
            seq=seq,
            ticket=ticket,
            moves=moves,
        )

    def house(self) -> list[HouseFact]:
        """The changes of the house as they stand now."""
        return [HouseFact(**row._asdict()) for row in self.rows("select * from house_fact order by seq")]

    def house_anew(self) -> None:
        """Make every hash of the house's ledger fit again, and the numbers run without a gap."""
        previous = NOTHING_BEFORE
        for number, fact in enumerate(self.house(), 1):
            found, fact.seq = fact.seq, number
            previous = hash_of_change(fact, previous)
            self.run(
                "update house_fact set seq = :seq, hash = :hash where seq = :found",
                seq=number,
                hash=previous,
                found=found,
            )

    def roots(self, first: int = 1) -> list[SealRoot]:
        """All roots from number *first* on."""
        found = self.rows("select * from seal_root where no >= :first order by no", first=first)
        return [SealRoot(**row._asdict()) for row in found]

    def root(self) -> SealRoot:
        """Any root."""
        return self.dice.choice(self.roots())

    def leaves(self, root: int | None = None) -> list[SealLeaf]:
        """All leaves, or those of one root."""
        found = self.rows("select * from seal_leaf order by root, position")
        return [SealLeaf(**row._asdict()) for row in found if root in (None, row.root)]

    def leaf(self) -> SealLeaf:
        """Any leaf."""
        return self.dice.choice(self.leaves())


@contextmanager
def at_work(engine: Engine, dice: Random) -> Iterator[Owner]:
    """Change rows as only their owner can, and leave the guards awake."""
    with engine.begin() as connection:
        for table in GUARDED:
            connection.execute(text(f"alter table {table} disable trigger user"))
        yield Owner(connection, dice)
        for table in GUARDED:
            connection.execute(text(f"alter table {table} enable trigger user"))


def _tables() -> list[str]:
    return [table.name for table in SQLModel.metadata.sorted_tables if table.name in TOUCHED]


def keep(engine: Engine) -> None:
    """Keep a copy of all rows, and let roots be deleted without their leaves."""
    with engine.begin() as connection:
        connection.execute(text("alter table seal_leaf drop constraint seal_leaf_root_fkey"))
        for table in _tables():
            connection.execute(text(f"create table kept_{table} as table {table}"))


def restore(engine: Engine, dice: Random) -> None:
    """Bring every row back to what it was."""
    columns = [column.name for column in SQLModel.metadata.tables["ticket"].columns if column.name != "id"]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    tables = [table for table in _tables() if table != "ticket"]
    statements = [
        f"insert into ticket select * from kept_ticket on conflict (id) do update set {changes}",  # noqa: S608 ours
        *(f"delete from {table}" for table in reversed(tables)),  # noqa: S608 ours
        *(f"insert into {table} select * from kept_{table}" for table in tables),  # noqa: S608 ours
    ]
    with at_work(engine, dice) as owner:
        owner.connection.exec_driver_sql("; ".join(statements))
