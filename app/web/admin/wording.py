"""The texts to citizens: when each is sent, its words and what they cost; changed by administrators."""

from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin.ledger import one_at_a_time
from app.admin.wording import (
    ApprovalTyped,
    SwitchTyped,
    WordsTyped,
    check_words,
    note_approval,
    save_words,
    switch_text,
    take_back,
)
from app.house import house
from app.language import wording_words
from app.reading.wording import APPROVING, Text, house_texts, text_of, tried, versions_of
from app.web.admin.saving import Refusal, form_of, saved
from app.web.admin.text_names import name_of_form, name_of_text
from app.web.forms import Form, FormKind, sentences_of
from app.web.staff import blueprint, staff_page
from notifications.house_words import read_changes
from notifications.preview import variables_of
from notifications.table import SILENT_ON_PURPOSE, TABLE
from notifications.wording import form_of as form_name
from notifications.wording_rows import ApprovalState
from tickets.ground.errors import TicketError

wording_pages = blueprint("admin_wording", __name__)

READERS = (Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR)
#: What the address calls a form of words.
SEALED = {"plain": False, "sealed": True}

WORDS = FormKind(WordsTyped, {"words": _("短信的话"), "instead_of": _("版本")})
SWITCH = FormKind(SwitchTyped, {"active": _("发送")}, checks=frozenset({"active"}))
APPROVAL = FormKind(
    ApprovalTyped,
    {"state": _("审核情况"), "code": _("模板编号"), "decided_on": _("日期"), "note": _("备注")},
)


# All of them


@wording_pages.get("/admin/wording")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """When each text is sent, and the words of each."""
    return _overview()


def _overview(refused: TicketError | None = None, opened: str | None = None) -> str:
    session = g.desk.session
    texts = house_texts(session, house().wording, read_changes(session))
    return render_template(
        "admin/wording.html",
        texts=texts,
        opened=opened,
        wrong=sentences_of(SWITCH, refused) if refused else (),
        may_change=g.viewer.role == Role.ADMIN,
        said=wording_words,
        names={one.template: name_of_text(one.template) for one in texts},
        approving=APPROVING,
        silent=[(kind.name, why) for kind, why in SILENT_ON_PURPOSE.items()],
    )


def _again(refused: TicketError, fact: str, template: str) -> ResponseReturnValue:
    return _overview(refused, template)


@wording_pages.post("/admin/wording/told/<fact>/<template>")
@staff_page(Role.ADMIN, again=_again)
def switch(fact: str, template: str) -> ResponseReturnValue:
    """Have a text sent when a fact happens, or not."""
    told = (fact, template)
    if told not in {(kind.name, rule.template) for kind, rules in TABLE.items() for rule in rules}:
        abort(404)
    wanted: SwitchTyped = SWITCH.read(request.form)
    name = name_of_text(template)
    said = (
        gettext("以后发：%(name)s", name=name) if wanted.active else gettext("以后不发：%(name)s", name=name)
    )
    # What is named in an address stands open when the page comes.
    url = url_for("admin_wording.show", _anchor=template)
    return saved(lambda: switch_text(g.desk, told, active=wanted.active), url, said)


# One of them


@wording_pages.get("/admin/wording/<language>/<kind>/<template>")
@staff_page(*READERS)
def edit(language: str, kind: str, template: str) -> ResponseReturnValue:
    """One text: its words, what they become, what was saved before, what providers said."""
    return _page(_text(language, kind, template))


def _words_again(refused: TicketError, language: str, kind: str, template: str) -> ResponseReturnValue:
    return _page(_text(language, kind, template), Refusal("words", refused), typed=request.form)


@wording_pages.post("/admin/wording/<language>/<kind>/<template>")
@staff_page(Role.ADMIN, again=_words_again)
def change(language: str, kind: str, template: str) -> ResponseReturnValue:
    """Save other words."""
    wanted: WordsTyped = WORDS.read(request.form)
    one_at_a_time(g.desk)
    text = _text(language, kind, template)
    said = gettext("已保存，几秒后的新短信就用这些话：%(name)s", name=name_of_form(text.form))
    return saved(lambda: save_words(g.desk, house().wording, text, wanted), request.path, said)


