"""What the ledger of the house was told meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import col, select

from app.admin.ledger import HouseFact
from app.wiring import House


@contextmanager
def written(house: House) -> Iterator[list[HouseFact]]:
    """The facts added to the ledger while the block runs, oldest first."""
    with house.read() as session:
        seen = session.exec(select(HouseFact.seq).order_by(col(HouseFact.seq).desc()).limit(1)).first() or 0
    found: list[HouseFact] = []
    yield found
    with house.read() as session:
        new = select(HouseFact).where(col(HouseFact.seq) > seen).order_by(col(HouseFact.seq))
        found.extend(session.exec(new).all())
