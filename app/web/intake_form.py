"""The form of a call: its fields, and the four ways it can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Viewer
from app.api.bodies import AnswerBody, WordsBody
from app.api.calling_models import Seat
from app.moves import DOORS
from app.web.forms import KEY, TOKEN, FormKind, Typed
from app.web.moves.intake import FORMS
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused
from tickets.ground.flow import Move
from tickets.intake.draft import Draft, Strict
from tickets.ticket import Ticket

CALL = FormKind(
    Draft,
    {
        "requester.phone": _("来电号码"),
        "text": _("事项（来电人原话）"),
        "title": _("标题"),
        "kind": _("类型"),
        "category": _("分类"),
        "urgency": _("紧急程度"),
        "place.division": _("区划"),
        "place.address": _("详细地址"),
        "requester.name": _("来电人姓名"),
        "requester.reply_wanted": _("需要答复"),
        "requester.no_sms": _("不发短信"),
        "requester.language": _("短信语言"),
        "requester.call_from": _("可来电，从"),
        "requester.call_to": _("可来电，到"),
        "requester.confidential": _("要求保密"),
        "requester.anonymous": _("匿名"),
        "channel": _("来源"),
        "about_units": _("被反映的单位"),
        "external.system": _("外部平台"),
        "external.ref": _("外部编号"),
        "call_id": _("通话编号"),
    },
    beside={
        "seat": _("座席"),
        "who": _("是哪一位"),
        "answer": _("当场给的答复"),
        "files": _("附件"),
        "policy_code": _("依据的政策"),
        "service": _("转给"),
        "handed_text": _("情况"),
        "ground": _("不受理的依据"),
        "route": _("法定渠道"),
        "declined_text": _("不受理的理由"),
    },
    many=frozenset({"about_units"}),
    checks=frozenset(f"requester.{name}" for name in ("reply_wanted", "no_sms", "confidential", "anonymous")),
)

#: Fields that are about the page: which draft it is, and what shall be done.
DRAFT, THEN = "draft", "then"
#: What a draft does not keep.
OF_THE_PAGE = frozenset({TOKEN, THEN, "seat"})

#: Who typed none of these has begun nothing that is worth keeping.
WORTH_KEEPING = (
    *("text", "title", "requester.phone", "requester.name", "place.address", "call_id"),
    *("answer", "handed_text", "declined_text", "from_text", "from_voice"),
)


@dataclass(frozen=True)
class Settling:
    """A way to end a matter while the citizen is on the telephone: the move, and its fields on this form."""

    move: Move
    kind: FormKind
    #: Field of the move to field of the form.
    fields: Mapping[str, str] = field(default_factory=dict)

    def read(self, typed: Typed) -> Strict:
        """
        Make the body of the move.

        :raises FieldsRefused: says which fields of this form cannot be used.
        """
        given = MultiDict({mine: typed.get(ours, "") for mine, ours in self.fields.items()})
        try:
            body: Strict = self.kind.read(given)
        except FieldsRefused as wrong:
            raise self._named(wrong) from None
        return body

    def check(self, desk: Desk, viewer: Viewer, ticket: Ticket, body: Any) -> None:
        """
        Hold the body against the house.

        :raises FieldsRefused: as above.
        """
        try:
            DOORS[self.move].check(desk, viewer, ticket, body)
        except FieldsRefused as wrong:
            raise self._named(wrong) from None

    def _named(self, wrong: FieldsRefused) -> FieldsRefused:
        return FieldsRefused(
            *(replace(bad, field=self.fields.get(bad.field, bad.field)) for bad in wrong.fields)
        )


ANSWER = FormKind(AnswerBody, {"text": _("答复内容"), "policy_code": _("依据的政策")})

SETTLINGS = {
    "answer": Settling(Move.ANSWER, ANSWER, {"text": "answer", "policy_code": "policy_code"}),
    "hand_over": Settling(
        Move.HAND_OVER, FORMS[Move.HAND_OVER], {"service": "service", "text": "handed_text"}
    ),
    "decline": Settling(
        Move.DECLINE, FORMS[Move.DECLINE], {"ground": "ground", "route": "route", "text": "declined_text"}
    ),
}


class SeatBody(Strict):
    """Where somebody sits; nothing is nowhere."""

    seat: Seat | None = None


SEAT = FormKind(SeatBody, {"seat": _("座席")})

#: What the citizen adds to a ticket of theirs is what stands in the matter.
SUPPLEMENT = FormKind(WordsBody, {"text": _("事项（来电人原话）")})


def worth_keeping(typed: Typed) -> bool:
    """Whether somebody has begun to write."""
    return any(typed.get(name, "").strip() for name in WORTH_KEEPING)


def to_keep(typed: Typed) -> list[tuple[str, str]]:
    """What a draft keeps: every field, and the key by which it is registered once."""
    return [(name, value) for name, value in typed.items(multi=True) if name not in OF_THE_PAGE]


def new_typed(typed: Mapping[str, str] | None = None) -> Typed:
    """A form nobody has typed in, as the draft it will be."""
    return MultiDict({**(typed or {}), DRAFT: str(new_id())})


def key_of(typed: Typed) -> str:
    """The key the form was made with."""
    return typed.get(KEY, "")
