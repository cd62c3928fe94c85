"""Who belongs to a household: taken in, amended, gone; nobody is in two at a time."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.assistance.bodies import (
    MemberAmendment,
    MemberLeft,
    MemberWords,
)
from tickets.assistance.households import (
    SEALED,
    Household,
    Member,
)
from tickets.assistance.ledger import write_fact
from tickets.assistance.words import Kinship
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.vault import Vault

#: Months and schemes told with a household.


def sealed_member(vault: Vault, household_id: int, wanted: MemberWords, joined: date) -> Member:
    """The row of somebody of a household."""
    row = Member(
        id=new_id(), household_id=household_id, kinship=wanted.kinship, joined_on=wanted.joined_on or joined
    )
    put_member(vault, row, wanted)
    return row


def put_member(vault: Vault, row: Member, wanted: MemberWords) -> None:
    """Set on *row* what *wanted* says of somebody."""
    row.traits, row.lost = [*wanted.traits], [*wanted.lost]
    row.care, row.kinship = wanted.level, wanted.kinship
    row.seal(vault, {name: getattr(wanted, name) for name in SEALED})


def add_member(desk: Desk, household: Household, wanted: MemberWords) -> Member:
    """
    Take somebody into a locked household.

    :raises FieldsRefused: they are in a household already, or it has a head.
    """
    check_not_elsewhere(desk, wanted, field="id_number")
    _check_one_head(desk, household, wanted, None)
    row = sealed_member(desk.vault, household.id, wanted, desk.today())
    desk.add(row)
    household.persons += 1
    write_change(desk, household, "member_added", {"member": str(row.id), "kinship": row.kinship})
    return row


def amend_member(desk: Desk, household: Household, row: Member, wanted: MemberAmendment) -> None:
    """
    Change what is known of somebody of a locked household; who they are stays where it is left out.

    :raises FieldsRefused: the ID number is somebody's of another household, or it has another head.
    """
    check_not_elsewhere(desk, wanted, field="id_number", but=row.id)
    _check_one_head(desk, household, wanted, row.id)
    kept = ("kinship", "care", "traits", "lost")
    before = {name: getattr(row, name) for name in kept}
    was = {name: row.open(desk.vault, name) for name in SEALED}
    whole = wanted.model_copy(update={name: getattr(wanted, name) or was[name] for name in SEALED})
    put_member(desk.vault, row, whole)
    changed = {name: "changed" for name in SEALED if was[name] != getattr(whole, name)}
    after = {name: getattr(row, name) for name in kept if getattr(row, name) != before[name]}
    if changed or after:
        said = {"member": str(row.id), "before": {name: before[name] for name in after}}
        write_change(desk, household, "member_amended", {**said, "after": {**after, **changed}})


def member_left(desk: Desk, household: Household, row: Member, wanted: MemberLeft) -> None:
    """
    Say that somebody is no longer of a locked household; the row stays.

    :raises Refused: they left before.
    """
    if row.left_on is not None:
        raise Refused("member_left_before")
    row.left_on = wanted.on
    household.persons -= 1
    write_change(desk, household, "member_left", {"member": str(row.id), "on": wanted.on.isoformat()})


def members_of(desk: Desk, household: Household) -> list[Member]:
    """Everybody of a household, its head first, those who left last."""
    rows = desk.session.exec(select(Member).where(Member.household_id == household.id)).all()
    return sorted(rows, key=lambda row: (row.left_on is not None, row.kinship != Kinship.HEAD, row.id))


def member_of(desk: Desk, household: Household, member: UUID, *, field: str = "member") -> Member:
    """
    Somebody of this household.

    :raises FieldsRefused: they are not.
    """
    row = desk.session.get(Member, member)
    if row is None or row.household_id != household.id:
        raise bad_field(field, "no_such_member")
    return row


def check_not_elsewhere(desk: Desk, wanted: MemberWords, *, field: str, but: UUID | None = None) -> None:
    """
    One person is in one household at a time.

    :raises FieldsRefused: somebody with this ID number is in a household already.
    """
    if wanted.id_number is None:
        return
    found = desk.session.exec(
        select(Member.id, Member.household_id).where(
            col(Member.id_number_index).in_(desk.vault.indexes("id_number", wanted.id_number)),
            col(Member.left_on).is_(None),
        )
    ).first()
    if found is not None and found[0] != but:
        raise bad_field(field, "in_a_household")


def _check_one_head(desk: Desk, household: Household, wanted: MemberWords, but: UUID | None) -> None:
    heads = [
        row.id
        for row in members_of(desk, household)
        if row.kinship == Kinship.HEAD and row.left_on is None and row.id != but
    ]
    if wanted.kinship == Kinship.HEAD and heads:
        raise bad_field("kinship", "one_head")


def write_change(desk: Desk, household: Household, what: str, data: dict[str, Any]) -> None:
    """Write down what was changed about a locked household; it counts a version on."""
    household.version += 1
    write_fact(desk, household, what, data, at=desk.now())
