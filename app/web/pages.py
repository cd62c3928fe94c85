"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect

from app.web.citizen import citizen
from app.web.phones import phones
from app.web.receipts import receipts


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Add every page to *app*; only the providers' own doors do without our form token."""
    for blueprint in (citizen, phones, receipts):
        app.register_blueprint(blueprint)
    csrf.exempt(receipts)
