"""
What can go wrong with a ticket, and whose fault it is.

* TicketError
  + NotFound              there is no such ticket for this viewer
  + NotYours              it can be seen, but this person may not make the move
    - OwnRequest          nobody decides on what they asked themselves
  + Stale                 somebody else was quicker
  + Refused               the moment is wrong
    - MoveNotAllowed      the table of moves does not have this step
  + FieldsRefused         what was handed in cannot be used; says which field and what to do

None of them speaks: each has a `code` and `params`, and `app/sentences.py` has the words.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any


class TicketError(Exception):
    """Something a person can be told and can mend."""

    code = "error"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params


class NotFound(TicketError):
    """There is no such ticket for this viewer."""

    code = "not_found"


class NotYours(TicketError):
    """The ticket may be read, but this move is for somebody else."""

    code = "not_yours"


class OwnRequest(NotYours):
    """Nobody decides on what they asked themselves, nor with another account of theirs."""

    code = "own_request"


class Stale(TicketError):
    """The ticket was changed since it was read."""

    code = "stale"


class Refused(TicketError):
    """The ticket is not in a condition for this."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        super().__init__(**params)


class MoveNotAllowed(Refused):
    """The table of moves does not have this step."""

    def __init__(self, **params: Any) -> None:
        super().__init__("move_not_allowed", **params)


@dataclass(frozen=True)
class BadField:
    """One field that cannot be used: its name in the request, what is wrong, and what the words need."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


class FieldsRefused(TicketError):
    """What was handed in cannot be used."""

    code = "fields_refused"

    def __init__(self, *fields: BadField) -> None:
        super().__init__()
        self.fields = fields


def bad_field(name: str, code: str, **params: Any) -> FieldsRefused:
    """One refused field, ready to raise."""
    return FieldsRefused(BadField(name, code, params))
