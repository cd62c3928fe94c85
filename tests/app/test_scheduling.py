"""Ticks go on whatever happens to the machine's clock: forward once, back at once."""

from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from app.scheduling import Every, awaken

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECOND, YEAR = timedelta(seconds=1), timedelta(days=365)


def test_the_next_time_is_an_interval_after_the_last() -> None:
    assert Every(SECOND).get_next_fire_time(NOON, NOON + SECOND / 10) == NOON + SECOND


def test_what_was_missed_is_not_made_up_for() -> None:
    next_at = Every(SECOND).get_next_fire_time(NOON, NOON + YEAR)

    assert next_at == NOON + YEAR + SECOND


def test_ticks_left_asleep_by_a_clock_put_back_run_at_once() -> None:
    ran = Event()
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    scheduler.add_job(ran.set, Every(SECOND), next_run_time=datetime.now(UTC) + YEAR)
    scheduler.start()
    try:
        assert awaken(scheduler) == 1
        assert ran.wait(10)
    finally:
        scheduler.shutdown()


def test_ticks_that_only_wait_for_their_time_go_on_waiting() -> None:
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    scheduler.add_job(print, Every(timedelta(hours=1)))
    scheduler.add_job(print, Every(SECOND))
    scheduler.start(paused=True)
    try:
        assert awaken(scheduler) == 0
    finally:
        scheduler.shutdown()
