"""`zhuanban sla due`: one question, a table of them, and the account day by day."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import main
from app.wiring import House
from tests.app.test_verify import environment
from tests.makers import Api

#: Mid-Autumn, a holiday on a Friday.
FRIDAY = "2026-09-25T16:30:00+08:00"


def ask(house: House, *words: str, typed: str | None = None) -> Result:
    """Run `sla due` against *house*."""
    return CliRunner().invoke(main, ["sla", "due", *words], env=environment(house.settings), input=typed)


def test_one_question_is_answered_by_one_line(house: House) -> None:
    answers = [
        ask(house, FRIDAY, "5", "working_day"),
        ask(house, FRIDAY, "2", "working_hour"),
        ask(house, FRIDAY, "6", "calendar_day", "--start-rule", "next_working_day"),
    ]

    assert [(one.exit_code, one.stdout) for one in answers] == [
        (0, "2026-10-09T17:00:00+08:00\n"),
        (0, "2026-09-28T11:00:00+08:00\n"),
        (0, "2026-10-08T17:00:00+08:00\n"),
    ]


def test_the_account_is_json(house: House) -> None:
    told = json.loads(ask(house, FRIDAY, "5", "working_day", "--json").stdout)

    assert told["due"] == "2026-10-09T17:00:00+08:00"
    assert [day["n"] for day in told["days"] if day["counted"]] == [1, 2, 3, 4, 5]
    assert {day["reason"] for day in told["days"]} >= {"start_day", "holiday"}


def test_a_table_is_answered_row_by_row(house: House, tmp_path: Path) -> None:
    table = (
        "\ufeffstart,length,unit,start_rule\n"
        f"{FRIDAY},5,working_day,\n"
        f"{FRIDAY},five,working_day,\n"
        f"{FRIDAY},1,hour,event\n"
    )
    (tmp_path / "cases.csv").write_text(table, encoding="utf-8")
    from_file = ask(house, "--file", str(tmp_path / "cases.csv"))
    from_pipe = ask(house, "--file", "-", typed=table)
    good = ask(house, "--file", "-", typed="start,length,unit\n" + f"{FRIDAY},1,hour\n")

    lines = from_file.stdout.splitlines()
    assert (from_file.exit_code, good.exit_code) == (1, 0)
    assert lines[0] == "2026-10-09T17:00:00+08:00"
    assert lines[1].startswith("error: ")
    assert lines[2] == "2026-09-25T17:30:00+08:00"
    assert from_pipe.stdout == from_file.stdout


def test_what_cannot_be_answered_says_what_to_do(house: House) -> None:
    refused = {
        "nothing": ask(house),
        "unit": ask(house, FRIDAY, "5", "fortnight"),
        "zone": ask(house, "2026-09-25T16:30:00", "5", "working_day"),
        "rule": ask(house, FRIDAY, "5", "working_day", "--start-rule", "event"),
        "calendar": ask(house, FRIDAY, "5", "working_day", "--calendar", "moon"),
    }

    assert {one.exit_code for one in refused.values()} == {1}
    assert {one.stdout for one in refused.values()} == {""}
    assert "say START, LENGTH and UNIT" in refused["nothing"].stderr
    assert "there are minute" in refused["unit"].stderr
    assert "needs an offset from UTC" in refused["zone"].stderr
    assert "there is no calendar 'moon'; there are default" in refused["calendar"].stderr


def test_a_tickets_clocks_are_explained_in_both_languages(api: Api, house: House) -> None:
    ref = api.ticket_in("handling")["ref"]
    env = environment(house.settings)
    told = CliRunner().invoke(main, ["sla", "explain", ref], env=env)
    every = CliRunner().invoke(main, ["sla", "explain", ref, "--all"], env=env)
    closed = CliRunner().invoke(main, ["sla", "explain", api.ticket_in("closed")["ref"]], env=env)
    unknown = CliRunner().invoke(main, ["sla", "explain", "26112400000012"], env=env)

    assert told.exit_code == 0, told.stderr
    assert "办理 区民政局：" in told.stdout
    assert "Handling Civil Affairs Bureau: " in told.stdout
    assert "从第二天算起，给 5 个工作日" in told.stdout
    assert "counted from the next day, 5 working days" in told.stdout
    assert "起算的当天不计入" in told.stdout
    assert "the day it begins is not counted" in told.stdout
    assert len(every.stdout) > len(told.stdout)
    assert "no clock of" in closed.stderr
    assert "there is no ticket 26112400000012" in unknown.stderr
    assert {closed.exit_code, unknown.exit_code} == {1}
