"""The forms that give a ticket to units: transfer, and another round."""

from flask_babel import lazy_gettext as _

from app.api import bodies
from app.language.names import options
from app.language.words import URGENCIES
from app.web.forms import FormKind, Offers
from tickets.ground.flow import Move
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import UnitKind
from tickets.ticket import Ticket

#: As many joint units as the form has room for.
MOST_JOINT = 3

NEVER = (UnitKind.HOTLINE, UnitKind.AGENCY)


def _units(units: Units, ticket: Ticket) -> Offers:
    """Who may be given this ticket: no agency, not the unit complained about, none below it."""

    def wanted(unit: UnitRow) -> bool:
        about = any(units.is_at_or_below(unit.code, code) for code in ticket.about_units)
        return unit.kind not in NEVER and not about

    return {
        "units": [("", "—"), *options(units, wanted)],
        "urgencies": list(URGENCIES.items()),
        "joint": range(MOST_JOINT),
    }


FORMS = {
    Move.DISPATCH: FormKind(
        bodies.DispatchBody,
        {
            "lead": _("主办单位"),
            "joint": _("协办单位"),
            "note": _("派单说明（单位可见）"),
            "urgency": _("紧急程度"),
        },
        part="transfer/_dispatch.html",
        many=frozenset({"joint"}),
        offers=_units,
    ),
    Move.REWORK: FormKind(
        bodies.ReworkBody,
        {"text": _("重办理由（单位可见）"), "unit": _("交给")},
        part="transfer/_rework.html",
        offers=_units,
    ),
}
