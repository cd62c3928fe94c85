"""The accounts of the staff: find one, add one, change what it is and where, close it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Account, Role
from app.access.tries import wrong_tries
from app.admin import effects
from app.admin.absence import Absence, deputies_among, is_away, people_of, set_absence
from app.admin.accounts import (
    AccountActive,
    AccountName,
    AccountPerson,
    AccountPost,
    NewAccount,
    Nothing,
    account_named,
    accounts_for,
    add_account,
    others_of_person,
    rename_account,
    set_account_active,
    set_person,
    set_post,
)
from app.admin.effects import Effect
from app.admin.ledger import fresh
from app.admin.passwords import let_try_again, reset_password, take_second_step
from app.admin.units import all_units
from app.language.names import Option, options, unit_names
from app.language.shown import in_shanghai
from app.language.words import ROLES
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.units import Units

accounts_pages = blueprint("admin_accounts", __name__)

#: Accounts on one page of the list.
MOST = 50

ADD = FormKind(
    NewAccount,
    {
        "username": _("账号"),
        "display_name": _("显示名"),
        "role": _("角色"),
        "unit": _("单位"),
        "person": _("本人"),
    },
)

#: Where a password that was just made stands in the signed cookie, until it was shown.
JUST_MADE = "made_password"


@dataclass(frozen=True)
class Change:
    """One small form of an account's page, and what it does."""

    kind: FormKind
    act: Callable[[Desk, Account, Any], bool]


CHANGES = {
    "name": Change(FormKind(AccountName, {"display_name": _("显示名")}), rename_account),
    "post": Change(FormKind(AccountPost, {"role": _("角色"), "unit": _("单位")}), set_post),
    "person": Change(FormKind(AccountPerson, {"person": _("本人")}), set_person),
    "absence": Change(FormKind(Absence, {"absent_until": _("外出到"), "deputy": _("代理人")}), set_absence),
    "tries": Change(FormKind(Nothing, {}), lambda desk, account, _body: let_try_again(desk, account)),
    "totp": Change(FormKind(Nothing, {}), lambda desk, account, _body: take_second_step(desk, account)),
    "active": Change(FormKind(AccountActive, {"active": _("使用")}), set_account_active),
}
PASSWORD = FormKind(Nothing, {})


@accounts_pages.get("/admin/accounts")
@staff_page(Role.ADMIN)
def find() -> ResponseReturnValue:
    """The accounts, narrowed by unit, role or a part of a name."""
    return _list()


def _add_again(refused: TicketError) -> ResponseReturnValue:
    return _list(Refusal("add", refused))


@accounts_pages.post("/admin/accounts")
@staff_page(Role.ADMIN, again=_add_again)
def add() -> ResponseReturnValue:
    """Add an account; its first password is shown once, on the page of the account."""
    desk: Desk = g.desk
    wanted: NewAccount = ADD.read(request.form)

    def act() -> Done:
        password = add_account(desk, wanted)
        desk.clear()
        made = account_named(desk.session, wanted.username) or abort(404)
        return Done(url_for("admin_accounts.show", number=made.id), ref=wanted.username, code=password)

    return _with_password(taken(act))


@accounts_pages.get("/admin/accounts/<int:number>")
@staff_page(Role.ADMIN)
def show(number: int) -> ResponseReturnValue:
    """One account."""
    return _page(number)


def _change_again(refused: TicketError, number: int, change: str = "password") -> ResponseReturnValue:
    if change not in CHANGES and change != "password":
        abort(404)
    return _page(number, Refusal(change, refused))


@accounts_pages.post("/admin/accounts/<int:number>/<change>")
@staff_page(Role.ADMIN, again=_change_again)
def change(number: int, change: str) -> ResponseReturnValue:
    """Change one thing about an account."""
    wanted = CHANGES.get(change) or abort(404)
    account = fresh(g.desk, Account, number) or abort(404)
    body = wanted.kind.read(request.form)
    if asks():
        return _page(number, Asked(change, _effects(g.desk, account, body)))
    said = gettext("已保存：%(name)s", name=account.username)
    return saved(
        lambda: wanted.act(g.desk, account, body), url_for("admin_accounts.show", number=number), said
    )


