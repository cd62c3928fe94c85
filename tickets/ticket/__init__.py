"""The ticket: its rows, its identity, its promises, and the one step every move takes."""

from tickets.ticket.identity import Identity, seal_identity
from tickets.ticket.matter import cover_matter
from tickets.ticket.order_rows import Order, Reply
from tickets.ticket.orders import end_order, give_order, order_of
from tickets.ticket.request_rows import Request, SupervisionCard
from tickets.ticket.rows import Ticket
from tickets.ticket.steps import begin_round, finish, go, lock_ticket, lock_tickets, outcome_of, stays
from tickets.ticket.whole import read_whole

__all__ = [
    "Identity",
    "Order",
    "Reply",
    "Request",
    "SupervisionCard",
    "Ticket",
    "begin_round",
    "cover_matter",
    "end_order",
    "finish",
    "give_order",
    "go",
    "lock_ticket",
    "lock_tickets",
    "order_of",
    "outcome_of",
    "read_whole",
    "seal_identity",
    "stays",
]
