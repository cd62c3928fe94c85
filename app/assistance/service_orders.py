"""The steps of a service order: bureau, subdistrict and agency in turn, each a fact of the household."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from app.access.accounts import Viewer
from app.access.limits import AN_HOUR, TooManyLooks
from app.assistance.contracts import give_back, take_one
from app.assistance.given import count_order
from app.assistance.households import address_of
from app.assistance.need_answers import check_answered
from app.assistance.need_bodies import NeedResult
from app.assistance.needs import Signed, close_signed, need_for, set_going
from app.assistance.service_bodies import (
    Accepted,
    Approval,
    Delivered,
    NewOrder,
    NoShow,
    Nothing,
    Organised,
    Scheduled,
    Why,
)
from app.assistance.service_results import ask_rating, keep_pictures
from app.assistance.signing import Pictures
from app.texts.numbers import served_by
from tickets.assistance.households import Household
from tickets.assistance.ledger import HouseholdFact, digest_of, write_fact
from tickets.assistance.need_words import NeedState, Way
from tickets.assistance.needs import Need, next_number
from tickets.assistance.service_orders import (
    EARLY,
    GRACE,
    MISSED_TOO_OFTEN,
    NAMED,
    ORDERS,
    ServiceContract,
    ServiceItem,
    ServiceOrder,
    take_step,
)
from tickets.assistance.service_words import Missing, RatedHow, ServiceState, ServiceStep, SignedHow
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.refs import SHANGHAI


def propose(desk: Desk, viewer: Viewer, wanted: NewOrder) -> ServiceOrder:
    """
    Order a service for a need.

    :raises NoSuchNeed: the need is not of the viewer's area.
    :raises Refused: it is closed.
    :raises FieldsRefused: there is no such item.
    """
    need, household = need_for(desk, viewer, wanted.need, "order_services", lock=True)
    item = desk.session.get(ServiceItem, wanted.item)
    if item is None or not item.active:
        raise bad_field("item", "unknown_service")
    order = ServiceOrder(
        id=next_number(desk.session, ORDERS),
        need_id=need.id,
        household_id=household.id,
        member_id=need.member_id,
        item=item.code,
        proposed_by=viewer.username,
        proposed_person=desk.actor.person or desk.actor.username,
        proposed_at=desk.now(),
    )
    if wanted.words:
        order.words = desk.vault.seal(wanted.words, order.place("words"))
    desk.add(order)
    set_going(desk, need, household, Way.SERVICE_ORDER, str(order.id))
    _told(desk, household, order, "proposed", item=item.code)
    return order


def approve(desk: Desk, order: ServiceOrder, household: Household, wanted: Approval) -> None:
    """
    Approve a locked order under a contract; it takes one time of its quota.

    :raises Refused: the same person proposed it, or the quota is used up.
    :raises FieldsRefused: the contract does not have the item, or is not in force.
    """
    if order.proposed_person == (desk.actor.person or desk.actor.username):
        raise Refused("own_service_order")
    take_step(order, ServiceStep.APPROVE)
    contract = take_one(desk, wanted.contract, order.item, desk.today())
    order.contract_id, order.agency = contract.id, contract.agency
    order.price, order.approved_by = contract.prices[order.item], desk.actor.username
    _told(desk, household, order, ServiceStep.APPROVE, contract=contract.id)


def refuse(desk: Desk, order: ServiceOrder, household: Household, wanted: Why) -> None:
    """Refuse a locked order: the need stands open again."""
    take_step(order, ServiceStep.REFUSE)
    order.reason = desk.vault.seal(wanted.reason, order.place("reason"))
    _need_open_again(desk, order)
    _told(desk, household, order, ServiceStep.REFUSE, reason_digest=digest_of(wanted.reason))


def organise(desk: Desk, order: ServiceOrder, household: Household, wanted: Organised) -> None:
    """
    Hand a locked order to the agency.

    :raises FieldsRefused: the day is over.
    """
    if wanted.serve_by < desk.today():
        raise bad_field("serve_by", "day_over")
    take_step(order, ServiceStep.ORGANISE)
    order.serve_by = wanted.serve_by
    _told(desk, household, order, ServiceStep.ORGANISE, serve_by=wanted.serve_by.isoformat())


def schedule(desk: Desk, order: ServiceOrder, household: Household, wanted: Scheduled) -> None:
    """
    Say who comes when to a locked order.

    :raises FieldsRefused: the worker is not of the contract, or the time is over or too late.
    """
    contract = desk.session.get(ServiceContract, order.contract_id)
    if contract is None or wanted.worker not in contract.workers:
        raise bad_field("worker", "not_of_the_contract")
    if wanted.planned_at < desk.now():
        raise bad_field("planned_at", "time_over")
    if order.serve_by and wanted.planned_at.astimezone(SHANGHAI).date() > order.serve_by:
        raise bad_field("planned_at", "after_serve_by", day=order.serve_by.isoformat())
    take_step(order, ServiceStep.SCHEDULE)
    order.worker, order.planned_at = wanted.worker, wanted.planned_at
    _told(desk, household, order, ServiceStep.SCHEDULE, planned_at=wanted.planned_at.isoformat())


def check_in(desk: Desk, order: ServiceOrder, household: Household, _wanted: Nothing) -> None:
    """
    The worker is there; more than a quarter of an hour after the planned time is late.

    :raises Refused: it is hours before the planned time.
    """
    take_step(order, ServiceStep.CHECK_IN)
    at, planned = desk.now(), order.planned_at or desk.now()
    if at < planned - EARLY:
        raise Refused("too_early_to_check_in")
    behind = at - planned
    order.checked_in_at = at
    order.late_minutes = int(behind.total_seconds() // 60) if behind > GRACE else 0
    _told(desk, household, order, ServiceStep.CHECK_IN, late_minutes=order.late_minutes)


def no_show(desk: Desk, order: ServiceOrder, household: Household, wanted: NoShow) -> None:
    """
    Somebody did not come; twice nobody at home, and the subdistrict organises it anew.

    :raises Refused: the quarter of an hour after the planned time is not over, or the worker was there.
    """
    if wanted.missing == Missing.WORKER and order.state == ServiceState.SERVING:
        raise Refused("worker_was_there")
    take_step(order, ServiceStep.NO_SHOW)
    if order.planned_at and desk.now() < order.planned_at + GRACE:
        raise Refused("too_soon_for_no_show")
    if wanted.missing == Missing.WORKER:
        order.worker_missed += 1
    else:
        order.recipient_missed += 1
        if order.recipient_missed % MISSED_TOO_OFTEN == 0:
            order.state = ServiceState.APPROVED
    _unplanned(order)
    _told(desk, household, order, ServiceStep.NO_SHOW, missing=wanted.missing)


@dataclass(frozen=True)
class Handed:
    """What is handed in with its signature and photos, looked at."""

    words: Delivered
    pictures: Pictures


def deliver(desk: Desk, order: ServiceOrder, household: Household, handed: Handed) -> None:
    """
    Hand in what was done at a locked order, signed; whoever was served is asked by text how it was.

    :raises FieldsRefused: something of it is not on the item's checklist, or photos came without consent.
    """
    wanted, pictures = handed.words, handed.pictures
    if pictures.photos and not wanted.photo_consent:
        raise bad_field("photo_consent", "no_photo_consent")
    item = desk.session.get_one(ServiceItem, order.item)
    if not set(wanted.done) <= set(item.checklist):
        raise bad_field("done", "not_on_the_checklist")
    take_step(order, ServiceStep.DELIVER)
    order.done, order.signer = list(wanted.done), wanted.signer
    order.signed_how = (
        SignedHow.DRAWN if pictures.strokes else SignedHow.PAPER if pictures.paper else SignedHow.TYPED
    )
    # Done again, it is rated again: what was said was about the first time.
    order.rating, order.rated_how = wanted.rating, RatedHow.DOOR if wanted.rating else None
    order.signature = desk.vault.seal(wanted.signature, order.place("signature"))
    keep_pictures(desk, order, pictures)
    said: dict[str, Any] = {"done": len(order.done), "of": len(item.checklist), "rating": wanted.rating}
    said |= {"signed_how": order.signed_how, "photos": len(pictures.photos)}
    fact = _told(desk, household, order, ServiceStep.DELIVER, signer=wanted.signer, **said)
    ask_rating(desk, order, fact)


def accept(desk: Desk, order: ServiceOrder, household: Household, wanted: Accepted) -> None:
    """Accept a locked order; with a result its need is closed by the signature of the order."""
    take_step(order, ServiceStep.ACCEPT)
    order.accepted_by, order.accepted_at = desk.actor.username, desk.now()
    _told(desk, household, order, ServiceStep.ACCEPT)
    count_order(desk, household, order)
    if wanted.result is None or order.signer is None:
        return
    need = _need_of(desk, order)
    check_answered(desk.session, need, wanted.result, but=order.id)
    result = NeedResult(result=wanted.result, words=f"{order.item} {order.id}")
    close_signed(desk, need, household, result, Signed.on(desk, order))


def send_back(desk: Desk, order: ServiceOrder, household: Household, wanted: Why) -> None:
    """Have a locked order done again; what was signed stays until it is signed anew."""
    take_step(order, ServiceStep.SEND_BACK)
    order.reason = desk.vault.seal(wanted.reason, order.place("reason"))
    _unplanned(order)
    _told(desk, household, order, ServiceStep.SEND_BACK, reason_digest=digest_of(wanted.reason))


def cancel(desk: Desk, order: ServiceOrder, household: Household, wanted: Why) -> None:
    """Cancel a locked order; its time goes back to the contract, and its need stands open again."""
    take_step(order, ServiceStep.CANCEL)
    order.reason = desk.vault.seal(wanted.reason, order.place("reason"))
    if order.contract_id is not None:
        give_back(desk, order.contract_id)
    _need_open_again(desk, order)
    _told(desk, household, order, ServiceStep.CANCEL, reason_digest=digest_of(wanted.reason))


def show_recipient(
    desk: Desk, order: ServiceOrder, household: Household, *, most: int | None
) -> dict[str, Any]:
    """
    Show the agency whom a locked order serves: from the schedule until it is done; each look is a fact.

    :raises Refused: it is not scheduled, or done.
    :raises TooManyLooks: this person looked at too many within the hour; None is no limit.
    """
    if order.state not in NAMED:
        raise Refused("recipient_not_now")
    at = desk.now()
    looks = select(func.count()).where(
        HouseholdFact.what == "identity_read",
        HouseholdFact.by == desk.actor.username,
        HouseholdFact.at > at - AN_HOUR,
    )
    if most is not None and desk.session.exec(looks).one() >= most:
        raise TooManyLooks(most=most)
    write_fact(desk, household, "identity_read", {"service_order": order.id}, at=at)
    person = served_by(desk.session, order)
    vault = desk.vault
    return {
        "name": person.open(vault, "name") if person else None,
        "phone": person.open(vault, "phone") if person else None,
        "address": address_of(vault, household),
        "words": order.open(vault, "words"),
    }


def _need_of(desk: Desk, order: ServiceOrder) -> Need:
    row = select(Need).where(Need.id == order.need_id).with_for_update()
    return desk.session.exec(row, execution_options={"populate_existing": True}).one()


def _need_open_again(desk: Desk, order: ServiceOrder) -> None:
    """The need has what else was ordered for it, or stands open."""
    need = _need_of(desk, order)
    if need.state != NeedState.ARRANGED or (need.way, need.way_ref) != (Way.SERVICE_ORDER, str(order.id)):
        return
    others = select(ServiceOrder.id).where(
        ServiceOrder.need_id == need.id,
        ServiceOrder.id != order.id,
        col(ServiceOrder.state).not_in((ServiceState.REFUSED, ServiceState.CANCELLED)),
    )
    other = desk.session.exec(others.order_by(col(ServiceOrder.id).desc()).limit(1)).first()
    if other is None:
        need.state, need.way, need.way_ref = NeedState.OPEN, None, None
    else:
        need.way_ref = str(other)


def _unplanned(order: ServiceOrder) -> None:
    order.worker, order.planned_at, order.checked_in_at = None, None, None


def _told(desk: Desk, household: Household, order: ServiceOrder, step: str, **said: Any) -> HouseholdFact:
    return write_fact(desk, household, f"service_{step}", {"service_order": order.id, **said}, at=desk.now())
