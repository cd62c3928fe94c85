"""Segments are counted as networks bill them."""

import pytest

from notifications.segments import count_segments, is_gsm, units


@pytest.mark.parametrize(
    "text, segments",
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # The escape of the last one would be cut, so it moves on whole.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("您" * 70, 1),
        ("您" * 71, 2),
        ("您" * 134, 2),
        ("您" * 135, 3),
        ("您" * 69 + "😀", 2),
        ("您" * 66 + "😀" + "您" * 66, 3),
        ("【12345热线】您的事情收到了。", 1),
    ],
)
def test_a_text_takes_so_many_segments(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_one_chinese_character_makes_the_whole_text_ucs2() -> None:
    assert is_gsm("Call 12345 [Mon]")
    assert not is_gsm("Call 12345 周一")


def test_length_counts_what_the_network_counts() -> None:
    assert units("[a]") == 5
    assert units("您😀") == 3
