"""The statistics of social assistance over months: what each month told, and what they add up to."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.admin.ledger import one_at_a_time, write_house_fact
from app.assistance.area import NOWHERE, Area, area_of
from tickets.assistance.given import Team
from tickets.assistance.monthly import (
    AssistanceMonth,
    Figure,
    closed_months,
    figures_of,
    freeze,
    last_of_month,
    latest_month,
    months_between,
)
from tickets.assistance.visit_plan import MONTHS
from tickets.assistance.visit_words import EVERY, VisitLevel
from tickets.assistance.words import HouseholdKind, Scheme
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.policy import Rulebook
from tickets.ground.worktime.visits import Every

#: Months at most in one answer.
MOST_MONTHS = 60
FEN = 100
WRITTEN = re.compile(r"((?:19|20|21)\d{2})-(\d{2})(?:-(\d{2}))?")


@dataclass
class Sums:
    """Figures of a month, or of several: stock as of the last of them, all else added up."""

    #: The first day of the (last) month.
    month: date
    closed: bool
    figures: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Figures of visits by division, figure and level.
    visits: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def n(self, figure: Figure, part: str = "") -> int:
        """How many, or how many fen."""
        return self.figures[figure, part]

    def yuan(self, scheme: Scheme) -> int:
        """What was paid under *scheme*, in whole yuan."""
        return (self.n(Figure.AMOUNT, scheme) + FEN // 2) // FEN

    def times(self, kind: Team) -> int:
        """How often teams of this kind served somebody."""
        return sum(self.n(Figure.TIMES, part) for part in self.teams() if part.startswith(f"{kind}/"))

    def places(self, level: VisitLevel) -> list[str]:
        """Divisions in which a visit was owed at *level*."""
        return sorted(
            where for where, figure, of in self.visits if (figure, of) == (Figure.VISITS_OWED, level)
        )

    def teams(self) -> list[str]:
        """Kind and name of the teams that served, with a stroke between."""
        return sorted(part for figure, part in self.figures if figure == Figure.TIMES)


#: What is there at the end of a month: it is not added up over months.
STOCK = frozenset({Figure.HOUSEHOLDS, Figure.PERSONS})
#: Different persons of one month: they may come again in the next, so no sum of them would be true.
ONLY_MONTHLY = frozenset({Figure.SERVED})
VISITS = (Figure.VISITS_OWED, Figure.VISITS_DONE, Figure.VISITS_MISSED)
#: Whose visits are told; those of the bureau check its own staff.
LEVELS = (VisitLevel.COMMUNITY, VisitLevel.SUBDISTRICT)


@dataclass(frozen=True)
class Report:
    """The months asked for, each by itself and all together."""

    months: Sequence[Sums]
    whole: Sums

    @property
    def first(self) -> date:
        """The first day of the first month."""
        return self.months[0].month

    @property
    def last(self) -> date:
        """The last day of the last month."""
        return last_of_month(self.whole.month)


def statistics_area(rules: Rulebook, viewer: Viewer) -> Area:
    """Of which divisions *viewer* reads figures; nobody is told who is behind them."""
    if RULES.assistance["read_assistance_figures"].get(viewer.role) == "any":
        return Area(None)
    return area_of(rules, viewer, "read_assistance_figures")


def may_close(rules: Rulebook, viewer: Viewer) -> bool:
    """Whether *viewer* closes months: who leads the office that keeps the register of the district."""
    area = area_of(rules, viewer, "close_assistance_months")
    return area != NOWHERE and area.divisions is None


def read_months(desk: Desk, first: str | None, last: str | None) -> list[date]:
    """
    Read from which month to which, both included; a day stands for its month.

    Nothing stands for the year up to the latest month that has figures, so that nobody who comes to read
    finds zeros where the register was written up to last summer.

    :raises FieldsRefused: one of them is no month, they are the wrong way round, or too far apart.
    """
    to = _month("to", last) if last else _latest(desk, _month("from", first) if first else None)
    from_ = _month("from", first) if first else to.replace(month=1)
    if from_ > to:
        raise bad_field("to", "figures_backward")
    months = months_between(from_, to)
    if len(months) > MOST_MONTHS:
        raise bad_field("from", "figures_too_long", most=MOST_MONTHS)
    return months


def _latest(desk: Desk, not_before: date | None) -> date:
    today = desk.today()
    latest = latest_month(desk.session, today) or today.replace(day=1)
    # Whoever names a beginning after it asks for what came since.
    return latest if not_before is None or not_before <= latest else today.replace(day=1)


def _month(name: str, written: str) -> date:
    found = WRITTEN.fullmatch(written.strip())
    try:
        if found is None:
            raise ValueError(written)
        return date(int(found[1]), int(found[2]), int(found[3] or 1)).replace(day=1)
    except ValueError:
        raise bad_field(name, "no_such_month") from None


def report(desk: Desk, area: Area, months: list[date]) -> Report:
    """What the register tells of *months* in *area*; closed months as they were when they were closed."""
    closed = closed_months(desk.session, months)
    told = figures_of(desk.session, months)
    lines = []
    for month in months:
        line = Sums(month, month in closed)
        for one in told[month]:
            if area.has(one.division):
                line.figures[one.figure, one.part] += one.n
                if one.figure in VISITS:
                    line.visits[one.division, one.figure, one.part] += one.n
        lines.append(line)
    return Report(lines, _together(lines))


def _together(lines: Sequence[Sums]) -> Sums:
    whole = Sums(lines[-1].month, all(line.closed for line in lines))
    for at, line in enumerate(lines):
        # A half-year is counted once, as it was at its end or stands in the last month.
        is_last = at + 1 == len(lines) or line.month.month % MONTHS[Every.HALF_YEAR] == 0
        for (figure, part), n in line.figures.items():
            if figure not in STOCK | ONLY_MONTHLY and (is_last or not _of_half_year(figure, part)):
                whole.figures[figure, part] += n
        for (where, figure, part), n in line.visits.items():
            if is_last or not _of_half_year(figure, part):
                whole.visits[where, figure, part] += n
    for (figure, part), n in lines[-1].figures.items():
        if figure in STOCK:
            whole.figures[figure, part] = n
    return whole


def _of_half_year(figure: str, part: str) -> bool:
    return figure in VISITS and EVERY[VisitLevel(part)] == Every.HALF_YEAR


def close_month(desk: Desk, viewer: Viewer, written: str) -> AssistanceMonth:
    """
    Let the figures of a month that is over stand; the house's ledger knows who closed it.

    :raises Refused: it is closed.
    :raises FieldsRefused: it is no month, or not over.
    """
    one_at_a_time(desk)
    month = _month("month", written)
    if last_of_month(month) >= desk.today():
        raise bad_field("month", "assistance_month_open")
    if closed_months(desk.session, [month]):
        raise Refused("assistance_month_closed")
    made = freeze(desk.session, month, by=viewer.username, at=desk.now())
    said = {"sha256": made.digest.hex()}
    write_house_fact(desk, "assistance_month_closed", f"{month:%Y-%m}", {}, said)
    return made


def figures_document(sums: Sums) -> dict[str, Any]:
    """The figures as the API tells them: amounts in whole yuan."""
    return {
        "households": sums.n(Figure.HOUSEHOLDS, HouseholdKind.DIBAO),
        "persons": sums.n(Figure.PERSONS, HouseholdKind.DIBAO),
        "dibao_amount": sums.yuan(Scheme.DIBAO),
        "temporary_cases": sums.n(Figure.CASES),
        "temporary_amount": sums.yuan(Scheme.TEMPORARY),
        "tekun_persons": sums.n(Figure.PERSONS, HouseholdKind.TEKUN),
        "tekun_amount": sums.yuan(Scheme.TEKUN),
        "care_amount": sums.yuan(Scheme.CARE),
        "price_amount": sums.yuan(Scheme.PRICE),
        "medical_person_times": sums.times(Team.MEDICAL),
        "student_person_times": sums.times(Team.STUDENT),
        "groups": [
            {
                "kind": kind.value,
                "households": sums.n(Figure.HOUSEHOLDS, kind),
                "persons": sums.n(Figure.PERSONS, kind),
                "started": sums.n(Figure.STARTED, kind),
                "stopped": sums.n(Figure.STOPPED, kind),
            }
            for kind in HouseholdKind
        ],
        "teams": [_team_document(sums, part) for part in sums.teams()],
        "visits": [_visits_document(level, [sums.n(one, level) for one in VISITS]) for level in LEVELS],
    }


def coverage_of(sums: Sums, level: VisitLevel) -> list[dict[str, Any]]:
    """How far each division is with the visits of *level*."""
    return [
        {"division": where, **_visits_document(level, [sums.visits[where, one, level] for one in VISITS])}
        for where in sums.places(level)
    ]


def _visits_document(level: VisitLevel, counted: Sequence[int]) -> dict[str, Any]:
    owed, done, missed = counted
    share = round(done * 100 / owed, 1) if owed else None
    return {"level": level.value, "owed": owed, "done": done, "missed": missed, "share": share}


def _team_document(sums: Sums, part: str) -> dict[str, Any]:
    kind, _stroke, team = part.partition("/")
    return {
        "kind": kind,
        "team": team,
        "persons": sums.n(Figure.SERVED, part) or None,
        "person_times": sums.n(Figure.TIMES, part),
    }
