"""What providers tell us by themselves, read and believed: receipts, and texts of citizens."""

from dataclasses import dataclass
from uuid import UUID

from notifications.message import Fate
from notifications.providers import Trouble


class NotGenuine(ValueError):
    """A request that the provider did not make, or not in this shape."""


@dataclass(frozen=True)
class ReceiptRead:
    """What one receipt says."""

    our_id: UUID | None
    sid: str
    status: str
    fate: Fate | None
    error: Trouble | None


@dataclass(frozen=True)
class TextRead:
    """What one text of a citizen says. The number can be forged by whoever sent it: no proof of identity."""

    sid: str
    phone: str
    words: str


@dataclass(frozen=True)
class CallRead:
    """What is told of one call. The number can be forged by whoever calls: no proof of identity."""

    sid: str
    #: None where it is withheld, or the line has none.
    phone: str | None
    #: The call is over.
    ended: bool
    keys: str
    #: The number of a recording, and how long it is.
    recording: str | None
    seconds: int
    #: Somebody at the desk spoke with whoever called.
    picked_up: bool
    #: The provider's own word for where the call stands.
    status: str = ""


def own_id(written: str) -> UUID | None:
    """Read an id of ours; None where it is not written the way we write it."""
    try:
        read = UUID(written)
    except ValueError:
        return None
    return read if str(read) == written else None
