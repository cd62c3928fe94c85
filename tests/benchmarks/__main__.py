"""`make bench`: all phases, or those named: ARGS="pages search" is these two alone."""

import argparse
import json
import sys
from pathlib import Path

from app.embedded.errors import CannotStart
from app.embedded.server import Server
from tests.benchmarks import browser, households, outgoing, pages, periods, pgbench, promises
from tests.benchmarks.bed import CannotMeasure, cluster, district, say
from tests.benchmarks.fill import fill
from tests.benchmarks.processes import memory_of
from tests.benchmarks.registrations import CLIENTS, Caller, waiting
from tests.benchmarks.report import Figures, Machine
from tests.doubles.carrier import running_double

PHASES = ("registrations", "pages", "search", "browser", "memory", "clocks", "periods", "texts", "households")
#: Which requests belong to which phase.
KINDS = {"pages": ("desk", "ticket"), "search": ("search", "search page")}


def main() -> int:
    """Measure what was asked for."""
    asked = _arguments()
    phases = asked.phases or list(PHASES)
    figures = Figures(tickets=asked.tickets)
    if "periods" in phases:
        say("periods …")
        figures.machine = Machine.alone()
        figures.paces = periods.measure()
    try:
        if set(phases) - {"periods"}:
            _with_database(figures, phases, asked)
    except (CannotMeasure, CannotStart) as trouble:
        say(f"bench: {trouble}")
        return 1
    sys.stdout.write(figures.markdown())
    if asked.json:
        asked.json.write_text(json.dumps(figures.plain(), indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


def _with_database(figures: Figures, phases: list[str], asked: argparse.Namespace) -> None:
    with cluster() as server:
        if {"registrations", "memory"} & set(phases):
            _registrations(server, figures, phases, asked.seconds)
        if {"pages", "search", "browser"} & set(phases):
            _pages(server, figures, phases, asked.seconds)
        if "clocks" in phases:
            _clocks(server, figures, asked.clocks)
        if "texts" in phases:
            _texts(server, figures, asked.texting)
        if "households" in phases:
            _households(server, figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("phases", nargs="*", type=_phase, metavar="phase", help=", ".join(PHASES))
    parser.add_argument("--tickets", type=int, default=100_000, help="tickets in the table (100000)")
    parser.add_argument("--clocks", type=int, default=100_000, help="clocks that fall due at once (100000)")
    parser.add_argument(
        "--seconds", type=float, default=8.0, help="how long each run of registrations takes (8)"
    )
    parser.add_argument(
        "--texting", type=float, default=60.0, help="how long texts go out at a steady pace (60)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


def _phase(word: str) -> str:
    if word not in PHASES:
        raise argparse.ArgumentTypeError(f"there is no phase {word!r}; the phases are {', '.join(PHASES)}")
    return word


def _registrations(server: Server, figures: Figures, phases: list[str], seconds: float) -> None:
    with district(server, "bench_intake") as bed:
        figures.machine = Machine.of(bed)
        caller = Caller(bed)
        say("registrations through the API …")
        caller.warm_up()
        with bed.working():
            beside = caller.measure(CLIENTS[-1], seconds=seconds, with_worker=True)
            figures.waiting = waiting(bed)
            if "memory" in phases:
                figures.memory["web and worker after registrations"] = memory_of(bed)
        if "registrations" in phases:
            figures.registering = [caller.measure(number, seconds=seconds) for number in CLIENTS]
            figures.registering.append(beside)
            program = bed.pgbench()
            if program is None:
                say("  there is no pgbench beside this PostgreSQL: its figures are left out")
            else:
                figures.pgbench = pgbench.measure(bed, program, CLIENTS, max(int(seconds / 2), 1))


def _pages(server: Server, figures: Figures, phases: list[str], seconds: float) -> None:
    with district(server, "bench_desks") as bed:
        figures.machine = Machine.of(bed)
        say("pages …")
        fill(bed, figures.tickets)
        kinds = [kind for phase, kinds in KINDS.items() if phase in phases for kind in kinds]
        figures.opened = pages.measure(bed, kinds, seconds / 2) if kinds else []
        if "browser" in phases:
            say("main pages, in a browser …")
            figures.seen = browser.measure(bed)
            figures.main = pages.measure_main(bed, seconds / 2)
        if "memory" in phases:
            figures.memory["web after pages"] = memory_of(bed)


def _texts(server: Server, figures: Figures, seconds: float) -> None:
    with running_double() as double, district(server, "bench_texts", **outgoing.through(double)) as bed:
        figures.machine = Machine.of(bed)
        say("texts …")
        figures.outgoing = outgoing.measure(bed, double, seconds)


def _households(server: Server, figures: Figures) -> None:
    with district(server, "bench_households") as bed:
        figures.machine = Machine.of(bed)
        say("households …")
        figures.register = households.measure(bed)


def _clocks(server: Server, figures: Figures, count: int) -> None:
    with district(server, "bench_clocks") as bed:
        figures.machine = Machine.of(bed)
        say("clocks …")
        figures.late = promises.normal(bed)
        figures.burst = promises.burst(bed, count)
    with district(server, "bench_idle") as bed:
        figures.idle = promises.idle(bed)


if __name__ == "__main__":
    sys.exit(main())
