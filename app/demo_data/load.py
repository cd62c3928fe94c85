"""Lay the demo's data into an empty database. Each may run again: what is there already is left as it is."""

from collections.abc import Iterator, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel

from app.access.accounts import Account, Role
from app.demo_data.units import demo_units
from tickets.ground.words import UnitKind

#: Where those sit who are of no bureau, subdistrict or community.
HOTLINE = "hotline"

#: Roles as the staff calls them, shown in place of a person's name.
ROLES_AT_HOTLINE = {
    Role.OPERATOR: "话务员",
    Role.DISPATCHER: "派单员",
    Role.REVIEWER: "审核员",
    Role.CALLER: "回访员",
    Role.SUPERVISOR: "督办员",
    Role.AUDITOR: "监督员",
    Role.ADMIN: "管理员",
}
ROLES_AT_UNIT = {Role.HANDLER: "承办人", Role.HEAD: "单位负责人"}

#: Who visits households, and who serves orders.
ROLES_OUTSIDE = {
    UnitKind.COMMUNITY: (Role.VISITOR, "走访员"),
    UnitKind.AGENCY: (Role.AGENCY, "服务人员"),
}

#: Nobody of these signs for a ticket.
WITHOUT_STAFF = {UnitKind.HOTLINE, UnitKind.AGENCY}


def load_units(session: Session) -> int:
    """Lay down the units and give how many were new."""
    return _lay_down(session, demo_units())


def load_accounts(session: Session, password_hash: str) -> int:
    """Lay down an account for each role, all with one password, and give how many were new."""
    return _lay_down(session, list(_accounts(password_hash)))


def _accounts(password_hash: str) -> Iterator[Account]:
    for role, word in ROLES_AT_HOTLINE.items():
        yield Account(username=role, display_name=word, role=role, unit=HOTLINE, password_hash=password_hash)
    for unit in demo_units():
        if unit.kind in WITHOUT_STAFF:
            continue
        for role, word in ROLES_AT_UNIT.items():
            yield Account(
                username=f"{role}@{unit.code}",
                display_name=word,
                role=role,
                unit=unit.code,
                password_hash=password_hash,
            )
    for unit in demo_units():
        if role_outside := ROLES_OUTSIDE.get(UnitKind(unit.kind)):
            role, word = role_outside
            yield Account(
                username=f"{role}@{unit.code}",
                display_name=word,
                role=role,
                unit=unit.code,
                password_hash=password_hash,
            )


def _lay_down(session: Session, rows: Sequence[SQLModel]) -> int:
    # Columns that hold nothing are left out, so that the database puts in its own default.
    values = [row.model_dump() for row in rows]
    filled = {column for row in values for column, value in row.items() if value is not None}
    laid = insert(type(rows[0])).values([{column: row[column] for column in filled} for row in values])
    counted = laid.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return session.connection().execute(counted).rowcount
