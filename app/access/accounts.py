"""Accounts of staff, their tokens for the API and their sessions on the pages."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, LargeBinary, text
from sqlmodel import Field, Session, select

from tickets.ground.columns import Moment, Row, one_of
from tickets.ground.desk import Actor


class Role(StrEnum):
    """What somebody does all day."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    HEAD = "head"
    REVIEWER = "reviewer"
    CALLER = "caller"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    VISITOR = "visitor"
    AGENCY = "agency"


class Account(Row, table=True):
    """A person of the staff in one of their roles."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("totp_step is null or totp_secret is not null", name="totp_step_has_a_secret"),
    )

    def __init__(self, **values: Any) -> None:
        # Who is not known to have a second account is a person of their own.
        super().__init__(**{"person": values.get("username"), **values})

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    username: str = Field(unique=True)
    display_name: str
    role: str
    unit: str = Field(foreign_key="unit.code")
    password_hash: str
    active: bool = True
    #: Which human being it is. Two accounts of one share it: what one asked for, the other may not grant.
    person: str
    #: Who stands in while this person is away: another active account of the same unit.
    deputy: str | None = Field(default=None, foreign_key="account.username")
    #: The last day this person is away; None is here.
    absent_until: date | None = None
    #: Somebody else chose the password: the person has to choose one before anything else.
    must_change: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    #: The first steps of the role were read, and put away.
    toured: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    #: Of the codes a phone makes, sealed.
    totp_secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: The last step of time whose code was taken; none while the secret waits for its first code.
    totp_step: int | None = Field(default=None, sa_type=BigInteger)

    @property
    def has_totp(self) -> bool:
        """Whether signing in takes a code besides the password."""
        return self.totp_step is not None


class ApiToken(Row, table=True):
    """A bearer token with the rights of its account; only its hash is kept."""

    __tablename__ = "api_token"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    made_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class WebSession(Row, table=True):
    """Somebody signed in on the pages; only the hash of the cookie is kept, so it can be ended here."""

    __tablename__ = "web_session"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    made_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    seen_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class HalfSignIn(Row, table=True):
    """Somebody gave the right password and still owes a code; of the cookie, too, only the hash is kept."""

    __tablename__ = "sign_in_half"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    made_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


@dataclass(frozen=True)
class Viewer:
    """Who is looking: an account, as the doors need it."""

    account_id: int
    username: str
    display_name: str
    role: Role
    unit: str
    #: Which human being it is, whatever the account.
    person: str

    def actor(self) -> Actor:
        """The same person as somebody who acts."""
        return Actor(
            username=self.username,
            role=self.role,
            unit=self.unit,
            account_id=self.account_id,
            person=self.person,
        )


def make_token(session: Session, username: str) -> str | None:
    """Make a token with all rights of *username*; None where there is no such active account."""
    account = session.exec(select(Account).where(Account.username == username, Account.active)).one_or_none()
    if account is None or account.id is None:
        return None
    token = f"zb_{secrets.token_urlsafe(32)}"
    session.add(ApiToken(hash=hash_of(token), account_id=account.id))
    return token


def hash_of(secret: str) -> bytes:
    """What is kept of a token or cookie. They are random and long, so one quick hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


HASHER = PasswordHasher()


#: For passwords we made ourselves: 79 random bits are not guessed, however quick each guess is.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return HASHER.hash(password)


def hash_made_password(password: str) -> str:
    """Hash a long random password that has to be changed, so that a thousand take no more than seconds."""
    return QUICK_HASHER.hash(password)


def is_quick(password_hash: str) -> bool:
    """Whether a password of ours stands there, whose check takes less time than that of a person's own."""
    return HASHER.check_needs_rehash(password_hash)


def password_fits(password: str, password_hash: str) -> bool:
    """Whether *password* is the one that was hashed."""
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
