"""Show a citizen's identity in clear: a right, a reason, a limit, and a fact for each look."""

from app.access.accounts import Viewer
from app.access.limits import check_looks
from app.access.rules import may_read_identity
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours
from tickets.ground.facts import IdentityRead
from tickets.ground.originals import originals_of
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket
from tickets.ticket.identity import SEALED


def show_identity(
    desk: Desk,
    viewer: Viewer,
    ticket: Ticket,
    *,
    reason: str,
    only: tuple[str, ...] = SEALED,
    most: int | None = None,
) -> dict[str, str | None]:
    """
    Open the vault for *viewer* and write down that it was opened, what was shown, and why.

    Of a sealed ticket title and text are shown as well, as they were written, where they were covered.

    *ticket* must be locked: the look is a fact like any other. *most* is how many looks an hour are allowed;
    None where no limit applies.

    :raises NotYours: this viewer may not see it, or the ticket is sealed.
    :raises TooManyLooks: this viewer looked too often within the hour.
    """
    at = desk.now()
    if not may_read_identity(viewer, ticket, at):
        raise NotYours(move="identity")
    if most is not None:
        check_looks(desk, viewer, most=most, at=at)
    identity = ticket.identity
    shown = {name: identity.open(desk.vault, name) if identity else None for name in only}
    if ticket.sealed and only == SEALED:
        shown |= originals_of(desk.session, desk.vault, ticket.id)
    fact = IdentityRead(fields_shown=tuple(shown))
    write_down(desk, ticket, fact, at=at, note=reason, visible_to="hotline")
    return shown
