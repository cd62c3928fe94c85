"""Where the parts meet: the House knows settings, database, vault and wording, and opens desks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine, create_engine
from sqlmodel import Session, select

from app.sealing.keys import SealKeys
from app.settings import Settings
from notifications.anew import send_anew
from notifications.house_words import Changes, read_changes, words_in_force
from notifications.orders import put_order_text
from notifications.outbox import put_in_outbox
from notifications.providers import Provider
from notifications.providers.acs3 import Key
from notifications.providers.aliyun import Account as AliyunAccount
from notifications.providers.aliyun import Aliyun, Turned
from notifications.providers.approved import read_codes
from notifications.providers.simulator import Simulator
from notifications.providers.twilio import Account, Twilio
from notifications.rules import Rules
from notifications.wording import Wording
from notifications.wording_rules import read_wording
from tickets.ground.categories import Categories, CategoryRow
from tickets.ground.desk import Actor, Desk
from tickets.ground.facts import News, OrderNews
from tickets.ground.kept_keys import learn_code_key
from tickets.ground.phrases import PhraseRow
from tickets.ground.policy import CalendarVersion, Rulebook, SlaPolicy
from tickets.ground.reasons import ReasonRow, Reasons
from tickets.ground.units import UnitRow, Units
from tickets.ground.vault import Vault
from tickets.ground.worktime.calendar import Calendar

TEMPLATES = Path(__file__).parent.parent / "templates"

#: Seconds after which policies, calendar, units and lists are read anew.
RULES_FRESH = 5.0


class NoRules(Exception):
    """The database holds no calendar yet: it was not prepared with `zhuanban db upgrade`."""


def make_engine(settings: Settings, url: str, *, pool: int) -> Engine:
    """Connect to the district's schema; every session speaks UTC and gives up on a lock after ten seconds."""
    options = f"-c search_path={settings.schema_} -c timezone=UTC -c lock_timeout=10s -c jit=off"
    arguments = {"options": options, "prepare_threshold": None if settings.behind_pooler else 2}
    return create_engine(
        url, pool_size=pool, max_overflow=0, pool_timeout=15, pool_pre_ping=False, connect_args=arguments
    )


@cache
def _wording(*signatures: tuple[str, str]) -> Wording:
    """The words of the messages; a process reads and compiles them once."""
    return read_wording(TEMPLATES / "messages", dict(signatures))


class Shelf:
    """Keeps the rulebook and the changed words of a process, and reads them anew every few seconds."""

    def __init__(self) -> None:
        self._book: Rulebook | None = None
        self._read_at = 0.0
        self._compiled: dict[tuple[str, int], Calendar] = {}
        self._changes = Changes()
        self._worded: tuple[Changes, Wording] | None = None

    def book(self, session: Session) -> Rulebook:
        """The rules in force, at most a few seconds old."""
        if self._book is None or monotonic() - self._read_at > RULES_FRESH:
            self._book = self._read(session)
            self._read_at = monotonic()
        return self._book

    def wording(self, files: Wording) -> Wording:
        """The words in force with the last book: those of *files*, and what was changed of them."""
        if self._worded is None or self._worded[0] is not self._changes:
            changes = self._changes
            self._worded = (changes, words_in_force(files, changes))
        return self._worded[1]

    @property
    def changes(self) -> Changes:
        """What was changed of the words, as it was read with the last book."""
        return self._changes

    def forget(self) -> None:
        """Read anew next time: the rules were just changed."""
        self._book = None

    def _read(self, session: Session) -> Rulebook:
        policies = tuple(session.exec(select(SlaPolicy)).all())
        versions = session.exec(
            select(CalendarVersion.code, CalendarVersion.version, CalendarVersion.superseded_at)
        ).all()
        units = session.exec(select(UnitRow)).all()
        categories = session.exec(select(CategoryRow)).all()
        reasons = session.exec(select(ReasonRow)).all()
        phrases = session.exec(select(PhraseRow).where(PhraseRow.active)).all()
        in_force = next(((code, version) for code, version, ended in versions if ended is None), None)
        changes = read_changes(session)
        if in_force is None:
            raise NoRules("the database holds no calendar; run `zhuanban db upgrade`")
        for row in (*policies, *units, *categories, *reasons, *phrases):
            session.expunge(row)
        if not {(code, version) for code, version, _ended in versions} <= self._compiled.keys():
            self._compile(session)
        for row in (*changes.versions.values(), *changes.switches):
            session.expunge(row)
        if not changes.says_the_same(self._changes):
            self._changes = changes
        return Rulebook(
            policies=policies,
            calendar=self._compiled[in_force],
            calendar_code=in_force[0],
            calendar_version=in_force[1],
            calendars=dict(self._compiled),
            units=Units(units),
            categories=Categories(categories),
            reasons=Reasons(reasons),
            phrases=tuple(sorted(phrases, key=lambda row: (row.position, row.label))),
        )

    def _compile(self, session: Session) -> None:
        """Compile the calendars. A version never changes, and its days are most of what there is to read."""
        for row in session.exec(select(CalendarVersion)).all():
            session.expunge(row)
            self._compiled[row.code, row.version] = Calendar.from_data(row.data)


