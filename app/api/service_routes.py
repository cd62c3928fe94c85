"""The routes of `/api/v1/assistance/service-orders` and `/service-contracts`: one route a step."""

from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, g

from app.api import service_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.household_models import ReasonBody
from app.api.idempotency import Answer
from app.assistance import contracts
from app.assistance import service_results as results
from app.assistance.service_bodies import Complaint, DeliveredBody, NewContract, NewOrder, Rated
from app.assistance.service_doors import (
    DOORS,
    may,
    open_steps,
    order_for,
    order_for_work,
    reads_contracts,
    serves,
    take,
)
from app.assistance.service_orders import Handed, propose, show_recipient
from app.assistance.signing import Keeping, Pictures
from app.attachments.reading import given_out
from app.house import house, most_looks
from app.reading.services import OrderLine, items_of, line_of, orders_for, sheet_of
from app.uploads import takes_files
from tickets.assistance.service_orders import ServiceContract, ServiceOrder
from tickets.assistance.service_words import ServiceStep
from tickets.ground.desk import Desk
from tickets.intake.draft import Strict

PREFIX = "/api/v1/assistance"
services_api = APIBlueprint(
    "services_api", __name__, url_prefix=f"{PREFIX}/service-orders", tag="service orders"
)
contracts_api = APIBlueprint(
    "contracts_api", __name__, url_prefix=f"{PREFIX}/service-contracts", tag="service contracts"
)

#: What a step does, for the description.
DOES = {
    ServiceStep.APPROVE: "Approve it under a contract; it takes one time of the quota.",
    ServiceStep.REFUSE: "Refuse it; the need stands open again.",
    ServiceStep.ORGANISE: "Hand it to the agency, to be served by a day.",
    ServiceStep.SCHEDULE: "Say who comes when.",
    ServiceStep.CHECK_IN: "Say that the worker is there; over a quarter of an hour behind is late.",
    ServiceStep.NO_SHOW: "Say who was not there.",
    ServiceStep.DELIVER: "Hand in what was done, signed and rated.",
    ServiceStep.ACCEPT: "Accept it; with a result the need is closed by the same signature.",
    ServiceStep.SEND_BACK: "Have it done again.",
    ServiceStep.CANCEL: "Cancel it; its time goes back to the contract.",
}


