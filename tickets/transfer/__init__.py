"""To whom a ticket goes: to a lead and joint units, back again, on to units below, together with another."""

from tickets.transfer.dispatch import check_units, dispatch, recall
from tickets.transfer.merging import check_merge, merge, unmerge
from tickets.transfer.returns import ask_return, check_return, decide_return
from tickets.transfer.rework import check_rework, rework
from tickets.transfer.sub_dispatch import check_sub_unit, sub_dispatch

__all__ = [
    "ask_return",
    "check_merge",
    "check_return",
    "check_rework",
    "check_sub_unit",
    "check_units",
    "decide_return",
    "dispatch",
    "merge",
    "recall",
    "rework",
    "sub_dispatch",
    "unmerge",
]
