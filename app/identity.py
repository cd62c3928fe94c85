"""Show a citizen's identity in clear: a right, a reason, and a fact for each look."""

from app.access.accounts import Viewer
from app.access.rules import may_read_identity
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours
from tickets.ground.facts import IdentityRead
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket
from tickets.ticket.identity import SEALED


def show_identity(
    desk: Desk, viewer: Viewer, ticket: Ticket, *, reason: str, only: tuple[str, ...] = SEALED
) -> dict[str, str | None]:
    """
    Open the vault for *viewer* and write down that it was opened, what was shown, and why.

    *ticket* must be locked: the look is a fact like any other.

    :raises NotYours: this viewer may not see it, or the ticket is sealed.
    """
    if not may_read_identity(viewer, ticket):
        raise NotYours(move="identity")
    identity = ticket.identity
    shown = {name: identity.open(desk.vault, name) if identity else None for name in only}
    write_down(
        desk, ticket, IdentityRead(fields_shown=only), at=desk.now(), note=reason, visible_to="hotline"
    )
    return shown
