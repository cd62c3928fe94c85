"""Files that people hand in: kept sealed in the database, held by a ticket or by what comes before one."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, text
from sqlmodel import Field, Session

from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.desk import Desk
from tickets.ground.vault import NONCE, Place, Vault

#: Stands for the number of a piece in the seal of the small picture.
SMALL = -1

#: Bytes of a file that stand in one row: a file is checked and read piece by piece, never whole for a look.
PIECE = 1024 * 1024


class FileState(StrEnum):
    """Whether a file may be opened."""

    #: Waits for the scanner; nobody may open it.
    QUARANTINED = "quarantined"
    CLEAN = "clean"
    #: The scanner found something; the bytes are gone.
    INFECTED = "infected"
    #: The bytes were erased, by their time or because it was taken back.
    ERASED = "erased"


#: Of these nothing is left but that they were there.
GONE = frozenset({FileState.INFECTED, FileState.ERASED})


class FileAudience(StrEnum):
    """Whom a file is for."""

    #: The citizen sees it on the page that shows how the matter stands.
    CITIZEN = "citizen"
    #: For the staff that may read the ticket.
    INTERNAL = "internal"


@dataclass(frozen=True)
class Holder:
    """What holds a file: a ticket, what may become one (a draft, a voice message), or a visit."""

    kind: str
    id: str

    @classmethod
    def of_ticket(cls, ticket_id: int) -> "Holder":
        """A ticket as the holder of its files."""
        return cls("ticket", str(ticket_id))


@dataclass(frozen=True)
class Checked:
    """A file whose content was looked at and may be kept as it is here."""

    content: bytes
    media_type: str
    #: A small picture of it, where it is a picture.
    thumbnail: bytes | None = None


class Attachment(Row, table=True):
    """
    One file. Its bytes stand in pieces beside it, sealed with a key of the file's own.

    The vault seals that key, so that changing the keys of the house rewrites a few bytes a file and not all
    of it, and erasing the key erases the file.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("state", FileState),
        one_of("audience", FileAudience),
        Index("attachment_of_ticket", "ticket_id", "id", postgresql_where=text("ticket_id is not null")),
        Index("attachment_of_holder", "holder_kind", "holder_id"),
        Index("attachment_quarantined", "id", postgresql_where=text("state = 'quarantined'")),
        Index(
            "attachment_to_erase",
            "removed_at",
            postgresql_where=text("removed_at is not null and state in ('clean', 'quarantined')"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    #: The ticket it belongs to, once there is one; looked for at the end, for that may be new itself.
    ticket_id: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger, ForeignKey("ticket.id", deferrable=True, initially="DEFERRED"), nullable=True
        ),
    )
    #: What held it when it came.
    holder_kind: str
    holder_id: str
    #: What it was called by who handed it in, sealed: names of files name people.
    name: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: The key of its bytes in hexadecimal, sealed.
    key: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: What it is by its content.
    media_type: str
    size: int
    #: SHA-256 of the bytes as they are kept.
    sha256: bytes = Field(sa_type=LargeBinary)
    #: Sealed with the key of its bytes.
    thumbnail: bytes | None = Field(default=None, sa_type=LargeBinary)
    state: str = FileState.CLEAN
    #: When the scanner found nothing; None where none is used.
    scanned_at: datetime | None = Field(default=None, sa_type=Moment)
    audience: str = FileAudience.INTERNAL
    by: str
    role: str
    unit: str | None = None
    at: datetime = Field(sa_type=Moment)
    #: The fact of its ticket that tells of it.
    seq: int | None = None
    #: Taken back; it can be put back until its bytes are erased.
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_by: str | None = None

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("attachment", column, str(self.id))

    @property
    def can_be_opened(self) -> bool:
        """It is there, was not taken back, and no scanner waits for it."""
        return self.state == FileState.CLEAN and self.removed_at is None

    @property
    def is_picture(self) -> bool:
        """It can be shown on a page."""
        return self.media_type.startswith("image/")

    def shown_name(self, vault: Vault) -> str | None:
        """What it is called; None once it was erased."""
        return None if self.name is None else vault.open(self.name, self.place("name"))

    def picture(self, vault: Vault) -> bytes | None:
        """The small picture of it."""
        if self.thumbnail is None or self.key is None:
            return None
        return _opened(self.cipher(vault), self.thumbnail, self.id, SMALL)

    def cipher(self, vault: Vault) -> AESGCM:
        """
        What its bytes are sealed with.

        :raises ValueError: it was erased.
        """
        if self.key is None:
            raise ValueError("the file was erased")
        return AESGCM(bytes.fromhex(vault.open(self.key, self.place("key"))))


