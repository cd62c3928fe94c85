"""The forms of a household: what their fields are called, what they offer, what stands in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask_babel import lazy_gettext as _
from pydantic import Field, ValidationError
from werkzeug.datastructures import MultiDict

from app.assistance.bodies import (
    BenefitWords,
    EventWords,
    HouseholdAmendment,
    HouseholdWords,
    MemberAmendment,
    MemberLeft,
    MemberWords,
    NewHousehold,
    StateChange,
)
from app.language import assistance_words as words
from app.language.sentences import fields_of
from app.reading.households import Month
from app.web.forms import FormKind, Typed
from tickets.assistance.households import Household, Member
from tickets.assistance.words import Kinship, Scheme
from tickets.ground.errors import FieldsRefused
from tickets.intake.draft import Strict, Words


class ReasonWords(Strict):
    """Why somebody must see who it is."""

    reason: Words


class PaidWords(Strict):
    """What was paid for a month, as people write it: a month, and yuan."""

    month: Month
    scheme: Scheme
    yuan: Annotated[Decimal, Field(ge=0, le=10_000_000, decimal_places=2)]
    persons: Annotated[int, Field(ge=0, le=99)] = 1

    def in_fen(self) -> BenefitWords:
        """The same as it is kept."""
        first = date.fromisoformat(f"{self.month}-01")
        return BenefitWords(month=first, scheme=self.scheme, fen=int(self.yuan * 100), persons=self.persons)


class FirstPage(HouseholdWords):
    """A new household and its head, as one form has them; others come later."""

    head: MemberWords


WHOLE = {
    "division": _("社区或街道"),
    "kind": _("救助类别"),
    "started_on": _("开始享受"),
    "recheck": _("多久复核一次"),
    "recheck_on": _("下次复核"),
    "related": _("与村（社区）或经办人员是近亲属（备案）"),
    "address": _("住址"),
}
SOMEBODY = {
    "kinship": _("与户主关系"),
    "name": _("姓名"),
    "id_number": _("身份证号"),
    "phone": _("电话"),
    "traits": _("成员情况"),
    "lost": _("六项里做不到的"),
    "care": _("自理能力"),
}
OF_HEAD = {f"head.{name}": label for name, label in SOMEBODY.items() if name != "kinship"}

NEW = FormKind(
    FirstPage,
    {**WHOLE, **OF_HEAD, "head.kinship": _("与户主关系")},
    many=frozenset({"head.traits", "head.lost"}),
    checks=frozenset({"related"}),
)
AMEND = FormKind(HouseholdAmendment, {**WHOLE, "version": _("版本")}, checks=frozenset({"related"}))
MEMBER = FormKind(MemberWords, SOMEBODY, many=frozenset({"traits", "lost"}))
MEMBER_AMENDED = FormKind(MemberAmendment, SOMEBODY, many=frozenset({"traits", "lost"}))
BENEFIT = FormKind(
    PaidWords,
    {"month": _("月份"), "scheme": _("待遇"), "yuan": _("金额（元）"), "persons": _("人数")},
)
STATE = FormKind(
    StateChange, {"state": _("状态"), "on": _("从哪天"), "reason": _("理由"), "version": _("版本")}
)
LEFT = FormKind(MemberLeft, {"on": _("哪天离开")})
EVENT = FormKind(
    EventWords,
    {"kind": _("什么事"), "happened_on": _("哪天"), "member": _("哪位成员"), "words": _("情况")},
)
CLEAR = FormKind(ReasonWords, {"reason": _("理由")})

ON_PAGE: Mapping[str, FormKind] = {
    "amend": AMEND,
    "member": MEMBER,
    "state": STATE,
    "left": LEFT,
    "event": EVENT,
    "benefit": BENEFIT,
    "clear": CLEAR,
}


def read_new(typed: Typed) -> NewHousehold:
    """
    A new household of what was typed.

    :raises FieldsRefused: says which fields cannot be used.
    """
    sent = MultiDict(typed)
    sent["head.kinship"] = Kinship.HEAD
    page: FirstPage = NEW.read(sent)
    said = page.model_dump(exclude={"head"})
    try:
        return NewHousehold.model_validate({**said, "members": (page.head,)})
    except ValidationError as wrong:
        raise FieldsRefused(*fields_of(wrong)) from None


def choices(members: Sequence[Member]) -> dict[str, list[tuple[Any, Any]]]:
    """What the forms offer to choose from."""
    here = (row for row in members if row.left_on is None)
    people = [(row.id, f"{words.KINSHIPS[row.kinship]} {row.name_masked}") for row in here]
    return {
        "kind": list(words.HOUSEHOLD_KINDS.items()),
        "recheck": list(words.RECHECKS.items()),
        "state": list(words.HOUSEHOLD_STATES.items()),
        "kinship": list(words.KINSHIPS.items()),
        "traits": list(words.TRAITS.items()),
        "lost": list(words.INDICATORS.items()),
        "care": [("", "—"), *words.CARE_LEVELS.items()],
        "scheme": list(words.SCHEMES.items()),
        "event": list(words.LIFE_EVENTS.items()),
        "member": [("", "—"), *people],
    }


def typed(name: str, household: Household, today: date) -> dict[str, str]:
    """What stands in a form before anybody typed."""
    day = today.isoformat()
    if name == "amend":
        plain = household.model_dump(mode="json", include={*WHOLE} - {"related", "address"})
        ticked = {"related": "1"} if household.related else {}
        return {**plain, **ticked, "version": str(household.version)}
    if name == "state":
        return {"state": household.state, "on": day, "version": str(household.version)}
    if name == "benefit":
        return {"month": day[:7], "persons": str(household.persons)}
    return {"on": day} if name == "left" else {"happened_on": day}


def typed_member(row: Member) -> Typed:
    """What stands in the form of somebody; who it is stays sealed, and as it is where nothing is typed."""
    made: Typed = MultiDict({"kinship": row.kinship, "care": row.care or ""})
    made.setlist("traits", row.traits)
    made.setlist("lost", row.lost)
    return made
