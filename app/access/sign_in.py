"""Come in to the pages: a password once, then the secret of a session that can be ended here."""

import secrets
from dataclasses import dataclass
from functools import cache

from sqlalchemy import delete, func, text, update
from sqlmodel import Session, col, select

from app.access.accounts import Account, Viewer, WebSession, hash_of, hash_password, password_fits
from app.access.doors import viewer_of

#: How exactly is known when somebody was last here; a row is not written anew for every click.
SEEN_EVERY = "1 minute"


@dataclass(frozen=True)
class SignedIn:
    """Who is looking, and whether it is time to write down that they were here."""

    viewer: Viewer
    long_unseen: bool


def sign_in(session: Session, username: str, password: str) -> str | None:
    """Begin a session for *username* and give its secret; None where name and password do not fit."""
    account = session.exec(
        select(Account).where(Account.username == username.replace("\0", ""), col(Account.active))
    ).one_or_none()
    # Tried even where there is no such account, so that the time taken tells nothing.
    fits = password_fits(password, account.password_hash if account else _nobodys_hash())
    if account is None or account.id is None or not fits:
        return None
    secret = secrets.token_urlsafe(32)
    session.add(WebSession(hash=hash_of(secret), account_id=account.id))
    return secret


def viewer_by_session(session: Session, secret: str, *, idle_minutes: int) -> SignedIn | None:
    """Who holds the session *secret*; None where it ended, was idle too long, or the account is closed."""
    now, seen = func.clock_timestamp(), col(WebSession.seen_at)
    row = session.exec(
        select(Account, seen < now - text(f"interval '{SEEN_EVERY}'"))
        .join(WebSession, col(WebSession.account_id) == col(Account.id))
        .where(
            WebSession.hash == hash_of(secret),
            seen > now - func.make_interval(0, 0, 0, 0, 0, idle_minutes),
            col(Account.active),
        )
    ).one_or_none()
    return SignedIn(viewer_of(row[0]), bool(row[1])) if row else None


def seen_now(session: Session, secret: str) -> None:
    """Write down that the holder of *secret* was here."""
    mine = col(WebSession.hash) == hash_of(secret)
    session.connection().execute(update(WebSession).where(mine).values(seen_at=func.clock_timestamp()))


def sign_out(session: Session, secret: str, *, idle_minutes: int) -> None:
    """End the session *secret*, and forget those that ended by themselves."""
    long_ago = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, idle_minutes)
    ended = (col(WebSession.hash) == hash_of(secret)) | (col(WebSession.seen_at) < long_ago)
    session.connection().execute(delete(WebSession).where(ended))


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))
