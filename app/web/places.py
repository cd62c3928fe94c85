"""The bar: every page somebody of the staff may open that is not about one ticket, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.admin.absence import AWAY
from app.admin.duty import READERS as DUTY_READERS
from app.assistance.area import area_of
from app.assistance.referrals import may_send, takes
from app.assistance.statistics import statistics_area
from app.house import house
from app.language.words import Words
from app.statistics.scope import READERS as STATISTICS_READERS
from app.web.phones import is_there

DESK_NAMES = Words(
    operator=_("待派单"),
    dispatcher=_("派单台"),
    handler=_("承办台"),
    head=_("承办台"),
    reviewer=_("审核台"),
    caller=_("回访台"),
    supervisor=_("督办台"),
    auditor=_("监督台"),
    admin=_("管理台"),
    visitor=_("走访台"),
    agency=_("服务台"),
)

#: Pages about the house itself, and whose they are. Those that change it are the administrator's.
HOUSE_PAGES: tuple[tuple[str, LazyString, frozenset[Role]], ...] = (
    ("admin_units.tree", _("单位管理"), frozenset({Role.ADMIN})),
    ("admin_accounts.find", _("账号管理"), frozenset({Role.ADMIN})),
    ("roles.show", _("角色权限"), frozenset({Role.ADMIN, Role.AUDITOR})),
    ("admin_categories.tree", _("分类目录"), frozenset({Role.ADMIN})),
    ("admin_reasons.lists", _("理由清单"), frozenset({Role.ADMIN})),
    ("admin_policies.show", _("时限"), frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})),
    ("admin_calendars.show", _("工作日历"), frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})),
    ("admin_providers.show", _("短信通道"), frozenset({Role.ADMIN, Role.AUDITOR})),
    ("admin_wording.show", _("短信用语"), frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})),
    ("phrases.lists", _("常用语"), frozenset({Role.ADMIN, Role.HEAD})),
    ("duty.now", _("值班表"), frozenset(DUTY_READERS)),
    ("absence.mine", _("外出"), frozenset(AWAY)),
    ("traffic.show", _("短信运行"), frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})),
    ("admin_workers.show", _("后台运行"), frozenset({Role.ADMIN})),
    ("changes.show", _("变更记录"), frozenset({Role.ADMIN, Role.AUDITOR})),
)


#: Pages opened from one's own desk: the bar has no room for all, and these change seldom.
SELDOM: Mapping[Role, frozenset[str]] = {
    Role.ADMIN: frozenset(
        {
            "roles.show",
            "admin_categories.tree",
            "admin_reasons.lists",
            "admin_wording.show",
            "admin_providers.show",
            "phrases.lists",
            "admin_workers.show",
        }
    ),
    Role.SUPERVISOR: frozenset(
        {"admin_policies.show", "admin_calendars.show", "admin_wording.show", "duty.now", "traffic.show"}
    ),
}

#: Lists across tickets or beside them, and whose they are.
LISTS: tuple[tuple[str, LazyString, frozenset[Role]], ...] = (
    ("callback.show", _("打电话"), frozenset({Role.CALLER})),
    ("texts.show", _("短信来件"), frozenset(role for role in Role if role in RULES.texts["settle"])),
    ("voice_messages.show", _("语音留言"), frozenset(role for role in Role if role in RULES.texts["settle"])),
    ("call_backs.show", _("待回电"), frozenset(role for role in Role if role in RULES.texts["settle"])),
    ("campaigns.show", _("专项回访"), frozenset(role for role in Role if role in RULES.campaigns["read"])),
    ("telling.show", _("电话转告"), frozenset(role for role in Role if role in RULES.texts["tell"])),
    ("supervision.reported", _("通报"), frozenset({Role.SUPERVISOR, Role.AUDITOR})),
    ("board.show", _("督办大屏"), frozenset({Role.SUPERVISOR, Role.AUDITOR})),
    ("statistics.show", _("统计"), frozenset(STATISTICS_READERS)),
    ("library.show", _("政策库"), frozenset(Role)),
    ("digest.newest", _("每日简报"), frozenset({Role.HEAD})),
)


#: Lists of a house whose number at the provider is answered; elsewhere they stay empty.
OF_VOICE = frozenset({"voice_messages.show", "call_backs.show"})
#: They come by it from the board or the overview; their bar is full of tickets.
ELSEWHERE = frozenset({Role.DISPATCHER, Role.REVIEWER, Role.ADMIN})


@dataclass(frozen=True)
class PlaceToGo:
    """A link of the bar on top."""

    url: str
    label: LazyString | str
    current: bool
    count: int = 0


def places_of(viewer: Viewer) -> list[PlaceToGo]:
    """Every page this viewer may open that is not about one ticket."""
    found = [("desks.show", DESK_NAMES[viewer.role])]
    if viewer.role in RULES.moves["register"]:
        found.insert(0, ("intake.show", _("接电话")))
        found.append(("contracts.show", _("服务机构")))
    if RULES.reads[viewer.role] != "none":
        found.append(("find.search", _("工单")))
    found += [(endpoint, label) for endpoint, label, roles in (*LISTS, *HOUSE_PAGES) if viewer.role in roles]
    found += _of_assistance(viewer)
    if is_there(house()):
        found.append(("phones.show_phones", _("手机模拟器")))
    hidden = SELDOM.get(viewer.role, frozenset())
    if not house().settings.voice:
        hidden |= OF_VOICE
    return [
        PlaceToGo(url_for(endpoint), label, current=request.endpoint == endpoint)
        for endpoint, label in found
        if endpoint not in hidden or request.endpoint == endpoint
    ]


def _of_assistance(viewer: Viewer) -> list[tuple[str, LazyString]]:
    """The pages of social assistance whose area this viewer has to do with."""
    rules = house().rules()
    found: list[tuple[str, LazyString]] = []
    if area_of(rules, viewer):
        found.append(("households.show", _("救助家庭")))
        found.append(("visits.mine", _("走访")))
        found.append(("needs.show", _("需求清单")))
        found.append(("applications.show", _("业务受理")))
    if takes(viewer) or may_send(rules, viewer):
        found.append(("referrals.show", _("转介")))
    if viewer.role == Role.AGENCY or area_of(rules, viewer, "report_leads"):
        found += [("leads.show", _("线索")), ("services.show", _("服务订单"))]
    if viewer.role not in ELSEWHERE and statistics_area(rules, viewer):
        found.append(("assistance_statistics.show", _("救助统计")))
    return found


def seldom_of(viewer: Viewer) -> list[PlaceToGo]:
    """Pages this viewer opens from their desk, because the bar does not have them."""
    hidden = SELDOM.get(viewer.role, frozenset())
    return [
        PlaceToGo(url_for(endpoint), label, current=False)
        for endpoint, label, roles in (*LISTS, *HOUSE_PAGES)
        if endpoint in hidden and viewer.role in roles
    ]
