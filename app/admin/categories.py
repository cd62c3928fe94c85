"""Change the tree of categories: add one, rename it, say who usually leads it, stop offering it."""

from sqlmodel import Session, select

from app.admin.fields import Code, LongName, Name, Position
from app.admin.ledger import change, one_at_a_time, write_house_fact
from tickets.ground.categories import Categories, CategoryRow
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.units import UnitRow
from tickets.intake.draft import Strict


class CategoryWords(Strict):
    """What can be changed of a category. Its code stays: tickets and promises carry it."""

    name: Name
    name_en: LongName
    unit_code: Code | None = None
    position: Position = 0
    active: bool = False


class NewCategory(CategoryWords):
    """A category to be."""

    code: Code
    parent: Code | None = None


def add_category(desk: Desk, wanted: NewCategory) -> bool:
    """
    Add a category.

    :raises FieldsRefused: its code is taken or does not continue the one above, or there is no such unit.
    """
    one_at_a_time(desk)
    known = all_categories(desk.session)
    if known.get(wanted.code) is not None:
        raise bad_field("code", "taken", given=wanted.code)
    if wanted.parent is not None and known.get(wanted.parent) is None:
        raise bad_field("parent", "unknown_category", category=wanted.parent)
    # A promise for MZ-07 covers all that begin so, and a ticket's code is all it knows of the tree.
    if wanted.parent is not None and not wanted.code.startswith(f"{wanted.parent}-"):
        raise bad_field("code", "code_of_another_branch", begin=f"{wanted.parent}-")
    _check_unit(desk.session, wanted.unit_code)
    row = CategoryRow(**wanted.model_dump())
    desk.add(row)
    write_house_fact(desk, "category_added", row.code, {}, row.model_dump(exclude={"code"}))
    return True


def change_category(desk: Desk, row: CategoryRow, wanted: CategoryWords) -> bool:
    """
    Change the words, the lead or the place of a category, or whether it is offered.

    :raises FieldsRefused: there is no such unit at work.
    """
    if wanted.unit_code != row.unit_code:
        _check_unit(desk.session, wanted.unit_code)
    return change(desk, "category_changed", row.code, row, wanted.model_dump())


def _check_unit(session: Session, code: str | None) -> None:
    unit = session.get(UnitRow, code, populate_existing=True) if code else None
    if code and (unit is None or not unit.active):
        raise bad_field("unit_code", "unknown_unit", unit=code)


def all_categories(session: Session) -> Categories:
    """All categories as the database has them."""
    return Categories(session.exec(select(CategoryRow).execution_options(populate_existing=True)).all())
