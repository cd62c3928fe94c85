"""The demo's supervisor, with stand-ins for the commands it runs: starts, looks after, ends everything."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
import pytest

from app.embedded import place

ROOT = Path(__file__).resolve().parents[2]

#: Answers its own number on every path; `web` forks as gunicorn does, and `worker` needs the database.
STAND_IN = """
import http.server, os, sys, time
import psycopg
if sys.argv[1] == "web":
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(str(os.getpid()).encode())
    server = http.server.HTTPServer(("127.0.0.1", int(os.environ["ZHUANBAN_PORT"])), Handler)
    if os.fork() == 0:
        server.socket.close()
        time.sleep(300)
    server.serve_forever()
elif sys.argv[1] == "worker":
    with psycopg.connect(os.environ["ZHUANBAN_DATABASE_URL"].replace("+psycopg", "")) as connection:
        connection.execute("SELECT 1")
        time.sleep(300)
elif sys.argv[1] == "fail":
    sys.exit("a reason")
else:
    print("done", sys.argv[1])
"""

SUPERVISE = """
import sys
from pathlib import Path
from app.embedded.demo import Commands, run_demo
root, port, upgrade = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
names = (upgrade, "demo-data", "web", "worker")
commands = Commands(*((sys.executable, str(root / "stand_in.py"), name) for name in names))
sys.exit(run_demo(port, "127.0.0.1", "fresh" in sys.argv, commands=commands, root=root))
"""


@dataclass
class Supervised:
    """A demo under test."""

    root: Path
    port: int
    process: subprocess.Popen[str]

    def web(self) -> int:
        """The number of the web process that answers now, or 0."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return int(answer.read())
        except OSError:
            return 0

    def children(self) -> list[int]:
        """The database, web and worker, in the order of their start."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def family(self) -> set[int]:
        """Everybody alive in its process group."""
        stats = [stat for path in Path("/proc").glob("[0-9]*/stat") if (stat := read(path))]
        rows = [stat.rpartition(")")[2].split() for stat in stats]
        alive = [int(stat.split()[0]) for stat, row in zip(stats, rows, strict=True) if self.counts(row)]
        return set(alive)

    def counts(self, row: list[str]) -> bool:
        state, _, group = row[:3]
        return int(group) == self.process.pid and state != "Z"

    def end(self) -> tuple[int, str]:
        """The exit code once it has ended, and what it said on standard error."""
        _, said = self.process.communicate(timeout=15)
        return self.process.returncode, said


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something *holds*, but not for ever."""
    deadline = time.monotonic() + seconds
    tick = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        tick.wait(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def root() -> Iterator[Path]:
    """A checkout that everybody can enter."""
    above = Path(tempfile.mkdtemp(prefix="zb-"))
    above.chmod(0o755)
    (above / "stand_in.py").write_text(STAND_IN)
    yield above
    shutil.rmtree(above)


Supervise = Callable[..., Supervised]


@pytest.fixture
def supervise(root: Path) -> Iterator[Supervise]:
    """Start a demo in *root*. Whatever a test leaves behind is killed at its end."""
    started: list[Supervised] = []

    def start(*more: str, port: int = 0, upgrade: str = "upgrade", **settings: str) -> Supervised:
        chosen = port or free_port()
        own = {name: value for name, value in os.environ.items() if not name.startswith("ZHUANBAN_")}
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", SUPERVISE, str(root), str(chosen), upgrade, *more],
            cwd=ROOT,
            env={**own, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        started.append(Supervised(root, chosen, process))
        return started[-1]

    yield start
    for demo in started:
        for number in demo.family():
            os.kill(number, signal.SIGKILL)
        demo.process.communicate()


def password(demo: Supervised) -> str:
    """Wait for the line with the password, the only one that begins so."""
    assert demo.process.stdout is not None
    for line in iter(demo.process.stdout.readline, ""):
        if line.startswith("password: "):
            return line.removeprefix("password: ").strip()
    return ""


def ended_by_its_leader(demo: Supervised) -> None:
    demo.process.terminate()


def ended_as_a_group_and_again(demo: Supervised) -> None:
    os.killpg(demo.process.pid, signal.SIGTERM)
    demo.process.terminate()
    os.killpg(demo.process.pid, signal.SIGINT)


@pytest.mark.parametrize("ask_to_end", [ended_by_its_leader, ended_as_a_group_and_again])
def test_it_answers_tells_the_others_and_ends_with_everybody(
    supervise: Supervise, root: Path, ask_to_end: Callable[[Supervised], None]
) -> None:
    demo = supervise()
    said = password(demo)
    record = place.demo_record(root)

    assert demo.web() == demo.children()[1]
    assert record is not None
    assert (record.password, record.port, record.pid) == (said, demo.port, demo.process.pid)
    assert record.base_url == f"http://127.0.0.1:{demo.port}"
    for keys in (record.vault_keys, record.seal_keys):
        assert len(base64.b64decode(keys.removeprefix("1:"))) == 32
    assert place.record_path(root).stat().st_mode & 0o777 == 0o600
    assert place.demo_is_running(root)

    ask_to_end(demo)
    code, told = demo.end()

    assert (code, demo.family()) == (0, set())
    assert "done upgrade" in told
    assert not place.demo_is_running(root)


def test_a_later_start_keeps_the_secrets_even_when_the_data_go(supervise: Supervise, root: Path) -> None:
    said = password(demo := supervise())
    record = place.demo_record(root)
    assert record is not None
    with psycopg.connect(record.owner_database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE note ()")
    demo.process.terminate()
    demo.end()

    assert password(supervise("fresh")) == said

    later = place.demo_record(root)
    assert later is not None
    secrets = [(one.secret_key, one.vault_keys, one.seal_keys) for one in (record, later)]
    assert secrets[0] == secrets[1]
    with psycopg.connect(later.owner_database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)


def test_a_demo_from_before_there_were_roots_gets_a_key_for_them(supervise: Supervise, root: Path) -> None:
    old = asdict(place.create_record(root))
    del old["seal_keys"]
    place.record_path(root).write_text(json.dumps(old))
    password(supervise())
    record = place.demo_record(root)

    assert record is not None
    assert record.vault_keys == old["vault_keys"]
    assert len(base64.b64decode(record.seal_keys.removeprefix("1:"))) == 32


def test_who_dies_is_started_again(supervise: Supervise, root: Path) -> None:
    password(demo := supervise())
    database, web, worker = demo.children()
    for number in (worker, web, database):
        os.kill(number, signal.SIGKILL)

    until(lambda: demo.web() not in {0, web})
    until(lambda: "stand_in.py\0worker" in "".join(command(child) for child in demo.children()))
    record = place.demo_record(root)
    assert record is not None
    until(lambda: can_connect(record.database_url))
    demo.process.terminate()

    assert (demo.end()[0], demo.family()) == (0, set())


def test_nobody_outlives_a_killed_supervisor(supervise: Supervise) -> None:
    password(demo := supervise())
    children = set(demo.children())
    demo.process.kill()

    until(lambda: not children & demo.family())


def test_a_busy_port_is_told_before_anything_starts(supervise: Supervise, root: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, told = supervise(port=other.getsockname()[1]).end()

    assert code == 1
    assert re.fullmatch(r"zhuanban: cannot listen on 127\.0\.0\.1 port \d+ \(.*\); .*\n", told)
    assert not (root / "var" / "postgres").exists()


def test_a_step_that_fails_ends_the_demo(supervise: Supervise) -> None:
    demo = supervise(upgrade="fail")
    code, told = demo.end()

    assert (code, demo.family()) == (1, set())
    assert told.endswith(
        "a reason\nzhuanban: `zhuanban fail` failed with exit code 1; the reason is above.\n"
    )


def test_a_second_demo_of_a_checkout_is_refused(supervise: Supervise, root: Path) -> None:
    password(supervise())

    assert supervise().end() == (1, f"zhuanban: the demo of {root} is already running.\n")


def test_with_a_database_of_ones_own_nothing_embedded_starts(supervise: Supervise, root: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    demo = supervise(ZHUANBAN_DATABASE_URL=url, ZHUANBAN_DEMO_PASSWORD="told-before")  # noqa: S106 - made up

    assert password(demo) == "told-before"
    record = place.demo_record(root)
    assert record is not None
    assert (record.database_url, record.owner_database_url) == (url, url)
    assert not (root / "var" / "postgres").exists()
    demo.process.terminate()
    assert demo.end()[0] == 0

    code, told = supervise("fresh", ZHUANBAN_DATABASE_URL=url).end()
    assert (code, "not that of ZHUANBAN_DATABASE_URL" in told) == (1, True)


def command(number: int) -> str:
    return read(Path(f"/proc/{number}/cmdline"))


def can_connect(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", "")).close()
    except psycopg.OperationalError:
        return False
    return True
