"""What of social assistance waits for somebody, as lines of their desk that lead to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.reading.waiting import waiting_for
from tickets.ground.desk import Desk

#: What it is called, which page has it, and how that page is narrowed to it.
LINES: dict[str, tuple[LazyString | str, str, dict[str, Any]]] = {
    "alerts": (_("连续没有见到的家庭"), "visits.mine", {"_anchor": "alerts"}),
    "application_visits": (_("申请要上门核查"), "applications.show", {"owes_visit": 1}),
    "visits_community": (_("这个月还没走访"), "visits.mine", {}),
    "visits_subdistrict": (_("这半年街道还没走访"), "visits.mine", {"level": "subdistrict"}),
    "visits_bureau": (_("近亲属备案家庭，局里还没走访"), "visits.mine", {"level": "bureau"}),
    "leads": (_("线索待核查"), "leads.show", {"state": "open"}),
    "applications": (_("申请在办"), "applications.show", {}),
    "referrals_sent": (_("转介待签收"), "referrals.show", {"state": "sent"}),
    "referrals_received": (_("转介待答复"), "referrals.show", {"state": "received"}),
    "needs": (_("需求待安排"), "needs.show", {"state": "open"}),
    "orders_proposed": (_("服务订单待审批"), "services.show", {"state": "proposed"}),
    "orders_approved": (_("服务订单待组织"), "services.show", {"state": "approved"}),
    "orders_delivered": (_("服务订单待验收"), "services.show", {"state": "delivered"}),
    "orders_organised": (_("服务订单待安排"), "services.show", {"state": "organised"}),
    "orders_scheduled": (_("服务订单待上门"), "services.show", {"state": "scheduled"}),
}


@dataclass(frozen=True)
class Line:
    """One line of the desk."""

    label: LazyString | str
    url: str
    count: int
    pressing: int


def waiting_lines(desk: Desk, viewer: Viewer, at: datetime) -> list[Line]:
    """The lines of the viewer's desk; none where nothing waits."""
    found = []
    for one in waiting_for(desk, viewer, at):
        label, endpoint, asked = LINES[one.what]
        found.append(Line(label, url_for(endpoint, **asked), one.count, one.pressing))
    return found
