"""Keep the policy library: add an item, amend it as a new version, confirm that it still holds."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import insert, update
from sqlmodel import col

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.admin.fields import LongName, Names, PhraseText, Sentence
from app.admin.ledger import one_at_a_time, write_house_fact
from tickets.assistance.policy_items import PolicyItem, PolicyUse, current_item, put_words
from tickets.assistance.words import CareLevel, HouseholdKind, PolicyTheme, Trait
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import UnitKind
from tickets.intake.draft import Code, Strict, Words
from tickets.ticket import Ticket

OLDEST = 150


class NoSuchPolicy(NotFound):
    """The library has no such item, or this viewer does not keep it."""

    code = "no_such_policy"


def _lines(written: Any) -> Any:
    """One in each line, as a form has them."""
    if not isinstance(written, str):
        return written
    return [line for part in written.splitlines() if (line := part.strip())]


def _link(written: str) -> str:
    if written and not written.startswith(("https://", "http://")):
        raise PydanticCustomError("bad_url", "no address of the web")
    return written


Lines = Annotated[tuple[PhraseText, ...], Field(max_length=30), BeforeValidator(_lines)]
Link = Annotated[Sentence, AfterValidator(_link)]
OfficePhone = Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9 ()+-]*$")]
Age = Annotated[int, Field(ge=0, le=OLDEST)]


class PolicyFacts(Strict):
    """What can be checked of a household; empty is not asked. Age, traits and care are of one member."""

    kinds: tuple[HouseholdKind, ...] = ()
    traits: tuple[Trait, ...] = ()
    care: tuple[CareLevel, ...] = ()
    age_from: Age | None = None
    age_to: Age | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_to < self.age_from:
            raise PydanticCustomError("ages_backward", "the ages are the wrong way round")
        return self


class PolicyWords(Strict):
    """An item of the library, as its owner fills it in."""

    theme: PolicyTheme
    title: LongName
    answer: Annotated[Words, Field(max_length=2_000)]
    conditions: Lines = ()
    facts: PolicyFacts = PolicyFacts()
    materials: Lines = ()
    channel: PhraseText
    office: Code | None = None
    phone: OfficePhone = ""
    valid_from: date
    valid_to: date | None = None
    source: PhraseText
    link: Link = ""
    keywords: Names = ()


class NewPolicy(PolicyWords):
    """An item nobody had: its code, and whose it is where an administrator adds it."""

    code: Code
    owner: Code | None = None


class PolicyAmendment(PolicyWords):
    """What an item says from now on; *version* is the one that was read."""

    version: Annotated[int, Field(ge=1)]


# Rules


def may_keep(viewer: Viewer, owner: str) -> bool:
    """Whether *viewer* may add, amend and confirm items of the department *owner*."""
    relation = RULES.assistance["keep_policies"].get(viewer.role)
    return relation == "any" or (relation == "own" and viewer.unit == owner)


# Operations


def add_policy(desk: Desk, viewer: Viewer, wanted: NewPolicy) -> PolicyItem:
    """
    Add an item to the library.

    :raises FieldsRefused: its code is taken, its days are the wrong way round, or there is no such unit,
        or it would be another department's.
    """
    one_at_a_time(desk)
    owner = wanted.owner or viewer.unit
    if not may_keep(viewer, owner):
        raise bad_field("owner", "other_department")
    _check(desk, wanted)
    unit = desk.rules.units.get(owner)
    if unit is None or not unit.active or unit.kind == UnitKind.AGENCY:
        raise bad_field("owner", "unknown_unit", unit=owner)
    if current_item(desk.session, wanted.code) is not None:
        raise bad_field("code", "taken", given=wanted.code)
    made = _lay_down(desk, wanted, code=wanted.code, owner=owner, version=1)
    write_house_fact(desk, "policy_added", made.code, {}, {"name": made.title, "unit": owner, "version": 1})
    return made


def amend_policy(desk: Desk, viewer: Viewer, code: str, wanted: PolicyAmendment) -> PolicyItem:
    """
    Say from now on what *wanted* says, as a new version; the one before stays readable.

    :raises NoSuchPolicy: there is no such item, or it is another department's.
    :raises Refused: somebody else has amended it since it was read.
    :raises FieldsRefused: its days are the wrong way round, or there is no such unit.
    """
    item = _kept(desk, viewer, code)
    _check(desk, wanted)
    if item.version != wanted.version:
        raise Refused("policy_moved_on", version=item.version, by=item.made_by)
    if wanted.model_dump(mode="json", exclude={"version"}) == _said(item):
        return item
    desk.session.connection().execute(
        update(PolicyItem).where(col(PolicyItem.id) == item.id).values(superseded_at=desk.now())
    )
    made = _lay_down(desk, wanted, code=code, owner=item.owner, version=item.version + 1)
    before = {"name": item.title, "version": item.version}
    write_house_fact(desk, "policy_amended", code, before, {"name": made.title, "version": made.version})
    return made


def confirm_policy(desk: Desk, viewer: Viewer, code: str) -> PolicyItem:
    """
    Say that the item still holds as it is.

    :raises NoSuchPolicy: there is no such item, or it is another department's.
    :raises Refused: it has ended: a new version with a later day is wanted.
    """
    item = _kept(desk, viewer, code)
    at = desk.now()
    if item.valid_to is not None and item.valid_to < at.astimezone(SHANGHAI).date():
        raise Refused("policy_ended", day=item.valid_to.isoformat())
    item.confirmed_at, item.confirmed_by = at, desk.actor.username
    write_house_fact(desk, "policy_confirmed", code, {}, {"version": item.version})
    return item


def check_policy_code(desk: Desk, code: str | None) -> None:
    """
    Hold the item an answer names against the library.

    :raises FieldsRefused: there is none of that code.
    """
    if code is not None and current_item(desk.session, code) is None:
        raise bad_field("policy_code", "unknown_policy", given=code)


def note_use(desk: Desk, ticket: Ticket, code: str | None) -> None:
    """Count what an answer on the spot rested on; without an item the library's owner sees a gap."""
    item = current_item(desk.session, code) if code else None
    desk.add(
        PolicyUse(
            ticket_id=ticket.id,
            round=ticket.round,
            at=desk.now(),
            category=ticket.category,
            code=item.code if item else None,
            version=item.version if item else None,
        )
    )


