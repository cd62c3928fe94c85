"""The table of moves, drawn; `python -m tests.rules.drawing` brings the drawing in the README up to date."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tickets.ground.flow import BY_ITSELF, OPEN, STEPS, Move, State

README = Path(__file__).parents[2] / "tickets" / "README.md"
BEGINS, ENDS = "<!-- drawn from ground/flow.py -->", "<!-- end of the drawing -->"

Edge = tuple[str, State]


def drawing() -> str:
    """What stands between the marks: where each move leads, and which moves stay where."""
    return "\n".join([BEGINS, "", "```mermaid", *_diagram(), "```", "", *_staying(), "", ENDS])


def in_readme() -> str:
    """What stands there now."""
    _, _, after = README.read_text("utf-8").partition(BEGINS)
    return BEGINS + after.partition(ENDS)[0] + ENDS


def _diagram() -> Iterator[str]:
    inside, outside = _edges()
    yield "stateDiagram-v2"
    yield f"  [*] --> {State.REGISTERED}: {Move.REGISTER}"
    yield "  state open {"
    yield from (f"    {line}" for line in _lines(inside))
    yield "  }"
    yield from (f"  {line}" for line in _lines(outside))


def _edges() -> tuple[Mapping[Edge, list[Move]], Mapping[Edge, list[Move]]]:
    """Moves between open states, and those that lead out of them or back; what all can do is drawn once."""
    inside: defaultdict[Edge, list[Move]] = defaultdict(list)
    outside: defaultdict[Edge, list[Move]] = defaultdict(list)
    for move, steps in STEPS.items():
        everywhere = {to for to in State if all(to in steps.get(state, ()) for state in OPEN)}
        for state, targets in steps.items():
            for to in sorted(targets - {state}, key=list(State).index):
                both_open = state in OPEN and to in OPEN
                begins = "open" if state in OPEN and to in everywhere else str(state)
                drawn = (inside if both_open else outside)[begins, to]
                drawn += [move] if move not in drawn else []
    return inside, outside


def _lines(edges: Mapping[Edge, list[Move]]) -> Iterator[str]:
    for (begins, to), moves in edges.items():
        yield f"{begins} --> {to}: {', '.join(map(_name, moves))}"


def _name(move: Move) -> str:
    return f"({move})" if move in BY_ITSELF else str(move)


def _staying() -> Iterator[str]:
    where: defaultdict[tuple[State, ...], list[Move]] = defaultdict(list)
    for move, steps in STEPS.items():
        states = tuple(state for state, to in steps.items() if state in to)
        if states:
            where[states].append(move)
    yield "| moves that leave it where it is | in |"
    yield "|---|---|"
    for states, moves in where.items():
        yield f"| {', '.join(f'`{move}`' for move in moves)} | {_told(states)} |"


def _told(states: Iterable[State]) -> str:
    found = list(states)
    if found[: len(OPEN)] == list(OPEN):
        return ", ".join(["every open state", *found[len(OPEN) :]])
    return ", ".join(found)


if __name__ == "__main__":
    text = README.read_text("utf-8")
    README.write_text(text.replace(in_readme(), drawing()), "utf-8")
