"""What answers a need: an order, an application, a referral or a ticket; where it stands, both ways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, BigInteger, String, bindparam, text
from sqlmodel import Session, col, select

from app.access.accounts import Viewer
from app.access.doors import ticket_seen
from app.assistance.applications import NoSuchApplication, application_for
from app.assistance.area import area_of
from app.assistance.referrals import NoSuchReferral, referral_for
from tickets.assistance.application_words import ApplicationState
from tickets.assistance.households import Household
from tickets.assistance.need_words import Result, Way
from tickets.assistance.needs import Need
from tickets.assistance.referrals import ReferralState
from tickets.assistance.service_orders import ENDED as ORDER_ENDED
from tickets.assistance.service_orders import ServiceOrder
from tickets.assistance.service_words import ServiceState
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field

#: The states in which each ended by a result somebody signed, decided or answered.
SIGNED: dict[Way, frozenset[str]] = {
    Way.SERVICE_ORDER: frozenset({ServiceState.ACCEPTED}),
    Way.APPLICATION: frozenset(
        {ApplicationState.CONFIRMED, ApplicationState.REFUSED, ApplicationState.ENDED}
    ),
    Way.REFERRAL: frozenset({ReferralState.ANSWERED}),
    Way.TICKET: frozenset({"closed"}),
}
#: And those in which it ended in nothing.
IN_NOTHING: dict[Way, frozenset[str]] = {
    Way.SERVICE_ORDER: frozenset({ServiceState.REFUSED, ServiceState.CANCELLED}),
    Way.APPLICATION: frozenset({ApplicationState.WITHDRAWN}),
    Way.REFERRAL: frozenset({ReferralState.REFUSED}),
    Way.TICKET: frozenset(),
}

#: Where several of them stand, in one question. A ticket is open or closed: its states are the hotline's.
_STAND = text("""
    select 'service_order' as way, id::text as ref, state from service_order where id = any(:service_order)
    union all select 'application', id::text, state from application where id = any(:application)
    union all select 'referral', id::text, state from referral where id = any(:referral)
    union all select 'ticket', ref, case when closed_at is null then 'open' else 'closed' end
        from ticket where ref = any(:ticket)
""").bindparams(
    *(bindparam(way.value, type_=ARRAY(String if way is Way.TICKET else BigInteger)) for way in Way)
)


@dataclass(frozen=True)
class Stands:
    """Where what answers a need stands."""

    way: Way
    #: Its own state; None where there is nothing with the number that was written down.
    state: str | None

    @property
    def is_signed(self) -> bool:
        """It ended by a signed result."""
        return self.state in SIGNED[self.way]

    @property
    def is_over(self) -> bool:
        """Nothing more comes of it."""
        return self.is_signed or self.state is None or self.state in IN_NOTHING[self.way]


def where_they_stand(session: Session, needs: Iterable[Need]) -> dict[tuple[str, str], str]:
    """The states of all that answers *needs*, by way and number; asked where something was arranged."""
    asked: dict[str, list[object]] = {way.value: [] for way in Way}
    for need in needs:
        if need.way is None or need.way_ref is None:
            continue
        if need.way == Way.TICKET:
            asked[need.way].append(need.way_ref)
        elif number := _number(need.way_ref):
            asked[need.way].append(number)
    if not any(asked.values()):
        return {}
    return {(way, ref): state for way, ref, state in session.connection().execute(_STAND, asked).all()}


def stands(session: Session, need: Need) -> Stands | None:
    """Where what answers *need* stands; None where nothing was arranged."""
    if need.way is None or need.way_ref is None:
        return None
    return Stands(Way(need.way), where_they_stand(session, [need]).get((need.way, need.way_ref)))


def check_answered(session: Session, need: Need, result: Result, *, but: int | None = None) -> None:
    """
    Hold a result against what was set going for a locked need.

    *but* is a service order that is just being accepted.

    :raises Refused: something is still under way, or nothing was signed that says the need is met.
    """
    if _orders_run(session, need, but):
        raise Refused("need_answer_open")
    if but is not None:
        return
    answer = stands(session, need)
    if answer is None or (answer.is_over and not answer.is_signed):
        if result != Result.NO_LONGER:
            raise Refused("need_without_result")
    elif not answer.is_signed:
        raise Refused("need_answer_open")


def is_under_way(session: Session, need: Need) -> bool:
    """Whether something was set going for *need* that is not over."""
    answer = stands(session, need)
    return _orders_run(session, need, None) or (answer is not None and not answer.is_over)


def _orders_run(session: Session, need: Need, but: int | None) -> bool:
    running = select(ServiceOrder.id).where(
        ServiceOrder.need_id == need.id,
        col(ServiceOrder.state).not_in(ORDER_ENDED),
        ServiceOrder.id != (but or 0),
    )
    return session.exec(running.limit(1)).first() is not None


def ref_of(desk: Desk, viewer: Viewer, household: Household, way: Way, written: str) -> str:
    """
    The number of what answers a need of *household*, as it is written down.

    :raises FieldsRefused: there is none for the viewer, or it is about another household.
    :raises NotFound: no ticket with this number is there for the viewer.
    """
    if way == Way.SERVICE_ORDER:
        raise bad_field("way", "order_by_its_form")
    if way == Way.TICKET:
        # A ref nobody may see would say that there is such a ticket.
        return ticket_seen(desk, viewer, written).ref
    number = _number(written.strip())
    try:
        of = (application_for if way == Way.APPLICATION else referral_for)(desk, viewer, number)
    except (NoSuchApplication, NoSuchReferral):
        raise bad_field("ref", "no_such_answer") from None
    if of.household_id != household.id:
        raise bad_field("ref", "of_another_household")
    return str(number)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else 0


def orders_of(session: Session, need: Need) -> Sequence[ServiceOrder]:
    """Every service that was ordered for *need*, oldest first."""
    query = select(ServiceOrder).where(ServiceOrder.need_id == need.id)
    return session.exec(query.order_by(col(ServiceOrder.id))).all()


def needs_answered(desk: Desk, viewer: Viewer, way: Way, ref: str) -> Sequence[Need]:
    """The needs that *ref* answers, of households in the viewer's area, oldest first."""
    area = area_of(desk.rules, viewer)
    if not area:
        return ()
    query = (
        select(Need)
        .join(Household)
        .where(Need.way == way, Need.way_ref == ref, area.condition())
        .order_by(col(Need.id))
    )
    return desk.session.exec(query).all()
