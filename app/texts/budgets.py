"""Budgets for texts: how many segments a day, by unit and for the whole district."""

from typing import Annotated

from pydantic import Field

from app.admin.fields import Code
from app.admin.ledger import fresh, write_house_fact
from notifications.spending import DISTRICT, HOTLINE, TextBudget
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.intake.draft import Strict


class Spend(Strict):
    """A budget, as somebody fills it in."""

    #: A unit, the hotline, or DISTRICT.
    whose: Code
    #: None: from now on as many as there are.
    segments: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


def set_budget(desk: Desk, wanted: Spend) -> bool:
    """
    Set, change or lift a budget; False where it is so already.

    :raises FieldsRefused: there is no such unit.
    """
    whose = wanted.whose
    if whose not in (HOTLINE, DISTRICT) and desk.rules.units.get(whose) is None:
        raise bad_field("whose", "unknown_unit", unit=wanted.whose)
    row = fresh(desk, TextBudget, whose)
    before = row.segments_a_day if row else None
    if before == wanted.segments:
        return False
    if wanted.segments is None:
        desk.session.delete(row)
    else:
        desk.session.merge(TextBudget(unit=whose, segments_a_day=wanted.segments))
    desk.session.flush()
    write_house_fact(
        desk,
        "text_budget_changed",
        whose,
        {} if before is None else {"segments": before},
        {} if wanted.segments is None else {"segments": wanted.segments},
    )
    return True
