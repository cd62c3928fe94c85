"""The ticket: its rows, its identity, its promises, and the one step every move takes."""

from tickets.ticket.identity import Identity, seal_identity
from tickets.ticket.rows import Order, Reply, Ticket
from tickets.ticket.steps import finish, go, lock_ticket, order_of, outcome_of, stays

__all__ = [
    "Identity",
    "Order",
    "Reply",
    "Ticket",
    "finish",
    "go",
    "lock_ticket",
    "order_of",
    "outcome_of",
    "seal_identity",
    "stays",
]
