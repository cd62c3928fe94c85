"""The demo's supervisor, with stand-ins for the commands it runs: starts, looks after, ends everything."""

import json
import os
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
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.embedded import place
from app.embedded.server import erase

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

    def family(self) -> set[int]:
        """All processes of its group, and the children of each."""
        group = subprocess.run(  # noqa: S603 - fixed words
            ["/bin/ps", "-eo", "pid,pgid,stat"], capture_output=True, encoding="ascii", check=True
        )
        rows = [row.split() for row in group.stdout.splitlines()[1:]]
        return {int(pid) for pid, pgid, stat in rows if int(pgid) == self.process.pid and stat[0] != "Z"}


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


def supervise(root: Path, port: int, upgrade: str = "upgrade", *more: str, **settings: str) -> Supervised:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ZHUANBAN_")}
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", SUPERVISE, str(root), str(port), upgrade, *more],
        cwd=ROOT,
        env={**own, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    return Supervised(root, port, process)


def password_said(demo: Supervised) -> str:
    assert demo.process.stdout is not None
    said = [line for line in iter(demo.process.stdout.readline, "") if line.startswith("password: ")]
    return said[0].removeprefix("password: ").strip() if said else ""


def wait_for_password(demo: Supervised) -> str:
    assert demo.process.stdout is not None
    for line in iter(demo.process.stdout.readline, ""):
        if line.startswith("password: "):
            return line.removeprefix("password: ").strip()
    return ""
