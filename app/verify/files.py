"""The files: each fact about one has its row, each row its facts, and the bytes are those that came."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.verify.dossier import Known
from tickets.ground.facts import Attached, AttachmentRefused, AttachmentRemoved, AttachmentRestored
from tickets.ground.files import GONE, Attachment, AttachmentPiece, FileState, pieces_of
from tickets.ticket import Ticket

#: Files looked at together.
BATCH = 100

#: Facts by the file they are about, oldest first: number and data by name.
Told = Mapping[str, list[tuple[int, str, dict[str, Any]]]]

WITHOUT_ROW = text(
    "select ref, entry.seq from timeline entry join ticket on ticket.id = entry.ticket_id"
    " where what = :attached and not exists (select from attachment"
    " where attachment.id = (data ->> 'attachment')::uuid and attachment.ticket_id = entry.ticket_id)"
    " order by ticket.id, entry.seq"
)
ABOUT = text(
    "select data ->> 'attachment', seq, what, data from timeline"
    " where what = any(:names) and ticket_id = any(:tickets) order by ticket_id, seq"
)
NAMES = [fact.name for fact in (Attached, AttachmentRemoved, AttachmentRestored, AttachmentRefused)]


def check_files(connection: Connection, known: Known, looked_at: Counter[str]) -> Iterator[str]:
    """Every fault of a file, as `REF seq N: …`."""
    for ref, seq in connection.execute(WITHOUT_ROW, {"attached": Attached.name}):
        yield f"{ref} seq {seq}: the file it tells of is gone"
    after = UUID(int=0)
    with Session(connection) as session:
        while rows := _batch(session, after):
            told = _told(connection, rows)
            for row, ref in rows:
                looked_at["files"] += 1
                for what in _of_file(session, known, row, told):
                    yield f"{ref} seq {row.seq or 0}: the file {what}"
            after = rows[-1][0].id
            session.expunge_all()


def _batch(session: Session, after: UUID) -> Sequence[tuple[Attachment, str]]:
    query = select(Attachment, Ticket.ref).join(Ticket, col(Ticket.id) == col(Attachment.ticket_id))
    return session.exec(
        query.where(col(Attachment.id) > after)
        .order_by(col(Attachment.id))
        .limit(BATCH)
        .options(defer(Attachment.thumbnail))  # type: ignore[arg-type] # SQLModel types a column as its value
    ).all()


def _told(connection: Connection, rows: Sequence[tuple[Attachment, str]]) -> Told:
    tickets = list({row.ticket_id for row, _ref in rows})
    told: defaultdict[str, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
    for number, seq, what, data in connection.execute(ABOUT, {"names": NAMES, "tickets": tickets}):
        told[number].append((seq, what, data))
    return told


def _of_file(session: Session, known: Known, row: Attachment, told: Told) -> Iterator[str]:
    facts = told.get(str(row.id), [])
    if not facts or facts[0][:2] != (row.seq, Attached.name):
        yield "is told of by no fact"
        return
    stands = {
        "media_type": row.media_type,
        "size": row.size,
        "digest": bytes(row.sha256).hex(),
        "audience": row.audience,
    }
    first = facts[0][2]
    yield from (f"has another {name} than came" for name, value in stands.items() if first.get(name) != value)
    names = [what for _seq, what, _data in facts if what != AttachmentRefused.name]
    if (names[-1] == AttachmentRemoved.name) != (row.removed_at is not None):
        yield "was taken back or put back without a fact"
    if (AttachmentRefused.name in {what for _seq, what, _data in facts}) != (row.state == FileState.INFECTED):
        yield "was refused without a fact, or kept in spite of one"
    yield from _bytes(session, known, row)


def _bytes(session: Session, known: Known, row: Attachment) -> Iterator[str]:
    if row.state in GONE:
        left = select(AttachmentPiece.number).where(AttachmentPiece.attachment_id == row.id).limit(1)
        if session.exec(left).first() is not None or row.name is not None or row.key is not None:
            yield "counts as erased, but something is left of it"
    elif known.opens_all:
        digest = hashlib.sha256()
        try:
            for piece in pieces_of(session, known.vault, row):
                digest.update(piece)
        except (InvalidTag, KeyError, ValueError):
            yield "does not open with the keys at hand"
            return
        if digest.digest() != bytes(row.sha256):
            yield "holds other bytes than came"
