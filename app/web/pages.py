"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import staff
from app.web.account import account
from app.web.admin.absence import absence_page
from app.web.admin.accounts import accounts_pages
from app.web.admin.calendars import calendars_pages
from app.web.admin.categories import categories_pages
from app.web.admin.changes import changes_page
from app.web.admin.duty import duty_pages
from app.web.admin.phrases import phrases_pages
from app.web.admin.policies import policies_page
from app.web.admin.providers import providers_page
from app.web.admin.reasons import reasons_pages
from app.web.admin.roles import roles_page
from app.web.admin.rule_changes import rule_changes
from app.web.admin.traffic import traffic_page
from app.web.admin.units import units_pages
from app.web.admin.wording import wording_pages
from app.web.assistance.given import given_pages
from app.web.assistance.households import households_pages
from app.web.assistance.library import library_pages
from app.web.assistance.statistics import assistance_statistics
from app.web.bulk import bulk
from app.web.calling import calling
from app.web.citizen import citizen
from app.web.desks import desks
from app.web.digest import digest_pages
from app.web.feeds import calendars, feeds
from app.web.find import find
from app.web.help import help_pages
from app.web.intake import intake
from app.web.papers import papers
from app.web.phones import phones
from app.web.pushes import pushes
from app.web.receipts import receipts
from app.web.sign_in import door
from app.web.supervision import supervision
from app.web.telling import telling_pages
from app.web.texts import texts_pages
from app.web.tickets import tickets
from app.web.totp import totp

#: Pages on which the house itself is changed.
HOUSE = (
    units_pages,
    accounts_pages,
    roles_page,
    categories_pages,
    reasons_pages,
    phrases_pages,
    wording_pages,
    duty_pages,
    absence_page,
    policies_page,
    calendars_pages,
    rule_changes,
    traffic_page,
    providers_page,
    changes_page,
)


def register(app: Flask, csrf: CSRFProtect) -> None:
    """Add every page to *app*; only the providers' own doors do without our form token."""
    for blueprint in (citizen, phones, receipts, pushes, calendars):
        app.register_blueprint(blueprint)
    for provider in (receipts, pushes):
        csrf.exempt(provider)
    for blueprint in (
        door,
        account,
        totp,
        feeds,
        desks,
        bulk,
        calling,
        find,
        help_pages,
        intake,
        texts_pages,
        telling_pages,
        tickets,
        papers,
        supervision,
        digest_pages,
        library_pages,
        households_pages,
        assistance_statistics,
        given_pages,
        *HOUSE,
    ):
        app.register_blueprint(blueprint)
    staff.furnish(app)
