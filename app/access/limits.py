"""How often somebody may look, and who is free of limits: the demo on its own machine."""

from datetime import datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import text

from app.access.accounts import Viewer
from app.settings import Settings
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

AN_HOUR = timedelta(hours=1)


class TooManyLooks(TicketError):
    """Somebody looked at too many identities within the hour."""

    code = "too_many_looks"


def is_free(settings: Settings, address: str | None) -> bool:
    """Whether no limit applies: a demo, asked from its own machine."""
    try:
        return settings.demo and ip_address(address or "").is_loopback
    except ValueError:
        return False


def check_looks(desk: Desk, viewer: Viewer, *, most: int, at: datetime) -> None:
    """
    Hold the looks of *viewer* within the last hour against *most*, one look after the other.

    :raises TooManyLooks: there were as many already.
    """
    connection = desk.session.connection()
    # Two looks at the same moment wait for each other, or both would be the last one allowed.
    connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 2))"), {"lock": viewer.username}
    )
    looks = connection.execute(
        text("select count(*) from timeline where what = 'identity_read' and by = :by and at > :since"),
        {"by": viewer.username, "since": at - AN_HOUR},
    ).scalar_one()
    if looks >= most:
        raise TooManyLooks(most=most)
