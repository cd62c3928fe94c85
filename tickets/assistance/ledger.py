"""The ledger of the households: what was done to each, chained by hashes, never rewritten."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, col, select

from tickets.assistance.households import Household
from tickets.ground.canonical import canonical
from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk


class HouseholdFact(Row, table=True):
    """Something that was done to a household, or that somebody looked at who it is."""

    __tablename__ = "household_fact"
    __table_args__ = (
        # How often did I look at identities within the hour?
        Index("household_fact_looks", "by", "at", postgresql_where=text("what = 'identity_read'")),
    )

    household_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("household.id"), primary_key=True, autoincrement=False)
    )
    #: From 1, without a gap.
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    what: str
    by: str
    role: str
    unit: str | None = None
    #: What happened, in plain values; never an identity.
    data: dict[str, Any] = Field(sa_type=JSONB)
    hash: bytes = Field(sa_type=LargeBinary)


def write_fact(
    desk: Desk, household: Household, what: str, data: Mapping[str, Any], *, at: datetime
) -> HouseholdFact:
    """Write down that *what* was done to *household*, whose row is locked or new; it counts a version on."""
    household.seq += 1
    fact = HouseholdFact(
        household_id=household.id,
        seq=household.seq,
        at=at,
        what=what,
        by=desk.actor.username,
        role=desk.actor.role,
        unit=desk.actor.unit,
        data=dict(data),
        hash=b"",
    )
    fact.hash = hash_of(fact, bytes(household.chain_head))
    household.chain_head = fact.hash
    household.changed_at = at
    desk.add(fact)
    return fact


def digest_of(words: str) -> str:
    """What a fact keeps of free words: SHA-256, in hex. The words stand sealed where they can be erased."""
    return hashlib.sha256(words.encode()).hexdigest()


def hash_of(fact: HouseholdFact, previous: bytes) -> bytes:
    """SHA-256 over the canonical JSON of *fact* and the hash of the one before it."""
    row = fact.model_dump(exclude={"at", "hash"})
    at = fact.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical({**row, "at": at, "previous": previous.hex()})).digest()


def facts_of(session: Session, household_id: int, *, limit: int = 200) -> list[HouseholdFact]:
    """What was done to a household, newest first."""
    rows = select(HouseholdFact).where(HouseholdFact.household_id == household_id)
    return list(session.exec(rows.order_by(col(HouseholdFact.seq).desc()).limit(limit)).all())
