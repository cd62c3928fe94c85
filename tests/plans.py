"""What the database does for a statement: the indexes it goes through and the pages it touches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

EXPLAIN = "explain (analyze, buffers, format json) "


@dataclass(frozen=True)
class Plan:
    """How one statement was carried out."""

    statement: str
    top: dict[str, Any]

    @property
    def pages(self) -> int:
        """Pages touched, in memory or on the disk."""
        return int(self.top["Shared Hit Blocks"] + self.top["Shared Read Blocks"])

    @property
    def indexes(self) -> set[str]:
        """Names of the indexes that were asked."""
        return {node["Index Name"] for node in _nodes(self.top) if _ran(node) and "Index Name" in node}

    @property
    def asked_with(self) -> dict[str, str]:
        """What each index was asked with; nothing where it was read from one end to the other."""
        return {
            node["Index Name"]: node.get("Index Cond", "")
            for node in _nodes(self.top)
            if "Index Name" in node
        }

    @property
    def read_whole(self) -> set[str]:
        """Names of the tables that were read from one end to the other."""
        return {
            node["Relation Name"]
            for node in _nodes(self.top)
            if _ran(node) and node["Node Type"] == "Seq Scan"
        }


def plans_of(engine: Engine, act: Callable[[], object], *, with_few_rows: bool = False) -> list[Plan]:
    """
    Carry out every question that *act* sends to the database once more, and tell how that is done.

    *with_few_rows* has it done as it would be with many: a short table is quicker read than its index.
    """
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().lower().startswith(("select", "with")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        if with_few_rows:
            connection.exec_driver_sql("set local enable_seqscan = off")
        return [
            Plan(
                statement, connection.exec_driver_sql(EXPLAIN + statement, parameters).scalar_one()[0]["Plan"]
            )
            for statement, parameters in asked
        ]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _ran(node: dict[str, Any]) -> bool:
    return bool(node["Actual Loops"])
