"""A digest: what was late and due at one unit as a working day began."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.columns import Moment, Row


class Digest(Row, table=True):
    """One unit's digest of one working day. The key makes it made once, whatever crashes."""

    __tablename__ = "digest"
    __table_args__ = (PrimaryKeyConstraint("unit", "day"),)

    unit: str = Field(sa_column=Column(String, ForeignKey("unit.code"), nullable=False))
    day: date
    #: What was late, due on this and the next working day, and waited for the head: numbers of tickets,
    #: moments and units, never a word of a matter. `making.py` has its shape.
    data: dict[str, Any] = Field(sa_type=JSONB)
    made_at: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
