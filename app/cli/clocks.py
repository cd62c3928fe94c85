"""Clocks on the command line: when a promise is due, and why."""

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import click

from app.cli.common import Trouble, settings_here

if TYPE_CHECKING:
    from tickets.ground.worktime.calendar import Calendar


@click.group()
def sla() -> None:
    """Promises: when they are due, and why."""


@sla.command()
@click.argument("start", required=False)
@click.argument("length", required=False)
@click.argument("unit", required=False)
@click.option("--start-rule", help="event, next_day or next_working_day; by itself the one of the unit.")
@click.option("--roll-rule", help="next_working_day or none: what becomes of a last day off; else the law's.")
@click.option("--calendar", "code", default="default", show_default=True, help="Code of the calendar.")
@click.option("--json", "as_json", is_flag=True, help="The due moment with every day that led to it.")
@click.option(
    "--file",
    "table",
    type=click.File(encoding="utf-8-sig"),
    help="CSV with the header start,length,unit,start_rule,roll_rule (the last two may be missing), "
    "one line an answer; - is standard input.",
)
def due(  # noqa: PLR0913 - as many as there are words on the command line
    start: str | None,
    length: str | None,
    unit: str | None,
    start_rule: str | None,
    roll_rule: str | None,
    code: str,
    as_json: bool,
    table: TextIO | None,
) -> None:
    """Print when a period of LENGTH UNITs is due that begins at START, as 2026-09-30T16:30:00+08:00."""
    from tickets.clocks.due_lines import due_line, explanation, parse
    from tickets.ground.worktime.units import PeriodRefused

    calendar = _calendar(code)
    try:
        if table is not None:
            sys.exit(_answer_all(table, calendar))
        if not (start and length and unit):
            raise Trouble("say START, LENGTH and UNIT, or --file; see `zhuanban sla due --help`")
        period = parse(start, length, unit, start_rule, roll_rule)
        if as_json:
            click.echo(json.dumps(explanation(period, calendar), ensure_ascii=False, indent=1))
        else:
            click.echo(due_line(period, calendar))
    except PeriodRefused as refused:
        raise Trouble(str(refused)) from refused


@sla.command(name="explain")
@click.argument("ref")
@click.option("--all", "every", is_flag=True, help="Clocks that are met or cancelled, too.")
def explain_clocks(ref: str, every: bool) -> None:
    """Print why the clocks of the ticket REF are due when they are, day by day, in Chinese and in English."""
    from app.reading.clock_text import NoClock, told_in_text
    from app.wiring import House
    from tickets.ground.errors import NotFound

    house = House.of(settings_here(), pool=2)
    try:
        click.echo(told_in_text(house, ref, every=every), nl=False)
    except NotFound as unknown:
        raise Trouble(f"there is no ticket {ref}") from unknown
    except NoClock as none:
        raise Trouble(f"no clock of {ref} runs; --all tells of those that did") from none
    finally:
        house.engine.dispose()


def _answer_all(table: Iterable[str], calendar: "Calendar") -> int:
    """Answer every row in its place; 1 if one was refused."""
    from tickets.clocks.due_lines import answers

    refused = False
    for answer in answers(table, calendar):
        click.echo(answer.line)
        refused = refused or answer.refused
    return int(refused)


def _calendar(code: str) -> "Calendar":
    """The calendar *code* in force in this district."""
    from app.wiring import House, NoRules

    house = House.of(settings_here(), pool=1)
    try:
        rules = house.rules()
    except NoRules as empty:
        raise Trouble(str(empty)) from empty
    finally:
        house.engine.dispose()
    versions = [version for known, version in rules.calendars if known == code]
    if not versions:
        known = ", ".join(sorted({name for name, _ in rules.calendars}))
        raise Trouble(f"there is no calendar {code!r}; there are {known}")
    return rules.calendars[code, max(versions)]
