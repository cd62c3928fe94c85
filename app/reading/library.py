"""What pages and API tell of the policy library: lists, what rings at its owner, gaps."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from app.access.accounts import Viewer
from app.access.rules import RULES
from tickets.assistance.policy_items import (
    LOOKED_BACK,
    PolicyItem,
    gaps_since,
    has_words,
    library,
    ringing,
)
from tickets.assistance.words import PolicyTheme
from tickets.ground.desk import Desk
from tickets.ground.policy import Rulebook

#: So many ring in one look; the count says how many there are.
MOST_RINGING = 20


@dataclass(frozen=True)
class Ringing:
    """What an owner has to look at, what ends first on top, and how many there are."""

    items: list[PolicyItem]
    count: int


@dataclass(frozen=True)
class Gap:
    """A category in which matters were answered without an item of the library."""

    category: str | None
    owner: str | None
    count: int
    last: datetime


def found(
    session: Session,
    *,
    q: str = "",
    department: str | None = None,
    theme: PolicyTheme | None = None,
    before: int | None = None,
    limit: int,
) -> list[PolicyItem]:
    """Items with all words of *q*, newest first, one more than *limit* if there are more."""
    asked: list[ColumnElement[bool]] = [has_words(q)]
    if department is not None:
        asked.append(col(PolicyItem.owner) == department)
    if theme is not None:
        asked.append(col(PolicyItem.theme) == theme)
    return library(session, *asked, before=before, limit=limit)


def rings_for(session: Session, viewer: Viewer, today: date) -> Ringing:
    """What *viewer* has to confirm or amend; nothing for who keeps no items."""
    count = count_ringing(session, viewer, today)
    asked = _rings_at(viewer, today)
    rows = library(session, *asked, limit=MOST_RINGING)[:MOST_RINGING] if count and asked else []
    return Ringing(sorted(rows, key=lambda item: (item.valid_to or date.max, item.code)), count)


def count_ringing(session: Session, viewer: Viewer, today: date) -> int:
    """How many items *viewer* has to confirm or amend."""
    asked = _rings_at(viewer, today)
    if asked is None:
        return 0
    return int(session.execute(select(func.count()).select_from(PolicyItem).where(*asked)).scalar_one())


def _rings_at(viewer: Viewer, today: date) -> list[ColumnElement[bool]] | None:
    relation = RULES.assistance["keep_policies"].get(viewer.role)
    if relation is None:
        return None
    own = [col(PolicyItem.owner) == viewer.unit] if relation == "own" else []
    return [ringing(today), *own]


def gaps_for(desk: Desk, viewer: Viewer) -> list[Gap]:
    """Gaps of the last 90 days that are *viewer*'s to fill, the most frequent first."""
    relation = RULES.assistance["keep_policies"].get(viewer.role)
    if relation is None:
        return []
    all_gaps = (
        Gap(category, owner_of(desk.rules, category), count, last)
        for category, count, last in gaps_since(desk.session, desk.now() - LOOKED_BACK)
    )
    return [gap for gap in all_gaps if relation == "any" or gap.owner == viewer.unit]


def owner_of(rules: Rulebook, category: str | None) -> str | None:
    """Whose library lacks an item: the unit that usually leads matters of that category."""
    return rules.categories.unit_of(category) if category else None
