"""How texts leave the house: routes and shares, how each provider does, which words each may send."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.wiring import House
from notifications.carriers import may_carry
from notifications.health import Ill, diagnosis
from notifications.outbox import now_of
from notifications.providers import Parcel, Provider, Trouble
from notifications.pulse import Pulse, pulses_of
from notifications.routes import routes_of
from notifications.routing import Way
from tickets.ground.columns import new_id

#: A number that any mainland provider would take, asked about words only; nobody is texted.
SOME_MAINLAND = "+8613800000000"


@dataclass(frozen=True)
class Standing:
    """One provider: what it can do, and how it did of late."""

    provider: Provider
    pulse: Pulse
    ill: Ill | None


@dataclass(frozen=True)
class Route:
    """Where numbers with one prefix lead; *barred* are those that may not carry there."""

    prefix: str
    ways: Sequence[Way]
    barred: frozenset[str]


@dataclass(frozen=True)
class Approval:
    """One of our texts, with its gaps as a provider writes them, and whether approved words are there."""

    form: str
    words: str
    approved: bool


def standings(session: Session, house: House) -> list[Standing]:
    """How each provider did in the last minutes, in the order of the house."""
    pulses = pulses_of(session.connection(), list(house.providers), now_of(session))
    return [
        Standing(one, pulses[name], diagnosis(pulses[name], tells=one.tells))
        for name, one in house.providers.items()
    ]


def routes(session: Session, house: House) -> list[Route]:
    """All routes, the shortest prefix first."""
    return [
        Route(prefix, ways, _barred(prefix, house))
        for prefix, ways in sorted(routes_of(session, list(house.providers)).items())
    ]


def approvals(house: House) -> list[Approval]:
    """Each of our texts, and whether it has a code, where there is a provider that sends none without."""
    strict = [one for one in house.providers.values() if _is_strict(one)]
    return [
        Approval(form, words.with_gaps(), any(_sends(one, form, words.version) for one in strict))
        for form, words in house.shelf.wording(house.wording).words.items()
        if strict
    ]


def _barred(prefix: str, house: House) -> frozenset[str]:
    able = may_carry(prefix, list(house.providers.values()), house.message_rules)
    return frozenset(house.providers) - frozenset(able)


def _is_strict(provider: Provider) -> bool:
    return provider.why_not(Parcel(new_id(), SOME_MAINLAND, "")) is Trouble.NOT_APPROVED


def _sends(provider: Provider, form: str, version: str) -> bool:
    return provider.why_not(Parcel(new_id(), SOME_MAINLAND, "", form, version)) is None
