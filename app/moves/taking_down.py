"""Take a matter down: held against the house and, a petition, against what was answered before."""

from tickets.ground.desk import Desk
from tickets.intake.draft import Draft
from tickets.intake.register import Registration, check_draft, register
from tickets.petition import look_back


def take_down(desk: Desk, draft: Draft) -> Registration:
    """
    Register *draft*.

    :raises FieldsRefused: it names a unit, a division or an earlier petition nobody knows.
    :raises Refused: the petition rules have had the last word on the chain it names.
    """
    check_draft(draft, desk.rules.units)
    return register(desk, draft, final=look_back(desk, draft).final)
