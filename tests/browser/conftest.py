"""A browser and a served district for tests that look at pages."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, sync_playwright
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from app.wiring import House
from tests.browser.looking import Eyes, Site
from tests.browser.serving import WARM, serve_alone
from tests.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: The browser looks at our pages and at nothing else.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield found
        found.close()


@pytest.fixture
def site(server: Server, worker_id: str, browser: Browser) -> Iterator[Site]:
    """A district of its own, served as in production; the test itself does the worker's ticks."""
    del browser  # asked for first, so that nothing is started where there is none
    with server.district(f"browser_{worker_id}") as settings:
        served = settings.model_copy(update={"port": _free_port(), "web_workers": 1, "provider": "simulator"})
        process = WARM.Process(target=serve_alone, args=(served,))
        process.start()
        house = House.of(served, pool=2)
        try:
            _wait_for(f"http://127.0.0.1:{served.port}/healthz")
            yield Site(f"http://127.0.0.1:{served.port}", house)
        finally:
            house.engine.dispose()
            # At once: nobody waits for an answer any more, only the browser's idle connections.
            os.killpg(process.pid or 0, signal.SIGKILL)
            process.join(timeout=15)


@pytest.fixture
def eyes(tmp_path: Path) -> Eyes:
    """Looks at pages; takes pictures of them where SCREENSHOTS names a folder to keep them in."""
    kept = os.environ.get("SCREENSHOTS")
    return Eyes(Path(kept) if kept else tmp_path, pictures=bool(kept))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(url: str) -> None:
    """Ask again, with growing pauses, until the server answers."""
    again = Retry(
        total=60, connect=60, status=60, backoff_factor=0.05, backoff_max=0.5, status_forcelist=[503]
    )
    with requests.Session() as asking:
        asking.mount("http://", HTTPAdapter(max_retries=again))
        asking.get(url, timeout=30).raise_for_status()
