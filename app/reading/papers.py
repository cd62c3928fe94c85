"""What a paper that is printed, signed and stamped tells: gathered here, laid out by `templates/papers/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.access.accounts import Viewer
from app.reading.one_ticket import facts_of, replies_of
from app.reading.progress import ANSWERED
from tickets.ground.clock import Clock, ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.flow import OrderRole
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.redaction import redact
from tickets.ground.refs import SHANGHAI
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.units import DAY_UNITS, StartRule, Unit
from tickets.supervision import cards_of
from tickets.ticket import Order, Reply, Ticket

#: Facts that give a ticket to units; their note is what the dispatcher or the reviewer asks of them.
GIVING = ("dispatched", "reworked")
MOST_FACTS = 500


@dataclass(frozen=True)
class Basis:
    """Why an order is due when it is."""

    policy: SlaPolicy
    started_at: datetime
    #: First day that counts; None where hours count from the start on.
    day_one: date | None
    provisional: bool
    #: Sooner than the policy says: the platform it came from wants it sooner.
    sooner: bool
    #: More days were granted, or it stood still for a while.
    later: bool


@dataclass(frozen=True)
class TransferPaper:
    """转办单: one unit's share of a ticket. It shows nobody in clear."""

    ticket: Ticket
    order: Order
    lead: str
    joint: list[str]
    sign_by: datetime | None
    #: The other early promise of the order, and what it is: the end of its return window, or the first call.
    then: tuple[str, datetime] | None
    #: None on a sealed ticket: a rule can tell what kind of matter it is for.
    basis: Basis | None
    day_one: date | None
    title: str | None
    text: str
    note: str


def transfer_paper(desk: Desk, viewer: Viewer, ticket: Ticket, order_id: UUID) -> TransferPaper:
    """
    Gather the slip of one order.

    :raises NotFound: the ticket has no such order.
    """
    order = next((order for order in ticket.orders if order.id == order_id), None)
    if order is None:
        raise NotFound
    beside = [other for other in ticket.orders if other.round == order.round]
    clocks = {str(clock.kind): clock for clock in ticket.clocks if clock.order_id == order.id}
    basis = _basis(desk.rules, ticket, clocks.get(ClockKind.HANDLE))
    then = next((kind for kind in ("return_window", ClockKind.CONTACT) if kind in clocks), None)
    title = None if ticket.text.startswith(ticket.title) else ticket.title
    return TransferPaper(
        ticket=ticket,
        order=order,
        lead=next((other.unit for other in beside if other.role == OrderRole.LEAD), order.unit),
        joint=[other.unit for other in beside if other.role == OrderRole.JOINT],
        sign_by=clocks[ClockKind.SIGN].due_at if ClockKind.SIGN in clocks else None,
        then=(str(then), clocks[then].due_at) if then else None,
        basis=None if ticket.sealed else basis,
        day_one=basis.day_one if basis else None,
        title=title and _for_paper(ticket, title),
        text=_for_paper(ticket, ticket.text),
        note=_for_paper(ticket, _asked_of_units(desk, viewer, ticket, order.round)),
    )


def _for_paper(ticket: Ticket, text: str) -> str:
    """A sealed ticket's words leave the house without whatever leads to a person."""
    return redact(text).text if ticket.sealed else text


def _asked_of_units(desk: Desk, viewer: Viewer, ticket: Ticket, round_: int) -> str:
    given = [
        told.note
        for told in facts_of(desk.session, viewer, ticket, limit=MOST_FACTS)
        if told.entry.what in GIVING and told.entry.data.get("round") == round_ and told.note
    ]
    return given[-1] if given else ""


