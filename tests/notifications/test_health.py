"""Away from a provider that is ill, by the minute; back when it is well; and nowhere when all are ill."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.health import PROBE, STEP, Ill, Reason, Shift, diagnosis, moved, shifts
from notifications.pulse import Pulse
from notifications.routing import WHOLE, Way

A_MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
DOWN = Ill(Reason.FAILING, 8, 10)


@pytest.mark.parametrize(
    "pulse, ill",
    [
        (Pulse(), None),
        (Pulse(tried=4, failed=4), None),
        (Pulse(tried=10, failed=2), None),
        (Pulse(tried=10, failed=3), Ill(Reason.FAILING, 3, 10)),
        (Pulse(tried=10, slow=3), Ill(Reason.SLOW_ANSWERS, 3, 10)),
        (Pulse(tried=10, sent=10, arrived=8), None),
        (Pulse(tried=10, sent=10, arrived=7), Ill(Reason.SLOW_TEXTS, 3, 10)),
        (Pulse(tried=10, failed=9, slow=9, sent=10), Ill(Reason.FAILING, 9, 10)),
    ],
)
def test_what_ails_a_provider(pulse: Pulse, ill: Ill | None) -> None:
    assert diagnosis(pulse, tells=True) == ill


def test_one_that_tells_nothing_is_not_called_slow_for_it() -> None:
    assert diagnosis(Pulse(tried=10, sent=10), tells=False) is None


def ways(*shares: int, rest: tuple[int, ...] = (60, 40)) -> list[Way]:
    return [Way(name, share, at_rest) for name, share, at_rest in zip("abc", shares, rest, strict=False)]


def shares(found: list[Way]) -> list[int]:
    return [way.share for way in found]


def test_an_ill_one_loses_ten_points_a_minute_down_to_what_shows_that_it_is_well_again() -> None:
    now, seen = ways(60, 40), []
    for _ in range(8):
        now = moved(now, shifts(now, {"a": DOWN}, A_MINUTE, able=["a", "b"]))
        seen.append(now[0].share)

    assert seen == [50, 40, 30, 20, 10, 5, 5, 5]
    assert shares(now) == [PROBE, WHOLE - PROBE]


def test_not_more_than_once_a_minute() -> None:
    assert shifts(ways(60, 40), {"a": DOWN}, timedelta(seconds=59), able=["a", "b"]) == []


def test_when_all_are_ill_nothing_is_done() -> None:
    assert shifts(ways(60, 40), {"a": DOWN, "b": DOWN}, None, able=["a", "b"]) == []
    assert shifts(ways(100, rest=(100,)), {"a": DOWN}, None, able=["a"]) == []


def test_nobody_gives_to_who_may_not_carry() -> None:
    """The other one sits abroad, and these are mainland numbers."""
    assert shifts(ways(60, 40), {"a": DOWN}, None, able=["a"]) == []


def test_who_stands_by_takes_over_and_gives_all_back() -> None:
    (away,) = shifts(ways(100, 0, rest=(100, 0)), {"a": DOWN}, None, able=["a", "b"])
    assert away == Shift("a", "b", STEP, Reason.FAILING, "a", DOWN)

    now = ways(70, 30, rest=(100, 0))
    for _ in range(3):
        now = moved(now, shifts(now, {"b": DOWN}, A_MINUTE, able=["a", "b"]))
    assert shares(now) == [100, 0]


def test_back_to_rest_step_by_step_once_all_is_well() -> None:
    now, seen = ways(PROBE, 95), []
    assert shifts(now, {}, timedelta(minutes=9), able=["a", "b"]) == []
    for _ in range(7):
        now = moved(now, shifts(now, {}, TEN_MINUTES, able=["a", "b"]))
        seen.append(now[0].share)

    assert seen == [15, 25, 35, 45, 55, 60, 60]


def test_while_one_is_ill_nothing_goes_back() -> None:
    assert shifts(ways(PROBE, 95), {"a": DOWN}, TEN_MINUTES, able=["a", "b"]) == []


@given(
    st.lists(st.integers(0, WHOLE), min_size=1, max_size=4),
    st.sets(st.sampled_from("abcd")),
    st.sets(st.sampled_from("abcd")),
    st.lists(st.sampled_from([None, A_MINUTE, TEN_MINUTES]), min_size=1, max_size=30),
)
def test_whatever_happens_the_shares_stay_a_hundred_and_no_step_is_wide(
    cuts: list[int], sick: set[str], able: set[str], waits: list[timedelta | None]
) -> None:
    edges = sorted({0, *cuts[1:], WHOLE})
    parts = [high - low for low, high in pairwise(edges)]
    now = [Way(name, part, part) for name, part in zip("abcd", parts, strict=False)]
    ill = dict.fromkeys(sick, DOWN)
    for wait in waits:
        made = shifts(now, ill, wait, able=sorted(able))
        after = moved(now, made)

        assert sum(shares(after)) == WHOLE
        assert all(way.share >= 0 for way in after)
        for before, way in zip(now, after, strict=True):
            assert before.share - way.share <= STEP
            if way.provider in ill:
                assert way.share <= before.share
                assert way.share >= min(before.share, PROBE, way.rest)
        assert all(shift.taker not in ill for shift in made)
        now = after
