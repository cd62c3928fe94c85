"""Prove the whole house from its rows: every check of this package over every ticket, in one snapshot."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, text
from sqlalchemy.engine import Connection
from sqlmodel import Session, select

from app.heartbeat import is_anybody_alive
from app.sealing.keys import SealKeys
from app.settings import Settings
from app.verify.asked import check_cards, check_requests
from app.verify.chain import check_timeline
from app.verify.clocks import check_clocks
from app.verify.course import check_course
from app.verify.dossier import Dossier, Finding, Known
from app.verify.files import check_files
from app.verify.guards import guards, rights, waiting
from app.verify.house import check_house
from app.verify.households import check_households
from app.verify.keeping import check_keeping
from app.verify.ladder import check_ladder
from app.verify.orders import check_orders
from app.verify.outbound import check_calls
from app.verify.reading import Archive
from app.verify.replies import check_replies
from app.verify.roots import RootCheck
from app.verify.seals import check_seals
from app.verify.texts import check_messages
from app.wiring import Shelf, make_engine
from tickets.ground.vault import Vault
from tickets.ticket import Ticket

Check = Callable[[Dossier, Known], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_timeline,
    check_seals,
    check_course,
    check_orders,
    check_replies,
    check_requests,
    check_cards,
    check_clocks,
    check_ladder,
    check_messages,
    check_keeping,
)

#: In a house with more tickets only the phone of each is opened: without it nobody can be told anything.
OPENS_ALL_OF = 10_000


def faults(settings: Settings) -> Iterator[str]:
    """Every fault of the house, as `REF seq N: …`."""
    return Verification(settings).faults()


def _nothing(_said: str | int) -> None:
    """Nobody wants to hear it."""


class Verification:
    """One look at the whole house: what was found, and what was looked at."""

    def __init__(
        self,
        settings: Settings,
        *,
        remark: Callable[[str], None] = _nothing,
        begin: Callable[[int], None] = _nothing,
        step: Callable[[int], None] = _nothing,
        noted: Mapping[int, str] | None = None,
    ) -> None:
        """
        Make ready to look at the house of *settings*.

        *remark* hears what is worth a look without being a fault; *begin* hears how many tickets there are,
        and *step* of each that was looked at. *noted* are hashes of roots by number that must still be there.
        """
        self._settings = settings
        self._remark = remark
        self._begin = begin
        self._step = step
        self._noted = noted or {}
        #: How many rows of each sort were looked at.
        self.looked_at: Counter[str] = Counter()

    def faults(self) -> Iterator[str]:
        """
        Every fault, as `REF seq N: …`.

        :raises NoRules: the district was never prepared.
        """
        with self._snapshot() as connection:
            known = self._known(connection)
            archive = Archive(connection)
            for dossier in archive.dossiers():
                yield from self._of_ticket(dossier, known)
                self._count(dossier)
                self._step(1)
            for ticket, what in archive.strays():
                yield f"{ticket} seq 0: the ticket is gone, but {what}"
            yield from self._roots(archive)
            yield from check_files(connection, known, self.looked_at)
            yield from check_calls(connection, self.looked_at)
            yield from self._house(connection, known)
            for number, finding in check_households(connection, self.looked_at):
                yield f"household {number} seq {finding.seq}: {finding.what}"

    def _roots(self, archive: Archive) -> Iterator[str]:
        settings = self._settings
        keys = SealKeys.from_settings(settings.seal_keys, settings.seal_public_keys)
        check = RootCheck(keys, self._noted)
        yield from check.faults(archive)
        self.looked_at["roots"] = check.roots

    def _house(self, connection: Connection, known: Known) -> Iterator[str]:
        yield from guards(connection)
        for finding in (
            *check_house(connection, known, self.looked_at),
            *waiting(connection, known, self._settings),
            *rights(connection),
        ):
            line = f"house seq {finding.seq}: {finding.what}"
            if finding.is_fault:
                yield line
            else:
                self._remark(line)

    def _of_ticket(self, dossier: Dossier, known: Known) -> Iterator[str]:
        for check in CHECKS:
            for finding in _readable(check, dossier, known):
                line = f"{dossier.ticket.ref} seq {finding.seq}: {finding.what}"
                if finding.is_fault:
                    yield line
                else:
                    self._remark(line)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        engine = make_engine(self._settings, self._settings.database_url, pool=1)
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with engine.connect().execution_options(**options) as connection:
                yield connection
        finally:
            engine.dispose()

    def _known(self, connection: Connection) -> Known:
        tickets = connection.execute(select(func.count()).select_from(Ticket)).scalar_one()
        self._begin(tickets)
        with Session(connection) as session:
            shelf = Shelf()
            rules = shelf.book(session)
        return Known(
            rules=rules,
            changes=shelf.changes,
            vault=Vault.from_setting(self._settings.vault_keys),
            now=connection.execute(text("select clock_timestamp()")).scalar_one(),
            worker_is_alive=is_anybody_alive(connection),
            opens_all=tickets <= OPENS_ALL_OF,
        )

    def _count(self, dossier: Dossier) -> None:
        self.looked_at["tickets"] += 1
        for name in ("facts", "notes", "orders", "replies", "requests", "cards", "clocks", "messages"):
            self.looked_at[name] += len(getattr(dossier, name))
        self.looked_at["sealed facts"] += sum(leaf.to_seq - leaf.from_seq + 1 for leaf in dossier.leaves)


def _readable(check: Check, dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Whatever somebody has put into the rows of one ticket, those of the others are looked at, too."""
    try:
        yield from check(dossier, known)
    except (AttributeError, KeyError, TypeError, ValueError) as unreadable:
        what = f"{check.__name__} cannot read its rows ({type(unreadable).__name__})"
        yield Finding(dossier.last, what)