def _kept(desk: Desk, viewer: Viewer, code: str) -> PolicyItem:
    one_at_a_time(desk)
    # The code comes from an address, where anything may stand.
    item = None if "\0" in code else current_item(desk.session, code)
    if item is None or not may_keep(viewer, item.owner):
        raise NoSuchPolicy
    # Read anew now that nobody else changes the house.
    desk.session.refresh(item)
    return item


def _check(desk: Desk, wanted: PolicyWords) -> None:
    if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
        raise bad_field("valid_to", "days_in_disorder")
    if wanted.office is not None and desk.rules.units.get(wanted.office) is None:
        raise bad_field("office", "unknown_unit", unit=wanted.office)


def _said(item: PolicyItem) -> dict[str, Any]:
    return PolicyWords.model_validate(
        item.model_dump(include=set(PolicyWords.model_fields)) | {"facts": item.facts}
    ).model_dump(mode="json")


def _lay_down(desk: Desk, wanted: PolicyWords, *, code: str, owner: str, version: int) -> PolicyItem:
    said: dict[str, Any] = wanted.model_dump(include=set(PolicyWords.model_fields) - {"facts"})
    at, by = desk.now(), desk.actor.username
    plain: dict[str, Any] = {
        name: [*value] if isinstance(value, tuple) else value for name, value in said.items()
    }
    made = PolicyItem(
        **plain,
        facts=wanted.facts.model_dump(mode="json", exclude_defaults=True),
        code=code,
        owner=owner,
        version=version,
        made_by=by,
        made_at=at,
        confirmed_by=by,
        confirmed_at=at,
    )
    put_words(made)
    values = made.model_dump(exclude={"id"})
    made.id = (
        desk.session.connection()
        .execute(insert(PolicyItem).values(**values).returning(col(PolicyItem.id)))
        .scalar_one()
    )
    return made
