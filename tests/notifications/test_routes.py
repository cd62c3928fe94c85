"""The shares as rows: the clock moves them once a minute, people with a reason, and every move is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from notifications.health import Reason
from notifications.message import Fate
from notifications.outbox import now_of
from notifications.providers import Trouble
from notifications.providers.recorder import Recorder
from notifications.pulse import ProviderMinute, Pulse, note_try, pulses_of
from notifications.receipts import take_receipt
from notifications.routes import RouteRow, ShiftRow, move_by_hand, routes_of, shifts_of, tend
from notifications.routing import EVERY, Way
from notifications.rules import Rules
from notifications.wording import Wording
from tests.notifications.makers import REGISTERED, Phones, Post
from tests.server import unguarded
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault

Sessions = Callable[[], Session]
PassTime = Callable[[timedelta], None]

HOME, OTHER = Recorder("home"), Recorder("other")
TWO = {"home": HOME, "other": OTHER}
NAMES = list(TWO)


def try_out(sessions: Sessions, provider: str, *, failed: int, well: int = 0, took: float = 0.1) -> None:
    """Let *provider* have been called just now."""
    for trouble in [Trouble.UNREACHABLE] * failed + [None] * well:
        with sessions() as session, session.begin():
            note_try(session, provider, new_id(), trouble, took)


def tended(sessions: Sessions, rules: Rules | None = None) -> int:
    with sessions() as session, session.begin():
        return len(tend(session, TWO, rules or Rules()))


def shares(sessions: Sessions, prefix: str = EVERY) -> dict[str, int]:
    with sessions() as session:
        return {way.provider: way.share for way in routes_of(session, NAMES)[prefix]}


@pytest.fixture
def pass_time(owner: Engine) -> PassTime:
    """All that happened, so much longer ago."""

    def pass_it(length: timedelta) -> None:
        with owner.begin() as connection, unguarded(connection, "provider_shift"):
            for table, column in (("provider_shift", "at"), ("provider_minute", "minute")):
                connection.execute(
                    text(f"update {table} set {column} = {column} - :length"),  # noqa: S608 the words above
                    {"length": length},
                )

    return pass_it


def test_what_happened_in_one_minute_is_counted_together_by_all(sessions: Sessions) -> None:
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: try_out(sessions, "home", failed=5, well=5), range(8)))
    with sessions() as session:
        assert pulses_of(session.connection(), NAMES, now_of(session)) == {
            "home": Pulse(tried=80, failed=40),
            "other": Pulse(),
        }
        assert len(session.exec(select(ProviderMinute)).all()) <= 32


def test_a_provider_that_fails_loses_its_share_by_the_minute_and_each_move_is_a_row(
    sessions: Sessions, pass_time: PassTime
) -> None:
    try_out(sessions, "home", failed=4, well=2)

    assert shares(sessions) == {"home": 100, "other": 0}
    assert tended(sessions) == 1
    assert shares(sessions) == {"home": 90, "other": 10}
    assert tended(sessions) == 0  # a minute is not over

    pass_time(timedelta(minutes=1))
    assert tended(sessions) == 1
    assert shares(sessions) == {"home": 80, "other": 20}
    with sessions() as session:
        newest = shifts_of(session, most=2)
    told = {(row.provider, row.before, row.after) for row in newest}
    assert told == {("home", 90, 80), ("other", 10, 20)}
    assert {(row.prefix, row.reason, row.about, row.bad, row.seen, row.by) for row in newest} == {
        (EVERY, Reason.FAILING, "home", 4, 6, "clockwork")
    }


def test_two_clocks_at_once_move_it_once(sessions: Sessions) -> None:
    try_out(sessions, "home", failed=6)
    with ThreadPoolExecutor(4) as workers:
        made = sum(workers.map(lambda _: tended(sessions), range(4)))

    assert made == 1
    assert shares(sessions) == {"home": 90, "other": 10}


def test_all_slow_nothing_is_done(sessions: Sessions) -> None:
    try_out(sessions, "home", failed=0, well=6, took=6.0)
    try_out(sessions, "other", failed=0, well=6, took=9.0)

    assert tended(sessions) == 0


def test_it_drifts_back_once_the_trouble_is_over(sessions: Sessions, pass_time: PassTime) -> None:
    try_out(sessions, "home", failed=6)
    tended(sessions)
    pass_time(timedelta(minutes=10))

    assert tended(sessions) == 1
    assert shares(sessions) == {"home": 100, "other": 0}
    with sessions() as session:
        assert {row.reason for row in shifts_of(session, most=2)} == {Reason.BACK}


@pytest.fixture
def post(sessions: Sessions, vault: Vault, wording: Wording, phones: Phones) -> Post:
    return Post(sessions, vault, wording, phones, Recorder("home"))


def test_texts_of_which_nobody_hears_are_slow_texts(
    post: Post, sessions: Sessions, pass_time: PassTime
) -> None:
    """Ten left eight minutes ago; of six a receipt came in time, of one late, of three none."""
    post.lay_in(*[REGISTERED] * 10)
    post.deliver()
    for place, message in enumerate(post.messages()[:7]):
        with sessions() as session, session.begin():
            wait = timedelta(minutes=9) if place == 6 else timedelta(seconds=20)
            assert message.sent_at is not None
            take_receipt(
                session,
                provider="home",
                our_id=message.id,
                sid=message.provider_sid or "",
                status="delivered",
                fate=Fate.DELIVERED,
                error=None,
                at=message.sent_at + wait,
            )
    pass_time(timedelta(minutes=8))
    with sessions() as session:
        assert pulses_of(session.connection(), ["home"], now_of(session)) == {
            "home": Pulse(sent=10, arrived=6)
        }
    assert tended(sessions) == 1
    assert shares(sessions) == {"home": 90, "other": 10}


def test_a_route_of_mainland_numbers_leaves_out_who_sits_abroad(
    sessions: Sessions, pass_time: PassTime
) -> None:
    abroad = Recorder("other", abroad=True)
    try_out(sessions, "home", failed=6)
    with sessions() as session, session.begin():
        ways = (Way("home", 90, 90), Way("other", 10, 10))
        move_by_hand(session, NAMES, "+86", ways, by="admin", said="分流")
    pass_time(timedelta(minutes=1))
    with sessions() as session, session.begin():
        tend(session, {"home": HOME, "other": abroad}, Rules())
    assert shares(sessions, "+86") == {"home": 90, "other": 10}
    assert shares(sessions, EVERY) == {"home": 90, "other": 10}

    with sessions() as session, session.begin():
        tend(session, {"home": HOME, "other": abroad}, Rules(assessment="x"))
    assert shares(sessions, "+86") == {"home": 80, "other": 20}


def test_moved_by_hand_with_words_and_taken_away_again(sessions: Sessions) -> None:
    with sessions() as session, session.begin():
        ways = (Way("home", 20, 60), Way("other", 80, 40))
        move_by_hand(session, NAMES, "+8613", ways, by="admin", said="通道检修")
    assert shares(sessions, "+8613") == {"home": 20, "other": 80}

    with sessions() as session, session.begin():
        move_by_hand(session, NAMES, "+8613", (), by="admin", said="检修结束")
    with sessions() as session:
        assert "+8613" not in routes_of(session, NAMES)
        assert session.exec(select(RouteRow)).all() == []
        kept = [(row.before, row.after, row.said, row.by) for row in shifts_of(session, most=9)]
    assert set(kept) == {
        (None, 20, "通道检修", "admin"),
        (None, 80, "通道检修", "admin"),
        (20, None, "检修结束", "admin"),
        (80, None, "检修结束", "admin"),
    }
    with sessions() as session:
        assert len(session.exec(select(ShiftRow)).all()) == 4
