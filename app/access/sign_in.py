"""Come in to the pages: a password, a code where the account asks for one, then the secret of a session."""

import secrets
from dataclasses import dataclass
from functools import cache

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from app.access.accounts import Account, HalfSignIn, hash_of, hash_password, is_quick, password_fits
from app.access.sessions import begin
from app.access.totp import code_fits
from app.access.tries import Door, at_the_door

#: How long the code may be waited for after the password.
HALF_LASTS = "5 minutes"


class HalfOver(Exception):
    """The password was given too long ago, or another one counts by now."""


@dataclass(frozen=True)
class Entry:
    """The password was right: the secret to go on with, of a session or only of the way to the code."""

    secret: str
    owes_code: bool


def sign_in(session: Session, door: Door, username: str, password: str) -> Entry | None:
    """
    Begin a session for *username*, or ask for a code first; None where name and password do not fit.

    :raises MustWait: too many tries were wrong; this one was not looked at.
    """
    account, tries = at_the_door(session, door, username.replace("\0", ""))
    if not _is_theirs(account, password) or account is None or account.id is None:
        tries.count()
        return None
    if account.has_totp:
        # What was wrong before still counts: else a known password would clear the way for guessing codes.
        return Entry(_half_way(session, account.id), owes_code=True)
    tries.forget()
    return Entry(begin(session, account.id), owes_code=False)


def give_code(session: Session, door: Door, half: str, code: str) -> str | None:
    """
    Begin the session of who gave the password with the secret *half*; None where the code does not fit.

    :raises HalfOver: the password has to be given once more.
    :raises MustWait: too many tries were wrong; this one was not looked at.
    """
    account, tries = at_the_door(session, door, _name_of(session, half))
    if account is None or account.id is None or not (account.active and account.has_totp):
        raise HalfOver
    if not code_fits(session, door.vault, account, code):
        tries.count()
        return None
    tries.forget()
    # Gone if the password was changed while the code was looked at.
    used = session.connection().execute(delete(HalfSignIn).where(col(HalfSignIn.hash) == hash_of(half)))
    if used.rowcount != 1:
        raise HalfOver
    return begin(session, account.id)


def is_password_of(session: Session, door: Door, username: str, password: str) -> bool:
    """
    Whether *password* is that of *username*, who is signed in already. A wrong one counts as at the door.

    :raises MustWait: too many tries were wrong; this one was not looked at.
    """
    account, tries = at_the_door(session, door, username)
    fits = _is_theirs(account, password)
    if not fits:
        tries.count()
    return fits


def _half_way(session: Session, account_id: int) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(HalfSignIn(hash=hash_of(secret), account_id=account_id))
    return secret


def _name_of(session: Session, half: str) -> str:
    lasts = col(HalfSignIn.made_at) > func.clock_timestamp() - text(f"interval '{HALF_LASTS}'")
    name = session.exec(
        select(Account.username)
        .join(HalfSignIn, col(HalfSignIn.account_id) == col(Account.id))
        .where(HalfSignIn.hash == hash_of(half), lasts)
    ).one_or_none()
    if name is None:
        raise HalfOver
    return name


def _is_theirs(account: Account | None, password: str) -> bool:
    # Tried even where there is no such account, so that the time taken tells nothing.
    fits = password_fits(password, account.password_hash if account else _nobodys_hash())
    if account and is_quick(account.password_hash):
        # Nor does it tell who was never in yet.
        password_fits(password, _nobodys_hash())
    return fits and account is not None and account.active


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))
