"""Roles and what they may do, drawn from the rules this process has loaded: it cannot be another table."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.access.rules import RULES
from app.language.assistance_words import ASSISTANCE_WORK
from app.language.campaign_words import CAMPAIGN_WORK
from app.language.words import Words
from app.web.staff import blueprint, staff_page

roles_page = blueprint("roles", __name__)

#: What a relation of `roles.yaml` says, short enough for a cell of the table.
RELATIONS = Words(
    any=_("全部"),
    hotlines_own=_("投诉热线的"),
    not_hotlines=_("投诉热线的除外"),
    open=_("未封存"),
    callback=_("待回访"),
    unit=_("本单位及下级"),
    holder=_("本单位持有"),
    none=_("不看工单"),
    counts=_("只看数字"),
    own=_("本单位的"),
    area=_("本辖区"),
    bureau=_("牵头民政的局"),
)

#: The same in whole sentences, below the table.
MEANINGS = Words(
    any=_("区里的每一张工单。"),
    hotlines_own=_("投诉热线自己的工单；热线的人不能派自己的件。"),
    not_hotlines=_("区里的每一张工单，投诉热线自己的除外。"),
    open=_("没有封存的工单；封存的只看本人登记、还没有派出的。"),
    callback=_("等着回访的工单，本人回访过的，和专项回访里正拿在手上的一件。"),
    unit=_("有本单位或下级单位派单的工单。"),
    holder=_("本单位在这一轮有派单的工单。"),
    none=_("只管设置，不看工单。"),
    counts=_("看统计的数字，不看数字背后的工单。"),
    own=_("归本单位的，不含下级单位。"),
    area=_("本社区、本街道及以下的家庭；牵头民政的局看全区；别的单位没有。"),
    bureau=_("只有牵头民政的局，看全区。"),
)


@roles_page.get("/roles")
@staff_page(Role.ADMIN, Role.AUDITOR)
def show() -> ResponseReturnValue:
    """The matrix: reads, identity and each move by role."""
    said = {relation for roles in (*RULES.moves.values(), RULES.identity) for relation in roles.values()}
    said |= {*RULES.reads.values(), *RULES.statistics.values()}
    said |= {relation for roles in RULES.assistance.values() for relation in roles.values()}
    return render_template(
        "admin/roles.html",
        rules=RULES,
        roles=list(Role),
        relations=RELATIONS,
        assistance=ASSISTANCE_WORK,
        campaigns=CAMPAIGN_WORK,
        meanings=[(RELATIONS[name], words) for name, words in MEANINGS.items() if name in said],
    )
