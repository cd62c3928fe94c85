"""Several providers at once: each message has one at a time, and nothing is lost or doubled between them."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import Session

from notifications.carriers import Carriers
from notifications.message import Fate
from notifications.outbox import Outbox, now_of
from notifications.providers import Trouble
from notifications.providers.recorder import Recorder
from notifications.pulse import Pulse, pulses_of
from notifications.receipts import take_receipt
from notifications.retry import WAITS
from notifications.rules import Held, Rules
from notifications.wording import GAP, Wording, gap_name
from tests.notifications.makers import MAINLAND, REGISTERED, SIGNATURES, TICKET, Phones, Post, news
from tests.notifications.test_wording import DISPATCHED, EVERY, Shown
from tickets.ground.vault import Vault


@pytest.fixture
def home() -> Recorder:
    return Recorder("home")


@pytest.fixture
def other() -> Recorder:
    return Recorder("other")


@pytest.fixture
def post(
    sessions: Callable[[], Session], vault: Vault, wording: Wording, phones: Phones, home: Recorder
) -> Post:
    # All of these go to one phone, which would not get as many in a day.
    return Post(sessions, vault, wording, phones, home, Rules(grace=timedelta(seconds=30), most=None))


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.UNREACHABLE, Trouble.NOT_APPROVED])
def test_what_one_certainly_did_not_take_the_next_gets_at_once(
    post: Post, home: Recorder, other: Recorder, trouble: Trouble
) -> None:
    home.troubles = [trouble]
    post.lay_in(REGISTERED)

    assert post.deliver(home, other) == 2

    message = post.only()
    assert (message.fate, message.provider, message.provider_sid) == (Fate.SENT, "other", "other-0")
    assert (home.taken, home.looked_up, other.looked_up) == ([], 0, 0)


def test_while_both_are_down_a_text_waits_instead_of_running_to_and_fro(
    post: Post, home: Recorder, other: Recorder
) -> None:
    home.troubles, other.troubles = [Trouble.BUSY] * 2, [Trouble.UNREACHABLE]
    post.lay_in(REGISTERED)

    assert post.deliver(home, other) == 2
    assert post.only().not_before - post.only().created_at >= WAITS[1]

    post.pass_time(WAITS[1])
    post.deliver(home, other)
    post.pass_time(WAITS[2])
    post.deliver(home, other)

    assert (post.only().provider, post.only().attempts) == ("other", 4)
    assert len(other.taken) == 1


def test_a_fault_of_the_number_is_no_reason_to_ask_another(
    post: Post, home: Recorder, other: Recorder
) -> None:
    home.troubles = [Trouble.BAD_NUMBER]
    post.lay_in(REGISTERED)

    assert post.deliver(home, other) == 1
    assert (post.only().fate, other.taken) == (Fate.GIVEN_UP, [])


def test_what_one_may_have_no_other_gets_before_that_one_was_asked(
    post: Post, home: Recorder, other: Recorder
) -> None:
    """It was taken and the answer got lost. While home cannot say so, nobody else is asked to send it."""
    home.troubles, home.deaf_for = [Trouble.OUTCOME_UNKNOWN], 2
    post.lay_in(REGISTERED)
    for _ in range(3):
        post.deliver(other, home) if home.taken else post.deliver(home, other)
        post.pass_time(post.rules.grace)

    assert (post.only().fate, other.taken, other.looked_up) == (Fate.SENDING, [], 0)

    post.deliver(other, home)

    assert (post.only().fate, post.only().provider_sid) == (Fate.SENT, "home-0")
    assert (len(home.taken), other.taken) == (1, [])


def test_a_provider_that_is_no_longer_first_is_still_the_one_that_is_asked(
    post: Post, home: Recorder, other: Recorder
) -> None:
    home.troubles = [Trouble.OUTCOME_UNKNOWN]
    post.lay_in(REGISTERED)
    post.deliver(home)
    post.pass_time(post.rules.grace)
    post.deliver(other, home)

    assert (home.looked_up, other.looked_up, other.taken) == (1, 0, [])
    assert (post.only().fate, post.only().provider) == (Fate.SENT, "home")


def test_a_receipt_of_another_provider_names_both_it_and_its_sid(post: Post, home: Recorder) -> None:
    """It had been taken there after all; whoever looks must ask the one whose sid this is."""
    home.troubles = [Trouble.OUTCOME_UNKNOWN]
    post.lay_in(REGISTERED)
    post.deliver()
    with post.sessions() as session, session.begin():
        take_receipt(
            session,
            provider="other",
            our_id=post.only().id,
            sid="other-9",
            status="delivered",
            fate=Fate.DELIVERED,
            error=None,
            at=now_of(session),
        )

    assert (post.only().provider, post.only().provider_sid) == ("other", "other-9")


def test_a_mainland_number_goes_home_whoever_is_first(post: Post, home: Recorder) -> None:
    abroad = Recorder("abroad", abroad=True)
    post.phones.known[TICKET] = MAINLAND
    post.lay_in(REGISTERED)
    post.deliver(abroad, home)

    assert (post.only().provider, abroad.taken) == ("home", [])


def test_words_nobody_has_approved_are_withheld_and_say_so(post: Post) -> None:
    strict = Recorder("home", approved=frozenset({"zh_Hans/transferred"}))
    post.lay_in(REGISTERED, DISPATCHED)
    post.deliver(strict)

    first, second = post.messages()
    assert (first.fate, first.held_because) == (Fate.WITHHELD, Held.NOT_APPROVED)
    assert (second.fate, strict.taken[0].params) == (Fate.SENT, {"ref": "1270", "due_at": "11月30日（周一）"})


def test_a_message_keeps_what_fills_its_words_sealed(post: Post, vault: Vault) -> None:
    post.lay_in(REGISTERED)

    message = post.only()
    assert message.params is not None
    assert b"380614" not in message.params
    assert json.loads(vault.open(message.params, message.place("params"))) == {
        "ref": "261123 0004 1270",
        "tracking_code": "380614",
    }


def test_what_was_laid_in_before_gaps_were_kept_still_goes(post: Post, home: Recorder) -> None:
    post.lay_in(REGISTERED)
    with post.sessions() as session, session.begin():
        message = post.only()
        message.params = None
        session.merge(message)
    post.deliver()

    assert (home.taken[0].form, post.only().fate) == ("", Fate.SENT)


@pytest.mark.parametrize("shown", [one for one in EVERY if one.names], ids=str)
def test_words_with_their_gaps_filled_are_the_text(wording: Wording, shown: Shown) -> None:
    """What a provider makes of the approved words is what we would have written."""
    for written in wording.of(news(shown.fact, language=shown.language, sealed=shown.sealed)):
        form = f"{shown.language}/{'sealed/' * shown.sealed}{written.rule.template}"
        source = wording.words[form].source
        gaps = [gap_name(gap) for gap in GAP.finditer(source)]
        filled = wording.words[form].with_gaps("<%s>")
        for name in gaps:
            filled = filled.replace(f"<{name}>", written.params[name])

        assert SIGNATURES[shown.language] + filled == written.text
        assert sorted(written.params) == sorted(gaps)


def test_the_tally_of_tries_and_texts(post: Post, home: Recorder, other: Recorder) -> None:
    home.troubles = [Trouble.BUSY, Trouble.BAD_NUMBER, Trouble.TOO_MANY]
    post.lay_in(REGISTERED, DISPATCHED, REGISTERED)
    post.deliver(home, other)
    with post.sessions() as session:
        now = now_of(session)
        soon, later = (
            pulses_of(session.connection(), ["home", "other"], now + timedelta(minutes=m)) for m in (0, 6)
        )

    assert (soon["home"].tried, soon["home"].failed, soon["home"].slow) == (3, 1, 0)
    assert (soon["other"].tried, soon["other"].failed) == (2, 0)
    assert (later["home"], later["other"]) == (Pulse(), Pulse(sent=2))


#: What two unreliable providers run into, most of it more than once in a run.
MOODS = (Trouble.BUSY, Trouble.UNREACHABLE, Trouble.NOT_APPROVED, *[Trouble.OUTCOME_UNKNOWN] * 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_between_two_unreliable_providers_nothing_is_lost_and_nothing_doubled(
    post: Post, home: Recorder, other: Recorder, seed: int
) -> None:
    """Answers get lost, look-ups fail, workers die with a message in hand, and either may be first."""
    random = Random(seed)  # noqa: S311 it is to be the same again
    post.lay_in(*[REGISTERED] * 30)
    for _ in range(40):
        for one in (home, other):
            one.troubles = [random.choice(MOODS)] if random.random() < 0.4 else []
            one.deaf_for = random.choice((0, 0, 2))
        asked = random.sample([home, other], 2)
        if random.random() < 0.3:
            die_with_one(post, *asked)
        post.deliver(*asked, most=random.randint(1, 4))
        post.pass_time(timedelta(minutes=random.choice((0, 1, 6))))
    for one in (home, other):
        one.troubles, one.deaf_for = [], 0
    for wait in (*WAITS, timedelta()):
        post.deliver(home, other)
        post.pass_time(wait)

    taken = Counter(parcel.our_id for one in (home, other) for parcel in one.taken)
    sent = {message.id for message in post.messages() if message.fate == Fate.SENT}
    assert max(taken.values()) == 1
    assert sent == set(taken)
    # The others were given up after so many tries, and certainly are nowhere.
    assert len(sent) > 20
    assert {message.fate for message in post.messages()} <= {Fate.SENT, Fate.GIVEN_UP}


def die_with_one(post: Post, *providers: Recorder) -> None:
    """A worker that takes a message and is killed before it calls anybody."""
    with post.sessions() as session, session.begin():
        Outbox(session, Carriers.of(*providers), post.rules).take_next(post.phones, post.vault)
