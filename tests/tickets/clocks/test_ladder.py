"""The ladder as data: what follows a breach, when, and who is told."""

from datetime import datetime

import pytest

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.seed_policies import default_policies
from tickets.ground.clock import ClockKind, Notice
from tickets.ground.ladder import USUAL, moment_of, step_after, steps_of
from tickets.ground.policy import SlaPolicy
from tickets.ground.worktime.calendar import SHANGHAI, Calendar

SEED = Calendar.from_data(default_calendar_data())
HELP = next(row for row in default_policies() if (row.code, row.clock) == ("H-HLP", "handle"))


def a_policy(*steps: dict[str, object]) -> SlaPolicy:
    return SlaPolicy(
        code="X",
        clock="handle",
        length=1,
        unit="working_day",
        start_rule="next_day",
        basis="本区",
        ladder=list(steps),
    )


def test_every_promise_of_an_answer_has_the_usual_ladder_and_no_other_has_one() -> None:
    for row in default_policies():
        assert row.ladder == (list(USUAL) if row.clock == ClockKind.HANDLE else []), row.code


def test_the_steps_come_in_order_and_end() -> None:
    steps = steps_of(HELP)
    assert [(step.notice, step.working_days) for step in steps] == [
        (Notice.WARNED, 0),
        (Notice.BREACHED, 0),
        (Notice.URGED, 1),
        (Notice.LISTED, 5),
    ]

    assert step_after(HELP, None) == steps[2]
    assert step_after(HELP, "urged") == steps[3]
    assert step_after(HELP, "listed") is None


def test_a_district_may_leave_a_step_out_or_have_no_ladder() -> None:
    only_listed = a_policy({"step": "listed", "working_days": 3, "tells": ["head"]})

    assert step_after(only_listed, None) == steps_of(only_listed)[0]
    assert step_after(a_policy(), None) is None


@pytest.mark.parametrize(
    "due, urged, listed",
    [
        ("2026-03-03T17:00", "2026-03-04T09:00", "2026-03-11T09:00"),
        ("2026-03-06T17:00", "2026-03-09T09:00", "2026-03-16T09:00"),
        # over the national holiday and the Saturday worked for it
        ("2026-09-30T17:00", "2026-10-08T09:00", "2026-10-14T09:00"),
        ("2026-10-09T17:00", "2026-10-10T09:00", "2026-10-16T09:00"),
    ],
)
def test_the_moments_are_openings_of_working_days(due: str, urged: str, listed: str) -> None:
    due_at, urged_at, listed_at = (
        datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (due, urged, listed)
    )
    first, second = steps_of(HELP)[2:]

    assert moment_of(first, due_at, SEED) == urged_at
    assert moment_of(second, urged_at, SEED) == listed_at
