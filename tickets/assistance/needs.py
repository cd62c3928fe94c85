"""Clues (leads) and needs: the rows, and the table of their steps."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, Session

from tickets.assistance.need_words import (
    Agreed,
    Channel,
    CloseReason,
    LeadState,
    NeedKind,
    NeedState,
    Result,
    Severity,
    Signer,
    Source,
    Way,
)
from tickets.ground.columns import Moment, Row, one_of, table_options
from tickets.ground.errors import Refused
from tickets.ground.vault import Opens, Place, Vault, masked_name, masked_phone

#: What a clue's row keeps sealed, and by which of it somebody is found again.
SEALED_OF_LEAD = ("name", "phone", "id_number", "words")
INDEXED_OF_LEAD = ("name", "phone", "id_number")

#: Sequences that number them.
LEADS, NEEDS = "assistance_lead_number", "assistance_need_number"


class Lead(Opens, Row, table=True):
    """A clue that somebody may need help (线索). Who it is is sealed; it is checked by its due."""

    __tablename__ = "assistance_lead"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("kind", NeedKind),
        one_of("state", LeadState),
        one_of("close_reason", CloseReason),
        CheckConstraint("(state = 'open') = (checked_at is null)", name="a_checked_one_is_not_open"),
        CheckConstraint("(state = 'need') = (need_id is not null)", name="a_need_stands_behind_it"),
        CheckConstraint("(state = 'closed') = (close_reason is not null)", name="a_closed_one_has_a_reason"),
        Index("assistance_lead_division", "division", "id"),
        Index("assistance_lead_source", "source_unit", "id"),
        Index("assistance_lead_due", "due_at", postgresql_where=text("state = 'open'")),
        Index(
            "assistance_lead_id_number",
            "id_number_index",
            postgresql_where=text("id_number_index is not null and state = 'open'"),
        ),
        Index(
            "assistance_lead_phone",
            "phone_index",
            postgresql_where=text("phone_index is not null and state = 'open'"),
        ),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    channel: str
    #: Whose clue it is: the unit of who reported it.
    source_unit: str = Field(foreign_key="unit.code")
    division: str = Field(foreign_key="unit.code")
    kind: str
    #: The household of the register it is about, where the ID number says so.
    household_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=True)
    )
    member_id: UUID | None = Field(default=None, foreign_key="household_member.id")
    name: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number: bytes | None = Field(default=None, sa_type=LargeBinary)
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
    name_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: Number of the key its indexes were made with.
    index_key: str | None = None
    name_masked: str | None = None
    phone_masked: str | None = None
    state: str = LeadState.OPEN
    #: Until when it is checked, and on which promise and calendar that rests.
    due_at: datetime = Field(sa_type=Moment)
    policy: str
    policy_version: int
    calendar_version: int
    reported_by: str
    reported_at: datetime = Field(sa_type=Moment)
    checked_by: str | None = None
    checked_at: datetime | None = Field(default=None, sa_type=Moment)
    close_reason: str | None = None
    need_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("assistance_need.id"), nullable=True)
    )

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("assistance_lead", column, str(self.id))

    def seal(self, vault: Vault, known: Mapping[str, str | None]) -> None:
        """Seal what is *known* of somebody, with indexes and masks."""
        for column in SEALED_OF_LEAD:
            value = known.get(column)
            setattr(self, column, vault.seal(value, self.place(column)) if value else None)
            if column in INDEXED_OF_LEAD:
                setattr(self, f"{column}_index", vault.index(column, value) if value else None)
        self.index_key = vault.current
        self.name_masked, self.phone_masked = masked_name(known.get("name")), masked_phone(known.get("phone"))


class Need(Opens, Row, table=True):
    """Something a household or somebody of it needs (需求), closed only by a signed result."""

    __tablename__ = "assistance_need"
    __table_args__ = (
        one_of("kind", NeedKind),
        one_of("severity", Severity),
        one_of("source", Source),
        one_of("state", NeedState),
        one_of("way", Way),
        one_of("result", Result),
        one_of("signer", Signer),
        one_of("agreed", Agreed),
        CheckConstraint(
            "(state = 'closed') = (result is not null and signer is not null and signature is not null)",
            name="a_closed_one_is_signed",
        ),
        CheckConstraint("(way is null) = (way_ref is null)", name="a_way_leads_somewhere"),
        Index("assistance_need_household", "household_id"),
        Index("assistance_need_way", "way", "way_ref", postgresql_where=text("way is not null")),
        Index("assistance_need_open", "id", postgresql_where=text("state <> 'closed'")),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    member_id: UUID | None = Field(default=None, foreign_key="household_member.id")
    kind: str
    severity: str
    source: str
    #: Number of the clue, key of the visit, ref of the ticket.
    source_ref: str = ""
    #: What was seen or shown, sealed.
    evidence: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: Who agreed that it is told to who can help; None: nobody was asked, or nobody agreed.
    agreed: str | None = None
    state: str = NeedState.OPEN
    way: str | None = None
    way_ref: str | None = None
    result: str | None = None
    signer: str | None = None
    #: The name that was signed, and what was said of the result, sealed.
    signature: bytes | None = Field(default=None, sa_type=LargeBinary)
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
    noted_by: str
    noted_at: datetime = Field(sa_type=Moment)
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("assistance_need", column, str(self.id))


#: Step of a clue or need to the states it may be taken from.
LEAD_STEPS: Mapping[str, frozenset[str]] = {
    "need": frozenset({LeadState.OPEN}),
    "close": frozenset({LeadState.OPEN}),
}
NEED_STEPS: Mapping[str, frozenset[str]] = {
    "agree": frozenset({NeedState.OPEN, NeedState.ARRANGED}),
    # Once more where the first way led nowhere.
    "arrange": frozenset({NeedState.OPEN, NeedState.ARRANGED}),
    # A need nothing was done for may still end: somebody moved away, or got help elsewhere.
    "close": frozenset({NeedState.OPEN, NeedState.ARRANGED}),
}


def check_lead_step(lead: Lead, step: str) -> None:
    """
    Hold *step* against the table.

    :raises Refused: it is not taken from where the clue stands.
    """
    if lead.state not in LEAD_STEPS[step]:
        raise Refused("lead_checked", by=lead.checked_by)


def check_need_step(need: Need, step: str) -> None:
    """
    Hold *step* against the table.

    :raises Refused: it is not taken from where the need stands.
    """
    if need.state not in NEED_STEPS[step]:
        raise Refused("need_closed", by=need.closed_by)


def next_number(session: Session, numbers: str) -> int:
    """Draw the next number of a clue or need."""
    drawn: int = (
        session.connection().execute(text("select nextval(:numbers)"), {"numbers": numbers}).scalar_one()
    )
    return drawn
