"""Where a request comes from, as far as tries are counted by it."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil

from flask import request

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


def waiting(field: str, wait: MustWait) -> BadField:
    """What to say beside *field* to somebody who has to wait: seconds while they are few, else minutes."""
    if wait.seconds <= 90:
        return BadField(field, "wait_seconds", {"seconds": wait.seconds})
    return BadField(field, "wait_minutes", {"minutes": ceil(wait.seconds / 60)})


def counted_as(address: IPv4Address | IPv6Address) -> str:
    """An address of IPv4 as it is; of IPv6 the network it is in, of which one household has all addresses."""
    if isinstance(address, IPv4Address):
        return str(address)
    inside = address.ipv4_mapped
    return str(inside) if inside else address.exploded[:19]
