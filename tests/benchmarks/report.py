"""The figures as Markdown for the README, with the machine and the date, and as JSON for whoever compares."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tests.benchmarks.bed import Bed
from tests.benchmarks.browser import SHARE, Seen
from tests.benchmarks.households import Register
from tests.benchmarks.outgoing import A_MINUTE, USUAL, Outgoing
from tests.benchmarks.pages import USERS, Opened
from tests.benchmarks.periods import Pace
from tests.benchmarks.promises import WORKERS, Burst, Idle, Late
from tests.benchmarks.registrations import Registering
from tickets.ground.worktime.calendar import SHANGHAI

#: What must hold on two cores: registrations a second at 32 clients, their share of pgbench's rate, and p95
#: in milliseconds of desks and ticket pages by users, and of a search for two characters.
LEAST_REGISTRATIONS, LEAST_SHARE, AT = 400, 0.1, 32
MOST_PAGE = {1: 40, 8: 150}
MOST_SEARCH = 30
#: Milliseconds from the click until a main page can be used, and of the server under eight users (p95).
MOST_READY, MOST_MAIN = 600, 150
#: Seconds from commit to provider (p95), to drain a backlog, and how much slower web may be beside a provider
#: that hangs.
MOST_SOON, MOST_DRAINED, MOST_SLOWER = 3.0, 180, 1.25
#: Seconds until each of many clocks due at once was spoken of, and how late any is in normal running.
MOST_BURST, MOST_LATE = 60, 2
#: Times as long an idle sweep may take with the most open clocks as with the fewest.
MOST_STEEP = 2


@dataclass
class Machine:
    """Where and when it was measured."""

    cores: int
    memory_gb: int
    python: str
    postgresql: str
    date: str

    @classmethod
    def of(cls, bed: Bed) -> "Machine":
        """This machine, today by the database's clock."""
        with bed.administrator() as connection:
            row = connection.execute(
                "select current_setting('server_version'),"
                " (clock_timestamp() at time zone 'Asia/Shanghai')::date"
            ).fetchone()
        assert row is not None
        return cls._here(row[0], str(row[1]))

    @classmethod
    def alone(cls) -> "Machine":
        """This machine, today by its own clock, where no database is asked."""
        return cls._here("", datetime.now(SHANGHAI).date().isoformat())

    @classmethod
    def _here(cls, postgresql: str, date: str) -> "Machine":
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
        return cls(len(os.sched_getaffinity(0)), round(memory), platform.python_version(), postgresql, date)

    def __str__(self) -> str:
        machine = f"{self.cores} cores, {self.memory_gb} GB, Python {self.python}"
        if self.postgresql:
            machine += f", PostgreSQL {self.postgresql} with fsync, load generator on the same cores"
        return f"{machine}; {self.date}."


