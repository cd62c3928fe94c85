"""The timeline: one row a fact, chained by hashes, never rewritten; texts beside it can be erased."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.facts import Fact, News

#: What the first fact of a ticket follows.
GENESIS = bytes(32)


class Entry(Row, table=True):
    """One fact on one ticket's timeline."""

    __tablename__ = "timeline"
    __table_args__ = (
        # Whom did I call? Asked with every list of a callback agent.
        Index("timeline_called_back", "by", "ticket_id", postgresql_where=text("what = 'called_back'")),
        # How often did I look at identities within the hour?
        Index("timeline_looks", "by", "at", postgresql_where=text("what = 'identity_read'")),
    )

    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True))
    #: Number of the fact within its ticket, from 1, without a gap.
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    what: str
    by: str
    role: str
    unit: str | None = None
    #: What happened, in plain values; never an identity.
    data: dict[str, Any] = Field(sa_type=JSONB)
    #: SHA-256 over salt and text of the note; the note itself can be erased without breaking the chain.
    note_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class Note(Row, table=True):
    """The words that belong to a fact. The only part of the timeline that retention may blank."""

    __tablename__ = "note"

    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    text: str
    #: all, unit or hotline.
    visible_to: str = "all"
    salt: bytes = Field(sa_type=LargeBinary)


class Subject(Protocol):
    """What writing down needs of a ticket."""

    id: int
    ref: str
    #: Number of its last fact.
    seq: int
    #: Hash of its last fact.
    chain_head: bytes
    language: str
    sealed: bool
    reachable: bool


def write_down(
    desk: Desk, subject: Subject, fact: Fact, *, at: datetime, note: str = "", visible_to: str = "all"
) -> Entry:
    """Keep *fact* on the timeline of *subject* with its *note*, and tell whoever must hear of it."""
    subject.seq += 1
    entry = Entry(
        ticket_id=subject.id,
        seq=subject.seq,
        at=at,
        what=fact.name,
        by=desk.actor.username,
        role=desk.actor.role,
        unit=desk.actor.unit,
        data=fact.data(),
        hash=b"",
    )
    if note:
        salt = secrets.token_bytes(16)
        entry.note_digest = digest_of(note, salt)
        desk.add(Note(ticket_id=subject.id, seq=entry.seq, text=note, visible_to=visible_to, salt=salt))
    entry.hash = subject.chain_head = hash_of(entry, subject.chain_head)
    desk.add(entry)
    news = News(
        fact=fact,
        ticket_id=subject.id,
        ref=subject.ref,
        seq=entry.seq,
        at=at,
        language=subject.language,
        reachable=subject.reachable,
        sealed=subject.sealed,
    )
    desk.tell(desk, news)
    return entry


def digest_of(note: str, salt: bytes) -> bytes:
    """What the chain holds of a note."""
    return hashlib.sha256(salt + note.encode()).digest()


def hash_of(entry: Entry, previous: bytes) -> bytes:
    """SHA-256 over the canonical JSON of *entry* and the hash of the fact before it."""
    row = {
        "ticket_id": entry.ticket_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "what": entry.what,
        "by": entry.by,
        "role": entry.role,
        "unit": entry.unit,
        "data": entry.data,
        "note": entry.note_digest.hex() if entry.note_digest else None,
        "previous": previous.hex(),
    }
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()
