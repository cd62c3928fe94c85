"""How well a provider does, and what that makes of the shares. Decided from figures, touching nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from notifications.pulse import Pulse
from notifications.routing import Way

#: So many calls or texts say something; fewer are chance.
ENOUGH = 5
#: From this share on a provider is ill.
TOO_MANY = 0.3

#: Points of a hundred that move at once.
STEP = 10
#: What an ill provider keeps of its share, so that it is seen when it is well again. One that only stands by
#: keeps nothing: others carry its texts anyway.
PROBE = 5

#: Shares are lowered at most once in this time, and go back to rest only after that.
LOWER_EVERY = timedelta(minutes=1)
BACK_AFTER = timedelta(minutes=10)


class Reason(StrEnum):
    """Why shares are moved."""

    FAILING = "failing"
    SLOW_ANSWERS = "slow_answers"
    SLOW_TEXTS = "slow_texts"
    #: All is well again, or nobody knows better: back towards the position of rest.
    BACK = "back"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Ill:
    """What is wrong with a provider: so many bad ones of so many seen."""

    reason: Reason
    bad: int
    seen: int


@dataclass(frozen=True)
class Shift:
    """Points that move from one provider to another."""

    giver: str
    taker: str
    points: int
    reason: Reason
    #: Whose health it is about, with the figures; None where shares go back.
    about: str | None = None
    ill: Ill | None = None


def diagnosis(pulse: Pulse, *, tells: bool) -> Ill | None:
    """Say what is wrong with a provider. A text unheard of says nothing where it *tells* of none."""
    found = [
        Ill(Reason.FAILING, pulse.failed, pulse.tried),
        Ill(Reason.SLOW_ANSWERS, pulse.slow, pulse.tried),
    ]
    if tells:
        found.append(Ill(Reason.SLOW_TEXTS, pulse.unheard, pulse.sent))
    return next((one for one in found if one.seen >= ENOUGH and one.bad >= one.seen * TOO_MANY), None)


def shifts(
    ways: Sequence[Way], ill: Mapping[str, Ill], since_last: timedelta | None, *, able: Sequence[str]
) -> list[Shift]:
    """
    Say which points of one route move now: away from who is ill, or back towards rest.

    Only those *able* to carry there take any. If all of them are ill nothing moves: elsewhere it is no
    better. *since_last* is how long ago shares of this route were moved last.
    """
    if since_last is not None and since_last < LOWER_EVERY:
        return []
    well = [way for way in ways if way.provider not in ill and way.provider in able]
    sick = [way for way in ways if way.provider in ill and way.share > _kept(way)]
    if sick and well:
        return [_away(way, well[0], ill[way.provider]) for way in sick]
    if any(way.provider in ill for way in ways) or (since_last is not None and since_last < BACK_AFTER):
        return []
    return _back(ways)


def moved(ways: Sequence[Way], made: Sequence[Shift]) -> list[Way]:
    """The same ways once the shifts are *made*."""
    shares = {way.provider: way.share for way in ways}
    for shift in made:
        shares[shift.giver] -= shift.points
        shares[shift.taker] += shift.points
    return [Way(way.provider, shares[way.provider], way.rest) for way in ways]


def _kept(way: Way) -> int:
    return min(PROBE, way.rest)


def _away(way: Way, taker: Way, ill: Ill) -> Shift:
    points = min(STEP, way.share - _kept(way))
    return Shift(way.provider, taker.provider, points, ill.reason, way.provider, ill)


def _back(ways: Sequence[Way]) -> list[Shift]:
    """Move one step from who has most above its rest to who has most below."""
    if not ways:
        return []
    above = max(ways, key=lambda way: way.share - way.rest)
    below = min(ways, key=lambda way: way.share - way.rest)
    points = min(STEP, above.share - above.rest, below.rest - below.share)
    return [Shift(above.provider, below.provider, points, Reason.BACK)] if points > 0 else []
