"""Put the web application together."""

from datetime import UTC, datetime
from typing import Any

from apiflask import APIFlask
from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from app import errors, headers
from app.api.account_routes import accounts_api
from app.api.application_routes import applications_api
from app.api.assistance_statistics_routes import assistance_statistics_api
from app.api.attachment_routes import attachments_api
from app.api.call_back_routes import call_backs_api
from app.api.calling_routes import calling_api
from app.api.campaign_routes import campaigns_api
from app.api.description import describe
from app.api.effect_routes import effects_api
from app.api.given_routes import given_api
from app.api.household_routes import households_api
from app.api.library_routes import library_api
from app.api.message_routes import messages_api
from app.api.need_routes import leads_api, needs_api
from app.api.pages import api_pages
from app.api.payment_routes import payments_api
from app.api.provider_routes import providers_api
from app.api.referral_routes import referrals_api
from app.api.routes import api
from app.api.rule_change_routes import rule_changes_api
from app.api.rules_routes import rules_api
from app.api.service_routes import contracts_api, services_api
from app.api.statistics_routes import statistics_api
from app.api.telling_routes import telling_api
from app.api.text_routes import texts_api
from app.api.visit_routes import visits_api
from app.api.voice_routes import voice_api
from app.api.wording import wording_api
from app.language.i18n import init_i18n
from app.settings import Settings
from app.uploads import MOST_BODY, Upload
from app.web import pages
from app.web.health import health
from app.web.metrics import metrics
from app.wiring import TEMPLATES, House


class ZhuanbanRequest(Upload):
    """A request whose body may be left out where nothing needs to be said."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Read the JSON body; an empty one is an empty object, so that `sign` needs no words."""
        if not self.get_data(cache=True):
            return {}
        return super().get_json(force=force, silent=silent, cache=cache)


def create_app(settings: Settings, house: House | None = None) -> Flask:
    """Make the application for *settings*; *house* is given by tests that already have one."""
    app = APIFlask(
        __name__,
        title="Zhuanban 转办",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        template_folder=str(TEMPLATES),
        static_folder="static",
    )
    app.request_class = ZhuanbanRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        # With the prefix a browser takes the cookie from this very host only, over https.
        SESSION_COOKIE_NAME="__Host-zhuanban" if settings.https else "zhuanban",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.extensions["zhuanban"] = house or House.of(settings, pool=settings.web_threads)
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    init_i18n(app, now)
    errors.register(app)
    for blueprint in (
        api,
        rules_api,
        rule_changes_api,
        texts_api,
        messages_api,
        telling_api,
        campaigns_api,
        providers_api,
        wording_api,
        attachments_api,
        statistics_api,
        calling_api,
        library_api,
        households_api,
        visits_api,
        referrals_api,
        applications_api,
        leads_api,
        needs_api,
        services_api,
        contracts_api,
        call_backs_api,
        voice_api,
        assistance_statistics_api,
        given_api,
        accounts_api,
        effects_api,
        payments_api,
    ):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.register_blueprint(api_pages)
    app.register_blueprint(health)
    app.register_blueprint(metrics)
    pages.register(app, csrf)
    describe(app)
    if proxies := settings.proxies_in_front:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign] # as its documentation says
    app.before_request(refuse_large_bodies)
    headers.register(app, settings)
    return app


def now() -> datetime:
    """What day it is on a page. Nothing is decided by it: decisions ask the database."""
    return datetime.now(UTC)


def refuse_large_bodies() -> None:
    """Refuse a body over the limit before anybody reads it."""
    if (request.content_length or 0) > (request.max_content_length or MOST_BODY):
        raise RequestEntityTooLarge