class AttachmentPiece(Row, table=True):
    """Up to a mebibyte of a file, sealed for its place in it with the file's own key."""

    __tablename__ = "attachment_piece"
    __table_args__ = (PrimaryKeyConstraint("attachment_id", "number"),)

    attachment_id: UUID = Field(foreign_key="attachment.id")
    number: int
    data: bytes = Field(sa_type=LargeBinary)


def lay_down(
    desk: Desk, holder: Holder, checked: Checked, *, name: str, audience: FileAudience, quarantined: bool
) -> Attachment:
    """Seal a *checked* file and lay it on the desk for *holder*."""
    key = AESGCM.generate_key(256)
    cipher = AESGCM(key)
    row = Attachment(
        holder_kind=holder.kind,
        holder_id=holder.id,
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).digest(),
        state=FileState.QUARANTINED if quarantined else FileState.CLEAN,
        audience=audience,
        by=desk.actor.username,
        role=desk.actor.role,
        unit=desk.actor.unit,
        at=desk.now(),
    )
    row.name = desk.vault.seal(name, row.place("name"))
    row.key = desk.vault.seal(key.hex(), row.place("key"))
    if checked.thumbnail is not None:
        row.thumbnail = _sealed(cipher, checked.thumbnail, row.id, SMALL)
    desk.add(row)
    for number, start in enumerate(range(0, len(checked.content), PIECE)):
        sealed = _sealed(cipher, checked.content[start : start + PIECE], row.id, number)
        desk.add(AttachmentPiece(attachment_id=row.id, number=number, data=sealed))
    return row


def pieces_of(session: Session, vault: Vault, row: Attachment) -> Iterator[bytes]:
    """
    The bytes of a file, piece by piece.

    :raises cryptography.exceptions.InvalidTag: a piece was changed, or belongs elsewhere.
    :raises ValueError: a piece is gone.
    """
    cipher = row.cipher(vault)
    for number in range(-(-row.size // PIECE)):
        piece = session.get(AttachmentPiece, (row.id, number))
        if piece is None:
            raise ValueError("a piece of the file is gone")
        session.expunge(piece)
        yield _opened(cipher, piece.data, row.id, number)


def content_of(session: Session, vault: Vault, row: Attachment) -> bytes:
    """The bytes of a file."""
    return b"".join(pieces_of(session, vault, row))


#: Takes the bytes away and everything they could be opened or known by; the row says that they were there.
ERASE = (
    text("delete from attachment_piece where attachment_id = any(:ids)"),
    text(
        "update attachment set state = :state, name = null, key = null, thumbnail = null where id = any(:ids)"
    ),
)


def erase(session: Session, ids: list[UUID], state: FileState = FileState.ERASED) -> None:
    """Erase the files *ids*, for good."""
    for statement in ERASE:
        session.connection().execute(statement, {"ids": ids, "state": state})


def _sealed(cipher: AESGCM, content: bytes, file: UUID, part: int) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, content, _bound(file, part))


def _opened(cipher: AESGCM, sealed: bytes, file: UUID, part: int) -> bytes:
    sealed = bytes(sealed)
    return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(file, part))


def _bound(file: UUID, part: int) -> bytes:
    """The associated data of a seal: a piece opens in its own place only."""
    return f"{file}|{part}".encode()
