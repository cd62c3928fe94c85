"""Payment sheets (发放表): what was paid to whom for a month, and where that differs from the register."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, Session

from tickets.assistance.monthly import last_of_month
from tickets.assistance.words import HouseholdKind, Scheme
from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.worktime.months import plus_months

#: Which groups of households a scheme is for; temporary aid is for any. The price subsidy goes to 低保 and
#: 特困 (发改价格〔2021〕1553号); care is paid to 特困 by the six indicators (特困人员认定办法 Art. 22–23).
PAID_TO: dict[Scheme, tuple[HouseholdKind, ...]] = {
    Scheme.DIBAO: (HouseholdKind.DIBAO,),
    Scheme.TEKUN: (HouseholdKind.TEKUN,),
    Scheme.CARE: (HouseholdKind.TEKUN,),
    Scheme.PRICE: (HouseholdKind.DIBAO, HouseholdKind.TEKUN),
    Scheme.TEMPORARY: tuple(HouseholdKind),
}
#: Paid to each such household each month, so that one without is missed.
MONTHLY = frozenset({Scheme.DIBAO, Scheme.TEKUN})


class Finding(StrEnum):
    """How a payment differs from the register."""

    #: Paid, though the household ended, or the person left, before the month.
    STOPPED = "stopped"
    #: Paid, though it is entitled only from the month after it was taken in (审核确认办法 Art. 25).
    EARLY = "early"
    #: Paid, though the scheme is for another group.
    CATEGORY = "category"
    #: Entitled, and not on the sheets.
    UNPAID = "unpaid"
    #: Another sum than the month before.
    AMOUNT = "amount"
    #: The same person stands on a sheet more than once.
    TWICE = "twice"
    #: Nobody on the register has this ID number.
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What somebody found when they looked into it."""

    RIGHT = "right"
    MADE_UP = "made_up"
    RECOVERED = "recovered"
    REGISTER_MENDED = "register_mended"
    NEXT_MONTH = "next_month"
    #: It is open again: what was said before does not hold.
    REOPENED = "reopened"


class PaymentSheet(Row, table=True):
    """A payment sheet that was brought in: for which month and scheme, by whom, and what it adds up to."""

    __tablename__ = "payment_sheet"
    __table_args__ = (one_of("scheme", Scheme), Index("payment_sheet_month", "month", "scheme"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    #: The first day of the month.
    month: date
    scheme: str
    #: Of whom it was handed in; they alone, and the bureau, see its lines about nobody on the register.
    unit: str | None = None
    lines: int
    fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: SHA-256 of the file.
    digest: bytes = Field(sa_type=LargeBinary)
    by: str
    at: datetime = Field(sa_type=Moment)


class PaymentLine(Row, table=True):
    """One line of a sheet; whose it is is known by the blind index alone, and no number is kept."""

    __tablename__ = "payment_line"
    __table_args__ = (
        one_of("scheme", Scheme),
        CheckConstraint("fen >= 0", name="a_payment_is_not_negative"),
        Index(
            "payment_line_month",
            "month",
            "scheme",
            "household_id",
            postgresql_where=text("stands"),
        ),
    )

    sheet_id: UUID = Field(foreign_key="payment_sheet.id", primary_key=True)
    line: int = Field(primary_key=True)
    month: date
    scheme: str
    #: None where nobody on the register has the ID number.
    household_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=True)
    )
    member_id: UUID | None = Field(default=None, foreign_key="household_member.id")
    fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    #: Whether no later sheet of the month tells of the household.
    stands: bool = True


class PaymentSettled(Row, table=True):
    """Somebody looked into a finding, and said what it was; the newest word counts."""

    __tablename__ = "payment_settled"
    __table_args__ = (
        one_of("scheme", Scheme),
        one_of("finding", Finding),
        one_of("outcome", Outcome),
        Index("payment_settled_month", "month", "scheme"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    month: date
    scheme: str
    finding: str
    household_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=True)
    )
    sheet_id: UUID | None = Field(default=None, foreign_key="payment_sheet.id")
    line: int | None = None
    #: What was paid when it was said: another sum is another finding.
    paid: int = Field(sa_column=Column(BigInteger, nullable=False))
    outcome: str
    by: str
    at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True)
