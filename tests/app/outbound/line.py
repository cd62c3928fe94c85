"""The house that rings, Twilio's double behind it, and what a test does with both."""

from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlmodel import col, select

from app.clockwork import send_messages
from app.outbound.placing import Caller
from app.outbound.rows import OutboundCall
from app.outbound.rules import Hours
from app.wiring import House
from tests.app.outbound.picking_up import Callee
from tests.doubles.carrier import TwilioDouble
from tests.makers import CALL, Api
from tickets.ticket import Ticket

ALL_DAY = Hours(time.min, time.max)


@dataclass
class Line:
    """The house and the double together."""

    house: House
    twilio: TwilioDouble
    door: FlaskClient
    api: Api

    def landline(self, **asks: Any) -> tuple[str, str]:
        """A ticket of a landline that waits for its citizen's word; gives its number and the citizen's."""
        phone = asks.setdefault("phone", f"+86871{60000000 + uuid4().int % 9999999:08d}")
        made = self.api.ticket_in("callback", requester={**CALL["requester"], **asks})
        send_messages(self.house)
        return made["ref"], phone

    def stands(self, ref: str) -> Ticket:
        """The row of a ticket."""
        with self.house.read() as session:
            return session.exec(select(Ticket).where(Ticket.ref == ref)).one()

    def caller(self, **more: object) -> Caller:
        """Who places calls, at any hour."""
        settings = self.house.settings.model_copy(update=more)
        return replace(Caller.of(replace(self.house, settings=settings)), hours=ALL_DAY)

    def rung(self, phone: str) -> list[dict[str, Any]]:
        """The calls the provider has to a number."""
        return [call for call in self.twilio.calls() if call["to"] == phone]

    def call_of(self, ref: str) -> OutboundCall:
        """The newest call about a ticket."""
        with self.house.read() as session:
            query = select(OutboundCall).join(Ticket, col(Ticket.id) == col(OutboundCall.ticket_id))
            newest = query.where(Ticket.ref == ref).order_by(col(OutboundCall.id).desc()).limit(1)
            return session.exec(newest).one()

    def callee(self, ref: str, phone: str) -> Callee:
        """Let the house ring; gives the other end."""
        self.caller().run()
        (call,) = [one for one in self.rung(phone) if one["status"] == "queued"]
        return Callee(self.door, str(self.call_of(ref).id), call["sid"], phone)

    def later(self, ref: str, what: str) -> None:
        """Let a moment of a ticket's newest call lie an hour back, and look after all calls."""
        with self.house.engine.begin() as connection:
            connection.execute(
                text(f"update outbound_call set {what} = {what} - interval '3 hours' where id = :id"),  # noqa: S608
                {"id": self.call_of(ref).id},
            )
        self.caller().run()

    def over(self, callee: Callee, ref: str, status: str = "completed") -> OutboundCall:
        """End the call, and let what came of it be settled."""
        callee.end(status)
        # A double that still had it queued would be rung for by the next test, too.
        self.twilio.end(callee.sid, status, tell=False)
        self.later(ref, "ended_at")
        return self.call_of(ref)

    def last(self, ref: str) -> dict[str, Any]:
        """The newest word of the citizen on a ticket, or try to get one."""
        facts = self.api.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"]
        found: dict[str, Any] = [fact for fact in facts if fact["what"] == "called_back"][-1]["data"]
        return found
