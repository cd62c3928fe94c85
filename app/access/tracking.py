"""A citizen's way to one ticket: its number and the code, tried a few times a day at most."""

import hmac
from datetime import date

from sqlalchemy import PrimaryKeyConstraint, text
from sqlmodel import Session, col, select

from tickets.ground.columns import Row
from tickets.ground.kept_keys import learn_code_key
from tickets.ground.vault import Vault
from tickets.ticket import Identity, Ticket

#: Wrong codes a day: for one ticket from one address, and for one address in all.
TRIES_FOR_TICKET, TRIES_FROM_ADDRESS = 10, 100


class TrackingTry(Row, table=True):
    """Wrong codes of one day, counted by ticket number and by a keyed hash of the address they came from."""

    __tablename__ = "tracking_try"
    __table_args__ = (PrimaryKeyConstraint("day", "address", "ref"),)

    day: date
    address: bytes
    #: The number tried; empty for the sum of the address.
    ref: str
    tries: int = 0


class TooManyTries(Exception):
    """This address has tried too often today."""


def ticket_by_code(
    session: Session, vault: Vault, *, ref: str, code: str, address: str | None
) -> Ticket | None:
    """
    Find the ticket *ref* if *code* is its code. A wrong number and a wrong code are told apart by nobody.

    *address* is None where no limit applies (the demo on its own machine).

    :raises TooManyTries: this address tried too often today, whatever it sends now.
    """
    learn_code_key(session, vault)
    # With the key that never changes, so that a day's tries stay counted while keys are rotated.
    origin = vault.code_hash("address", address) if address is not None else None
    if origin is not None and _spent(session, origin, ref):
        raise TooManyTries
    # One question whether there is such a ticket or not, and compared even where there is none, so that the
    # time taken tells nothing.
    kept = session.exec(
        select(Identity.code_hash)
        .join(Ticket, col(Ticket.id) == col(Identity.ticket_id))
        .where(Ticket.ref == ref)
    ).one_or_none()
    if hmac.compare_digest(kept or bytes(32), vault.code_hash(ref, code)):
        return session.exec(select(Ticket).where(Ticket.ref == ref)).one()
    if origin is not None:
        _count(session, origin, ref)
    return None


def _spent(session: Session, origin: bytes, ref: str) -> bool:
    found = session.connection().execute(
        text(
            "select ref, tries from tracking_try"
            " where day = current_date and address = :origin and ref in (:ref, '')"
        ),
        {"origin": origin, "ref": ref},
    )
    tries = {row.ref: row.tries for row in found}
    return bool(tries.get(ref, 0) >= TRIES_FOR_TICKET or tries.get("", 0) >= TRIES_FROM_ADDRESS)


def _count(session: Session, origin: bytes, ref: str) -> None:
    session.connection().execute(
        text(
            "insert into tracking_try (day, address, ref, tries)"
            " values (current_date, :origin, :ref, 1), (current_date, :origin, '', 1)"
            " on conflict (day, address, ref) do update set tries = tracking_try.tries + 1"
        ),
        {"origin": origin, "ref": ref},
    )
