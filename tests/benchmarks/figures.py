"""Every page of figures and the board: cold, warm, and what it takes in the database alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import Session, select

from app.access.accounts import Account, Viewer
from app.access.doors import viewer_of
from app.admin.ledger import CONSOLE
from app.factory import create_app
from app.statistics.all_topics import TOPICS
from app.statistics.wall_links import make_link
from app.wiring import House
from tests.app.pages import signed_in
from tests.benchmarks.bed import HOST, Bed, CannotMeasure, say
from tests.benchmarks.pages import SUPERVISOR, Opened, Visit, cookie_of, open_again_and_again, requests_of

#: How often a page is asked in the process that counts what the database takes.
TIMES = 20


@dataclass(frozen=True)
class Cost:
    """What a page cost: right after the database was started, and in the database alone once it was warm."""

    what: str
    cold_ms: float
    database_p95_ms: float
    queries: int


def measure(bed: Bed, seconds: float) -> tuple[list[Cost], list[Opened]]:
    """Ask every page of figures: once cold, then what it takes in the database, then by one and by eight."""
    cookie, paths = cookie_of(bed, SUPERVISOR), _paths(bed)
    cold = _cold(bed, cookie, paths)
    house = House.of(bed.settings, pool=2)
    try:
        client = signed_in(create_app(bed.settings, house), SUPERVISOR).client
        costs = [_cost(house, client, what, path, cold[what]) for what, path in paths.items()]
    finally:
        house.engine.dispose()
    opened = [
        open_again_and_again(bed, Visit(what, "statistics", requests_of(cookie, [path])), seconds)
        for what, path in paths.items()
    ]
    return costs, opened


def _paths(bed: Bed) -> dict[str, str]:
    """The pages by what they are: of this month as they come, and some of them of a year."""
    with bed.administrator() as connection:
        found = connection.execute(
            "select (now() - interval '1 year')::date::text, (now() - interval '1 month')::date::text"
        ).fetchone()
    assert found is not None
    year, month = found
    with bed.house.open_desk(CONSOLE) as desk:
        secret = make_link(desk, _supervisor(bed), "大厅")
    return {
        "board, signed in": "/board",
        "board on the wall": f"/wall/{secret}",
        **{f"{name}, a month": f"/statistics/{name}?from={month}" for name in TOPICS},
        "units, a year": f"/statistics/units?from={year}",
        "kinds, a year": f"/statistics/kinds?from={year}",
        "chart of kinds, a month": f"/statistics/kinds/category.svg?from={month}",
        "tickets behind a month": f"/statistics/tickets?figure=closed&from={month}",
        "tickets behind a year": f"/statistics/tickets?figure=closed&from={year}",
    }


def _supervisor(bed: Bed) -> Viewer:
    with Session(bed.house.engine) as session:
        return viewer_of(session.exec(select(Account).where(Account.username == SUPERVISOR)).one())


def _cold(bed: Bed, cookie: str, paths: dict[str, str]) -> dict[str, float]:
    """Milliseconds of the first answer after PostgreSQL forgot all it held; the disk's own memory stays."""
    found = {}
    for what, path in paths.items():
        bed.server.stop()
        bed.server.start()
        _answer(bed, cookie, "/desk")  # web comes back to the database, which reads its own tables
        began = perf_counter()
        _answer(bed, cookie, path)
        found[what] = 1000 * (perf_counter() - began)
    return found


def _answer(bed: Bed, cookie: str, path: str) -> None:
    for left in (2, 1, 0):
        connection = HTTPConnection(HOST, bed.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status == 200:
            return
        if not left:
            raise CannotMeasure(f"{path} was answered {answer.status}; web's log: {bed.last_words()}")


def _cost(house: House, client: FlaskClient, what: str, path: str, cold_ms: float) -> Cost:
    client.get(path)
    took, queries = [], 0
    for _ in range(TIMES):
        with _timed(house) as statements:
            if client.get(path).status_code != 200:
                raise CannotMeasure(f"{path} was refused")
        took.append(1000 * sum(statements))
        queries = len(statements)
    slowest = sorted(took)[int(TIMES * 0.95) - 1]
    say(f"  {what}: cold {cold_ms:.0f} ms, in the database {slowest:.1f} ms, {queries} queries")
    return Cost(what, cold_ms, slowest, queries)


@contextmanager
def _timed(house: House) -> Iterator[list[float]]:
    """Collect the seconds of every statement that is sent meanwhile."""
    took: list[float] = []
    began = [0.0]

    def before(*_told: Any) -> None:
        began[0] = perf_counter()

    def after(*_told: Any) -> None:
        took.append(perf_counter() - began[0])

    event.listen(house.engine, "before_cursor_execute", before)
    event.listen(house.engine, "after_cursor_execute", after)
    try:
        yield took
    finally:
        event.remove(house.engine, "before_cursor_execute", before)
        event.remove(house.engine, "after_cursor_execute", after)
