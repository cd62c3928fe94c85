"""Change the words of the closed lists of reasons, their order, and which of them forms offer."""

from sqlmodel import Session, select

from app.admin.fields import LongName, Position, Sentence
from app.admin.ledger import change
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.reasons import ReasonRow, Reasons
from tickets.intake.draft import Strict


class ReasonWords(Strict):
    """What can be changed of a reason. Its code stays: requests and facts carry it."""

    label: LongName
    label_en: LongName
    hint: Sentence = ""
    hint_en: Sentence = ""
    basis: Sentence = ""
    position: Position = 0
    active: bool = False


def change_reason(desk: Desk, row: ReasonRow, wanted: ReasonWords) -> bool:
    """
    Change the words or the place of a reason, or whether it is offered.

    :raises FieldsRefused: it is the last of its list that is offered; the form would have nothing to choose.
    """
    others = [one for one in all_reasons(desk.session).offered(row.list) if one.code != row.code]
    if not wanted.active and not others:
        raise bad_field("active", "last_offered")
    return change(desk, "reason_changed", f"{row.list}/{row.code}", row, wanted.model_dump())


def all_reasons(session: Session) -> Reasons:
    """All reasons as the database has them."""
    return Reasons(session.exec(select(ReasonRow).execution_options(populate_existing=True)).all())
