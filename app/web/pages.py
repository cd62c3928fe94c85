"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Add every page to *app*; only the providers' own doors do without our form token."""
    del app, csrf
