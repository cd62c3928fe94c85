"""The closed lists of reasons: the codes are fixed, their words and order are the district's."""

from collections.abc import Iterable

from sqlalchemy import PrimaryKeyConstraint

from tickets.ground.columns import Row, one_of
from tickets.ground.words import ReasonList


class ReasonRow(Row, table=True):
    """One reason of a closed list."""

    __tablename__ = "reason"
    __table_args__ = (PrimaryKeyConstraint("list", "code"), one_of("list", ReasonList))

    list: str
    #: What requests and facts carry. It never changes.
    code: str
    label: str
    label_en: str
    #: When it is the right one, in a sentence beside the choice.
    hint: str = ""
    hint_en: str = ""
    #: Law, article or local rule it rests on.
    basis: str = ""
    #: Whether forms offer it. One that is not offered is still understood.
    active: bool = True
    position: int = 0


class Reasons:
    """All reasons, asked by their list."""

    def __init__(self, rows: Iterable[ReasonRow] = ()) -> None:
        self._rows = sorted(rows, key=lambda row: (row.list, row.position, row.code))

    def all_of(self, name: str) -> list[ReasonRow]:
        """Every reason of the list *name*, in its order."""
        return [row for row in self._rows if row.list == name]

    def offered(self, name: str) -> list[ReasonRow]:
        """The reasons of the list *name* that forms offer, in its order."""
        return [row for row in self.all_of(name) if row.active]

    def get(self, name: str, code: str) -> ReasonRow | None:
        """One reason, offered or not."""
        return next((row for row in self._rows if (row.list, row.code) == (name, code)), None)
