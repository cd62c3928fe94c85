"""The demo: database, web and worker in one process group, looked after until somebody ends it."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from app.embedded import locks
from app.embedded.account import Account
from app.embedded.children import Child, Watch, bury_orphans, end, end_orphans, say
from app.embedded.errors import CannotStart, Held
from app.embedded.greeting import greeting
from app.embedded.leash import adopt_orphans
from app.embedded.place import (
    DemoRecord,
    checkout,
    create_record,
    demo_record,
    lock_path,
    make_var,
    new_key,
    var,
    write_record,
)
from app.embedded.server import Server, erase, serving

#: How long web may take to answer for the first time.
PATIENCE_TO_ANSWER = 60.0
#: Web and worker are given this long to end; with the database's share it stays under ten seconds.
PATIENCE_TO_END = 4.0
PATIENCE_FOR_THE_DATABASE = 3.0
#: After so many deaths before the first answer there is nothing to wait for.
DEATHS_TO_GIVE_UP = 3
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - recognised, not bound


@dataclass(frozen=True)
class Commands:
    """What the demo runs."""

    upgrade: tuple[str, ...] = (sys.executable, "-m", "app.cli", "db", "upgrade")
    data: tuple[str, ...] = (sys.executable, "-m", "app.cli", "demo-data")
    web: tuple[str, ...] = (sys.executable, "-m", "app.cli", "web")
    worker: tuple[str, ...] = (sys.executable, "-m", "app.cli", "worker")


class Ended(BaseException):
    """Somebody asked us to end. Not an Exception, so that nothing on the way takes it for a failure."""


def run_demo(
    port: int, host: str, fresh: bool, *, commands: Commands | None = None, root: Path | None = None
) -> int:
    """Run the demo until TERM or INT; the exit code is 0 then, and 1 if it could not start."""
    try:
        with _ended_by_signals() as wakeup:
            _run(Demo(host, port, root or checkout(), commands or Commands()), fresh, wakeup)
    except CannotStart as refusal:
        say(f"zhuanban: {refusal}")
        return 1
    except Ended:
        return 0


@dataclass
class Demo:
    """One run of the demo."""

    host: str
    port: int
    root: Path
    commands: Commands

    @property
    def reachable(self) -> str:
        """The host name to reach it by: one can listen everywhere, but not go there."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    @property
    def base_url(self) -> str:
        host = f"[{self.reachable}]" if ":" in self.reachable else self.reachable
        return f"http://{host}:{self.port}"

    def environment(self, record: DemoRecord) -> dict[str, str]:
        """The settings of web and worker, over what the caller of the demo has set."""
        settings = {
            "DATABASE_URL": record.database_url,
            "OWNER_DATABASE_URL": record.owner_database_url,
            "SECRET_KEY": record.secret_key,
            "VAULT_KEYS": record.vault_keys,
            "SEAL_KEYS": record.seal_keys,
            "BASE_URL": record.base_url,
            "HOST": self.host,
            "PORT": str(self.port),
            "PROVIDER": "simulator",
            "DEMO": "1",
            "DEMO_PASSWORD": record.password,
        }
        return {**os.environ, **{f"ZHUANBAN_{name}": value for name, value in settings.items()}}


def _run(demo: Demo, fresh: bool, wakeup: int) -> NoReturn:
    make_var(demo.root)
    with _only_demo_here(demo.root), ExitStack() as stack:
        _check_port(demo.host, demo.port)
        record, server = _with_database(demo, fresh, stack)
        environment = demo.environment(record)
        say("zhuanban: preparing the tables and the demo data …")
        _step(demo, demo.commands.upgrade, environment)
        _step(demo, demo.commands.data, environment)

        adopt_orphans()
        logs = var(demo.root) / "log"
        web = Child(demo.commands.web, demo.root, environment, logs / "web.log")
        worker = Child(demo.commands.worker, demo.root, environment, logs / "worker.log")
        stack.callback(_end_everything, [web, worker], server)
        watches = [Watch("web", web), Watch("worker", worker)]
        say(f"zhuanban: starting web and worker, logs in {logs} …")
        for watch in watches:
            watch.start()
        if server is not None:
            watches.insert(0, Watch("database", server, started_at=time.monotonic()))
        _wait_for_answer(demo, watches, web.log, wakeup)
        with suppress(OSError):  # nobody reads it any more; the demo serves all the same
            sys.stdout.write(greeting(record))
            sys.stdout.flush()
        while True:
            _look_after(watches, wakeup, 1.0)


