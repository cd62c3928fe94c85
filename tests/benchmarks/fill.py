"""
A district with a long past: real tickets of every state, brought there by real moves, and copies of them.

A copy has words, citizen, number and moments of its own, and every row its original has. Only its hash chain
does not fit: nobody reads it here, and `zhuanban verify` would say so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

import psycopg
from sqlmodel import Session

from app.factory import create_app
from tests.benchmarks.bed import Bed, say
from tests.benchmarks.texts import citizens, titles_and_texts
from tests.makers import RIVER, Api
from tickets.ground.refs import make_ref
from tickets.search import index_waiting
from tickets.ticket import seal_identity
from tickets.ticket.identity import Identity

UNITS = ("panlong-civil", "housing", "medical", "education", "530103012")

#: How many of a hundred open tickets stand where.
OPEN = {
    "registered": 15,
    "dispatched": 20,
    "handling": 35,
    "replied": 10,
    "callback": 10,
    "awaits_reviewer": 10,
}
#: One ticket of so many is open.
OPEN_SHARE = 50
#: The open ones came within this time, the others one after the other before it.
LATELY = timedelta(days=3)
BETWEEN = timedelta(minutes=5)

NO = {"reached": True, "solved": "no", "satisfaction": 2, "reason": "问题还在，没有人来过。"}

#: Columns of a copy that its original does not tell.
OWN: Mapping[tuple[str, str], str] = {
    ("ticket", "id"): "made.id",
    ("ticket", "ref"): "made.ref",
    ("ticket", "title"): "made.title",
    ("ticket", "text"): "made.text",
    **{
        ("vault", name): f"made.{name}"
        for name in ("name", "phone", "address", "phone_index", "name_masked", "phone_masked", "code_hash")
    },
    # Sent long ago: a worker must find nothing to do.
    ("message", "fate"): "'delivered'",
}

MADE = """
    create temp table made (
        id bigint primary key, original bigint, shift interval, milliseconds bigint,
        ref text, title text, text text, name bytea, phone bytea, address bytea, phone_index bytea,
        name_masked text, phone_masked text, code_hash bytea
    )
"""

#: A key sorts by the time it was made: the copy's is as much earlier as the copy itself.
MOVED = """
    create function pg_temp.moved(key uuid, milliseconds bigint) returns uuid language sql immutable as $$
        select (lpad(to_hex(('x' || left(bare, 12))::bit(48)::bigint + milliseconds), 12, '0')
            || substr(bare, 13))::uuid from (select replace(key::text, '-', '') bare) one
    $$
"""

#: What waits to be counted is no part of a ticket, and numbers the database gives are given anew.
TABLES = """
    select table_name,
        array_agg(column_name::text order by ordinal_position),
        array_agg(data_type::text order by ordinal_position)
    from information_schema.columns
    where table_schema = current_schema() and table_name <> 'figure_queue'
    and (is_identity = 'NO' or table_name = 'ticket') and table_name in (
        select table_name from information_schema.columns where table_schema = current_schema()
        and column_name = 'ticket_id' and table_name <> 'search_doc' union select 'ticket')
    group by table_name order by table_name <> 'ticket', table_name
