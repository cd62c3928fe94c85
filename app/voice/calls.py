"""A call from beginning to end: found by its number, moved by keys, answered in verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select

from app.access.tracking import TooManyTries, ticket_by_code
from app.reading.progress import progress_of, read_ticket
from app.settings import Settings
from app.texts.asked import STAGES, due_told
from app.voice import menus
from app.voice.menus import CODE_KEYS, REF_KEYS, Deed, Step
from app.voice.rows import At, Cause, Tongue, VoiceCall, VoiceMessage, Why
from app.voice.verbs import Dial, HangUp, Keys, Record, Say, Verb
from app.voice.whom import want_call
from app.voice.words import say, say_progress
from notifications.providers.heard import CallRead
from tickets.ground.desk import Desk
from tickets.ground.flow import State
from tickets.ground.phones import NotAPhone, normal_phone
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime.calendar import Calendar
from tickets.ticket import Ticket

#: Seconds the desk's telephones ring, and the longest message.
RINGS, MOST_SECONDS = 30, 180

#: A call that goes on longer ended without our hearing of it.
LONGEST = timedelta(hours=2)

#: Keys that are waited for.
MOST_KEYS = {At.REF: REF_KEYS, At.CODE: CODE_KEYS}

#: Counts the tries of all whose number is withheld.
WITHHELD = "withheld"


@dataclass(frozen=True)
class Lines:
    """Where the desk's telephones ring, and how many calls they take at once."""

    number: str | None
    most: int

    @classmethod
    def of(cls, settings: Settings) -> "Lines":
        """As the settings say."""
        return cls(settings.voice_desk, settings.voice_lines)


@dataclass(frozen=True)
class Doors:
    """Where the provider brings what happens on a call."""

    base: str

    @property
    def keys(self) -> str:
        """Keys that were pressed."""
        return f"{self.base}/twilio/voice/keys"

    @property
    def recorded(self) -> str:
        """A message that was spoken."""
        return f"{self.base}/twilio/voice/recorded"

    @property
    def dialled(self) -> str:
        """What came of ringing at the desk."""
        return f"{self.base}/twilio/voice/dialled"


