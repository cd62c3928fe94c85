"""Calls as the telephone switch tells of them: ringing, answered, ended, missed; each told once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, and_, func, or_, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, col, select

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.vault import Place, Vault

#: A call that rings longer was lost by the switch; one that is spoken for longer, too.
RINGS_FOR = timedelta(minutes=3)
SPOKEN_FOR = timedelta(hours=2)
#: Calls are kept so long, with the number they came from.
CALLS_KEPT = timedelta(days=30)


class CallEvent(StrEnum):
    """What a switch tells of a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    MISSED = "missed"


class Call(Row, table=True):
    """One call, and when what was told of it happened; the number it came from is sealed."""

    __tablename__ = "call"
    __table_args__ = (
        Index("call_at_seat", "seat", text("heard_at desc"), postgresql_where=text("taken_at is null")),
        Index("call_missed", "missed_at", postgresql_where=text("missed_at is not null")),
        Index("call_heard", "heard_at"),
    )

    call_id: str = Field(primary_key=True)
    #: Where it rings, or where it was answered.
    seat: str
    #: None where the caller withholds it.
    number: bytes | None = Field(default=None, sa_type=LargeBinary)
    number_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    index_key: str | None = None
    ringing_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    missed_at: datetime | None = Field(default=None, sa_type=Moment)
    #: When we first heard of it, by our own clock: that of the switch may be off.
    heard_at: datetime = Field(sa_type=Moment)
    #: When an operator began to write for it.
    taken_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str = "number") -> Place:
        """Where the seal of its number belongs."""
        return place_of(self.call_id, column)

    def number_in_clear(self, vault: Vault) -> str | None:
        """The number it came from, as E.164."""
        return None if self.number is None else vault.open(self.number, self.place())


class Seat(Row, table=True):
    """Who sits where: one account at a seat, one seat of an account."""

    __tablename__ = "seat"

    seat: str = Field(primary_key=True)
    account_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("account.id"), unique=True, nullable=False)
    )
    since: datetime = Field(sa_type=Moment)


def place_of(call_id: str, column: str = "number") -> Place:
    """Where the seal of *column* of the call *call_id* belongs."""
    return Place("call", column, call_id)


@dataclass(frozen=True)
class Told:
    """What the switch says."""

    call_id: str
    event: CallEvent
    seat: str
    at: datetime
    #: E.164; None where it is withheld.
    number: str | None = None


def hear(desk: Desk, told: Told) -> Call:
    """
    Write down what a switch says of a call. Said again, it changes nothing: the first time stands.

    What comes later may add a number that was not known, and who answers says where the call is now.
    """
    vault, moment = desk.vault, f"{told.event}_at"
    values = {
        "call_id": told.call_id,
        "seat": told.seat,
        "heard_at": desk.now(),
        moment: told.at,
    }
    if told.number:
        values |= {
            "number": vault.seal(told.number, place_of(told.call_id)),
            "number_index": vault.index("phone", told.number),
            "index_key": vault.current,
        }
    said = insert(Call).values(values)
    changes = {moment: text(f"coalesce(call.{moment}, excluded.{moment})")}
    if told.event is CallEvent.ANSWERED:
        changes["seat"] = text("case when call.answered_at is null then excluded.seat else call.seat end")
    if told.number:
        for column in ("number", "number_index", "index_key"):
            changes[column] = text(
                f"case when call.number is null then excluded.{column} else call.{column} end"
            )
    kept = said.on_conflict_do_update(index_elements=["call_id"], set_=changes).returning(Call)
    return desk.session.scalars(kept, execution_options={"populate_existing": True}).one()


def call_for(session: Session, account_id: int) -> tuple[str | None, Call | None]:
    """Where the account sits, and the newest call there that nobody writes for yet; one statement."""
    now = func.clock_timestamp()
    waits = and_(
        col(Call.seat) == col(Seat.seat),
        col(Call.taken_at).is_(None),
        col(Call.ended_at).is_(None),
        col(Call.missed_at).is_(None),
        col(Call.heard_at) > now - SPOKEN_FOR,
        or_(col(Call.answered_at).is_not(None), col(Call.heard_at) > now - RINGS_FOR),
    )
    query = (
        select(Seat.seat, Call)
        .join(Call, waits, isouter=True)
        .where(Seat.account_id == account_id)
        .order_by(col(Call.heard_at).desc().nulls_last())
        .limit(1)
    )
    found = session.exec(query).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def take(desk: Desk, seat: str, call_id: str) -> Call | None:
    """Say that who sits at *seat* writes for the call; None where it is no call of this seat."""
    call = desk.session.exec(select(Call).where(Call.call_id == call_id, Call.seat == seat)).one_or_none()
    if call is not None and call.taken_at is None:
        call.taken_at = desk.now()
    return call


def missed_calls(session: Session, since: datetime, most: int = 200) -> list[Call]:
    """Calls nobody answered, the newest first."""
    query = select(Call).where(col(Call.missed_at) >= since, col(Call.answered_at).is_(None))
    return list(session.exec(query.order_by(col(Call.missed_at).desc()).limit(most)).all())


def seat_of(session: Session, account_id: int) -> str | None:
    """Where the account sits."""
    return session.exec(select(Seat.seat).where(Seat.account_id == account_id)).one_or_none()


def sit_down(desk: Desk, account_id: int, seat: str) -> None:
    """Take the *seat*, whoever had it before; an empty one is to leave one's own."""
    session = desk.session
    session.connection().execute(text("delete from seat where account_id = :who"), {"who": account_id})
    if seat:
        values = {"seat": seat, "account_id": account_id, "since": desk.now()}
        taken = insert(Seat).values(values)
        changes = {"account_id": account_id, "since": values["since"]}
        session.execute(taken.on_conflict_do_update(index_elements=["seat"], set_=changes))
