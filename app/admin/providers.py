"""Move the shares of providers by hand, with a reason; the moves made by the clock stand beside them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from app.admin.fields import LongName
from app.admin.ledger import one_at_a_time, write_house_fact
from notifications.providers import Provider
from notifications.routes import move_by_hand, routes_of
from notifications.routing import WHOLE, Way
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused
from tickets.intake.draft import Strict

Share = Annotated[int, Field(ge=0, le=WHOLE)]


class RouteWanted(Strict):
    """Who carries texts to numbers with a prefix, and how many of a hundred each."""

    #: With its plus, as "+86"; a plus alone is every number.
    prefix: Annotated[str, Field(pattern=r"^\+[0-9]{0,6}$")]
    #: Together a hundred; none takes the route away. One that is not named does not carry there at all.
    shares: dict[str, Share]
    #: Stay so: this is the position of rest from now on.
    rest: bool = False
    reason: LongName


def move_shares(desk: Desk, providers: Mapping[str, Provider], wanted: RouteWanted) -> bool:
    """
    Put the shares of one prefix as they are *wanted*; False where they are so already.

    :raises FieldsRefused: a provider is not set up, or the shares are no whole.
    """
    one_at_a_time(desk)
    names = list(providers)
    check_shares(wanted.shares, names)
    before = routes_of(desk.session, names).get(wanted.prefix, ())
    after = _wanted(wanted, before)
    if list(before) == after:
        return False
    made = move_by_hand(desk.session, names, wanted.prefix, after, by=desk.actor.username, said=wanted.reason)
    said = {"reason": wanted.reason}
    write_house_fact(desk, "shares_moved", wanted.prefix, _plain(made.before), {**_plain(after), **said})
    return True


def check_shares(shares: Mapping[str, int], names: Sequence[str]) -> None:
    """
    Hold *shares* against the rules.

    :raises FieldsRefused: a provider is not set up, or the shares are no whole.
    """
    wrong = [
        BadField(f"shares.{name}", "unknown_provider", {"provider": name, "providers": ", ".join(names)})
        for name in shares
        if name not in names
    ]
    total = sum(shares.values())
    if shares and total != WHOLE:
        wrong.append(BadField("shares", "shares_not_whole", {"total": total}))
    if wrong:
        raise FieldsRefused(*wrong)


def _wanted(wanted: RouteWanted, before: Sequence[Way]) -> list[Way]:
    """A new route rests where it is put; a known one only if that is asked for."""
    at_rest = {way.provider: way.rest for way in before}
    stays = wanted.rest or not before
    found = [
        Way(name, share, share if stays else at_rest.get(name, 0)) for name, share in wanted.shares.items()
    ]
    return sorted(found, key=lambda way: -way.rest)


def _plain(ways: Sequence[Way]) -> dict[str, str]:
    return {
        "shares": ", ".join(f"{way.provider} {way.share}" for way in ways),
        "rest": ", ".join(f"{way.provider} {way.rest}" for way in ways),
    }
