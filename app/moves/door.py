"""A door: the shape of a move's request, what is held against the house before, and the operation it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.access.accounts import Viewer
from tickets.ground.desk import Desk
from tickets.intake.draft import Strict
from tickets.ticket import Ticket

Act = Callable[[Desk, Viewer, Ticket, Any], None]


def nothing(_desk: Desk, _viewer: Viewer, _ticket: Ticket, _body: Any) -> None:
    """Nothing in this body can be wrong once its shape is right."""


@dataclass(frozen=True)
class Door:
    """One move."""

    body: type[Strict]
    act: Act
    #: Raises FieldsRefused (422) for what is wrong whatever the moment and whoever asks.
    check: Act = nothing
