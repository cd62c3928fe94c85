"""What a citizen has typed so far, sealed, until it is filed or two hours passed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row
from tickets.ground.files import Holder
from tickets.ground.vault import Place


class WebDraft(Row, table=True):
    """One matter on its way in. Once filed, number and code stand in place of the answers for a while."""

    __tablename__ = "web_draft"
    __table_args__ = (
        Index("web_draft_of_address", "address", "made_at", postgresql_where=text("address is not null")),
        Index("web_draft_of_phone", "phone", "filed_at", postgresql_where=text("phone is not null")),
        Index("web_draft_touched", "touched_at"),
    )

    #: Random, and not made of the time: it stands in a cookie, signed.
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    #: The answers as JSON, sealed; None once they were kept long enough.
    answers: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: Keyed hashes of where it came from and of the number that was given, to count filings of a day.
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    made_at: datetime = Field(sa_type=Moment)
    touched_at: datetime = Field(sa_type=Moment)
    filed_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def place(self) -> Place:
        """Where the seal of its answers belongs."""
        return Place("web_draft", "answers", str(self.id))

    @property
    def holder(self) -> Holder:
        """The draft as what holds its files."""
        return Holder("draft", f"web:{self.id}")
