"""An address of a calendar: whose it is, and how often it was read."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, LargeBinary, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row


class CalendarFeed(Row, table=True):
    """The address under which one calendar is read; of its secret only the hash is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        # One for each person, and one for each unit.
        Index("calendar_of_person", "account_id", unique=True, postgresql_where=text("unit is null")),
        Index("calendar_of_unit", "unit", unique=True, postgresql_where=text("unit is not null")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    hash: bytes = Field(sa_type=LargeBinary, unique=True)
    #: Who made it, and may read it: whose rights it has, or who answers for the unit's.
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    #: The unit it is about; None where it is about the person.
    unit: str | None = Field(default=None, foreign_key="unit.code")
    made_at: datetime = Field(sa_type=Moment)
    #: How often it was read since the beginning of an hour.
    reads: int = 0
    reads_since: datetime = Field(sa_type=Moment)
