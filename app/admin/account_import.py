"""Bring the people of a spreadsheet in, found by username: the whole file, or nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.access.accounts import Account, Role, hash_made_password
from app.admin.account_sheet import PersonRow, Read, read_accounts, read_people
from app.admin.accounts import (
    AccountName,
    AccountPerson,
    AccountPost,
    NewAccount,
    put_account,
    rename_account,
    set_person,
    set_post,
)
from app.admin.ledger import one_at_a_time
from app.admin.passwords import made_password
from app.admin.units import all_units
from app.sheets import Fault
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused

#: What an account that is not there yet cannot do without.
NEEDED = ("display_name", "role", "unit")


@dataclass(frozen=True)
class Planned:
    """What a row would do: whom it is about, and what differs; of somebody new everything does."""

    line: int
    row: PersonRow
    #: None where there is no such account yet.
    account: Account | None
    #: Each field that changes, with what was there before.
    before: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What was read, what each row does, and the passwords by username of who is new, shown this once."""

    read: Read
    plans: list[Planned]
    faults: list[Fault]
    dry_run: bool
    passwords: Mapping[str, str]

    @property
    def added(self) -> list[Planned]:
        """Rows of people who were not there."""
        return [plan for plan in self.plans if plan.account is None]

    @property
    def changed(self) -> list[Planned]:
        """Rows of people of whom something changes."""
        return [plan for plan in self.plans if plan.account is not None and plan.before]

    @property
    def unchanged(self) -> int:
        """Rows that say what is there already."""
        return len(self.plans) - len(self.added) - len(self.changed)


def take_accounts(desk: Desk, content: bytes, roles: Mapping[str, Role], *, dry_run: bool) -> Outcome:
    """
    Bring a file in, or only try it out. With one fault in it nothing is brought in.

    New people get a password made here each, which they have to change after signing in.

    :raises FieldsRefused: it is no spreadsheet, or has no heads; or, to be brought in, it has faults.
    """
    one_at_a_time(desk)
    read = read_accounts(read_people(content), all_units(desk.session), roles)
    plans = plan(read, _known(desk.session, read), _administrators(desk.session))
    faults = sorted(read.faults, key=lambda fault: fault.line)
    passwords: dict[str, str] = {}
    if not dry_run:
        if faults:
            raise SheetRefused(faults)
        passwords = {one.row.username: made_password() for one in plans if one.account is None}
        _bring(desk, plans, passwords)
    return Outcome(read, plans, faults, dry_run, passwords)


class SheetRefused(FieldsRefused):
    """A file has faults, so nothing of it was brought in."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        named = (
            BadField(f"{fault.line}.{fault.bad.field}", fault.bad.code, fault.bad.params) for fault in faults
        )
        super().__init__(*named)


# Rules


def plan(read: Read, known: Mapping[str, Account], administrators: set[str]) -> list[Planned]:
    """What each row of a file would do; what cannot be goes on the list of its faults."""
    found = []
    left = set(administrators)
    for line, row in read.people:
        account = known.get(row.username)
        wrong = _wrong_with(row, account)
        for bad in wrong:
            read.fault(line, bad)
        if wrong:
            continue
        before = _differences(row, account) if account else {}
        if row.role == Role.ADMIN:
            left.add(row.username)
        elif row.role is not None:
            left.discard(row.username)
        found.append(Planned(line, row, account, before))
    if administrators and not left:
        line = next(one.line for one in found if one.row.username in administrators)
        read.fault(line, BadField("role", "no_admin_left"))
    return found


def _wrong_with(row: PersonRow, account: Account | None) -> list[BadField]:
    if account is None:
        return [BadField(name, "missing") for name in NEEDED if getattr(row, name) is None]
    return [] if account.active else [BadField("username", "account_is_closed")]


def _differences(row: PersonRow, account: Account) -> dict[str, Any]:
    said = row.model_dump(exclude={"username"}, exclude_none=True)
    return {name: getattr(account, name) for name, value in said.items() if getattr(account, name) != value}


# Operations


def _bring(desk: Desk, plans: list[Planned], passwords: Mapping[str, str]) -> None:
    for one in plans:
        if one.account is None:
            wanted = NewAccount(**one.row.model_dump())
            put_account(desk, wanted, hash_made_password(passwords[one.row.username]), must_change=True)
    desk.clear()
    # Who becomes administrator goes before who stops being one: there is always one left.
    for one in sorted(plans, key=lambda one: one.row.role != Role.ADMIN):
        if one.account is not None and one.before:
            _change(desk, one.account, one.row)


def _change(desk: Desk, account: Account, row: PersonRow) -> None:
    """The very changes an administrator makes one by one, each a fact of its own."""
    if row.display_name is not None:
        rename_account(desk, account, AccountName(display_name=row.display_name))
    if row.role is not None or row.unit is not None:
        post = AccountPost(role=row.role or Role(account.role), unit=row.unit or account.unit)
        set_post(desk, account, post)
    if row.person is not None:
        set_person(desk, account, AccountPerson(person=row.person))


# Questions


def _known(session: Session, read: Read) -> dict[str, Account]:
    names = [row.username for _line, row in read.people]
    query = select(Account).where(col(Account.username).in_(names))
    return {row.username: row for row in session.exec(query.execution_options(populate_existing=True)).all()}


def _administrators(session: Session) -> set[str]:
    return set(session.exec(select(Account.username).where(Account.role == Role.ADMIN, Account.active)).all())
