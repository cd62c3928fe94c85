"""Put right what was taken down: old and new value stay on record, and other promises may follow."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, PrimaryKeyConstraint
from sqlmodel import Field

from tickets.ground import flow
from tickets.ground.clock import Clock, ClockKind, ClockState
from tickets.ground.columns import Row
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, bad_field
from tickets.ground.facts import Amended, ClockRecomputed
from tickets.ground.flow import Move, OrderRole, State
from tickets.ground.redaction import redact
from tickets.ground.timeline import digest_of_words, write_down
from tickets.ground.vault import Place
from tickets.ground.words import Kind
from tickets.intake.draft import trouble_with_span
from tickets.search import queue_again
from tickets.ticket import Identity, Ticket, cover_matter, promises, stays
from tickets.ticket.identity import SEALED, put_right
from tickets.ticket.orders import order_by_id

#: Fields of the ticket itself that can be put right.
PLAIN = (
    *("kind", "category", "urgency", "title", "division", "about_units", "recused"),
    *("language", "reply_wanted", "no_sms", "call_from", "call_to"),
)
#: Promises that depend on what sort of matter it is; the others ask for nothing of the kind.
DEPENDING = frozenset(
    {ClockKind.DISPATCH, ClockKind.SIGN, ClockKind.CONTACT, ClockKind.HANDLE, ClockKind.RETURN_WINDOW}
)


class IdentityChange(Row, table=True):
    """What stood in the vault before and after something was put right, sealed for this fact alone."""

    __tablename__ = "identity_change"
    __table_args__ = (PrimaryKeyConstraint("ticket_id", "seq", "field"),)

    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    #: The fact it belongs to.
    seq: int
    field: str
    before: bytes | None = Field(default=None, sa_type=LargeBinary)
    after: bytes | None = Field(default=None, sa_type=LargeBinary)

    def place(self, column: str) -> Place:
        """Where the seal of *column* belongs."""
        return Place("identity_change", column, f"{self.ticket_id}|{self.seq}|{self.field}")


def check_amendment(desk: Desk, ticket: Ticket, fields: Mapping[str, Any]) -> None:
    """
    Hold what is put right against the units there are, and against who has the ticket.

    :raises FieldsRefused: it names no field, an unknown unit or division, or a unit that holds the ticket
        would be complained about.
    """
    wrong = list(_troubles(desk, ticket, fields))
    if not fields:
        wrong.append(BadField("fields", "missing"))
    if wrong:
        raise FieldsRefused(*wrong)


def _troubles(desk: Desk, ticket: Ticket, fields: Mapping[str, Any]) -> Iterator[BadField]:
    units = desk.rules.units
    about = fields.get("about_units") or ()
    for number, code in enumerate(about):
        if units.get(code) is None:
            yield BadField(f"fields.about_units.{number}", "unknown_unit", {"unit": code})
    division = fields.get("division")
    if division and not units.is_division(division):
        yield BadField("fields.division", "unknown_division", {"division": division})
    hours = [fields.get(name, getattr(ticket, name)) for name in ("call_from", "call_to")]
    if trouble := trouble_with_span(*hours):
        yield BadField("fields.call_to", trouble)
    for order in ticket.open_orders():
        if any(units.is_at_or_below(order.unit, code) for code in about):
            yield BadField("fields.about_units", "unit_holds_ticket", {"unit": order.unit})


def amend(desk: Desk, ticket: Ticket, *, fields: Mapping[str, Any], text: str) -> None:
    """
    Put *fields* right. A field of the identity is None where it is to be erased.

    A changed kind, category or urgency may fall under other promises: clocks that go on are counted anew from
    where they began, each as a fact of its own. What once became a report stays sealed.

    :raises FieldsRefused: nothing would change, or `check_amendment` refuses it.
    """
    check_amendment(desk, ticket, fields)
    flow.check(State(ticket.state), Move.AMEND)
    at = desk.now()
    could_be_reached, told = ticket.reachable, (ticket.title, ticket.text)
    identity = list(_change_identity(desk, ticket, fields))
    changes = _change_plain(desk, ticket, fields)
    if not changes and not identity:
        raise bad_field("fields", "nothing_changed")
    stays(ticket, Move.AMEND)
    has_phone = ticket.identity is not None and ticket.identity.phone is not None
    ticket.reachable = has_phone and ticket.reply_wanted

    fact = Amended(
        changes=changes,
        identity=tuple(change.field for change in identity),
        reachable=(could_be_reached, ticket.reachable) if could_be_reached != ticket.reachable else None,
        words=_words(ticket) if (ticket.title, ticket.text) != told else None,
    )
    write_down(desk, ticket, fact, at=at, note=text, visible_to="hotline" if ticket.sealed else "all")
    desk.add_all(identity)
    if {"kind", "category", "urgency"} & set(changes):
        _recompute(desk, ticket, at)
    queue_again(desk, ticket.id)


def _words(ticket: Ticket) -> str | None:
    words = ticket.words()
    return digest_of_words(words).hex() if words else None


def _change_plain(desk: Desk, ticket: Ticket, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    before = {name: getattr(ticket, name) for name in PLAIN if name in fields}
    for name in before:
        setattr(ticket, name, fields[name])
    if ticket.kind == Kind.REPORT:
        ticket.sealed = True
    if ticket.sealed:
        # Sealed just now, or the name that must not be told has become another one.
        cover_matter(desk, ticket)
        if "title" in before:
            before["title"] = redact(before["title"], names=ticket.names(desk.vault)).text
    changes = {
        name: [value, getattr(ticket, name)]
        for name, value in before.items()
        if value != getattr(ticket, name)
    }
    for order in ticket.orders:
        if order.taken_by in ticket.recused:
            order.taken_by = None
    if ticket.holder_user in ticket.recused:
        ticket.holder_user = None
    return changes


def _change_identity(desk: Desk, ticket: Ticket, fields: Mapping[str, Any]) -> Iterator[IdentityChange]:
    """Change what the vault holds. The fact that tells of it will be the next one."""
    row: Identity | None = ticket.identity
    if row is None:
        return
    for column in SEALED:
        if column not in fields:
            continue
        before, after = row.open(desk.vault, column), fields[column]
        if before == after:
            continue
        change = IdentityChange(ticket_id=ticket.id, seq=ticket.seq + 1, field=column)
        change.before = desk.vault.seal(before, change.place("before")) if before else None
        change.after = desk.vault.seal(after, change.place("after")) if after else None
        put_right(desk.vault, row, column, after)
        yield change


def _recompute(desk: Desk, ticket: Ticket, at: datetime) -> None:
    for clock in list(ticket.clocks):
        goes_on = clock.runs or clock.state == ClockState.PAUSED
        if goes_on and clock.kind in DEPENDING:
            _recompute_clock(desk, ticket, clock, at)
    for order in ticket.open_orders():
        order.due_at = promises.handle_due(ticket, order)
        if order.role == OrderRole.LEAD and not ticket.sealed and not _was_promised(ticket, order.id):
            promises.start(desk, ticket, ClockKind.CONTACT, at=at, order=order)
    promises.settle(ticket)


def _recompute_clock(desk: Desk, ticket: Ticket, clock: Clock, at: datetime) -> None:
    order = order_by_id(ticket, clock.order_id)
    policy = desk.rules.policy_for(ClockKind(clock.kind), ticket, order.unit if order else None)
    if policy is None or (clock.kind == ClockKind.CONTACT and ticket.sealed):
        promises.cancel(desk, ticket, clock, at=at)
        return
    if (policy.code, policy.version) == (clock.policy, clock.policy_version):
        return
    before = clock.due_at
    promises.repin(desk, ticket, clock, policy, at=at)
    if order is not None and clock.kind == ClockKind.HANDLE:
        order.policy = policy.code
    fact = ClockRecomputed(
        clock=str(clock.id),
        clock_kind=clock.kind,
        before=before,
        due_at=clock.due_at,
        policy=policy.code,
        policy_version=policy.version,
        calendar_version=clock.calendar_version,
        provisional=clock.provisional,
    )
    write_down(desk, ticket, fact, at=at)


def _was_promised(ticket: Ticket, order_id: object) -> bool:
    return any(clock.kind == ClockKind.CONTACT and clock.order_id == order_id for clock in ticket.clocks)
