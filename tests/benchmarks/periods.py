"""How many periods a second the arithmetic adds and measures: the published vectors, over and over."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.tickets import published
from tests.tickets.published import Vector
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.units import Unit
from tickets.ground.worktime.visits import Every

#: Seconds each unit is measured for, in each direction.
SECONDS = 0.5


@dataclass
class Pace:
    """Periods of one unit a second."""

    unit: str
    adds: float
    betweens: float


def measure() -> list[Pace]:
    """Ask the engine for every unit, with calendars that are ready."""
    whole = published.read()
    calendars = {
        name: Calendar.from_data(published.calendar_data(drawn)) for name, drawn in whole["calendars"].items()
    }
    found = []
    for unit in [*Unit, *Every]:
        of_unit = [vector for vector in whole["vectors"] if vector["unit"] == unit]
        adds = [vector for vector in of_unit if vector["ask"] == "add"]
        betweens = [vector for vector in of_unit if vector["ask"] == "between"]
        found.append(Pace(unit, _a_second(calendars, adds), _a_second(calendars, betweens)))
    return found


def _a_second(calendars: dict[str, Calendar], vectors: Sequence[Vector]) -> float:
    for vector in vectors:
        published.by_engine(calendars[vector["calendar"]], vector)
    times, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < SECONDS:
        for vector in vectors:
            published.by_engine(calendars[vector["calendar"]], vector)
        times += len(vectors)
    return times / took
