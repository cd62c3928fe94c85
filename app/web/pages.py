"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import staff
from app.web.citizen import citizen
from app.web.desks import desks
from app.web.intake import intake
from app.web.papers import papers
from app.web.phones import phones
from app.web.receipts import receipts
from app.web.sign_in import door
from app.web.tickets import tickets


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Add every page to *app*; only the providers' own doors do without our form token."""
    for blueprint in (citizen, phones, receipts):
        app.register_blueprint(blueprint)
    csrf.exempt(receipts)
    for blueprint in (door, desks, intake, tickets, papers):
        app.register_blueprint(blueprint)
    staff.furnish(app)
