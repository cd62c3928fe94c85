"""Change the accounts of the staff: add, rename, move, close; the house is never without an administrator."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from app.access.accounts import Account, Role, hash_password
from app.admin.fields import Code, Name
from app.admin.ledger import change, one_at_a_time, write_house_fact
from app.admin.passwords import made_password, put_out
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.units import UnitRow
from tickets.intake.draft import Strict, storable

Person = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(storable)
]


class NewAccount(Strict):
    """An account to be."""

    username: Code
    display_name: Name
    role: Role
    unit: Code
    #: Another account's *person*, where both are one human being; else the username.
    person: Person | None = None


class AccountName(Strict):
    """What colleagues see."""

    display_name: Name


class AccountPost(Strict):
    """What somebody does, and where."""

    role: Role
    unit: Code


class AccountPerson(Strict):
    """Which human being it is."""

    person: Person


class AccountActive(Strict):
    """Whether somebody may come in."""

    active: bool


class Nothing(Strict):
    """A button alone."""


# Operations


def add_account(
    desk: Desk, wanted: NewAccount, password: str | None = None, *, must_change: bool = True
) -> str:
    """
    Add an account and give its first password: *password*, or one made here that is never shown again.

    Unless it is the person's own, it has to be changed after signing in.

    :raises FieldsRefused: the username is taken, or there is no such unit at work.
    """
    one_at_a_time(desk)
    if account_named(desk.session, wanted.username) is not None:
        raise bad_field("username", "taken", given=wanted.username)
    _check_unit(desk.session, wanted.unit)
    given = password or made_password()
    put_account(desk, wanted, hash_password(given), must_change=must_change)
    return given


def put_account(desk: Desk, wanted: NewAccount, password_hash: str, *, must_change: bool) -> None:
    """Put an account that was checked among the others, and write it down."""
    row = Account(
        **wanted.model_dump(exclude={"person"}),
        person=wanted.person or wanted.username,
        password_hash=password_hash,
        must_change=must_change,
    )
    desk.add(row)
    told = row.model_dump(include={"display_name", "role", "unit", "person"})
    write_house_fact(desk, "account_added", row.username, {}, told)


def rename_account(desk: Desk, account: Account, wanted: AccountName) -> bool:
    """Show *account* under another name."""
    return change(desk, "account_changed", account.username, account, wanted.model_dump())


def set_person(desk: Desk, account: Account, wanted: AccountPerson) -> bool:
    """Say which human being *account* is."""
    return change(desk, "account_changed", account.username, account, wanted.model_dump())


def set_post(desk: Desk, account: Account, wanted: AccountPost) -> bool:
    """
    Give *account* another role or unit. Deputies are of one unit, so those ties are cut with the move.

    :raises FieldsRefused: there is no such unit at work.
    :raises Refused: it is the last administrator.
    """
    if wanted.unit != account.unit:
        _check_unit(desk.session, wanted.unit)
    if wanted.role != Role.ADMIN:
        _check_not_last_admin(desk.session, account)
    values, ties = wanted.model_dump(), {}
    if wanted.unit != account.unit:
        values["deputy"] = None
        ties = _no_longer_deputy(desk.session, account)
    return change(desk, "account_changed", account.username, account, values, also=ties)


def set_account_active(desk: Desk, account: Account, wanted: AccountActive) -> bool:
    """
    Close *account*, which ends its sessions and tokens, or open it again.

    :raises Refused: it is the last administrator, or its unit is closed.
    """
    if wanted.active:
        unit = desk.session.get(UnitRow, account.unit, populate_existing=True)
        if unit is None or not unit.active:
            raise Refused("unit_of_account_closed", unit=account.unit)
        return change(desk, "account_changed", account.username, account, {"active": True})
    _check_not_last_admin(desk.session, account)
    ties = _no_longer_deputy(desk.session, account)
    put_out(desk, account)
    values = {"active": False, "deputy": None}
    return change(desk, "account_closed", account.username, account, values, also=ties)


def _check_unit(session: Session, code: str) -> None:
    unit = session.get(UnitRow, code, populate_existing=True)
    if unit is None or not unit.active:
        raise bad_field("unit", "unknown_unit", unit=code)


def _check_not_last_admin(session: Session, account: Account) -> None:
    others = select(func.count()).where(
        Account.role == Role.ADMIN, col(Account.active), col(Account.id) != account.id
    )
    if account.role == Role.ADMIN and account.active and not session.exec(others).one():
        raise Refused("last_admin")


def _no_longer_deputy(session: Session, account: Account) -> dict[str, list[str]]:
    """Whoever had *account* as deputy has none now; says who, for the ledger."""
    others = session.exec(select(Account).where(Account.deputy == account.username)).all()
    for other in others:
        other.deputy = None
    return {"no_longer_deputy_of": [other.username for other in others]} if others else {}


# Questions


def account_named(session: Session, username: str) -> Account | None:
    """The account *username*, closed or not."""
    return session.exec(select(Account).where(Account.username == username)).one_or_none()


def accounts_for(
    session: Session, *, unit: str = "", role: str = "", q: str = "", after: str = "", limit: int
) -> list[Account]:
    """Accounts by username, from the one behind *after* on, one more than *limit* if there are more."""
    query = select(Account)
    if unit:
        query = query.where(Account.unit == unit)
    if role:
        query = query.where(Account.role == role)
    if sought := q.strip().lower():
        names = (col(Account.username), col(Account.display_name), col(Account.person))
        query = query.where(or_(*(func.strpos(func.lower(name), sought) > 0 for name in names)))
    query = query.where(col(Account.username) > after).order_by(col(Account.username)).limit(limit + 1)
    return list(session.exec(query).all())


def others_of_person(session: Session, account: Account) -> list[Account]:
    """Further accounts of the same human being."""
    same = select(Account).where(Account.person == account.person, col(Account.id) != account.id)
    return list(session.exec(same.order_by(col(Account.username))).all())
