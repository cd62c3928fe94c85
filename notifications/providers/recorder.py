"""A provider for tests: keeps what it took in memory and runs into the troubles it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown, Parcel, Sent, Trouble


@dataclass
class Recorder:
    """Takes everything, once the *troubles* it was given are used up."""

    name: str = "recorder"
    takes_upstream: bool = True
    abroad: bool = False
    tells: bool = True
    #: Forms it sends; None sends all.
    approved: frozenset[str] | None = None
    taken: list[Parcel] = field(default_factory=list)
    #: What to run into before things go well. OUTCOME_UNKNOWN takes the text and then is silent.
    troubles: list[Trouble] = field(default_factory=list)
    #: How many look-ups fail before one succeeds.
    deaf_for: int = 0
    looked_up: int = 0

    def why_not(self, parcel: Parcel) -> Trouble | None:
        """Nothing stands against a form that is approved."""
        return None if self.approved is None or parcel.form in self.approved else Trouble.NOT_APPROVED

    def send(self, parcel: Parcel) -> Sent:
        """Keep *parcel*, or run into the next trouble."""
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble not in (None, Trouble.OUTCOME_UNKNOWN):
            raise NotTaken(trouble)
        self.taken.append(parcel)
        if trouble is Trouble.OUTCOME_UNKNOWN:
            raise OutcomeUnknown
        return Sent(sid=self._sid(len(self.taken) - 1))

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        """Look through what was taken."""
        self.looked_up += 1
        if self.deaf_for:
            self.deaf_for -= 1
            raise LookUpFailed
        return [self._sid(n) for n, taken in enumerate(self.taken) if taken == parcel]

    def _sid(self, number: int) -> str:
        return f"{self.name}-{number}"
