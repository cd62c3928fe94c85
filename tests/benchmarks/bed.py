"""What is measured: a PostgreSQL of its own with fsync on, a district, and its real web and worker."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import psycopg
from sqlmodel import Session

from app.access.accounts import make_token
from app.embedded.binaries import find_programs
from app.embedded.children import Child, end
from app.embedded.server import Server, erase, serving
from app.settings import PREFIX, Settings
from app.wiring import House
from tests.benchmarks.load import Result, drive
from tests.server import prepare, settings_for

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"

#: Seconds web may take to answer for the first time.
PATIENCE = 180.0


class CannotMeasure(Exception):
    """Something answered otherwise than it must, so its speed means nothing."""


def say(words: str) -> None:
    """Tell the person at the terminal how it goes."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


@dataclass
class Bed:
    """One district with its processes."""

    server: Server
    name: str
    settings: Settings
    house: House
    folder: Path
    web: Child
    workers: list[Child]
    port: int

    def administrator(self) -> psycopg.Connection[Any]:
        """A connection that may do everything, in the schema of the district."""
        connection = self.server.cluster.connect(self.name)
        connection.execute(f"set search_path = {self.settings.schema_}")
        return connection

    def token(self, username: str) -> str:
        """A new API token of *username*."""
        with Session(self.house.engine) as session, session.begin():
            made = make_token(session, username)
        if made is None:
            raise CannotMeasure(f"there is no account {username}")
        return made

    def drive(self, requests: Iterator[bytes], *, clients: int, count: int, status: int) -> Result:
        """Send *count* of *requests*; each must be answered with *status*."""
        try:
            result = drive(HOST, self.port, requests, clients=clients, count=count)
        except ConnectionError as trouble:
            state = "lives" if self.web.is_alive() else "is gone"
            raise CannotMeasure(f"{trouble}, web {state}; its log: {self.last_words()}") from trouble
        if set(result.statuses) != {status}:
            raise CannotMeasure(f"web answered {dict(result.statuses)}; its log: {self.last_words()}")
        return result

    def last_words(self) -> str:
        """The end of web's log."""
        return self.web.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def pgbench(self) -> Path | None:
        """The pgbench beside the server's programs, where there is one."""
        found = Path(find_programs(self.server.home.account).path("pgbench"))
        return found if found.exists() else None

    @contextmanager
    def working(self, count: int = 1) -> Iterator[None]:
        """Run *count* workers beside web."""
        workers = self.workers[:count]
        try:
            for worker in workers:
                worker.start()
            yield
        finally:
            end(workers, patience=20)


@contextmanager
def cluster() -> Iterator[Server]:
    """A PostgreSQL as the demo runs it, gone afterwards."""
    folder = Path(mkdtemp(prefix="zhuanban-bench-"))
    folder.chmod(0o755)  # as root the server is another user, who must get in
    try:
        with serving(folder / "postgres") as server:
            yield server
    finally:
        erase(folder / "postgres")
        rmtree(folder, ignore_errors=True)


@contextmanager
def district(server: Server, name: str, **changes: Any) -> Iterator[Bed]:
    """A migrated district with demo data on *server*, its settings with *changes*, and web serving it."""
    with ExitStack() as stack:
        stack.callback(server.cluster.drop, name)
        server.cluster.create(name)
        settings = settings_for(server.cluster.url(name), server.cluster.owner_url(name))
        settings = settings.model_copy(update=changes)
        prepare(settings)
        house = House.of(settings, pool=2)
        stack.callback(house.engine.dispose)
        port = _free_port()
        environment = _environment(settings, port)
        web, *workers = (
            Child(
                [sys.executable, "-m", "app.cli", part], ROOT, environment, server.home.folder / f"{name}.log"
            )
            for name, part in (("web", "web"), ("worker", "worker"), ("worker2", "worker"))
        )
        bed = Bed(server, name, settings, house, server.home.folder, web, workers, port)
        web.start()
        stack.callback(end, [web], 10)
        _wait_for(bed)
        yield bed


def _environment(settings: Settings, port: int) -> dict[str, str]:
    told = settings.model_dump(by_alias=True, exclude_unset=True) | {"host": HOST, "port": port}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | {PREFIX + name.upper(): str(value) for name, value in told.items()}


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _wait_for(bed: Bed) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and bed.web.is_alive():
        with suppress(OSError):
            connection = HTTPConnection(HOST, bed.port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise CannotMeasure(f"web does not answer: {bed.last_words()}")
