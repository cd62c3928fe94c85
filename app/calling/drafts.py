"""Matters somebody is still writing: kept sealed on every pause, gone when they are registered or old."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select
from werkzeug.datastructures import MultiDict

from app.access.accounts import Viewer
from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.vault import Place

#: A draft nobody touched for so long is erased.
DRAFTS_KEPT = timedelta(days=7)
#: As many stand as tabs, one for each digit.
MOST_OPEN = 9
#: Characters of a whole draft; a matter has at most 20,000.
MOST_KEPT = 100_000
LABEL_LENGTH = 16


class EndedAs(StrEnum):
    """What became of a draft."""

    REGISTERED = "registered"
    DISCARDED = "discarded"


class MatterDraft(Row, table=True):
    """What somebody had typed when they last paused. Only who typed it ever reads it."""

    __tablename__ = "matter_draft"
    __table_args__ = (
        one_of("ended_as", EndedAs),
        Index("matter_draft_open", "account_id", "id", postgresql_where=text("ended_as is null")),
        Index("matter_draft_touched", "touched_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    #: All fields of the form, sealed; nothing once it was registered.
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
    touched_at: datetime = Field(sa_type=Moment)
    ended_as: str | None = None

    def place(self, column: str = "words") -> Place:
        """Where the seal of its words belongs."""
        return _place(self.id, column)


def _place(draft_id: UUID, column: str = "words") -> Place:
    return Place("matter_draft", column, str(draft_id))


@dataclass(frozen=True)
class Tab:
    """An open draft as its tab shows it."""

    id: UUID
    label: str
    touched_at: datetime
    is_call: bool


def draft_id_of(written: str | None) -> UUID | None:
    """The number of a draft, or None where it is none."""
    try:
        return UUID(written) if written else None
    except ValueError:
        return None


def keep(desk: Desk, viewer: Viewer, draft_id: UUID, typed: Iterable[tuple[str, str]]) -> datetime | None:
    """
    Keep what was *typed*; None where the draft was registered or discarded meanwhile, or is somebody else's.

    :raises FieldsRefused: it is longer than any matter.
    """
    words = json.dumps(list(typed), ensure_ascii=False)
    if len(words) > MOST_KEPT:
        raise bad_field("text", "too_long", max_length=MOST_KEPT)
    sealed = desk.vault.seal(words, _place(draft_id))
    kept = insert(MatterDraft).values(
        id=draft_id, account_id=viewer.account_id, words=sealed, touched_at=desk.now()
    )
    same = kept.on_conflict_do_update(
        index_elements=["id"],
        set_={"words": kept.excluded.words, "touched_at": kept.excluded.touched_at},
        where=(col(MatterDraft.account_id) == viewer.account_id) & col(MatterDraft.ended_as).is_(None),
    )
    found: datetime | None = desk.session.scalars(same.returning(col(MatterDraft.touched_at))).one_or_none()
    return found


def typed_in(desk: Desk, viewer: Viewer, draft_id: UUID) -> MultiDict[str, str] | None:
    """What was typed in an open draft of the viewer's own."""
    row = desk.session.exec(
        select(MatterDraft).where(
            MatterDraft.id == draft_id,
            MatterDraft.account_id == viewer.account_id,
            col(MatterDraft.ended_as).is_(None),
        )
    ).one_or_none()
    return _opened(desk, row) if row else None


def tabs(desk: Desk, viewer: Viewer) -> list[Tab]:
    """The open drafts of the viewer, in the order they were begun."""
    query = (
        select(MatterDraft)
        .where(MatterDraft.account_id == viewer.account_id, col(MatterDraft.ended_as).is_(None))
        .order_by(col(MatterDraft.id).desc())
        .limit(MOST_OPEN)
    )
    rows = list(desk.session.exec(query).all())
    return [_tab(row, _opened(desk, row)) for row in reversed(rows)]


def end(desk: Desk, viewer: Viewer, draft_id: UUID | None, ended_as: EndedAs) -> None:
    """
    End a draft, kept or not, so that a save still on its way does not bring it back.

    What was registered stands on its ticket, so its words go at once; what was discarded can be had again.
    """
    if draft_id is None:
        return
    ended = insert(MatterDraft).values(
        id=draft_id, account_id=viewer.account_id, touched_at=desk.now(), ended_as=ended_as
    )
    changes = {"ended_as": ended_as, **({"words": None} if ended_as is EndedAs.REGISTERED else {})}
    desk.session.execute(
        ended.on_conflict_do_update(
            index_elements=["id"], set_=changes, where=col(MatterDraft.account_id) == viewer.account_id
        )
    )


def bring_back(desk: Desk, viewer: Viewer, draft_id: UUID) -> bool:
    """Have a discarded draft again."""
    found = desk.session.connection().execute(
        text(
            "update matter_draft set ended_as = null where id = :id and account_id = :who"
            " and ended_as = 'discarded' and words is not null"
        ),
        {"id": draft_id, "who": viewer.account_id},
    )
    return found.rowcount == 1


def _opened(desk: Desk, row: MatterDraft) -> MultiDict[str, str]:
    words = desk.vault.open(row.words, row.place()) if row.words else "[]"
    return MultiDict([(name, value) for name, value in json.loads(words)])


def _tab(row: MatterDraft, typed: MultiDict[str, str]) -> Tab:
    said = (typed.get("title") or typed.get("text") or "").strip()
    return Tab(row.id, said[:LABEL_LENGTH], row.touched_at, bool(typed.get("call_id")))