def _basis(rules: Rulebook, ticket: Ticket, clock: Clock | None) -> Basis | None:
    if clock is None:
        return None
    policy = rules.pinned(clock.policy, clock.kind, clock.policy_version)
    calendar = rules.calendars.get((clock.calendar, clock.calendar_version), rules.calendar)
    unit, start_rule = Unit(policy.unit), StartRule(policy.start_rule)
    promised = arithmetic.add(clock.started_at, policy.length, unit, calendar, start_rule, policy.roll).at
    counts_days = unit in DAY_UNITS
    return Basis(
        policy=policy,
        started_at=clock.started_at,
        day_one=arithmetic.first_day(clock.started_at, unit, calendar, start_rule) if counts_days else None,
        provisional=clock.provisional,
        sooner=clock.due_at < promised and ticket.external_due_at is not None,
        later=clock.due_at > promised,
    )


@dataclass(frozen=True)
class ReplyPaper:
    """答复意见书: the answer that was passed, as a letter to the citizen."""

    ticket: Ticket
    #: Who answers; None where the hotline did on the spot.
    unit: str | None
    #: The family name; the rest is written in by hand. None where nobody may know it, or nobody does.
    surname: str | None
    paragraphs: list[str]
    founded: str | None
    answered_at: datetime


def reply_paper(desk: Desk, ticket: Ticket) -> ReplyPaper:
    """
    Gather the letter with the answer of this round.

    :raises NotFound: nothing was answered yet, or the reviewer has not passed it.
    """
    answer = answer_of(ticket, replies_of(desk.session, ticket))
    if answer is None:
        raise NotFound
    text = _for_paper(ticket, answer.public_text or answer.text)
    masked = ticket.identity.name_masked if ticket.identity and not ticket.sealed else None
    return ReplyPaper(
        ticket=ticket,
        unit=answer.unit,
        surname=masked[0] if masked and not ticket.anonymous else None,
        paragraphs=[line.strip() for line in text.splitlines() if line.strip()],
        founded=answer.founded,
        answered_at=answer.at,
    )


def answer_of(ticket: Ticket, replies: list[Reply]) -> Reply | None:
    """The answer a citizen may hold in hand: the lead's of this round, passed, or one given on the spot."""
    if ticket.state not in ANSWERED:
        return None
    lead = ticket.lead_order()
    ours = [reply for reply in replies if reply.order_id == (lead.id if lead else None)]
    return ours[-1] if ours else None


@dataclass(frozen=True)
class SupervisionPaper:
    """督办单: a card of the supervisor to units. It names nobody; what its words would name is covered."""

    #: Number of the card, as 盘督〔2026〕37 号.
    number: str
    #: 日常, 挂牌 or 约谈.
    level: str
    given_at: datetime
    due_at: datetime
    #: What is demanded.
    text: str
    #: The leader's instruction (批示), where there is one.
    instruction: str | None
    #: Names of the units it is given to.
    units: tuple[str, ...]
    #: Number of the ticket.
    ref: str
    #: What it is about without a word of the matter: category and division.
    subject: str

    def covered(self, words: str) -> str:
        """*words* without whatever leads to a person."""
        return redact(words).text


def supervision_paper(
    desk: Desk, ticket: Ticket, number: int, *, names: Mapping[str, str], subject: str
) -> SupervisionPaper:
    """
    Gather the card *number* of *ticket*; *names* are those of units as they stand on papers.

    :raises NotFound: the ticket has no such card.
    """
    card = next((card for card in cards_of(desk, ticket) if card.number == number), None)
    if card is None:
        raise NotFound
    given_to = [card.unit] if card.unit else []
    given_to += [
        order.unit for order in ticket.orders if order.role == OrderRole.JOINT and order.round == ticket.round
    ]
    return SupervisionPaper(
        number=f"督〔{card.given_at.astimezone(SHANGHAI).year}〕{ticket.ref}-{card.number} 号",
        level=card.level,
        given_at=card.given_at,
        due_at=card.due_at,
        text=card.text,
        instruction=card.instruction,
        units=tuple(names.get(code, code) for code in given_to),
        ref=ticket.ref,
        # A category can tell what kind of matter a sealed one is.
        subject="" if ticket.sealed else subject,
    )
