"""What the processes cost: their memory, with shared pages divided among them (PSS), and web's CPU time."""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.bed import Bed

PROC = Path("/proc")


def memory_of(bed: Bed) -> dict[str, float]:
    """Megabytes of each part that runs; empty where the system does not tell."""
    parts = {"web": bed.web.process, "worker": bed.workers[0].process, "PostgreSQL": bed.server.process}
    try:
        return {
            name: sum(_pss(pid) for pid in _family(process.pid))
            for name, process in parts.items()
            if process is not None and process.poll() is None
        }
    except OSError:
        return {}


def cpu_of_web(bed: Bed) -> float | None:
    """Seconds of CPU that web has used since it started; None where the system does not tell."""
    if bed.web.process is None:
        return None
    try:
        return sum(_cpu(pid) for pid in _family(bed.web.process.pid))
    except OSError:
        return None


def _cpu(pid: int) -> float:
    # After the name, which may hold anything, in fields 14 and 15 of all.
    told = (PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from _family(int(child))


def _pss(pid: int) -> float:
    lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
