"""The routes of `/api/v1` for all texts together: how they fare, their figures, a budget, and once more."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Role, Viewer
from app.api import message_models as models
from app.api.answers import json_response
from app.api.documents import Document, moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.language.text_words import RUNG, why_said
from app.reading.outbound import how_calls_fared
from app.statistics.periods import Period
from app.texts import state
from app.texts.alarms import ringing
from app.texts.budgets import Spend, set_budget
from app.texts.course import days
from app.texts.repeating import Again, repeat
from notifications.message import Fate
from tickets.ground.desk import Desk

#: More is asked a year at a time.
A_YEAR = timedelta(days=366)

messages_api = APIBlueprint("messages_api", __name__, url_prefix="/api/v1", tag="messages")

#: As for the page.
READERS = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})


@messages_api.get("/statistics/messages")
@staff_only
@messages_api.input(models.PeriodQuery, location="query", arg_name="asked")
@messages_api.output(models.MessagesDocument, description="The figures of the period")
def read_figures(asked: models.PeriodQuery) -> Response:
    """Read what became of the texts of a period by day and provider, and what they cost by month and unit."""
    desk = _for_readers()
    period = Period.read(asked.first, asked.last, desk.today(), A_YEAR)
    by_day = days(desk.session, period)
    together: Counter[str] = Counter()
    for one in by_day:
        together.update(_said(one.fates))
    return json_response(
        {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "texts": together.total(),
            "fates": dict(sorted(together.items())),
            "by_day": [
                {"day": one.day.isoformat(), "provider": one.provider, "fates": _said(one.fates)}
                for one in by_day
            ],
            "costs": [
                {
                    "month": f"{one.month:%Y-%m}",
                    "unit": one.unit,
                    "texts": one.texts,
                    "segments": one.segments,
                }
                for one in state.costs_between(desk.session, period.first, period.last)
            ],
        }
    )


@messages_api.get("/messages/standing")
@staff_only
@messages_api.output(models.StandingDocument, description="How texts fare now")
def read_standing() -> Response:
    """Read what waits and why, the last 24 hours, the budgets, and what rings."""
    desk = _for_readers()
    session, now = desk.session, desk.now()
    waits, hours, budgets = (
        state.waiting(session, now),
        state.hours(session, now),
        state.budgets(session, now),
    )
    oldest = min((one.due for one in waits if one.due), default=now)
    return json_response(
        {
            "at": moment(now),
            "queue_age_seconds": int((now - oldest).total_seconds()),
            "waiting": [_waiting(one) for one in waits],
            "hours": [
                {"hour": moment(one.hour), "provider": provider or None, "fates": _said(fates)}
                for one in hours
                for provider, fates in sorted(one.fates.items())
            ],
            "budgets": [_budget(one) for one in budgets],
            "alarms": [
                {
                    "alarm": str(one.alarm),
                    "about": one.about or None,
                    "figure": one.figure,
                    "since": moment(one.since),
                }
                for one in ringing(now, waits, hours, budgets)
            ],
            "calls": [
                {
                    "result": one.result,
                    "sentence": str(RUNG[one.result]),
                    "calls": one.calls,
                    "newest": moment(one.newest),
                }
                for one in how_calls_fared(session, now)
            ],
        }
    )


@messages_api.get("/messages/lost")
@staff_only
@messages_api.output(models.LostPage, description="What did not arrive within a week")
def list_lost() -> Response:
    """List what did not arrive within a week, by kind of text and reason."""
    desk = _for_readers()
    found = state.not_arrived(desk.session, desk.now())
    return json_response({"items": [_lost(one) for one in found], "next": None})


@messages_api.post("/messages/again")
@once
@staff_only
@messages_api.input(Again, arg_name="body")
@messages_api.output(models.RepeatedDocument, description="How many go once more")
def send_again(body: Again) -> Response:
    """Send once more, with a reason, what did not arrive: a new text about a new fact, in the same words."""
    desk: Desk = g.desk

    def act() -> Answer:
        _only_admin()
        done = repeat(desk, body)
        return Answer(200, {"texts": done.texts, "left_out": done.left_out, "is_more": done.is_more})

    return answered(desk, key_of_request(), act)


@messages_api.post("/messages/budget")
@once
@staff_only
@messages_api.input(Spend, arg_name="body", schema_name="Budget")
@messages_api.output(models.BudgetPage, description="All budgets after it")
def change_budget(body: Spend) -> Response:
    """Set, change or lift the budget of a unit, of the hotline, or of the whole district."""
    desk: Desk = g.desk

    def act() -> Answer:
        _only_admin()
        set_budget(desk, body)
        found = state.budgets(desk.session, desk.now())
        return Answer(200, {"items": [_budget(one) for one in found], "next": None})

    return answered(desk, key_of_request(), act)


def _for_readers() -> Desk:
    viewer: Viewer = g.viewer
    if viewer.role not in READERS:
        raise NotForYou
    desk: Desk = g.desk
    return desk


def _only_admin() -> None:
    if g.viewer.role != Role.ADMIN:
        raise NotForYou


def _said(fates: Mapping[Fate, int]) -> dict[str, int]:
    return {str(fate): texts for fate, texts in fates.items()}


def _waiting(one: state.Waiting) -> Document:
    return {
        "held_because": one.held_because,
        "sentence": why_said(Fate.QUEUED, one.held_because),
        "texts": one.texts,
        "since": moment(one.since),
        "stuck": one.stuck,
        "due": moment(one.due),
    }


def _lost(one: state.NotArrived) -> dict[str, Any]:
    return {
        "template": one.template,
        "fate": one.fate,
        "trouble": one.error_code,
        "sentence": why_said(Fate(one.fate), one.error_code),
        "texts": one.texts,
        "newest": moment(one.newest),
    }


def _budget(one: state.Budget) -> dict[str, Any]:
    return {"whose": one.unit, "segments_a_day": one.segments_a_day, "spent_today": one.spent}
