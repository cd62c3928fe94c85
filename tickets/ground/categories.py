"""What matters are about: the tree of categories, as the district keeps it."""

from collections.abc import Iterable, Iterator

from sqlmodel import Field

from tickets.ground.columns import Row


class CategoryRow(Row, table=True):
    """One category. Its code is the beginning of the codes below it, so that a promise can cover them all."""

    __tablename__ = "category"

    #: As MZ-07-01.
    code: str = Field(primary_key=True)
    name: str
    name_en: str
    parent: str | None = Field(default=None, foreign_key="category.code")
    #: Where it stands among its siblings.
    position: int = 0
    active: bool = True
    #: Who usually leads such a matter; None leaves it to the category above.
    unit_code: str | None = Field(default=None, foreign_key="unit.code")


class Categories:
    """All categories, asked by code; in the order of the tree."""

    def __init__(self, rows: Iterable[CategoryRow] = ()) -> None:
        self._by_code = {row.code: row for row in sorted(rows, key=lambda row: (row.position, row.code))}
        self._below: dict[str | None, list[CategoryRow]] = {}
        for row in self._by_code.values():
            self._below.setdefault(row.parent, []).append(row)

    def __iter__(self) -> Iterator[CategoryRow]:
        """Each category, followed by those below it."""
        return self.below(None)

    def get(self, code: str | None) -> CategoryRow | None:
        """The category with *code*, or None: a ticket may carry one that another platform made up."""
        return self._by_code.get(code or "")

    def below(self, code: str | None) -> Iterator[CategoryRow]:
        """Everything below *code*, or the whole tree."""
        for row in self._below.get(code, ()):
            yield row
            yield from self.below(row.code)

    def path(self, code: str | None) -> list[CategoryRow]:
        """From the top down to the category with *code*; nothing where there is none."""
        found: list[CategoryRow] = []
        row = self.get(code)
        while row is not None:
            found.insert(0, row)
            row = self.get(row.parent)
        return found

    def is_offered(self, code: str) -> bool:
        """It and all above it are active."""
        path = self.path(code)
        return bool(path) and all(row.active for row in path)

    def unit_of(self, code: str | None) -> str | None:
        """Who usually leads a matter of this category: its own unit, or that of the nearest one above."""
        return next((row.unit_code for row in reversed(self.path(code)) if row.unit_code), None)
