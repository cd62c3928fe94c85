"""The real service: gunicorn and a worker as processes of their own, started again whenever they die."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic

import requests

from app.embedded.children import Child, end
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
#: How long web may take until it answers.
PATIENCE = 60.0


class NotReady(Exception):
    """Something did not come to pass in time; the text says what."""


class Service:
    """Web and workers of one district, looked after by a thread."""

    def __init__(self, settings: Settings, logs: Path, workers: int) -> None:
        self.settings = settings
        known = environment(settings)
        self._web = Child(_command("web"), ROOT, known, logs / "web.log")
        self._workers = [
            Child(_command("worker"), ROOT, known, logs / f"worker{number}.log") for number in range(workers)
        ]
        self._started_at: dict[str, float] = {}
        self._ended = Event()
        # The kernel ends what a thread has started when that thread ends, so one thread does it all.
        self._keeper = Thread(target=self._keep, name="keeper")

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.settings.port}"

    def start(self) -> None:
        """
        Start everything and wait until it answers.

        :raises NotReady: it does not.
        """
        self._keeper.start()
        deadline = monotonic() + PATIENCE
        while not self._answers():
            if monotonic() > deadline or self._ended.wait(0.05):
                raise NotReady("web did not answer")

    def stop(self) -> None:
        """End everything."""
        self._ended.set()
        self._keeper.join()

    def web_workers(self) -> list[int]:
        """The processes that serve requests now."""
        process = self._web.process
        return _children_of(process.pid) if process is not None and self._web.is_alive() else []

    def workers(self, older_than: float = 0.0) -> list[int]:
        """The processes that sweep and send, if they were started so many seconds ago."""
        latest = monotonic() - older_than
        return [
            worker.process.pid
            for worker in self._workers
            if worker.process and worker.is_alive() and self._started_at[worker.log.name] <= latest
        ]

    def kill(self, process: int) -> None:
        """Kill one of our processes, without a word."""
        os.kill(process, signal.SIGKILL)

    def _keep(self) -> None:
        children = [self._web, *self._workers]
        while not self._ended.wait(0.02):
            for child in children:
                if not child.is_alive():
                    self._started_at[child.log.name] = monotonic()
                    child.start()
        end(children, 5.0)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def running_service(settings: Settings, *, workers: int = 1) -> Iterator[Service]:
    """The service on a free port, until the block ends."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    changed = settings.model_copy(update={"port": port, "base_url": base_url, "web_workers": 2})
    with TemporaryDirectory(prefix="zhuanban-chaos-") as logs:
        service = Service(changed, Path(logs), workers)
        try:
            service.start()
            yield service
        finally:
            service.stop()


def environment(settings: Settings) -> dict[str, str]:
    """*settings* as the variables a process reads them from."""
    ours = settings.model_dump(by_alias=True, exclude_none=True)
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**others, **{PREFIX + name.upper(): str(value) for name, value in ours.items()}}


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", name]


def _children_of(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(number) for number in listed.split()]
