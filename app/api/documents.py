"""Our rows in the words of the API: one function fills one document of `models.py`."""

from datetime import datetime
from typing import Any

from app.access.accounts import Viewer
from app.access.rules import allowed_moves
from app.language.text_words import NOT_RUNG, RUNG, why_said
from app.outbound.rows import OutboundCall
from app.reading.one_ticket import hides_kind
from notifications.message import Fate, Message
from tickets.clocks.why import Why
from tickets.ground.categories import CategoryRow
from tickets.ground.clock import Clock
from tickets.ground.ladder import steps_of
from tickets.ground.policy import CalendarVersion, SlaPolicy
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ground.units import UnitRow
from tickets.ticket import Identity, Order, Request, Ticket

Document = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in Shanghai time, whole seconds."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def ticket_document(ticket: Ticket, viewer: Viewer) -> Document:
    """The ticket for *viewer*: identity masked; where it is sealed none at all, and for units no kind."""
    hides = hides_kind(viewer, ticket)
    return {
        "ref": ticket.ref,
        "version": ticket.version,
        "state": ticket.state,
        "outcome": ticket.outcome,
        "round": ticket.round,
        "kind": None if hides else ticket.kind,
        "channel": ticket.channel,
        "title": ticket.title,
        "text": ticket.text,
        "category": ticket.category,
        "urgency": ticket.urgency,
        "requester": None if ticket.sealed else _requester(ticket, ticket.identity),
        "place": _place(ticket, ticket.identity),
        "external": _external(ticket),
        "about_units": ticket.about_units,
        "sealed": ticket.sealed,
        "follows": ticket.follows,
        "followers": ticket.followers,
        "holder": {"unit": ticket.holder_unit, "user": ticket.holder_user},
        "orders": [order_document(order, hides=hides) for order in ticket.orders],
        "requests": [request_document(request) for request in ticket.requests],
        "clocks": [clock_document(clock, hides=hides) for clock in ticket.clocks],
        "due_at": moment(ticket.due_at),
        "registered_at": moment(ticket.registered_at),
        "closed_at": moment(ticket.closed_at),
        "allowed_moves": [str(move) for move in allowed_moves(viewer, ticket)],
    }


def _requester(ticket: Ticket, identity: Identity | None) -> Document:
    return {
        "name": identity.name_masked if identity else None,
        "phone": identity.phone_masked if identity else None,
        "id_number": "***" if identity and identity.id_number else None,
        "anonymous": ticket.anonymous,
        "confidential": ticket.confidential,
        "reply_wanted": ticket.reply_wanted,
        "language": ticket.language,
        "no_sms": ticket.no_sms,
        "call_from": ticket.call_from.isoformat("minutes") if ticket.call_from else None,
        "call_to": ticket.call_to.isoformat("minutes") if ticket.call_to else None,
    }


def _place(ticket: Ticket, identity: Identity | None) -> Document:
    return {
        "division": ticket.division,
        "address": "***" if identity and identity.address else None,
        "lat": None if ticket.sealed else ticket.lat,
        "long": None if ticket.sealed else ticket.long,
    }


def _external(ticket: Ticket) -> Document | None:
    if ticket.external_ref is None:
        return None
    return {
        "system": ticket.external_system,
        "ref": ticket.external_ref,
        "received_at": moment(ticket.external_received_at),
        "due_at": moment(ticket.external_due_at),
    }


def order_document(order: Order, *, hides: bool) -> Document:
    """One unit's share; *hides* the rule it is under."""
    return {
        "id": str(order.id),
        "unit": order.unit,
        "role": order.role,
        "parent": str(order.parent) if order.parent else None,
        "round": order.round,
        "state": order.state,
        "due_at": moment(order.due_at),
        "policy": None if hides else order.policy,
        "designated": order.designated,
    }


def request_document(request: Request) -> Document:
    """What was asked, and what somebody else said to it."""
    return {
        "id": str(request.id),
        "kind": request.kind,
        "order": str(request.order_id) if request.order_id else None,
        "state": request.state,
        "asked_by": request.asked_by,
        "asked_at": moment(request.asked_at),
        "text": request.text,
        "decided_by": request.decided_by,
        "decided_at": moment(request.decided_at),
    }


def clock_document(clock: Clock, *, hides: bool) -> Document:
    """One promise; *hides* the rule it is under. A pause still running has no end."""
    paused = [dict(span) for span in clock.paused]
    if clock.paused_since:
        paused.append({"from": clock.paused_since.isoformat(), "to": None, "ground": clock.paused_for})
    for span in paused:
        span["from"] = moment(datetime.fromisoformat(span["from"]))
        span["to"] = moment(datetime.fromisoformat(span["to"])) if span["to"] else None
    return {
        "id": str(clock.id),
        "kind": clock.kind,
        "order": str(clock.order_id) if clock.order_id else None,
        "round": clock.round,
        "state": clock.state,
        "policy": None if hides else clock.policy,
        "policy_version": None if hides else clock.policy_version,
        "calendar_version": clock.calendar_version,
        "provisional": clock.provisional,
        "started_at": moment(clock.started_at),
        "due_at": moment(clock.due_at),
        "warn_at": moment(clock.warn_at),
        "met_at": moment(clock.met_at),
        "paused": paused,
        "extended": clock.extended,
        "rung": clock.chased,
    }


