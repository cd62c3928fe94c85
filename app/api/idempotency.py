"""The same key, the same answer: stored with the transaction of the first try, sealed, kept seven days."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, TicketError
from tickets.ground.vault import Place

MOST_KEY = 255


class StoredAnswer(Row, table=True):
    """What was answered to one key of one account."""

    __tablename__ = "idempotency"
    __table_args__ = (PrimaryKeyConstraint("account_id", "key"), Index("idempotency_age", "at"))

    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    key: str
    #: SHA-256 of method, path and body.
    request: bytes = Field(sa_type=LargeBinary)
    status: int
    #: The answer, sealed: it may hold a tracking code.
    answer: bytes = Field(sa_type=LargeBinary)
    at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )

    @property
    def place(self) -> Place:
        """Where the seal of the answer belongs."""
        return place_of(self.account_id, self.key)


def place_of(account_id: int, key: str) -> Place:
    """Where the seal of the answer to *key* belongs."""
    return Place("idempotency", "answer", f"{account_id}|{key}")


class OtherBody(TicketError):
    """The key was used before, with another body."""

    code = "key_with_other_body"


@dataclass(frozen=True)
class Answer:
    """A status, a JSON body, and the version of the ticket in it."""

    status: int
    body: dict[str, Any]

    @property
    def etag(self) -> str | None:
        """The version of the ticket, quoted as an ETag."""
        return f'"{self.body["version"]}"' if "version" in self.body else None


@dataclass(frozen=True)
class Key:
    """One idempotency key of one account, with the request it came with."""

    account_id: int
    key: str
    request: bytes

    @classmethod
    def of(cls, account_id: int, key: str, *, method: str, path: str, body: bytes) -> "Key":
        """Remember the request by its digest."""
        return cls(
            account_id, key, hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).digest()
        )

    @property
    def _place(self) -> Place:
        return place_of(self.account_id, self.key)

    def earlier_answer(self, desk: Desk) -> Answer | None:
        """
        Take the key for this transaction; give the answer it got before, if any.

        :raises Refused: another request with this key is still running.
        :raises OtherBody: the key came with another body before.
        """
        row = (
            desk.session.connection()
            .execute(
                text(
                    "select pg_try_advisory_xact_lock(hashtextextended(:lock, 0)) as mine, stored.*"
                    " from (select) one left join idempotency stored"
                    " on stored.account_id = :account_id and stored.key = :key"
                ),
                {
                    "lock": f"idempotency|{self.account_id}|{self.key}",
                    "account_id": self.account_id,
                    "key": self.key,
                },
            )
            .one()
        )
        if not row.mine:
            raise Refused("key_still_running")
        if row.request is None:
            return None
        if bytes(row.request) != self.request:
            raise OtherBody
        return Answer(row.status, json.loads(desk.vault.open(row.answer, self._place)))

    def store(self, desk: Desk, answer: Answer) -> None:
        """Keep *answer* with the transaction it belongs to."""
        sealed = desk.vault.seal(json.dumps(answer.body, ensure_ascii=False), self._place)
        desk.add(
            StoredAnswer(
                account_id=self.account_id,
                key=self.key,
                request=self.request,
                status=answer.status,
                answer=sealed,
            )
        )
