"""What administrators decided about texts: other words, texts not sent, what providers approved."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of


class WordingVersion(Row, table=True):
    """Words somebody saved for a text. The newest of a form holds; none is ever changed."""

    __tablename__ = "wording_version"
    __table_args__ = (PrimaryKeyConstraint("template", "language", "sealed", "version"),)

    template: str
    language: str
    sealed: bool
    #: Counted for each form from 1; 0 are the words of the file.
    version: int
    #: None where the words of the file hold again.
    words: str | None = None
    #: Digest of the file's words at that time: a newer program may bring others.
    file_version: str
    made_by: str
    made_at: datetime = Field(sa_type=Moment)


class TextSwitch(Row, table=True):
    """Somebody had a text no longer sent when a fact happens, or sent again. The newest of a pair holds."""

    __tablename__ = "text_switch"
    __table_args__ = (Index("text_switch_of", "fact", "template", text("at desc")),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    fact: str
    template: str
    active: bool
    made_by: str
    at: datetime = Field(sa_type=Moment)


class ApprovalState(StrEnum):
    """How far a provider is with the words of a text."""

    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


class TemplateApproval(Row, table=True):
    """What a provider said of the words of a text, as somebody noted it: of these words it takes the code."""

    __tablename__ = "template_approval"
    __table_args__ = (
        one_of("state", ApprovalState),
        PrimaryKeyConstraint("provider", "template", "language", "sealed"),
    )

    provider: str
    template: str
    language: str
    sealed: bool
    state: str = ApprovalState.NOT_SUBMITTED
    #: The provider's name for it.
    code: str = ""
    #: Digest of the words it was said of: of others it says nothing.
    words_version: str
    #: The day the provider said so.
    decided_on: date | None = None
    note: str = ""
    changed_by: str
    changed_at: datetime = Field(sa_type=Moment)
