"""The administrator's home: what can be set, how much of it there is, and what was changed last."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlmodel import col, func, select

from app.access.accounts import Account, Role
from app.admin.ledger import facts_of_house
from app.attachments.ticks import quarantine
from app.language.names import unit_names
from app.language.words import Words
from app.web.admin.changes import told
from app.web.places import HOUSE_PAGES
from tickets.ground.desk import Desk

#: Changes shown.
MOST = 8

#: What each page is for.
ABOUT = Words(
    {
        "admin_units.tree": _("承办单位的名称、别名、上下级；停用不再办件的单位。"),
        "admin_accounts.find": _("谁可以登录，做什么，在哪个单位；外出和代理。"),
        "roles.show": _("每个角色能看什么、能做哪些步骤。只读。"),
        "admin_categories.tree": _("事项分类的树，和每一类通常由谁主办。"),
        "admin_reasons.lists": _("退回、不予受理、终止、办结可以选的理由。"),
        "admin_policies.show": _("每一种时限的长短、适用和依据。"),
        "admin_calendars.show": _("哪天上班、哪天放假；国务院放假通知贴进来就能用。"),
        "admin_providers.show": _("短信走哪个通道、各占多少，通道近来好不好；人工分流。"),
        "admin_wording.show": _("什么时候给群众发什么短信，每条的话和费用。"),
        "phrases.lists": _("表单下面点一下就填上的话。"),
        "duty.now": _("夜间和节假日找谁，现在是谁。"),
        "traffic.show": _("短信发得怎样，哪些没送到、为什么，花了多少，每天的预算。"),
        "admin_workers.show": _("后台进程在不在，短信、时限、搜索、统计、附件排了多久的队。"),
        "changes.show": _("这些设置由谁在什么时候改过。"),
    }
)


def overview(desk: Desk) -> Mapping[str, Any]:
    """What the page shows. Three queries."""
    rules, units = desk.rules, unit_names(desk.rules.units)
    working = select(func.count()).select_from(Account).where(col(Account.active))
    counts = {
        "admin_units.tree": sum(unit.active for unit in rules.units),
        "admin_accounts.find": desk.session.exec(working).one(),
        "admin_categories.tree": sum(rules.categories.is_offered(row.code) for row in rules.categories),
        "phrases.lists": len(rules.phrases),
        "admin_policies.show": sum(policy.superseded_at is None for policy in rules.policies),
    }
    return {
        "pages": [
            (url_for(endpoint), label, ABOUT[endpoint], counts.get(endpoint))
            for endpoint, label, roles in HOUSE_PAGES
            if Role.ADMIN in roles
        ],
        "quarantine": quarantine(desk.session.connection()),
        "lines": [told(fact, units) for fact in facts_of_house(desk.session, limit=MOST)][:MOST],
    }
