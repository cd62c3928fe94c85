"""What a unit does with its order, and what the reviewer says of its answer."""

from tickets.handling.review import check_reason, review
from tickets.handling.unit import contact, reply, sign

__all__ = ["check_reason", "contact", "reply", "review", "sign"]
