"""The policy library: one row a version, what of it is in force, and which of it rings at its owner."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Text,
    and_,
    func,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, col, select

from tickets.assistance.words import PolicyTheme
from tickets.ground.columns import Moment, Row, one_of
from tickets.ground.refs import SHANGHAI
from tickets.search import normal_text

#: So many days before its end an item rings at its owner.
EXPIRES_SOON = timedelta(days=30)
#: An item nobody confirmed for so long may be out of date (济南市12345条例 第二十八条).
STALE_AFTER = timedelta(days=365)
#: For so long back gaps and uses are counted.
LOOKED_BACK = timedelta(days=90)


class Standing(StrEnum):
    """How an item stands on a day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    STALE = "stale"
    REPLACED = "replaced"


#: What its owner has to look at.
RINGS = frozenset({Standing.EXPIRING, Standing.EXPIRED, Standing.STALE})


class PolicyItem(Row, table=True):
    """One version of a policy. A change is a new version; what was said before stays readable."""

    __tablename__ = "policy_item"
    __table_args__ = (
        one_of("theme", PolicyTheme),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="ends_after_it_begins"),
        Index("policy_item_version", "code", "version", unique=True),
        Index("policy_item_current", "code", unique=True, postgresql_where=text("superseded_at is null")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    code: str
    #: From 1, without a gap.
    version: int = 1
    #: The department that answers for it.
    owner: str = Field(foreign_key="unit.code")
    theme: str
    title: str
    #: What is read out during a call.
    answer: str = Field(sa_type=Text)
    #: Who may have it, in words.
    conditions: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    #: The same as far as it can be checked: see `hints.py`.
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    materials: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    #: How one applies.
    channel: str
    #: Where one applies, where it is one of our units.
    office: str | None = Field(default=None, foreign_key="unit.code")
    phone: str = ""
    valid_from: date
    valid_to: date | None = None
    #: Title and number of the document it rests on, and where that can be read.
    source: str
    link: str = ""
    #: What citizens say when they mean it.
    keywords: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    #: What a matter is searched for, and all words, as search sees them.
    words: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    txt: str = Field(default="", sa_type=Text)
    made_by: str
    made_at: datetime = Field(sa_type=Moment)
    superseded_at: datetime | None = Field(default=None, sa_type=Moment)
    #: Its owner last said that it still holds.
    confirmed_by: str
    confirmed_at: datetime = Field(sa_type=Moment)

    def standing(self, today: date) -> Standing:
        """How it stands on that day; what is worst is said."""
        if self.superseded_at is not None:
            return Standing.REPLACED
        if self.valid_to is not None and self.valid_to < today:
            return Standing.EXPIRED
        if self.valid_to is not None and self.valid_to <= today + EXPIRES_SOON:
            return Standing.EXPIRING
        if self.confirmed_at.astimezone(SHANGHAI).date() <= today - STALE_AFTER:
            return Standing.STALE
        return Standing.NOT_YET if self.valid_from > today else Standing.IN_FORCE


class PolicyUse(Row, table=True):
    """A matter answered on the spot: with which version of which item, or with none (a gap)."""

    __tablename__ = "policy_use"
    __table_args__ = (Index("policy_use_at", "at"), Index("policy_use_code", "code", "at"))

    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    round: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    category: str | None = None
    code: str | None = None
    version: int | None = None


# Rules


def put_words(item: PolicyItem) -> None:
    """Set what *item* is found by: its keywords and the pieces of its title, and all its words."""
    title = normal_text(item.title)
    keywords = [normal_text(word) for word in item.keywords]
    item.words = list(dict.fromkeys([*keywords, *_pairs(title)]))
    parts = (item.code, item.title, *item.keywords, *item.conditions, item.answer, *item.materials)
    item.txt = normal_text("\n".join((*parts, item.channel, item.source)))


def _pairs(words: str) -> Iterable[str]:
    """Every two characters that stand side by side: the shortest word of Chinese that means something."""
    pairs = (words[at : at + 2] for at in range(len(words) - 1))
    return (pair for pair in pairs if pair.isalpha() and not pair.isascii())


# Questions


def current() -> ColumnElement[bool]:
    """Items as they are now, whatever they were before."""
    return col(PolicyItem.superseded_at).is_(None)


def in_force(today: date) -> ColumnElement[bool]:
    """Items that hold on that day."""
    ends = col(PolicyItem.valid_to)
    return and_(current(), col(PolicyItem.valid_from) <= today, or_(ends.is_(None), ends >= today))


def ringing(today: date) -> ColumnElement[bool]:
    """Items their owner has to look at: they end soon, have ended, or were not confirmed for a year."""
    confirmed_on = func.date(func.timezone("Asia/Shanghai", col(PolicyItem.confirmed_at)))
    return and_(
        current(),
        or_(col(PolicyItem.valid_to) <= today + EXPIRES_SOON, confirmed_on <= today - STALE_AFTER),
    )


def versions_of(session: Session, code: str) -> list[PolicyItem]:
    """Every version of the item *code*, newest first; none where there is no such item."""
    rows = select(PolicyItem).where(PolicyItem.code == code).order_by(col(PolicyItem.version).desc())
    return list(session.exec(rows).all())


def current_item(session: Session, code: str) -> PolicyItem | None:
    """The item *code* as it is now."""
    return session.exec(select(PolicyItem).where(PolicyItem.code == code, current())).one_or_none()


def library(
    session: Session, *conditions: ColumnElement[bool], before: int | None = None, limit: int
) -> list[PolicyItem]:
    """Items that meet *conditions*, newest first, one more than *limit* if there are more."""
    query = select(PolicyItem).where(current(), *conditions)
    if before is not None:
        query = query.where(col(PolicyItem.id) < before)
    return list(session.exec(query.order_by(col(PolicyItem.id).desc()).limit(limit + 1)).all())


def has_words(q: str) -> ColumnElement[bool]:
    """Items in whose text all words of *q* stand, exact to the character; they are few, so each is read."""
    # No text of the database has a NUL, and it takes none to ask.
    words = normal_text(q.replace("\0", "\ufffd")[:200]).split()
    return and_(text("true"), *(func.strpos(col(PolicyItem.txt), word) > 0 for word in words))


def used_since(session: Session, code: str, since: datetime) -> int:
    """How many matters were answered with the item *code* since."""
    counted = select(func.count()).select_from(PolicyUse).where(PolicyUse.code == code, PolicyUse.at >= since)
    return session.exec(counted).one()


def gaps_since(session: Session, since: datetime) -> list[tuple[str | None, int, datetime]]:
    """Matters answered without an item since: category, how many, when last; the most frequent first."""
    counted = func.count()
    rows = (
        select(PolicyUse.category, counted, func.max(PolicyUse.at))
        .where(col(PolicyUse.code).is_(None), PolicyUse.at >= since)
        .group_by(col(PolicyUse.category))
        .order_by(counted.desc(), col(PolicyUse.category))
    )
    return [(category, count, last) for category, count, last in session.exec(rows).all()]