def explanation_document(told: Why, *, hides: bool) -> Document:
    """Why a clock is due when it is; *hides* the rule it is under."""
    return {
        "clock": clock_document(told.clock, hides=hides),
        "policy": None if hides else policy_document(told.policy),
        "start": moment(told.period.start),
        "length": told.period.length,
        "extended": told.period.extended,
        "unit": told.period.unit,
        "start_rule": told.period.start_rule,
        "roll_rule": told.policy.roll_rule,
        "pauses": clock_document(told.clock, hides=hides)["paused"],
        "counted": moment(told.counted.at),
        "bound": told.bound,
        "due": moment(told.due_at),
        "provisional": told.clock.provisional,
        "days": [line.to_data() for line in told.days],
    }


def fact_document(entry: Entry, note: str | None) -> Document:
    """One fact, with the note this viewer may read."""
    return {
        "seq": entry.seq,
        "at": moment(entry.at),
        "what": entry.what,
        "by": entry.by,
        "role": entry.role,
        "unit": entry.unit,
        "data": entry.data,
        "note": note,
    }


def message_document(message: Message, ticket: Ticket) -> Document:
    """One text and what became of it; of a sealed ticket not even the last figures of whom it went to."""
    return {
        "id": str(message.id),
        "fact": message.fact,
        "audience": message.audience,
        "template": message.template,
        "language": message.language,
        "fate": message.fate,
        "held_because": message.held_because,
        "error_code": message.error_code,
        "sentence": _sentence(message),
        "not_before": moment(message.not_before),
        "sent_at": moment(message.sent_at),
        "delivered_at": moment(message.delivered_at),
        "segments": message.segments,
        "to_masked": None if ticket.sealed else message.to_masked,
    }


def outbound_call_document(call: OutboundCall) -> Document:
    """One call the house made, and what came of it."""
    said = str(RUNG[call.result or "going_on"])
    return {
        "id": str(call.id),
        "round": call.round,
        "stands": call.stands,
        "result": call.result,
        "error_code": call.error_code,
        "sentence": f"{said} · {NOT_RUNG[call.error_code]}" if call.error_code else said,
        "language": call.tongue,
        "tries": call.tries,
        "at": moment(call.first_tried_at),
        "over_at": moment(call.over_at),
    }


def _sentence(message: Message) -> str:
    """Where it stands and why; what went wrong at an earlier try says nothing of a text that arrived."""
    waits = message.fate == Fate.QUEUED and message.held_because is not None
    because = message.held_because
    if because is None and message.fate in (Fate.QUEUED, Fate.UNDELIVERABLE, Fate.GIVEN_UP):
        because = message.error_code
    return why_said(message.fate, because, message.not_before if waits else None)


def unit_document(unit: UnitRow) -> Document:
    """A unit."""
    return {
        "code": unit.code,
        "name": unit.name,
        "name_en": unit.name_en,
        "kind": unit.kind,
        "parent": unit.parent,
    }


def category_document(category: CategoryRow, unit: str | None) -> Document:
    """What a matter can be about; *unit* usually leads it."""
    return {
        "code": category.code,
        "name": category.name,
        "name_en": category.name_en,
        "parent": category.parent,
        "unit": unit,
    }


def policy_document(policy: SlaPolicy) -> Document:
    """A promise for a group of matters."""
    grounds = ("urgency", "from_round", "unit_code", "category", "channel", "kind", "petition_stage")
    return {
        "code": policy.code,
        "clock": policy.clock,
        "version": policy.version,
        "applies_to": {name: getattr(policy, name) for name in grounds if getattr(policy, name) is not None},
        "length": policy.length,
        "unit": policy.unit,
        "start_rule": policy.start_rule,
        "roll_rule": policy.roll_rule,
        "extension_cap": policy.extension_cap,
        "extension_by": policy.extension_by,
        "head_grants": policy.head_grants,
        "sign_off": policy.sign_off,
        "buffer_days": policy.buffer_days,
        "pauses": policy.pauses,
        "ladder": [
            {"step": step.notice, "working_days": step.working_days, "tells": list(step.tells)}
            for step in steps_of(policy)
        ],
        "basis": policy.basis,
        "basis_url": policy.basis_url or None,
    }


def calendar_document(calendar: CalendarVersion) -> Document:
    """A version of the working hours and holidays."""
    return {
        "code": calendar.code,
        "version": calendar.version,
        "basis": calendar.basis,
        "in_force": calendar.superseded_at is None,
        "data": calendar.data,
    }
