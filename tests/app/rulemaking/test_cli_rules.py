"""The rules as files on the command line, and a simulation that changes nothing."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import main
from tests.app.rulemaking.houses import RuleHouse
from tests.app.test_verify import environment, grow_old
from tests.makers import HANDLER


def run(rules: RuleHouse, *words: str) -> Result:
    return CliRunner().invoke(main, ["sla", *words], env=environment(rules.house.settings))


def test_a_wider_table_shows_what_would_hold_and_leaves_everything_as_it_was(
    rules: RuleHouse, tmp_path: Path
) -> None:
    ref, met = (rules.api.ticket_in("handling")["ref"] for _ in range(2))
    grow_old(rules.house, ref, days=30)
    rules.api.made(HANDLER, met, "reply", text="办好了。", founded="yes", solved="yes")
    exported = run(rules, "export")
    file = tmp_path / "policies.toml"
    file.write_text(exported.stdout.replace("length = 5", "length = 100"), encoding="utf-8")
    before = rules.api.read("auditor", ref)
    told = run(rules, "simulate", str(file))
    figures = json.loads(run(rules, "simulate", str(file), "--json").stdout)
    row = next(one for one in figures["rows"] if (one["unit"], one["clock"]) == ("panlong-civil", "handle"))

    assert told.exit_code == 0, told.stderr
    assert "2 tickets looked at; nothing was changed" in told.stdout
    assert (row["clocks"], row["late"], row["late_then"], row["moved"]) == (2, 1, 0, 2)
    assert rules.api.read("auditor", ref) == before


def test_a_calendar_is_simulated_as_well(rules: RuleHouse, tmp_path: Path) -> None:
    rules.api.ticket_in("handling")
    file = tmp_path / "calendar.toml"
    same = run(rules, "export", "calendar").stdout
    file.write_text(same.replace("saturday = []", 'saturday = ["09:00-12:00"]'), encoding="utf-8")
    figures = json.loads(run(rules, "simulate", str(file), "--json").stdout)

    assert sum(row["moved"] for row in figures["rows"]) > 0


def test_a_file_that_cannot_be_read_names_the_place(rules: RuleHouse, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("[[policies]]\ncode = 'A'\nclock = 'nothing'\n", encoding="utf-8")
    refused = run(rules, "simulate", str(file))

    assert refused.exit_code == 1
    assert "broken.toml: policies.1.clock: not_in_list" in refused.stderr
    assert "broken.toml: policies.1.length: missing" in refused.stderr
