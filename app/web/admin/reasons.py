"""The closed lists of reasons: their words, their order, and what forms offer. The codes are fixed."""

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin.effects import of_reason
from app.admin.ledger import fresh
from app.admin.reasons import ReasonWords, all_reasons, change_reason
from app.language.words import Words
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.errors import TicketError
from tickets.ground.reasons import ReasonRow
from tickets.ground.words import ReasonList

reasons_pages = blueprint("admin_reasons", __name__)

LISTS = Words(
    {
        "return": _("退回理由"),
        "decline": _("不予受理的情形"),
        "termination": _("终止办理的情形"),
        "close": _("办结依据"),
    }
)

KIND = FormKind(
    ReasonWords,
    {
        "label": _("名称"),
        "label_en": _("英文名称"),
        "hint": _("提示"),
        "hint_en": _("英文提示"),
        "basis": _("依据"),
        "position": _("次序"),
        "active": _("在用：表单里可以选"),
    },
    checks=frozenset({"active"}),
)


@reasons_pages.get("/admin/reasons")
@staff_page(Role.ADMIN)
def lists() -> ResponseReturnValue:
    """All lists."""
    return _page()


@reasons_pages.get("/admin/reasons/<name>/<code>")
@staff_page(Role.ADMIN)
def edit(name: str, code: str) -> ResponseReturnValue:
    """One reason, to change."""
    return _page((name, code))


def _again(refused: TicketError, name: str, code: str) -> ResponseReturnValue:
    return _page((name, code), Refusal("reason", refused))


@reasons_pages.post("/admin/reasons/<name>/<code>")
@staff_page(Role.ADMIN, again=_again)
def change(name: str, code: str) -> ResponseReturnValue:
    """Change the words or the place of a reason, or whether it is offered."""
    row = fresh(g.desk, ReasonRow, (name, code)) or abort(404)
    wanted: ReasonWords = KIND.read(request.form)
    if asks():
        return _page((name, code), Asked("reason", of_reason(g.desk.session, row, active=wanted.active)))
    said = gettext("已保存：%(name)s", name=wanted.label)
    return saved(lambda: change_reason(g.desk, row, wanted), url_for("admin_reasons.lists"), said)


def _page(which: tuple[str, str] | None = None, refused: Held | None = None) -> str:
    reasons = all_reasons(g.desk.session)
    chosen = reasons.get(*which) if which else None
    if which and chosen is None:
        abort(404)
    names = ("label", "label_en", "hint", "hint_en", "basis", "position")
    typed = {name: str(getattr(chosen, name)) for name in names} if chosen else {}
    return render_template(
        "admin/reasons.html",
        lists=[(name, LISTS[name], reasons.all_of(name)) for name in ReasonList],
        chosen=chosen,
        asked=refused if isinstance(refused, Asked) else None,
        form=form_of(KIND, "reason", refused, typed=MultiDict(typed)) if chosen else None,
    )