def _with_database(demo: Demo, fresh: bool, stack: ExitStack) -> tuple[DemoRecord, Server | None]:
    """The record of this run, with the embedded database started unless the caller named another."""
    given = os.environ
    record = demo_record(demo.root) or create_record(demo.root)
    url = given.get("ZHUANBAN_DATABASE_URL", "")
    owner_url = given.get("ZHUANBAN_OWNER_DATABASE_URL", url)
    server = None
    if url and fresh:
        raise CannotStart("FRESH=1 empties the demo's own database, not that of ZHUANBAN_DATABASE_URL.")
    if not url:
        folder = var(demo.root) / "postgres"
        if fresh:
            erase(folder)
        say("zhuanban: starting the database …")
        server = stack.enter_context(serving(folder, patience=PATIENCE_FOR_THE_DATABASE))
        url, owner_url = server.cluster.url(), server.cluster.owner_url()
    record = replace(
        record,
        secret_key=given.get("ZHUANBAN_SECRET_KEY", record.secret_key),
        vault_keys=given.get("ZHUANBAN_VAULT_KEYS", record.vault_keys),
        seal_keys=given.get("ZHUANBAN_SEAL_KEYS") or record.seal_keys or new_key(),
        password=given.get("ZHUANBAN_DEMO_PASSWORD", record.password),
        database_url=url,
        owner_database_url=owner_url,
        base_url=demo.base_url,
        host=demo.host,
        port=demo.port,
        pid=os.getpid(),
    )
    write_record(record, demo.root)
    return record, server


@contextmanager
def _only_demo_here(root: Path) -> Iterator[None]:
    try:
        lock = locks.hold(lock_path(root))
    except Held as held:
        raise CannotStart(f"the demo of {root} is already running.") from held
    except OSError as refusal:
        raise CannotStart(f"cannot write in {var(root)}: {refusal.strerror}.") from refusal
    try:
        yield
    finally:
        os.close(lock)


def _check_port(host: str, port: int) -> None:
    """Find out before anything is started that somebody else listens there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with closing(socket.socket(family, kind)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen()
    except (OSError, OverflowError) as refusal:
        why = getattr(refusal, "strerror", None) or refusal
        raise CannotStart(
            f"cannot listen on {host} port {port} ({why}); choose another port, as in: make demo PORT=8090"
        ) from refusal


def _step(demo: Demo, command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Run *command* to its end; what it says is progress and goes to standard error."""
    done = subprocess.run(  # noqa: S603 - one of our own commands
        Account().leashed(command, demo.root),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        check=False,
    )
    if done.returncode != 0:
        words = " ".join(command[-2:] if command[-1] == "upgrade" else command[-1:])
        raise CannotStart(f"`zhuanban {words}` failed with exit code {done.returncode}; the reason is above.")


def _wait_for_answer(demo: Demo, watches: list[Watch], log: Path, wakeup: int) -> None:
    deadline = time.monotonic() + PATIENCE_TO_ANSWER
    while not _answers(demo):
        deaths = max(watch.deaths for watch in watches if watch.name == "web")
        if deaths >= DEATHS_TO_GIVE_UP:
            raise CannotStart(f"web does not start; the reason is at the end of {log}.")
        if time.monotonic() > deadline:
            raise CannotStart(
                f"{demo.base_url}/healthz did not answer 200 within {PATIENCE_TO_ANSWER:.0f} s; see {log}."
            )
        _look_after(watches, wakeup, 0.1)


def _answers(demo: Demo) -> bool:
    try:
        with closing(http.client.HTTPConnection(demo.reachable, demo.port, timeout=2)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _look_after(watches: list[Watch], wakeup: int, at_most: float) -> None:
    """Start again who is due, then wait until a child ends, but not longer than *at_most* seconds."""
    for watch in watches:
        watch.look()
    bury_orphans(_numbers(watches))
    due = [watch.start_again_at for watch in watches if watch.start_again_at is not None]
    pause = min([at_most, *(max(moment - time.monotonic(), 0.01) for moment in due)])
    if select.select([wakeup], [], [], pause)[0]:
        os.read(wakeup, 4096)


def _numbers(watches: list[Watch]) -> set[int]:
    processes = [watch.kept.process for watch in watches if isinstance(watch.kept, Child | Server)]
    return {process.pid for process in processes if process is not None}


def _end_everything(children: list[Child], server: Server | None) -> None:
    end(children, PATIENCE_TO_END)
    if server is not None:
        server.stop()
    end_orphans()


@contextmanager
def _ended_by_signals() -> Iterator[int]:
    """
    Turn the first signal to end into `Ended` and ignore all later ones; yield where a signal is noticed.

    A process group that is ended together gets one signal from the terminal and another from its leader.
    """
    told = False

    def ended(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise Ended

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    for number in ENDING:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays so
            signal.signal(number, ended)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        # Not back to what they were: the last moments of Python must not turn an orderly end into a crash.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
