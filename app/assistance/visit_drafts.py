"""What a visitor has typed at a door and not handed in yet: kept sealed, never on the phone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import col, select
from werkzeug.datastructures import MultiDict

from app.access.accounts import Viewer
from app.assistance.visits import visit_for
from app.calling import drafts
from tickets.assistance.visit_words import OPEN
from tickets.assistance.visits import Visit
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused

#: Makes the keys of drafts of visits, which nobody else's are.
OF_VISITS = UUID("5b0c9a52-5f0e-5d5c-9c5e-7a3d0f4f2a11")


def draft_id(viewer: Viewer, visit: Visit, tries: int | None = None) -> UUID:
    """The key of the viewer's own draft of a visit; who went in vain begins another the next time."""
    return uuid5(OF_VISITS, f"{viewer.account_id}:{visit.id}:{visit.tries if tries is None else tries}")


def keep_draft(desk: Desk, viewer: Viewer, number: int, typed: Iterable[tuple[str, str]]) -> datetime | None:
    """
    Keep what was typed at a visit; None where it was handed in meanwhile.

    :raises NoSuchVisit: there is none in the viewer's area.
    :raises Refused: it is done or over, or not this viewer's to make.
    :raises FieldsRefused: it is longer than any report.
    """
    opened = visit_for(desk, viewer, number, "report_visits")
    if not opened.reports or opened.visit.state not in OPEN:
        raise Refused("visit_over")
    return drafts.keep(desk, viewer, draft_id(viewer, opened.visit), typed)


def draft_of(desk: Desk, viewer: Viewer, visit: Visit) -> MultiDict[str, str] | None:
    """What the viewer had typed at this visit, if anything is kept."""
    return drafts.typed_in(desk, viewer, draft_id(viewer, visit))


def end_draft(desk: Desk, viewer: Viewer, visit: Visit, tries: int) -> None:
    """Erase the draft of a visit handed in after so many *tries*; a late save does not bring it back."""
    drafts.end(desk, viewer, draft_id(viewer, visit, tries), drafts.EndedAs.REGISTERED)


def with_draft(desk: Desk, viewer: Viewer, visits: Iterable[Visit]) -> set[int]:
    """Of which of *visits* the viewer has a draft."""
    keys = {draft_id(viewer, visit): visit.id or 0 for visit in visits}
    if not keys:
        return set()
    row = drafts.MatterDraft
    kept = select(row.id).where(
        col(row.id).in_(keys), row.account_id == viewer.account_id, col(row.ended_as).is_(None)
    )
    return {keys[key] for key in desk.session.exec(kept)}
