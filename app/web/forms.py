"""Forms: what was typed becomes the body of a move, is taken once, or comes back with a sentence."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from pydantic import ValidationError
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from app.access.accounts import Viewer
from app.api.idempotency import Answer, Key, OtherBody
from app.house import house
from app.language.names import unit_names
from app.language.sentences import FieldSentence, field_sentence, fields_of, sentence
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, TicketError
from tickets.intake.draft import Strict
from tickets.ticket import Ticket

Typed = MultiDict[str, str]
Label: TypeAlias = LazyString | str
#: What a form offers to choose from.
Offers = Mapping[str, Any]

#: What stands between words of a list.
WORD_ENDS = re.compile(r"[\s,，、;；]+")

#: Names of the fields that are about the form itself.
KEY, VERSION, TOKEN = "idempotency_key", "version", "csrf_token"


@dataclass(frozen=True)
class Shape:
    """How one field of a form looks: a line, an area, choices, a select, a moment or a number."""

    kind: str = "line"
    optional: bool = False
    hint: Label = ""
    #: Under which name the form offers what there is to choose from.
    options: str = ""
    #: What stands in it before anybody typed: an attribute of the ticket.
    shows: str = ""
    rows: int = 3


@dataclass(frozen=True)
class FormKind:
    """One sort of form: the body it makes and what its fields are called, nested ones with a dot."""

    body: type[Strict]
    labels: Mapping[str, Label]
    #: Fields that stand on the form and are none of the body.
    beside: Mapping[str, Label] = field(default_factory=dict)
    #: The template that shows it.
    part: str = ""
    #: Fields that may come several times.
    many: frozenset[str] = frozenset()
    #: Boxes to tick: one that is not sent was not ticked.
    checks: frozenset[str] = frozenset()
    #: Times as a browser writes them, on a Shanghai clock.
    moments: frozenset[str] = frozenset()
    #: Several words in one line, apart by blanks or commas.
    lists: frozenset[str] = frozenset()
    #: Fields that are erased by sending them empty; all others are then left as they are.
    clears: frozenset[str] = frozenset()
    offers: Callable[[Desk, Viewer, Ticket], Offers] | None = None
    #: What will happen.
    does: Label = ""
    #: The fields of a form without a template of its own.
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    #: The key that presses its button.
    shortcut: str = ""
    #: The one thing somebody came for; all others are folded.
    main: bool = False

    def read(self, typed: Typed) -> Any:
        """
        Make the body of what was typed; an empty field counts as not given.

        :raises FieldsRefused: says which fields cannot be used.
        """
        try:
            return self.body.model_validate(self._nested(typed))
        except ValidationError as wrong:
            raise FieldsRefused(*fields_of(wrong)) from None

    def _nested(self, typed: Typed) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name in self.labels:
            value: str | bool | list[str] | None = self._value(typed, name)
            if value in ("", []):
                if name not in self.clears or name not in typed:
                    continue
                value = None
            *outer, last = name.split(".")
            inside = body
            for part in outer:
                inside = inside.setdefault(part, {})
            inside[last] = value
        return body

    def _value(self, typed: Typed, name: str) -> str | bool | list[str]:
        if name in self.many:
            return [value for value in typed.getlist(name) if value]
        if name in self.checks:
            return name in typed
        if name in self.lists:
            return WORD_ENDS.sub(" ", typed.get(name, "")).split()
        # Browsers send line ends of their own; people typed none of the kind.
        value = typed.get(name, "").replace("\r\n", "\n")
        return f"{value}+08:00" if value and name in self.moments else value

    def label(self, name: str) -> Label:
        """What the field *name* is called."""
        return self.labels.get(name) or self.beside[name]

    def field_of(self, written: str) -> str:
        """The field of the form that *written* is about: `joint` for `joint.0`."""
        while written and written not in self.labels and written not in self.beside:
            written = written.rpartition(".")[0]
        return written


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: its key, what was typed, what is wrong with it, what it offers."""

    kind: FormKind
    key: str
    typed: Typed = field(default_factory=MultiDict)
    wrong: tuple[FieldSentence, ...] = ()
    offers: Offers = field(default_factory=dict)
    #: Somebody sent it, so a box without a tick was left so.
    sent: bool = False

    @classmethod
    def blank(
        cls, kind: FormKind, typed: Mapping[str, str] | None = None, offers: Offers | None = None
    ) -> "Form":
        """A form nobody has sent yet."""
        return cls(kind, new_key(), MultiDict(typed or {}), offers=offers or {})

    @classmethod
    def again(
        cls, kind: FormKind, typed: Typed, refused: TicketError, offers: Offers | None = None
    ) -> "Form":
        """The form that was refused, with what was typed. Its key is still good, unless it was used."""
        key = new_key() if isinstance(refused, OtherBody) else typed.get(KEY) or new_key()
        return cls(kind, key, typed, sentences_of(kind, refused), offers or {}, sent=True)

    def __call__(self, name: str, default: str = "") -> tuple[str, Label, str, str]:
        """What the macros of a field begin with: name, label, value, error."""
        return name, self.kind.label(name), self.typed.get(name, default), self.error(name)

    def tick(self, name: str, *, default: bool = False) -> tuple[str, Label, bool]:
        """What the macro of a box to tick begins with: name, label, whether it is ticked."""
        return name, self.kind.label(name), name in self.typed if self.sent else default

    def shown(self, name: str, ticket: Ticket) -> str:
        """What stands in the field *name*: what was typed, else what its shape says."""
        shape = self.kind.shapes[name]
        before = getattr(ticket, shape.shows) if shape.shows else ""
        if isinstance(before, list):
            before = " ".join(before)
        return self.typed.get(name, "" if before is None else str(before))

    def nth(self, name: str, number: int) -> str:
        """The value of the field *name* that comes several times, counted from 0."""
        given = self.typed.getlist(name)
        return given[number] if number < len(given) else ""

    def error(self, name: str) -> str:
        """What is wrong with the field *name*, and what to do."""
        return " ".join(f"{one.message}{one.remedy}" for one in self.wrong if one.field == name)


