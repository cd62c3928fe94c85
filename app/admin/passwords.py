"""Help somebody in again: a new password, another try, no second step; or put them out everywhere."""

import secrets

from sqlalchemy import delete
from sqlmodel import col

from app.access.accounts import Account, ApiToken
from app.access.passwords import give_password
from app.access.sessions import end_sessions
from app.access.totp import forget_totp
from app.access.tries import unlock
from app.admin.ledger import SECRET, write_house_fact
from tickets.ground.desk import Desk

#: Letters and digits nobody mistakes for one another when they are read aloud or copied from paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_GROUPS, GROUP = 4, 4


def reset_password(desk: Desk, account: Account, password: str | None = None) -> str:
    """
    Give *account* a new password and end its sessions and tokens: whoever has the old one is out.

    Gives it back to be shown this once; its holder has to change it after signing in.
    """
    given = password or made_password()
    give_password(desk.session, account.id or 0, given, must_change=True)
    unlock(desk.session, account.username)
    put_out(desk, account)
    write_house_fact(desk, "account_changed", account.username, {}, {"password": SECRET})
    return given


def let_try_again(desk: Desk, account: Account) -> bool:
    """Let *account* sign in again at once after too many wrong passwords; whether it had to wait."""
    had_to_wait = unlock(desk.session, account.username)
    if had_to_wait:
        write_house_fact(desk, "account_changed", account.username, {}, {"tries": SECRET})
    return had_to_wait


def take_second_step(desk: Desk, account: Account) -> bool:
    """Let *account* sign in without a code: the phone is lost. Whoever is signed in has to do it again."""
    had_it = account.has_totp
    forget_totp(desk.session, account.id or 0)
    put_out(desk, account)
    if had_it:
        write_house_fact(desk, "account_changed", account.username, {}, {"totp": SECRET})
    return had_it


def put_out(desk: Desk, account: Account) -> None:
    """End every session and token of *account*."""
    end_sessions(desk.session, account.id or 0)
    theirs = col(ApiToken.account_id) == account.id
    desk.session.connection().execute(delete(ApiToken).where(theirs))


def made_password() -> str:
    """A password of four groups, 79 bits: it can be read over the phone and copied from paper."""
    letters = [secrets.choice(READABLE) for _letter in range(PASSWORD_GROUPS * GROUP)]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))
