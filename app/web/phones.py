"""The phones of the demo: what citizens were sent, and what they text back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ARRAY, LargeBinary, cast, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, true

from app.access.doors import open_to
from app.house import house
from app.language import words
from app.language.i18n import language
from app.language.sentences import FieldSentence, field_sentence
from app.texts.hearing import Heard, hear
from app.wiring import House
from notifications.message import Direction, HandledAs, InboundText, Message, SimulatedText
from notifications.providers.simulator import Simulator
from notifications.segments import count_segments
from tickets.ground.errors import BadField
from tickets.ground.phones import NotAPhone, normal_phone

phones = Blueprint("phones", __name__)

MOST_PHONES, MOST_TEXTS, MOST_WORDS = 20, 30, 500
#: Newest texts among which the phones are looked for that something happened on last.
LOOKED_THROUGH = 2000


@dataclass(frozen=True)
class Text:
    """A text on a phone."""

    words: str
    at: datetime
    mine: bool
    #: Which of our texts it is, on the way out.
    template: str | None
    segments: int
    #: On the way in: whether we heard it, and what it was taken for.
    heard: bool
    #: `unasked` for a mark nobody asked for, `added` for words and `asked` for a number that found a ticket.
    handled_as: str | None


@dataclass(frozen=True)
class Phone:
    """A phone and its last texts, oldest first."""

    number: str
    texts: list[Text]


def is_there(at: House) -> bool:
    """Whether this house has phones to show: a demo, with the simulator among its providers."""
    return at.settings.demo and Simulator.name in at.settings.providers


@phones.before_request
def only_in_the_demo() -> None:
    """Anywhere else there is no such page."""
    if not is_there(house()):
        abort(404)


@phones.get("/phones")
@open_to("demo")
def show_phones() -> ResponseReturnValue:
    """All phones, and a form to text from any number."""
    return _page()


@phones.get("/phones/texts")
@open_to("demo")
def show_texts() -> ResponseReturnValue:
    """The part of the page that keeps itself fresh."""
    shown, seal = _phones()
    response = Response(render_template("phones/_texts.html", phones=shown), mimetype="text/html")
    # Of what stands there, not of the form tokens, which read differently each time.
    response.set_etag(seal)
    return response.make_conditional(request)


@phones.post("/phones")
@open_to("demo")
def text_us() -> ResponseReturnValue:
    """Text us from a number, as its holder would."""
    number, said = request.form.get("phone", ""), request.form.get("words", "")
    wrong = [] if said.strip() else [BadField("words", "empty")]
    if len(said) > MOST_WORDS:
        wrong.append(BadField("words", "too_long", {"max_length": MOST_WORDS}))
    try:
        phone = normal_phone(number)
    except NotAPhone:
        wrong.insert(0, BadField("phone", "bad_phone"))
    if wrong:
        return _page([field_sentence(bad) for bad in wrong]), 422
    provider = house().simulator or abort(404)
    sid = provider.answer(phone, said)
    flash(_became(hear(house(), provider.name, sid, phone, said)), "done")
    return redirect("/phones", 303)


def _page(wrong: list[FieldSentence] | None = None) -> str:
    shown, _seal = _phones()
    return render_template(
        "phones/page.html", phones=shown, wrong=wrong or [], given=request.form if wrong else {}
    )


def _became(heard: Heard) -> str:
    if heard.ref is None:
        told = _("短信收下了，服务订单 %(number)s 的评分已记下。", number=heard.order)
        return str(told if heard.order and heard.satisfaction else _("短信收下了。"))
    if heard.handled_as is HandledAs.WORDS:
        return str(_("短信收下了，补充到尾号 %(tail)s。", tail=heard.ref[-4:]))
    if heard.handled_as is HandledAs.COURTESY:
        return str(_("短信收下了，是客气话，不用办。"))
    if heard.handled_as is HandledAs.PROGRESS and heard.answered:
        return str(_("短信收下了，尾号 %(tail)s 的进度马上回复。", tail=heard.ref[-4:]))
    if heard.handled_as is HandledAs.PROGRESS:
        return str(_("短信收下了。今天已经回复过几次进度，不再回复。"))
    if heard.satisfaction is None:
        return str(_("短信收下了。尾号 %(tail)s 已经不等评价，没有改动。", tail=heard.ref[-4:]))
    values = {"tail": heard.ref[-4:], "mark": words.SATISFACTION[str(heard.satisfaction)]}
    if heard.closed:
        return str(_("短信收下了。尾号 %(tail)s 记作“%(mark)s”，已办结。", **values))
    return str(_("短信收下了。尾号 %(tail)s 记作“%(mark)s”，交给审核员。", **values))


def _phones() -> tuple[list[Phone], str]:
    """The phones to show, newest activity first, and a mark that changes when they do. Three queries."""
    with house().read() as session:
        shown = _last_active(session)
        rows = list(_texts(session, shown))
    seal = hashlib.sha256(language().encode())
    numbers: dict[bytes, str] = {}
    by_number: dict[str, Phone] = {}
    for row, text in rows:
        seal.update(f"{row.id}{text.heard}{text.handled_as}{text.template}".encode())
        if row.phone_index not in numbers:
            numbers[row.phone_index] = house().vault.open(row.phone, row.place("phone")).removeprefix("+86")
        number = numbers[row.phone_index]
        by_number.setdefault(number, Phone(number, [])).texts.append(text)
    # While keys are rotated a phone has two indexes.
    return [
        by_number[number] for number in dict.fromkeys(numbers[index] for index in shown)
    ], seal.hexdigest()


def _last_active(session: Session) -> list[bytes]:
    # Keys are made in the order of time, so the newest texts stand at the end of the primary key.
    newest = session.exec(
        select(SimulatedText.phone_index).order_by(col(SimulatedText.id).desc()).limit(LOOKED_THROUGH)
    )
    return list(dict.fromkeys(newest))[:MOST_PHONES]


def _texts(session: Session, shown: list[bytes]) -> Iterator[tuple[SimulatedText, Text]]:
    """The last texts of each phone, oldest first."""
    each = select(func.unnest(cast(shown, ARRAY(LargeBinary))).label("phone_index")).subquery()
    last = (
        select(SimulatedText)
        .where(SimulatedText.phone_index == each.c.phone_index)
        .order_by(col(SimulatedText.at).desc())
        .limit(MOST_TEXTS)
        .lateral()
    )
    one = aliased(SimulatedText, last)
    rows = session.exec(
        select(one, Message.template)
        .select_from(each)
        .join(last, true())
        .outerjoin(Message, col(Message.id) == one.our_id)
        .order_by(col(one.at), col(one.id))
    ).all()
    heard = _heard(session, [row.id for row, _template in rows if row.direction == Direction.IN])
    for row, template in rows:
        said = house().vault.open(row.body, row.place("body"))
        yield (
            row,
            Text(
                words=said,
                at=row.at,
                mine=row.direction == Direction.IN,
                template=template,
                segments=count_segments(said),
                heard=row.id in heard,
                handled_as=heard.get(row.id),
            ),
        )


def _heard(session: Session, ids: list[UUID]) -> dict[UUID, str | None]:
    """What each text was taken for; one we never heard of is missing."""
    sids = {f"SIM{id_.hex}": id_ for id_ in ids}
    rows = session.exec(
        select(InboundText.sid, InboundText.handled_as, InboundText.ticket_id).where(
            InboundText.provider == Simulator.name, col(InboundText.sid).in_(sids)
        )
    )
    return {
        sids[sid]: _SHOWN.get((handled_as, ticket_id is not None), handled_as)
        for sid, handled_as, ticket_id in rows
    }


#: What a text is shown as where it matters whether it found its ticket.
_SHOWN: dict[tuple[str | None, bool], str] = {
    (HandledAs.ANSWER, False): "unasked",
    (HandledAs.WORDS, True): "added",
    (HandledAs.PROGRESS, True): "asked",
}
