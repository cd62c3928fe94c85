"""The second step of my account: set it up with a phone, get new recovery codes, take it away."""

from io import BytesIO

import segno
from flask import Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.accounts import Account, Viewer
from app.access.sessions import end_sessions, renew
from app.access.totp import (
    address_of,
    confirm,
    forget_totp,
    new_recovery_codes,
    offer,
    offered,
    recovery_codes_left,
)
from app.house import house
from app.web.duties import Duty
from app.web.forms import told_of
from app.web.origin import prove
from app.web.staff import SECRET, blueprint, go_on_as, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, TicketError, bad_field

totp = blueprint("totp", __name__)

#: Pixels of one dot of the picture.
DOT = 5


def _again(refused: TicketError) -> ResponseReturnValue:
    return _page(refused)


@totp.get("/account/totp")
@staff_page(duty=Duty.TOTP)
def show() -> ResponseReturnValue:
    """Where the second step stands, and what can be done about it."""
    return _page()


@totp.post("/account/totp/begin")
@staff_page(again=_again, duty=Duty.TOTP)
def begin() -> ResponseReturnValue:
    """Make a secret for a phone; it counts once the phone has shown a code."""
    offer(g.desk.session, g.desk.vault, g.viewer.account_id)
    return redirect(url_for("totp.show"), 303)


@totp.get("/account/totp/code.svg")
@staff_page(duty=Duty.TOTP)
def picture() -> ResponseReturnValue:
    """The secret that waits for its first code, as a picture for the phone."""
    secret = offered(g.desk.vault, _mine())
    if secret is None:
        abort(404)
    drawn = BytesIO()
    code = segno.make(address_of(secret, g.viewer.username), error="m")
    code.save(drawn, kind="svg", scale=DOT, light="white")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@totp.post("/account/totp")
@staff_page(again=_again, duty=Duty.TOTP)
def put_in_force() -> ResponseReturnValue:
    """Take the first code, and show the recovery codes this once."""
    desk: Desk = g.desk
    codes = confirm(desk.session, desk.vault, _mine(), request.form.get("code", ""))
    if codes is None:
        raise bad_field("code", "wrong_first_code")
    _alone_from_now_on()
    return render_template("account/recovery_codes.html", codes=codes)


@totp.post("/account/totp/codes")
@staff_page(again=_again)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes for who knows the password, and show them this once."""
    desk: Desk = g.desk
    if not _mine().has_totp:
        return redirect(url_for("totp.show"), 303)
    if refusal := prove(desk.session, g.viewer.username, "codes_password"):
        return refusal.answer(_page(FieldsRefused(refusal.bad)))
    codes = new_recovery_codes(desk.session, desk.vault, g.viewer.account_id)
    return render_template("account/recovery_codes.html", codes=codes)


@totp.post("/account/totp/remove")
@staff_page(again=_again)
def remove() -> ResponseReturnValue:
    """Take the second step away from the account of who knows the password."""
    desk: Desk = g.desk
    if refusal := prove(desk.session, g.viewer.username, "remove_password"):
        return refusal.answer(_page(FieldsRefused(refusal.bad)))
    forget_totp(desk.session, g.viewer.account_id)
    _alone_from_now_on()
    flash(_("两步验证已取消。"), "done")
    return redirect(url_for("account.show"), 303)


def _alone_from_now_on() -> None:
    """Go on with a new session, and with no other: they were begun under another rule."""
    rows = g.desk.session
    secret = renew(rows, session[SECRET])
    end_sessions(rows, g.viewer.account_id, but=secret)
    go_on_as(secret)


def _mine() -> Account:
    desk: Desk = g.desk
    return desk.session.get_one(Account, g.viewer.account_id)


def _page(refused: TicketError | None = None) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    account = _mine()
    return render_template(
        "account/totp.html",
        in_force=account.has_totp,
        secret=offered(desk.vault, account),
        codes_left=recovery_codes_left(desk.session, viewer.account_id) if account.has_totp else 0,
        required=house().settings.needs_totp(viewer.role),
        wrong=told_of(refused) if refused else [],
    )
