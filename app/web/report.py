"""A citizen files a matter: one question a page, each answer kept, the last button registers it once."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import ValidationError

from app.access.doors import open_to
from app.filing.answers import Answers, Contact, PhoneStep, PlaceStep, WhatStep
from app.filing.drafts import WAITS, answers_of, begin, file, filed_of, keep, read
from app.filing.rows import WebDraft
from app.house import house
from app.language.i18n import language
from app.language.names import place_names
from app.language.sentences import FieldSentence, field_sentence, fields_of
from app.reading.progress import progress_of
from app.uploads import takes_files
from app.web.draft_files import drop_unwanted, files_of, take_files
from app.web.grants import grant
from app.web.origin import origin
from app.web.report_words import another_phone, say
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.words import Language, UnitKind
from tickets.intake.draft import Strict

report = Blueprint("report", __name__)

COOKIE = "report"

#: The steps in their order, and which of four each is a part of.
STEPS = {"what": 1, "where": 2, "place": 2, "contact": 3, "phone": 3, "check": 4}

PAGES = {
    "what": "citizen/report_what.html",
    "where": "citizen/report_where.html",
    "place": "citizen/report_place.html",
    "contact": "citizen/report_contact.html",
    "phone": "citizen/report_phone.html",
    "check": "citizen/report_check.html",
}

Answered = tuple[Answers, list[FieldSentence]]


@report.get("/report")
@open_to("everybody")
def start() -> ResponseReturnValue:
    """The first question."""
    return redirect("/report/what")


@report.get("/report/<any(what, where, place, contact, phone, check):step>")
@open_to("everybody")
def ask(step: str) -> ResponseReturnValue:
    """A question, with what was answered before; the first open one where somebody leapt ahead."""
    with house().open_desk(CITIZEN) as desk:
        draft = _draft_here(desk)
        if draft is not None and draft.filed_at is not None:
            # Whoever comes back after filing begins anew, unless it is the button of the last page again.
            draft = None
        answers = answers_of(desk, draft) if draft else Answers()
        order = list(STEPS)
        if answers.missing and order.index(step) > order.index(answers.missing):
            return redirect(f"/report/{answers.missing}")
        return _page(desk, draft, step, answers, [])


@report.post("/report/<any(what, where, place, contact, phone):step>")
@open_to("everybody")
@takes_files
def answer(step: str) -> ResponseReturnValue:
    """Keep an answer and ask the next; one that cannot be used is asked again, as it was typed."""
    with house().open_desk(CITIZEN) as desk:
        draft = _draft_here(desk)
        if draft is None or draft.filed_at is not None:
            draft = begin(desk, origin())
        answers, wrong = TAKE[step](desk, draft, answers_of(desk, draft))
        if not wrong:
            keep(desk, draft, answers)
        response = make_response(
            _page(desk, draft, step, answers, wrong) if wrong else redirect(_next(step, answers), 303)
        )
        response.set_cookie(
            COOKIE,
            _signer().dumps(str(draft.id)),
            path="/report",
            httponly=True,
            samesite="Lax",
            secure=house().settings.https,
        )
        return response


@report.post("/report/check")
@open_to("everybody")
def hand_in() -> ResponseReturnValue:
    """Register it. Pressed twice, it is the same ticket."""
    with house().open_desk(CITIZEN) as desk:
        draft = _draft_here(desk)
        missing = "what" if draft is None else answers_of(desk, draft).missing if not draft.filed_at else None
        if draft is None or missing:
            return redirect(f"/report/{missing}", 303)
        filed = file(desk, draft, Language.ENGLISH if language() == "en" else Language.CHINESE)
    response = redirect("/report/done", 303)
    grant(response, filed.ref)
    return response


@report.get("/report/done")
@open_to("everybody")
def done() -> ResponseReturnValue:
    """Number and code, to write down or to print; for half an hour."""
    with house().open_desk(CITIZEN) as desk:
        draft = _draft_here(desk)
        filed = filed_of(desk, draft) if draft else None
        if draft is None or filed is None:
            return redirect("/report/what")
        progress = progress_of(desk, filed.ref, english=language() == "en")
        return render_template("citizen/report_done.html", filed=filed, at=draft.filed_at, it=progress)


# Where the answers are


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house().settings.secret_key, salt="report")


def _draft_here(desk: Desk) -> WebDraft | None:
    """The draft of this browser."""
    try:
        number = _signer().loads(request.cookies.get(COOKIE, ""), max_age=int(WAITS.total_seconds()))
    except BadData:
        return None
    return read(desk, UUID(number))


def _next(step: str, answers: Answers) -> str:
    """The question after *step*; back at the check once everything is answered."""
    if answers.missing is None and step not in ("where", "contact"):
        return "/report/check"
    order = list(STEPS)
    following = order[order.index(step) + 1]
    if following == "phone" and answers.contact is Contact.NONE:
        return f"/report/{answers.missing or 'check'}"
    return f"/report/{following}"


def _page(
    desk: Desk, draft: WebDraft | None, step: str, answers: Answers, wrong: list[FieldSentence]
) -> ResponseReturnValue:
    names = place_names(desk.rules.units)
    units = [unit for unit in desk.rules.units if unit.active]
    page = render_template(
        PAGES[step],
        it=answers,
        typed=request.form if wrong else None,
        wrong=wrong,
        errors={one.field: f"{one.message} {one.remedy}".strip() for one in wrong},
        step=STEPS[step],
        files=files_of(desk, draft) if draft else [],
        names=names,
        subdistricts=[(u.code, names[u.code]) for u in units if u.kind == UnitKind.SUBDISTRICT],
        communities=[
            (u.code, names[u.code])
            for u in units
            if u.kind == UnitKind.COMMUNITY and answers.subdistrict and u.parent == answers.subdistrict
        ],
    )
    return (page, 422) if wrong else page


# What each step takes


def _read(shape: type[Strict], **given: str) -> tuple[Strict | None, list[FieldSentence]]:
    try:
        return shape.model_validate(given), []
    except ValidationError as refused:
        return None, [field_sentence(bad) for bad in fields_of(refused)]


def _said(name: str) -> str:
    # Browsers send line ends of their own; people typed none of the kind.
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _what(desk: Desk, draft: WebDraft, answers: Answers) -> Answered:
    drop_unwanted(desk, draft)
    wrong = take_files(desk, draft)
    text = _said("text")
    if text:
        wrong = _read(WhatStep, text=text)[1] + wrong
    elif not any(file.sounds for file in files_of(desk, draft)):
        wrong = [say("text", "nothing_said"), *wrong]
    return answers.model_copy(update={"text": text}), wrong


def _where(desk: Desk, _draft: WebDraft, answers: Answers) -> Answered:
    chosen = request.form.get("subdistrict")
    known = {unit.code for unit in desk.rules.units if unit.kind == UnitKind.SUBDISTRICT}
    if chosen is None or (chosen and chosen not in known):
        return answers, [say("subdistrict", "no_subdistrict")]
    if chosen == answers.subdistrict:
        return answers, []
    return answers.model_copy(update={"subdistrict": chosen, "division": chosen}), []


def _place(desk: Desk, _draft: WebDraft, answers: Answers) -> Answered:
    address, chosen = _said("address"), request.form.get("community", "")
    wrong = _read(PlaceStep, address=address)[1]
    inside = {unit.code for unit in desk.rules.units if unit.parent == answers.subdistrict}
    division = chosen if chosen in inside else answers.subdistrict
    if not address and not division:
        wrong.append(say("address", "no_place"))
    return answers.model_copy(update={"address": address, "division": division}), wrong


def _contact(_desk: Desk, _draft: WebDraft, answers: Answers) -> Answered:
    chosen = request.form.get("contact", "")
    if chosen not in set(Contact):
        return answers, [say("contact", "no_contact")]
    contact = Contact(chosen)
    update = {"contact": contact} | ({"phone": "", "name": ""} if contact is Contact.NONE else {})
    return answers.model_copy(update=update), []


def _phone(_desk: Desk, _draft: WebDraft, answers: Answers) -> Answered:
    phone, name = _said("phone"), _said("name")
    _shape, wrong = _read(PhoneStep, phone=phone, name=name)
    wrong = [another_phone(one, phone) for one in wrong]
    return answers.model_copy(update={"phone": phone, "name": name}), wrong


TAKE: dict[str, Callable[[Desk, WebDraft, Answers], Answered]] = {
    "what": _what,
    "where": _where,
    "place": _place,
    "contact": _contact,
    "phone": _phone,
}
