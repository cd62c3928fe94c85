"""Service orders: a list, one order with the steps one may take, and whom it serves, for the agency."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance.contracts import contracts
from app.assistance.service_bodies import NewOrder
from app.assistance.service_doors import open_steps, order_for, reads_contracts, serves, take
from app.assistance.service_orders import propose, show_recipient
from app.house import most_looks
from app.language import need_words, service_words
from app.language.names import place_names, unit_names
from app.reading.services import items_of, line_of, orders_for
from app.web.admin.saving import Refusal, form_of
from app.web.assistance.service_forms import PROPOSE, STEP_FORMS
from app.web.forms import Done, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.service_orders import ServiceContract
from tickets.assistance.service_words import ServiceState, ServiceStep
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, TicketError

services_pages = blueprint("services", __name__)

SERVERS = tuple(role for role in Role if role in RULES.assistance["serve"])
ORDERERS = tuple(role for role in Role if role in RULES.assistance["order_services"])
READERS = tuple(role for role in Role if role in RULES.assistance["read_households"] or role in SERVERS)
STEPPERS = tuple(role for role in Role if role in ORDERERS or role in SERVERS)
MOST = 50


@services_pages.get("/service-orders")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The orders one may know of; an agency its own."""
    state = next((one for one in ServiceState if one == request.args.get("state")), None)
    cursor = request.args.get("before") or None
    rows = orders_for(g.desk, g.viewer, state, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {"state": state} if state else {}
    last = rows[MOST - 1].order.id if len(rows) > MOST else 0
    return render_template(
        "assistance/service_orders.html",
        rows=rows[:MOST],
        reads_contracts=reads_contracts(g.desk, g.viewer),
        state=state or "",
        next_url=url_for("services.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("services.show", **kept) if cursor else "",
        **_words(),
    )


def _propose_again(refused: TicketError) -> ResponseReturnValue:
    return _propose_page(Refusal("propose", refused))


@services_pages.get("/service-orders/new")
@staff_page(*ORDERERS)
def new() -> ResponseReturnValue:
    """Order a service for a need."""
    return _propose_page()


@services_pages.post("/service-orders")
@staff_page(*ORDERERS, again=_propose_again)
def add() -> ResponseReturnValue:
    """Order a service; the bureau approves it."""
    wanted: NewOrder = PROPOSE.read(request.form)

    def act() -> Done:
        made = propose(g.desk, g.viewer, wanted)
        return Done(url_for("services.read", number=made.id), gettext("已下服务订单，等民政局批准。"))

    return once(g.desk, g.viewer, act).response()


def _propose_page(refused: Refusal | None = None) -> str:
    return render_template(
        "assistance/service_new.html",
        form=form_of(PROPOSE, "propose", refused, typed=request.args),
        items=[
            (row.code, f"{service_words.SERVICE_KINDS[row.kind]} · {row.name}") for row in items_of(g.desk)
        ],
    )


@services_pages.get("/service-orders/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One order, with the steps the viewer may take."""
    return _page(number)


def _recipient_again(refused: TicketError, number: int) -> ResponseReturnValue:
    return _page(number, Refusal("recipient", refused))


@services_pages.post("/service-orders/<int:number>/recipient")
@staff_page(*SERVERS, again=_recipient_again)
def recipient(number: int) -> ResponseReturnValue:
    """Show whom it serves; each look is a fact."""
    order, household = order_for(g.desk, g.viewer, number, lock=True)
    return _page(number, shown=show_recipient(g.desk, order, household, most=most_looks(g.viewer)))


def _step_again(refused: TicketError, number: int, step: str) -> ResponseReturnValue:
    return _page(number, Refusal(step, refused))


@services_pages.post("/service-orders/<int:number>/<step>")
@staff_page(*STEPPERS, again=_step_again)
def take_step(number: int, step: str) -> ResponseReturnValue:
    """Take a step of an order."""
    known = next((one for one in ServiceStep if one == step), None)
    if known is None:
        raise NotFound
    wanted = STEP_FORMS[known].read(request.form)

    def act() -> Done:
        take(g.desk, g.viewer, number, known, wanted)
        return Done(url_for("services.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, act).response()


def _page(number: int, refused: Refusal | None = None, shown: dict[str, Any] | None = None) -> str:
    desk: Desk = g.desk
    order, _household = order_for(desk, g.viewer, number)
    line = line_of(desk, order)
    steps = open_steps(desk, g.viewer, order)
    refused_form = refused.form if refused and refused.form in STEP_FORMS else ""
    forms = {step: form_of(STEP_FORMS[step], step, refused) for step in STEP_FORMS}
    contract = desk.session.get(ServiceContract, order.contract_id) if order.contract_id else None
    offered = contracts(desk, g.viewer) if ServiceStep.APPROVE in steps else []
    return render_template(
        "assistance/service_order.html",
        line=line,
        one=order,
        reason=order.open(desk.vault, "reason"),
        steps=steps,
        forms=forms,
        wrong=forms[ServiceStep(refused_form)].wrong if refused_form else (),
        refused=refused_form,
        shown=shown,
        contract=contract,
        workers=[(name, name) for name in contract.workers] if contract else [],
        checklist=[(one, one) for one in line.item.checklist],
        offered=[
            (row.id, f"{row.title} {row.used}/{row.quota}") for row in offered if order.item in row.prices
        ],
        outside=serves(g.viewer),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": service_words.SERVICE_KINDS,
        "states": service_words.SERVICE_STATES,
        "step_words": service_words.SERVICE_STEPS,
        "missing": service_words.MISSING,
        "signers": need_words.SIGNERS,
        "results": need_words.RESULTS,
        "places": place_names(g.desk.rules.units),
        "units": unit_names(g.desk.rules.units),
    }
