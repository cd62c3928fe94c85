"""Service orders: a list, one order with the steps one may take, and whom it serves, for the agency."""

from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import service_results as results
from app.assistance.contracts import contracts
from app.assistance.service_bodies import Complaint, Delivered, NewOrder, Rated
from app.assistance.service_doors import (
    may,
    open_steps,
    order_for,
    order_for_work,
    reads_contracts,
    serves,
    take,
)
from app.assistance.service_orders import Handed, propose, show_recipient
from app.assistance.signing import Keeping
from app.attachments.reading import given_out
from app.house import house, most_looks
from app.language import need_words, service_words, visit_words
from app.language.names import place_names, unit_names
from app.language.shown import grouped_ref
from app.reading.services import items_of, line_of, orders_for
from app.uploads import takes_files
from app.web.admin.saving import Refusal, form_of
from app.web.assistance.service_forms import COMPLAINT, ON_PAGE, PROPOSE, RATE, STEP_FORMS
from app.web.assistance.signed import pictures_sent
from app.web.assistance.visit_form import LOOK
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
RATERS = tuple(role for role in Role if role in RULES.assistance["rate_services"])
COMPLAINERS = tuple(role for role in Role if role in RULES.assistance["report_agencies"])
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


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int, **_more: Any) -> ResponseReturnValue:
        return _page(number, Refusal(name, refused))

    return again


@services_pages.post("/service-orders/<int:number>/recipient")
@staff_page(*SERVERS, again=_again("recipient"))
def recipient(number: int) -> ResponseReturnValue:
    """Show whom it serves; each look is a fact."""
    order, household = order_for(g.desk, g.viewer, number, lock=True)
    return _page(number, shown=show_recipient(g.desk, order, household, most=most_looks(g.viewer)))


@services_pages.post("/service-orders/<int:number>/deliver")
@takes_files
@staff_page(*SERVERS, again=_again(ServiceStep.DELIVER))
def deliver(number: int) -> ResponseReturnValue:
    """Hand in what was done, with the signature and photos."""
    wanted: Delivered = STEP_FORMS[ServiceStep.DELIVER].read(request.form)
    # Drawing pictures anew takes its time; nobody waits for the order meanwhile.
    return _taken(number, ServiceStep.DELIVER, Handed(wanted, pictures_sent()))


@services_pages.post("/service-orders/<int:number>/rate")
@staff_page(*RATERS, again=_again("rate"))
def rate(number: int) -> ResponseReturnValue:
    """Write down what whoever was served says of it."""
    wanted: Rated = RATE.read(request.form)

    def act() -> Done:
        order, household = order_for_work(g.desk, g.viewer, number, "rate_services")
        results.rate(g.desk, order, household, wanted)
        return Done(url_for("services.read", number=number), gettext("已记下评分。"))

    return once(g.desk, g.viewer, act).response()


@services_pages.post("/service-orders/<int:number>/complaint")
@staff_page(*COMPLAINERS, again=_again("complaint"))
def complain(number: int) -> ResponseReturnValue:
    """Make a sealed ticket of what is said against the agency."""
    wanted: Complaint = COMPLAINT.read(request.form)

    def act() -> Done:
        order, household = order_for_work(g.desk, g.viewer, number, "report_agencies")
        made = results.complain(g.desk, order, household, wanted).ticket
        said = gettext("已登记为密件，编号 %(ref)s。机构看不到。", ref=grouped_ref(made.ref))
        return Done(url_for("services.read", number=number), said)

    return once(g.desk, g.viewer, act).response()


@services_pages.post("/service-orders/<int:number>/files/<uuid:file>")
@staff_page(*ORDERERS, again=_again("look_file"))
def look_file(number: int, file: UUID) -> ResponseReturnValue:
    """Show a photo or the signature; the look and its reason are a fact."""
    wanted = LOOK.read(request.form)
    order, household = order_for_work(g.desk, g.viewer, number, "order_services")
    row = results.look_at_file(g.desk, order, household, file, wanted.reason)
    return given_out(g.desk.session, g.desk.vault, row)


def _step_again(refused: TicketError, number: int, step: str) -> ResponseReturnValue:
    return _page(number, Refusal(step, refused))


@services_pages.post("/service-orders/<int:number>/<step>")
@staff_page(*STEPPERS, again=_step_again)
def take_step(number: int, step: str) -> ResponseReturnValue:
    """Take a step of an order."""
    known = next((one for one in ServiceStep if one == step), None)
    if known is None or known is ServiceStep.DELIVER:
        raise NotFound
    return _taken(number, known, STEP_FORMS[known].read(request.form))


def _taken(number: int, step: ServiceStep, wanted: Any) -> ResponseReturnValue:
    def act() -> Done:
        take(g.desk, g.viewer, number, step, wanted)
        return Done(url_for("services.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, act).response()


def _page(number: int, refused: Refusal | None = None, shown: dict[str, Any] | None = None) -> str:
    desk: Desk = g.desk
    order, _household = order_for(desk, g.viewer, number)
    line = line_of(desk, order)
    steps = open_steps(desk, g.viewer, order)
    forms = {str(name): form_of(kind, str(name), refused) for name, kind in ON_PAGE.items()}
    refused_form = str(refused.form) if refused and refused.form in forms else ""
    contract = desk.session.get(ServiceContract, order.contract_id) if order.contract_id else None
    offered = contracts(desk, g.viewer) if ServiceStep.APPROVE in steps else []
    return render_template(
        "assistance/service_order.html",
        line=line,
        one=order,
        reason=order.open(desk.vault, "reason"),
        steps=steps,
        forms=forms,
        wrong=forms[refused_form].wrong if refused_form else (),
        refused=refused_form,
        shown=shown,
        contract=contract,
        workers=[(name, name) for name in contract.workers] if contract else [],
        checklist=[(one, one) for one in line.item.checklist],
        offered=[
            (row.id, f"{row.title} {row.used}/{row.quota}") for row in offered if order.item in row.prices
        ],
        outside=serves(g.viewer),
        files=[] if serves(g.viewer) else results.files_of(desk, order),
        looks=may(desk, g.viewer, "order_services"),
        rates=results.may_be_rated(order) and may(desk, g.viewer, "rate_services"),
        complains=order.agency is not None and may(desk, g.viewer, "report_agencies"),
        kept=Keeping.of(house().settings).days,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": service_words.SERVICE_KINDS,
        "states": service_words.SERVICE_STATES,
        "step_words": service_words.SERVICE_STEPS,
        "missing": service_words.MISSING,
        "signed_how": service_words.SIGNED_HOW,
        "rated_how": service_words.RATED_HOW,
        "file_kinds": visit_words.VISIT_FILES,
        "file_grounds": visit_words.VISIT_GROUNDS,
        "signers": need_words.SIGNERS,
        "results": need_words.RESULTS,
        "places": place_names(g.desk.rules.units),
        "units": unit_names(g.desk.rules.units),
    }
