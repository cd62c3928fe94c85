"""A call the house makes: what it is about, where it stands, and what came of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.words import Language, Verdict


class Stands(StrEnum):
    """Where a call stands with the provider."""

    #: A worker has it. With its time run out nobody knows whether the provider took it.
    PLACING = "placing"
    #: The provider has it.
    PLACED = "placed"
    #: Nothing more comes of it.
    OVER = "over"


class Asks(StrEnum):
    """What a call waits for."""

    #: A key that says somebody is there; a machine presses none.
    GREETING = "greeting"
    CONTACTED = "contacted"
    SOLVED = "solved"
    SATISFACTION = "satisfaction"
    #: Nothing any more.
    OVER = "over"


class Result(StrEnum):
    """What came of a call."""

    ANSWERED = "answered"
    #: Asked to be called at another time.
    LATER = "later"
    #: Somebody was there and hung up before it was said how it went.
    HUNG_UP = "hung_up"
    #: It was picked up, and no key pressed: most likely by a machine.
    NO_KEY = "no_key"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    #: The network could not connect it.
    FAILED = "failed"
    #: The provider will never call this number.
    REFUSED = "refused"
    #: The provider did not take it this time.
    NOT_TAKEN = "not_taken"
    #: A rule forbids calling this number by a machine.
    WITHHELD = "withheld"
    #: Nobody can say whether it rang.
    UNKNOWN = "unknown"
    #: Before it was placed there was no more need, or a person took it over.
    CALLED_OFF = "called_off"


#: After these the machine leaves the citizen to the callback desk for this round.
LEFT_TO_PEOPLE = frozenset({Result.REFUSED, Result.WITHHELD, Result.UNKNOWN})

#: In words, so that the planner sees the predicate of the index.
GOING_ON = "stands <> 'over'"


class OutboundCall(Row, table=True):
    """One call about one ticket. It holds no number (read as it is placed) and no word of the matter."""

    __tablename__ = "outbound_call"
    __table_args__ = (
        one_of("stands", Stands),
        one_of("asks", Asks),
        one_of("tongue", Language),
        one_of("solved", Verdict),
        one_of("result", Result),
        CheckConstraint("(stands = 'over') = (over_at is not null)", name="outbound_call_over"),
        UniqueConstraint("sid", name="outbound_call_once"),
        # Two calls about one ticket at once cannot be.
        Index("outbound_call_one", "ticket_id", unique=True, postgresql_where=text(GOING_ON)),
        Index("outbound_call_due", "look_at", postgresql_where=text(GOING_ON)),
        Index("outbound_call_of_ticket", "ticket_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    round: int
    stands: str = Stands.PLACING
    asks: str = Asks.GREETING
    tongue: str = Language.CHINESE
    #: Times in a row nothing useful was keyed in.
    silent: int = 0
    #: What was keyed in so far.
    contacted: bool | None = None
    solved: str | None = None
    satisfaction: int | None = None
    #: The claim of the worker that has it, made anew for each try.
    claimed_by: UUID | None = None
    #: Times a worker took it to place it.
    tries: int = 0
    #: Since when the provider may have it.
    first_tried_at: datetime = Field(sa_type=Moment)
    #: When somebody must ask what became of it; None once it is over.
    look_at: datetime | None = Field(default=None, sa_type=Moment)
    #: The provider's number of the call.
    sid: str | None = None
    #: The provider's word for how it ended, and when we heard that.
    ended_as: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    #: Our word for what went wrong, or for the rule that forbids it.
    error_code: str | None = None
    result: str | None = None
    over_at: datetime | None = Field(default=None, sa_type=Moment)
