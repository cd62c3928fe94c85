"""My account: the password, and where else I am signed in."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.accounts import Account, Viewer
from app.access.passwords import check_password, give_password
from app.access.sessions import end_sessions, other_sessions, renew
from app.house import house
from app.language.names import unit_names
from app.web.duties import Duty
from app.web.forms import told_of
from app.web.origin import prove
from app.web.staff import SECRET, blueprint, go_on_as, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, TicketError, bad_field

account = blueprint("account", __name__)


@account.get("/account")
@staff_page()
def show() -> ResponseReturnValue:
    """Who I am here, and what I can change about it."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    settings = house().settings
    return render_template(
        "account/account.html",
        unit=unit_names(desk.rules.units).get(viewer.unit, viewer.unit),
        others=other_sessions(desk.session, settings, viewer.account_id, but=session[SECRET]),
        in_force=desk.session.get_one(Account, viewer.account_id).has_totp,
        wrong=[],
        **_rules(),
    )


def _again(refused: TicketError) -> ResponseReturnValue:
    return _password_page(refused)


@account.get("/account/password")
@staff_page(duty=Duty.PASSWORD)
def ask_password() -> ResponseReturnValue:
    """Ask for a new password."""
    return _password_page()


@account.post("/account/password")
@staff_page(again=_again, duty=Duty.PASSWORD)
def change_password() -> ResponseReturnValue:
    """Take a new password from who knows the one of now; whoever else came in with that one is out."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    new = _new_password(viewer)
    if refusal := prove(desk.session, viewer.username, "old_password"):
        return refusal.answer(_password_page(FieldsRefused(refusal.bad)))
    secret = renew(desk.session, session[SECRET])
    give_password(desk.session, viewer.account_id, new, must_change=False, but=secret)
    go_on_as(secret)
    flash(_("密码已改。别处的登录都已结束。"), "done")
    return redirect(url_for("desks.show" if g.duty else "account.show"), 303)


@account.post("/account/sessions/end")
@staff_page()
def end_others() -> ResponseReturnValue:
    """End my sessions everywhere but here."""
    desk: Desk = g.desk
    end_sessions(desk.session, g.viewer.account_id, but=session[SECRET])
    flash(_("别处的登录都已结束。"), "done")
    return redirect(url_for("account.show"), 303)


def _new_password(viewer: Viewer) -> str:
    """
    The new password, which cannot be that of now and stands twice on the form.

    :raises FieldsRefused: it cannot be used.
    """
    new = request.form.get("password", "")
    if new != request.form.get("again", ""):
        raise bad_field("again", "passwords_differ")
    if new == request.form.get("old_password", ""):
        raise bad_field("password", "password_same")
    check_password(house().settings, viewer.username, new)
    return new


def _password_page(refused: TicketError | None = None) -> str:
    return render_template("account/password.html", wrong=told_of(refused) if refused else [], **_rules())


def _rules() -> dict[str, int]:
    return {"least": house().settings.password_length}
