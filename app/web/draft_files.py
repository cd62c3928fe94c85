"""Photos and voice of a citizen: kept with a draft or given to a ticket, and what is said of bad ones."""

from dataclasses import dataclass, replace

from flask import request

from app.attachments.keeping import Named, check_all, incoming, lay_all
from app.filing.rows import WebDraft
from app.house import house
from app.language.sentences import FieldSentence, field_sentence
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused
from tickets.ground.files import FileAudience, Holder, erase
from tickets.ticket import Ticket
from tickets.ticket.attachments import MOST_OF_CITIZEN, attach, held_by

#: The fields they come in.
FIELDS = ("voice", "photo")


@dataclass(frozen=True)
class KeptFile:
    """A file that hangs on a draft."""

    id: str
    name: str
    sounds: bool


def files_of(desk: Desk, draft: WebDraft) -> list[KeptFile]:
    """The files of *draft*, oldest first."""
    return [
        KeptFile(str(row.id), row.shown_name(desk.vault) or "", row.media_type.startswith("audio/"))
        for row in held_by(desk, draft.holder)
    ]


def drop_unwanted(desk: Desk, draft: WebDraft) -> None:
    """Erase the files whose box was ticked."""
    unwanted = set(request.form.getlist("drop"))
    gone = [row.id for row in held_by(desk, draft.holder) if str(row.id) in unwanted]
    if gone:
        erase(desk.session, gone)


def take_files(desk: Desk, draft: WebDraft) -> list[FieldSentence]:
    """Keep the good ones with *draft*, so that nobody sends them twice; say what is wrong with the others."""
    good, wrong = sent()
    there = len(held_by(desk, draft.holder))
    if there + len(good) > MOST_OF_CITIZEN:
        params = {"most": MOST_OF_CITIZEN, "there": there}
        return [*wrong, field_sentence(BadField("photo", "too_many_files", params))]
    scans = house().settings.scans
    lay_all(desk, draft.holder, good, audience=FileAudience.CITIZEN, scans=scans)
    desk.clear()
    return wrong


def sent() -> tuple[list[Named], list[FieldSentence]]:
    """The files that came with this form: those that can be kept, and what is wrong with the others."""
    good: list[Named] = []
    wrong: list[FieldSentence] = []
    for field in FIELDS:
        for file in incoming(request.files.getlist(field)):
            try:
                good += check_all([file])
            except FieldsRefused as refused:
                wrong += [field_sentence(replace(bad, field=field)) for bad in refused.fields]
    return good, wrong


def give(desk: Desk, ticket: Ticket, files: list[Named]) -> None:
    """
    Give *files* that were looked at to *ticket*, which is locked.

    :raises FieldsRefused: the ticket would have too many.
    """
    holder = Holder.of_ticket(ticket.id)
    attach(
        desk,
        ticket,
        lay_all(desk, holder, files, audience=FileAudience.CITIZEN, scans=house().settings.scans),
    )
