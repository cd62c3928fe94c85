"""Away, and who stands in: everybody of a unit for themselves, its head for all of them."""

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Account, Viewer
from app.admin.absence import AWAY, Absence, is_away, may_set, people_of, set_absence
from app.admin.ledger import fresh
from app.language.shown import in_shanghai
from app.web.admin.accounts import deputy_options
from app.web.admin.saving import Refusal, form_of, saved
from app.web.forms import FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

absence_page = blueprint("absence", __name__)

KIND = FormKind(Absence, {"absent_until": _("外出到"), "deputy": _("代理人")})


@absence_page.get("/absence")
@staff_page(*AWAY)
def mine() -> ResponseReturnValue:
    """The viewer's own absence; a head sees the unit's people beside it."""
    return _page(g.viewer.account_id)


@absence_page.get("/absence/<int:number>")
@staff_page(*AWAY)
def show(number: int) -> ResponseReturnValue:
    """The absence of one of the unit's people."""
    return _page(number)


def _again(refused: TicketError, number: int) -> ResponseReturnValue:
    return _page(number, Refusal("absence", refused))


@absence_page.post("/absence/<int:number>")
@staff_page(*AWAY, again=_again)
def change(number: int) -> ResponseReturnValue:
    """Say until when somebody is away, and who stands in."""
    desk: Desk = g.desk
    account = fresh(desk, Account, number)
    if account is None or not may_set(g.viewer, account):
        abort(404)
    wanted: Absence = KIND.read(request.form)
    said = gettext("已保存：%(name)s", name=account.display_name)
    back = (
        url_for("absence.mine") if number == g.viewer.account_id else url_for("absence.show", number=number)
    )
    return saved(lambda: set_absence(desk, account, wanted), back, said)


def _page(number: int, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    everybody = people_of(desk.session, viewer.unit)
    people = [one for one in everybody if may_set(viewer, one)]
    account = next((one for one in people if one.id == number), None) or abort(404)
    until = account.absent_until.isoformat() if account.absent_until else ""
    typed = MultiDict({"absent_until": until, "deputy": account.deputy or ""})
    return render_template(
        "admin/absence.html",
        account=account,
        people=people,
        called={one.username: one.display_name for one in everybody},
        form=form_of(KIND, "absence", refused, typed=typed),
        deputies=deputy_options(everybody, account),
        day=in_shanghai(desk.now()).date(),
        is_away=is_away,
    )
