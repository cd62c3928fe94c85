"""The providers of a house and the ways that lead to them: who carries this text, or why nobody may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifications.providers import Parcel, Provider, Trouble
from notifications.routing import EVERY, Routes, choose, first_alone, ways_to
from notifications.rules import Held, Rules, why_withheld

#: Why no provider could ever take it, as what holds a message back.
HOLDS = {Trouble.NOT_APPROVED: Held.NOT_APPROVED, Trouble.NOT_ALLOWED: Held.NO_WAY}


@dataclass(frozen=True)
class Chosen:
    """Who carries a text, and whether somebody else could."""

    provider: str
    has_others: bool = False


@dataclass(frozen=True)
class Carriers:
    """Every provider that is set up, by name, and which numbers lead to which of them."""

    providers: Mapping[str, Provider]
    routes: Routes

    @classmethod
    def of(cls, *providers: Provider) -> "Carriers":
        """The first of *providers* carries all, the others stand by."""
        by_name = {provider.name: provider for provider in providers}
        return cls(by_name, {EVERY: first_alone(list(by_name))})

    def pick(
        self, template: str, phone: str | None, parcel: Parcel, rules: Rules, *, avoid: str | None = None
    ) -> Chosen | Held:
        """
        Choose who carries *parcel*, among those that may and can; or say why the first in order does not.

        *avoid* refused it a moment ago.
        """
        found = [way for way in ways_to(phone or EVERY, self.routes) if way.provider in self.providers]
        held = {
            way.provider: self._why_held(template, phone, parcel, self.providers[way.provider], rules)
            for way in found
        }
        free = [way for way in found if held[way.provider] is None]
        chosen = choose(parcel.our_id, free, avoid=avoid)
        if chosen is None:
            return next((why for why in held.values() if why is not None), Held.NO_WAY)
        return Chosen(chosen, has_others=len(free) > 1)

    def _why_held(
        self, template: str, phone: str | None, parcel: Parcel, provider: Provider, rules: Rules
    ) -> Held | None:
        held = why_withheld(template, phone, provider, rules)
        if held is not None:
            return held
        trouble = provider.why_not(parcel)
        return None if trouble is None else HOLDS.get(trouble, Held.NO_WAY)


def may_carry(prefix: str, providers: Sequence[Provider], rules: Rules) -> list[str]:
    """Which of *providers* may carry to numbers that begin with *prefix* at all."""
    return [
        provider.name
        for provider in providers
        if not (prefix.startswith("+86") and provider.abroad and rules.assessment is None)
    ]
