"""The hours of the board as bars one above the other: where each stands, in the units of the drawing."""

from dataclasses import dataclass

from app.reading.wall import WAYS, Hour

WIDTH, HEIGHT = 690, 318
LEFT, TOP, FOOT = 40, 40, 268
#: Lines across at most.
LINES = 4


@dataclass(frozen=True)
class Bar:
    """One hour: its parts from the foot up, and the mark of a week before."""

    hour: Hour
    x: float
    width: float
    #: The way in, where the part begins and how high it is.
    parts: list[tuple[str, float, float]]
    top: float
    mark: float | None


@dataclass(frozen=True)
class Drawing:
    """All bars, and the lines across with their numbers."""

    bars: list[Bar]
    lines: list[tuple[int, float]]


def draw(hours: list[Hour]) -> Drawing:
    """Lay out *hours*."""
    most = max([4, *(hour.total for hour in hours), *(hour.before for hour in hours)])
    step = next(size for size in _round_sizes() if size * LINES >= most)
    scale = (FOOT - TOP) / most
    room = (WIDTH - LEFT) / len(hours)
    bars = []
    for number, hour in enumerate(hours):
        at, parts = float(FOOT), []
        for way in WAYS:
            if n := hour.by_way.get(way, 0):
                at -= n * scale
                parts.append((way, round(at, 1), round(n * scale, 1)))
        mark = round(FOOT - hour.before * scale, 1) if hour.before else None
        x = LEFT + number * room
        bars.append(Bar(hour, round(x + room * 0.15, 1), round(room * 0.7, 1), parts, round(at, 1), mark))
    return Drawing(bars, [(n, round(FOOT - n * scale, 1)) for n in range(0, most + 1, step)])


def _round_sizes() -> list[int]:
    return [first * 10**power for power in range(7) for first in (1, 2, 5)]
