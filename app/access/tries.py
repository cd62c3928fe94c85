"""Wrong passwords and codes in a row: counted in the tables, and after a few the next one has to wait."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from sqlalchemy import Delete, PrimaryKeyConstraint, delete, text
from sqlmodel import Field, Session, col, select

from app.access.accounts import Account
from tickets.ground.columns import Moment, Row, one_of
from tickets.ground.kept_keys import learn_code_key
from tickets.ground.vault import Vault

log = logging.getLogger(__name__)

#: Wrong ones in a row before the next has to wait. Many people share an address: an office, a street.
OF_NAME, FROM_ADDRESS = 5, 20

#: The first wait; each further wrong one doubles it.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)

#: After a time without wrong ones the row begins anew.
FORGOTTEN_AFTER = "1 day"


class CountedBy(StrEnum):
    """What wrong ones are counted by."""

    NAME = "name"
    ADDRESS = "address"


class SignInTry(Row, table=True):
    """Wrong passwords and codes in a row, of one account name or from one address."""

    __tablename__ = "sign_in_try"
    __table_args__ = (PrimaryKeyConstraint("counted_by", "key"), one_of("counted_by", CountedBy))

    counted_by: str
    #: The name of an account. Of an address, and of a name nobody has (it may be a password typed into the
    #: wrong field), only a keyed hash.
    key: str
    wrong: int
    last_at: datetime = Field(sa_type=Moment)


class MustWait(Exception):
    """Too many wrong ones in a row: nothing is tried before *seconds* have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Door:
    """Where somebody tries to come in."""

    vault: Vault
    #: Whose tries are counted; None where nothing is (the demo on its own machine).
    address: str | None


def wait_after(wrong: int, allowed: int) -> timedelta:
    """How long the next try has to wait after *wrong* ones in a row, of which *allowed* are free."""
    if wrong < allowed:
        return timedelta()
    # Beyond ten doublings it is the longest anyway, and the number stays small.
    return min(FIRST_WAIT * (1 << min(wrong - allowed, 10)), LONGEST_WAIT)


@dataclass(frozen=True)
class Tries:
    """The wrong ones that count against somebody: what they are counted by, and how many are free."""

    session: Session
    keys: tuple[tuple[CountedBy, str, int], ...]

    def wait_turn(self) -> None:
        """
        Go on only if nothing has to wait.

        :raises MustWait: it has to, whatever is tried now.
        """
        left = max((self._left(*key) for key in self.keys), default=timedelta())
        if left > timedelta():
            raise MustWait(ceil(left.total_seconds()))

    def _left(self, counted_by: CountedBy, key: str, allowed: int) -> timedelta:
        found = self.session.connection().execute(
            text(
                "select wrong, clock_timestamp() - last_at as ago from sign_in_try"
                " where counted_by = :counted_by and key = :key"
            ),
            {"counted_by": counted_by, "key": key},
        )
        row = found.one_or_none()
        return wait_after(row.wrong, allowed) - row.ago if row else timedelta()

    def count(self) -> None:
        """One more was wrong."""
        for counted_by, key, allowed in self.keys:
            wrong: int = (
                self.session.connection()
                .execute(COUNT, {"counted_by": counted_by, "key": key, "forgotten": FORGOTTEN_AFTER})
                .scalar_one()
            )
            if wrong >= allowed:
                log.warning("wrong sign-ins have to wait", extra={"counted_by": counted_by, "wrong": wrong})

    def forget(self) -> None:
        """It was right: what was wrong before counts no more."""
        for counted_by, key, _allowed in self.keys:
            self.session.connection().execute(_this(counted_by, key))


#: Names before addresses, always: two that count at once never wait for each other.
COUNT = text(
    "insert into sign_in_try as t (counted_by, key, wrong, last_at)"
    " values (:counted_by, :key, 1, clock_timestamp())"
    " on conflict (counted_by, key) do update set last_at = excluded.last_at, wrong ="
    " case when t.last_at < clock_timestamp() - cast(:forgotten as interval) then 1 else t.wrong + 1 end"
    " returning wrong"
)


def at_the_door(session: Session, door: Door, name: str) -> tuple[Account | None, Tries]:
    """
    Wait for one's turn at *name*; give its account, if there is one, and the tries that count.

    Tries of one name come one after the other until the transaction ends: many at once are no way round.

    :raises MustWait: too many were wrong; there may or may not be such an account.
    """
    learn_code_key(session, door.vault)
    connection = session.connection()
    connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": name})
    # Shared: who changes the password waits for the session this leads to, and then ends it with the others.
    account = session.exec(
        select(Account).where(Account.username == name).with_for_update(read=True)
    ).one_or_none()
    tries = Tries(session, _keys(door, name, known=account is not None))
    tries.wait_turn()
    return account, tries


def _keys(door: Door, name: str, *, known: bool) -> tuple[tuple[CountedBy, str, int], ...]:
    # With the key that never changes, so that tries stay counted while keys are rotated.
    # Made whether it is needed or not, so that the time taken tells nothing.
    hidden = door.vault.code_hash("sign_in_name", name).hex()
    if door.address is None:
        return ()
    address = door.vault.code_hash("sign_in_address", door.address).hex()
    return (
        (CountedBy.NAME, name if known else hidden, OF_NAME),
        (CountedBy.ADDRESS, address, FROM_ADDRESS),
    )


def wrong_tries(session: Session, username: str) -> int:
    """How many wrong ones in a row are counted against the name of *username*."""
    mine = (SignInTry.counted_by == CountedBy.NAME, SignInTry.key == username)
    return session.exec(select(SignInTry.wrong).where(*mine)).one_or_none() or 0


def unlock(session: Session, username: str) -> bool:
    """Let *username* try again at once; whether anything had been counted against the name."""
    return session.connection().execute(_this(CountedBy.NAME, username)).rowcount > 0


def _this(counted_by: CountedBy, key: str) -> Delete:
    return delete(SignInTry).where(col(SignInTry.counted_by) == counted_by, col(SignInTry.key) == key)
