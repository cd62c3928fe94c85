"""How long a register of households takes to be brought in, again, and how fast it is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import select

from app.access.accounts import Account, Viewer
from app.access.doors import viewer_of
from app.admin.ledger import CONSOLE
from app.assistance.area import Area
from app.assistance.importing.bring import Brought, bring
from app.assistance.importing.rows import Reader
from app.assistance.importing.table import read_table
from app.reading.households import Wanted, households_for
from app.reading.library import found
from tests.app.assistance.registers import HEADS, as_xlsx, id_number, rows_of
from tests.benchmarks.bed import Bed, CannotMeasure
from tickets.assistance.matching import matching
from tickets.assistance.words import HouseholdKind

ROWS = 50_000
#: The demo's library eighty times over: more items than any district has.
MANY_POLICIES = """
    insert into policy_item (code, version, owner, theme, title, answer, conditions, facts, materials,
        channel, phone, valid_from, source, link, keywords, words, txt, made_by, made_at,
        confirmed_by, confirmed_at)
    select code || '-' || copy, 1, owner, theme, title, answer, conditions, facts, materials, channel,
        phone, valid_from, source, link, keywords, words, txt, made_by, made_at, confirmed_by, confirmed_at
    from policy_item, generate_series(1, 79) copy
"""
#: Times each question is asked.
TIMES = 200


@dataclass
class Register:
    """Seconds a file took the first and the second time, and milliseconds a question takes at p95."""

    rows: int
    first: float
    again: float
    questions: dict[str, float]


def measure(bed: Bed) -> Register:
    """Bring a register in as a workbook, bring it in again, and ask it."""
    rows = [*rows_of(ROWS * 7 // 8)][:ROWS]
    content = as_xlsx([HEADS, *rows])
    first, brought = _timed(bed, content)
    if brought.faults or brought.changed:
        raise CannotMeasure(f"{len(brought.faults)} faults, {brought.changed} changed in a new register")
    again, brought = _timed(bed, content)
    if brought.added or brought.changed:
        raise CannotMeasure(f"{brought.added} added, {brought.changed} changed the second time")
    with bed.administrator() as connection:
        connection.autocommit = True
        connection.execute(MANY_POLICIES)
        connection.execute("vacuum analyze")
    return Register(len(rows), first, again, _questions(bed))


def _timed(bed: Bed, content: bytes) -> tuple[float, Brought]:
    began = time.perf_counter()
    with bed.house.open_desk(CONSOLE) as desk:
        units, day = desk.rules.units, desk.today()
    read = Reader(units, Area(None), day).read(read_table(content))
    brought = bring(
        lambda: bed.house.open_desk(CONSOLE),
        read,
        Area(None),
        dry_run=False,
        progress=lambda _done: None,
    )
    return time.perf_counter() - began, brought


def _questions(bed: Bed) -> dict[str, float]:
    with bed.house.open_desk(CONSOLE) as desk:
        viewer = _viewer(bed)
        asked: dict[str, Callable[[], object]] = {
            "first page": lambda: households_for(desk, viewer, Wanted(), limit=50),
            "by ID number": lambda: households_for(
                desk, viewer, Wanted(q=id_number(ROWS // 2 * 2)), limit=50
            ),
            "by group and place": lambda: households_for(
                desk, viewer, Wanted(kind=HouseholdKind.DIBAO, division="530103012"), limit=50
            ),
            "words in 2,000 policies": lambda: found(desk.session, q="低保 公租房", limit=50),
            "policies of a matter": lambda: matching(
                desk.session, "老公烧伤住院，住院费拿不出来", desk.today(), 5
            ),
        }
        return {name: _p95(ask) for name, ask in asked.items()}


def _viewer(bed: Bed) -> Viewer:
    with bed.house.read() as session:
        return viewer_of(session.exec(select(Account).where(Account.username == "head@panlong-civil")).one())


def _p95(ask: Callable[[], object]) -> float:
    ask()
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return sorted(took)[int(TIMES * 0.95)] * 1000