@dataclass
class Figures:
    """All that was measured in one run."""

    machine: Machine | None = None
    tickets: int = 0
    registering: list[Registering] = field(default_factory=list)
    pgbench: dict[int, float] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    opened: list[Opened] = field(default_factory=list)
    main: list[Opened] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)
    burst: Burst | None = None
    late: Late | None = None
    idle: list[Idle] = field(default_factory=list)
    paces: list[Pace] = field(default_factory=list)
    outgoing: Outgoing | None = None
    register: Register | None = None

    def markdown(self) -> str:
        """Tables for the README."""
        parts = [str(self.machine)]
        if self.registering:
            parts.append(self._registrations())
        if self.waiting:
            left = ", ".join(f"{count:,} {name}" for name, count in self.waiting.items())
            parts.append(f"The worker beside the last registration had still to do: {left}.")
        if self.opened:
            parts.append(self._pages(self.opened))
        if self.seen:
            parts += [self._browser(), self._pages(self.main)]
        if self.memory:
            parts.append(self._memory())
        if self.burst and self.late:
            parts.append(self._promises(self.burst, self.late))
        if self.idle:
            parts.append(self._idle())
        parts += self._beside()
        parts += self._paces() + self._floors()
        return "\n\n".join(parts) + "\n"

    def _beside(self) -> list[str]:
        texts = [_texts(self.outgoing)] if self.outgoing else []
        return [*texts, *([_register(self.register)] if self.register else [])]

    def _registrations(self) -> str:
        lines = []
        for one in self.registering:
            pgbench = None if one.with_worker else self.pgbench.get(one.clients)
            rate = one.result.per_second
            lines.append(
                [
                    f"{one.clients}" + (", worker beside" if one.with_worker else ""),
                    f"{rate:.0f}",
                    *(f"{one.result.percentile(share):.1f}" for share in (0.5, 0.95, 0.99)),
                    f"{one.cpu:.2f}" if one.cpu is not None else "",
                    f"{pgbench:.0f}" if pgbench else "",
                    f"1 : {pgbench / rate:.1f}" if pgbench else "",
                ]
            )
        head = [
            "Clients",
            "Registrations/s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "web CPU ms",
            "`pgbench`, same rows/s",
            "Ratio",
        ]
        return _table(head, lines)

    def _browser(self) -> str:
        head = [
            f"In Chromium, with {self.tickets:,} tickets",
            "first byte ms",
            "DOM ready ms",
            "LCP ms",
            "loaded ms",
            "CLS",
            "scripts ms",
            "layout ms",
            "KB",
            "requests",
            "elements",
        ]
        lines = [
            [
                one.what,
                *(f"{value:.0f}" for value in (one.first_byte, one.ready, one.painted, one.loaded)),
                f"{one.moved:.3f}",
                *(f"{value:.0f}" for value in (one.scripts, one.layout, one.bytes / 1024)),
                str(one.requests),
                str(one.nodes),
            ]
            for one in self.seen
        ]
        return _table(head, lines)

    def _pages(self, opened: Sequence[Opened]) -> str:
        head = [f"With {self.tickets:,} tickets"]
        head += [f"p{share} ms, {users} user{'s' * (users > 1)}" for users in USERS for share in (50, 95)]
        lines = [
            [
                one.what,
                *(f"{one.results[users].percentile(share):.0f}" for users in USERS for share in (0.5, 0.95)),
            ]
            for one in opened
        ]
        return _table(head, lines)

    def _memory(self) -> str:
        parts = list(dict.fromkeys(part for found in self.memory.values() for part in found))
        lines = [
            [when, *(f"{found[part]:.0f}" if part in found else "" for part in parts)]
            for when, found in self.memory.items()
        ]
        return _table(["Memory (PSS, MB)", *parts], lines)

    def _promises(self, burst: Burst, late: Late) -> str:
        head = [f"Promises that break, {WORKERS} workers", "clocks", "said", "p50 s", "p99 s", "last s"]
        at_once = ["all at once", f"{burst.clocks:,}", f"{burst.times:,}", "", "", f"{burst.seconds:.1f}"]
        figures = [f"{seconds:.2f}" for seconds in (late.p50, late.p99, late.most)]
        return _table(
            head, [at_once, ["one after the other", f"{late.clocks:,}", f"{late.said:,}", *figures]]
        )

    def _idle(self) -> str:
        lines = [
            [f"{one.clocks:,}", str(one.pages), f"{one.p50_ms:.2f}", f"{one.p95_ms:.2f}"] for one in self.idle
        ]
        return _table(["Open clocks, none due", "pages a sweep touches", "p50 ms", "p95 ms"], lines)

    def _paces(self) -> list[str]:
        lines = [[f"`{one.unit}`", f"{one.adds:,.0f}", f"{one.betweens:,.0f}"] for one in self.paces]
        return [_table(["Periods, one process", "adds/s", "betweens/s"], lines)] if lines else []

    def _floors(self) -> list[str]:
        lines = [list(row) for row in self.floors()]
        return [_table(["Floor", "Measured", ""], lines)] if lines else []

    def floors(self) -> list[tuple[str, str, str]]:
        """What was promised, what was measured, and whether it holds."""
        found = []
        for one in self.registering:
            if one.clients == AT and not one.with_worker:
                rate = one.result.per_second
                found.append(
                    _floor(
                        f"{AT} clients: at least {LEAST_REGISTRATIONS} a second",
                        rate,
                        rate >= LEAST_REGISTRATIONS,
                    )
                )
                if AT in self.pgbench:
                    share = rate / self.pgbench[AT]
                    found.append(
                        _floor(
                            f"at least {LEAST_SHARE:.0%} of `pgbench`",
                            100 * share,
                            share >= LEAST_SHARE,
                            " %",
                        )
                    )
        for users in USERS:
            found += self._slowest(("desk", "ticket"), users, MOST_PAGE[users], "desk and ticket page")
        found += self._slowest(("search",), 1, MOST_SEARCH, "search for two characters")
        return found + self._main_pages() + self._kept_promises()

    def _main_pages(self) -> list[tuple[str, str, str]]:
        ready = [
            _floor(
                f"{one.what}: DOM ready within {MOST_READY} ms ({SHARE:.0%} of visits, nothing kept)",
                one.ready,
                one.ready <= MOST_READY,
                " ms",
            )
            for one in self.seen
        ]
        took = [(one.what, one.results[USERS[-1]].percentile(0.95)) for one in self.main]
        return ready + [
            _floor(
                f"{what}: server p95 under {USERS[-1]} users within {MOST_MAIN} ms",
                ms,
                ms <= MOST_MAIN,
                " ms",
            )
            for what, ms in took
        ]

    def _kept_promises(self) -> list[tuple[str, str, str]]:
        found = []
        if burst := self.burst:
            said = f"{burst.clocks:,} clocks due at once: each said once, within {MOST_BURST} s"
            holds = burst.seconds <= MOST_BURST and burst.said == burst.times == burst.clocks
            found.append(_floor(said, burst.seconds, holds, " s"))
        if late := self.late:
            said = f"in normal running a breach is said within {MOST_LATE} s (p99)"
            found.append((said, f"{late.p99:.2f} s", _word(late.p99 <= MOST_LATE)))
        if self.idle:
            steep = self.idle[-1].p50_ms / self.idle[0].p50_ms
            said = f"an idle sweep takes at most {MOST_STEEP} times as long with a hundred times the clocks"
            found.append((said, f"{steep:.1f}", _word(steep <= MOST_STEEP)))
        return found + (_floors_of_texts(self.outgoing) if self.outgoing else [])

    def _slowest(self, kinds: Sequence[str], users: int, most: int, what: str) -> list[tuple[str, str, str]]:
        took = [one.results[users].percentile(0.95) for one in self.opened if one.kind in kinds]
        if not took:
            return []
        said = f"{what}, {users} at once: p95 at most {most} ms"
        return [_floor(said, max(took), max(took) <= most, " ms")]

    def plain(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "machine": asdict(self.machine) if self.machine else None,
            "tickets": self.tickets,
            "registrations": [
                {
                    "clients": one.clients,
                    "worker": one.with_worker,
                    "per_second": one.result.per_second,
                    "web_cpu_ms": one.cpu,
                    **_percentiles(one.result.percentile),
                }
                for one in self.registering
            ],
            "pgbench": self.pgbench,
            "worker_had_still_to_do": self.waiting,
            "pages": [
                {
                    "what": one.what,
                    "users": users,
                    "per_second": result.per_second,
                    **_percentiles(result.percentile),
                }
                for one in (*self.opened, *self.main)
                for users, result in one.results.items()
            ],
            "browser": [asdict(one) for one in self.seen],
            "memory_mb": self.memory,
            "burst": asdict(self.burst) if self.burst else None,
            "late": asdict(self.late) if self.late else None,
            "idle": [asdict(one) for one in self.idle],
            "periods": [asdict(one) for one in self.paces],
            "floors": [
                {"floor": said, "measured": value, "holds": held == "holds"}
                for said, value, held in self.floors()
            ],
        }


