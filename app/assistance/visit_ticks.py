"""What a worker does for visits: plan them, warn of them, let them go; erase old pictures."""

from typing import TypeVar

from sqlmodel import col, select

from app.wiring import House
from tickets.assistance.service_orders import ServiceFile
from tickets.assistance.visit_plan import let_lapse, plan, warn
from tickets.assistance.visits import VisitFile
from tickets.ground.desk import CLOCKWORK
from tickets.ground.files import erase
from tickets.ground.refs import SHANGHAI

#: Visits made or warned of in one statement; more wait for the next round of the same tick.
BATCH = 2_000
#: Visits let go, and pictures erased, at one time: each visit is a fact in the chain of its household.
FEW = 200


def plan_visits(house: House) -> None:
    """Make the visits of this period, note those that are near their due, let go those that are over."""
    for work, at_most in ((plan, BATCH), (warn, BATCH), (let_lapse, FEW)):
        done = at_most
        while done:
            with house.open_desk(CLOCKWORK) as desk:
                done = work(desk, at_most=at_most)


Kept = TypeVar("Kept", VisitFile, ServiceFile)


def erase_visit_files(house: House) -> None:
    """Erase the bytes of photos and signatures of visits and services, once their row's time is over."""
    while _erase_some(house, VisitFile) + _erase_some(house, ServiceFile) >= FEW:
        pass


def _erase_some(house: House, table: type[Kept]) -> int:
    with house.open_desk(CLOCKWORK) as desk:
        now = desk.now()
        rows = desk.session.exec(
            select(table)
            .where(col(table.erased_at).is_(None), col(table.keep_until) < now.astimezone(SHANGHAI).date())
            .order_by(col(table.keep_until))
            .limit(FEW)
            .with_for_update(skip_locked=True)
        ).all()
        erase(desk.session, [row.attachment_id for row in rows])
        for row in rows:
            row.erased_at = now
        return len(rows)