@services_api.get("")
@staff_only
@services_api.input(models.OrdersQuery, location="query", arg_name="asked")
@services_api.output(models.OrderPage, description="The orders one may know of, newest first")
def list_service_orders(asked: models.OrdersQuery) -> Response:
    """List service orders of one's own area; an agency lists its own."""
    said = asked.model_dump(exclude={"limit", "cursor"})
    rows = orders_for(g.desk, g.viewer, **said, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(rows, limit=asked.limit, document=order_document, key=lambda line: line.order.id)


@services_api.get("/items")
@staff_only
@services_api.output(models.ItemPage, description="Everything that can be ordered")
def list_service_items() -> Response:
    """List what can be ordered, with what is done each time."""
    items = [row.model_dump(exclude={"active"}) for row in items_of(g.desk)]
    return json_response({"items": items, "next": None})


@services_api.post("")
@once
@staff_only
@services_api.input(NewOrder, arg_name="body")
@services_api.output(models.OrderDocument, status_code=201, description="The new order")
def propose_service_order(body: NewOrder) -> Response:
    """Order a service for a need."""

    def act() -> Answer:
        _only("order_services")
        made = propose(g.desk, g.viewer, body)
        g.desk.clear()
        return Answer(201, order_document(line_of(g.desk, made)))

    return answered(g.desk, key_of_request(), act)


@services_api.get("/<int:number>")
@staff_only
@services_api.output(models.WholeOrderDocument, description="The order")
def read_service_order(number: int) -> Response:
    """Read one service order."""
    order, _household = order_for(g.desk, g.viewer, number)
    return json_response(whole_order(order))


@services_api.post("/<int:number>/recipient")
@staff_only
@services_api.output(models.RecipientDocument, description="Whom it serves and where, in clear")
def read_service_recipient(number: int) -> Response:
    """Show the agency whom it serves: from the schedule until it is done. Each look is a fact."""
    order, household = order_for(g.desk, g.viewer, number, lock=True)
    _only("serve")
    return json_response(show_recipient(g.desk, order, household, most=most_looks(g.viewer)))


def _add_step(step: ServiceStep) -> None:
    door = DOORS[step]

    def view(number: int, body: Strict) -> Response:
        order_for(g.desk, g.viewer, number)
        wanted = _with_pictures(body) if isinstance(body, DeliveredBody) else body

        def act() -> Answer:
            order = take(g.desk, g.viewer, number, step, wanted)
            g.desk.clear()
            return Answer(200, order_document(line_of(g.desk, order)))

        return answered(g.desk, key_of_request(), act)

    view.__name__ = f"{step}_service_order"
    view.__doc__ = DOES[step]
    described = services_api.output(models.OrderDocument, description="The order after it")(view)
    described = services_api.input(door.body, arg_name="body")(described)
    route = once(staff_only(described))
    services_api.post(f"/<int:number>/{step}")(takes_files(route) if step is ServiceStep.DELIVER else route)


def _with_pictures(body: DeliveredBody) -> Handed:
    keeping = Keeping.of(house().settings)
    return Handed(body, Pictures.sent(keeping, body.photos, body.signed_paper, body.strokes))


for _step in DOORS:
    _add_step(_step)


@services_api.post("/<int:number>/rate")
@once
@staff_only
@services_api.input(Rated, arg_name="body")
@services_api.output(models.OrderDocument, description="The order after it")
def rate_service_order(number: int, body: Rated) -> Response:
    """Write down what whoever was served says of it, asked on a visit without the agency."""
    order_for(g.desk, g.viewer, number)

    def act() -> Answer:
        order, household = order_for_work(g.desk, g.viewer, number, "rate_services")
        results.rate(g.desk, order, household, body)
        g.desk.clear()
        return Answer(200, order_document(line_of(g.desk, order)))

    return answered(g.desk, key_of_request(), act)


@services_api.post("/<int:number>/complaint")
@once
@staff_only
@services_api.input(Complaint, arg_name="body")
@services_api.output(models.ComplaintDocument, status_code=201, description="The number of the sealed ticket")
def complain_of_agency(number: int, body: Complaint) -> Response:
    """Make a sealed ticket of what is said against the agency, which learns nothing of it."""
    order_for(g.desk, g.viewer, number)

    def act() -> Answer:
        order, household = order_for_work(g.desk, g.viewer, number, "report_agencies")
        return Answer(201, {"ref": results.complain(g.desk, order, household, body).ticket.ref})

    return answered(g.desk, key_of_request(), act)


@services_api.post("/<int:number>/files/<uuid:file>/look")
@staff_only
@services_api.input(ReasonBody, arg_name="body")
@services_api.output(
    FileSchema(type="string", format="binary"), content_type="image/*", description="The picture"
)
def look_at_service_file(number: int, file: UUID, body: ReasonBody) -> Response:
    """Look at a photo or the signature of a service. The look and its reason are a fact."""
    order, household = order_for_work(g.desk, g.viewer, number, "order_services")
    row = results.look_at_file(g.desk, order, household, file, body.reason)
    return given_out(g.desk.session, g.desk.vault, row)


@contracts_api.get("")
@staff_only
@contracts_api.output(models.ContractPage, description="Every contract, newest first")
def list_service_contracts() -> Response:
    """List the contracts with agencies."""
    _reads_contracts()
    items = [contract_document(row) for row in contracts.contracts(g.desk, g.viewer)]
    return json_response({"items": items, "next": None})


@contracts_api.post("")
@once
@staff_only
@contracts_api.input(NewContract, arg_name="body")
@contracts_api.output(models.ContractDocument, status_code=201, description="The new contract")
def make_service_contract(body: NewContract) -> Response:
    """Write a contract down."""

    def act() -> Answer:
        _only("approve_services")
        return Answer(201, contract_document(contracts.make_contract(g.desk, body)))

    return answered(g.desk, key_of_request(), act)


@contracts_api.get("/<int:number>/settlement")
@staff_only
@contracts_api.input(models.SheetQuery, location="query", arg_name="asked")
@contracts_api.output(models.SheetDocument, description="What was accepted within the month")
def read_settlement(number: int, asked: models.SheetQuery) -> Response:
    """Read the sheet an agency is paid by for a month."""
    _reads_contracts()
    contract = contracts.contract_for(g.desk, g.viewer, number)
    sheet = sheet_of(g.desk, contract, date.fromisoformat(f"{asked.month}-01"))
    lines = [
        {
            "item": line.item.code,
            "name": line.item.name,
            "price": line.price,
            "times": line.times,
            "persons": line.persons,
            "late": line.late,
            "worker_missed": line.missed,
            "fen": line.fen,
        }
        for line in sheet.lines
    ]
    return json_response({"contract": contract.id, "month": asked.month, "lines": lines, "fen": sheet.fen})


def _only(work: str) -> None:
    if not may(g.desk, g.viewer, work):
        raise NotForYou


def _reads_contracts() -> None:
    if not reads_contracts(g.desk, g.viewer):
        raise NotForYou


def order_document(line: OrderLine) -> dict[str, Any]:
    """An order as lists have it."""
    desk: Desk = g.desk
    order, item, outside = line.order, line.item, serves(g.viewer)
    plain = (
        "id",
        "version",
        "item",
        "state",
        "agency",
        "price",
        "worker",
        "late_minutes",
        "signer",
        "signed_how",
        "rating",
        "rated_how",
    )
    counted = ("recipient_missed", "worker_missed", "done")
    moments = ("planned_at", "checked_in_at", "accepted_at")
    return {
        **{name: getattr(order, name) for name in (*plain, *counted)},
        **{name: moment(at) if (at := getattr(order, name)) else None for name in moments},
        "reason": order.open(desk.vault, "reason"),
        "kind": item.kind,
        "name": item.name,
        "checklist": item.checklist,
        "division": line.division,
        "household": None if outside else order.household_id,
        "need": None if outside else order.need_id,
        "recipient": line.member.name_masked if line.member and not outside else None,
        "steps": open_steps(desk, g.viewer, order),
        "contract": order.contract_id,
        "serve_by": order.serve_by.isoformat() if order.serve_by else None,
        "proposed_by": None if outside else order.proposed_by,
        "proposed_at": moment(order.proposed_at),
    }


def whole_order(order: ServiceOrder) -> dict[str, Any]:
    """An order with the pictures that came with it, which an agency handed in and has no more to do with."""
    files = [] if serves(g.viewer) else results.files_of(g.desk, order)
    return {
        **order_document(line_of(g.desk, order)),
        "files": [
            {
                **{name: getattr(file, name) for name in ("kind", "ground", "agreed")},
                "id": str(file.attachment_id),
                "keep_until": file.keep_until.isoformat(),
                "erased_at": moment(file.erased_at) if file.erased_at else None,
            }
            for file in files
        ],
    }


def contract_document(row: ServiceContract) -> dict[str, Any]:
    """A contract."""
    return row.model_dump(mode="json", exclude={"made_by", "made_at"})
