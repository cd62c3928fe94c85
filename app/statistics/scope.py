"""How much of the figures somebody reads, as `roles.yaml` says."""

from dataclasses import dataclass

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from tickets.ground.units import Units

#: Who reads figures, and who is led on to the tickets behind them.
READERS = tuple(role for role in Role if role in RULES.statistics)
LISTERS = tuple(role for role in READERS if RULES.statistics[role] != "counts")


@dataclass(frozen=True)
class Scope:
    """Of whose orders figures are read: of all or of these units; and whether tickets are behind them."""

    units: list[str] | None
    lists: bool

    @classmethod
    def of(cls, viewer: Viewer, units: Units) -> "Scope":
        """What *viewer*, who reads figures, may read."""
        how = RULES.statistics[viewer.role]
        return cls(list(units.at_or_below(viewer.unit)) if how == "unit" else None, lists=how != "counts")
