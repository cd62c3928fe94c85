"""From the fact to the provider's yes: one worker each, nothing lost, nothing twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from notifications.carriers import Carriers
from notifications.message import Fate
from notifications.outbox import Outbox
from notifications.providers import Parcel, Provider, Sent, Trouble
from notifications.providers.recorder import Recorder
from notifications.quiet import Quiet
from notifications.retry import MOST_TRIES, WAITS
from notifications.rules import Held, Rules
from notifications.wording import SHANGHAI, Wording
from tests.notifications.makers import MAINLAND, REGISTERED, TICKET, Phones, Post
from tests.notifications.test_wording import DISPATCHED, TO_CALLBACK
from tests.plans import plans_of
from tickets.ground.facts import Fact
from tickets.ground.vault import Vault

LONG_AGO = timedelta(days=4)

#: More rows than a few pages hold.
MANY = 300

#: A night that begins as it ends, so that these tests read the same at any time of day.
ALWAYS_NIGHT = Quiet(time(0), time(0), days=frozenset())


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def post(
    sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones, recorder: Recorder
) -> Post:
    return Post(sessions, vault, wording, phones, recorder)


def test_a_message_is_laid_in_sealed_and_without_a_number(post: Post, vault: Vault) -> None:
    post.lay_in(REGISTERED)

    message = post.only()
    assert (message.fate, message.fact, message.template, message.language) == (
        Fate.QUEUED,
        "registered",
        "received",
        "zh_Hans",
    )
    assert b"380614" not in (message.body or b"")
    assert "380614" in message.words(vault)
    assert message.valid_until - message.not_before == timedelta(days=3)
    assert (message.to_masked, message.segments) == (None, 1)


def test_what_is_due_is_sent_once(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED, DISPATCHED)

    assert (post.deliver(), post.deliver()) == (2, 0)

    first, second = post.messages()
    assert [parcel.our_id for parcel in recorder.taken] == [first.id, second.id]
    assert (first.fate, first.provider, first.provider_sid, first.attempts) == (
        Fate.SENT,
        "recorder",
        "recorder-0",
        1,
    )
    assert first.sent_at is not None
    assert first.to_masked == "+15****0123"


def test_a_round_stops_at_its_bound(post: Post) -> None:
    post.lay_in(REGISTERED, DISPATCHED, TO_CALLBACK)

    assert [post.deliver(most=3), post.deliver(most=3)] == [3, 1]


def test_what_is_not_due_yet_waits(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED)
    post.pass_time(-timedelta(hours=1))

    assert post.deliver() == 0
    assert recorder.taken == []


@dataclass
class Gathering(Recorder):
    """A provider that answers only when all workers are calling it at once."""

    barrier: Barrier = field(default_factory=lambda: Barrier(4))

    def send(self, parcel: Parcel) -> Sent:
        self.barrier.wait(timeout=20)
        return super().send(parcel)


def test_what_one_worker_took_no_other_gets(post: Post) -> None:
    """Four workers hold a message each at the same moment, and no transaction."""
    gathering = Gathering()
    post.lay_in(*[REGISTERED] * 8)

    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(lambda _: post.deliver(gathering), range(4)))

    assert sum(done) == 8
    assert len({parcel.our_id for parcel in gathering.taken}) == len(gathering.taken) == 8


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.UNREACHABLE, Trouble.MISCONFIGURED])
def test_a_trouble_that_may_pass_is_waited_out(post: Post, recorder: Recorder, trouble: Trouble) -> None:
    recorder.troubles = [trouble]
    post.lay_in(REGISTERED)
    post.deliver()

    message = post.only()
    assert (message.fate, message.error_code) == (Fate.QUEUED, trouble)
    assert message.not_before - message.created_at >= WAITS[0]
    assert post.deliver() == 0

    post.pass_time(WAITS[0])
    post.deliver()

    assert (post.only().fate, post.only().error_code, post.only().attempts) == (Fate.SENT, None, 2)
    assert recorder.looked_up == 0


def test_a_trouble_that_stays_ends_the_tries(post: Post, recorder: Recorder) -> None:
    recorder.troubles = [Trouble.BAD_NUMBER]
    post.lay_in(REGISTERED)
    post.deliver()

    assert (post.only().fate, post.only().error_code) == (Fate.GIVEN_UP, Trouble.BAD_NUMBER)
    assert post.deliver() == 0


def test_after_so_many_tries_we_give_up(post: Post, recorder: Recorder) -> None:
    recorder.troubles = [Trouble.BUSY] * MOST_TRIES
    post.lay_in(REGISTERED)
    for wait in (*WAITS, timedelta()):
        post.deliver()
        post.pass_time(wait)

    assert (post.only().fate, post.only().attempts) == (Fate.GIVEN_UP, MOST_TRIES)


def test_no_answer_is_looked_up_and_not_sent_again(post: Post, recorder: Recorder) -> None:
    recorder.troubles = [Trouble.OUTCOME_UNKNOWN]
    post.lay_in(REGISTERED)
    post.deliver()

    assert (post.only().fate, post.only().error_code) == (Fate.SENDING, Trouble.OUTCOME_UNKNOWN)
    assert post.deliver() == 0  # the grace

    post.pass_time(post.rules.grace)
    post.deliver()

    assert len(recorder.taken) == 1
    assert (post.only().fate, post.only().provider_sid, post.only().error_code) == (
        Fate.SENT,
        "recorder-0",
        None,
    )


def take_and_die(post: Post) -> None:
    """A worker that takes a message and is killed before it calls the provider."""
    with post.sessions() as session, session.begin():
        assert Outbox(session, Carriers.of(post.provider), post.rules).take_next(post.phones, post.vault)


def test_a_message_in_dead_hands_is_looked_up_and_sent(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED)
    take_and_die(post)

    assert post.deliver() == 0  # the lease

    post.pass_time(post.rules.lease)
    post.deliver()

    assert (recorder.looked_up, len(recorder.taken)) == (1, 1)
    assert (post.only().fate, post.only().attempts) == (Fate.SENT, 2)


def test_a_message_that_kills_every_worker_is_given_up(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED)
    for _ in range(MOST_TRIES):
        take_and_die(post)
        post.pass_time(post.rules.lease)
    post.deliver()

    assert (post.only().fate, post.only().error_code) == (Fate.GIVEN_UP, Trouble.OUTCOME_UNKNOWN)
    assert recorder.taken == []


def test_while_nobody_can_look_it_up_it_waits_and_counts_no_tries(post: Post, recorder: Recorder) -> None:
    recorder.troubles, recorder.deaf_for = [Trouble.OUTCOME_UNKNOWN], 20
    post.lay_in(REGISTERED)
    for _ in range(22):
        post.deliver()
        post.pass_time(post.rules.grace)

    assert (len(recorder.taken), recorder.looked_up) == (1, 21)
    assert (post.only().fate, post.only().attempts) == (Fate.SENT, 2)


def test_what_could_not_be_looked_up_until_it_was_stale_goes_to_a_person(
    post: Post, recorder: Recorder
) -> None:
    recorder.troubles, recorder.deaf_for = [Trouble.OUTCOME_UNKNOWN], 1
    post.lay_in(REGISTERED)
    post.deliver()
    post.pass_time(LONG_AGO)
    post.deliver()

    assert (post.only().fate, post.only().error_code) == (Fate.GIVEN_UP, Trouble.OUTCOME_UNKNOWN)


def test_what_certainly_did_not_go_out_before_it_was_stale_expires(post: Post, recorder: Recorder) -> None:
    post.lay_in(REGISTERED)
    take_and_die(post)
    post.pass_time(LONG_AGO)
    post.deliver()

    assert (post.only().fate, recorder.looked_up, recorder.taken) == (Fate.EXPIRED, 1, [])


def test_only_the_provider_that_may_have_it_is_asked(post: Post) -> None:
    post.lay_in(REGISTERED)
    post.deliver(Recorder(troubles=[Trouble.OUTCOME_UNKNOWN]))
    post.pass_time(post.rules.grace)
    another = Recorder(name="another")
    post.deliver(another)

    assert (another.looked_up, another.taken) == (0, [])
    assert post.only().fate == Fate.SENDING


@dataclass
class Forgetful(Recorder):
    """A provider whose look-up knows words only, so that two texts may look the same."""

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        return [f"{self.name}-{n}" for n, taken in enumerate(self.taken) if taken.text == parcel.text]


def test_a_look_up_does_not_take_another_message_for_this_one(post: Post) -> None:
    forgetful = Forgetful()
    post.lay_in(DISPATCHED)
    post.deliver(forgetful)
    post.lay_in(DISPATCHED, first_seq=2)
    post.provider = forgetful
    take_and_die(post)
    post.pass_time(post.rules.lease)
    post.deliver()

    assert [message.provider_sid for message in post.messages()] == ["recorder-0", "recorder-1"]


@dataclass
class Sleepy(Recorder):
    """A provider whose call takes so long that somebody else has looked after the message meanwhile."""

    meanwhile: Callable[[], None] = lambda: None

    def send(self, parcel: Parcel) -> Sent:
        sent = super().send(parcel)
        self.meanwhile()
        return sent


def test_a_yes_counts_even_after_the_claim_was_lost(post: Post) -> None:
    def rescue() -> None:
        post.pass_time(post.rules.lease)
        post.deliver(awake)

    sleepy = Sleepy(meanwhile=rescue)
    awake = Recorder(taken=sleepy.taken)
    post.lay_in(REGISTERED)
    post.deliver(sleepy)

    assert len(sleepy.taken) == 1
    assert (post.only().fate, post.only().provider_sid) == (Fate.SENT, "recorder-0")


def test_a_refusal_after_the_claim_was_lost_changes_nothing(post: Post) -> None:
    @dataclass
    class Late(Recorder):
        def send(self, parcel: Parcel) -> Sent:
            post.pass_time(post.rules.lease)
            post.deliver(Recorder())
            return super().send(parcel)

    post.lay_in(REGISTERED)
    post.deliver(Late(troubles=[Trouble.BAD_NUMBER]))

    assert (post.only().fate, post.only().error_code) == (Fate.SENT, None)


def test_a_worker_that_slept_through_its_lease_does_not_send(post: Post, recorder: Recorder) -> None:
    """As if the process were stopped between taking the message and calling: no lease is left at once."""
    post.rules = Rules(lease=timedelta())
    post.lay_in(REGISTERED)
    with post.sessions() as session, session.begin():
        taken = Outbox(session, Carriers.of(recorder), post.rules).take_next(post.phones, post.vault)
    post.deliver()

    assert taken is not None
    assert recorder.taken == []


@pytest.mark.parametrize(
    "phone, provider, held",
    [
        (None, Recorder(), Held.NO_NUMBER),
        (MAINLAND, Recorder(abroad=True), Held.ABROAD),
        ("+8687168123456", Recorder(), Held.NOT_A_MOBILE),
    ],
)
def test_what_a_rule_forbids_is_withheld_for_good(
    post: Post, phone: str | None, provider: Provider, held: Held
) -> None:
    post.phones.known[TICKET] = phone
    post.lay_in(REGISTERED)
    post.deliver(provider)

    assert (post.only().fate, post.only().held_because, post.only().attempts) == (Fate.WITHHELD, held, 0)
    assert post.deliver() == 0


def test_a_survey_nobody_could_answer_is_withheld_and_the_answer_is_not(post: Post) -> None:
    post.phones.known[TICKET] = MAINLAND
    post.lay_in(TO_CALLBACK)
    post.deliver(Recorder(takes_upstream=False))

    assert {message.template: message.fate for message in post.messages()} == {
        "answered": Fate.SENT,
        "survey": Fate.WITHHELD,
    }


def test_a_stale_text_is_not_sent(post: Post, recorder: Recorder) -> None:
    post.lay_in(TO_CALLBACK)
    post.pass_time(LONG_AGO)
    post.deliver()

    assert {message.template: message.fate for message in post.messages()} == {
        "answered": Fate.EXPIRED,
        "survey": Fate.SENT,
    }
    assert len(recorder.taken) == 1


def test_a_lost_key_holds_a_message_back_and_no_other(post: Post, recorder: Recorder) -> None:
    mine, post.vault = post.vault, Vault({"9": bytes(32)})
    post.lay_in(REGISTERED)
    post.vault = mine
    post.lay_in(DISPATCHED, first_seq=2)
    post.deliver()

    lost, sent = post.messages()
    assert (lost.fate, lost.held_because, lost.attempts) == (Fate.QUEUED, Held.UNREADABLE, 0)
    assert sent.fate == Fate.SENT

    post.vault = Vault({"1": bytes(range(32)), "9": bytes(32)})
    post.pass_time(post.rules.pause)
    post.deliver()

    assert [message.fate for message in post.messages()] == [Fate.SENT, Fate.SENT]


def test_what_can_wait_waits_for_the_morning_and_then_goes_by_itself(post: Post, recorder: Recorder) -> None:
    post.rules = replace(post.rules, quiet=ALWAYS_NIGHT)
    post.lay_in(DISPATCHED)
    post.deliver()

    held = post.only()
    assert (held.fate, held.held_because, held.attempts) == (Fate.QUEUED, Held.QUIET_HOURS, 0)
    assert timedelta() < held.not_before - held.created_at <= timedelta(days=1, minutes=2)
    assert post.deliver() == 0  # nobody looks at it before its time

    post.rules = replace(post.rules, quiet=None)
    post.pass_time(timedelta(days=1, minutes=2))
    post.deliver()

    assert (post.only().fate, post.only().held_because, len(recorder.taken)) == (Fate.SENT, None, 1)


def test_what_can_wait_waits_for_the_end_of_a_quiet_day(post: Post, recorder: Recorder) -> None:
    now = datetime.now(SHANGHAI)
    far = now + timedelta(hours=12)
    night, today = Quiet(far.time(), (far + timedelta(minutes=1)).time()), now.date()
    post.rules = replace(post.rules, quiet=replace(night, days=frozenset({today, today + timedelta(days=1)})))
    post.lay_in(REGISTERED)
    post.lay_in(DISPATCHED, first_seq=2, urgency="urgent")
    post.lay_in(DISPATCHED, first_seq=3)
    post.deliver()

    *others, held = post.messages()
    assert (held.fate, held.held_because, held.attempts) == (Fate.QUEUED, Held.QUIET_DAY, 0)
    assert held.not_before.astimezone(SHANGHAI).date() == today + timedelta(days=2)
    assert [message.fate for message in others] == [Fate.SENT, Fate.SENT]

    post.rules = replace(post.rules, quiet=replace(night, days=frozenset({today - timedelta(days=2)})))
    post.pass_time(timedelta(days=2))
    post.deliver()

    assert (post.messages()[-1].fate, len(recorder.taken)) == (Fate.SENT, 3)


@pytest.mark.parametrize(
    "fact, urgency, fate",
    [
        (REGISTERED, "normal", Fate.SENT),
        (DISPATCHED, "normal", Fate.QUEUED),
        (DISPATCHED, "urgent", Fate.SENT),
        (DISPATCHED, "critical", Fate.SENT),
    ],
)
def test_what_answers_the_citizen_or_is_urgent_goes_at_night(
    post: Post, fact: Fact, urgency: str, fate: Fate
) -> None:
    post.rules = replace(post.rules, quiet=ALWAYS_NIGHT)
    post.lay_in(fact, urgency=urgency)
    post.deliver()

    assert post.only().fate == fate


def test_a_second_try_does_not_wake_anybody(post: Post, recorder: Recorder) -> None:
    post.lay_in(DISPATCHED)
    take_and_die(post)
    post.pass_time(post.rules.lease)
    post.rules = replace(post.rules, quiet=ALWAYS_NIGHT)
    post.deliver()

    held = post.only()
    assert (held.fate, held.held_because, held.lease_until) == (Fate.QUEUED, Held.QUIET_HOURS, None)
    assert (recorder.looked_up, recorder.taken) == (1, [])


def test_what_was_held_too_long_expires_and_says_why_it_was_held(post: Post, recorder: Recorder) -> None:
    post.rules = replace(post.rules, quiet=ALWAYS_NIGHT)
    post.lay_in(DISPATCHED)
    post.deliver()
    post.pass_time(LONG_AGO)
    post.deliver()

    assert (post.only().fate, post.only().held_because) == (Fate.EXPIRED, Held.QUIET_HOURS)
    assert recorder.taken == []


def test_what_nobody_sent_in_time_expires_as_stale(post: Post) -> None:
    post.lay_in(DISPATCHED)
    post.pass_time(LONG_AGO)
    post.deliver()

    assert (post.only().fate, post.only().held_because) == (Fate.EXPIRED, Held.STALE)


def test_what_is_held_costs_nothing_until_its_time(post: Post, engine: Engine) -> None:
    post.rules = replace(post.rules, quiet=ALWAYS_NIGHT)
    post.lay_in(*[DISPATCHED] * MANY)
    post.deliver(most=MANY)

    plans = plans_of(engine, post.deliver, with_few_rows=True)

    (queue,) = [plan for plan in plans if "message" in plan.statement]
    assert "not_before" in queue.asked_with["message_waiting"]
    assert queue.pages < 10
