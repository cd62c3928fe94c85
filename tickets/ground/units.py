"""The units of the district: who they are and who stands above whom."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ARRAY, String
from sqlmodel import Field

from tickets.ground.columns import Row, one_of
from tickets.ground.words import UnitKind


class UnitRow(Row, table=True):
    """A body that can be given a ticket, or complained about."""

    __tablename__ = "unit"
    __table_args__ = (one_of("kind", UnitKind),)

    code: str = Field(primary_key=True)
    name: str
    name_en: str
    kind: str
    #: The unit above: a community's subdistrict.
    parent: str | None = Field(default=None, foreign_key="unit.code")
    #: Other names people use for it.
    aliases: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    active: bool = True


class Units:
    """All units at hand, asked by code."""

    def __init__(self, rows: Iterable[UnitRow]) -> None:
        self._by_code = {row.code: row for row in rows}
        self._below: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[UnitRow]:
        return iter(self._by_code.values())

    def get(self, code: str | None) -> UnitRow | None:
        """The unit with *code*, or None."""
        return self._by_code.get(code or "")

    def is_at_or_below(self, code: str, top: str) -> bool:
        """*code* is *top* or stands somewhere under it."""
        return top in self.at_or_above(code)

    def at_or_above(self, code: str) -> list[str]:
        """Codes of *code* and all that stand above it."""
        found: list[str] = []
        at: str | None = code
        while at is not None and at not in found:
            found.append(at)
            row = self._by_code.get(at)
            at = row.parent if row else None
        return found

    def at_or_below(self, top: str) -> Sequence[str]:
        """Codes of *top* and all that stand under it."""
        if top not in self._below:
            self._below[top] = [code for code in self._by_code if self.is_at_or_below(code, top)]
        return self._below[top]

    def is_division(self, code: str) -> bool:
        """*code* names the district, a subdistrict or a community."""
        return code in self._by_code or any(
            known.startswith(code) for known in self._by_code if code.isdigit()
        )
