"""`zhuanban import households`: a register of households from a spreadsheet."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import Trouble, settings_here

if TYPE_CHECKING:
    from app.assistance.importing.bring import Brought
    from app.assistance.importing.rows import Read
    from app.wiring import House

#: Faults printed; the count says how many there are.
MOST_TOLD = 200


@click.group(name="import")
def import_group() -> None:
    """Bring data of other programs into the district."""


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@click.option("--kind", help="Group of the households of rows that do not say: dibao, tekun, …")
def households(file: Path, dry_run: bool, kind: str | None) -> None:
    """
    Bring households from FILE (.xlsx, .xls or .csv) into the register.

    Who is there is found by their ID number and changed; others are added. Rows that cannot be used are named
    with line, column and remedy on standard error, and the exit code is 1.
    """
    from app.factory import create_app
    from app.wiring import House

    settings = settings_here()
    house = House.of(settings, pool=2)
    try:
        # The sentences of refusals are those of the pages.
        with create_app(settings, house).test_request_context():
            brought, read = _brought(house, file, kind, dry_run)
            _tell(brought, read, dry_run)
    finally:
        house.engine.dispose()
    if brought.faults:
        raise SystemExit(1)


def _brought(house: "House", file: Path, kind: str | None, dry_run: bool) -> tuple["Brought", "Read"]:
    from app.admin.ledger import CONSOLE
    from app.assistance.area import Area
    from app.assistance.importing.bring import bring
    from app.assistance.importing.rows import Reader
    from app.assistance.importing.table import read_table
    from app.language.sentences import field_sentence
    from tickets.assistance.words import HouseholdKind
    from tickets.ground.errors import FieldsRefused
    from tickets.ground.refs import SHANGHAI
    from tickets.ground.words import UnitKind

    if kind is not None and kind not in list(HouseholdKind):
        raise Trouble(f"no such kind: {kind}; choose one of {', '.join(HouseholdKind)}")
    area = Area(None)
    with house.open_desk(CONSOLE) as desk:
        units, day = desk.rules.units, desk.now().astimezone(SHANGHAI).date()
    if not any(unit.kind == UnitKind.COMMUNITY for unit in units):
        raise Trouble("the district has no communities yet; add its units first")
    try:
        table = read_table(file.read_bytes())
    except FieldsRefused as refused:
        said = [field_sentence(bad) for bad in refused.fields]
        raise Trouble("\n".join(f"{file.name}: {one.message}{one.remedy}" for one in said)) from refused
    read = Reader(units, area, day, HouseholdKind(kind) if kind else None).read(table)
    with click.progressbar(length=len(read.groups), label="households", file=sys.stderr) as bar:
        brought = bring(lambda: house.open_desk(CONSOLE), read, area, dry_run=dry_run, progress=bar.update)
    return brought, read


def _tell(brought: "Brought", read: "Read", dry_run: bool) -> None:
    from app.language.sentences import field_sentence

    for fault in brought.faults[:MOST_TOLD]:
        said = field_sentence(fault.bad)
        click.echo(f"line {fault.line}, {fault.column}: {said.message}{said.remedy}", err=True)
    if read.unread:
        click.echo(f"columns not read: {', '.join(read.unread)}", err=True)
    if dry_run:
        click.echo("dry run: nothing was written", err=True)
    click.echo(
        f"{read.lines} rows, {brought.added} households added, {brought.changed} changed,"
        f" {brought.unchanged} unchanged, {len(brought.faults)} errors"
    )
