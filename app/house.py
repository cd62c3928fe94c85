"""The house of the running Flask application."""

from flask import current_app

from app.wiring import House


def house() -> House:
    """The house this request came to."""
    found: House = current_app.extensions["zhuanban"]
    return found
