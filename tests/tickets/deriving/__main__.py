"""`python -m tests.tickets.deriving` writes `tests/tickets/vectors.json` anew."""

from pathlib import Path

from tests.tickets.deriving.whole import written

FILE = Path(__file__).parents[1] / "vectors.json"

if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
