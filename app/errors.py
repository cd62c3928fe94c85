"""From what went wrong to what a person is told: a problem document for machines, a page for people."""

import logging
from typing import Any

from apiflask.exceptions import HTTPError
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.access.limits import TooManyLooks
from app.api.answers import json_response
from app.api.doors import NotForYou, NoToken
from app.api.idempotency import OtherBody
from app.language.sentences import Sentence, field_sentence, fields_of, sentence
from app.uploads import Upload
from tickets.ground.errors import BadField, FieldsRefused, NotFound, NotYours, Refused, Stale, TicketError

log = logging.getLogger(__name__)

STATUS: dict[type[TicketError], int] = {
    NoToken: 401,
    NotForYou: 403,
    NotYours: 403,
    NotFound: 404,
    Refused: 409,
    Stale: 412,
    TooManyLooks: 429,
    FieldsRefused: 422,
    OtherBody: 422,
}


def status_of(error: TicketError) -> int:
    """The HTTP status of *error*, by the nearest of its ancestors the table knows."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def register(app: Flask) -> None:
    """Answer every error in the language of who asked."""

    @app.errorhandler(TicketError)
    def told(error: TicketError) -> ResponseReturnValue:
        fields = list(error.fields) if isinstance(error, FieldsRefused) else []
        return _answer(status_of(error), error.code, sentence(error.code, error.params), fields)

    @app.errorhandler(HTTPError)
    def wrong_shape(error: HTTPError) -> ResponseReturnValue:
        if isinstance(error.__cause__, ValidationError):
            return _answer(422, "fields_refused", sentence("fields_refused", {}), fields_of(error.__cause__))
        return _answer(
            error.status_code, f"http_{error.status_code}", sentence(f"http_{error.status_code}", {}), []
        )

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if error.response is not None or code in (304, 301, 302, 303, 307, 308):
            return error
        name = _name_of(code)
        return _answer(400 if name == "not_json" else code, name, sentence(name, {}), [])

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeout)
    def no_database(error: Exception) -> ResponseReturnValue:
        # Never the statement or its values: they may hold what a citizen said.
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        log.error("the database refused", extra={"sqlstate": state, "kind": type(error).__name__})
        response = _answer(503, "busy", sentence("busy", {}), [])
        response.headers["Retry-After"] = "2"
        return response

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> ResponseReturnValue:
        log.error("unforeseen", extra={"kind": type(error).__name__}, exc_info=_place_only(error))
        return _answer(500, "http_500", sentence("http_500", {}), [])


def _place_only(error: Exception) -> tuple[type[Exception], Exception, Any]:
    """Where it happened, without its words: they may hold what a citizen said."""
    return (RuntimeError, RuntimeError(type(error).__name__), error.__traceback__)


def _name_of(code: int) -> str:
    """Which sentence says what is wrong with a request."""
    if code in (400, 415) and _is_api():
        return "not_json"
    if code == 413 and isinstance(request, Upload) and request.brings_files:
        return "files_too_large"
    return f"http_{code}"


def _is_api() -> bool:
    return request.path.startswith(("/api/v1", "/twilio", "/aliyun"))


def _answer(status: int, code: str, said: Sentence, fields: list[BadField]) -> Response:
    if _is_api():
        return problem(status, code, said, fields)
    page = render_template("error.html", status=status, said=said, fields=[field_sentence(f) for f in fields])
    return Response(page, status=status, mimetype="text/html")


def problem(status: int, code: str, said: Sentence, fields: list[BadField]) -> Response:
    """A problem document (RFC 9457)."""
    told = [field_sentence(bad) for bad in fields]
    body = {
        "type": f"/api/docs#{code.replace('_', '-')}",
        "title": said.message,
        "status": status,
        "detail": " ".join((said.message, said.remedy)) if said.remedy else said.message,
        "errors": [{"field": one.field, "message": one.message, "remedy": one.remedy} for one in told],
    }
    response = json_response(body, status)
    response.mimetype = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
