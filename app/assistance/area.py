"""Whose households somebody has to do with: the own community or subdistrict, or the whole district."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, false, true
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import RULES
from tickets.assistance.households import Household
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.policy import Rulebook
from tickets.ground.words import UnitKind

#: Who leads matters of this category keeps the register of the whole district.
CIVIL_AFFAIRS = "MZ"
PLACES = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)


class NoSuchHousehold(NotFound):
    """There is no such household in this viewer's area."""

    code = "no_such_household"


@dataclass(frozen=True)
class Area:
    """Divisions somebody has to do with; None is all of them."""

    divisions: frozenset[str] | None

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return self.divisions is None or bool(self.divisions)

    def has(self, division: str) -> bool:
        """Whether *division* is in it."""
        return self.divisions is None or division in self.divisions

    def condition(self) -> ColumnElement[bool]:
        """Households in it."""
        return self.condition_on(col(Household.division))

    def condition_on(self, division: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """Rows whose *division* is in it."""
        if self.divisions is None:
            return true()
        return division.in_(sorted(self.divisions)) if self.divisions else false()


NOWHERE = Area(frozenset())


def area_of(rules: Rulebook, viewer: Viewer, work: str = "read_households") -> Area:
    """Where *viewer* may do *work*, as `roles.yaml` names it."""
    if viewer.role not in RULES.assistance[work]:
        return NOWHERE
    unit = rules.units.get(viewer.unit)
    if unit is None:
        return NOWHERE
    if unit.kind in PLACES:
        return Area(frozenset(rules.units.at_or_below(unit.code)))
    return Area(None) if rules.categories.unit_of(CIVIL_AFFAIRS) == unit.code else NOWHERE


def household_for(
    desk: Desk, viewer: Viewer, number: int, work: str = "read_households", *, lock: bool = False
) -> Household:
    """
    The household with this number, locked for a change or only read.

    :raises NoSuchHousehold: there is none in the area where *viewer* may do *work*.
    """
    query = select(Household).where(Household.id == number, area_of(desk.rules, viewer, work).condition())
    if lock:
        # As it is now, not as this desk read it before it waited.
        query = query.with_for_update().execution_options(populate_existing=True)
    # No number of ours is longer, and the database takes none that is.
    found = desk.session.exec(query).one_or_none() if 0 < number < 2**63 else None
    if found is None:
        raise NoSuchHousehold
    return found