@accounts_pages.post("/admin/accounts/<int:number>/password")
@staff_page(Role.ADMIN, again=_change_again)
def new_password(number: int) -> ResponseReturnValue:
    """Give an account a new password, shown once; whoever has the old one is signed out."""
    account = fresh(g.desk, Account, number) or abort(404)

    def act() -> Done:
        password = reset_password(g.desk, account)
        return Done(url_for("admin_accounts.show", number=number), ref=account.username, code=password)

    return _with_password(taken(act))


def _effects(desk: Desk, account: Account, body: Any) -> list[Effect]:
    """What one of the changes would touch."""
    if isinstance(body, AccountPost):
        return effects.of_post(desk.session, account, role=body.role, unit=body.unit)
    if isinstance(body, AccountActive) and not body.active:
        return effects.of_account(desk.session, account, closed=True)
    return effects.of_account(desk.session, account, leaves=False) if isinstance(body, Absence) else []


def _with_password(done: Done) -> ResponseReturnValue:
    session[JUST_MADE] = {"username": done.ref, "password": done.code}
    return done.response()


def _list(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    units = all_units(desk.session)
    asked = {name: request.args.get(name, "").replace("\0", "") for name in ("unit", "role", "q", "after")}
    rows = accounts_for(desk.session, **asked, limit=MOST)
    narrowed: dict[str, Any] = {name: value for name, value in asked.items() if value and name != "after"}
    return render_template(
        "admin/accounts.html",
        form=form_of(ADD, "add", refused),
        asked=asked,
        rows=rows[:MOST],
        day=in_shanghai(desk.now()).date(),
        is_away=is_away,
        next_url=url_for("admin_accounts.find", **narrowed, after=rows[MOST - 1].username)
        if len(rows) > MOST
        else "",
        first_url=url_for("admin_accounts.find", **narrowed) if asked["after"] else "",
        roles=list(ROLES_OFFERED.items()),
        places=_places(units),
        units=unit_names(units),
    )


def _page(number: int, refused: Held | None = None) -> str:
    desk: Desk = g.desk
    account = desk.session.get(Account, number) or abort(404)
    units, made = all_units(desk.session), session.pop(JUST_MADE, {})
    return render_template(
        "admin/account.html",
        account=account,
        forms=_forms(account, refused),
        refused=refused.form if refused else "",
        asked=refused if isinstance(refused, Asked) else None,
        tries=wrong_tries(desk.session, account.username),
        password=made.get("password", "") if made.get("username") == account.username else "",
        others=others_of_person(desk.session, account),
        deputies=deputy_options(people_of(desk.session, account.unit), account),
        away=is_away(account, in_shanghai(desk.now()).date()),
        roles=list(ROLES_OFFERED.items()),
        places=_places(units, account.unit),
        units=unit_names(units),
    )


def _forms(account: Account, refused: Held | None) -> dict[str, Any]:
    until = account.absent_until.isoformat() if account.absent_until else ""
    typed = {
        "name": {"display_name": account.display_name},
        "post": {"role": account.role, "unit": account.unit},
        "person": {"person": account.person},
        "absence": {"absent_until": until, "deputy": account.deputy or ""},
        "tries": {},
        "totp": {},
        "active": {"active": "" if account.active else "true"},
    }
    forms = {
        name: form_of(one.kind, name, refused, typed=MultiDict(typed[name])) for name, one in CHANGES.items()
    }
    return {**forms, "password": form_of(PASSWORD, "password", refused)}


def _places(units: Units, now: str = "") -> list[Option]:
    """Units somebody can be put into: those at work, and where they are *now*."""
    return [("", "—"), *options(units, lambda unit: True, always=now)]


def deputy_options(people: list[Account], account: Account) -> list[Option]:
    """Which of *people* could stand in for *account*, or nobody."""
    found = [(one.username, f"{one.display_name} {one.username}") for one in deputies_among(people, account)]
    return [("", gettext("（没有）")), *found]


ROLES_OFFERED = {role: ROLES[role] for role in Role}
