"""The citizen's last word: asked for, given, taken back, or held against how it ended."""

from tickets.callback.ask import Answers, call_back, check_again, check_reason, close
from tickets.callback.dispute import dispute
from tickets.callback.withdrawal import decide_withdrawal, withdraw

__all__ = [
    "Answers",
    "call_back",
    "check_again",
    "check_reason",
    "close",
    "decide_withdrawal",
    "dispute",
    "withdraw",
]
