"""What is counted of one ticket, and which days a period is held against."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.statistics.figures import Figure, History, counted
from app.statistics.periods import Period
from app.workbooks import neutral
from tickets.ground.clock import Clock
from tickets.ground.flow import OrderRole, OrderState, Outcome, State
from tickets.ground.timeline import Entry
from tickets.ticket import Order, Ticket

#: Half an hour past midnight in Shanghai: the day before in UTC.
START = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
UNIT = "panlong-civil"


def ticket(**changes: Any) -> Ticket:
    told = {"kind": "help", "channel": "phone", "title": "x", "text": "x", "registered_at": START}
    return Ticket(id=1, ref="1", **{**told, **changes})


def order(**changes: Any) -> Order:
    given = {"given_at": START + timedelta(hours=1), "due_at": START + timedelta(days=5), "policy": "x"}
    return Order(ticket_id=1, unit=UNIT, role=OrderRole.LEAD, **{**given, **changes})


def said(hours: int, **answers: Any) -> Entry:
    asked = {"reached": True, "contacted": None, "solved": None, "satisfaction": None, **answers}
    return Entry(
        ticket_id=1,
        seq=hours,
        at=START + timedelta(hours=hours),
        what="called_back",
        by="x",
        role="x",
        data=asked,
        hash=b"",
    )


def figures(history: History) -> list[str]:
    return sorted(one.figure for one in counted(history))


def closed(**changes: Any) -> Ticket:
    told = {"state": State.CLOSED, "outcome": Outcome.SOLVED, "closed_at": START + timedelta(days=2)}
    return ticket(**{**told, **changes})


def test_its_day_is_that_of_shanghai() -> None:
    assert [(one.figure, one.day, one.unit) for one in counted(History(ticket()))] == [
        (Figure.RECEIVED, date(2026, 11, 23), "")
    ]


def test_what_follows_another_was_received_and_never_closed_nor_rated() -> None:
    follower = closed(outcome=Outcome.MERGED, follows="2")
    assert figures(History(follower, facts=[said(40, satisfaction=5, solved="yes")])) == ["received"]


def test_who_gave_no_rating_is_unrated_and_in_no_rate() -> None:
    found = figures(History(closed(), orders=[order()], facts=[said(40, solved="partly", contacted=True)]))

    assert {"unrated", "asked_solved", "asked_contacted", "contacted"} <= set(found)
    assert not {"solved", "satisfied", "asked_satisfied"} & set(found)


def test_the_last_word_of_a_round_counts_and_each_round_has_one() -> None:
    again = order(round=2, given_at=START + timedelta(hours=30))
    facts = [
        said(10, satisfaction=1),
        said(20, satisfaction=3),
        said(40, satisfaction=2),
        said(41, reached=False),
    ]
    found = figures(History(closed(round=2, satisfaction=2), orders=[order(), again], facts=facts))

    assert found.count("asked_satisfied") == 2
    assert found.count("satisfied") == 1
    assert "at_one_go" not in found


@pytest.mark.parametrize("late, figure", [(-1, ["due", "in_time"]), (0, ["due", "in_time"]), (1, ["due"])])
def test_in_time_is_to_the_second(late: int, figure: list[str]) -> None:
    share = order()
    due_at = START + timedelta(days=3)
    clock = Clock(
        ticket_id=1,
        order_id=share.id,
        kind="handle",
        state="met",
        policy="x",
        policy_version=1,
        calendar="x",
        calendar_version=1,
        started_at=START,
        due_at=due_at,
        met_at=due_at + timedelta(seconds=late),
    )
    found = counted(History(ticket(), orders=[share], clocks=[clock]))

    assert [one.figure for one in found if one.at == due_at] == figure
    assert {one.unit for one in found if one.at == due_at} == {UNIT}


def test_what_was_recalled_before_it_was_signed_was_never_theirs() -> None:
    assert figures(History(ticket(), orders=[order(state=OrderState.RECALLED)])) == ["received"]


TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "asked, period, before, year_before",
    [
        ((None, None), "20261101-20261126", "20261001-20261026", "20251101-20251126"),
        (("2026-03", "2026-03"), "20260301-20260331", "20260201-20260228", "20250301-20250331"),
        (("2025-02", "2025-02"), "20250201-20250228", "20250101-20250131", "20240201-20240229"),
        (("2026-01", "2026-03"), "20260101-20260331", "20251001-20251231", "20250101-20250331"),
        (
            ("2026-03-05", "2026-03-07"),
            "20260305-20260307",
            "20260302-20260304",
            "20250305-20250307",
        ),
        (
            ("2024-02-29", "2024-02-29"),
            "20240229-20240229",
            "20240228-20240228",
            "20230228-20230228",
        ),
    ],
)
def test_a_period_and_what_it_is_held_against(
    asked: tuple[str | None, str | None], period: str, before: str, year_before: str
) -> None:
    found = Period.read(*asked, TODAY)

    told = [f"{one.first:%Y%m%d}-{one.last:%Y%m%d}" for one in (found, found.before(), found.year_before())]
    assert told == [period, before, year_before]


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-1", "@a", "\tx", "\rx"])
def test_no_text_becomes_a_formula(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"
    assert neutral(-1) == -1