class Found:
    """One finding of a month: of a household, or of a line about nobody; fen expected and paid."""

    finding: Finding
    division: str | None
    household: int | None
    sheet: UUID | None
    line: int | None
    expected: int | None
    paid: int
    outcome: Outcome | None
    by: str | None


_FIND = text(
    """
    with paid as (
        select l.household_id, sum(l.fen)::bigint fen,
            max(m.left_on) filter (where m.left_on < :first and l.fen > 0) left_on
        from payment_line l join household_member m on m.id = l.member_id
        where l.month = :first and l.scheme = :scheme and l.stands group by 1
    ), found as (
        select 'stopped' finding, h.division, h.id household_id, null::uuid sheet_id, null::int line,
            0::bigint expected, p.fen from paid p join household h on h.id = p.household_id
        where p.fen > 0 and (h.ended_on < :first or p.left_on is not null)
        union all
        select 'early', h.division, h.id, null, null, 0, p.fen
        from paid p join household h on h.id = p.household_id
        where p.fen > 0 and h.started_on >= :first and :monthly
        union all
        select 'category', h.division, h.id, null, null, 0, p.fen
        from paid p join household h on h.id = p.household_id where p.fen > 0 and not h.kind = any(:kinds)
        union all
        select 'unpaid', h.division, h.id, null, null, b.fen, 0
        from household h
        left join household_benefit b on b.household_id = h.id and b.month = :before and b.scheme = :scheme
        where :monthly and h.kind = any(:kinds) and h.started_on < :first
            and (h.ended_on is null or h.ended_on >= :first)
            and not exists (select from paid p where p.household_id = h.id and p.fen > 0)
            and exists (select from payment_sheet s where s.month = :first and s.scheme = :scheme)
        union all
        select 'amount', h.division, h.id, null, null, b.fen, p.fen
        from paid p join household h on h.id = p.household_id
        join household_benefit b on b.household_id = h.id and b.month = :before and b.scheme = :scheme
        where :monthly and p.fen > 0 and p.fen <> b.fen
        union all
        select 'twice', h.division, h.id, null, null, min(l.fen), sum(l.fen)::bigint
        from payment_line l join household h on h.id = l.household_id
        where l.month = :first and l.scheme = :scheme and l.stands and l.fen > 0
        group by h.division, h.id, l.member_id having count(*) > 1
        union all
        select 'unknown', null, null, l.sheet_id, l.line, null, l.fen from payment_line l
        join payment_sheet s on s.id = l.sheet_id
        where l.month = :first and l.scheme = :scheme and l.stands and l.household_id is null
            and (:everywhere or s.unit = :unit)
    )
    select f.finding, f.division, f.household_id, f.sheet_id, f.line, f.expected, f.fen, said.outcome, said.by
    from found f left join lateral (
        select t.outcome, t.by from payment_settled t
        where t.month = :first and t.scheme = :scheme and t.finding = f.finding and t.paid = f.fen
            and t.household_id is not distinct from f.household_id
            and t.sheet_id is not distinct from f.sheet_id and t.line is not distinct from f.line
        order by t.at desc, t.id desc limit 1) said on true
    where f.household_id is null or :everywhere or f.division = any(:divisions)
    order by said.outcome is not null and said.outcome <> 'reopened', f.finding, f.household_id, f.line
    """
)


def find(
    session: Session,
    month: date,
    scheme: Scheme,
    *,
    divisions: Collection[str] | None,
    unit: str | None,
) -> list[Found]:
    """
    Where the payments of *month* differ from the register, what is open first; None is all divisions.

    Nothing is decided: each is a question to a person. Lines about nobody are those that *unit* handed in.
    """
    asked = {
        "first": month,
        "last": last_of_month(month),
        "before": plus_months(month, -1),
        "scheme": scheme,
        "kinds": list(PAID_TO[scheme]),
        "monthly": scheme in MONTHLY,
        "everywhere": divisions is None,
        "divisions": sorted(divisions or ()),
        "unit": unit,
    }
    return [
        Found(
            Finding(finding),
            division,
            household,
            sheet,
            line,
            expected,
            int(paid),
            Outcome(outcome) if outcome and outcome != Outcome.REOPENED else None,
            by if outcome != Outcome.REOPENED else None,
        )
        for finding, division, household, sheet, line, expected, paid, outcome, by in (
            session.connection().execute(_FIND, asked)
        )
    ]
