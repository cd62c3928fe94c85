"""A call as it stands, what was spoken on one, and whom to call back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.files import Holder
from tickets.ground.vault import Place


class At(StrEnum):
    """What a call waits for."""

    #: Somebody at the desk picks up.
    DESK = "desk"
    LANGUAGE = "language"
    MENU = "menu"
    #: The number of a ticket.
    REF = "ref"
    #: Its code.
    CODE = "code"
    #: Words after the tone.
    WORDS = "words"
    #: The hours at which we may call back.
    HOURS = "hours"
    #: Nothing any more.
    OVER = "over"


class Tongue(StrEnum):
    """What is spoken on a call; named as the catalogues are."""

    CHINESE = "zh_Hans"
    ENGLISH = "en"


class Why(StrEnum):
    """Why the menu speaks and not a person."""

    CLOSED = "closed"
    BUSY = "busy"


class VoiceCall(Row, table=True):
    """One call. Where it stands is kept here by the provider's number of it, and never in an address."""

    __tablename__ = "voice_call"
    __table_args__ = (
        one_of("stands_at", At),
        one_of("tongue", Tongue),
        one_of("why", Why),
        UniqueConstraint("sid", name="voice_call_once"),
        Index("voice_call_going_on", "at", postgresql_where=text("ended_at is null")),
        Index("voice_call_unsettled", "ended_at", postgresql_where=text("not settled")),
        Index("voice_call_numbers", "at", postgresql_where=text("phone is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    #: The provider's number of the call.
    sid: str
    #: Whose number called, sealed; None where it was withheld.
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    stands_at: str = At.LANGUAGE
    tongue: str = Tongue.CHINESE
    why: str = Why.CLOSED
    #: The number of a ticket that was keyed in and still wants its code.
    ref: str | None = None
    #: Pairs of number and code on this call that did not fit.
    wrong: int = 0
    #: Times in a row nothing useful was keyed in.
    silent: int = 0
    #: Nothing more need come of it: there was a person, an answer, a message left, or a call promised.
    settled: bool = False
    at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("voice_call", column, str(self.id))


class VoiceSettledAs(StrEnum):
    """What a person did with a message."""

    ADDED = "added"
    REGISTERED = "registered"
    SET_ASIDE = "set_aside"


class VoiceAside(StrEnum):
    """Why nothing need come of a message."""

    SILENCE = "silence"
    SPAM = "spam"
    WRONG_NUMBER = "wrong_number"
    #: It was settled on the telephone.
    CALLED = "called"
    #: Its recording could not be had.
    LOST = "lost"


class VoiceMove(StrEnum):
    """A step somebody takes with a message."""

    #: Listened to it.
    HEARD = "heard"
    ADDED = "added"
    REGISTERED = "registered"
    SET_ASIDE = "set_aside"
    PUT_BACK = "put_back"


#: In words, so that the planner sees the predicate of the index.
WAITING = "settled_as is null"
TO_FETCH = "fetched_at is null and lost_at is null"
TO_DROP = "dropped_at is null and (fetched_at is not null or lost_at is not null)"


class VoiceMessage(Row, table=True):
    """What somebody said after the tone. The sound is a file that this message holds until a ticket does."""

    __tablename__ = "voice_message"
    __table_args__ = (
        one_of("settled_as", VoiceSettledAs),
        UniqueConstraint("sid", name="voice_message_once"),
        Index("voice_message_of_call", "call_id"),
        Index("voice_message_waiting", "id", postgresql_where=text(WAITING)),
        Index("voice_message_aside", "id", postgresql_where=text("settled_as = 'set_aside'")),
        Index("voice_message_to_fetch", "next_try_at", postgresql_where=text(TO_FETCH)),
        Index("voice_message_to_drop", "next_try_at", postgresql_where=text(TO_DROP)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    call_id: UUID = Field(foreign_key="voice_call.id")
    #: The provider's number of the recording.
    sid: str
    seconds: int
    at: datetime = Field(sa_type=Moment)
    tries: int = 0
    next_try_at: datetime = Field(sa_type=Moment)
    #: When we had the sound; when we gave it up; when the provider's own copy was gone.
    fetched_at: datetime | None = Field(default=None, sa_type=Moment)
    lost_at: datetime | None = Field(default=None, sa_type=Moment)
    dropped_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_as: str | None = None
    ticket_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=True)
    )

    @property
    def holder(self) -> Holder:
        """What holds its sound."""
        return Holder("voice", str(self.id))


class VoiceStep(Row, table=True):
    """Somebody listened to a message, settled it, or took that back; a step is never changed."""

    __tablename__ = "voice_step"
    __table_args__ = (
        one_of("what", VoiceMove),
        one_of("reason", VoiceAside),
        Index("voice_step_of_message", "message_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    message_id: UUID = Field(foreign_key="voice_message.id")
    what: str
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=Moment)


class Cause(StrEnum):
    """Why somebody is to be called back."""

    MISSED = "missed"
    WISH = "wish"


class Hours(StrEnum):
    """When somebody wants to be called."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class CallBackMove(StrEnum):
    """A step somebody takes with a call to give back."""

    #: Was shown the number.
    OPENED = "opened"
    DONE = "done"
    UNDONE = "undone"


class CallBack(Row, table=True):
    """A call to give back. A number has one at most that is open, however often it calls."""

    __tablename__ = "call_back"
    __table_args__ = (
        one_of("cause", Cause),
        one_of("hours", Hours),
        one_of("tongue", Tongue),
        Index("call_back_open", "from_index", unique=True, postgresql_where=text("done_at is null")),
        Index("call_back_waiting", "first_at", postgresql_where=text("done_at is null")),
        Index("call_back_done", "done_at", postgresql_where=text("done_at is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    phone: bytes = Field(sa_type=LargeBinary)
    #: Blind index of the number, the same as in the vault.
    from_index: bytes = Field(sa_type=LargeBinary)
    #: Number of the key the index was made with.
    index_key: str | None = None
    cause: str
    hours: str = Hours.ANY
    tongue: str = Tongue.CHINESE
    #: Calls of this number since.
    calls: int = 1
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    done_by: str | None = None

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("call_back", column, str(self.id))


class CallBackStep(Row, table=True):
    """Somebody saw the number, gave the call back, or took that back; a step is never changed."""

    __tablename__ = "call_back_step"
    __table_args__ = (one_of("what", CallBackMove), Index("call_back_step_of", "call_back_id", "id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    call_back_id: UUID = Field(foreign_key="call_back.id")
    what: str
    by: str
    at: datetime = Field(sa_type=Moment)
