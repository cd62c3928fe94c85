"""What a unit does with its order, what it asks for, and what the reviewer says of its answer."""

from tickets.handling.more_time import (
    ask_extension,
    ask_shelving,
    decide_extension,
    decide_shelving,
    resume,
)
from tickets.handling.reply import Answer, decide_sign_off, reply
from tickets.handling.review import check_reason, review
from tickets.handling.termination import ask_termination, decide_termination
from tickets.handling.unit import contact, sign, take

__all__ = [
    "Answer",
    "ask_extension",
    "ask_shelving",
    "ask_termination",
    "check_reason",
    "contact",
    "decide_extension",
    "decide_shelving",
    "decide_sign_off",
    "decide_termination",
    "reply",
    "resume",
    "review",
    "sign",
    "take",
]