@wording_pages.post("/admin/wording/<language>/<kind>/<template>/preview")
@staff_page(Role.ADMIN, again=_words_again)
def try_out(language: str, kind: str, template: str) -> ResponseReturnValue:
    """Show what other words would become, and save nothing."""
    wanted: WordsTyped = WORDS.read(request.form)
    text = _text(language, kind, template)
    check_words(house().wording, text, wanted.words, g.desk.rules.units)
    return _page(text, typed=request.form)


@wording_pages.post("/admin/wording/<language>/<kind>/<template>/back")
@staff_page(Role.ADMIN, again=_words_again)
def back(language: str, kind: str, template: str) -> ResponseReturnValue:
    """Have the words of the file again."""
    one_at_a_time(g.desk)
    text = _text(language, kind, template)
    url = url_for("admin_wording.edit", language=language, kind=kind, template=template)
    return saved(lambda: take_back(g.desk, text), url, gettext("已用回文件里的话。"))


def _approval_again(
    refused: TicketError, language: str, kind: str, template: str, provider: str
) -> ResponseReturnValue:
    return _page(_text(language, kind, template), Refusal(provider, refused))


@wording_pages.post("/admin/wording/<language>/<kind>/<template>/approval/<provider>")
@staff_page(Role.ADMIN, again=_approval_again)
def approve(language: str, kind: str, template: str, provider: str) -> ResponseReturnValue:
    """Note what a provider said of the words."""
    if provider not in APPROVING:
        abort(404)
    wanted: ApprovalTyped = APPROVAL.read(request.form)
    one_at_a_time(g.desk)
    text = _text(language, kind, template)
    url = url_for("admin_wording.edit", language=language, kind=kind, template=template)
    said = gettext("已记下：%(name)s", name=wording_words.PROVIDERS[provider])
    return saved(lambda: note_approval(g.desk, text, provider, wanted), url, said)


def _text(language: str, kind: str, template: str) -> Text:
    """The text of the address, as the database has it now."""
    if kind not in SEALED:
        abort(404)
    form = form_name(template, language, sealed=SEALED[kind])
    session = g.desk.session
    return text_of(session, house().wording, read_changes(session), form) or abort(404)


def _page(text: Text, refused: Refusal | None = None, typed: MultiDict[str, str] | None = None) -> str:
    source = typed["words"] if typed and "words" in typed else text.words.source
    source = source.replace("\r\n", "\n").strip()
    return render_template(
        "admin/wording_text.html",
        text=text,
        title=name_of_form(text.form),
        form=form_of(WORDS, "words", refused, typed=MultiDict({"words": source})),
        shown=tried(house().wording, text, source),
        is_tried=source != text.words.source,
        variables=[(f"{{{{ {one} }}}}", one) for one in variables_of(text.template)],
        versions=versions_of(g.desk.session, text),
        lines=_lines(text),
        approvals=[(one, _approval_form(text, one, refused)) for one in APPROVING],
        states=[(state, wording_words.APPROVALS[state]) for state in ApprovalState],
        may_change=g.viewer.role == Role.ADMIN,
        said=wording_words,
    )


def _lines(text: Text) -> Any:
    session = g.desk.session
    texts = house_texts(session, house().wording, read_changes(session))
    return next(one for one in texts if one.template == text.template)


def _approval_form(text: Text, provider: str, refused: Refusal | None) -> Form:
    row = text.approvals.get(provider)
    typed = MultiDict({"state": ApprovalState.NOT_SUBMITTED.value})
    if row is not None:
        day = row.decided_on.isoformat() if row.decided_on else ""
        typed = MultiDict({"state": row.state, "code": row.code, "decided_on": day, "note": row.note})
    return form_of(APPROVAL, provider, refused, typed=typed)
