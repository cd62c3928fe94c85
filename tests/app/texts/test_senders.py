"""A slow provider holds up the text it has, and no other; nor does a call to it hold a connection."""

from dataclasses import dataclass, field
from threading import Barrier, Event

from sqlalchemy import text

from app.clockwork import TIMETABLE, planned, send_messages
from app.factory import create_app
from app.wiring import House
from notifications.providers import Parcel, Sent
from notifications.providers.recorder import Recorder
from tests.makers import Api

#: So many sit in a call to the provider at the same time.
AT_ONCE = 4

IN_TRANSACTION = text(
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    " and state like 'idle in transaction%'"
)


@dataclass
class Slow(Recorder):
    """Answers nobody before so many are calling; looks then whether any of them holds a transaction."""

    house: House | None = None
    met: Event = field(default_factory=Event)
    held: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.barrier = Barrier(AT_ONCE, action=self._look)

    def send(self, parcel: Parcel) -> Sent:
        """Wait for the others."""
        self.barrier.wait(timeout=30)
        return super().send(parcel)

    def _look(self) -> None:
        """All of them wait, and none goes on before this is done."""
        assert self.house is not None
        with self.house.engine.connect() as connection:
            self.held.append(connection.execute(IN_TRANSACTION).scalar_one())
        self.met.set()


def test_texts_behind_a_slow_call_do_not_wait_for_it(fresh_house: House) -> None:
    provider = Slow(house=fresh_house)
    vars(fresh_house)["providers"] = {provider.name: provider}
    api = Api(create_app(fresh_house.settings, fresh_house), fresh_house)
    for _number in range(AT_ONCE):
        api.register()
    scheduler = planned(fresh_house)
    for job in scheduler.get_jobs():
        if job.id != send_messages.__name__:
            job.remove()
    scheduler.start()
    try:
        assert provider.met.wait(30), "the senders never met"
    finally:
        scheduler.shutdown(wait=True)

    assert provider.held == [0]
    assert len({parcel.our_id for parcel in provider.taken}) == len(provider.taken) == AT_ONCE


def test_only_senders_work_side_by_side() -> None:
    assert [tick.run for tick in TIMETABLE if tick.at_once > 1] == [send_messages]
