"""Common phrases: everybody's kept by administrators, a unit's by its head."""

from typing import Any
from uuid import UUID

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.admin.effects import of_phrase
from app.admin.ledger import fresh
from app.admin.phrases import (
    PhraseWords,
    add_phrase,
    change_phrase,
    fields_for,
    may_change,
    phrases_of,
    remove_phrase,
)
from app.language.names import options, unit_names
from app.language.words import MOVES
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import Form, FormKind
from app.web.moves import FORMS
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.flow import Move
from tickets.ground.phrases import PhraseRow
from tickets.ground.units import Units

phrases_pages = blueprint("phrases", __name__)

KEEPERS = (Role.ADMIN, Role.HEAD)

KIND = FormKind(
    PhraseWords,
    {
        "field": _("用在"),
        "label": _("简称"),
        "text": _("内容"),
        "unit": _("给谁用"),
        "position": _("次序"),
        "active": _("在用：表单下面显示"),
    },
    checks=frozenset({"active"}),
)


@phrases_pages.get("/phrases")
@staff_page(*KEEPERS)
def lists() -> ResponseReturnValue:
    """The phrases the viewer keeps, by the field they are for."""
    return _page()


def _again(refused: TicketError, phrase: UUID | None = None) -> ResponseReturnValue:
    return _page(phrase, Refusal("phrase", refused))


@phrases_pages.post("/phrases")
@staff_page(*KEEPERS, again=_again)
def add() -> ResponseReturnValue:
    """Keep a new phrase."""
    wanted: PhraseWords = KIND.read(request.form)
    said = gettext("已新增常用语：%(name)s", name=wanted.label)
    return saved(lambda: add_phrase(g.desk, wanted, g.viewer), url_for("phrases.lists"), said)


@phrases_pages.get("/phrases/<uuid:phrase>")
@staff_page(*KEEPERS)
def edit(phrase: UUID) -> ResponseReturnValue:
    """One phrase, to change."""
    return _page(phrase)


@phrases_pages.post("/phrases/<uuid:phrase>")
@staff_page(*KEEPERS, again=_again)
def change(phrase: UUID) -> ResponseReturnValue:
    """Change a phrase."""
    row = _row(phrase)
    wanted: PhraseWords = KIND.read(request.form)
    if asks():
        return _page(phrase, Asked("phrase", of_phrase(g.desk.session, row)))
    said = gettext("已保存：%(name)s", name=wanted.label)
    return saved(lambda: change_phrase(g.desk, row, wanted, g.viewer), url_for("phrases.lists"), said)


@phrases_pages.post("/phrases/<uuid:phrase>/remove")
@staff_page(*KEEPERS, again=_again)
def remove(phrase: UUID) -> ResponseReturnValue:
    """Remove a phrase; what was written with it stays."""
    # Looked for inside, so that a second click finds the answer of the first and not an empty place.
    return saved(
        lambda: remove_phrase(g.desk, _row(phrase)), url_for("phrases.lists"), gettext("已删去这条常用语。")
    )


def _row(phrase: UUID) -> PhraseRow:
    row = fresh(g.desk, PhraseRow, phrase)
    if row is None or not may_change(g.viewer, row):
        abort(404)
    return row


def _page(phrase: UUID | None = None, refused: Held | None = None) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    rows, units = phrases_of(desk.session, viewer), desk.rules.units
    chosen = next((row for row in rows if row.id == phrase), None)
    if phrase is not None and chosen is None:
        abort(404)
    return render_template(
        "admin/phrases.html",
        lists=[
            (field, field_name(field), [row for row in rows if row.field == field])
            for field in fields_for(viewer)
        ],
        chosen=chosen,
        form=_form(chosen, refused),
        asked=refused if isinstance(refused, Asked) else None,
        fields=[(field, field_name(field)) for field in fields_for(viewer)],
        owners=_owners(units, chosen),
        is_admin=viewer.role == Role.ADMIN,
        units=unit_names(units),
    )


def _form(chosen: PhraseRow | None, refused: Held | None) -> Form:
    if chosen is None:
        return form_of(KIND, "phrase", refused, typed=MultiDict({"position": "0"}))
    names = ("field", "label", "text", "position")
    typed = {name: str(getattr(chosen, name)) for name in names}
    return form_of(KIND, "phrase", refused, typed=MultiDict({**typed, "unit": chosen.unit or ""}))


def _owners(units: Units, chosen: PhraseRow | None) -> list[tuple[str, str]]:
    mine = chosen.unit or "" if chosen else ""
    return [("", gettext("所有人")), *options(units, lambda unit: True, always=mine)]


def field_name(field: str) -> str:
    """A field by the words that stand on its form: the move, and what the field is called there."""
    move, _dot, name = field.partition(".")
    labels: dict[str, Any] = {**FORMS[Move(move)].labels}
    return f"{MOVES[move]} · {labels[name]}"
