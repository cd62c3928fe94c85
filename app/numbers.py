"""Where a message finds the citizen's number: in the vault, at the moment it is sent."""

from dataclasses import dataclass

from sqlmodel import Session, select

from tickets.ground.vault import Vault
from tickets.ticket import Identity, Ticket


@dataclass(frozen=True)
class VaultNumbers:
    """Reads numbers from the vault."""

    vault: Vault

    def phone_of(self, session: Session, ticket_id: int) -> str | None:
        """The number of the ticket's citizen as it is now."""
        identity = session.get(Identity, ticket_id)
        return identity.open(self.vault, "phone") if identity else None

    def wants_no_texts(self, session: Session, ticket_id: int) -> bool:
        """Whether the ticket's citizen said so, on the telephone or on a form."""
        return bool(session.exec(select(Ticket.no_sms).where(Ticket.id == ticket_id)).first())
