"""What holds for the whole house; each rule names all who break it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
PARTS = ("app", "tickets", "notifications")
MAX_LINES = 400
STEPS = ("intake", "transfer", "handling", "clocks", "callback")
#: What stands beside the river, and has chapters of its own.
BESIDE = ("supervision", "petition", "assistance")

FILES = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]


def guilty(pattern: str, *, but: set[str]) -> set[str]:
    """Files whose text matches *pattern*, those named aside."""
    asks = re.compile(pattern)
    return {
        name
        for path in FILES
        if asks.search(path.read_text(encoding="utf-8")) and (name := str(path.relative_to(ROOT))) not in but
    }


def test_only_those_who_open_a_desk_commit() -> None:
    committing = guilty(r"\.commit\(\)", but={"app/migrations/__init__.py"})

    assert not committing, f"leave the commit to whoever opened the desk or session: {committing}"


def test_only_the_clock_of_pages_may_ask_the_machine_what_time_it_is() -> None:
    asks = guilty(
        r"datetime\.(now|utcnow)\(|date\.today\(|time\.time\(",
        # Wiring hands it to what signs with the time: that is judged by the clock of who reads it.
        but={"app/factory.py", "app/clockwork.py", "app/scheduling.py", "app/wiring.py"},
    )

    assert not asks, f"ask the desk, or take `now` as an argument: {asks}"


def test_nobody_reads_the_environment_but_who_starts_things() -> None:
    reads = guilty(
        r"os\.environ|getenv", but={"app/cli/common.py", "app/embedded/demo.py", "app/embedded/account.py"}
    )

    assert not {name for name in reads if not name.startswith("app/embedded/")}, f"ask the settings: {reads}"


def test_no_file_is_too_long_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if "versions" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }

    assert not long, f"split these along the grain: {long}"


def test_no_module_says_a_thing_twice() -> None:
    twice = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        for name, times in Counter(_named_in(path)).items()
        if times > 1
    }

    assert not twice, f"the second hides the first: {twice}"


def _named_in(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_every_module_opens_with_a_sentence() -> None:
    silent = {
        str(path.relative_to(ROOT))
        for path in FILES
        if not re.match(r'"""(?:[^"]|"(?!""))*\.(?:\n|"""|\s)', path.read_text(encoding="utf-8"))
    }

    assert not silent, f"say what it is for, so that one need not open it: {silent}"


def test_every_route_says_who_may_come_in(app: Flask) -> None:
    # Files, and the description of the API, are for everybody.
    known = {"static", "bootstrap.static", "openapi.spec"}
    silent = {
        name
        for name, view in app.view_functions.items()
        if name not in known and not hasattr(view, "open_to")
    }

    assert not silent, f"these routes do not say who may come in: {silent}"


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {field.alias or name for name, field in Settings.model_fields.items()}
    unsaid = {name for name in names if f"{PREFIX}{name.upper()}" not in readme}

    assert not unsaid, f"README.md does not mention {unsaid}"


def test_every_folder_of_the_map_in_the_readme_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(
        r"^\s*(?:`|│|├|└|─|\s)*((?:app|tickets|notifications|templates|tests)/[a-z_/]*)", readme, re.MULTILINE
    )

    assert named, "README.md has no map of folders"
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_steps_of_the_river_have_the_same_names_everywhere() -> None:
    in_tickets = {path.stem for path in (ROOT / "tickets").iterdir()}
    in_journey = [path.stem for path in sorted((ROOT / "tests/journey").glob("test_*.py"))]

    assert {*STEPS, *BESIDE} <= in_tickets
    assert in_journey == [f"test_{number}_{step}" for number, step in enumerate((*STEPS, *BESIDE), start=1)]


def test_no_machine_of_ours_is_named_anywhere() -> None:
    texts = [*FILES, *(ROOT / "templates").rglob("*.*"), *ROOT.glob("*.md"), *ROOT.glob("requirements*.txt")]
    named = {
        str(path.relative_to(ROOT))
        for path in texts
        if re.search(r"--(extra-)?index-url|/(?:work|root)/", path.read_text(encoding="utf-8"))
    }

    assert not named
