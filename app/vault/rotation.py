"""Seal everything anew with the newest key, in small transactions beside a running service."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Engine, func, tuple_
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from app.vault.registry import REGISTRY, SealedRows
from notifications.message import InboundText
from tickets.ground.kept_keys import keep_code_key
from tickets.ground.vault import Vault
from tickets.ticket import Identity

#: Rows a transaction changes: few enough that nobody waits for them.
BATCH = 100
#: Times one goes through a table again for rows that others held, or sealed with an older key meanwhile.
MOST_ROUNDS = 20

Key = tuple[Any, ...]


class StillBehind(Exception):
    """Rows stay behind: others hold them, or somebody still seals with an older key. The text says which."""


class Rotation:
    """One run; what an earlier one did is done."""

    def __init__(
        self, engine: Engine, vault: Vault, *, step: Callable[[int], None] = lambda _rows: None
    ) -> None:
        """Make ready; *step* hears of each batch how many rows it was."""
        self._engine = engine
        self._vault = vault
        self._step = step
        #: Rows that do not open, by table.
        self.closed: Counter[str] = Counter()

    def left(self) -> int:
        """How many rows are behind."""
        with Session(self._engine) as session:
            return sum(self._left_in(session, rows) for rows in REGISTRY)

    def run(self) -> None:
        """
        Bring every row up to the newest key.

        :raises StillBehind: some stay behind.
        """
        with Session(self._engine) as session, session.begin():
            keep_code_key(session, self._vault)
        for rows in REGISTRY:
            self._renew_all(rows)

    def _renew_all(self, rows: SealedRows) -> None:
        closed = 0
        for round_ in range(MOST_ROUNDS):
            with Session(self._engine) as session:
                left = self._left_in(session, rows)
            if left <= closed:
                self.closed += Counter({rows.table: closed})
                return
            closed = self._renew_once(rows, left, wait=round_ > 0)
        raise StillBehind(
            f"rows of {rows.table} are still sealed with an older key: somebody has the ring in another order"
        )

    def _left_in(self, session: Session, rows: SealedRows) -> int:
        return session.exec(select(func.count()).select_from(rows.row).where(rows.behind(self._vault))).one()

    def _renew_once(self, rows: SealedRows, left: int, *, wait: bool) -> int:
        """
        Go once through the *left* rows, without or with those others hold; gives how many do not open.

        Rows that come meanwhile are for another time, or this one might never end.
        """
        closed, after = 0, None
        while left > 0:
            with Session(self._engine) as session, session.begin():
                batch = self._batch(session, rows, after, wait)
                closed += sum(not self._renewed(session, rows, row) for row in batch)
                if batch:
                    after = tuple(getattr(batch[-1], str(part.key)) for part in rows.key)
            if not batch:
                break
            left -= len(batch)
            self._step(len(batch))
        return closed

    def _batch(self, session: Session, rows: SealedRows, after: Key | None, wait: bool) -> list[Any]:
        # Who waits for a row holds no other, or two could wait for each other.
        most = 1 if wait else BATCH
        wanted = select(rows.row).where(rows.behind(self._vault)).order_by(*rows.key).limit(most)
        if after is not None:
            wanted = wanted.where(tuple_(*rows.key) > after)
        try:
            return list(session.exec(wanted.with_for_update(skip_locked=not wait)).all())
        except OperationalError as held:
            raise StillBehind(f"rows of {rows.table} are held by another transaction; run it again") from held

    def _renewed(self, session: Session, rows: SealedRows, row: Any) -> bool:
        try:
            if isinstance(row, InboundText) and row.phone is None and row.index_key != self._vault.current:
                self._find_number(session, row)
            rows.renew(self._vault, row)
        except (InvalidTag, KeyError):
            session.expunge(row)  # half of it may have been changed
            return False
        return True

    def _find_number(self, session: Session, row: InboundText) -> None:
        """A text from before numbers were kept: the vault may know whose it is."""
        same = select(Identity).where(Identity.phone_index == row.from_index).limit(1)
        known = session.exec(same).one_or_none()
        phone = known.open(self._vault, "phone") if known else None
        if phone is not None:
            row.phone = self._vault.seal(phone, row.place("phone"))
        else:
            # Nobody can say any more whose it is; texts of one number still meet.
            row.from_index = self._vault.index("nobody", bytes(row.from_index).hex())