@dataclass(frozen=True)
class Switchboard:
    """Answers calls: at one desk, for one request."""

    desk: Desk
    doors: Doors
    line: Lines

    def answer(self, heard: CallRead) -> Sequence[Verb]:
        """Answer a call: ring at the desk while somebody is there, else begin the menu."""
        call = self._call(heard)
        at = self.desk.now()
        why = self._why_the_menu(call, at)
        if why is None and self.line.number is not None:
            call.stands_at = At.DESK
            return [Dial(self.line.number, self.doors.dialled, RINGS)]
        call.why = why or Why.BUSY
        return self._go(call, menus.begins(call))

    def dialled(self, heard: CallRead) -> Sequence[Verb]:
        """Somebody at the desk spoke with whoever called, or nobody picked up."""
        call = self._call(heard)
        if heard.picked_up:
            call.settled, call.stands_at = True, At.OVER
            return [HangUp()]
        call.why = Why.BUSY
        return self._go(call, menus.begins(call))

    def keys(self, heard: CallRead) -> Sequence[Verb]:
        """Do what the keys say."""
        call = self._call(heard)
        step = menus.pressed(call, heard.keys)
        call.silent = call.silent + 1 if step.silent else 0
        if step.tongue is not None:
            call.tongue = step.tongue
        if step.deed is Deed.LOOK_UP:
            return self._look_up(call, step.code or "", heard.phone)
        if step.deed is Deed.PROMISE and call.phone is not None:
            phone = self.desk.vault.open(call.phone, call.place("phone"))
            want_call(self.desk, phone, Cause.WISH, at=self.desk.now(), tongue=call.tongue, hours=step.hours)
            call.settled = True
        if step.ref is not None:
            call.ref = step.ref
        return self._go(call, step)

    def recorded(self, heard: CallRead) -> Sequence[Verb]:
        """Keep what was said after the tone, once."""
        call = self._call(heard)
        if heard.recording and heard.seconds:
            at = self.desk.now()
            new = VoiceMessage(
                call_id=call.id, sid=heard.recording, seconds=heard.seconds, at=at, next_try_at=at
            )
            kept = insert(VoiceMessage).values(**new.model_dump()).on_conflict_do_nothing()
            self.desk.session.connection().execute(kept)
            call.settled = True
        return self._go(call, menus.recorded(call, heard.seconds, hung_up=heard.keys == "hangup"))

    def ended(self, heard: CallRead) -> None:
        """The call is over. What it still lacks is looked after a little later, when all is told of it."""
        call = self._call(heard)
        call.ended_at = call.ended_at or self.desk.now()
        call.stands_at, call.ref = At.OVER, None

    def _look_up(self, call: VoiceCall, code: str, phone: str | None) -> Sequence[Verb]:
        """Hold number and code against each other; counted as on the page, by the number that calls."""
        desk = self.desk
        ref, call.ref = call.ref or "", None
        try:
            found = ticket_by_code(
                desk.session, desk.vault, ref=ref, code=code, address=f"tel:{phone or WITHHELD}"
            )
        except TooManyTries:
            call.wrong = menus.MOST_WRONG
            return self._go(call, menus.too_many(call))
        if found is None:
            call.wrong += 1
            return self._go(call, menus.not_found(call))
        call.settled = True
        told = self._progress(found, call.tongue)
        return self._go(call, Step(At.MENU, menus.prompt(call, At.MENU)), first=told)

    def _progress(self, ticket: Ticket, tongue: str) -> list[Say]:
        desk = self.desk
        told = progress_of(desk, ticket.ref, english=tongue == Tongue.ENGLISH)
        whole = read_ticket(desk, ticket.ref)
        if told is None or whole is None:
            raise LookupError("a ticket whose code was right cannot be read")
        stage = STAGES[State(told.state)]
        late = told.owed is not None and told.owed.late_days is not None
        return say_progress(stage, due_told(whole, stage, told), late=late, tongue=tongue)

    def _go(self, call: VoiceCall, step: Step, first: Sequence[Say] = ()) -> Sequence[Verb]:
        """Let *call* stand where *step* leads, and say what belongs there."""
        call.stands_at = step.to
        said = [*first, *say(step.says, call.tongue)]
        if step.to is At.OVER:
            return [*said, HangUp()]
        if step.to is At.WORDS:
            return [*said, Record(self.doors.recorded, MOST_SECONDS)]
        return [Keys(said, self.doors.keys, MOST_KEYS.get(step.to, 1))]

    def _call(self, heard: CallRead) -> VoiceCall:
        """Lock the row of this call; the first that is told of a call makes it."""
        session, at = self.desk.session, self.desk.now()
        new = VoiceCall(sid=heard.sid, at=at)
        phone = _phone(heard.phone)
        if phone is not None:
            new.phone = self.desk.vault.seal(phone, new.place("phone"))
        session.connection().execute(insert(VoiceCall).values(**new.model_dump()).on_conflict_do_nothing())
        return session.exec(select(VoiceCall).where(VoiceCall.sid == heard.sid).with_for_update()).one()

    def _why_the_menu(self, call: VoiceCall, at: datetime) -> Why | None:
        """Why nobody picks up; None where somebody may."""
        if not is_open(self.desk.rules.calendar, at):
            return Why.CLOSED
        if self.line.number is None:
            return Why.BUSY
        ringing = select(func.count()).where(
            col(VoiceCall.ended_at).is_(None),
            VoiceCall.stands_at == At.DESK,
            col(VoiceCall.at) > at - LONGEST,
            VoiceCall.id != call.id,
        )
        return Why.BUSY if self.desk.session.exec(ringing).one() >= self.line.most else None


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether *at* is in the hours of business, the midday break included: somebody is there."""
    day = at.astimezone(SHANGHAI).date()
    return calendar.is_working(day) and calendar.open_of(day) <= at < calendar.close_of(day)


def _phone(caller: str | None) -> str | None:
    try:
        return normal_phone(caller) if caller else None
    except NotAPhone:
        return None
