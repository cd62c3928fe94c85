"""Serve a house as in production, from a process that has learned the program once for all houses."""

import multiprocessing
import os
import sys

from app.serving import serve
from app.settings import Settings

#: Each of its children begins with the program already imported, and with nothing else of this process.
WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["app.factory", "tests.browser.serving"])


def serve_alone(settings: Settings) -> None:
    """Serve until killed, as the leader of a group of its own."""
    os.setpgid(0, 0)
    sys.argv = ["zhuanban"]
    serve(settings)
