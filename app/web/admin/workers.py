"""Whether the workers live and keep up, in the very figures that `/metrics` tells a monitor."""

from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlmodel import col, select

from app.access.accounts import Role
from app.heartbeat import Heartbeat
from app.house import house
from app.monitoring.figures import Figures, figures_of
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

workers_page = blueprint("admin_workers", __name__)

#: A worker not heard of for so many seconds is not alive.
SILENT = 60
#: Seconds a queue may wait before it is late, and how long it may be: the alarms of `app/README.md`.
LATE, LONG = 60, 1000
LATE_SEAL = 300


@dataclass(frozen=True)
class Queue:
    """What waits for the workers: how many, or for how many seconds the oldest; whether it is too much."""

    label: LazyString
    about: LazyString
    seconds: float | None
    length: int | None
    rings: bool


@workers_page.get("/admin/workers")
@staff_page(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Workers and their queues."""
    desk: Desk = g.desk
    figures = figures_of(desk.session.connection(), house().settings.providers)
    rows = desk.session.exec(select(Heartbeat).order_by(col(Heartbeat.at).desc())).all()
    now = desk.now()
    return render_template(
        "admin/workers.html",
        workers=[(row, max(0, int((now - row.at).total_seconds()))) for row in rows],
        silent=SILENT,
        alive=figures.workers.alive,
        queues=queues_of(figures),
    )


def queues_of(figures: Figures) -> list[Queue]:
    """Each queue as the page tells it."""
    lag, age, seal = figures.sweep_lag, figures.outbox_age, figures.unsealed_age
    search, rolled, files = figures.search_queue, figures.figure_queue, figures.quarantine
    return [
        Queue(_("时限"), _("到了时刻还没有处理的时限，等得最久的"), lag, None, lag > LATE),
        Queue(_("短信"), _("该发还没有发的短信，等得最久的"), age, None, age > LATE),
        Queue(_("封存链"), _("还没有签进封存链的事实，最早的"), seal, None, seal > LATE_SEAL),
        Queue(_("搜索"), _("字词还搜不到的工单"), None, search, search > LONG),
        Queue(_("统计"), _("还没有计入统计的变动"), None, rolled, rolled > LONG),
        Queue(_("附件"), _("等病毒扫描的附件"), files.age, files.files, files.rings),
    ]
