"""Start and stop one PostgreSQL cluster under a folder, as a child that never outlives us."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import psycopg

from app.embedded import locks
from app.embedded.account import Account
from app.embedded.binaries import Programs, find_programs
from app.embedded.cluster import (
    ADMINISTRATOR,
    APPLICATION,
    DATABASE,
    OWNER,
    Cluster,
    new_passwords,
    read_passwords,
)
from app.embedded.errors import CannotStart, Held
from app.embedded.home import PORT, Home, find_home, make_folder, make_sockets_folder, own_place

__all__ = [
    "ADMINISTRATOR", "APPLICATION", "DATABASE", "OWNER",
    "CannotStart", "Cluster", "Server", "erase", "join", "running", "serving",
]  # fmt: skip

#: A crash may leave much to replay before the first connection is let in.
PATIENCE_TO_START = 60.0
#: How long the processes of a server that was killed may take to be gone.
PATIENCE_FOR_THE_LAST = 15.0
LARGEST_LOG = 16 * 1024 * 1024

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": str(PORT),
        "shared_buffers": "128MB",
        "max_connections": "100",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "password_encryption": "scram-sha-256",
    }
)
#: What the server and initdb get to see of our environment: nothing of ours.
ENVIRONMENT = MappingProxyType({"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"})
#: Whoever connects proves it with a password, over the socket only.
ACCESS_RULES = "local all all scram-sha-256\n"


class Server:
    """One cluster's server process. Made by `serving`, which holds the lock on its home."""

    def __init__(
        self,
        home: Home,
        programs: Programs,
        settings: Mapping[str, str],
        environment: Mapping[str, str] = ENVIRONMENT,
    ) -> None:
        self.home = home
        self.cluster = Cluster(home.folder, home.sockets, read_passwords(home.passwords))
        self.process: subprocess.Popen[bytes] | None = None
        #: Seconds for an orderly shutdown.
        self.patience = 8.0
        self._programs = programs
        self._settings = {**SETTINGS, **settings}
        self._environment = environment

    def is_alive(self) -> bool:
        # Asking the process itself reaps it: a dead one would stay a zombie that still has its number.
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it lets us in. Also good for one that has died."""
        lock = _last_process_gone(self.home)
        try:
            make_sockets_folder(self.home)
            # With the lock in hand, no server is left that these could speak of. PostgreSQL would believe
            # them if their number had gone to another process, or to a dead one that nobody has reaped.
            for left in (self.home.data / "postmaster.pid", self.home.sockets / f".s.PGSQL.{PORT}.lock"):
                left.unlink(missing_ok=True)
            self.process = self._spawn(lock)
        finally:
            os.close(lock)  # the server has inherited it
        try:
            self._wait_until_it_answers(self.process)
            self.cluster.settle()
        except psycopg.Error as refusal:
            self.stop()
            raise CannotStart(f"PostgreSQL refused to be set up: {refusal}") from refusal
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Disconnect everybody and shut down; what does not end in time is made to, and repaired later."""
        process = self.process
        if process is None:
            return
        for number, seconds in ((signal.SIGINT, self.patience), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 5.0)):
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):  # then the next, harder signal
                process.wait(seconds)
                break
        if not self.home.sockets.is_relative_to(self.home.folder):
            with suppress(OSError):  # a socket left by force; the next start finds the folder again
                self.home.sockets.rmdir()

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        home = self.home
        sockets = '"' + str(home.sockets).replace('"', '""') + '"'
        settings = {"unix_socket_directories": sockets, "hba_file": str(home.access_rules), **self._settings}
        command = [self._programs.path("postgres"), "-D", str(home.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with _open_log(home.log) as log:
            return subprocess.Popen(  # noqa: S603 - the command is put together here
                home.account.leashed(command, home.folder, ended_by=signal.SIGINT),
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
            )

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_TO_START
        while True:
            try:
                self.cluster.connect().close()
            except psycopg.OperationalError as refusal:
                if process.poll() is not None:
                    raise CannotStart(f"PostgreSQL ended at once: {_last_words(self.home.log)}") from refusal
                if "authentication failed" in str(refusal) or time.monotonic() > deadline:
                    raise CannotStart(f"PostgreSQL does not let us in; see {self.home.log}.") from refusal
            else:
                return
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)


@contextmanager
def serving(
    folder: Path,
    *,
    settings: Mapping[str, str] = MappingProxyType({}),
    patience: float = 8.0,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """
    The server of the cluster in *folder*, started, and stopped at the end within *patience* seconds.

    It gets to see *environment* besides the little it needs.
    """
    with _refusals_explained(folder):
        home = find_home(folder.absolute())
    with _claimed(home):
        with _refusals_explained(home.folder):
            programs = find_programs(home.account)
            _make_cluster(home, programs, careful=settings.get("fsync") != "off")
            server = Server(home, programs, settings, {**ENVIRONMENT, **environment})
            server.patience = patience
            server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running(folder: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Cluster]:
    """
    A running cluster in *folder*, made at the first time.

    To be called from a thread that lives as long as the cluster shall: the kernel ends the server with it.
    """
    with serving(folder, settings=settings) as server:
        yield server.cluster


def join(folder: Path) -> Cluster:
    """The cluster that another process runs in *folder*."""
    home = find_home(folder.absolute())
    if not locks.is_held(home.server_lock):
        raise CannotStart(f"no PostgreSQL runs in {folder}.")
    return Cluster(home.folder, home.sockets, read_passwords(home.passwords))


def erase(folder: Path) -> None:
    """Remove the cluster of *folder* with all its data, wherever it lives."""
    for place in (folder.absolute(), own_place(folder.absolute())):
        if place is None or not (place / "data").exists():
            continue
        home = Home(place, Account())
        with _claimed(home), _refusals_explained(place):
            os.close(_last_process_gone(home))
            if place == folder.absolute():
                shutil.rmtree(home.data)
                home.passwords.unlink(missing_ok=True)
            else:
                shutil.rmtree(place)  # made for this folder alone


@contextmanager
def _claimed(home: Home) -> Iterator[None]:
    """*home* for us alone."""
    try:
        lock = locks.hold(home.starter_lock)
    except Held as held:
        raise CannotStart(f"another PostgreSQL is already running in {home.folder}.") from held
    except OSError as refusal:
        raise CannotStart(f"cannot write in {home.folder}: {refusal.strerror}.") from refusal
    try:
        yield
    finally:
        os.close(lock)


def _last_process_gone(home: Home) -> int:
    """The lock that a server holds, which proves that the last process of the one before is gone."""
    try:
        return locks.hold(home.server_lock, patience=PATIENCE_FOR_THE_LAST)
    except Held as held:
        raise CannotStart(f"an earlier PostgreSQL in {home.folder} does not end.") from held


@contextmanager
def _refusals_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise CannotStart(f"cannot write in {folder}: {refusal.strerror or refusal}.") from refusal


def _make_cluster(home: Home, programs: Programs, *, careful: bool) -> None:
    home.access_rules.write_text(ACCESS_RULES, encoding="utf-8")
    home.access_rules.chmod(0o644)
    if not home.data.exists():
        _initialise(home, programs, careful=careful)
    version = home.data / "PG_VERSION"
    if version.read_text(encoding="utf-8").strip() != str(programs.major):
        raise CannotStart(
            f"the data in {home.data} are of another PostgreSQL than {programs.major}; "
            "start with FRESH=1 to begin anew."
        )


def _initialise(home: Home, programs: Programs, *, careful: bool) -> None:
    """Make a cluster aside and rename it, so that a half-made one is never taken for whole."""
    new_passwords(home.passwords)
    unfinished = home.folder / "data.new"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    make_folder(unfinished, 0o700)
    home.account.owns(unfinished)
    # Beside the new data, because initdb wants an empty folder and its user must be able to read it.
    make_sockets_folder(home)
    password = home.sockets / "password"
    password.touch(0o600)
    try:
        password.write_text(read_passwords(home.passwords)[ADMINISTRATOR], encoding="utf-8")
        home.account.owns(password)
        command = [programs.path("initdb"), "-D", str(unfinished), "-U", ADMINISTRATOR, "-k", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password}"]
        command += [] if careful else ["--no-sync"]
        made = home.account.run(command, home.folder, dict(ENVIRONMENT))
    finally:
        password.unlink(missing_ok=True)
    if made.returncode != 0:
        said = made.stderr.strip().splitlines() or [f"exit code {made.returncode}"]
        raise CannotStart(f"PostgreSQL could not make its data in {home.folder}: {said[-1]}")
    unfinished.rename(home.data)


@contextmanager
def _open_log(path: Path) -> Iterator[int]:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    telling = [line for line in lines[-20:] if "FATAL" in line or "PANIC" in line] or lines[-1:]
    return telling[0].split("FATAL:")[-1].strip() if telling else f"see {log}."
