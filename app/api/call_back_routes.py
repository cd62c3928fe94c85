"""The routes of `/api/v1` for calls to give back: callers nobody picked up for, or who asked for it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import BaseModel

from app.access.rules import may_settle_texts
from app.api import bodies
from app.api.answers import list_response
from app.api.documents import Document, moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.reading.call_backs import (
    ShownCallBack,
    call_backs_done,
    shown_call_back,
    waiting_call_backs,
)
from app.reading.paging import read_id
from app.voice import whom
from app.voice.rows import CallBack
from tickets.ground.desk import Desk

call_backs_api = APIBlueprint("call_backs_api", __name__, url_prefix="/api/v1", tag="call backs")


class CallBacksQuery(bodies.PageQuery):
    """Which calls to give back."""

    #: Those that were given back, instead of those that wait.
    done: bool = False


class CallBackDocument(BaseModel):
    """A call to give back."""

    id: UUID
    phone_masked: str | None
    #: missed or wish.
    cause: str
    #: any, morning or afternoon.
    hours: str
    #: zh_Hans or en.
    language: str
    #: How often the number called since.
    calls: int
    first_at: datetime
    last_at: datetime
    done_at: datetime | None
    done_by: str | None
    #: Who was shown the number within a quarter of an hour and may be calling it, while it waits.
    opened_at: datetime | None
    opened_by: str | None


class CallBackPage(BaseModel):
    """A page of them: those that wait, oldest first; those given back, newest first."""

    items: list[CallBackDocument]
    next: str | None


class OpenedCallBackDocument(CallBackDocument):
    """A call to give back, with the number to dial."""

    phone: str


def call_back_document(shown: ShownCallBack) -> Document:
    """A call to give back as the list tells it."""
    row = shown.row
    return {
        "id": str(row.id),
        "phone_masked": shown.phone_masked,
        "cause": row.cause,
        "hours": row.hours,
        "language": row.tongue,
        "calls": row.calls,
        "first_at": moment(row.first_at),
        "last_at": moment(row.last_at),
        "done_at": moment(row.done_at),
        "done_by": row.done_by,
        "opened_at": moment(shown.opened.at) if shown.opened else None,
        "opened_by": shown.opened.by if shown.opened else None,
    }


@call_backs_api.get("/call-backs")
@staff_only
@call_backs_api.input(CallBacksQuery, location="query", arg_name="asked")
@call_backs_api.output(CallBackPage, description="Calls to give back")
def list_call_backs(asked: CallBacksQuery) -> Response:
    """List calls to give back: those that wait, or those that were given back."""
    _only_settlers()
    ask = call_backs_done if asked.done else waiting_call_backs
    rows = ask(g.desk, limit=asked.limit, after=read_id(asked.cursor, "cursor"))
    document = call_back_document
    return list_response(rows, limit=asked.limit, document=document, key=lambda one: one.row.id)


@call_backs_api.post("/call-backs/<call_back_id>/open")
@once
@staff_only
@call_backs_api.input(bodies.NothingBody, arg_name="body")
@call_backs_api.output(OpenedCallBackDocument, description="The call to give back, with its number")
def open_call_back(call_back_id: str, body: bodies.NothingBody) -> Response:
    """Show the number to dial. Who saw it is written down."""
    desk: Desk = g.desk
    row = _for_settlers(call_back_id)

    def act() -> Answer:
        phone = whom.number_shown(desk, row)
        return Answer(200, {**call_back_document(shown_call_back(desk, row)), "phone": phone})

    return answered(desk, key_of_request(), act)


@call_backs_api.post("/call-backs/<call_back_id>/done")
@once
@staff_only
@call_backs_api.input(bodies.NothingBody, arg_name="body")
@call_backs_api.output(CallBackDocument, description="The call, given back")
def give_call_back(call_back_id: str, body: bodies.NothingBody) -> Response:
    """Say that somebody called back."""
    return _changed(_for_settlers(call_back_id), whom.given_back)


@call_backs_api.post("/call-backs/<call_back_id>/undo")
@once
@staff_only
@call_backs_api.input(bodies.NothingBody, arg_name="body")
@call_backs_api.output(CallBackDocument, description="The call, which waits again")
def undo_call_back(call_back_id: str, body: bodies.NothingBody) -> Response:
    """Let a call that was given back wait again."""
    return _changed(_for_settlers(call_back_id), whom.take_up_again)


def _changed(row: CallBack, change: Callable[[Desk, CallBack], None]) -> Response:
    desk: Desk = g.desk

    def act() -> Answer:
        change(desk, row)
        return Answer(200, call_back_document(shown_call_back(desk, row)))

    return answered(desk, key_of_request(), act)


def _for_settlers(call_back_id: str) -> CallBack:
    _only_settlers()
    return whom.call_back_for(g.desk, call_back_id)


def _only_settlers() -> None:
    if not may_settle_texts(g.viewer):
        raise NotForYou
