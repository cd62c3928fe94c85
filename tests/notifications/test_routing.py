"""Who carries a text: the longest prefix, then shares, always the same for the same message."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.carriers import Carriers, Chosen
from notifications.providers import Parcel
from notifications.providers.recorder import Recorder
from notifications.routing import EVERY, Way, choose, completed, first_alone, ways_to
from notifications.rules import Held, Rules
from notifications.table import SURVEY
from tests.notifications.makers import FOREIGN, MAINLAND

HOME, ABROAD, THIRD = Way("home", 70, 70), Way("abroad", 30, 30), Way("third", 0, 0)
ID = UUID(int=7)


def test_the_longest_prefix_wins() -> None:
    routes = {EVERY: (THIRD,), "+86": (HOME,), "+86170": (ABROAD,)}

    assert [ways_to(phone, routes)[0].provider for phone in (FOREIGN, MAINLAND, "+8617012345678")] == [
        "third",
        "home",
        "abroad",
    ]
    assert ways_to(FOREIGN, {"+86": (HOME,)}) == ()


def test_shares_are_kept_and_the_same_message_goes_the_same_way() -> None:
    ids = [UUID(int=number) for number in range(4000)]
    chosen = [choose(one, (HOME, ABROAD, THIRD)) for one in ids]

    assert chosen == [choose(one, (HOME, ABROAD, THIRD)) for one in ids]
    counted = Counter(chosen)
    assert set(counted) == {"home", "abroad"}
    assert abs(counted["home"] / len(ids) - 0.7) < 0.03


def test_when_shares_move_few_texts_change_their_way() -> None:
    ids = [UUID(int=number) for number in range(2000)]
    before, after = (HOME, ABROAD), (Way("home", 60, 70), Way("abroad", 40, 30))
    changed = sum(choose(one, before) != choose(one, after) for one in ids)

    assert 0 < changed < len(ids) * 0.15


def test_who_just_refused_it_is_asked_last() -> None:
    assert choose(ID, (Way("home", 100, 100), THIRD), avoid="home") == "third"
    assert choose(ID, (Way("home", 100, 100),), avoid="home") == "home"
    assert choose(ID, ()) is None


@given(st.uuids(), st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_somebody_is_always_chosen_and_nobody_without_a_share_while_others_have_one(
    message: UUID, shares: list[int]
) -> None:
    ways = [Way(f"p{place}", share, share) for place, share in enumerate(shares)]
    chosen = choose(message, ways)

    assert chosen is not None
    if any(shares):
        assert next(way.share for way in ways if way.provider == chosen) > 0
    else:
        assert chosen == "p0"


def test_one_that_is_not_set_up_leads_nowhere_and_one_that_is_new_stands_by() -> None:
    assert completed({}, ["a", "b"]) == {EVERY: first_alone(["a", "b"])}
    kept = {EVERY: (Way("gone", 50, 50), Way("a", 50, 50)), "+86": (Way("gone", 100, 100),)}
    assert completed(kept, ["a", "b"]) == {EVERY: (Way("a", 50, 50), Way("b", 0, 0))}
    # Named for some numbers only: it does not stand by for all the others.
    kept = {EVERY: (Way("a", 100, 100),), "+1": (Way("b", 100, 100),)}
    assert completed(kept, ["a", "b"])[EVERY] == (Way("a", 100, 100),)


TWO = {EVERY: (Way("abroad", 100, 100), Way("home", 0, 0))}


@pytest.mark.parametrize(
    "template, phone, rules, found",
    [
        ("received", FOREIGN, Rules(), Chosen("abroad", has_others=True)),
        ("received", MAINLAND, Rules(), Chosen("home")),
        ("received", MAINLAND, Rules(assessment="x"), Chosen("abroad", has_others=True)),
        (SURVEY, MAINLAND, Rules(assessment="x"), Chosen("home")),
        ("received", None, Rules(), Held.NO_NUMBER),
        ("received", "+8687168123456", Rules(), Held.NOT_A_MOBILE),
    ],
)
def test_who_may_not_carry_it_is_passed_over(
    template: str, phone: str | None, rules: Rules, found: Chosen | Held
) -> None:
    """A provider abroad gets no mainland number without the assessment, whatever its share."""
    providers = {
        "abroad": Recorder("abroad", abroad=True, takes_upstream=False),
        "home": Recorder("home"),
    }
    parcel = Parcel(ID, phone or "", "words", "zh_Hans/received")

    assert Carriers(providers, TWO).pick(template, phone, parcel, rules) == found


def test_words_that_are_not_approved_go_with_the_next_or_not_at_all() -> None:
    strict, free = Recorder("home", approved=frozenset({"zh_Hans/late"})), Recorder("abroad")
    parcel, late = Parcel(ID, FOREIGN, "x", "zh_Hans/received"), Parcel(ID, FOREIGN, "x", "zh_Hans/late")

    assert Carriers.of(strict, free).pick("received", FOREIGN, parcel, Rules()) == Chosen("abroad")
    assert Carriers.of(strict, free).pick("late", FOREIGN, late, Rules()) == Chosen("home", has_others=True)
    assert Carriers.of(strict).pick("received", FOREIGN, parcel, Rules()) == Held.NOT_APPROVED
    assert Carriers({}, TWO).pick("received", FOREIGN, parcel, Rules()) == Held.NO_WAY
