"""What should ring, from what `state.py` asked. The runbook in `notifications/README.md` has each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from app.texts.state import Budget, Hour, Waiting, budgets, hours, waiting
from notifications.message import Fate

#: A text should leave within three seconds of its fact.
LATE_AFTER = timedelta(minutes=1)
#: So many texts taken in an hour, and not one receipt in that hour or later: the way back is broken.
SILENT_FROM = 20
#: An hour counts for that once its last text had time to arrive.
TIME_TO_ARRIVE = timedelta(minutes=30)
#: Share of the texts of an hour that did not arrive, of at least so many.
MANY_REFUSED, OF_AT_LEAST = 0.1, 20
#: Share of a budget from which on it rings before texts are held back.
NEARLY_SPENT = 0.8

#: A provider that tells nothing afterwards.
WITHOUT_RECEIPTS = frozenset({"", "simulator", "recorder"})


class Alarm(StrEnum):
    """What is wrong."""

    #: Texts that should be gone wait.
    BACKLOG = "backlog"
    #: A worker died over them, or the provider cannot be asked.
    STUCK = "stuck"
    #: The provider takes texts and tells nothing of them.
    SILENCE = "silence"
    #: Many texts do not arrive.
    REFUSED = "refused"
    #: A budget is used up, or nearly.
    BUDGET = "budget"


#: As far back as the alarms look at least.
LOOK_BACK = timedelta(hours=4)


@dataclass(frozen=True)
class Ringing:
    """One alarm, and about what: a provider, a unit, or nothing in particular."""

    alarm: Alarm
    about: str = ""
    #: How many texts, or the share in percent.
    figure: int = 0
    since: datetime | None = None


def ringing(
    now: datetime, waits: Sequence[Waiting], by_hour: Sequence[Hour], budgeted: Sequence[Budget]
) -> list[Ringing]:
    """Every alarm that rings at *now*, the worst first."""
    return [
        *_backlog(now, waits),
        *_stuck(waits),
        *_silence(now, by_hour),
        *_refused(by_hour),
        *(
            Ringing(Alarm.BUDGET, one.unit, round(100 * one.used))
            for one in budgeted
            if one.used >= NEARLY_SPENT
        ),
    ]


def count_ringing(session: Session, now: datetime) -> dict[Alarm, int]:
    """How many alarms of each kind ring, for a monitor."""
    found = ringing(now, waiting(session, now), hours(session, now, LOOK_BACK), budgets(session, now))
    kinds = [one.alarm for one in found]
    return {alarm: kinds.count(alarm) for alarm in Alarm}


def _backlog(now: datetime, waits: Sequence[Waiting]) -> Iterator[Ringing]:
    late = [one for one in waits if one.due is not None and now - one.due > LATE_AFTER]
    if late:
        yield Ringing(
            Alarm.BACKLOG, "", sum(one.texts for one in late), min(one.due for one in late if one.due)
        )


def _stuck(waits: Sequence[Waiting]) -> Iterator[Ringing]:
    stuck = sum(one.stuck for one in waits)
    if stuck:
        yield Ringing(Alarm.STUCK, "", stuck)


def _silence(now: datetime, by_hour: Sequence[Hour]) -> Iterator[Ringing]:
    told = (Fate.DELIVERED, Fate.UNDELIVERABLE)
    heard: set[str] = set()
    for hour in by_hour:
        for provider, fates in sorted(hour.fates.items()):
            if any(fates.get(fate) for fate in told):
                heard.add(provider)
            is_over = now - hour.hour >= timedelta(hours=1) + TIME_TO_ARRIVE
            if provider in heard | WITHOUT_RECEIPTS or not is_over:
                continue
            if fates.get(Fate.SENT, 0) >= SILENT_FROM:
                heard.add(provider)  # it rings once, for the newest silent hour
                yield Ringing(Alarm.SILENCE, provider, fates[Fate.SENT], hour.hour)


def _refused(by_hour: Sequence[Hour]) -> Iterator[Ringing]:
    newest: dict[Fate, int] = {}
    for hour in by_hour[:2]:
        for fate, texts in hour.totals.items():
            newest[fate] = newest.get(fate, 0) + texts
    tried = sum(
        newest.get(fate, 0) for fate in (Fate.SENT, Fate.DELIVERED, Fate.GIVEN_UP, Fate.UNDELIVERABLE)
    )
    lost = newest.get(Fate.GIVEN_UP, 0) + newest.get(Fate.UNDELIVERABLE, 0)
    if tried >= OF_AT_LEAST and lost >= MANY_REFUSED * tried:
        yield Ringing(Alarm.REFUSED, "", round(100 * lost / tried))
