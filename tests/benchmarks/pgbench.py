"""What PostgreSQL itself can do: pgbench inserts the rows of one registration, as one transaction."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel, col, select

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.api.documents import ticket_document
from app.api.idempotency import Answer, Key
from app.embedded.cluster import APPLICATION
from app.embedded.home import PORT
from tests.benchmarks.bed import Bed, CannotMeasure, say
from tests.benchmarks.registrations import RUNS
from tests.benchmarks.texts import registrations
from tickets.ground.desk import Desk
from tickets.intake.draft import Draft
from tickets.intake.register import register

#: Room for the tickets of one client, and of all clients of one run, far above those the API makes.
OF_CLIENT, OF_RUN = 10**7, 10**9


def measure(bed: Bed, program: Path, clients: Sequence[int], seconds: int) -> dict[int, float]:
    """Transactions a second for each number of *clients*, the run in the middle of several."""
    script = bed.folder / "registration.sql"
    script.write_text(_script(_rows_of_one_registration(bed)), encoding="utf-8")
    rates: dict[int, float] = {}
    first = OF_RUN
    for number in clients:
        runs = []
        for _ in range(RUNS):
            runs.append(_run(bed, [str(program), "-f", str(script), *_options(number, seconds, first)]))
            first += OF_RUN
        rates[number] = median(runs)
        say(
            f"  {number} clients of pgbench: {' '.join(f'{rate:.0f}' for rate in runs)} transactions a second"
        )
    return rates


def _options(clients: int, seconds: int, first: int) -> list[str]:
    given = {"-c": clients, "-j": min(clients, os.cpu_count() or 1), "-T": seconds, "-M": "prepared"}
    variables = ["-D", "made=0", "-D", f"first={first}"]
    return ["-n", *(str(part) for option in given.items() for part in option), *variables]


def _run(bed: Bed, command: list[str]) -> float:
    cluster = bed.server.cluster
    environment = {
        **os.environ,
        "PGHOST": str(cluster.sockets),
        "PGPORT": str(PORT),
        "PGUSER": APPLICATION,
        "PGPASSWORD": cluster.passwords[APPLICATION],
        "PGOPTIONS": f"-c search_path={bed.settings.schema_} -c timezone=UTC",
    }
    ended = subprocess.run(  # noqa: S603 put together here
        [*command, bed.name], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    rate = re.search(r"tps = ([0-9.]+)", ended.stdout)
    if ended.returncode != 0 or rate is None:
        raise CannotMeasure(f"pgbench: {ended.stderr[-1000:]}")
    return float(rate[1])


class _NotKept(Exception):
    """Ends the transaction of a registration that only shows its rows."""


def _rows_of_one_registration(bed: Bed) -> list[SQLModel]:
    """What lies on the desk when a registration with a key is answered, just before it is written."""
    body = next(registrations(Random(7)))  # noqa: S311 no secret
    rows: list[SQLModel] = []
    try:
        with bed.house.open_desk(viewer_of(_operator(bed)).actor()) as desk:
            _lay_down(desk, viewer_of(_operator(bed)), Draft.model_validate(body))
            rows = list(desk._new)
            raise _NotKept
    except _NotKept:
        return rows


def _operator(bed: Bed) -> Account:
    with bed.house.read() as session:
        return session.exec(select(Account).where(col(Account.username) == "operator")).one()


def _lay_down(desk: Desk, viewer: Any, draft: Draft) -> None:
    made = register(desk, draft)
    document = {**ticket_document(made.ticket, viewer), "tracking_code": made.tracking_code}
    key = Key.of(viewer.account_id, "key", method="POST", path="/api/v1/tickets", body=b"")
    key.store(desk, Answer(201, document))


def _script(rows: Sequence[SQLModel]) -> str:
    lines = ["\\set made :made + 1", f"\\set id :first + :client_id * {OF_CLIENT} + :made", "begin;"]
    # A ticket before what hangs on it: each row is a statement of its own here.
    seen: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: str(inspect(type(row)).local_table.name) != "ticket"):
        table = str(inspect(type(row)).local_table.name)
        values = dict(_values(row, table, seen[table]))
        seen[table] += 1
        # Names of our tables, and literals that psycopg made.
        lines.append(f"insert into {table} ({', '.join(values)}) values ({', '.join(values.values())});")  # noqa: S608
    return "\n".join([*lines, "commit;"]) + "\n"


def _values(row: SQLModel, table: str, number: int) -> Iterator[tuple[str, str]]:
    """Each filled column of *row* with its literal, made unlike in every transaction where it is a key."""
    for column in inspect(type(row)).columns:
        value = row.__dict__.get(column.key)
        if value is None:
            continue
        if column.key == "ticket_id" or (table, column.key) == ("ticket", "id"):
            yield column.key, ":id"
        elif column.key == "ref":
            yield column.key, "lpad((:id)::text, 14, '0')"
        elif column.key == "key":
            yield column.key, "'bench-' || (:id)::text"
        elif isinstance(value, UUID):
            yield column.key, f"('00000000-0000-7000-8{number:03x}-' || lpad((:id)::text, 12, '0'))::uuid"
        elif isinstance(value, bytes):
            yield column.key, f"'\\x{value.hex()}'::bytea"  # in other letters pgbench might see a variable
        else:
            literal = sql.Literal(Jsonb(value) if isinstance(column.type, JSONB) else value)
            yield column.key, literal.as_string()
