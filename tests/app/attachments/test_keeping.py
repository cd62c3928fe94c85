"""Files are kept sealed, given to a ticket at once or later, taken back, put back, and erased for good."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.attachments.keeping import Incoming, keep, keep_all
from app.wiring import House
from tests.app.attachments.samples import PDF, picture, wav
from tests.makers import Api
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.errors import FieldsRefused, NotFound, Refused
from tickets.ground.files import (
    PIECE,
    Attachment,
    AttachmentPiece,
    FileAudience,
    FileState,
    Holder,
    content_of,
)
from tickets.ground.timeline import Entry
from tickets.ticket import Ticket, lock_ticket
from tickets.ticket.attachments import (
    MOST_OF_CITIZEN,
    attach,
    attachment_of,
    bind,
    erase_all_of,
    remove,
    restore,
)

OpenDesk = Callable[[str], AbstractContextManager[Desk]]


def row_of(session: Session, number: UUID) -> Attachment:
    return session.exec(select(Attachment).where(Attachment.id == number)).one()


def facts(session: Session, ticket_id: int | None) -> list[Entry]:
    return list(
        session.exec(
            select(Entry)
            .where(Entry.ticket_id == ticket_id, col(Entry.what).startswith("attach"))
            .order_by(col(Entry.seq))
        ).all()
    )


def locked(desk: Desk, ref: str) -> Ticket:
    return lock_ticket(desk, col(Ticket.ref) == ref)


def kept(desk: Desk, holder: Holder, content: bytes, name: str = "王某家门口.pdf") -> Attachment:
    return keep(desk, holder, content, name=name, audience=FileAudience.INTERNAL, scans=False)


def test_a_file_waits_for_its_ticket_sealed_and_belongs_to_it_with_a_fact(
    api: Api, house: House, open_desk: OpenDesk
) -> None:
    large = wav() + bytes(PIECE)
    holder = Holder("voice", "call-1")
    with open_desk("operator") as desk:
        sound = kept(desk, holder, large, "王某.wav").id
    ref = api.register()["ref"]
    with open_desk("operator") as desk:
        assert [row.id for row in bind(desk, locked(desk, ref), holder)] == [sound]
    with open_desk("operator") as desk:
        assert bind(desk, locked(desk, ref), holder) == []
    with house.read() as session:
        row = row_of(session, sound)
        pieces = session.exec(select(AttachmentPiece).where(AttachmentPiece.attachment_id == sound)).all()
        told = facts(session, row.ticket_id)

        assert content_of(session, house.vault, row) == large
        assert row.shown_name(house.vault) == "王某.wav"
        assert len(pieces) == 2
        assert "王某".encode() not in bytes(row.name or b"")
        assert large[:64] not in bytes(pieces[0].data)
        assert [fact.what for fact in told] == ["attached"]
        assert told[0].seq == row.seq
        assert told[0].data == {
            "attachment": str(sound),
            "media_type": "audio/wav",
            "size": len(large),
            "digest": row.sha256.hex(),
            "audience": "internal",
        }
    with house.engine.connect() as connection, connection.begin() as begun:
        connection.execute(
            text(
                "update attachment_piece set data = other.data from attachment_piece other"
                " where attachment_piece.attachment_id = :id and attachment_piece.number = 0"
                " and other.attachment_id = :id and other.number = 1"
            ),
            {"id": sound},
        )
        with Session(connection) as session, pytest.raises(InvalidTag):
            content_of(session, house.vault, row_of(session, sound))
        begun.rollback()


def test_taken_back_put_back_and_erased(api: Api, house: House, open_desk: OpenDesk) -> None:
    ref = api.register()["ref"]
    with open_desk("operator") as desk:
        ticket = locked(desk, ref)
        row = kept(desk, Holder.of_ticket(ticket.id), PDF)
        attach(desk, ticket, [row])
    with open_desk("operator") as desk:
        ticket = locked(desk, ref)
        found = attachment_of(desk, ticket, str(row.id))
        remove(desk, ticket, found, reason="传错了")
        with pytest.raises(Refused):
            remove(desk, ticket, found, reason="再来")
        assert not found.can_be_opened
        restore(desk, ticket, found)
        with pytest.raises(Refused):
            restore(desk, ticket, found)
        with pytest.raises(NotFound):
            attachment_of(desk, ticket, str(UUID(int=1)))
        erase_all_of(desk, ticket)
    with house.read() as session:
        gone = row_of(session, row.id)
        pieces = session.exec(select(AttachmentPiece).where(AttachmentPiece.attachment_id == row.id)).all()

        assert (gone.state, gone.name, gone.key, gone.thumbnail) == (FileState.ERASED, None, None, None)
        assert not pieces
        assert bytes(gone.sha256).hex() == facts(session, gone.ticket_id)[0].data["digest"]
        assert [fact.what for fact in facts(session, gone.ticket_id)] == [
            "attached",
            "attachment_removed",
            "attachment_restored",
        ]


def test_all_or_none_and_no_more_than_there_is_room_for(api: Api, house: House) -> None:
    ref = api.register()["ref"]
    files = [Incoming(f"{n}.jpg", picture(size=(8, 8))) for n in range(MOST_OF_CITIZEN)]
    with house.open_desk(CITIZEN) as desk:
        ticket = locked(desk, ref)
        holder = Holder.of_ticket(ticket.id)
        with pytest.raises(FieldsRefused) as refused:
            keep_all(
                desk, holder, [*files, Incoming("坏.exe", b"MZ")], audience=FileAudience.CITIZEN, scans=True
            )
        assert [(bad.field, bad.code, bad.params["name"]) for bad in refused.value.fields] == [
            ("files", "file_kind", "坏.exe")
        ]
        rows = keep_all(desk, holder, files, audience=FileAudience.CITIZEN, scans=True)
        attach(desk, ticket, rows)
    with house.open_desk(CITIZEN) as desk:
        ticket = locked(desk, ref)
        more = kept(desk, Holder.of_ticket(ticket.id), PDF)
        with pytest.raises(FieldsRefused) as full:
            attach(desk, ticket, [more])
        assert full.value.fields[0].params == {"most": MOST_OF_CITIZEN, "there": MOST_OF_CITIZEN}
        assert all(not row.can_be_opened for row in rows), "they wait for the scanner"
