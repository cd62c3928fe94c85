"""All pages, gathered."""

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import staff
from app.web.account import account
from app.web.admin.absence import absence_page
from app.web.admin.account_import import account_import
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
from app.web.admin.workers import workers_page
from app.web.assistance.applications import applications_pages
from app.web.assistance.contracts import contracts_pages
from app.web.assistance.given import given_pages
from app.web.assistance.household_import import household_import
from app.web.assistance.households import households_pages
from app.web.assistance.leads import leads_pages
from app.web.assistance.library import library_pages
from app.web.assistance.needs import needs_pages
from app.web.assistance.payments import payments_pages
from app.web.assistance.referrals import referrals_pages
from app.web.assistance.services import services_pages
from app.web.assistance.statistics import assistance_statistics
from app.web.assistance.visit_coverage import visit_coverage
from app.web.assistance.visits import visits_pages
from app.web.board import board, screens
from app.web.bulk import bulk
from app.web.call_backs import call_backs
from app.web.callback import callback
from app.web.campaign_calls import campaign_calls
from app.web.campaigns import campaigns_pages
from app.web.citizen import citizen
from app.web.citizen_moves import citizen_moves
from app.web.desks import desks
from app.web.digest import digest_pages
from app.web.feeds import calendars, feeds
from app.web.files import files
from app.web.find import find
from app.web.help import help_pages
from app.web.intake import intake
from app.web.intake_parts import intake_parts
from app.web.outbound import outbound
from app.web.papers import papers
from app.web.phones import phones
from app.web.pushes import pushes
from app.web.receipts import receipts
from app.web.report import report
from app.web.sign_in import door
from app.web.statistics import statistics
from app.web.supervision import supervision
from app.web.telling import telling_pages
from app.web.texts import texts_pages
from app.web.tickets import tickets
from app.web.totp import totp
from app.web.voice import voice
from app.web.voice_messages import voice_pages

#: Doors of those who bring texts and calls.
PROVIDERS = (receipts, pushes, voice, outbound)

#: Pages on which the house itself is changed.
HOUSE = (
    units_pages,
    accounts_pages,
    account_import,
    roles_page,
    categories_pages,
    reasons_pages,
    phrases_pages,
    workers_page,
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
    for blueprint in (citizen, report, citizen_moves, phones, *PROVIDERS, calendars, screens):
        app.register_blueprint(blueprint)
    for provider in PROVIDERS:
        csrf.exempt(provider)
    for blueprint in (
        door,
        account,
        totp,
        feeds,
        desks,
        bulk,
        callback,
        find,
        help_pages,
        intake,
        intake_parts,
        texts_pages,
        campaign_calls,
        campaigns_pages,
        telling_pages,
        call_backs,
        voice_pages,
        tickets,
        files,
        papers,
        supervision,
        statistics,
        board,
        digest_pages,
        library_pages,
        households_pages,
        household_import,
        visits_pages,
        visit_coverage,
        referrals_pages,
        applications_pages,
        leads_pages,
        needs_pages,
        services_pages,
        contracts_pages,
        assistance_statistics,
        given_pages,
        payments_pages,
        *HOUSE,
    ):
        app.register_blueprint(blueprint)
    staff.furnish(app)
