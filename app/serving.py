"""Serve the web application with gunicorn."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.factory import create_app
from app.garbage import settle, tidy
from app.settings import Settings


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """gunicorn, told by our settings instead of a file of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Threads for waiting on the database, processes for the cores."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web_workers,
            "threads": settings.web_threads,
            "worker_class": "gthread",
            # Without it one worker keeps all connections that stay open.
            "reuse_port": True,
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 3,
            # No line of the access log: addresses and search words do not belong into a file.
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 8190,
            "post_worker_init": lambda _worker: settle(),
            "post_request": lambda _worker, _request, _environ, _response: tidy(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, once in each worker process: connections are never shared over a fork."""
        return create_app(self._settings)


def serve(settings: Settings) -> None:
    """Serve until told to end."""
    Server(settings).run()