def _percentiles(of: Any) -> dict[str, float]:
    return {f"p{share}_ms": of(share / 100) for share in (50, 95, 99)}


def _floor(said: str, value: float, holds: bool, unit: str = "") -> tuple[str, str, str]:
    return said, f"{value:.0f}{unit}", _word(holds)


def _word(holds: bool) -> str:
    return "holds" if holds else "**missed**"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def _texts(out: Outgoing) -> str:
    soon = f"p50 {out.p50:.2f} s, p95 {out.p95:.2f} s, worst {out.worst:.2f} s"
    web = f"{out.web_p95:.0f} ms (p95), beside a provider that hangs {out.web_p95_hanging:.0f} ms"
    return (
        f"Texts at {A_MINUTE:,} a minute, {out.texts:,} of them, the provider {USUAL} s for each: from commit"
        f" to provider {soon}. {out.backlog:,} that waited were out after {out.drained:.0f} s. A registration"
        f" meanwhile took {web}; transactions held open then: {out.held}."
    )


def _floors_of_texts(out: Outgoing) -> list[tuple[str, str, str]]:
    slower = out.web_p95_hanging / out.web_p95
    return [
        (
            f"a text is with the provider within {MOST_SOON:.0f} s (p95)",
            f"{out.p95:.2f} s",
            _word(out.p95 <= MOST_SOON),
        ),
        _floor(
            f"{out.backlog:,} texts go out within {MOST_DRAINED} s",
            out.drained,
            out.drained <= MOST_DRAINED,
            " s",
        ),
        (
            f"web is at most {MOST_SLOWER} times as slow beside a provider that hangs",
            f"{slower:.2f}",
            _word(slower <= MOST_SLOWER and not out.held),
        ),
    ]


def _register(one: Register) -> str:
    """How long a register took, and its questions."""
    asked = ", ".join(f"{name} {took:.1f} ms" for name, took in one.questions.items())
    return (
        f"A register of {one.rows:,} rows (.xlsx) is brought in within {one.first:.0f} s, found unchanged"
        f" the second time within {one.again:.0f} s. p95 in one process: {asked}."
    )
