"""Contracts with agencies: made by the bureau; a time of their quota is taken and given back under a lock."""

from datetime import date

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.admin.ledger import write_house_fact
from app.assistance.service_bodies import NewContract
from tickets.assistance.needs import next_number
from tickets.assistance.service_orders import CONTRACTS, ServiceContract, ServiceItem
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.words import UnitKind


class NoSuchContract(NotFound):
    """There is no such contract for this viewer."""

    code = "no_such_contract"


def make_contract(desk: Desk, wanted: NewContract) -> ServiceContract:
    """
    Write down a contract; the house's ledger keeps its terms, not the names of who serves.

    :raises FieldsRefused: the unit is no agency, or a priced item is none.
    """
    unit = desk.rules.units.get(wanted.agency)
    if unit is None or unit.kind != UnitKind.AGENCY or not unit.active:
        raise bad_field("agency", "no_agency")
    known = set(desk.session.exec(select(ServiceItem.code)).all())
    if not set(wanted.prices) <= known:
        raise bad_field("prices", "unknown_service")
    contract = ServiceContract(
        id=next_number(desk.session, CONTRACTS),
        **wanted.model_dump(exclude={"workers"}),
        workers=[*wanted.workers],
        made_by=desk.actor.username,
        made_at=desk.now(),
    )
    desk.add(contract)
    write_house_fact(desk, "contract_made", str(contract.id), {}, wanted.model_dump(exclude={"workers"}))
    return contract


def take_one(desk: Desk, number: int, item: str, day: date) -> ServiceContract:
    """
    Take one time of a contract's quota; two at once wait for each other.

    :raises FieldsRefused: there is no such contract, it is not in force, or does not have the item.
    :raises Refused: the quota is used up.
    """
    contract = _locked(desk, number)
    if contract is None:
        raise bad_field("contract", "unknown_contract")
    if not contract.starts_on <= day <= contract.ends_on:
        raise bad_field("contract", "contract_not_in_force")
    if item not in contract.prices:
        raise bad_field("contract", "item_not_in_contract")
    if contract.used >= contract.quota:
        raise Refused("quota_used_up", quota=contract.quota)
    contract.used += 1
    return contract


def give_back(desk: Desk, number: int) -> None:
    """Give a time back that was not served."""
    contract = _locked(desk, number)
    if contract is not None:
        contract.used -= 1


def _locked(desk: Desk, number: int) -> ServiceContract | None:
    query = select(ServiceContract).where(ServiceContract.id == number).with_for_update()
    # The row as it is now, not as this desk read it before it waited.
    return desk.session.exec(query, execution_options={"populate_existing": True}).one_or_none()


def contracts(desk: Desk, viewer: Viewer) -> list[ServiceContract]:
    """Every contract, an agency's own for an agency; newest first."""
    query = select(ServiceContract).where(_seen(viewer)).order_by(col(ServiceContract.id).desc())
    return list(desk.session.exec(query).all())


def contract_for(desk: Desk, viewer: Viewer, number: int) -> ServiceContract:
    """
    The contract with this number.

    :raises NoSuchContract: there is none for this viewer.
    """
    query = select(ServiceContract).where(ServiceContract.id == number, _seen(viewer))
    found = desk.session.exec(query).one_or_none() if number < 2**63 else None
    if found is None:
        raise NoSuchContract
    return found


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    own = viewer.role in RULES.assistance["serve"]
    return col(ServiceContract.agency) == viewer.unit if own else true()
