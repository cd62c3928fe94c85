"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import staff
from app.web.account import account
from app.web.bulk import bulk
from app.web.citizen import citizen
from app.web.desks import desks
from app.web.find import find
from app.web.intake import intake
from app.web.phones import phones
from app.web.receipts import receipts
from app.web.sign_in import door
from app.web.tickets import tickets
from app.web.totp import totp


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Add every page to *app*; only the providers' own doors do without our form token."""
    for blueprint in (citizen, phones, receipts):
        app.register_blueprint(blueprint)
    csrf.exempt(receipts)
    for blueprint in (door, account, totp, desks, bulk, find, intake, tickets):
        app.register_blueprint(blueprint)
    staff.furnish(app)
