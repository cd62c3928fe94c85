"""The forms of the telephone: settle at once, put right, ask and hear the citizen, note, urge, a new code."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.api import bodies
from app.language.names import category_options, divisions, options, reason_options
from app.language.words import KINDS, LANGUAGES, NOTE_FOR, SERVICES, URGENCIES, YES_NO
from app.web.forms import FormKind, Offers, Shape
from tickets.assistance.matching import matching
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.ground.words import ReasonList
from tickets.ticket import Ticket

WORDS = Shape("area")


def _services(_desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"service": list(SERVICES.items())}


def _policies(desk: Desk, _viewer: Viewer, ticket: Ticket) -> Offers:
    """The items of the library its words may be about, each with the words that say so."""
    found = matching(desk.session, f"{ticket.title}\n{ticket.text}", desk.today())
    between = str(gettext("、"))
    named = [(one.item.code, f"{one.item.title} · {between.join(one.reason)}") for one in found]
    return {"policy": [("", "—"), *named]}


def _grounds(desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"ground": reason_options(desk.rules.reasons, ReasonList.DECLINE)}


def _readers(_desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"visible_to": list(NOTE_FOR.items())}


def _what_it_is(desk: Desk, _viewer: Viewer, ticket: Ticket) -> Offers:
    return {
        "kind": list(KINDS.items()),
        "urgency": list(URGENCIES.items()),
        "language": list(LANGUAGES.items()),
        "yes_no": list(YES_NO.items()),
        "category": [("", "—"), *category_options(desk.rules.categories, always=ticket.category)],
        "division": [("", "—"), *divisions(desk.rules.units)],
        "about": [("", "—"), *options(desk.rules.units, lambda unit: True)],
    }


ANSWER = FormKind(
    bodies.AnswerBody,
    {"text": _("答复内容"), "policy_code": _("依据的政策")},
    does=_("不用转办，答复群众后直接办结。"),
    shapes={
        "text": Shape("area", rows=4),
        "policy_code": Shape("select", options="policy", optional=True),
    },
    offers=_policies,
    shortcut="F2",
    main=True,
)

FORMS = {
    Move.ANSWER: ANSWER,
    Move.HAND_OVER: FormKind(
        bodies.HandOverBody,
        {"service": _("转给"), "text": _("情况")},
        does=_("先三方通话或电话告知，再记下。转出后热线不再跟踪，记录保留。"),
        shapes={"service": Shape("choices", options="service"), "text": WORDS},
        offers=_services,
        shortcut="F6",
    ),
    Move.DECLINE: FormKind(
        bodies.DeclineBody,
        {"ground": _("理由"), "route": _("法定途径"), "text": _("向群众说明的话")},
        does=_("只有名单里的理由可以不受理；属诉讼、仲裁、复议的，要写明去哪里。"),
        shapes={
            "ground": Shape("choices", options="ground"),
            "route": Shape(optional=True, hint=_("选第一项时必填。")),
            "text": WORDS,
        },
        offers=_grounds,
    ),
    Move.AMEND: FormKind(
        bodies.AmendBody,
        {
            "fields.kind": _("类型"),
            "fields.urgency": _("紧急程度"),
            "fields.title": _("标题"),
            "fields.category": _("分类"),
            "fields.division": _("区划"),
            "fields.about_units": _("被反映的单位"),
            "fields.name": _("姓名"),
            "fields.phone": _("电话号码"),
            "fields.id_number": _("身份证号"),
            "fields.address": _("详细地址"),
            "fields.recused": _("须回避的人"),
            "fields.language": _("短信语言"),
            "fields.reply_wanted": _("需要答复"),
            "fields.no_sms": _("不发短信"),
            "fields.call_from": _("可来电，从"),
            "fields.call_to": _("可来电，到"),
            "text": _("更正的缘由"),
        },
        does=_("旧值和新值都留在记录里；类型、紧急程度变了，时限按新的规则重算。"),
        shapes={
            "fields.kind": Shape("select", options="kind", shows="kind"),
            "fields.urgency": Shape("choices", options="urgency", shows="urgency"),
            "fields.title": Shape(shows="title"),
            "fields.category": Shape("select", options="category", shows="category", optional=True),
            "fields.division": Shape("select", options="division", shows="division", optional=True),
            "fields.about_units": Shape(shows="about_units", optional=True, hint=_("单位代码，用空格分开。")),
            "fields.name": Shape(optional=True, hint=_("身份信息不填就不改。")),
            "fields.phone": Shape(optional=True),
            "fields.id_number": Shape(optional=True),
            "fields.address": Shape(optional=True),
            "fields.recused": Shape(shows="recused", optional=True, hint=_("用户名，用空格分开。")),
            "fields.language": Shape("choices", options="language", shows="language"),
            "fields.reply_wanted": Shape("choices", options="yes_no", shows="reply_wanted"),
            "fields.no_sms": Shape(
                "choices",
                options="yes_no",
                shows="no_sms",
                hint=_("必须告知的短信照发，只是不再问候和调查。"),
            ),
            "fields.call_from": Shape("clock", shows="call_from", optional=True),
            "fields.call_to": Shape(
                "clock", shows="call_to", optional=True, hint=_("两头都空着，就是随时可以。")
            ),
            "text": Shape("area", rows=2),
        },
        lists=frozenset({"fields.about_units", "fields.recused"}),
        clears=frozenset({"fields.call_from", "fields.call_to"}),
        offers=_what_it_is,
    ),
    Move.ASK_CITIZEN: FormKind(
        bodies.WordsBody,
        {"text": _("请群众补充什么")},
        does=_("发短信请群众来电；办理时限暂停，到期没有补充就按现有情况接着办。"),
        shapes={"text": WORDS},
    ),
    Move.SUPPLEMENT: FormKind(
        bodies.WordsBody,
        {"text": _("群众补充的话")},
        does=_("承办单位马上看得到；正在等补充的，接着办理。"),
        shapes={"text": WORDS},
        shortcut="F8",
    ),
    Move.NOTE: FormKind(
        bodies.NoteBody,
        {"text": _("备注"), "visible_to": _("谁看得到")},
        does=_("只给工作人员看，群众看不到。"),
        shapes={"text": Shape("area", rows=2), "visible_to": Shape("choices", options="visible_to")},
        offers=_readers,
    ),
    Move.URGE: FormKind(
        bodies.UrgeBody,
        {"text": _("群众说了什么")},
        does=_("记一次催办，告诉承办单位；一天只记一次。"),
        shapes={"text": Shape(optional=True)},
    ),
    Move.REISSUE: FormKind(
        bodies.NothingBody,
        {},
        does=_("把编号和新的查询码发到登记的号码；旧查询码作废。"),
    ),
}
