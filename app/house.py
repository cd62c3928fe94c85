"""The house of the running Flask application."""

from flask import current_app, request

from app.access.accounts import Role, Viewer
from app.access.limits import is_free
from app.wiring import House


def house() -> House:
    """The house this request came to."""
    found: House = current_app.extensions["zhuanban"]
    return found


def most_looks(viewer: Viewer) -> int | None:
    """How many identities *viewer* may look at within an hour; None where this request has no limit."""
    settings = house().settings
    if is_free(settings, request.remote_addr):
        return None
    calls = viewer.role in (Role.HANDLER, Role.HEAD)
    return settings.calls_an_hour if calls else settings.looks_an_hour
