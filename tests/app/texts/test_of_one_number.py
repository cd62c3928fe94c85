"""What is asked about one number goes through indexes: it is asked for each text, however many there are."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from app.texts.numbers import VaultNumbers
from app.wiring import House
from notifications.inbox import surveyed_last
from notifications.message import Message
from notifications.rules import Most
from notifications.spending import day_of, has_room
from notifications.standing import ORDINARY
from tests.plans import plans_of
from tickets.ground.desk import CITIZEN
from tickets.ground.words import Language

PHONE = "+8613900001234"


def test_questions_about_a_number_ask_for_its_tickets_and_orders(house: House) -> None:
    numbers = VaultNumbers(house.vault)
    tickets, orders = numbers.tickets_of(PHONE), numbers.orders_of(PHONE)
    with house.open_desk(CITIZEN) as desk:
        now = desk.now()
    message = Message(
        ticket_id=1,
        seq=1,
        fact="dispatched",
        template=min(ORDINARY),
        template_version="1",
        language=Language.CHINESE,
        body=b"",
        not_before=now,
        valid_until=now,
        created_at=now,
    )

    indexes = {
        **_asked(house, lambda session: has_room(session, message, tickets, orders, day_of(now), Most())),
        **_asked(house, lambda session: surveyed_last(session, [1, 2], orders, now + timedelta(days=1))),
    }

    assert {"message_counted", "message_of_fact", "message_of_order"} <= indexes.keys()


def _asked(house: House, question: Callable[[Session], object]) -> dict[str, str]:
    """The indexes of texts, and what each is asked with."""

    def ask() -> None:
        with house.read() as session:
            question(session)

    (plan,) = plans_of(house.engine, ask, with_few_rows=True)
    return {name: asked for name, asked in plan.asked_with.items() if name.startswith("message_")}
