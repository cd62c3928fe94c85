"""Hand in a spreadsheet of people: tried out first, every fault with its line and column, then brought in."""

import hashlib
import json

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.admin.account_import import Outcome, SheetRefused, take_accounts
from app.admin.account_sheet import NAMES
from app.admin.units import all_units
from app.language.names import place_names, roles_by_name
from app.language.sentences import FieldSentence, field_sentence
from app.language.words import ROLES
from app.sheets import Fault
from app.web.admin.accounts import ADD
from app.web.forms import Done, new_key, once, told_of
from app.web.staff import blueprint, staff_page
from app.workbooks import Cell, Sheet, as_xlsx
from tickets.ground.errors import TicketError, bad_field

account_import = blueprint("account_import", __name__)

#: Faults, and people, shown; the counts say how many there are.
MOST, MOST_SHOWN = 100, 50

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _again(refused: TicketError) -> ResponseReturnValue:
    if isinstance(refused, SheetRefused):
        return _page(faults=refused.faults)
    return _page(wrong=told_of(refused))


@account_import.get("/admin/accounts/import")
@staff_page(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Where a list of people is handed in."""
    return _page()


@account_import.get("/admin/accounts/import/sample.xlsx")
@staff_page(Role.ADMIN)
def sample() -> ResponseReturnValue:
    """An empty list with its heads, and beside it what can stand in them."""
    units = all_units(g.desk.session)
    heads: list[Cell] = [str(ADD.label(name)) for name in NAMES]
    roles: list[list[Cell]] = [[str(word), role] for role, word in ((role, ROLES[role]) for role in Role)]
    names = place_names(units)
    places: list[list[Cell]] = [[names[unit.code], unit.code] for unit in units if unit.active]
    said: list[Cell] = [gettext("名称"), gettext("代码")]
    sheets = [
        Sheet(gettext("账号"), [heads]),
        Sheet(gettext("角色"), [said, *roles]),
        Sheet(gettext("单位"), [said, *places]),
    ]
    answer = Response(as_xlsx(sheets), mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="accounts.xlsx"'
    return answer


@account_import.post("/admin/accounts/import")
@staff_page(Role.ADMIN, again=_again)
def bring_in() -> ResponseReturnValue:
    """Try a list out, or bring it in; the passwords of who is new are shown this once."""
    handed_in = request.files.get("file")
    content = handed_in.read() if handed_in else b""
    if not content:
        raise bad_field("file", "missing")
    roles = roles_by_name()
    if request.form.get("do") != "bring":
        return _page(take_accounts(g.desk, content, roles, dry_run=True))

    def act() -> Done:
        outcome = take_accounts(g.desk, content, roles, dry_run=False)
        people = [
            (one.row.username, one.row.display_name, one.row.unit, outcome.passwords[one.row.username])
            for one in outcome.added
        ]
        told = {"people": people, "changed": len(outcome.changed), "unchanged": outcome.unchanged}
        # Sealed with the answer, so that a second click finds the passwords of the first.
        return Done(request.path, code=json.dumps(told))

    done = once(g.desk, g.viewer, act, beside=hashlib.sha256(content).digest())
    return render_template(
        "admin/account_import_done.html",
        **json.loads(done.code),
        places=place_names(all_units(g.desk.session)),
    )


def _page(
    outcome: Outcome | None = None,
    wrong: list[FieldSentence] | None = None,
    faults: list[Fault] | None = None,
) -> str:
    told = faults or (outcome.faults if outcome else [])
    return render_template(
        "admin/account_import.html",
        key=new_key(),
        outcome=outcome,
        refused=bool(faults),
        count=len(told),
        faults=[(fault, field_sentence(fault.bad)) for fault in told[:MOST]],
        shown=[one for one in outcome.plans if one.before or one.account is None][:MOST_SHOWN]
        if outcome
        else [],
        wrong=wrong,
        labels={name: ADD.label(name) for name in NAMES},
        columns=["、".join(names) for names in NAMES.values()],
        places=place_names(all_units(g.desk.session)),
    )
