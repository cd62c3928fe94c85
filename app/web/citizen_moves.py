"""What a citizen does with a matter on its page: add, urge, take back, rate, have it done once more."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, lazy_gettext
from sqlmodel import col, select

from app.access.doors import open_to
from app.attachments.keeping import Named
from app.house import house
from app.language import words
from app.language.citizen_words import WHY_NOT
from app.language.i18n import language
from app.language.sentences import FieldSentence, field_sentence
from app.reading.citizen_moves import MOVES, Choices, added_too_often, choices_of
from app.reading.progress import progress_of
from app.uploads import takes_files
from app.web.draft_files import give, sent
from app.web.grants import granted
from app.web.report_words import say
from tickets import callback
from tickets.callback import Answers
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.errors import BadField, FieldsRefused
from tickets.ground.facts import Supplemented
from tickets.ground.files import Attachment, Holder
from tickets.ground.redaction import redact
from tickets.ground.timeline import Entry, Note
from tickets.ground.words import Verdict
from tickets.intake import afterwards, question
from tickets.ticket import Ticket, lock_ticket

citizen_moves = Blueprint("citizen_moves", __name__)

#: The move of a citizen that was just made, in the signed cookie, so that its page can say so.
JUST_DONE = "citizen_did"
ANY_MOVE = f"<any({', '.join(MOVES)}):name>"

MOST_WORDS, MOST_REASON = 5000, 500

#: The same once more within this time was sent by a second click, not said a second time.
DOUBLE_CLICK = timedelta(minutes=1)

PAGES = {
    "add": "citizen/track_add.html",
    "urge": "citizen/track_urge.html",
    "withdraw": "citizen/track_withdraw.html",
    "rate": "citizen/rate.html",
    "why": "citizen/rate_why.html",
    "dispute": "citizen/track_dispute.html",
}

#: Why a citizen is not content.
REASONS = {
    "no_contact": lazy_gettext("没有人联系我"),
    "not_done": lazy_gettext("说了没有做"),
    "not_explained": lazy_gettext("没有说清楚为什么不能办"),
    "too_long": lazy_gettext("等得太久"),
    "manner": lazy_gettext("态度不好"),
    "other": lazy_gettext("别的原因"),
}

#: Stand in the story where a citizen wrote nothing.
ONLY_FILES, NO_REASON = "（见照片或录音）", "（群众在网上撤回，没有写原因）"


@citizen_moves.get(f"/track/<ref>/{ANY_MOVE}")
@open_to("citizen")
def ask(ref: str, name: str) -> ResponseReturnValue:
    """Say what will happen, and ask; or say why it cannot be."""
    if not granted(ref):
        return redirect("/track")
    with house().open_desk(CITIZEN) as desk:
        ticket = lock_ticket(desk, col(Ticket.ref) == ref)
        return _page(desk, ticket, name, [])


@citizen_moves.post(f"/track/<ref>/{ANY_MOVE}")
@open_to("citizen")
@takes_files
def act(ref: str, name: str) -> ResponseReturnValue:
    """Do it, and say what comes of it."""
    if not granted(ref):
        return redirect("/track", 303)
    try:
        with house().open_desk(CITIZEN) as desk:
            ticket = lock_ticket(desk, col(Ticket.ref) == ref)
            refused = name == "add" and added_too_often(desk, ticket)
            if refused or not choices_of(desk, ticket).can(name):
                return _page(desk, ticket, name, [])
            wrong = ACTS[name](desk, ticket)
            if wrong == ASK_WHY:
                return render_template(PAGES["why"], ref=ref, wrong=[], errors={}, reasons=REASONS)
            if wrong:
                return _page(desk, ticket, name, wrong)
    except FieldsRefused as refused:
        told = [field_sentence(BadField("photo", bad.code, bad.params)) for bad in refused.fields]
        told.append(say("photo", "choose_again"))
        with house().open_desk(CITIZEN) as desk:
            return _page(desk, lock_ticket(desk, col(Ticket.ref) == ref), name, told)
    session[JUST_DONE] = [ref, name]
    return redirect(f"/track/{ref}/done/{name}", 303)


@citizen_moves.get(f"/track/<ref>/done/{ANY_MOVE}")
@open_to("citizen")
def done(ref: str, name: str) -> ResponseReturnValue:
    """What was done, and what happens next."""
    if not granted(ref) or session.get(JUST_DONE) != [ref, name]:
        return redirect(f"/track/{ref}")
    with house().open_desk(CITIZEN) as desk:
        ticket = lock_ticket(desk, col(Ticket.ref) == ref)
        return render_template(
            "citizen/move_done.html",
            name=name,
            ticket=ticket,
            at=desk.now(),
            it=progress_of(desk, ref, english=language() == "en"),
        )


def _page(desk: Desk, ticket: Ticket, name: str, wrong: list[FieldSentence]) -> ResponseReturnValue:
    choices: Choices = choices_of(desk, ticket)
    why_not = choices.by_name[name].why_not
    if name == "add" and not why_not and added_too_often(desk, ticket):
        why_not = "added_too_often"
    if why_not:
        status = 409 if request.method == "POST" else 200
        return render_template("citizen/move_refused.html", ref=ticket.ref, why_not=WHY_NOT[why_not]), status
    page = "why" if name == "rate" and "why" in request.form else name
    errors: dict[str, list[str]] = {}
    for one in wrong:
        errors.setdefault(one.field, []).append(f"{one.message} {one.remedy}".strip())
    shown = render_template(
        PAGES[page],
        ref=ticket.ref,
        wrong=wrong,
        errors={field: " ".join(told) for field, told in errors.items()},
        choices=choices,
        reasons=REASONS,
        marks=sorted(words.SATISFACTION.items(), reverse=True),
        it=progress_of(desk, ticket.ref, english=language() == "en"),
    )
    return (shown, 422) if wrong else shown


# What each does; what it gives is wrong with the form

ASK_WHY = [FieldSentence("", "", field="why")]


def _said(name: str, most: int = MOST_WORDS) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()[:most]


def _add(desk: Desk, ticket: Ticket) -> list[FieldSentence]:
    text, (files, wrong) = _said("text", MOST_WORDS + 1), sent()
    if len(text) > MOST_WORDS:
        wrong.insert(0, field_sentence(BadField("text", "too_long", {"max_length": MOST_WORDS})))
    if not text and not files and not wrong:
        wrong.append(say("text", "no_words"))
    if wrong:
        # A browser sends a form again without its files, and nothing here holds them meanwhile.
        return [*wrong, say("photo", "choose_again")] if files else wrong
    words = text or ONLY_FILES
    if not _added_just_now(desk, ticket, words, files):
        question.supplement(desk, ticket, text=words)
        give(desk, ticket, files)
    return []


def _added_just_now(desk: Desk, ticket: Ticket, text: str, files: list[Named]) -> bool:
    """Whether the same words came with the same files a moment ago: a double click; said once is enough."""
    newest = desk.session.exec(
        select(Entry.seq, Note.text)
        .join(Note, (col(Entry.ticket_id) == col(Note.ticket_id)) & (col(Entry.seq) == col(Note.seq)))
        .where(
            Entry.ticket_id == ticket.id,
            Entry.what == Supplemented.name,
            Entry.role == CITIZEN.role,
            col(Entry.at) > desk.now() - DOUBLE_CLICK,
        )
        .order_by(col(Entry.seq).desc())
        .limit(1)
    ).first()
    if newest is None or newest[1] not in (text, redact(text, names=ticket.names(desk.vault)).text):
        return False
    given = select(Attachment.sha256).where(
        Attachment.ticket_id == ticket.id,
        Attachment.holder_kind == Holder.of_ticket(ticket.id).kind,
        Attachment.role == CITIZEN.role,
        col(Attachment.seq) > newest[0],
    )
    digests = sorted(sha256(file.content).digest() for _name, file in files)
    return sorted(map(bytes, desk.session.exec(given).all())) == digests


def _urge(desk: Desk, ticket: Ticket) -> list[FieldSentence]:
    afterwards.urge(desk, ticket)
    return []


def _withdraw(desk: Desk, ticket: Ticket) -> list[FieldSentence]:
    callback.withdraw(desk, ticket, text=_said("text", MOST_REASON) or NO_REASON)
    return []


def _dispute(desk: Desk, ticket: Ticket) -> list[FieldSentence]:
    text = _said("text")
    if not text:
        return [say("text", "no_words")]
    callback.dispute(desk, ticket, text=text)
    return []


def _rate(desk: Desk, ticket: Ticket) -> list[FieldSentence]:
    contacted, solved, satisfied = (
        request.form.get(name) for name in ("contacted", "solved", "satisfaction")
    )
    wrong = [
        say(field, code)
        for field, code, fits in (
            ("contacted", "not_contacted", contacted in ("yes", "no")),
            ("solved", "not_solved", solved in set(Verdict)),
            ("satisfaction", "not_satisfied", satisfied in ("1", "2", "3", "4", "5")),
        )
        if not fits
    ]
    if wrong:
        return wrong
    answers = Answers(
        reached=True,
        contacted=contacted == "yes",
        solved=Verdict(solved or ""),
        satisfaction=int(satisfied or 0),
        reason=_reason(),
    )
    if not answers.content and not answers.reason:
        return [say("reason", "no_reason")] if "why" in request.form else ASK_WHY
    callback.call_back(desk, ticket, answers, channel="web")
    return []


def _reason() -> str | None:
    ticked = request.form.getlist("reason")
    # The hotline reads them, whatever the citizen reads.
    with force_locale("zh_Hans"):
        chosen = [str(said) for code, said in REASONS.items() if code in ticked]
    own = _said("text", MOST_REASON)
    return "；".join([*chosen, *filter(None, [own])]) or None


ACTS: dict[str, Callable[[Desk, Ticket], list[Any]]] = {
    "add": _add,
    "urge": _urge,
    "withdraw": _withdraw,
    "rate": _rate,
    "dispute": _dispute,
}
