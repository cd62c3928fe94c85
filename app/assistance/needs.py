"""The list of needs: noted, set going, closed only by a signed result; each step a fact of the household."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlmodel import select

from app.access.accounts import Viewer
from app.assistance.area import area_of, household_for
from app.assistance.members import member_of
from app.assistance.need_answers import check_answered, ref_of
from app.assistance.need_bodies import NeedAgreement, NeedResult, NeedWay, NeedWords
from tickets.assistance.households import Household, Member
from tickets.assistance.ledger import write_fact
from tickets.assistance.need_words import (
    OF_A_TICK,
    Agreed,
    NeedKind,
    NeedState,
    Severity,
    Signer,
    Source,
    Way,
)
from tickets.assistance.needs import NEEDS, Need, check_need_step, next_number
from tickets.assistance.service_orders import ServiceOrder
from tickets.assistance.service_words import ServiceState
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, NotFound, bad_field


class NoSuchNeed(NotFound):
    """There is no such need in this viewer's area."""

    code = "no_such_need"


class Noted(Protocol):
    """What is noted of a need, whoever says it."""

    @property
    def member(self) -> UUID | None:
        """Whose it is; None is the household's."""

    @property
    def kind(self) -> NeedKind:
        """What is needed."""

    @property
    def severity(self) -> Severity:
        """How pressing it is."""

    @property
    def evidence(self) -> str:
        """What was seen or shown."""

    @property
    def agreed(self) -> Agreed | None:
        """Who agreed that it is told to who can help."""


def add_need(desk: Desk, viewer: Viewer, wanted: NeedWords) -> Need:
    """
    Put a need on the list.

    :raises NoSuchHousehold: the household is not in the viewer's area.
    :raises FieldsRefused: the member is not of the household.
    """
    household = household_for(desk, viewer, wanted.household, "keep_needs", lock=True)
    if wanted.member:
        member_of(desk, household, wanted.member)
    return note_need(desk, household, wanted, Source.STAFF, "")


def needs_from_visit(
    desk: Desk, household: Household, ticks: Iterable[str], report_id: UUID, agreed: Agreed | None = None
) -> None:
    """Put what was ticked on a visit to a locked household on the list, but for what is on it already."""
    on_list = select(Need.kind).where(Need.household_id == household.id, Need.state != NeedState.CLOSED)
    known = set(desk.session.exec(on_list).all())
    for tick in ticks:
        if _kind_of(tick) not in known:
            known.add(need_from_visit(desk, household, None, tick, report_id, agreed).kind)


def need_from_visit(
    desk: Desk,
    household: Household,
    member: Member | None,
    kind: str,
    visit_id: UUID | str,
    agreed: Agreed | None = None,
) -> Need:
    """A need ticked on a visit to a locked household, in our words or a visit's; the visit is evidence."""
    wanted = Ticked(member.id if member else None, _kind_of(kind), agreed)
    return note_need(desk, household, wanted, Source.VISIT, str(visit_id))


def _kind_of(tick: str) -> NeedKind:
    return OF_A_TICK.get(tick) or NeedKind(tick)


class Ticked:
    """One tick on a visit."""

    severity = Severity.SERIOUS
    evidence = ""

    def __init__(self, member: UUID | None, kind: NeedKind, agreed: Agreed | None) -> None:
        self.member = member
        self.kind = kind
        self.agreed = agreed


def note_need(desk: Desk, household: Household, wanted: Noted, source: Source, ref: str) -> Need:
    """The row of a need of a locked household; who noted it checked the member."""
    at = desk.now()
    need = Need(
        id=next_number(desk.session, NEEDS),
        household_id=household.id,
        member_id=wanted.member,
        kind=wanted.kind,
        severity=wanted.severity,
        agreed=wanted.agreed,
        source=source,
        source_ref=ref,
        noted_by=desk.actor.username,
        noted_at=at,
    )
    if wanted.evidence:
        need.evidence = desk.vault.seal(wanted.evidence, need.place("evidence"))
    desk.add(need)
    said = {"need": need.id, "kind": need.kind, "severity": need.severity, "source": source}
    said |= {"agreed": need.agreed} if need.agreed else {}
    write_fact(desk, household, "need_noted", said, at=at)
    return need


def agree(desk: Desk, need: Need, household: Household, wanted: NeedAgreement) -> None:
    """
    Write down who agreed that a locked need is told to departments and agencies that can help.

    :raises Refused: the need is closed.
    """
    check_need_step(need, "agree")
    need.agreed = wanted.agreed
    write_fact(desk, household, "need_agreed", {"need": need.id, "agreed": need.agreed}, at=desk.now())


