"""The house's ledger: one row a change of units, people or words, chained by hashes, never rewritten."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Column, LargeBinary, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col, select

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Actor, Desk

#: Whoever holds the machine the service runs on.
CONSOLE = Actor(username="console", role="system")

#: What the first row follows.
GENESIS = bytes(32)

#: Stands in the ledger for what it must not hold: that a phone or a password changed, not to what.
SECRET = "changed"  # noqa: S105 a word that hides secrets is none

Values = Mapping[str, Any]
Found = TypeVar("Found", bound=SQLModel)


class HouseFact(Row, table=True):
    """Something an administrator, or a head for their unit, changed in the house."""

    __tablename__ = "house_fact"

    #: From 1, without a gap.
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=Moment)
    what: str
    by: str
    role: str
    unit: str | None = None
    #: subject, before and after, in plain values; never a phone, a password or another secret.
    data: dict[str, Any] = Field(sa_type=JSONB)
    hash: bytes = Field(sa_type=LargeBinary)


LOCK = text("select pg_advisory_xact_lock(hashtext(current_schema() || ' house'))")

LAST = text(
    "select coalesce(last.seq, 0), last.hash, clock_timestamp() from (select) one"
    " left join lateral (select seq, hash from house_fact order by seq desc limit 1) last on true"
)


def one_at_a_time(desk: Desk) -> None:
    """
    Wait until nobody else is changing the house; what is read from here on stays true until the commit.

    Every change begins with it: a last administrator, a circle of units or a gap in the ledger would
    otherwise slip through between two who are at it in the same moment.
    """
    desk.session.connection().execute(LOCK)


def fresh(desk: Desk, model: type[Found], key: Any) -> Found | None:
    """The row with *key* as it is now that nobody else is changing the house; None where there is none."""
    one_at_a_time(desk)
    if "\0" in "".join(key if isinstance(key, tuple) else str(key)):
        # No text of the database has it, and it takes none to ask.
        return None
    return desk.session.get(model, key, populate_existing=True)


def write_house_fact(desk: Desk, what: str, subject: str, before: Values, after: Values) -> None:
    """
    Write down that *what* happened to *subject*: what was there *before*, and what is there *after*.

    It is inserted at once, not laid on the desk, so that the next one of the same desk can follow it.
    """
    one_at_a_time(desk)
    connection = desk.session.connection()
    seq, previous, at = connection.execute(LAST).one()
    fact = HouseFact(
        seq=seq + 1,
        at=at,
        what=what,
        by=desk.actor.username,
        role=desk.actor.role,
        unit=desk.actor.unit,
        data={"subject": subject, "before": _plain(before), "after": _plain(after)},
        hash=b"",
    )
    fact.hash = hash_of(fact, bytes(previous or GENESIS))
    connection.execute(insert(HouseFact).values(**fact.model_dump()))


def change(
    desk: Desk, what: str, subject: str, row: SQLModel, values: Values, *, also: Values | None = None
) -> bool:
    """
    Set *values* on *row* and write down those that differ; False, and no fact, where none does.

    *also* is written down beside them: what the change did to other rows.
    """
    differ = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not differ:
        return False
    before = {name: getattr(row, name) for name in differ}
    for name, value in differ.items():
        setattr(row, name, value)
    write_house_fact(desk, what, subject, before, {**differ, **(also or {})})
    return True


def hash_of(fact: HouseFact, previous: bytes) -> bytes:
    """SHA-256 over the canonical JSON of *fact* and the hash of the row before it."""
    row = {
        "seq": fact.seq,
        "at": fact.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "what": fact.what,
        "by": fact.by,
        "role": fact.role,
        "unit": fact.unit,
        "data": fact.data,
        "previous": previous.hex(),
    }
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def _plain(values: Values) -> dict[str, Any]:
    return {name: _in_json(value) for name, value in values.items()}


def _in_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return [*value] if isinstance(value, tuple) else value


def facts_of_house(
    session: Session, *, what: str | None = None, by: str | None = None, before: int | None = None, limit: int
) -> list[HouseFact]:
    """The newest rows of the ledger before number *before*, one more than *limit* if there are more."""
    query = select(HouseFact)
    if what:
        query = query.where(HouseFact.what == what)
    if by:
        query = query.where(HouseFact.by == by)
    if before is not None:
        query = query.where(col(HouseFact.seq) < before)
    return list(session.exec(query.order_by(col(HouseFact.seq).desc()).limit(limit + 1)).all())