@dataclass(frozen=True)
class House:
    """One running process of the service."""

    settings: Settings
    engine: Engine
    vault: Vault
    #: The words of the files; the shelf knows what was changed of them.
    wording: Wording
    shelf: Shelf

    @classmethod
    def of(cls, settings: Settings, *, pool: int) -> "House":
        """
        Furnish a house from *settings*, with at most *pool* connections.

        :raises WordingRefused: a text is missing, or cannot be sent as it is.
        """
        return cls(
            settings=settings,
            engine=make_engine(settings, settings.database_url, pool=pool),
            vault=Vault.from_setting(settings.vault_keys),
            wording=_wording(*sorted(settings.signatures().items())),
            shelf=Shelf(),
        )

    @contextmanager
    def open_desk(self, actor: Actor) -> Iterator[Desk]:
        """One desk, one transaction: facts and the messages about them stand or fall together."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
            learn_code_key(session, self.vault)
            desk = Desk(
                session=session,
                actor=actor,
                vault=self.vault,
                rules=self.shelf.book(session),
                tell=self._tell,
            )
            yield desk
            desk.clear()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            learn_code_key(session, self.vault)
            yield session

    def rules(self) -> Rulebook:
        """The rules in force."""
        with self.read() as session:
            return self.shelf.book(session)

    def _tell(self, desk: Desk, news: News | OrderNews) -> None:
        if isinstance(news, OrderNews):
            put_order_text(desk.add, desk.vault, self.wording, news)
            return
        put_in_outbox(desk.add, desk.vault, self.shelf.wording(self.wording), news)
        send_anew(desk.session, desk.add, desk.vault, news)

    @cached_property
    def seal_keys(self) -> SealKeys:
        """What roots and evidence are signed with."""
        return SealKeys.from_settings(self.settings.seal_keys, self.settings.seal_public_keys)

    @cached_property
    def message_rules(self) -> Rules:
        """What may be sent at all."""
        settings = self.settings
        return Rules(assessment=settings.abroad_assessment, quiet=settings.quiet, most=settings.most_texts)

    @cached_property
    def providers(self) -> Mapping[str, Provider]:
        """Who carries the texts, by name, whoever is asked first in front."""
        make = {Simulator.name: self._simulator, Twilio.name: self._twilio, Aliyun.name: self._aliyun}
        return {name: make[name]() for name in self.settings.providers}

    @property
    def simulator(self) -> Simulator | None:
        """The simulated phones, where there are any."""
        found = self.providers.get(Simulator.name)
        return found if isinstance(found, Simulator) else None

    def _simulator(self) -> Provider:
        return Simulator(self.session, self.vault)

    def _twilio(self) -> Provider:
        settings = self.settings
        sender = settings.twilio_from or settings.twilio_messaging_service_sid or ""
        account = Account(settings.twilio_account_sid or "", settings.twilio_auth_token or "", sender)
        return Twilio(account, base_url=settings.base_url, api_base=settings.twilio_api_base)

    def _aliyun(self) -> Provider:
        settings = self.settings
        key = Key(settings.aliyun_access_key_id or "", settings.aliyun_access_key_secret or "")
        codes = read_codes(settings.aliyun_templates) if settings.aliyun_templates else {}
        sign_name = settings.aliyun_sign_name or settings.sms_signature
        return Aliyun(
            AliyunAccount(key, sign_name, settings.aliyun_extend_code),
            partial(self._aliyun_code, codes),
            # What it signs says when: its gateway refuses what is older than a quarter of an hour.
            now=lambda: datetime.now(UTC),
            turned_on=Turned(bool(settings.aliyun_push_token), settings.aliyun_upstream),
            api_base=settings.aliyun_api_base,
        )

    def _aliyun_code(self, of_files: Mapping[str, str], form: str, version: str) -> str | None:
        """The code noted for these very words; those of the operator's file are for our files' words."""
        noted = self.shelf.changes.codes.get((Aliyun.name, form, version))
        words = self.wording.words.get(form) or self.wording.order_words.get(form)
        if noted is not None or words is None:
            return noted
        return of_files.get(form) if words.version == version else None

    def session(self) -> Session:
        """A session of its own, for work that commits in small steps."""
        return Session(self.engine, expire_on_commit=False)
