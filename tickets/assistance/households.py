"""Households and their members: the rows, what follows from them, and the questions lists ask."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlmodel import Field, Session

from tickets.assistance.words import (
    CareLevel,
    HouseholdKind,
    HouseholdState,
    Indicator,
    Kinship,
    LifeEvent,
    Recheck,
    Scheme,
)
from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.vault import Opens, Place, Vault, masked_name, masked_phone
from tickets.ground.worktime.months import plus_months

#: What a member's row keeps sealed.
SEALED = ("name", "phone", "id_number")

RECHECK_MONTHS = {Recheck.YEARLY: 12, Recheck.HALF_YEARLY: 6}

#: Indicators lost, from which on somebody is partly or fully unable to look after themselves.
PARTLY_FROM, FULLY_FROM = 1, 4


class Household(Row, table=True):
    """A household on the register: in which group, where, since when, and when it is checked again."""

    __tablename__ = "household"
    __table_args__ = (
        one_of("kind", HouseholdKind),
        one_of("state", HouseholdState),
        one_of("recheck", Recheck),
        CheckConstraint("ended_on is null or state = 'ended'", name="only_an_ended_one_has_an_end"),
        Index("household_division", "division", "id"),
        Index("household_recheck", "recheck_on", postgresql_where=text("state <> 'ended'")),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    #: The community it belongs to; its subdistrict where nothing nearer is known.
    division: str = Field(foreign_key="unit.code")
    kind: str
    state: str = HouseholdState.ACTIVE
    started_on: date
    ended_on: date | None = None
    recheck: str = Recheck.YEARLY
    recheck_on: date
    #: A near relative works for the village or the assistance (近亲属备案): the bureau visits by itself.
    related: bool = False
    #: Members that are there, and the address, sealed.
    persons: int = 0
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    version: int = 1
    #: Number and hash of its last fact.
    seq: int = 0
    chain_head: bytes = Field(default=bytes(32), sa_type=LargeBinary)
    changed_at: datetime = Field(sa_type=Moment)

    def place(self, column: str = "address") -> Place:
        """Where the seal of its address belongs."""
        return Place("household", column, str(self.id))


class Member(Opens, Row, table=True):
    """Somebody of a household. Who it is is sealed; lists show it masked."""

    __tablename__ = "household_member"
    __table_args__ = (
        one_of("kinship", Kinship),
        one_of("care", CareLevel),
        Index("household_member_of", "household_id"),
        Index("household_member_name", "name_index", postgresql_where=text("name_index is not null")),
        Index("household_member_phone", "phone_index", postgresql_where=text("phone_index is not null")),
        # One person is in one household at a time.
        Index(
            "household_member_id_number",
            "id_number_index",
            unique=True,
            postgresql_where=text("id_number_index is not null and left_on is null"),
        ),
        table_options(),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    kinship: str
    name: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number: bytes | None = Field(default=None, sa_type=LargeBinary)
    name_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: Number of the key its indexes were made with.
    index_key: str | None = None
    name_masked: str | None = None
    phone_masked: str | None = None
    #: The first day of the month of birth: enough for ages, too little for a person.
    born_in: date | None = None
    traits: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    #: How far they look after themselves; None where nobody has looked.
    care: str | None = None
    #: What of the six they cannot do, where it was written down.
    lost: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    joined_on: date
    #: Moved out, married away or died; the row stays.
    left_on: date | None = None

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("household_member", column, str(self.id))

    def seal(self, vault: Vault, known: dict[str, str | None]) -> None:
        """Seal what is *known* (name, phone, id_number), with its indexes and what lists show of it."""
        for column, value in known.items():
            setattr(self, column, vault.seal(value, self.place(column)) if value else None)
            setattr(self, f"{column}_index", vault.index(column, value) if value else None)
        if "name" in known:
            self.name_masked = masked_name(known["name"])
        if "phone" in known:
            self.phone_masked = masked_phone(known["phone"])
        if known.get("id_number"):
            self.born_in = born_in(known["id_number"] or "")
        self._index_anew(vault)

    def _index_anew(self, vault: Vault) -> None:
        """All indexes of a row are made with one key, whose number stands beside them."""
        if self.index_key not in (None, vault.current):
            for column in SEALED:
                value = self.open(vault, column)
                setattr(self, f"{column}_index", vault.index(column, value) if value else None)
        self.index_key = vault.current


class Benefit(Row, table=True):
    """What was paid to a household for one month under one scheme, in fen."""

    __tablename__ = "household_benefit"
    __table_args__ = (
        one_of("scheme", Scheme),
        CheckConstraint("fen >= 0", name="an_amount_is_not_negative"),
        CheckConstraint("extract(day from month) = 1", name="a_month_is_its_first_day"),
        Index("household_benefit_month", "month", "scheme"),
    )

    household_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("household.id"), primary_key=True, autoincrement=False)
    )
    #: The first day of the month.
    month: date = Field(primary_key=True)
    scheme: str = Field(primary_key=True)
    fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: For how many persons.
    persons: int


class Happening(Row, table=True):
    """Something that happened in the life of a household; what was said of it is sealed."""

    __tablename__ = "household_event"
    __table_args__ = (one_of("kind", LifeEvent), Index("household_event_of", "household_id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    member_id: UUID | None = Field(default=None, foreign_key="household_member.id")
    kind: str
    happened_on: date
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
    by: str
    at: datetime = Field(sa_type=Moment)

    @property
    def place(self) -> Place:
        """Where the seal of its words belongs."""
        return Place("household_event", "words", str(self.id))


# Rules


def care_level(lost: Iterable[Indicator]) -> CareLevel:
    """How far somebody looks after themselves: none lost, one to three, four or more of the six."""
    count = len(set(lost))
    if count >= FULLY_FROM:
        return CareLevel.FULLY
    return CareLevel.PARTLY if count >= PARTLY_FROM else CareLevel.SELF


def next_recheck(last: date, recheck: Recheck) -> date:
    """The day by which a household is checked again."""
    return plus_months(last, RECHECK_MONTHS[recheck])


def born_in(id_number: str) -> date | None:
    """The month of birth in an ID number of 18 digits."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), 1)
    except ValueError:
        return None


def age_on(born: date, day: date) -> int:
    """How many years somebody has lived on *day*; right to the month."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def first_of_month(day: date) -> date:
    """The first day of the month of *day*: what months are known by."""
    return day.replace(day=1)


def plain(household: Household) -> dict[str, Any]:
    """What a fact tells of a household: never who it is or where it lives."""
    return household.model_dump(
        mode="json",
        include={"division", "kind", "state", "started_on", "ended_on", "recheck", "recheck_on", "related"},
    )


def new_numbers(session: Session, count: int) -> list[int]:
    """Numbers for so many new households; they say nothing about who they are."""
    drawn = text("select nextval('household_number') from generate_series(1, :count)")
    return list(session.connection().execute(drawn, {"count": count}).scalars())
