"""Keep the register of households: each change is a fact of the household, with no identity in it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.limits import AN_HOUR, TooManyLooks
from app.assistance.area import area_of
from app.assistance.bodies import (
    BenefitWords,
    EventWords,
    HouseholdAmendment,
    HouseholdWords,
    NewHousehold,
    StateChange,
)
from app.assistance.members import check_not_elsewhere, member_of, members_of, sealed_member, write_change
from tickets.assistance.households import (
    SEALED,
    Benefit,
    Happening,
    Household,
    Member,
    first_of_month,
    new_numbers,
    next_recheck,
    plain,
)
from tickets.assistance.ledger import HouseholdFact, digest_of, write_fact
from tickets.assistance.words import HouseholdState, LifeEvent
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.vault import Vault
from tickets.ground.words import UnitKind

#: Months and schemes told with a household.
MOST_BENEFITS = 36
PLACES = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)


def add_household(desk: Desk, viewer: Viewer, wanted: NewHousehold) -> Household:
    """
    Put a household on the register.

    :raises FieldsRefused: its division is not the viewer's, or somebody of it is in a household already.
    """
    check_division(desk, viewer, wanted.division)
    for at, member in enumerate(wanted.members):
        check_not_elsewhere(desk, member, field=f"members.{at}.id_number")
    (number,) = new_numbers(desk.session, 1)
    household, rows = furnished(desk.vault, number, wanted, desk.today(), desk.now())
    desk.add_all([household, *rows])
    write_fact(desk, household, "added", {**plain(household), "persons": len(rows)}, at=desk.now())
    return household


def furnished(
    vault: Vault, number: int, wanted: NewHousehold, day: date, at: datetime
) -> tuple[Household, list[Member]]:
    """The rows of a new household and everybody in it, sealed."""
    household = Household(
        id=number,
        **wanted.model_dump(include={"division", "kind", "started_on", "recheck", "related"}),
        recheck_on=wanted.recheck_on or _due(wanted, day),
        persons=len(wanted.members),
        changed_at=at,
    )
    if wanted.address:
        household.address = vault.seal(wanted.address, household.place())
    return household, [sealed_member(vault, number, one, wanted.started_on) for one in wanted.members]


def _due(wanted: HouseholdWords, day: date) -> date:
    due = next_recheck(wanted.started_on, wanted.recheck)
    return due if due >= day else next_recheck(day, wanted.recheck)


def amend_household(desk: Desk, viewer: Viewer, household: Household, wanted: HouseholdAmendment) -> None:
    """
    Change what is known of a locked household.

    :raises Refused: somebody else changed it since it was read.
    :raises FieldsRefused: the division is not the viewer's.
    """
    _check_version(household, wanted.version)
    check_division(desk, viewer, wanted.division)
    values: dict[str, Any] = wanted.model_dump(exclude={"version", "address", "recheck_on"})
    values["recheck_on"] = wanted.recheck_on or household.recheck_on
    differ = {name: value for name, value in values.items() if getattr(household, name) != value}
    before = {name: value for name, value in plain(household).items() if name in differ}
    for name, value in differ.items():
        setattr(household, name, value)
    told: dict[str, Any] = {name: value for name, value in plain(household).items() if name in differ}
    if wanted.address and wanted.address != address_of(desk.vault, household):
        household.address = desk.vault.seal(wanted.address, household.place())
        told["address"] = "changed"
    if told:
        write_change(desk, household, "amended", {"before": before, "after": told})


def change_state(desk: Desk, household: Household, wanted: StateChange) -> None:
    """
    Let a locked household fade out, end, or be taken up again; why is sealed like the words of an event.

    :raises Refused: somebody else changed it since it was read, or it stands so already.
    """
    _check_version(household, wanted.version)
    if household.state == wanted.state:
        raise Refused("household_stands_so")
    before = household.state
    household.state = wanted.state
    household.ended_on = wanted.on if wanted.state == HouseholdState.ENDED else None
    why = _sealed_event(desk, household, LifeEvent.OTHER, wanted.on, wanted.reason)
    said = {"before": before, "after": wanted.state, "on": wanted.on.isoformat()}
    said |= {"event": str(why.id), "reason_digest": digest_of(wanted.reason)}
    write_change(desk, household, "state_changed", said)


def note_event(desk: Desk, household: Household, wanted: EventWords) -> Happening:
    """
    Write down what happened in the life of a locked household; the words are sealed.

    :raises FieldsRefused: it lies ahead, or names somebody who is not of the household.
    """
    if wanted.happened_on > desk.today():
        raise bad_field("happened_on", "day_ahead")
    if wanted.member is not None:
        member_of(desk, household, wanted.member)
    row = _sealed_event(desk, household, wanted.kind, wanted.happened_on, wanted.words, wanted.member)
    said = {"event": str(row.id), "kind": wanted.kind, "on": wanted.happened_on.isoformat()}
    write_change(desk, household, "life_event", said)
    return row


def _sealed_event(
    desk: Desk, household: Household, kind: LifeEvent, on: date, words: str | None, member: UUID | None = None
) -> Happening:
    row = Happening(
        id=new_id(),
        household_id=household.id,
        member_id=member,
        kind=kind,
        happened_on=on,
        by=desk.actor.username,
        at=desk.now(),
    )
    if words:
        row.words = desk.vault.seal(words, row.place)
    desk.add(row)
    return row


def put_benefit(desk: Desk, household: Household, wanted: BenefitWords) -> None:
    """Say what was paid to a locked household for one month under one scheme, whatever stood there."""
    values = {**wanted.model_dump(), "month": first_of_month(wanted.month), "household_id": household.id}
    set_ = {"fen": wanted.fen, "persons": wanted.persons}
    desk.session.connection().execute(
        insert(Benefit)
        .values(**values)
        .on_conflict_do_update(index_elements=["household_id", "month", "scheme"], set_=set_)
    )
    said = {"month": values["month"].isoformat(), "scheme": wanted.scheme, **set_}
    write_change(desk, household, "benefit_put", said)


def show_household(
    desk: Desk, viewer: Viewer, household: Household, reason: str, *, most: int | None
) -> dict[str, Any]:
    """
    Show who the people of a locked household are and what was said of them; the look is a fact.

    :raises TooManyLooks: this viewer looked too often within the hour; None is no limit.
    """
    at = desk.now()
    if most is not None and _looks(desk, viewer, at) >= most:
        raise TooManyLooks(most=most)
    members = members_of(desk, household)
    write_fact(desk, household, "identity_read", {"reason": reason, "persons": len(members)}, at=at)
    people = [{"id": str(row.id), **{name: row.open(desk.vault, name) for name in SEALED}} for row in members]
    happened = desk.session.exec(
        select(Happening).where(Happening.household_id == household.id).order_by(col(Happening.id))
    ).all()
    events = [
        {
            "id": str(row.id),
            "kind": row.kind,
            "happened_on": row.happened_on.isoformat(),
            "words": desk.vault.open(row.words, row.place) if row.words else None,
        }
        for row in happened
    ]
    return {"address": address_of(desk.vault, household), "members": people, "events": events}


# Questions


def benefits_of(desk: Desk, household: Household) -> list[Benefit]:
    """What was paid to a household, the newest months first."""
    rows = select(Benefit).where(Benefit.household_id == household.id)
    return list(
        desk.session.exec(
            rows.order_by(col(Benefit.month).desc(), col(Benefit.scheme)).limit(MOST_BENEFITS)
        ).all()
    )


def address_of(vault: Vault, household: Household) -> str | None:
    """Where a household lives, in clear."""
    return vault.open(household.address, household.place()) if household.address else None


def check_division(desk: Desk, viewer: Viewer, division: str) -> None:
    """
    Hold a division against the units there are and the area of *viewer*.

    :raises FieldsRefused: it is no community or subdistrict, or not the viewer's.
    """
    unit = desk.rules.units.get(division)
    if unit is None or unit.kind not in PLACES or not unit.active:
        raise bad_field("division", "no_such_place")
    if not area_of(desk.rules, viewer, "keep_households").has(division):
        raise bad_field("division", "division_not_yours")


def _check_version(household: Household, version: int) -> None:
    if household.version != version:
        raise Refused("household_moved_on", version=household.version)


def _looks(desk: Desk, viewer: Viewer, at: datetime) -> int:
    looks = select(HouseholdFact.seq).where(
        HouseholdFact.what == "identity_read",
        HouseholdFact.by == viewer.username,
        HouseholdFact.at > at - AN_HOUR,
    )
    return len(desk.session.exec(looks).all())