def arrange(desk: Desk, viewer: Viewer, need: Need, household: Household, wanted: NeedWay) -> None:
    """
    Say what a locked need became. A service order says so by itself.

    :raises Refused: the need is closed.
    :raises FieldsRefused: a service order is asked for on its own form, or nothing of the household's has the
        number.
    :raises NotFound: no ticket with this number is there for the viewer.
    """
    check_need_step(need, "arrange")
    set_going(desk, need, household, wanted.way, ref_of(desk, viewer, household, wanted.way, wanted.ref))


def set_going(desk: Desk, need: Need, household: Household, way: Way, ref: str) -> None:
    """Set on a locked need what became of it."""
    check_need_step(need, "arrange")
    need.state, need.way, need.way_ref = NeedState.ARRANGED, way, ref
    # Whoever reads the ledger may be of the unit complained about, which never learns of a ticket.
    told = {} if way == Way.TICKET else {"way": way, "ref": ref}
    write_fact(desk, household, "need_arranged", {"need": need.id, **told}, at=desk.now())


def close_need(desk: Desk, need: Need, household: Household, wanted: NeedResult) -> None:
    """
    Close a locked need by a signed result: of a service order its own signature, else the one that is given.

    :raises Refused: it is closed, or what answers it is not over, or nothing that was signed says it is met.
    :raises FieldsRefused: nobody signed, or somebody did though the order is signed.
    """
    order = _order_that_answers(desk, need)
    if order is not None:
        if wanted.signer or wanted.signature:
            raise bad_field("signature", "signed_on_the_order")
        signed = Signed.on(desk, order)
    elif wrong := [BadField(name, "missing", {}) for name in SIGNED_WITH if getattr(wanted, name) is None]:
        raise FieldsRefused(*wrong)
    else:
        signed = Signed(wanted.signer or Signer.SELF, wanted.signature or "")
    check_need_step(need, "close")
    check_answered(desk.session, need, wanted.result)
    close_signed(desk, need, household, wanted, signed)


#: The fields of a result that stand on the order where one was signed.
SIGNED_WITH = ("signer", "signature")


@dataclass(frozen=True)
class Signed:
    """Who signed, and the name that was signed."""

    signer: str
    name: str

    @classmethod
    def on(cls, desk: Desk, order: ServiceOrder) -> "Signed":
        """The signature of a service order."""
        return cls(order.signer or Signer.SELF, order.open(desk.vault, "signature") or "")


def signed_by_order(desk: Desk, need: Need) -> bool:
    """Whether the signature of a service order closes *need*, so that nobody signs once more."""
    return _order_that_answers(desk, need) is not None


def _order_that_answers(desk: Desk, need: Need) -> ServiceOrder | None:
    if need.way != Way.SERVICE_ORDER or need.way_ref is None:
        return None
    order = desk.session.get(ServiceOrder, int(need.way_ref))
    return order if order is not None and order.state == ServiceState.ACCEPTED else None


def close_signed(desk: Desk, need: Need, household: Household, wanted: NeedResult, signed: Signed) -> None:
    """Close a locked need, by a result that was held against what answers it, with its signature."""
    check_need_step(need, "close")
    at = desk.now()
    need.state, need.result, need.signer = NeedState.CLOSED, wanted.result, signed.signer
    need.signature = desk.vault.seal(signed.name, need.place("signature"))
    need.words = desk.vault.seal(wanted.words, need.place("words"))
    need.closed_by, need.closed_at = desk.actor.username, at
    said = {"need": need.id, "result": wanted.result, "signer": signed.signer}
    write_fact(desk, household, "need_closed", said, at=at)


def need_for(
    desk: Desk, viewer: Viewer, number: int, work: str = "read_households", *, lock: bool = False
) -> tuple[Need, Household]:
    """
    A need and its household, both locked for a change (the household first) or only read.

    :raises NoSuchNeed: there is none in the area where *viewer* may do *work*.
    """
    area = area_of(desk.rules, viewer, work)
    query = select(Need.household_id).join(Household).where(Need.id == number, area.condition())
    found = desk.session.exec(query).one_or_none() if number < 2**63 else None
    if found is None:
        raise NoSuchNeed
    household = household_for(desk, viewer, found, work, lock=lock)
    row = select(Need).where(Need.id == number)
    if lock:
        row = row.with_for_update().execution_options(populate_existing=True)
    return desk.session.exec(row).one(), household
