"""Where a request comes from, as far as wrong passwords are counted by it, and what is said of one."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil

from flask import Response, make_response, request
from sqlmodel import Session

from app.access.sign_in import is_password_of
from app.access.tries import Door, MustWait
from app.house import house
from tickets.ground.errors import BadField


def door_here() -> Door:
    """The door this request stands at."""
    return Door(house().vault, origin())


def origin() -> str | None:
    """Whose tries are counted; None for the demo's own machine."""
    written = request.remote_addr or ""
    try:
        address = ip_address(written)
    except ValueError:
        return written
    if address.is_loopback and house().settings.demo:
        return None
    return counted_as(address)


@dataclass(frozen=True)
class Refusal:
    """What was wrong with a password or code, and how the page that says so is answered."""

    bad: BadField
    status: int = 422
    #: Seconds after which it may be tried again.
    retry_after: int | None = None

    @classmethod
    def to_wait(cls, field: str, wait: MustWait) -> "Refusal":
        """Too many were wrong: seconds while they are few, else minutes."""
        if wait.seconds <= 90:
            bad = BadField(field, "wait_seconds", {"seconds": wait.seconds})
        else:
            bad = BadField(field, "wait_minutes", {"minutes": ceil(wait.seconds / 60)})
        return cls(bad, 429, wait.seconds)

    def answer(self, page: str) -> Response:
        """Answer with *page*, which says what was wrong."""
        response = make_response(page, self.status)
        if self.retry_after is not None:
            response.headers["Retry-After"] = str(self.retry_after)
        return response


def prove(session: Session, username: str, field: str) -> Refusal | None:
    """
    Hold the password in *field* of the form against that of *username*, who is signed in.

    A refusal is given and not raised: raised, it would take back what was counted.
    """
    try:
        fits = is_password_of(session, door_here(), username, request.form.get(field, ""))
    except MustWait as wait:
        return Refusal.to_wait(field, wait)
    return None if fits else Refusal(BadField(field, "wrong_password"))


def counted_as(address: IPv4Address | IPv6Address) -> str:
    """An address of IPv4 as it is; of IPv6 the network it is in, of which one household has all addresses."""
    if isinstance(address, IPv4Address):
        return str(address)
    inside = address.ipv4_mapped
    return str(inside) if inside else address.exploded[:19]
