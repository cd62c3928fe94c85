"""Where a message finds the citizen's number and the unit it is for, at the moment it is sent."""

from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from tickets.ground.flow import OrderRole
from tickets.ground.vault import Vault
from tickets.ticket import Identity, Order, Ticket


@dataclass(frozen=True)
class VaultNumbers:
    """Reads numbers from the vault, and units from the orders."""

    vault: Vault

    def phone_of(self, session: Session, ticket_id: int) -> str | None:
        """The number of the ticket's citizen as it is now."""
        identity = session.get(Identity, ticket_id)
        return identity.open(self.vault, "phone") if identity else None

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
