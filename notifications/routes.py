"""The routes as rows: read by workers, tended by the clock, moved by hand; each move is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, delete, insert, text
from sqlmodel import Field, Session, col, func, select

from notifications.carriers import may_carry
from notifications.health import Reason, Shift, diagnosis, moved, shifts
from notifications.providers import Provider
from notifications.pulse import pulses_of
from notifications.routing import Routes, Way, completed
from notifications.rules import Rules
from tickets.ground.columns import Moment, Row, new_id, one_of

#: Who moves shares when nobody does.
CLOCKWORK = "clockwork"

#: One at a time in each district; the lock ends with the transaction.
ALONE = text("select pg_advisory_xact_lock(hashtext('zhuanban routes'), hashtext(current_schema()))")


class RouteRow(Row, table=True):
    """One provider that a prefix leads to."""

    __tablename__ = "provider_route"
    __table_args__ = (
        PrimaryKeyConstraint("prefix", "provider"),
        CheckConstraint("share between 0 and 100", name="share_of_a_hundred"),
        CheckConstraint("rest between 0 and 100", name="rest_of_a_hundred"),
    )

    prefix: str
    provider: str
    share: int
    rest: int


class ShiftRow(Row, table=True):
    """The share of one provider was moved: when, from what to what, why, by whom."""

    __tablename__ = "provider_shift"
    __table_args__ = (
        Index("provider_shift_newest", "prefix", "at"),
        one_of("reason", Reason),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    prefix: str
    provider: str
    #: None where the prefix did not lead to it, or does no more.
    before: int | None = None
    after: int | None = None
    reason: str
    #: Whose health it was about: so many bad ones of so many seen.
    about: str | None = None
    bad: int | None = None
    seen: int | None = None
    #: The words of who moved it by hand.
    said: str = ""
    by: str = CLOCKWORK


def routes_of(session: Session, providers: Sequence[str]) -> Routes:
    """The routes as they are now, with every one of *providers* that none knows standing by."""
    return completed(_kept(session), providers)


def tend(session: Session, providers: Mapping[str, Provider], rules: Rules) -> list[Shift]:
    """Look how providers fare and move shares where that is called for; gives what was moved."""
    session.connection().execute(ALONE)
    now = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    names = list(providers)
    pulses = pulses_of(session.connection(), names, now)
    looked_at = {name: diagnosis(pulses[name], tells=providers[name].tells) for name in names}
    ill = {name: one for name, one in looked_at.items() if one}
    made: list[Shift] = []
    for prefix, ways in routes_of(session, names).items():
        last = session.exec(select(func.max(ShiftRow.at)).where(ShiftRow.prefix == prefix)).one()
        able = may_carry(prefix, list(providers.values()), rules)
        found = shifts(ways, ill, now - last if last else None, able=able)
        if found:
            _keep_shifts(session, Moved(now, prefix, ways, moved(ways, found)), found)
            made += found
    return made


@dataclass(frozen=True)
class Moved:
    """The ways of one prefix before and after a move."""

    at: datetime
    prefix: str
    before: Sequence[Way]
    after: Sequence[Way]


def move_by_hand(
    session: Session, providers: Sequence[str], prefix: str, after: Sequence[Way], *, by: str, said: str
) -> Moved:
    """Put the ways of *prefix* as somebody wants them, for the reason they *said*; none removes it."""
    session.connection().execute(ALONE)
    now = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    before = routes_of(session, providers).get(prefix, ())
    made = Moved(now, prefix, before, after)
    _keep(session, made)
    _write(
        session,
        [
            ShiftRow(
                at=now,
                prefix=prefix,
                provider=name,
                before=was,
                after=becomes,
                reason=Reason.BY_HAND,
                said=said,
                by=by,
            )
            for name, was, becomes in _differing(made)
        ],
    )
    return made


def shifts_of(session: Session, *, most: int) -> list[ShiftRow]:
    """The newest moves."""
    newest = select(ShiftRow).order_by(col(ShiftRow.at).desc(), col(ShiftRow.id).desc()).limit(most)
    return list(session.exec(newest).all())


def _kept(session: Session) -> dict[str, tuple[Way, ...]]:
    found: dict[str, tuple[Way, ...]] = defaultdict(tuple)
    for row in session.exec(select(RouteRow)).all():
        found[row.prefix] += (Way(row.provider, row.share, row.rest),)
    return found


def _keep_shifts(session: Session, made: Moved, found: Sequence[Shift]) -> None:
    _keep(session, made)
    why = {name: shift for shift in found for name in (shift.taker, shift.giver)}
    _write(session, [_row(made, why[name], name, was, becomes) for name, was, becomes in _differing(made)])


def _row(made: Moved, shift: Shift, name: str, was: int | None, becomes: int | None) -> ShiftRow:
    return ShiftRow(
        at=made.at,
        prefix=made.prefix,
        provider=name,
        before=was,
        after=becomes,
        reason=shift.reason,
        about=shift.about,
        bad=shift.ill.bad if shift.ill else None,
        seen=shift.ill.seen if shift.ill else None,
    )


def _keep(session: Session, made: Moved) -> None:
    """Write the rows of a prefix anew; those of providers that are not set up now stay as they are."""
    named = [way.provider for way in (*made.before, *made.after)]
    ours = (col(RouteRow.prefix) == made.prefix) & col(RouteRow.provider).in_(named)
    session.connection().execute(delete(RouteRow).where(ours))
    _write(
        session,
        [
            RouteRow(prefix=made.prefix, provider=way.provider, share=way.share, rest=way.rest)
            for way in made.after
        ],
    )


def _write(session: Session, rows: Sequence[Row]) -> None:
    """Insert *rows* at once: the session may be somebody's desk, which lays its own rows down at the end."""
    if rows:
        session.connection().execute(insert(type(rows[0])), [row.model_dump() for row in rows])


def _differing(made: Moved) -> list[tuple[str, int | None, int | None]]:
    before = {way.provider: way.share for way in made.before}
    after = {way.provider: way.share for way in made.after}
    return [
        (name, before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