"""


@dataclass(frozen=True)
class Copy:
    """Which ticket a copy is made of, and how much earlier it came."""

    id: int
    original: int
    shift: timedelta


def fill(bed: Bed, count: int) -> None:
    """Fill the district with *count* tickets, indexed for search."""
    say(f"  filling the tables with {count:,} tickets …")
    originals = _originals(bed)
    first = max(ticket for tickets in originals.values() for ticket in tickets) + 1
    copy(bed, _plan(originals, first, count))
    say("  indexing their words …")
    _index(bed)
    settle(bed)


def copy(bed: Bed, copies: list[Copy]) -> None:
    """Make *copies*, with every row their originals have."""
    with bed.administrator() as connection:
        connection.execute("set session_replication_role = replica")  # the originals' references hold
        connection.execute(MADE)
        connection.execute(MOVED)
        _write(bed, connection, copies)
        connection.execute("analyze made")
        for table, columns, types in connection.execute(TABLES).fetchall():
            connection.execute(_copy_rows(table, dict(zip(columns, types, strict=True))))
        connection.execute("select setval('ticket_number', %s)", [copies[-1].id])


def settle(bed: Bed) -> None:
    """Have the tables looked at and written to the disk, as in a house that has been there for long."""
    with bed.administrator() as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def _originals(bed: Bed) -> dict[str, list[int]]:
    """A ticket in each state for each unit; numbers of the rows."""
    api = Api(create_app(bed.settings, bed.house), bed.house)
    states = {name: [brought_to(api, name, unit) for unit in UNITS] for name in (*OPEN, "closed")}
    with bed.administrator() as connection:
        numbers = dict(connection.execute("select ref, id from ticket").fetchall())
    return {name: [numbers[ref] for ref in refs] for name, refs in states.items()}


def brought_to(api: Api, name: str, unit: str) -> str:
    """The number of a new ticket that *unit* leads, brought to the state called *name*."""
    ticket = api.register()
    goal = "callback" if name == "awaits_reviewer" else name
    for state, username, move, body in RIVER:
        if ticket["state"] == goal:
            break
        who = username.replace("panlong-civil", unit)
        ticket = _moved(api, who, ticket, move, {**body, "lead": unit} if move == "dispatch" else body)
        if ticket["state"] != state:
            raise AssertionError(f"{move} led to {ticket['state']}")
    if name == "awaits_reviewer":
        ticket = _moved(api, "caller", ticket, "call_back", NO)
    return str(ticket["ref"])


def _moved(
    api: Api, username: str, ticket: Mapping[str, Any], move: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    response = api.move(username, ticket["ref"], move, **body)
    if response.status_code != 200:
        raise AssertionError(response.text)
    after: dict[str, Any] = response.get_json()
    return after


def _plan(originals: Mapping[str, list[int]], first: int, count: int) -> list[Copy]:
    """Closed tickets one after the other, then the open ones of the last days."""
    still_open = [(state, unit) for state, share in OPEN.items() for unit in range(share)]
    Random(3).shuffle(still_open)  # noqa: S311 no secret
    opened = count // OPEN_SHARE
    closed = cycle(originals["closed"])
    copies = [
        Copy(first + number, next(closed), -LATELY - (count - opened - number) * BETWEEN)
        for number in range(count - opened)
    ]
    for number, (state, unit) in zip(range(opened), cycle(still_open), strict=False):
        ticket = originals[state][unit % len(originals[state])]
        copies.append(Copy(first + len(copies), ticket, -LATELY * (opened - number) / opened))
    return copies


def _write(bed: Bed, connection: psycopg.Connection[Any], copies: list[Copy]) -> None:
    random = Random(5)  # noqa: S311 no secret
    now = connection.execute("select clock_timestamp()").fetchone()
    assert now is not None
    with connection.cursor().copy("copy made from stdin") as stream:
        for row in _lines(bed, copies, now[0], random):
            stream.write_row(row)


def _lines(bed: Bed, copies: list[Copy], now: datetime, random: Random) -> Iterator[tuple[Any, ...]]:
    words = zip(titles_and_texts(random), citizens(random), strict=False)
    for one, ((title, words_), citizen) in zip(copies, words, strict=False):
        ref = make_ref(now + one.shift, one.id)
        identity: Identity = seal_identity(bed.house.vault, one.id, ref=ref, code="123456", known=citizen)
        sealed = (identity.name, identity.phone, identity.address, identity.phone_index)
        shown = (identity.name_masked, identity.phone_masked, identity.code_hash)
        milliseconds = one.shift // timedelta(milliseconds=1)
        yield (one.id, one.original, one.shift, milliseconds, ref, title, words_, *sealed, *shown)


def _copy_rows(table: str, columns: Mapping[str, str]) -> str:
    def told(column: str, of_type: str) -> str:
        if own := OWN.get((table, column)):
            return own
        if column == "ticket_id":
            return "made.id"
        if of_type == "uuid":
            return f'pg_temp.moved(original."{column}", made.milliseconds)'
        if of_type.startswith("timestamp"):
            return f'original."{column}" + made.shift'
        return f'original."{column}"'

    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(told(column, of_type) for column, of_type in columns.items())
    key = "id" if table == "ticket" else "ticket_id"
    return (
        f'insert into "{table}" ({names}) select {values} from "{table}" original'  # noqa: S608 names of our tables
        f' join made on made.original = original."{key}" order by made.id'
    )


def _index(bed: Bed) -> None:
    while True:
        with Session(bed.house.engine) as session, session.begin():
            if not index_waiting(session, 1000):
                return
