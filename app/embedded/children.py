"""Processes that are started again when they die, and that leave nothing behind when they are ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.embedded.account import Account
from app.embedded.errors import CannotStart

#: Seconds to wait before the first, second, … start in a row; the last one repeats.
BACKOFF = (0.1, 0.5, 1.0, 2.0, 5.0)
#: Whoever lived this long in seconds has not failed to start, whatever ended it.
SETTLED = 30.0
LARGEST_LOG = 16 * 1024 * 1024


def say(words: str) -> None:
    """Tell the person at the terminal how it goes. If nobody listens any more, the demo goes on."""
    with suppress(OSError):
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


class Startable(Protocol):
    """What a watch keeps alive."""

    def start(self) -> None: ...

    def is_alive(self) -> bool: ...


@dataclass
class Child:
    """One process of ours, with a log file of its own."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the command is put together by our own package
                Account().leashed(self.command, self.folder, ended_by=signal.SIGTERM),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        finally:
            os.close(log)


@dataclass
class Watch:
    """Keeps one thing alive: looks whether it died, and starts it again after a growing pause."""

    name: str
    kept: Startable
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None

    def start(self) -> None:
        self.start_again_at = None
        self.started_at = time.monotonic()
        self.kept.start()

    def look(self) -> None:
        """Do what is due now."""
        now = time.monotonic()
        if self.start_again_at is None:
            if not self.kept.is_alive():
                self._died(now)
        elif now >= self.start_again_at:
            try:
                self.start()
            except (CannotStart, OSError) as refusal:
                say(f"zhuanban: {self.name}: {refusal}")
                self._died(now)

    def _died(self, now: float) -> None:
        self.deaths = 1 if now - self.started_at > SETTLED else self.deaths + 1
        pause = BACKOFF[min(self.deaths, len(BACKOFF)) - 1]
        self.start_again_at = now + pause
        say(f"zhuanban: {self.name} ended unexpectedly and is started again.")


def end(children: Sequence[Child], patience: float) -> None:
    """End *children* together, and after *patience* seconds by force."""
    processes = [child.process for child in children if child.process is not None]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + patience
    for process in processes:
        with suppress(subprocess.TimeoutExpired):  # it is killed below
            process.wait(max(deadline - time.monotonic(), 0))
    for process in processes:
        process.kill()
        process.wait()


def bury_orphans(ours: Collection[int]) -> None:
    """Reap what our children's children left to us when they died, but never a process of *ours*."""
    with suppress(ChildProcessError):
        while True:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None or ended.si_pid in ours:
                return
            os.waitpid(ended.si_pid, 0)


def end_orphans() -> None:
    """Kill whatever our children left behind; by now nothing else is our child."""
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # a kernel without this file, or a process that has just ended
            for number in task.read_text(encoding="ascii").split():
                os.kill(int(number), signal.SIGKILL)
    bury_orphans(())
