"""Whether one row of a table holds for every matter, and every row for some."""

from typing import Any

from tickets.clocks.seed_policies import default_policies
from tickets.clocks.table_checks import Fault, check_table
from tickets.ground.policy import SlaPolicy


def row(code: str, **changes: Any) -> SlaPolicy:
    """The promise to handle a request for help, otherwise named and changed."""
    found = next(one for one in default_policies() if (one.code, one.clock) == ("H-HLP", "handle"))
    return SlaPolicy(**{**found.model_dump(), "code": code, **changes})


def faults(*more: SlaPolicy, without: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    rows = [one for one in default_policies() if one.code != without]
    return [(one.fault, one.clock, one.codes) for one in check_table([*rows, *more])]


def test_the_first_table_is_whole() -> None:
    assert faults() == []


def test_two_equally_specific_rows_are_told_with_a_matter_that_shows_it() -> None:
    rows = [*default_policies(), row("H-TWIN")]
    found = [one for one in check_table(rows) if one.fault == Fault.AMBIGUOUS]

    assert [one.codes for one in found] == [("H-HLP", "H-TWIN")]
    assert ("kind", "help") in found[0].matter


def test_rows_for_rounds_that_overlap_are_ambiguous() -> None:
    assert (Fault.AMBIGUOUS, "handle", ("H-HLP", "H-THIRD")) not in faults(row("H-THIRD", from_round=3))
    assert (Fault.AMBIGUOUS, "handle", ("H-THIRD", "H-THIRD-2")) in faults(
        row("H-THIRD", from_round=3), row("H-THIRD-2", from_round=4)
    )


def test_rows_that_ask_for_different_things_are_not_ambiguous() -> None:
    assert (
        faults(row("H-WEB", channel="web"), row("H-CAT", category="MZ"), row("H-SUB", category="MZ-07")) == []
    )


def test_a_matter_without_a_row_is_a_gap_where_something_must_be_promised() -> None:
    assert faults(without="H-REVIEW") == [(Fault.GAP, "review", ())]
    assert faults(without="H-SUPP") == [(Fault.GAP, "supplement", ())]


def test_contact_need_not_be_promised() -> None:
    rows = [one for one in default_policies() if one.clock != "contact"]

    assert check_table(rows) == []


def test_a_row_that_others_always_beat_is_told() -> None:
    hidden = row("H-NEVER", channel="petition", kind="help")
    assert (Fault.UNREACHABLE, "handle", ("H-NEVER",)) in faults(
        hidden,
        *(row(f"H-{urgency}", urgency=urgency) for urgency in ("normal", "urgent", "critical")),
    )
