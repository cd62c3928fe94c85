"""How many texts a number gets on a day, and what a day may cost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from notifications.carriers import Carriers
from notifications.message import Fate
from notifications.outbox import Outbox
from notifications.providers import Trouble
from notifications.providers.recorder import Recorder
from notifications.quiet import Quiet
from notifications.rules import Held, Most
from notifications.spending import (
    DISTRICT,
    HOTLINE,
    TextBudget,
    TextSpending,
    day_of,
    next_day,
)
from notifications.standing import ASKED_FOR, COURTESY, HELPFUL, NOTICES
from notifications.table import TABLE
from notifications.wording import Wording
from tests.notifications.makers import FOREIGN, REGISTERED, TICKET, Phones, Post, a_ticket
from tests.notifications.test_wording import DISPATCHED, LATE, TO_CALLBACK
from tickets.ground.facts import CodeReissued, ProgressAsked
from tickets.ground.vault import Vault
from tickets.ground.words import Stage

TO_ANSWER = replace(TO_CALLBACK, to="closed")
DAY = timedelta(days=1)
MOST_ORDINARY, MOST_OF_ALL = Most().ordinary, Most().of_all
OTHER = TICKET + 1


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def post(
    sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones, recorder: Recorder
) -> Post:
    phones.known[OTHER] = FOREIGN
    with sessions() as session, session.begin():
        session.merge(a_ticket(OTHER))
    return Post(sessions, vault, wording, phones, recorder)


def stand(post: Post) -> list[tuple[str, str | None]]:
    return [(message.fate, message.held_because) for message in post.messages()]


def spent(post: Post) -> dict[str, tuple[int, int]]:
    with post.sessions() as session:
        return {row.unit: (row.texts, row.segments) for row in session.exec(select(TextSpending)).all()}


def allow(post: Post, **budgets: int) -> None:
    with post.sessions() as session, session.begin():
        session.add_all([TextBudget(unit=unit, segments_a_day=most) for unit, most in budgets.items()])


def test_every_text_is_a_notice_helpful_a_courtesy_or_asked_for() -> None:
    names = {rule.template for rules in TABLE.values() for rule in rules}
    kinds = [set(NOTICES), set(HELPFUL), set(COURTESY), set(ASKED_FOR)]

    assert set.union(*kinds) == names
    assert sum(map(len, kinds)) == len(names)


def test_the_fifth_text_to_a_number_waits_until_tomorrow_and_a_notice_does_not(
    post: Post, recorder: Recorder
) -> None:
    post.lay_in(*[DISPATCHED] * MOST_ORDINARY, REGISTERED)
    post.deliver()
    # On its own: of those that are due at one moment any may be taken first.
    post.lay_in(DISPATCHED, first_seq=MOST_ORDINARY + 2)
    post.deliver()

    assert stand(post) == [*[(Fate.SENT, None)] * (MOST_ORDINARY + 1), (Fate.QUEUED, Held.ENOUGH_TODAY)]
    waits = post.messages()[-1]
    assert waits.not_before == next_day(waits.created_at)
    assert post.deliver() == 0  # nobody looks at it before tomorrow

    post.pass_time(DAY)
    post.deliver()

    assert len(recorder.taken) == MOST_ORDINARY + 2
    assert post.messages()[-1].fate == Fate.SENT


def test_texts_about_all_tickets_of_a_number_count_together_and_other_numbers_do_not(post: Post) -> None:
    post.lay_in(*[DISPATCHED] * MOST_ORDINARY)
    post.lay_in(LATE, ticket=OTHER)
    post.deliver()
    assert stand(post).count((Fate.QUEUED, Held.ENOUGH_TODAY)) == 1

    post.phones.known[OTHER] = "+15005550124"
    with post.sessions() as session, session.begin():
        session.connection().execute(text("update message set not_before = created_at where fate = 'queued'"))
    post.deliver()

    assert stand(post) == [(Fate.SENT, None)] * (MOST_ORDINARY + 1)


def test_workers_that_take_at_the_same_moment_count_one_after_the_other(post: Post) -> None:
    post.lay_in(*[DISPATCHED] * (2 * MOST_ORDINARY))
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda _number: post.deliver(most=2), range(8)))

    assert stand(post).count((Fate.SENT, None)) == MOST_ORDINARY
    assert stand(post).count((Fate.QUEUED, Held.ENOUGH_TODAY)) == MOST_ORDINARY


def test_nobody_gets_more_than_so_many_texts_of_any_kind(post: Post) -> None:
    post.lay_in(*[REGISTERED] * (MOST_OF_ALL + 1))
    post.deliver()

    assert stand(post).count((Fate.SENT, None)) == MOST_OF_ALL
    assert stand(post).count((Fate.QUEUED, Held.ENOUGH_TODAY)) == 1


def test_what_waited_gives_way_to_the_newest_text_of_its_ticket(post: Post, recorder: Recorder) -> None:
    post.rules = replace(post.rules, quiet=Quiet(time(0), time(0), days=frozenset()))
    post.lay_in(DISPATCHED, TO_CALLBACK, LATE)
    post.lay_in(DISPATCHED, ticket=OTHER)
    post.deliver()
    post.rules = replace(post.rules, quiet=None)
    post.pass_time(DAY + timedelta(minutes=2))
    post.deliver()

    fates = {(message.ticket_id, message.template): message for message in post.messages()}
    overtaken = {key for key, message in fates.items() if message.held_because == Held.OVERTAKEN}
    assert overtaken == {(TICKET, "transferred"), (TICKET, "survey")}
    assert {message.fate for key, message in fates.items() if key in overtaken} == {Fate.EXPIRED}
    assert len(recorder.taken) == 3  # the answer, that it is late, and the other ticket's


def test_what_a_citizen_asked_for_meanwhile_takes_no_survey_away(post: Post) -> None:
    """It says where the matter stands, and asks nothing; nor does a new tracking code."""
    post.rules = replace(post.rules, quiet=Quiet(time(0), time(0), days=frozenset()))
    post.lay_in(TO_CALLBACK, ProgressAsked(stage=Stage.ANSWERED, due_at=None, late=False))
    post.lay_in(DISPATCHED, CodeReissued(tracking_code="380614"), ticket=OTHER)
    post.deliver()
    post.rules = replace(post.rules, quiet=None)
    post.pass_time(DAY + timedelta(minutes=2))
    post.deliver()

    assert {message.template for message in post.messages() if message.fate == Fate.SENT} >= {
        *("survey", "progress_answered", "transferred", "code_again")
    }


def test_a_text_that_was_not_taken_costs_nothing_until_it_is(post: Post, recorder: Recorder) -> None:
    post.phones.units[TICKET] = "panlong-civil"
    post.lay_in(REGISTERED)
    recorder.troubles = [Trouble.BUSY]
    post.deliver()
    assert (post.only().counted_on, spent(post)) == (None, {"panlong-civil": (0, 0)})

    post.pass_time(timedelta(hours=1))
    post.deliver()
    message = post.only()

    assert (message.fate, message.unit) == (Fate.SENT, "panlong-civil")
    assert message.counted_on is not None
    assert spent(post) == {"panlong-civil": (1, message.segments)}


def test_a_second_try_after_no_answer_is_counted_once(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED)
    recorder.troubles = [Trouble.OUTCOME_UNKNOWN]
    post.deliver()
    post.pass_time(timedelta(minutes=2))
    post.deliver()

    assert len(recorder.taken) == 1
    assert spent(post) == {HOTLINE: (1, 1)}


def test_what_was_not_found_at_the_provider_and_waits_for_the_morning_is_not_counted(
    post: Post, recorder: Recorder
) -> None:
    """Nobody got it on the day of the first try; it counts on the day it goes."""
    post.lay_in(DISPATCHED)
    with post.sessions() as session, session.begin():
        assert Outbox(session, Carriers.of(recorder), post.rules).take_next(post.phones, post.vault)
    assert spent(post) == {HOTLINE: (1, 1)}

    post.pass_time(post.rules.lease)
    post.rules = replace(post.rules, quiet=Quiet(time(0), time(0), days=frozenset()))
    post.deliver()

    held = post.only()
    assert (held.held_because, held.counted_on, recorder.taken) == (Held.QUIET_HOURS, None, [])
    assert spent(post) == {HOTLINE: (0, 0)}


@pytest.mark.parametrize("whose", ["panlong-civil", DISTRICT])
def test_a_budget_that_is_used_up_holds_back_all_but_notices(post: Post, whose: str) -> None:
    post.phones.units[TICKET] = "panlong-civil"
    post.lay_in(DISPATCHED)
    allow(post, **{whose: post.only().segments or 0})
    post.deliver()
    post.lay_in(LATE, TO_ANSWER, first_seq=2)
    post.deliver()

    assert stand(post) == [(Fate.SENT, None), (Fate.QUEUED, Held.NO_BUDGET), (Fate.SENT, None)]

    post.pass_time(DAY)
    with post.sessions() as session, session.begin():
        session.connection().execute(text("update text_spending set day = day - 1"))
    post.deliver()

    # What waited is worth no text any more: the answer said it.
    assert stand(post)[1] == (Fate.EXPIRED, Held.OVERTAKEN)


def test_one_units_budget_is_not_anothers(post: Post) -> None:
    post.phones.units[TICKET] = "panlong-civil"
    allow(post, housing=0)
    post.lay_in(DISPATCHED)
    post.deliver()

    assert post.only().fate == Fate.SENT


def test_days_are_the_districts_days() -> None:
    just_before = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)

    assert day_of(just_before + timedelta(seconds=1)) - day_of(just_before) == DAY
    assert next_day(just_before) - just_before == timedelta(seconds=1)
