"""Whether a table of promises is whole: one row wins for every matter, and every row wins for some."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, product
from operator import attrgetter
from typing import Any

from tickets.ground.clock import NOT_BY_MOVES, ClockKind
from tickets.ground.policy import SlaPolicy, covers
from tickets.ground.words import Channel, Kind, PetitionStage, Urgency

#: What every matter must be promised: without one of these a ticket would stand still unseen.
NEEDED = frozenset(ClockKind) - {ClockKind.CONTACT} - NOT_BY_MOVES

#: The grounds a row can name, and all values there are; None stands for any other one.
VALUES: dict[str, tuple[Any, ...]] = {
    "urgency": tuple(Urgency),
    "channel": tuple(Channel),
    "kind": tuple(Kind),
    "petition_stage": (None, *PetitionStage),
    "unit_code": (None,),
    "category": (None,),
    "from_round": (1,),
}


class Fault(StrEnum):
    """What can be wrong with a table."""

    #: Two rows are equally specific for one matter: nobody could say which holds. It cannot be put in force.
    AMBIGUOUS = "ambiguous"
    #: No row covers a matter. It cannot be put in force.
    GAP = "gap"
    #: A row that never wins: it promises something nobody gets.
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class TableFault:
    """One thing that is wrong, with the matter that shows it."""

    fault: Fault
    clock: str
    codes: tuple[str, ...] = ()
    #: Values of the grounds that matter, as channel or kind; empty where any matter shows it.
    matter: tuple[tuple[str, str], ...] = ()


@dataclass
class Matter:
    """A matter, as a row sees it."""

    urgency: str
    round: int
    category: str | None
    channel: str
    kind: str
    petition: dict[str, Any] | None


def check_table(policies: Iterable[SlaPolicy]) -> list[TableFault]:
    """Look for matters that two rows claim, matters without a row, and rows without a matter."""
    rows = list(policies)
    return [
        fault for clock in ClockKind for fault in _check_clock(clock, [r for r in rows if r.clock == clock])
    ]


def _check_clock(clock: ClockKind, rows: Sequence[SlaPolicy]) -> Iterator[TableFault]:
    winners: set[int] = set()
    claimed: set[tuple[str, ...]] = set()
    gap = None
    rank = attrgetter("rank")
    # The most specific first, those that are equally specific together.
    ranked = [list(alike) for _, alike in groupby(sorted(rows, key=rank, reverse=True), key=rank)]
    for matter, unit, told in _matters(rows):
        fitting = ([row for row in alike if covers(row, matter, unit)] for alike in ranked)
        first = next(filter(None, fitting), None)
        if first is None:
            gap = gap if gap is not None else told
            continue
        winners |= {id(row) for row in first}
        codes = tuple(sorted(row.code for row in first))
        if len(codes) > 1 and codes not in claimed:
            claimed.add(codes)
            yield TableFault(Fault.AMBIGUOUS, clock, codes, told)
    if gap is not None and clock in NEEDED:
        yield TableFault(Fault.GAP, clock, (), gap)
    for row in rows:
        # A row for everything is the net below the others; it may well hang there unused.
        if id(row) not in winners and any(row.rank):
            yield TableFault(Fault.UNREACHABLE, clock, (row.code,))


def _matters(rows: Sequence[SlaPolicy]) -> Iterator[tuple[Matter, str | None, tuple[tuple[str, str], ...]]]:
    """One matter for each way the rows could tell matters apart; grounds no row names are left alone."""
    named = {
        ground: {value for row in rows if (value := getattr(row, ground)) is not None} for ground in VALUES
    }
    choices = {
        ground: tuple(dict.fromkeys((*values, *sorted(named[ground])))) if named[ground] else values[:1]
        for ground, values in VALUES.items()
    }
    for values in product(*choices.values()):
        chosen = dict(zip(choices, values, strict=True))
        stage = chosen["petition_stage"]
        if stage is not None and named["channel"] and chosen["channel"] != Channel.PETITION:
            # Only a petition has a stage.
            continue
        matter = Matter(
            urgency=chosen["urgency"],
            round=chosen["from_round"],
            category=chosen["category"],
            channel=Channel.PETITION if stage else chosen["channel"],
            kind=chosen["kind"],
            petition={"stage": stage} if stage else None,
        )
        told = tuple((ground, str(chosen[ground])) for ground in VALUES if named[ground] and chosen[ground])
        yield matter, chosen["unit_code"], told
