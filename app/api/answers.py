"""How an answer leaves: JSON with its version, lists with the way to go on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, request, url_for

from tickets.ground.errors import bad_field

T = TypeVar("T")


def json_response(body: Any, status: int = 200, *, etag: str | None = None) -> Response:
    """JSON in UTF-8, kept by nobody on the way."""
    response = Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        status=status,
        mimetype="application/json",
    )
    response.headers["Cache-Control"] = "no-store"
    if etag:
        response.headers["ETag"] = etag
    return response


def cursor_of(number: int) -> str:
    """Wrap the key of the last row, so that nobody reckons with it."""
    return urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> int | None:
    """
    The key in a *cursor*.

    :raises FieldsRefused: it is none of ours.
    """
    if cursor is None:
        return None
    try:
        number = int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise bad_field("cursor", "bad_cursor") from None
    if not -(2**63) <= number < 2**63:
        raise bad_field("cursor", "bad_cursor")
    return number


def list_response(
    rows: Sequence[T], *, limit: int, document: Callable[[T], Any], key: Callable[[T], int | UUID | str]
) -> Response:
    """A page of a list read with one row more than *limit*, and where the next one begins."""
    shown = rows[:limit]
    last = key(shown[-1]) if len(rows) > limit else None
    next_cursor = cursor_of(last) if isinstance(last, int) else str(last) if last else None
    response = json_response({"items": [document(row) for row in shown], "next": next_cursor})
    if next_cursor and request.endpoint:
        arguments = {**request.args.to_dict(), "cursor": next_cursor}
        address = url_for(request.endpoint, **{**(request.view_args or {}), **arguments})
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
