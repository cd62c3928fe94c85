"""What was counted: one row a case, their sums a day, closed months, and what waits to be counted."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Identity, Index, LargeBinary
from sqlmodel import Field

from tickets.ground.columns import Moment, Row


class FigureQueue(Row, table=True):
    """A ticket on which something happened; a trigger of the timeline puts it here with the fact."""

    __tablename__ = "figure_queue"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    ticket_id: int = Field(sa_type=BigInteger)


class Case(Row, table=True):
    """One thing that is counted, once: a list of them is what stands behind a number."""

    __tablename__ = "figure_case"
    __table_args__ = (
        Index("case_of_ticket", "ticket_id"),
        Index("case_of_day", "figure", "day", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    ticket_id: int = Field(sa_type=BigInteger)
    figure: str
    #: Its day in Shanghai, and what it is sorted by beside; empty where there is none.
    day: date
    at: datetime = Field(sa_type=Moment)
    unit: str
    kind: str
    category: str
    division: str
    channel: str
    #: Since when it is counted, and until when it was: of a closed month it is kept as it then was.
    since: datetime = Field(sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)


class DaySum(Row):
    """How many cases there are of one day, sorted by all a case is sorted by."""

    day: date = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    division: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    n: int


class FigureDay(DaySum, table=True):
    """How many cases there are of one day; made anew from the cases whenever one of the day changes."""

    __tablename__ = "figure_day"


class FigureFrozen(DaySum, table=True):
    """The sums of a closed month as they were when it was closed. A trigger refuses any change."""

    __tablename__ = "figure_frozen"


class Total(Row):
    """How many cases there are of one day, sorted by one thing alone: few rows, however many tickets."""

    #: Unit, kind, category, division or channel; "" is all together, under the key "".
    by: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    n: int


class FigureTotal(Total, table=True):
    """The sums of a day once more; made anew together with them."""

    __tablename__ = "figure_total"


class FigureFrozenTotal(Total, table=True):
    """The sums of a closed month once more. A trigger refuses any change."""

    __tablename__ = "figure_frozen_total"


class ClosedMonth(Row, table=True):
    """A month whose figures stand: whoever was told them will find them again."""

    __tablename__ = "figure_month"

    #: Its first day.
    month: date = Field(sa_column=Column(Date, primary_key=True))
    closed_by: str
    closed_at: datetime = Field(sa_type=Moment)


class WallLink(Row, table=True):
    """The address of the board for one screen on a wall; of its secret only the hash is kept."""

    __tablename__ = "wall_link"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    hash: bytes = Field(sa_type=LargeBinary, unique=True)
    #: Where the screen hangs.
    name: str
    made_by: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    made_at: datetime = Field(sa_type=Moment)
