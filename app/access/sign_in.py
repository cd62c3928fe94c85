"""Come in to the pages: a password once, then the secret of a session."""

import secrets
from functools import cache

from sqlmodel import Session

from app.access.accounts import Account, hash_password, password_fits
from app.access.sessions import begin
from app.access.tries import Door, at_the_door


def sign_in(session: Session, door: Door, username: str, password: str) -> str | None:
    """
    Begin a session for *username* and give its secret; None where name and password do not fit.

    :raises MustWait: too many tries were wrong; this one was not looked at.
    """
    account, tries = at_the_door(session, door, username.replace("\0", ""))
    if not _is_theirs(account, password) or account is None or account.id is None:
        tries.count()
        return None
    tries.forget()
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


def _is_theirs(account: Account | None, password: str) -> bool:
    # Tried even where there is no such account, so that the time taken tells nothing.
    fits = password_fits(password, account.password_hash if account else _nobodys_hash())
    return fits and account is not None and account.active


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))
