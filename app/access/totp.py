"""The second step: a code a phone makes of a secret and the time (RFC 6238), and ten for when it is lost."""

import hmac
import secrets
from unicodedata import normalize

import pyotp
from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, delete, func, text, update
from sqlmodel import Field, Session, col, select

from app.access.accounts import Account
from tickets.ground.columns import Row
from tickets.ground.vault import Place, Vault

#: Seconds for which a code is good; one step before and after it is taken too, for clocks that are off.
STEP, WINDOW = 30, 1

DIGITS = 6

RECOVERY_CODES = 10
#: Ten of these make fifty bits: nobody tries them out, and none looks like another.
RECOVERY_LETTERS, RECOVERY_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 10

#: Who is named in front of the account on the phone.
ISSUER = "Zhuanban"


class RecoveryCode(Row, table=True):
    """A code that opens once, for whoever has lost the phone. Only a keyed hash of it is kept."""

    __tablename__ = "recovery_code"

    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), primary_key=True))
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)


def offer(session: Session, vault: Vault, account_id: int) -> None:
    """Make a new secret for an account that has none in force; it counts once a code of it was given."""
    sealed = vault.seal(pyotp.random_base32(), totp_place(account_id))
    free = (col(Account.id) == account_id) & col(Account.totp_step).is_(None)
    session.connection().execute(update(Account).where(free).values(totp_secret=sealed))


def offered(vault: Vault, account: Account) -> str | None:
    """The secret that waits for its first code."""
    return None if account.totp_step is not None else _secret(vault, account)


def address_of(secret: str, username: str) -> str:
    """What the picture for the phone says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def confirm(session: Session, vault: Vault, account: Account, typed: str) -> list[str] | None:
    """Put the offered secret in force if *typed* is a code of it, and give the recovery codes; else None."""
    secret, account_id = offered(vault, account), account.id or 0
    step = _step_of(session, secret, typed) if secret else None
    if step is None or not _use(session, account_id, step):
        return None
    return new_recovery_codes(session, vault, account_id)


def code_fits(session: Session, vault: Vault, account: Account, typed: str) -> bool:
    """Whether *typed* is a code of this moment or a recovery code, and was not given before."""
    account_id, secret = account.id or 0, _secret(vault, account)
    if _is_of_a_phone(typed):
        step = _step_of(session, secret, typed) if secret else None
        return step is not None and _use(session, account_id, step)
    kept = _kept_of(vault, account_id, _plain(typed))
    mine = (col(RecoveryCode.account_id) == account_id) & (col(RecoveryCode.hash) == kept)
    return session.connection().execute(delete(RecoveryCode).where(mine)).rowcount == 1


def new_recovery_codes(session: Session, vault: Vault, account_id: int) -> list[str]:
    """Give ten new recovery codes, to be shown once; those of before open nothing any more."""
    _forget_recovery_codes(session, account_id)
    made = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account_id, hash=_kept_of(vault, account_id, c)) for c in made)
    session.flush()
    return [f"{code[: RECOVERY_LENGTH // 2]}-{code[RECOVERY_LENGTH // 2 :]}" for code in made]


def recovery_codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes were not used yet."""
    return session.exec(
        select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    ).one()


def forget_totp(session: Session, account_id: int) -> None:
    """Take the second step from an account. Who does it for somebody else ends their sessions too."""
    mine = col(Account.id) == account_id
    session.connection().execute(update(Account).where(mine).values(totp_secret=None, totp_step=None))
    _forget_recovery_codes(session, account_id)


def _step_of(session: Session, secret: str, typed: str) -> int | None:
    """The step of time whose code *typed* is, near to now by the clock of the database."""
    now: float = (
        session.connection().execute(text("select extract(epoch from clock_timestamp())")).scalar_one()
    )
    code, today = pyotp.TOTP(secret, digits=DIGITS, interval=STEP), int(now) // STEP
    steps = range(today - WINDOW, today + WINDOW + 1)
    given = _plain(typed)
    return next((s for s in steps if hmac.compare_digest(code.generate_otp(s), given)), None)


def _use(session: Session, account_id: int, step: int) -> bool:
    """Take the code of *step*, unless it or a later one was taken."""
    unused = col(Account.totp_step).is_(None) | (col(Account.totp_step) < step)
    taken = update(Account).where(col(Account.id) == account_id, unused).values(totp_step=step)
    return session.connection().execute(taken).rowcount == 1


def _secret(vault: Vault, account: Account) -> str | None:
    return vault.open(account.totp_secret, totp_place(account.id or 0)) if account.totp_secret else None


def totp_place(account_id: int) -> Place:
    """Where the seal of a secret belongs."""
    return Place("account", "totp_secret", str(account_id))


def _kept_of(vault: Vault, account_id: int, code: str) -> bytes:
    # With the key that never changes: nobody could make the hashes anew when keys are rotated.
    return vault.code_hash("recovery_code", f"{account_id}|{code}")


def _forget_recovery_codes(session: Session, account_id: int) -> None:
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))


def _recovery_code() -> str:
    return "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))


def _plain(typed: str) -> str:
    """What was typed, without blanks and dashes, full-width signs as plain ones."""
    return "".join(sign for sign in normalize("NFKC", typed).upper() if sign.isalnum())


def _is_of_a_phone(typed: str) -> bool:
    code = _plain(typed)
    return len(code) == DIGITS and code.isdecimal() and code.isascii()
