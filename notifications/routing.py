"""Which provider carries a text: the longest prefix its number has, then a share for each provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

#: The prefix every number has.
EVERY = "+"
WHOLE = 100


@dataclass(frozen=True)
class Way:
    """One provider that a prefix leads to."""

    provider: str
    #: Of a hundred texts, how many it gets now, and how many when all is well.
    share: int
    rest: int


#: For each prefix its ways, in the order in which they are asked.
Routes = Mapping[str, tuple[Way, ...]]


def first_alone(providers: Sequence[str]) -> tuple[Way, ...]:
    """Give all to the first of *providers*; the others stand by until it is slow or down."""
    return tuple(
        Way(name, share, share)
        for name, share in zip(providers, (WHOLE, *(0 for _ in providers)), strict=False)
    )


def completed(routes: Routes, providers: Sequence[str]) -> dict[str, tuple[Way, ...]]:
    """
    Bring *routes* in line with the *providers* there are, which are named in the order of the house.

    One that is gone leads nowhere. One that no route knows stands by for every number.
    """
    known = {
        prefix: tuple(way for way in _in_order(ways, providers) if way.provider in providers)
        for prefix, ways in routes.items()
    }
    known = {prefix: ways for prefix, ways in known.items() if ways}
    every = known.get(EVERY)
    if every is None:
        known[EVERY] = first_alone(providers)
    else:
        there = {way.provider for ways in known.values() for way in ways}
        known[EVERY] = (*every, *(Way(name, 0, 0) for name in providers if name not in there))
    return known


def ways_to(phone: str, routes: Routes) -> tuple[Way, ...]:
    """The ways of the longest prefix that *phone* begins with."""
    fitting = [prefix for prefix in routes if phone.startswith(prefix)]
    return routes[max(fitting, key=len)] if fitting else ()


def choose(message_id: UUID, ways: Sequence[Way], *, avoid: str | None = None) -> str | None:
    """
    Choose one of *ways* by their shares, always the same for the same message; None where there is none.

    *avoid* just failed to take it, and is chosen only where there is no other. Where nobody left has a share,
    the first in order is asked: that is what it stands by for.
    """
    left = [way for way in ways if way.provider != avoid] or list(ways)
    if not left:
        return None
    shares = sum(way.share for way in left)
    if shares == 0:
        return left[0].provider
    point = int.from_bytes(sha256(message_id.bytes).digest()[:8]) % shares
    for way in left:
        point -= way.share
        if point < 0:
            return way.provider
    raise AssertionError("a point beyond the sum of all shares")


def _in_order(ways: Sequence[Way], providers: Sequence[str]) -> list[Way]:
    order = {name: place for place, name in enumerate(providers)}
    return sorted(ways, key=lambda way: (-way.rest, order.get(way.provider, len(order))))
