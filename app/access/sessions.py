"""Sessions of the pages: begun, looked at, renewed, ended. Each is a row, so it can be ended from here."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, text, update
from sqlmodel import Session, col, select

from app.access.accounts import Account, HalfSignIn, Viewer, WebSession, hash_of
from app.access.doors import viewer_of
from app.settings import Settings

#: How exactly is known when somebody was last here; a row is not written anew for every click.
SEEN_EVERY = "1 minute"


@dataclass(frozen=True)
class SignedIn:
    """Who is looking, and whether it is time to write down that they were here."""

    viewer: Viewer
    long_unseen: bool
    must_change: bool
    has_totp: bool
    toured: bool


def begin(session: Session, account_id: int) -> str:
    """Begin a session for an account and give its secret, which is kept nowhere here."""
    secret = secrets.token_urlsafe(32)
    session.add(WebSession(hash=hash_of(secret), account_id=account_id))
    return secret


def viewer_by_session(session: Session, settings: Settings, secret: str) -> SignedIn | None:
    """Who holds the session *secret*; None where it ended, lasted too long, or the account is closed."""
    long_unseen = col(WebSession.seen_at) < func.clock_timestamp() - text(f"interval '{SEEN_EVERY}'")
    row = session.exec(
        select(Account, long_unseen)
        .join(WebSession, col(WebSession.account_id) == col(Account.id))
        .where(WebSession.hash == hash_of(secret), _lasts(settings), col(Account.active))
    ).one_or_none()
    if row is None:
        return None
    account, unseen = row
    return SignedIn(
        viewer_of(account),
        bool(unseen),
        must_change=account.must_change,
        has_totp=account.has_totp,
        toured=account.toured,
    )


def seen_now(session: Session, secret: str) -> None:
    """Write down that the holder of *secret* was here."""
    mine = col(WebSession.hash) == hash_of(secret)
    session.connection().execute(update(WebSession).where(mine).values(seen_at=func.clock_timestamp()))


def renew(session: Session, secret: str) -> str:
    """
    Give the session *secret* a new one: what somebody may have copied before opens nothing any more.

    It does not last longer for it: it counts from when somebody signed in.
    """
    new = secrets.token_urlsafe(32)
    mine = col(WebSession.hash) == hash_of(secret)
    session.connection().execute(update(WebSession).where(mine).values(hash=hash_of(new)))
    return new


def sign_out(session: Session, settings: Settings, secret: str) -> None:
    """End the session *secret*, and forget those that ended by themselves."""
    over = (col(WebSession.hash) == hash_of(secret)) | ~_lasts(settings)
    session.connection().execute(delete(WebSession).where(over))


def end_sessions(session: Session, account_id: int, but: str | None = None) -> int:
    """
    End every session of an account, the one with the secret *but* left aside, and give how many there were.

    Who was half-way in is out as well.

    Whoever closes an account or changes its password, its role or its second factor calls this.
    """
    theirs = col(WebSession.account_id) == account_id
    if but is not None:
        theirs = and_(theirs, col(WebSession.hash) != hash_of(but))
    session.connection().execute(delete(HalfSignIn).where(col(HalfSignIn.account_id) == account_id))
    return session.connection().execute(delete(WebSession).where(theirs)).rowcount


def other_sessions(session: Session, settings: Settings, account_id: int, but: str) -> Sequence[WebSession]:
    """Where else an account is signed in, last seen first."""
    theirs = select(WebSession).where(WebSession.account_id == account_id, WebSession.hash != hash_of(but))
    return session.exec(theirs.where(_lasts(settings)).order_by(col(WebSession.seen_at).desc())).all()


def _lasts(settings: Settings) -> ColumnElement[bool]:
    """Neither idle for too long nor begun too long ago."""
    idle = func.make_interval(0, 0, 0, 0, 0, settings.idle_minutes)
    whole = func.make_interval(0, 0, 0, 0, settings.session_hours)
    now = func.clock_timestamp()
    return and_(col(WebSession.seen_at) > now - idle, col(WebSession.made_at) > now - whole)
