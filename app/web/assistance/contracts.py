"""Contracts with agencies, and the monthly sheet they are paid by: to print, and as a spreadsheet."""

import re
from datetime import date

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.doors import NotForYou
from app.assistance.contracts import contract_for, contracts, make_contract
from app.assistance.importing.values import NotRead, fen
from app.assistance.service_bodies import ContractWords, NewContract
from app.assistance.service_doors import may, reads_contracts
from app.language.names import options, unit_names
from app.reading.households import MONTH
from app.reading.services import Sheet, items_of, sheet_of
from app.reading.settlement import workbook
from app.web.admin.saving import Refusal, form_of
from app.web.assistance.service_forms import CONTRACT
from app.web.forms import Done, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import first_of_month
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.words import UnitKind

contracts_pages = blueprint("contracts", __name__)

MAKERS = tuple(role for role in Role if role in RULES.assistance["approve_services"])
READERS = tuple(role for role in Role if role in MAKERS or role in RULES.assistance["serve"])
#: Who registers what is said against an agency: a ticket of its own, sealed.
COMPLAINTS = tuple(role for role in Role if role in RULES.moves["register"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _again(refused: TicketError) -> ResponseReturnValue:
    return _list(Refusal("contract", refused))


@contracts_pages.get("/service-contracts")
@staff_page(*READERS, *COMPLAINTS)
def show() -> ResponseReturnValue:
    """The contracts, with what of their quota is used."""
    if g.viewer.role not in COMPLAINTS and not reads_contracts(g.desk, g.viewer):
        raise NotForYou
    return _list()


@contracts_pages.post("/service-contracts")
@staff_page(*MAKERS, again=_again)
def add() -> ResponseReturnValue:
    """Write a contract down."""
    if not may(g.desk, g.viewer, "approve_services"):
        raise NotForYou
    wanted: NewContract = _read()

    def act() -> Done:
        make_contract(g.desk, wanted)
        return Done(url_for("contracts.show"), gettext("已保存。"))

    return once(g.desk, g.viewer, act).response()


def _read() -> NewContract:
    """
    The contract that was typed, each item's price in yuan.

    :raises FieldsRefused: says which fields cannot be used.
    """
    said: ContractWords = CONTRACT.read(request.form)
    prices: dict[str, int] = {}
    for item in items_of(g.desk):
        written = request.form.get(f"price.{item.code}", "").strip()
        try:
            prices |= {item.code: fen(written)} if written else {}
        except NotRead as unread:
            raise bad_field("prices", unread.code) from None
    if not prices:
        raise bad_field("prices", "missing")
    return NewContract.model_validate({**said.model_dump(), "prices": prices})


def _list(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    month = f"{desk.today():%Y-%m}"
    return render_template(
        "assistance/service_contracts.html",
        rows=contracts(desk, g.viewer),
        form=form_of(CONTRACT, "contract", refused),
        complains=g.viewer.role in COMPLAINTS,
        makes=may(desk, g.viewer, "approve_services"),
        agencies=options(desk.rules.units, lambda unit: unit.kind == UnitKind.AGENCY),
        items=items_of(desk),
        month=month,
        units=unit_names(desk.rules.units),
    )


@contracts_pages.get("/service-contracts/<int:number>/settlement")
@staff_page(*READERS)
def settlement(number: int) -> ResponseReturnValue:
    """What was accepted within a month, to print, sign and stamp."""
    return render_template(
        "assistance/service_settlement.html", sheet=_sheet(number), units=unit_names(g.desk.rules.units)
    )


@contracts_pages.get("/service-contracts/<int:number>/settlement.xlsx")
@staff_page(*READERS)
def settlement_file(number: int) -> ResponseReturnValue:
    """The same as a spreadsheet."""
    sheet = _sheet(number)
    response = Response(workbook(sheet), mimetype=XLSX)
    name = f"settlement-{number}-{sheet.month:%Y-%m}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet(number: int) -> Sheet:
    desk: Desk = g.desk
    if not reads_contracts(desk, g.viewer):
        raise NotForYou
    written = request.args.get("month", "")
    if written and not re.fullmatch(MONTH, written):
        raise bad_field("month", "bad_month")
    month = date.fromisoformat(f"{written}-01") if written else first_of_month(desk.today())
    return sheet_of(desk, contract_for(desk, g.viewer, number), month)
