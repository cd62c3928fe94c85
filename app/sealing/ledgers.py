"""
What is sealed: ledgers, each a chain of facts for every one of its subjects.

The timelines are one, with the ticket as the subject. Another needs a table that is only ever added to, a
hash in each row, a class with `unsealed`, and a place in `LEDGERS`; a ledger that is one single chain has one
subject. `app/verify/seals.py` holds the leaves of any ledger against its facts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.engine import Connection, Row

from app.sealing.rows import HASH


@dataclass(frozen=True)
class Stretch:
    """Facts of one subject, one after the other, that no root covers yet."""

    #: Key of the subject, and what people call it.
    subject: int
    name: str
    from_seq: int
    hashes: tuple[bytes, ...]

    @property
    def to_seq(self) -> int:
        """Number of the last fact."""
        return self.from_seq + len(self.hashes) - 1


@dataclass(frozen=True)
class Taken:
    """What a ledger handed over to be sealed."""

    stretches: list[Stretch]
    #: There may be more: ask again.
    more: bool


class Ledger(Protocol):
    """A table whose rows are sealed."""

    #: What its leaves are known by.
    name: str

    def unsealed(self, connection: Connection, at_most: int) -> Taken:
        """
        Hand over facts that are committed and in no root yet, of *at_most* so many subjects.

        Asked by one sealer at a time, in the transaction that writes the root. A fact whose transaction is
        still open cannot be seen; it must be found later, although newer ones were sealed before it.
        """
        ...


#: A row of the queue is seen when its fact is: both are committed together.
TAKE = text(
    "delete from seal_queue where ctid = any(array(select ctid from seal_queue limit :at_most))"
    " returning ticket_id"
)
UNSEALED = text(
    """
    select ticket.id, ticket.ref, sealed.seq + 1 as first, fact.seq, fact.hash
    from ticket
    cross join lateral (
        select coalesce(max(to_seq), 0) as seq from seal_leaf
        where ledger = :ledger and subject = ticket.id
    ) sealed
    join timeline fact on fact.ticket_id = ticket.id and fact.seq > sealed.seq
    where ticket.id = any(:tickets)
    order by ticket.id, fact.seq
    """
)


class Timelines:
    """The timelines of all tickets; a trigger queues each ticket in the transaction of its fact."""

    name = "ticket"

    def unsealed(self, connection: Connection, at_most: int) -> Taken:
        """Take tickets from the queue, with their facts since the last root that reached them."""
        taken = connection.execute(TAKE, {"at_most": at_most}).scalars().all()
        asked = {"ledger": self.name, "tickets": sorted(set(taken))}
        facts = connection.execute(UNSEALED, asked).all()
        stretches = [
            Stretch(ticket, ref, first, hashes)
            for (ticket, ref, first), rows in groupby(facts, key=itemgetter(0, 1, 2))
            if (hashes := tuple(_unbroken(first, rows)))
        ]
        return Taken(stretches, more=len(taken) == at_most)


def _unbroken(first: int, rows: Iterable[Row[Any]]) -> Iterator[bytes]:
    """The hashes up to where a fact is missing: a root never covers what somebody has tampered with."""
    for seq, row in enumerate(rows, first):
        if row.seq != seq or len(row.hash) != HASH:
            return
        yield bytes(row.hash)


CHANGES = text(
    """
    select seq, hash, (select coalesce(max(to_seq), 0) + 1 from seal_leaf where ledger = :ledger) as first
    from house_fact
    where seq > (select coalesce(max(to_seq), 0) from seal_leaf where ledger = :ledger)
    order by seq limit :at_most
    """
)


class HouseChanges:
    """
    The changes of the house itself: one chain, so one subject.

    They are made one at a time, each committed before the next gets its number, so none is left behind.
    """

    name = "house"
    #: The key of the one subject.
    SUBJECT = 0

    def unsealed(self, connection: Connection, at_most: int) -> Taken:
        """Hand over the changes since the last root that reached them."""
        changes = connection.execute(CHANGES, {"ledger": self.name, "at_most": at_most}).all()
        first = changes[0].first if changes else 1
        hashes = tuple(_unbroken(first, changes))
        stretches = [Stretch(self.SUBJECT, self.name, first, hashes)] if hashes else []
        # Behind a change that is missing nothing is sealed, however often it is asked.
        return Taken(stretches, more=len(hashes) == at_most)


#: Everything that is sealed.
LEDGERS: tuple[Ledger, ...] = (Timelines(), HouseChanges())
