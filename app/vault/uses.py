"""Which keys are still needed: for each key, what it sealed and indexed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, func, literal
from sqlmodel import Session, select

from app.vault.registry import REGISTRY, SealedRows
from tickets.ground.kept_keys import VaultSecret
from tickets.ground.vault import Vault

#: Stands for the key of indexes made before its number was kept: the oldest of the ring at that time.
UNNUMBERED = ""


@dataclass(frozen=True)
class Uses:
    """What each key is needed for, as `table.column`, and how often."""

    by_key: dict[str, Counter[str]]
    #: The key of tracking codes is kept apart from the ring.
    codes_are_kept: bool

    def lost(self, vault: Vault) -> list[str]:
        """Keys in use that the ring does not have: what they sealed cannot be opened."""
        return sorted(set(self.by_key) - {UNNUMBERED, *vault.numbers})

    def may_go(self, vault: Vault, number: str) -> bool:
        """Whether the key *number* may be dropped."""
        needs_oldest = not self.codes_are_kept or UNNUMBERED in self.by_key
        is_oldest = number == vault.numbers[-1]
        return number != vault.current and number not in self.by_key and not (is_oldest and needs_oldest)


def uses_of(session: Session) -> Uses:
    """Count what every key sealed and indexed."""
    by_key: dict[str, Counter[str]] = {}
    for rows in REGISTRY:
        for number, where, count in _in(session, rows):
            by_key.setdefault(number, Counter())[where] += count
    return Uses(by_key, session.exec(select(VaultSecret.name).limit(1)).first() is not None)


def _in(session: Session, rows: SealedRows) -> Iterator[tuple[str, str, int]]:
    for column in rows.columns:
        yield from _count(session, rows, column, _key_of(rows.attribute(column)))
    for column in rows.indexes:
        yield from _count(session, rows, column, func.coalesce(rows.attribute("index_key"), UNNUMBERED))


def _key_of(sealed: Any) -> ColumnElement[str]:
    """The number in front of the colon."""
    colon = cast(literal(b":"), LargeBinary)
    return func.encode(func.substring(sealed, 1, func.position(colon.op("in")(sealed)) - 1), "escape")


def _count(
    session: Session, rows: SealedRows, column: str, number: ColumnElement[str]
) -> Iterator[tuple[str, str, int]]:
    counted = (
        select(number.label("number"), func.count())
        .where(rows.attribute(column).is_not(None))
        .group_by(number)
    )
    for found, count in session.exec(counted):
        yield found, f"{rows.table}.{column}", count
