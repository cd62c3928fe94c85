"""Let several people act at the very same moment."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Found = TypeVar("Found")

#: How often each race is run: `make races` runs them more often.
REPEAT = int(os.environ.get("REPEAT", "1"))


def at_once(acts: Sequence[Callable[[], Found]]) -> list[Found]:
    """Start all *acts* together, each in a thread of its own, and give what they gave, in their order."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Found]) -> Found:
        start.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
