"""A file handed in by somebody of the staff: read and brought in within their area, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.access.accounts import Viewer
from app.assistance.area import area_of
from app.assistance.importing.bring import Brought, bring
from app.assistance.importing.rows import Read, Reader
from app.assistance.importing.table import read_table
from tickets.assistance.words import HouseholdKind
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class Outcome:
    """What was read, and what became of it."""

    read: Read
    brought: Brought
    dry_run: bool


def take(desk: Desk, viewer: Viewer, content: bytes, *, kind: HouseholdKind | None, dry_run: bool) -> Outcome:
    """
    Bring a file into the register, or only try it out.

    :raises FieldsRefused: it is no spreadsheet, or has no heads.
    """
    area = area_of(desk.rules, viewer, "keep_households")
    read = Reader(desk.rules.units, area, desk.today(), kind).read(read_table(content))

    @contextmanager
    def this_desk() -> Iterator[Desk]:
        yield desk
        desk.clear()

    brought = bring(this_desk, read, area, dry_run=dry_run, progress=lambda _done: None)
    return Outcome(read, brought, dry_run)
