"""What an operation is given: rows, the time, who acts, the vault, and who must be told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from tickets.ground.changed_rows import write_changes
from tickets.ground.facts import News, OrderNews
from tickets.ground.one_statement import insert_all
from tickets.ground.policy import Rulebook
from tickets.ground.refs import SHANGHAI
from tickets.ground.vault import Vault


@dataclass(frozen=True)
class Actor:
    """Who sits at the desk: a person with a role in a unit, or the system itself."""

    username: str
    role: str
    unit: str | None = None
    #: Row of the account; None for the clock and the citizen.
    account_id: int | None = None
    #: The human being behind the account: two accounts may belong to one, who never decides with two hands.
    person: str = ""


CLOCKWORK = Actor(username="clock", role="system")
CITIZEN = Actor(username="citizen", role="citizen")
#: Calls citizens by itself. No account can have this name: it holds turns as people do.
CALLING_MACHINE = Actor(username="+voice", role="system")


@dataclass
class Desk:
    """
    All that an operation may touch.

    Whoever opens the desk commits; nothing in `tickets/` does. New rows are laid on the desk with `add` and
    leave it together in one statement, so a move costs the database one visit for all it writes down.
    """

    session: Session
    actor: Actor
    vault: Vault
    rules: Rulebook
    tell: Callable[["Desk", News | OrderNews], None]
    _new: list[SQLModel] = field(default_factory=list)

    def now(self) -> datetime:
        """Ask the database for the time. Asked after the ticket is locked, it never goes back within it."""
        moment: datetime = self.session.connection().execute(text("select clock_timestamp()")).scalar_one()
        return moment

    def today(self) -> date:
        """What day it is in the district, by the same clock."""
        return self.now().astimezone(SHANGHAI).date()

    def add(self, row: SQLModel) -> None:
        """Lay a new row on the desk; it is inserted when the desk is cleared."""
        self._new.append(row)

    def add_all(self, rows: Iterable[SQLModel]) -> None:
        """Lay several new rows on the desk."""
        self._new.extend(rows)

    def clear(self) -> None:
        """Write everything that lies on the desk: changed rows first, then all new ones in one statement."""
        write_changes(self.session)
        insert_all(self.session, self._new)
        self._new.clear()
