"""Keys that outlive the ring they came from: kept in the database, sealed like everything else."""

from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import LargeBinary, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, col, select

from tickets.ground.columns import Moment, Row
from tickets.ground.vault import KeyRingRefused, Place, Vault, number_of

#: Name of the key tracking codes are hashed with.
CODE_KEY = "tracking_code"


class VaultSecret(Row, table=True):
    """A key nobody can do without and nobody could make again."""

    __tablename__ = "vault_secret"

    name: str = Field(primary_key=True)
    #: The key in hexadecimal, sealed with the ring.
    value: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )

    @property
    def place(self) -> Place:
        """Where its seal belongs."""
        return Place("vault_secret", "value", self.name)


def keep_code_key(session: Session, vault: Vault) -> None:
    """
    Keep the key of tracking codes, if none is kept yet, so that the oldest key of the ring can go one day.

    It must run while that key still is the last of the ring.
    """
    row = VaultSecret(name=CODE_KEY, value=b"")
    row.value = vault.seal(vault.code_key.hex(), row.place)
    session.connection().execute(
        insert(VaultSecret).values(name=row.name, value=row.value).on_conflict_do_nothing()
    )
    vault.has_learnt = False
    learn_code_key(session, vault)


def learn_code_key(session: Session, vault: Vault) -> None:
    """
    Teach *vault* the key that is kept, once in the life of a process.

    :raises KeyRingRefused: the key that sealed it was dropped too early.
    """
    if vault.has_learnt:
        return
    row = session.exec(select(VaultSecret).where(col(VaultSecret.name) == CODE_KEY)).one_or_none()
    if row is None:
        return
    try:
        vault.learn(bytes.fromhex(vault.open(row.value, row.place)))
    except (KeyError, InvalidTag) as closed:
        number = number_of(row.value)
        raise KeyRingRefused(f"key {number} sealed the key of tracking codes; put it back") from closed
