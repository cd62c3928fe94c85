"""The timeline: one row a fact, chained by hashes, never rewritten; texts beside it can be erased."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.canonical import canonical
from tickets.ground.columns import Moment, Row
from tickets.ground.desk import Desk
from tickets.ground.facts import Fact, News
from tickets.ground.originals import covered
from tickets.ground.vault import Vault

#: What the first fact of a ticket follows.
GENESIS = bytes(32)

#: Bytes of salt in front of a note. Fixed, or a letter could move from the note into its salt unseen.
SALT = 16


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
    #: SHA-256 over salt, text and readers of the note; it can be erased without breaking the chain.
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


@dataclass(frozen=True)
class KeptElsewhere:
    """Words that stand in a row of their own: the chain holds their digest, the notes not them once more."""

    text: str
    salt: bytes


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
    urgency: str
    reachable: bool

    def names(self, vault: Vault) -> Iterable[str | None]:
        """Names that must not be told where it is sealed."""
        ...


def write_down(
    desk: Desk,
    subject: Subject,
    fact: Fact,
    *,
    at: datetime,
    note: str | KeptElsewhere = "",
    visible_to: str = "all",
) -> Entry:
    """
    Keep *fact* on the timeline of *subject* with its *note*, and tell whoever must hear of it.

    On a sealed matter the note is kept without what leads to a person.
    """
    note = covered(desk, subject, note) if isinstance(note, str) and note else note
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
    if isinstance(note, KeptElsewhere):
        entry.note_digest = digest_of_words(note)
    elif note:
        salt = new_salt()
        entry.note_digest = digest_of(note, salt, visible_to)
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
        urgency=subject.urgency,
    )
    desk.tell(desk, news)
    return entry


def digest_of_words(words: KeptElsewhere) -> bytes:
    """What the chain holds of words that stand in a row of their own."""
    return digest_of(words.text, words.salt, "all")


def new_salt() -> bytes:
    """What makes the digest of words nobody has seen a number that tells nothing."""
    return secrets.token_bytes(SALT)


def digest_of(note: str, salt: bytes, visible_to: str) -> bytes:
    """What the chain holds of a note: its words, and whom they are for."""
    return hashlib.sha256(salt + canonical({"text": note, "visible_to": visible_to})).digest()


def hash_of(entry: Entry, previous: bytes) -> bytes:
    """SHA-256 over what `as_hashed` gives."""
    return hashlib.sha256(as_hashed(entry, previous)).digest()


def as_hashed(entry: Entry, previous: bytes) -> bytes:
    """The canonical JSON of *entry* and the hash of the fact before it."""
    row = {
        "ticket_id": entry.ticket_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "what": entry.what,
        "by": entry.by,
        "role": entry.role,
        "unit": entry.unit,
        "data": entry.data,
        # Empty is not the same as none: a changed row must never have the hash of the row as it was.
        "note": None if entry.note_digest is None else entry.note_digest.hex(),
        "previous": previous.hex(),
    }
    return canonical(row)
