"""A number can be read over the telephone, and a slip is noticed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.ground.refs import make_ref, make_tracking_code, read_ref

LATE_IN_UTC = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def test_the_day_is_the_day_in_shanghai() -> None:
    assert make_ref(LATE_IN_UTC, 412).startswith("2611230000412")


@given(
    number=st.integers(min_value=0, max_value=9_999_999), place=st.integers(0, 13), digit=st.integers(0, 9)
)
def test_one_wrong_digit_is_always_noticed(number: int, place: int, digit: int) -> None:
    ref = make_ref(LATE_IN_UTC, number)
    slip = ref[:place] + str(digit) + ref[place + 1 :]

    assert read_ref(ref) == ref
    assert (read_ref(slip) is not None) == (slip == ref)


@pytest.mark.parametrize(
    "written", ["", "2611230000412", "abcdefghijklmn", "２６１１２３００００４１２０", "9" * 15]
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert read_ref(written) is None


def test_blanks_do_not_matter() -> None:
    ref = make_ref(LATE_IN_UTC, 412)

    assert read_ref(f"{ref[:6]} {ref[6:10]} {ref[10:]}") == ref


def test_a_tracking_code_has_six_digits() -> None:
    codes = {make_tracking_code() for _ in range(200)}

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190
