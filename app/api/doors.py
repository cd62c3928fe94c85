"""Come in to the API: a token, a ticket one may know of, a key, a version; checked in this order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import Response, g, request
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.access.accounts import Viewer
from app.access.doors import ticket_for, ticket_seen, viewer_by_token
from app.api.answers import json_response
from app.api.idempotency import MOST_KEY, Answer, Key
from app.house import house
from tickets.ground.desk import Actor, Desk
from tickets.ground.errors import TicketError, bad_field

View = Callable[..., Response]

NOBODY = Actor(username="", role="")


class NoToken(TicketError):
    """Nobody said who they are, or nobody known."""

    code = "no_token"


class NotForYou(TicketError):
    """This account may not do this at all."""

    code = "not_for_you"


@contextmanager
def at_the_desk() -> Iterator[Desk]:
    """Open a desk for whoever holds the token of this request."""
    with house().open_desk(NOBODY) as desk:
        g.viewer = _viewer(desk)
        desk.actor = g.viewer.actor()
        g.desk = desk
        yield desk


def _viewer(desk: Desk) -> Viewer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    viewer = viewer_by_token(desk.session, token.strip()) if scheme.lower() == "bearer" else None
    if viewer is None:
        raise NoToken
    return viewer


def staff_only(view: View) -> View:
    """Let in who holds a token, with a desk laid out for the request."""

    @wraps(view)
    def inside(*args: Any, **kwargs: Any) -> Response:
        with at_the_desk():
            return view(*args, **kwargs)

    inside.open_to = "token"  # type: ignore[attr-defined] # read by the rule that every route says who may enter
    return inside


def on_ticket(*, lock: bool = False) -> Callable[[View], View]:
    """Fetch the ticket the address names, locked for a move or only read."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inside(ref: str, **kwargs: Any) -> Response:
            desk: Desk = g.desk
            ticket = ticket_for(desk, g.viewer, ref) if lock else ticket_seen(desk, g.viewer, ref)
            return view(ticket=ticket, **kwargs)

        return inside

    return wrap


def once(view: View) -> View:
    """
    Try again where the same key came twice at the same moment: the second try finds the stored answer.

    And where the database broke off a deadlock: nothing was done, and whoever it was with is through by then.
    """

    @wraps(view)
    def inside(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except IntegrityError as clash:
            if "idempotency" not in str(clash.orig):
                raise
        except DBAPIError as broken:
            if not was_broken_off(broken):
                raise
        return view(*args, **kwargs)

    inside.open_to = getattr(view, "open_to", None)  # type: ignore[attr-defined] # as above
    return inside


def was_broken_off(error: DBAPIError) -> bool:
    """Whether the database undid everything and asks for another try: a deadlock, or no order of two."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def key_of_request(body: bytes | None = None) -> Key | None:
    """
    The Idempotency-Key of this request, if it has one; *body* is what counts of it where not every byte does.

    :raises FieldsRefused: it is empty or too long.
    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not 0 < len(given) <= MOST_KEY:
        raise bad_field("Idempotency-Key", "bad_key", most=MOST_KEY)
    viewer: Viewer = g.viewer
    told = request.get_data(cache=True) if body is None else body
    return Key.of(viewer.account_id, given, method=request.method, path=request.path, body=told)


def expected_version() -> int | None:
    """
    The version in `If-Match`, if the request has one; `*` matches any.

    :raises FieldsRefused: it is not a version of ours.
    """
    given = request.headers.get("If-Match", "*").strip().removeprefix("W/")
    if given == "*":
        return None
    number = given.strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise bad_field("If-Match", "bad_version")
    return int(number)


def answered(desk: Desk, key: Key | None, act: Callable[[], Answer]) -> Response:
    """Give the stored answer of *key*, or act and store it with the transaction."""
    earlier = key.earlier_answer(desk) if key else None
    if earlier is not None:
        return json_response(earlier.body, earlier.status, etag=earlier.etag)
    answer = act()
    if key:
        key.store(desk, answer)
    return json_response(answer.body, answer.status, etag=answer.etag)
