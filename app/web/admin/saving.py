"""What the house's own pages share: a change is taken once, rules are read anew, refused forms come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, after_this_request, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.admin.effects import Effect
from app.house import house
from app.web.forms import Done, Form, FormKind, Offers, Typed, new_key, once
from tickets.ground.errors import TicketError


def saved(act: Callable[[], bool], url: str, said: str) -> ResponseReturnValue:
    """Make the change *act* once and go to *url*, where *said* tells of it, or that nothing was to change."""

    def change() -> Done:
        return Done(url, said if act() else gettext("内容和原来一样，没有改动。"))

    return taken(change).response()


def taken(act: Callable[[], Done]) -> Done:
    """Make a change of the house once; this process reads its rules anew as soon as it is committed."""

    @after_this_request
    def forget(response: Response) -> Response:
        house().shelf.forget()
        return response

    return once(g.desk, g.viewer, act)


@dataclass(frozen=True)
class Refusal:
    """A form that was refused: its name on the page, and why."""

    form: str
    error: TicketError


@dataclass(frozen=True)
class Asked:
    """A form of which somebody asked what it would change: nothing was changed."""

    form: str
    effects: Sequence[Effect]


#: How a form comes back instead of being taken.
Held = Refusal | Asked


def asks() -> bool:
    """Whether somebody only asks what a form would change."""
    return request.form.get("do") == "ask"


def form_of(
    kind: FormKind,
    name: str,
    refused: Held | None,
    *,
    typed: Typed | None = None,
    offers: Offers | None = None,
) -> Form:
    """The form *name* as it stands on the page: filled in as it was refused, or with *typed*."""
    if isinstance(refused, Asked) and refused.form == name:
        return Form(kind, new_key(), request.form, offers=offers or {}, sent=True)
    if isinstance(refused, Refusal) and refused.form == name:
        return Form.again(kind, request.form, refused.error, offers)
    return Form(kind, new_key(), typed if typed is not None else MultiDict(), offers=offers or {})
