"""The proof over several providers finds a text that was lost, sent twice by different ones, or left open."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from app.factory import create_app
from app.wiring import House
from notifications.message import Fate, Message
from tests.chaos.carried import Words, carried
from tests.makers import Api
from tests.server import Server


class Ledger:
    """A provider's ledger, written by the test: the messages it has."""

    def __init__(self, *has: Message, strays: int = 0) -> None:
        self._has, self._strays = Counter(message.id for message in has), strays

    def take(self, known: Words) -> int:
        return self._has.pop(known.message.id, 0)

    def gave_its_sid(self, message: Message) -> bool:
        return (message.provider_sid or "").startswith("ours")

    def left(self) -> int:
        return self._has.total() + self._strays


@pytest.fixture(scope="module")
def sent(server: Server, worker_id: str) -> Iterator[tuple[House, list[Message]]]:
    """A house with three texts that one provider has."""
    with server.district(f"carried_{worker_id}") as settings:
        house = House.of(settings, pool=4)
        api = Api(create_app(settings, house), house)
        for _ticket in range(3):
            api.register()
        with Session(house.engine) as session, session.begin():
            for place, message in enumerate(session.exec(select(Message)).all()):
                message.fate, message.provider, message.provider_sid = Fate.SENT, "one", f"ours-{place}"
        with Session(house.engine) as session:
            messages = list(session.exec(select(Message).order_by(col(Message.id))).all())
        yield house, messages
        house.engine.dispose()


def test_what_each_has_once_is_right(sent: tuple[House, list[Message]]) -> None:
    house, messages = sent
    found = carried(house, {"one": Ledger(*messages), "other": Ledger()})

    assert (found.messages, found.lost, found.doubled, found.odd) == (3, 0, 0, [])
    assert found.by == {"one": 3}


def test_lost_doubled_and_unknown_texts_are_found(sent: tuple[House, list[Message]]) -> None:
    house, (first, second, _third) = sent
    doubles = {"one": Ledger(first, second), "other": Ledger(second, strays=2)}
    found = carried(house, doubles)

    assert (found.lost, found.doubled) == (1, 1)
    assert found.odd == [
        "a message 'received' says that one has it, who has not",
        "2 texts that no message knows of",
    ]


def test_a_text_without_a_good_end_is_named_with_its_reason(sent: tuple[House, list[Message]]) -> None:
    house, messages = sent
    with Session(house.engine) as session, session.begin():
        lost, strange = session.exec(select(Message).order_by(col(Message.id)).limit(2)).all()
        lost.fate, lost.error_code = Fate.GIVEN_UP, "outcome_unknown"
        strange.provider_sid = "theirs"
    found = carried(house, {"one": Ledger(*messages)})

    assert found.odd == [
        "a message 'received' ended given_up: outcome_unknown",
        "a message 'received' has a sid that one never gave",
    ]
