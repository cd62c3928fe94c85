"""What the README says of others' arithmetic is what the published vectors show today."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.benchmarks.others import rt, signalen
from tests.benchmarks.others.__main__ import score_ours, score_signalen
from tests.tickets import published
from tickets.ground.worktime.arithmetic import SHANGHAI

WHOLE = published.read()
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_what_ours_and_signalens_arithmetic_make_of_the_vectors() -> None:
    for score in (score_ours, score_signalen):
        *row, _ = score(WHOLE["calendars"], WHOLE["vectors"]).row()

        assert f"| {' | '.join(row)} |" in README


@pytest.mark.parametrize(
    "start, days, due",
    [
        ("2026-03-02T10:00", 1, "2026-03-03T10:00"),
        ("2026-03-06T10:00", 1, "2026-03-09T10:00"),
        ("2026-03-07T10:00", 1, "2026-03-10T00:00"),
        ("2026-03-04T10:00", 13, "2026-03-23T10:00"),
    ],
)
def test_signalen_knows_weekends_and_nothing_else(start: str, days: int, due: str) -> None:
    begun, ended = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (start, due))

    assert signalen.deadline(begun, days, False) == ended


def test_rt_has_words_for_hours_alone() -> None:
    assert {vector["unit"] for vector in WHOLE["vectors"] if rt.can_say(vector)} == {*rt.SECONDS}
