"""Addresses of the board for screens on walls: a supervisor makes and revokes them."""

import secrets

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from app.access.accounts import Account, Role, Viewer, hash_of
from app.admin.ledger import SECRET, one_at_a_time, write_house_fact
from app.statistics.rows import WallLink
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, bad_field

#: Bytes of a secret: 256 bits, so nobody finds one by trying.
LENGTH = 32
LONGEST_NAME = 40


def links_of_house(session: Session) -> list[WallLink]:
    """Every screen, in the order they were made."""
    return list(session.exec(select(WallLink).order_by(col(WallLink.id))).all())


def make_link(desk: Desk, viewer: Viewer, name: str) -> str:
    """
    Make an address for the screen called *name*, and give its secret: it is kept nowhere.

    :raises FieldsRefused: the screen has no name, or one that is too long.
    """
    called = name.strip()
    if not called:
        raise bad_field("name", "missing")
    if len(called) > LONGEST_NAME:
        raise bad_field("name", "string_too_long", max_length=LONGEST_NAME)
    one_at_a_time(desk)
    secret = secrets.token_urlsafe(LENGTH)
    made = {"hash": hash_of(secret), "name": called, "made_by": viewer.account_id, "made_at": desk.now()}
    desk.session.connection().execute(insert(WallLink).values(**made))
    write_house_fact(desk, "wall_link_made", called, {}, {"address": SECRET})
    return secret


def revoke_link(desk: Desk, link_id: int) -> None:
    """
    Have an address show nothing any more.

    :raises NotFound: there is none with this number.
    """
    one_at_a_time(desk)
    link = desk.session.get(WallLink, link_id)
    if link is None:
        raise NotFound
    desk.session.connection().execute(delete(WallLink).where(col(WallLink.id) == link_id))
    write_house_fact(desk, "wall_link_revoked", link.name, {"address": SECRET}, {})


def opens(desk: Desk, secret: str) -> bool:
    """Whether *secret* shows the board now: whoever made it must still be a supervisor here."""
    query = (
        select(WallLink.id)
        .join(Account, col(Account.id) == col(WallLink.made_by))
        .where(
            col(WallLink.hash) == hash_of(secret),
            col(Account.active),
            col(Account.role) == Role.SUPERVISOR,
        )
    )
    return desk.session.exec(query).first() is not None
