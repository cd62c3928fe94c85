"""`zhuanban sla export` and `sla simulate`: the rules as files, and what other rules would have meant."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import Trouble, settings_here

if TYPE_CHECKING:
    from app.rulemaking.preview import Simulation
    from app.wiring import House
    from tickets.ground.errors import FieldsRefused


@click.command(name="export")
@click.argument("what", type=click.Choice(["policies", "calendar"]), default="policies")
def export_rules(what: str) -> None:
    """Print the promises or the calendar in force as a TOML file."""
    from app.rulemaking import calendars, policies
    from app.wiring import House

    house = House.of(settings_here(), pool=1)
    try:
        rules = house.rules()
    finally:
        house.engine.dispose()
    in_force = policies.rows_in_force(rules.policies)
    click.echo(
        policies.to_toml(in_force) if what == "policies" else calendars.to_toml(rules.calendar), nl=False
    )


@click.command(name="simulate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--most", type=click.IntRange(min=1), help="Look at so many of the newest tickets; else at all."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def simulate_rules(file: Path, most: int | None, as_json: bool) -> None:
    """
    Print which promises would be broken under FILE, a table or a calendar as `sla export` writes it.

    The open tickets and those closed within a year are counted under it; nothing is changed.
    """
    from app.wiring import House
    from tickets.ground.errors import FieldsRefused

    text = file.read_text(encoding="utf-8")
    house = House.of(settings_here(), pool=1)
    try:
        found = _simulated(house, text, most)
    except FieldsRefused as refused:
        raise Trouble("\n".join(_told(file, refused))) from refused
    finally:
        house.engine.dispose()
    click.echo(_as_json(found) if as_json else _as_table(found))


def _simulated(house: "House", text: str, most: int | None) -> "Simulation":
    from app.rulemaking import calendars, policies
    from app.rulemaking.preview import rules_with, simulated
    from app.rulemaking.rows import RuleKind
    from tickets.ground.desk import CLOCKWORK

    with house.open_desk(CLOCKWORK) as desk:
        if "[week]" in text:
            calendar = calendars.read_calendar(text, desk.rules.calendar, None)
            rules = rules_with(desk.rules, RuleKind.CALENDAR, calendar.to_data())
        else:
            rules = rules_with(desk.rules, RuleKind.POLICIES, policies.to_data(policies.of_toml(text)))
        return simulated(desk.session, rules, now=desk.now(), most=most)


def _told(file: Path, refused: "FieldsRefused") -> list[str]:
    """What is wrong with the file, each with its place in it."""
    return [
        f"{file.name}: {bad.field}: {bad.code} {json.dumps(bad.params, ensure_ascii=False, default=str)}"
        for bad in refused.fields
    ]


def _as_json(found: "Simulation") -> str:
    rows = [{"unit": unit, "clock": clock, **vars(count)} for (unit, clock), count in found.counts.items()]
    return json.dumps({"tickets": found.tickets, "rows": rows}, ensure_ascii=False, indent=2)


def _as_table(found: "Simulation") -> str:
    ordered = sorted(
        found.counts.items(), key=lambda one: (-abs(one[1].late_then - one[1].late), str(one[0]))
    )
    lines = [f"{'unit':<28} {'clock':<14} {'clocks':>8} {'late':>8} {'would be':>8} {'moved':>8}"]
    lines += [
        f"{unit or 'hotline':<28} {clock:<14} {one.clocks:>8} {one.late:>8} {one.late_then:>8} {one.moved:>8}"
        for (unit, clock), one in ordered
    ]
    total = [
        sum(getattr(one, name) for _, one in ordered) for name in ("clocks", "late", "late_then", "moved")
    ]
    lines.append(f"{'all':<28} {'':<14} " + " ".join(f"{figure:>8}" for figure in total))
    return "\n".join([*lines, f"{found.tickets} tickets looked at; nothing was changed"])
