"""What rings, and what does not."""

from datetime import UTC, datetime, timedelta

import pytest

from app.language.text_words import TROUBLES
from app.texts.alarms import Alarm, Ringing, ringing
from app.texts.state import Budget, Hour, Waiting
from notifications.message import Fate
from notifications.providers import Trouble

NOW = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def hour(ago: int, provider: str = "twilio", **fates: int) -> Hour:
    began = NOW.replace(minute=0) - timedelta(hours=ago)
    return Hour(began, {provider: {Fate(fate): texts for fate, texts in fates.items()}})


def waits(due: datetime | None, *, texts: int = 1, stuck: int = 0) -> Waiting:
    return Waiting(None, texts, due or NOW + MINUTE, stuck, due)


def names(*, waiting: tuple[Waiting, ...] = (), hours: tuple[Hour, ...] = ()) -> list[Alarm]:
    return [one.alarm for one in ringing(NOW, waiting, hours, ())]


def test_a_quiet_house_rings_nothing() -> None:
    assert ringing(NOW, [waits(None, texts=5000)], [hour(0, delivered=900, undeliverable=9)], []) == []


def test_what_should_be_gone_rings_after_a_minute() -> None:
    late = waits(NOW - 2 * MINUTE, texts=7)

    assert names(waiting=(waits(NOW - timedelta(seconds=59)),)) == []
    assert ringing(NOW, [late], [], []) == [Ringing(Alarm.BACKLOG, "", 7, late.due)]


def test_texts_without_an_outcome_ring() -> None:
    assert ringing(NOW, [waits(None, stuck=3)], [], []) == [Ringing(Alarm.STUCK, "", 3)]


@pytest.mark.parametrize(
    "hours, rings",
    [
        ((hour(2, sent=20),), True),
        ((hour(2, sent=19),), False),
        # Their receipts may still come.
        ((hour(1, sent=500),), False),
        ((hour(2, sent=500, delivered=1),), False),
        # It was silent once, and tells again.
        ((hour(1, delivered=1), hour(4, sent=500)), False),
        # Another provider's receipts say nothing about this one.
        ((hour(1, "aliyun", delivered=1), hour(2, sent=20)), True),
        # The simulator tells everything at once.
        ((hour(2, "simulator", sent=500),), False),
    ],
)
def test_a_provider_that_tells_nothing_rings(hours: tuple[Hour, ...], rings: bool) -> None:
    assert (Alarm.SILENCE in names(hours=hours)) is rings


def test_a_silent_provider_rings_once() -> None:
    silent = (hour(2, sent=30), hour(3, sent=40))

    assert ringing(NOW, [], silent, []) == [Ringing(Alarm.SILENCE, "twilio", 30, silent[0].hour)]


@pytest.mark.parametrize(
    "hours, rings",
    [
        ((hour(0, delivered=18, given_up=2),), True),
        ((hour(0, delivered=19, given_up=1),), False),
        ((hour(0, delivered=9), hour(1, delivered=9, undeliverable=2)), True),
        # Too few to tell, or long over.
        ((hour(0, given_up=19),), False),
        ((hour(0), hour(1), hour(2, given_up=500)), False),
    ],
)
def test_many_that_do_not_arrive_ring(hours: tuple[Hour, ...], rings: bool) -> None:
    assert (Alarm.REFUSED in names(hours=hours)) is rings


@pytest.mark.parametrize("spent, rings", [(79, False), (80, True), (130, True)])
def test_a_budget_rings_before_it_is_used_up(spent: int, rings: bool) -> None:
    found = ringing(NOW, [], [], [Budget("district", 100, spent)])

    assert found == ([Ringing(Alarm.BUDGET, "district", spent)] if rings else [])


def test_a_budget_of_nothing_is_used_up() -> None:
    assert Budget("district", 0, 0).used == 1


def test_every_trouble_has_words() -> None:
    assert set(TROUBLES) == set(Trouble)
