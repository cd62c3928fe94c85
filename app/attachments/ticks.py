"""What a worker does with files: let the scanner look at new ones, erase what nobody keeps any longer."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import Session, col, select

from app.attachments.scanner import ScannerAway, virus_in
from app.calling.drafts import DRAFTS_KEPT
from app.wiring import House
from tickets.ground.desk import CLOCKWORK
from tickets.ground.files import Attachment, FileState, erase, pieces_of
from tickets.ticket import Ticket, lock_ticket
from tickets.ticket.attachments import UNDO_FOR, refuse_infected

log = logging.getLogger(__name__)

#: Files looked up at one time.
BATCH = 50

#: A file that waits longer than this says that the scanner is away.
SCANNED_WITHIN = timedelta(minutes=5)

#: How long what came with a form of a citizen that was never sent is kept, and with one of the staff: as long
#: as the words themselves.
CITIZENS_KEPT, STAFFS_KEPT = timedelta(days=1), DRAFTS_KEPT

RELEASE = text("update attachment set state = 'clean' where state = 'quarantined'")
WAITING = text(
    "select count(*), coalesce(extract(epoch from statement_timestamp() - min(at)), 0)::float from attachment"
    " where state = 'quarantined'"
)
REMOVED = text(
    "select id from attachment where removed_at < :before and state in ('clean', 'quarantined')"
    " order by removed_at limit :most"
)
FORGOTTEN = text(
    "select id from attachment where holder_kind = 'draft' and ticket_id is null"
    " and at < case when holder_id like 'web:%' then :before else :before - :longer end limit :most"
)
#: Nothing tells of a file that never belonged to a ticket.
FORGET = (
    text("delete from attachment_piece where attachment_id = any(:ids)"),
    text("delete from attachment where id = any(:ids)"),
)


@dataclass(frozen=True)
class Quarantine:
    """What waits for the scanner: how many files, and for how many seconds the oldest."""

    files: int
    age: float

    @property
    def rings(self) -> bool:
        """The scanner is away."""
        return self.age > SCANNED_WITHIN.total_seconds()


def quarantine(connection: Connection) -> Quarantine:
    """Ask what waits for the scanner."""
    return Quarantine(*connection.execute(WAITING).one())


def scan_files(house: House) -> None:
    """Let the scanner look at every file in quarantine; without a scanner none stays there."""
    address = house.settings.clamav
    if address is None:
        with house.engine.begin() as connection:
            connection.execute(RELEASE)
        return
    after = UUID(int=0)
    while waiting := _waiting(house, after):
        for number in waiting:
            try:
                _scan(house, address, number)
            except ScannerAway as away:
                log.warning(
                    "the scanner of files is away: %s", away, extra={"runbook": "app/README.md#files"}
                )
                return
        after = waiting[-1]


def _waiting(house: House, after: UUID) -> Sequence[UUID]:
    with house.read() as session:
        query = select(Attachment.id).where(text("state = 'quarantined'"), col(Attachment.id) > after)
        return session.exec(query.order_by(col(Attachment.id)).limit(BATCH)).all()


def _scan(house: House, address: str, number: UUID) -> None:
    """Look at one file. No row is held meanwhile; looked at twice, it is the same."""
    with house.read() as session:
        row = session.exec(select(Attachment).where(Attachment.id == number)).one_or_none()
        if row is None or row.state != FileState.QUARANTINED:
            return
        found = virus_in(address, pieces_of(session, house.vault, row))
    with house.open_desk(CLOCKWORK) as desk:
        # Asked anew: a draft may have become a ticket while the scanner looked.
        theirs = desk.session.exec(select(Attachment.ticket_id).where(Attachment.id == number)).one_or_none()
        ticket = None
        if found is not None and theirs is not None:
            # As everywhere the ticket is locked before what hangs on it.
            ticket = lock_ticket(desk, col(Ticket.id) == theirs)
        same = select(Attachment).where(Attachment.id == number).with_for_update()
        now = desk.session.exec(same).one_or_none()
        if now is None or now.state != FileState.QUARANTINED:
            return
        if found is not None and now.ticket_id != theirs:
            # It got its ticket this very moment; the next look tells that ticket.
            return
        if found is not None:
            log.warning("a file is infected and was erased", extra={"file": str(number), "found": found})
            refuse_infected(desk, ticket, now)
        else:
            now.state, now.scanned_at = FileState.CLEAN, desk.now()


def erase_files(house: House) -> None:
    """Erase the bytes of what was taken back a week ago, and what came with forms that were never sent."""
    found = BATCH
    while found == BATCH:
        with Session(house.engine) as session, session.begin():
            now: datetime = session.connection().execute(text("select clock_timestamp()")).scalar_one()
            removed = _ids(session, REMOVED, now - UNDO_FOR)
            erase(session, removed)
            forgotten = _ids(session, FORGOTTEN, now - CITIZENS_KEPT, longer=STAFFS_KEPT - CITIZENS_KEPT)
            for statement in FORGET:
                session.connection().execute(statement, {"ids": forgotten})
            found = max(len(removed), len(forgotten))


def _ids(session: Session, query: object, before: datetime, **more: timedelta) -> list[UUID]:
    asked = {"before": before, "most": BATCH, **more}
    return list(session.connection().execute(query, asked).scalars())  # type: ignore[call-overload] # our own texts
