"""The routes of `/api/v1/assistance/service-orders` and `/service-contracts`: one route a step."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.api import service_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import contracts
from app.assistance.service_bodies import NewContract, NewOrder
from app.assistance.service_doors import DOORS, may, open_steps, order_for, reads_contracts, serves, take
from app.assistance.service_orders import propose, show_recipient
from app.house import most_looks
from app.reading.services import OrderLine, items_of, line_of, orders_for, sheet_of
from tickets.assistance.service_orders import ServiceContract
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
@services_api.output(models.OrderDocument, description="The order")
def read_service_order(number: int) -> Response:
    """Read one service order."""
    order, _household = order_for(g.desk, g.viewer, number)
    return json_response(order_document(line_of(g.desk, order)))


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

        def act() -> Answer:
            order = take(g.desk, g.viewer, number, step, body)
            g.desk.clear()
            return Answer(200, order_document(line_of(g.desk, order)))

        return answered(g.desk, key_of_request(), act)

    view.__name__ = f"{step}_service_order"
    view.__doc__ = DOES[step]
    described = services_api.output(models.OrderDocument, description="The order after it")(view)
    described = services_api.input(door.body, arg_name="body")(described)
    services_api.post(f"/<int:number>/{step}")(once(staff_only(described)))


for _step in DOORS:
    _add_step(_step)


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
        "rating",
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


def contract_document(row: ServiceContract) -> dict[str, Any]:
    """A contract."""
    return row.model_dump(mode="json", exclude={"made_by", "made_at"})
