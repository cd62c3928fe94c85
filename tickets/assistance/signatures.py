"""A signature drawn on a screen: checked strokes, kept as the lines they are."""

from collections.abc import Sequence

from tickets.ground.files import Checked

#: The board one signs on, in its own units; a phone shows it as wide as it can.
WIDTH, HEIGHT = 640, 240
#: Strokes of one signature, and points of all of them.
MOST_STROKES, MOST_POINTS = 200, 6_000
#: Shorter in both directions is a slip of the finger and no name.
SHORTEST = 20
#: What a signature is kept as.
SVG = "image/svg+xml"
NAME = "signature.svg"

#: A stroke as its points, one after the other: x, y, x, y …
Strokes = Sequence[Sequence[int]]


def trouble_with(strokes: Strokes) -> str | None:
    """What is wrong with strokes as somebody sent them: a code, or None."""
    if not strokes:
        return "not_signed"
    points = sum(len(stroke) for stroke in strokes) // 2
    if len(strokes) > MOST_STROKES or points > MOST_POINTS:
        return "signature_too_long"
    if any(len(stroke) < 2 or len(stroke) % 2 for stroke in strokes):
        return "no_strokes"
    across = [x for stroke in strokes for x in stroke[::2]]
    down = [y for stroke in strokes for y in stroke[1::2]]
    if not (min(across) >= 0 and max(across) <= WIDTH and min(down) >= 0 and max(down) <= HEIGHT):
        return "no_strokes"
    if max(max(across) - min(across), max(down) - min(down)) < SHORTEST:
        return "not_signed"
    return None


def drawn(strokes: Strokes) -> Checked:
    """The file of strokes that were checked: our own writing of whole numbers, so nothing in it can run."""
    lines = "".join(_line(stroke) for stroke in strokes)
    content = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" fill="none" stroke="#10233f" stroke-width="5" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</svg>'
    )
    return Checked(content.encode(), SVG)


def _line(stroke: Sequence[int]) -> str:
    # A dot is a line to itself: its round ends show it.
    points = list(stroke) * 2 if len(stroke) == 2 else list(stroke)
    written = " ".join(f"{int(x)},{int(y)}" for x, y in zip(points[::2], points[1::2], strict=True))
    return f'<polyline points="{written}"/>'
