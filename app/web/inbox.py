"""Lists of what came in beside the tickets: what waits for a person, or what is settled, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from flask import request, url_for

from app.reading.paging import MOST, read_id


class Ask(Protocol):
    """Asks for rows in their order, one more than *limit* if there are more."""

    def __call__(self, *, limit: int, after: UUID | None) -> Sequence[Any]:
        """Give what stands behind *after*."""


@dataclass(frozen=True)
class Inbox:
    """One page of such a list."""

    shown: Sequence[Any]
    #: Whether it is what is settled.
    settled: bool
    waiting_url: str
    settled_url: str
    next_url: str
    first_url: str


def inbox(endpoint: str, settled: str, waiting: Ask, done: Ask) -> Inbox:
    """
    Read the page of a list that the address asks for; with *settled* in it that is what is *done*.

    Where a way back is refused, it is what is done as well.
    """
    is_settled = settled in request.args or request.path.endswith("/back")
    after = read_id(request.args.get("after"), "after")
    rows = (done if is_settled else waiting)(limit=MOST, after=after)
    shown = rows[:MOST]
    there: dict[str, Any] = {settled: 1}
    kept = there if is_settled else {}
    return Inbox(
        shown=shown,
        settled=is_settled,
        waiting_url=url_for(endpoint),
        settled_url=url_for(endpoint, **there),
        next_url=url_for(endpoint, **kept, after=shown[-1].row.id) if len(rows) > MOST else "",
        first_url=url_for(endpoint, **kept) if after else "",
    )
