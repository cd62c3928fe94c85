"""The first table of promises: every matter finds one row for each clock, the one the rules name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

import pytest

from tickets.clocks.explanation import Period, explain
from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.seed_policies import WEIFANG, default_policies
from tickets.clocks.seed_rows import OWN
from tickets.ground.clock import NOT_BY_MOVES, ONLY_LIMITS, ClockKind
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import Channel, Kind, PetitionStage, Urgency
from tickets.ground.worktime.calendar import SHANGHAI, Calendar
from tickets.ground.worktime.units import DAY_UNITS, ROLLING_UNITS, StartRule, Unit

POLICIES = default_policies()
WITHOUT_CONTACT = {Kind.CONSULTATION, Kind.SUGGESTION, Kind.PRAISE}


@dataclass(frozen=True)
class Matter:
    """As much of a ticket as a policy asks for."""

    urgency: str = Urgency.NORMAL
    kind: str = Kind.HELP
    channel: str = Channel.PHONE
    round: int = 1
    category: str | None = None
    petition: dict[str, str] | None = None


STAGES = [{"stage": str(stage)} for stage in PetitionStage]
MATTERS = [Matter(*grounds) for grounds in product(Urgency, Kind, Channel, (1, 2))] + [
    Matter(urgency, kind, Channel.PETITION, round_, None, stage)
    for urgency, kind, round_, stage in product(Urgency, Kind, (1, 2), STAGES)
]
PETITION = Matter(channel=Channel.PETITION)
CRITICAL = Matter(urgency=Urgency.CRITICAL)


def covering(clock: ClockKind, matter: Matter) -> list[SlaPolicy]:
    """All rows of *clock* that apply to *matter*, the weightiest first, as the design states it."""

    def fits(policy: SlaPolicy) -> bool:
        return (
            policy.clock == clock
            and policy.urgency in (None, matter.urgency)
            and policy.kind in (None, matter.kind)
            and policy.channel in (None, matter.channel)
            and policy.petition_stage in (None, (matter.petition or {}).get("stage"))
            and (policy.from_round or 1) <= matter.round
            and (matter.category or "").startswith(policy.category or "")
        )

    return sorted(filter(fits, POLICIES), key=lambda policy: policy.rank, reverse=True)


def promised_nothing() -> Iterator[tuple[ClockKind, Matter]]:
    of_tickets = set(ClockKind) - NOT_BY_MOVES
    return ((clock, matter) for clock, matter in product(of_tickets, MATTERS) if not covering(clock, matter))


def test_every_clock_but_contact_is_promised_to_every_matter() -> None:
    assert {clock for clock, _ in promised_nothing()} == {ClockKind.CONTACT}


def test_contact_is_promised_where_the_citizen_waits_for_a_person() -> None:
    without = [matter for _, matter in promised_nothing()]
    assert without == [
        matter
        for matter in MATTERS
        if matter.kind in WITHOUT_CONTACT
        and matter.urgency == Urgency.NORMAL
        and matter.round == 1
        and matter.channel != Channel.PETITION
    ]


@pytest.mark.parametrize("clock", ClockKind)
def test_no_two_rows_of_one_clock_are_equally_specific_for_one_matter(clock: ClockKind) -> None:
    for matter in MATTERS:
        ranks = [policy.rank for policy in covering(clock, matter)]
        assert len(set(ranks)) == len(ranks), matter


@pytest.mark.parametrize(
    "matter, clock, promise",
    [
        (Matter(kind=Kind.CONSULTATION), ClockKind.HANDLE, ("H-CON", 3, "working_day")),
        (Matter(kind=Kind.HELP), ClockKind.HANDLE, ("H-HLP", 5, "working_day")),
        (Matter(kind=Kind.HELP), ClockKind.CONTACT, ("H-HLP", 1, "working_day")),
        (Matter(kind=Kind.HELP), ClockKind.DISPATCH, ("H-DSP", 2, "working_hour")),
        (Matter(kind=Kind.HELP), ClockKind.SIGN, ("H-SIGN", 4, "working_hour")),
        (Matter(kind=Kind.HELP), ClockKind.REVIEW, ("H-REVIEW", 1, "working_day")),
        (Matter(kind=Kind.HELP), ClockKind.CALLBACK, ("H-CALLBACK", 3, "working_day")),
        (Matter(kind=Kind.SUGGESTION), ClockKind.HANDLE, ("H-SUG", 7, "working_day")),
        (Matter(kind=Kind.PRAISE), ClockKind.HANDLE, ("H-PRS", 7, "working_day")),
        (Matter(kind=Kind.COMPLAINT, channel=Channel.WEB), ClockKind.HANDLE, ("H-CPL", 5, "working_day")),
        (Matter(kind=Kind.REPORT), ClockKind.HANDLE, ("H-RPT", 15, "working_day")),
        (Matter(urgency=Urgency.URGENT), ClockKind.DISPATCH, ("H-URG", 30, "minute")),
        (Matter(urgency=Urgency.URGENT), ClockKind.CONTACT, ("H-URG", 2, "hour")),
        (Matter(urgency=Urgency.URGENT, kind=Kind.REPORT), ClockKind.HANDLE, ("H-URG", 24, "hour")),
        (Matter(urgency=Urgency.URGENT, round=2), ClockKind.HANDLE, ("H-URG", 24, "hour")),
        (CRITICAL, ClockKind.DISPATCH, ("H-EMG", 10, "minute")),
        (replace(CRITICAL, channel=Channel.PETITION), ClockKind.CONTACT, ("H-EMG", 30, "minute")),
        (CRITICAL, ClockKind.HANDLE, ("H-EMG", 2, "hour")),
        (PETITION, ClockKind.DISPATCH, ("P-TRF", 15, "calendar_day")),
        (PETITION, ClockKind.CONTACT, ("P-HANDLE", 15, "calendar_day")),
        (replace(PETITION, kind=Kind.COMPLAINT), ClockKind.HANDLE, ("P-HANDLE", 60, "calendar_day")),
        (PETITION, ClockKind.SIGN, ("H-SIGN", 4, "working_hour")),
        (Matter(round=2), ClockKind.HANDLE, ("H-REWORK", 3, "working_day")),
        (Matter(round=3, kind=Kind.CONSULTATION), ClockKind.CONTACT, ("H-REWORK", 1, "working_day")),
        (replace(PETITION, round=2), ClockKind.HANDLE, ("H-REWORK", 3, "working_day")),
    ],
)
def test_a_matter_gets_the_promise_the_rules_name(
    matter: Matter, clock: ClockKind, promise: tuple[str, int, str]
) -> None:
    best = covering(clock, matter)[0]
    assert (best.code, best.length, best.unit) == promise


@pytest.mark.parametrize(
    "code, cap, warned",
    [
        ("H-CON", 0, (1, "working_day", None)),
        ("H-HLP", 5, (1, "working_day", None)),
        ("H-SUG", 5, (1, "working_day", None)),
        ("H-PRS", 5, (1, "working_day", None)),
        ("H-CPL", 10, (1, "working_day", None)),
        ("H-RPT", 10, (3, "working_day", None)),
        ("H-REWORK", 0, (1, "working_day", None)),
        ("P-HANDLE", 30, (10, "calendar_day", None)),
        ("H-URG", 0, (4, "hour", None)),
        ("H-EMG", 0, (None, None, 50)),
    ],
)
def test_handling_terms_can_be_extended_and_warn_as_the_rules_say(
    code: str, cap: int, warned: tuple[int | None, str | None, int | None]
) -> None:
    row = next(policy for policy in POLICIES if policy.code == code and policy.clock == ClockKind.HANDLE)
    assert row.extension_cap == cap
    assert row.extension_by == ("unit_head" if cap else None)
    assert (row.warn_length, row.warn_unit, row.warn_share) == warned
    assert row.buffer_days == 1


def test_any_matter_at_all_has_five_working_days() -> None:
    row = next(policy for policy in POLICIES if policy.code == "H-DEF")
    assert (row.length, row.unit, any(row.rank)) == (5, "working_day", False)


def test_hours_run_from_the_moment_and_days_from_the_next() -> None:
    for policy in POLICIES:
        in_days = Unit(policy.unit) in DAY_UNITS
        assert policy.start_rule == (StartRule.NEXT_DAY if in_days else StartRule.EVENT), policy.code


def test_every_row_says_what_it_rests_on_and_how_it_warns() -> None:
    for policy in POLICIES:
        assert policy.basis
        # A limit nobody owes anything by warns of nothing.
        warns = policy.clock not in ONLY_LIMITS
        assert ((policy.warn_share is None) != (policy.warn_length is None)) == warns, policy.code


def test_every_row_has_a_key_of_its_own() -> None:
    keys = [(policy.code, policy.clock, policy.version) for policy in POLICIES]
    assert len(set(keys)) == len(keys)


#: The table of limits the district began with: each row's promises, with how long each is given.
TABLE = {
    "H-EMG": {"contact": (30, "minute"), "handle": (2, "hour"), "plan": (24, "hour")},
    "H-URG": {"contact": (2, "hour"), "handle": (24, "hour")},
    "H-CON": {"handle": (3, "working_day")},
    "H-HLP": {"contact": (1, "working_day"), "handle": (5, "working_day")},
    "H-SUG": {"handle": (7, "working_day")},
    "H-CPL": {"contact": (1, "working_day"), "handle": (5, "working_day")},
    "H-RPT": {"contact": (1, "working_day"), "handle": (15, "working_day")},
    "H-SIGN": {"sign": (4, "working_hour")},
    "H-RET": {"return_window": (1, "working_day")},
    "H-REWORK": {"contact": (1, "working_day"), "handle": (3, "working_day")},
    "P-REG": {"registration": (15, "calendar_day")},
    "P-TRF": {"dispatch": (15, "calendar_day")},
    "P-OBJ": {"return_window": (5, "working_day")},
    "P-HANDLE": {"contact": (15, "calendar_day"), "handle": (60, "calendar_day")},
    "P-REV": {"handle": (30, "calendar_day")},
    "P-REC": {"handle": (30, "calendar_day")},
    "A-DB": {
        "survey": (3, "working_day"),
        "determination": (30, "working_day"),
        "determination_delegated": (20, "working_day"),
        "publication": (7, "calendar_day"),
    },
    "A-DBX": {"determination_hard": (45, "working_day")},
    "A-TK": {
        "first_judgement": (15, "working_day"),
        "publication": (7, "calendar_day"),
        "confirmation": (15, "working_day"),
    },
    "A-RIG": {
        "determination": (30, "working_day"),
        "determination_hard": (45, "working_day"),
        "publication": (7, "calendar_day"),
    },
    "A-TMP-U": {
        "relief_contact": (2, "hour"),
        "relief": (3, "calendar_day"),
        "relief_papers": (5, "working_day"),
    },
    "A-TMP": {"determination": (20, "working_day")},
    "A-RPT": {"inspection_contact": (1, "working_day"), "inspection": (15, "calendar_day")},
    "V-VIL": {"visit_community": (1, "month")},
    "V-STR": {"visit_subdistrict": (1, "half_year")},
}


@pytest.mark.parametrize("code", TABLE)
def test_every_row_of_the_table_of_limits_is_there(code: str) -> None:
    rows = {p.clock: (p.length, p.unit) for p in POLICIES if p.code == code}

    # Urgent matters are dispatched sooner, too.
    assert {clock: told for clock, told in rows.items() if (code[0], clock) != ("H", "dispatch")} == TABLE[
        code
    ]


def test_what_is_there_beside_the_table_is_the_houses_own() -> None:
    own = {"H-DSP", "H-DEF", "H-REVIEW", "H-CALLBACK", "H-DECIDE", "H-SUPV", "H-SUPP", "H-PRS"}

    assert {policy.code for policy in POLICIES} - set(TABLE) == own


def test_what_rests_on_a_rule_says_where_it_can_be_read() -> None:
    silent = {policy.code for policy in POLICIES if not policy.basis_url}

    assert {code for code in silent if code[0] != "H"} == {"A-TMP-U", "A-RPT"}
    # What the house set itself, and Weifang's rule, which stays at no public address.
    assert {p.basis for p in POLICIES if not p.basis_url and p.code[0] == "H"} == {OWN, WEIFANG}
    # The first calls are the house's own.
    assert {p.clock for p in POLICIES if not p.basis_url and p.code[0] != "H"} == {
        "relief_contact",
        "inspection_contact",
    }
    assert all(p.basis_url.startswith(("https://", "http://")) for p in POLICIES if p.basis_url)


def test_days_roll_as_the_law_has_it_but_neither_a_public_display_nor_help_in_need() -> None:
    days = [p for p in POLICIES if p.unit in ROLLING_UNITS]

    assert {p.clock for p in days if p.roll_rule == "none"} == {"publication", "relief"}
    assert {p.roll_rule for p in days} == {"none", "next_working_day"}
    assert all(p.roll_rule is None for p in POLICIES if p.unit not in ROLLING_UNITS)


@pytest.mark.parametrize(
    "code, clock, due",
    [
        ("H-EMG", "plan", "2026-03-03T10:00"),
        ("A-DB", "survey", "2026-03-05T17:00"),
        ("A-DB", "determination", "2026-04-14T17:00"),
        ("A-TK", "publication", "2026-03-10T00:00"),
        ("A-TMP-U", "relief_contact", "2026-03-02T12:00"),
        ("A-TMP-U", "relief", "2026-03-06T00:00"),
        ("A-RPT", "inspection", "2026-03-17T17:00"),
        ("V-VIL", "visit_community", "2026-04-01T00:00"),
        ("V-STR", "visit_subdistrict", "2026-07-01T00:00"),
    ],
)
def test_promises_of_the_casework_are_counted_and_explained(code: str, clock: str, due: str) -> None:
    policy = next(p for p in POLICIES if (p.code, p.clock) == (code, clock))
    period = Period(
        start=datetime(2026, 3, 2, 10, tzinfo=SHANGHAI),
        length=policy.length,
        unit=Unit(policy.unit),
        start_rule=StartRule(policy.start_rule),
        roll_rule=policy.roll,
    )
    calendar = Calendar.from_data(default_calendar_data())

    assert period.due(calendar).at == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)
    assert list(explain(period, calendar))[-1].counted
