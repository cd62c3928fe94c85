"""The process on one page is the process: its drawing and its tables say what the program does."""

import re
from collections import defaultdict

from app.access.rules import RULES
from tests.rules.drawing import README, drawing, in_readme
from tickets.ground.clock import ClockKind
from tickets.ground.flow import BY_ITSELF, Move
from tickets.ground.words import RequestKind

#: `move`, `move` | roles; "of asking also" names who has only the first of the moves.
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|`]+) \| ")


def part(title: str) -> str:
    """One section of the page."""
    return README.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def roles_in_words() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in part("The moves").splitlines():
        if row := ROW.match(line):
            moves = re.findall(r"\w+", row[1])
            roles, _, first_only = row[2].partition("; of asking also ")
            for move in moves:
                found[move] |= set(re.findall(r"\w+", roles))
            found[moves[0]] |= set(re.findall(r"\w+", first_only))
    return found


def test_the_drawing_is_that_of_the_table() -> None:
    assert in_readme() == drawing(), "run `python -m tests.rules.drawing`"


def test_every_move_stands_on_the_page_with_who_may_make_it() -> None:
    told = roles_in_words()
    asked = {move for move in Move if move.startswith("ask_") and move is not Move.ASK_CITIZEN}
    expected = {
        move: {str(role) for role in RULES.moves.get(move, {})}
        for move in Move
        if move not in BY_ITSELF | asked | {Move.DECIDE}
    }

    assert told == expected
    requests = part("What one person asks and another decides")
    for move in asked:
        roles = re.search(rf"^\| `{move}` ([\w, ]+) \|", requests, re.MULTILINE)
        assert roles, move
        assert set(roles[1].split(", ")) == {str(role) for role in RULES.moves[move]}, move


def test_every_request_and_every_clock_stands_there_too() -> None:
    rows = [line for line in part("What one person asks and another decides").splitlines() if "|" in line]
    clocks = part("The clocks")

    # Its head and the line below it are no requests.
    assert len(rows) - 2 == len(RequestKind)
    assert [kind for kind in ClockKind if f"`{kind}`" not in clocks] == []