def sentences_of(kind: FormKind, refused: TicketError) -> tuple[FieldSentence, ...]:
    """What people are told of *refused*, each sentence with the name of its field on the page."""
    if isinstance(refused, OtherBody):
        said = gettext("这张表已经提交过，内容和上次不同。"), gettext("如果是另一件事，请再点一次提交。")
        return (FieldSentence(*said, field=""),)
    if not isinstance(refused, FieldsRefused):
        told = sentence(refused.code, _named(refused.params))
        if refused.code == "open_joint_orders":
            remedy = gettext("请等协办单位答复，或写明不等的原因。")
            return (FieldSentence(told.message, remedy, field="without_joint"),)
        return (FieldSentence(told.message, told.remedy, field=""),)
    found = []
    for bad in refused.fields:
        one, name = field_sentence(replace(bad, params=_named(bad.params))), kind.field_of(bad.field)
        label = kind.label(name) if name else ""
        message = gettext("%(field)s：%(message)s", field=label, message=one.message) if name else one.message
        found.append(FieldSentence(message, one.remedy, field=name))
    return tuple(found)


def told_of(refused: TicketError) -> list[FieldSentence]:
    """What people are told of *refused* where the sentences name their fields themselves."""
    if isinstance(refused, FieldsRefused):
        return [field_sentence(bad) for bad in refused.fields]
    told = sentence(refused.code, refused.params)
    return [FieldSentence(told.message, told.remedy, field="")]


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Units by their names: on a page nobody types a code."""
    names = unit_names(house().rules().units)
    named = {**params}
    if "unit" in named:
        named["unit"] = names.get(named["unit"], named["unit"])
    if isinstance(named.get("units"), list):
        named["units"] = [names.get(code, code) for code in named["units"]]
    return named


def new_key() -> str:
    """A key for one form on one page."""
    return secrets.token_urlsafe(16)


def version_read() -> int | None:
    """The version of the ticket the form was shown with."""
    given = request.form.get(VERSION, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


@dataclass(frozen=True)
class Done:
    """Where to go after a form was taken, and what is said there."""

    url: str
    said: str = ""
    ref: str = ""
    #: The tracking code of a new ticket.
    code: str = ""

    def response(self) -> ResponseReturnValue:
        """Go there."""
        if self.said:
            flash(self.said, "done")
        return redirect(self.url, 303)


def once(desk: Desk, viewer: Viewer, act: Callable[[], Done], *, beside: bytes = b"") -> Done:
    """
    Act, unless this very form was taken before: a double click gets the answer of the first.

    *beside* is the digest of what came with the form and is none of its fields: a file.

    :raises OtherBody: the form was taken before with other words in it.
    """
    given = request.form.get(KEY, "")[:200]
    if not given:
        return act()
    key = Key.of(
        viewer.account_id,
        f"form:{given}",
        method="POST",
        path=request.path,
        body=repr(_said()).encode() + beside,
    )
    # The second click waits for the first: the browser shows its answer, so it must not be "still running".
    desk.session.connection().execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 1))"),
        {"lock": f"{key.account_id}|{key.key}"},
    )
    earlier = key.earlier_answer(desk)
    if earlier is not None:
        return Done(**earlier.body)
    done = act()
    key.store(desk, Answer(303, asdict(done)))
    return done


def _said() -> list[tuple[str, str]]:
    return sorted(pair for pair in request.form.items(multi=True) if pair[0] not in (KEY, TOKEN))
