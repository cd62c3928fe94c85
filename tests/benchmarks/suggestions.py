"""How often the first suggestion, or one of the first three, is right.

`python -m tests.benchmarks.suggestions FOLDER`: it holds `complaints_labelled.csv` (texts, departments) and
`dispatch_records.csv` (matters with street and unit). Each matter is asked of those before it, as at the
telephone. Pairs of one matter stand in `complaints_stream_duplicates.csv`, their texts in
`complaints_stream.csv`. Without the files it says so and measures nothing.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.bed import say
from tickets.ground.categories import Categories, CategoryRow
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import UnitKind
from tickets.intake.alike import MOST_COMPARED, SAME_MATTER, WINDOW, Doc, nearest
from tickets.intake.suggest import Ground, Hints, Learnt, Matter, Suggested, suggest
from tickets.search import normal_text

#: Before so many there is little to learn from.
WARM = 100


@dataclass(frozen=True)
class Case:
    """A matter and what is right for it."""

    text: str
    right: str
    division: str | None = None


def labelled(folder: Path) -> Iterator[Case]:
    """Complaints in the order they were written, with the department they were for."""
    rows = sorted(_rows(folder / "complaints_labelled.csv"), key=lambda row: row["created_at"])
    for row in rows:
        yield Case(f"{row['subject']}\n{row['content']}", row["label"])


def dispatched(folder: Path) -> Iterator[Case]:
    """Matters of a city's hotline with the unit that dealt with them; of their words only kinds are kept."""
    streets: dict[str, str] = {}
    for row in sorted(_rows(folder / "dispatch_records.csv"), key=lambda row: row["create_time"]):
        street = streets.setdefault(row["street_name"], f"{530900000 + len(streets)}")
        words = (row["event_type_name"], row["main_type_name"], row["sub_type_name"], row["community_name"])
        yield Case(" ".join(words), row["dispose_unit_name"], street)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def measure(cases: list[Case], suggested: Callable[[Case, list[Learnt]], tuple[Suggested, ...]]) -> str:
    """Ask each case of those before it."""
    docs: list[Doc] = []
    rank: Counter[int] = Counter()
    took: list[float] = []
    for number, case in enumerate(cases):
        if number >= WARM:
            begun = perf_counter()
            near = nearest(case.text, case.division, docs[-WINDOW:])
            learnt = [
                Learnt(one, category=cases[one.ticket_id].right, unit=cases[one.ticket_id].right)
                for one in near
            ]
            values = [one.value for one in suggested(case, learnt)]
            took.append(perf_counter() - begun)
            rank[values.index(case.right) if case.right in values else -1] += 1
        docs.append(Doc(number, normal_text(case.text)[:MOST_COMPARED], case.division))
    asked = sum(rank.values())
    first, three = rank[0] / asked, sum(rank[at] for at in (0, 1, 2)) / asked
    slow = sorted(took)[int(0.95 * len(took))]
    return f"{asked} asked, first {first:.1%}, first three {three:.1%}, p95 {slow * 1000:.0f} ms"


def main() -> int:
    """Measure what there are files for."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    for name, read, ask in (
        ("complaints_labelled", labelled, _category),
        ("dispatch_records", dispatched, _unit),
    ):
        if not (folder / f"{name}.csv").exists():
            say(f"{name}: not measured, there is no {name}.csv in {folder}")
            continue
        cases = list(read(folder))
        sys.stdout.write(f"{name}: {measure(cases, ask(cases))}\n")
    if (folder / "complaints_stream_duplicates.csv").exists():
        sys.stdout.write(f"complaints_stream: {found_again(folder)}\n")
    else:
        say(f"complaints_stream: not measured, there are no pairs in {folder}")
    return 0


def found_again(folder: Path) -> str:
    """Of pairs within the window: is the earlier among the first three; and what is shown beside others."""
    rows = sorted(_rows(folder / "complaints_stream.csv"), key=lambda row: row["created_at"])
    at = {row["id"]: number for number, row in enumerate(rows)}
    texts = [f"{row['subject']}\n{row['content']}" for row in rows]
    docs = [Doc(number, normal_text(written)[:MOST_COMPARED]) for number, written in enumerate(texts)]
    marked = _rows(folder / "complaints_stream_duplicates.csv")
    pairs = [sorted((at[row["id_a"]], at[row["id_b"]])) for row in marked]
    twins = {number for pair in pairs for number in pair}

    def shown(number: int) -> list[int]:
        near = nearest(texts[number], None, docs[max(0, number - WINDOW) : number])
        return [one.ticket_id for one in near[:3] if one.score >= SAME_MATTER]

    asked = [pair for pair in pairs if pair[0] >= pair[1] - WINDOW]
    right = sum(first in shown(second) for first, second in asked)
    others = [number for number in range(WINDOW // 2, len(rows), 7) if number not in twins]
    beside = sum(bool(shown(number)) for number in others)
    return f"{right} of {len(asked)} found again; beside {beside} of {len(others)} others something is shown"


def _category(cases: list[Case]) -> Callable[[Case, list[Learnt]], tuple[Suggested, ...]]:
    names = sorted({case.right for case in cases})
    categories = Categories(CategoryRow(code=name, name="", name_en="") for name in names)
    ground = Ground(Units([]), categories, Hints())
    return lambda case, learnt: suggest(Matter(case.text), learnt, ground).categories


def _unit(cases: list[Case]) -> Callable[[Case, list[Learnt]], tuple[Suggested, ...]]:
    names = sorted({case.right for case in cases})
    units = Units(UnitRow(code=name, name=name, name_en="", kind=UnitKind.BUREAU) for name in names)
    ground = Ground(units, Categories(), Hints())
    return lambda case, learnt: suggest(Matter(case.text, case.division), learnt, ground).units


if __name__ == "__main__":
    sys.exit(main())
