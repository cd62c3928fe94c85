"""Again, or give up? Decided from the trouble and the number of tries, touching nothing."""

from dataclasses import dataclass
from datetime import timedelta

from notifications.providers import Trouble

#: How long to wait after the first, the second, … try. Together a day; what is older is stale.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
MOST_TRIES = len(WAITS) + 1


@dataclass(frozen=True)
class Again:
    """Try once more after a while."""

    wait: timedelta


@dataclass(frozen=True)
class GiveUp:
    """No further try can help."""

    because: Trouble


def decide(trouble: Trouble, *, attempts: int, has_others: bool = False) -> Again | GiveUp:
    """
    Say what to do after the *attempts*-th try ended in *trouble*.

    Where another provider may take it, nothing is gained by waiting; but once only, or a text would run
    from one to the other while both are down.
    """
    elsewhere = has_others and trouble.is_the_providers
    if not (trouble.may_pass or elsewhere) or attempts >= MOST_TRIES:
        return GiveUp(trouble)
    return Again(timedelta() if elsewhere and attempts == 1 else WAITS[attempts - 1])
