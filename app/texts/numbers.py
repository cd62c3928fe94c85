"""Where a message finds the citizen's number and the unit it is for, at the moment it is sent."""

from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from tickets.assistance.households import Member
from tickets.assistance.service_orders import ServiceOrder
from tickets.assistance.words import Kinship
from tickets.ground.flow import OrderRole
from tickets.ground.vault import Vault
from tickets.ticket import Identity, Order, Ticket


def served_by(session: Session, order: ServiceOrder) -> Member | None:
    """Whom a service order serves: a member, or of a household its head."""
    if order.member_id is not None:
        return session.get(Member, order.member_id)
    head = select(Member).where(
        Member.household_id == order.household_id,
        Member.kinship == Kinship.HEAD,
        col(Member.left_on).is_(None),
    )
    return session.exec(head.limit(1)).first()


@dataclass(frozen=True)
class VaultNumbers:
    """Reads numbers from the vault, and units from the orders."""

    vault: Vault

    def phone_of(self, session: Session, ticket_id: int) -> str | None:
        """The number of the ticket's citizen as it is now."""
        identity = session.get(Identity, ticket_id)
        return identity.open(self.vault, "phone") if identity else None

    def phone_of_order(self, session: Session, order_id: int) -> str | None:
        """The number of whom the order serves as it is now; of a household that of its head."""
        order = session.get(ServiceOrder, order_id)
        person = served_by(session, order) if order else None
        return person.open(self.vault, "phone") if person else None

    def orders_of(self, phone: str) -> SelectOfScalar[int]:
        """Every service order for somebody with this number, under each key while keys are rotated."""
        # Of a household its head is asked. By the household first: that is what orders are found by.
        them = or_(
            col(ServiceOrder.member_id) == col(Member.id),
            and_(col(ServiceOrder.member_id).is_(None), col(Member.kinship) == Kinship.HEAD),
        )
        return (
            select(ServiceOrder.id)
            .join(Member, col(Member.household_id) == col(ServiceOrder.household_id))
            .where(col(Member.phone_index).in_(self.vault.indexes("phone", phone)), them)
        )

    def tickets_of(self, phone: str) -> SelectOfScalar[int]:
        """Every ticket whose citizen has this number, under each key while keys are rotated."""
        return select(Identity.ticket_id).where(
            col(Identity.phone_index).in_(self.vault.indexes("phone", phone))
        )

    def unit_of(self, session: Session, ticket_id: int) -> str | None:
        """The unit that leads, or led last."""
        lead = (
            select(Order.unit)
            .where(Order.ticket_id == ticket_id, Order.role == OrderRole.LEAD)
            .order_by(col(Order.id).desc())
            .limit(1)
        )
        return session.exec(lead).first()

    def wants_no_texts(self, session: Session, ticket_id: int) -> bool:
        """Whether the ticket's citizen said so, on the telephone or on a form."""
        return bool(session.exec(select(Ticket.no_sms).where(Ticket.id == ticket_id)).first())
