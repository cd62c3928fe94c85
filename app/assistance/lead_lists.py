"""A list for data matching (数据比对): each row a clue, tried out first, those known already left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from app.access.accounts import Viewer
from app.admin.ledger import one_at_a_time
from app.assistance.area import area_of
from app.assistance.importing.rows import Cells, places_of
from app.assistance.importing.table import read_table
from app.assistance.leads import member_with, open_lead_of, report_lead, told_household
from app.assistance.need_bodies import LeadWords
from app.language.sentences import fields_of
from app.sheets import Fault
from tickets.assistance.need_words import Channel, NeedKind
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field

#: Rows of one list: more is a slip, or better sent in parts.
MOST_LINES = 2000


@dataclass(frozen=True)
class Matched:
    """A row that became or would become a clue; the household of the person, where the viewer may know it."""

    line: int
    wanted: LeadWords
    household: int | None


@dataclass
class Matching:
    """What became of a list."""

    dry_run: bool
    lines: int = 0
    found: list[Matched] = field(default_factory=list)
    #: Lines of people with an open clue, or who stand on the list twice.
    known: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def match_list(
    desk: Desk, viewer: Viewer, content: bytes, *, kind: NeedKind, words: str, dry_run: bool
) -> Matching:
    """
    Read a list of people and report each as a clue, or only try it out.

    :raises FieldsRefused: it is no spreadsheet, has no heads, or too many rows.
    """
    table = read_table(content)
    if len(table.rows) > MOST_LINES:
        raise bad_field("file", "too_many_lines", most=MOST_LINES)
    if not dry_run:
        one_at_a_time(desk)
    outcome = Matching(dry_run, lines=len(table.rows))
    area = area_of(desk.rules, viewer, "report_leads")
    places = places_of(desk.rules.units)
    rows = (Cells(table.heads, row, line, outcome.faults) for line, row in table.rows)
    seen: set[str] = set()
    for cells in rows:
        for wanted in _read(cells, cells.division(places, area), kind, words):
            own = wanted.id_number or f"{wanted.phone} {wanted.name}"
            if own in seen or open_lead_of(desk, wanted) is not None:
                outcome.known.append(cells.line)
                continue
            seen.add(own)
            member = member_with(desk, wanted.id_number)
            household = told_household(desk, viewer, member.household_id if member else None)
            outcome.found.append(Matched(cells.line, wanted, household))
            if not dry_run:
                report_lead(desk, viewer, wanted, channel=Channel.DATA)
    return outcome


def _read(cells: Cells, division: str | None, kind: NeedKind, words: str) -> Iterator[LeadWords]:
    """The clue of a row, where nothing of it is wrong; what is goes on the list of faults."""
    if division is None:
        return
    said = {
        "division": division,
        "kind": kind,
        "name": cells.text("name"),
        "id_number": cells.text("id_number") or None,
        "phone": cells.text("phone") or None,
        "words": words,
    }
    try:
        yield LeadWords.model_validate(said)
    except ValidationError as wrong:
        for bad in fields_of(wrong):
            cells.fault(bad.field if bad.field != "body" else "id_number", bad.code, **bad.params)
