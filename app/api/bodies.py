"""What each move's request may hold. The names are the contract of `/api/v1`."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field

from tickets.ground.flow import State
from tickets.ground.words import (
    Channel,
    CloseGround,
    DeclineGround,
    EmergencyService,
    Kind,
    Language,
    NoteFor,
    PauseGround,
    ReturnReason,
    SupervisionLevel,
    TerminationGround,
    Told,
    Urgency,
    Verdict,
)
from tickets.intake.draft import (
    MOST_TEXT,
    ClockTime,
    Code,
    IdNumber,
    Line,
    Phone,
    Strict,
    Words,
    storable,
)

#: Words that may be missing.
Note = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(storable)]


class AnswerBody(Strict):
    """The answer given on the telephone."""

    text: Words
    policy_code: Code | None = None


class HandOverBody(Strict):
    """Which emergency service takes it."""

    service: EmergencyService
    text: Words


class DeclineBody(Strict):
    """Why it is not taken, and where the law leads instead."""

    ground: DeclineGround
    route: Words | None = None
    text: Words


class Corrections(Strict):
    """What is put right. What is left out stays; identity, category, division and hours given as null go."""

    name: Annotated[str, Field(max_length=50), AfterValidator(storable)] | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    address: Line | None = None
    kind: Kind | None = None
    category: Code | None = None
    urgency: Urgency | None = None
    title: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(storable)] | None = None
    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    about_units: Annotated[list[Code], Field(max_length=20)] | None = None
    #: Accounts that must have nothing to do with it.
    recused: Annotated[list[Code], Field(max_length=20)] | None = None
    language: Language | None = None
    reply_wanted: bool | None = None
    no_sms: bool | None = None
    #: When the citizen may be called; null for both is at any time.
    call_from: ClockTime | None = None
    call_to: ClockTime | None = None

    def given(self) -> dict[str, Any]:
        """The fields somebody wrote; of those that cannot be empty only the ones with a value."""
        erasable = {"name", "phone", "id_number", "address", "category", "division", "call_from", "call_to"}
        said = self.model_dump(exclude_unset=True)
        return {name: value for name, value in said.items() if value is not None or name in erasable}


class AmendBody(Strict):
    """What is put right, and why."""

    fields_: Annotated[Corrections, Field(alias="fields")]
    text: Words


class NoteBody(Strict):
    """A note for colleagues."""

    text: Words
    visible_to: NoteFor = NoteFor.UNIT


class TakeBody(Strict):
    """Who works on it; whoever asks, unless another is named."""

    username: Code | None = None


class AskReturnBody(Strict):
    """Why it is not the unit's own, and perhaps whose it is."""

    reason: ReturnReason
    text: Words
    suggested_unit: Code | None = None


class SubDispatchBody(Strict):
    """To which unit below, and until when."""

    unit: Code
    note: Note = ""
    due_at: AwareDatetime | None = None


class AskExtensionBody(Strict):
    """How many days more, and why."""

    days: Annotated[int, Field(ge=1, le=365)]
    text: Words


class AskShelvingBody(Strict):
    """Until when it is put aside, what for, and what is done meanwhile."""

    until: AwareDatetime
    ground: PauseGround = PauseGround.LONG_TERM
    text: Words


class AskTerminationBody(Strict):
    """On what ground it shall end, and the written statement."""

    ground: TerminationGround
    text: Words


class MergeBody(Strict):
    """The ticket it shall follow."""

    into: Annotated[str, Field(max_length=20)]


class UrgeBody(Strict):
    """What the citizen said, if anything."""

    text: Note = ""


class SuperviseBody(Strict):
    """How hard, why, until when, and what a leader wrote on it."""

    level: SupervisionLevel
    text: Words
    due_at: AwareDatetime | None = None
    instruction: Words | None = None


class WordsBody(Strict):
    """Words, and nothing else."""

    text: Words


class NothingBody(Strict):
    """It needs no words."""


class DecideBody(Strict):
    """Granted or refused, with words; a refused return may be binding."""

    grant: bool
    text: Note = ""
    designate: bool = False


class DispatchBody(Strict):
    """Who leads, who joins."""

    lead: Code
    joint: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    note: Note = ""
    urgency: Urgency | None = None


class ContactBody(Strict):
    """A call to the citizen."""

    reached: bool
    at: AwareDatetime | None = None
    note: Note = ""


class ToldBody(Strict):
    """How and when the citizen was told."""

    how: Told
    at: AwareDatetime | None = None


class ReplyBody(Strict):
    """A unit's answer."""

    text: Words
    public_text: Words | None = None
    founded: Verdict
    solved: Verdict
    reason: Note | None = None
    told: ToldBody | None = None
    without_joint: Words | None = None


class ReviewBody(Strict):
    """Pass, or send back with a reason."""

    passed: Annotated[bool, Field(alias="pass")]
    text: Note = ""


class CallBackBody(Strict):
    """What the citizen said."""

    reached: bool
    contacted: bool | None = None
    solved: Verdict | None = None
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    reason: Note | None = None
    note: Note = ""
    #: Not reached, or not now: call again then.
    again_at: AwareDatetime | None = None


class ReworkBody(Strict):
    """Why once more, and by whom if not by the last lead."""

    text: Words
    unit: Code | None = None


class CloseBody(Strict):
    """Why it ends without the citizen's yes."""

    ground: CloseGround
    text: Words


class ListQuery(Strict):
    """Which tickets; every part narrows the list."""

    state: State | None = None
    unit: Code | None = None
    channel: Channel | None = None
    overdue: bool | None = None
    q: Annotated[str, Field(max_length=200)] | None = None
    external_ref: Annotated[str, Field(max_length=60)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class PageQuery(Strict):
    """Where to go on, and how much at a time."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class ReasonQuery(Strict):
    """Why somebody wants to see an identity."""

    reason: Words
