"""
The demo's register of households, all invented: January to August 2023 add up to what was told of them.

Who is in it is drawn with a fixed seed, so every demo is the same. The totals are set here; the amounts of
single households are shares of them. The months are closed, so what is tried out leaves the table as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Date, cast, func
from sqlmodel import Session, SQLModel, select

from app.demo_data.people import Person, people_of
from app.demo_data.units import demo_units
from tickets.assistance.given import ServiceGiven, Team, TemporaryAid
from tickets.assistance.households import Benefit, Household, Member, new_numbers, plain
from tickets.assistance.ledger import HouseholdFact, hash_of
from tickets.assistance.monthly import freeze, last_of_month, months_between
from tickets.assistance.words import HouseholdKind, HouseholdState, Kinship, Scheme
from tickets.ground.columns import new_id
from tickets.ground.vault import Vault
from tickets.ground.words import UnitKind

MONTHS = months_between(date(2023, 1, 1), date(2023, 8, 1))

#: On the register at the end of August, and its persons; one in so many is of two.
DIBAO_HOUSEHOLDS, DIBAO_PERSONS, TEKUN_PERSONS, CASES = 3601, 4108, 306, 85
#: Left the register within the eight months, beside them.
DIBAO_STOPPED, TEKUN_STOPPED = 96, 6
#: Came on the register within the eight months.
DIBAO_STARTED, TEKUN_STARTED = 160, 12

#: In yuan, over the eight months.
DIBAO_YUAN, TEKUN_YUAN, CARE_YUAN, AID_YUAN = 25_220_000, 2_380_000, 400_000, 410_000

#: Teams with the person-times of each.
TIMES = {
    (Team.MEDICAL, "助医1队"): 548,
    (Team.MEDICAL, "助医2队"): 521,
    (Team.MEDICAL, "助医3队"): 506,
    (Team.MEDICAL, "助医4队"): 489,
    (Team.MEDICAL, "助医5队"): 472,
    (Team.STUDENT, "学生志愿服务队"): 724,
}

FEN = 100
BY = "console"


@dataclass
class Kept:
    """A household of the demo with the people in it."""

    household: Household
    members: list[Member]

    def months(self) -> list[date]:
        """The months it was paid for: that it came in, and all until it left."""
        ended = self.household.ended_on
        return [
            month
            for month in MONTHS
            if self.household.started_on <= last_of_month(month) and (ended is None or ended > month)
        ]


def load_register(session: Session, vault: Vault) -> int:
    """Lay down the register where there is none, and give how many households are new."""
    if session.exec(select(Household.id).limit(1)).first() is not None:
        return 0
    now = session.exec(select(func.clock_timestamp())).one()
    today: date = session.exec(select(cast(func.timezone("Asia/Shanghai", now), Date))).one()
    kept = _Draw(session, vault, today, now).all()
    facts = [_written(one, now) for one in kept]
    _lay(session, Household, [one.household.model_dump() for one in kept])
    _lay(session, Member, [row.model_dump() for one in kept for row in one.members])
    _lay(session, HouseholdFact, [fact.model_dump() for fact in facts])
    _lay(session, Benefit, list(_benefits(kept)))
    _lay(session, TemporaryAid, list(_aid(kept)))
    _lay(session, ServiceGiven, list(_services(kept)))
    for month in MONTHS:
        freeze(session, month, by=BY, at=now)
    return len(kept)


def _lay(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Copy rows in, which costs a tenth of inserting them."""
    driver = session.connection().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("rows are copied over psycopg 3")
    columns = list(rows[0])
    into = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(str(model.__tablename__)), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([_plain(row[column]) for column in columns])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Jsonb(value)
    return str(value) if isinstance(value, StrEnum) else value


class _Draw:
    """Draws households one after the other."""

    def __init__(self, session: Session, vault: Vault, today: date, now: Any) -> None:
        self.vault, self.today, self.now = vault, today, now
        self.random = Random("the register of the demo")  # noqa: S311 nothing secret is drawn
        self.places = [row.code for row in demo_units() if row.kind == UnitKind.COMMUNITY]
        count = DIBAO_HOUSEHOLDS + DIBAO_STOPPED + TEKUN_PERSONS + TEKUN_STOPPED + CASES
        self.numbers = iter(new_numbers(session, count))
        self.people: Iterator[Person] = people_of(self.random)

    def all(self) -> list[Kept]:
        """All of them, each group in turn."""
        larger = DIBAO_PERSONS - DIBAO_HOUSEHOLDS
        dibao = self._group(HouseholdKind.DIBAO, DIBAO_HOUSEHOLDS, DIBAO_STARTED, DIBAO_STOPPED, larger)
        tekun = self._group(HouseholdKind.TEKUN, TEKUN_PERSONS, TEKUN_STARTED, TEKUN_STOPPED, 0)
        aided = [self._aided() for _ in range(CASES)]
        return [*dibao, *tekun, *aided]

    def _group(
        self, kind: HouseholdKind, stock: int, started: int, stopped: int, larger: int
    ) -> Iterator[Kept]:
        # Every so many households is of two, until all persons are there.
        for at in range(stock + stopped):
            persons = 2 if at < stock and (at + 1) * larger // stock > at * larger // stock else 1
            is_new = at < stock and at * started // stock != (at + 1) * started // stock
            since = self._day(MONTHS[0], last_of_month(MONTHS[-1])) if is_new else self._before()
            until = self._day(MONTHS[0], last_of_month(MONTHS[-1])) if at >= stock else None
            yield self._kept(kind, persons, since, until)

    def _aided(self) -> Kept:
        since = self._day(MONTHS[0], last_of_month(MONTHS[-1]))
        return self._kept(HouseholdKind.TEMPORARY, self.random.choice((1, 2, 3)), since, since)

    def _kept(self, kind: HouseholdKind, persons: int, since: date, until: date | None) -> Kept:
        household = Household(
            id=next(self.numbers),
            division=self.random.choice(self.places),
            kind=kind,
            state=HouseholdState.ENDED if until else HouseholdState.ACTIVE,
            started_on=since,
            ended_on=until,
            recheck_on=self.today + timedelta(days=self.random.randint(10, 360)),
            related=self.random.random() < 0.01,
            persons=persons,
            changed_at=self.now,
        )
        return Kept(household, [self._member(household, at) for at in range(persons)])

    def _member(self, household: Household, at: int) -> Member:
        person = next(self.people)
        kinship = (Kinship.HEAD, Kinship.SPOUSE, Kinship.CHILD)[at]
        row = Member(
            id=new_id(),
            household_id=household.id,
            kinship=kinship,
            care=person.care if household.kind == HouseholdKind.TEKUN else None,
            joined_on=household.started_on,
        )
        row.seal(self.vault, {"name": person.name, "id_number": person.id_number})
        return row

    def _before(self) -> date:
        return self._day(date(2016, 1, 1), MONTHS[0] - timedelta(days=1))

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, (last - first).days))


def _written(one: Kept, now: Any) -> HouseholdFact:
    household = one.household
    household.seq = 1
    fact = HouseholdFact(
        household_id=household.id,
        seq=1,
        at=now,
        what="added",
        by=BY,
        role="system",
        data={**plain(household), "persons": len(one.members)},
        hash=b"",
    )
    fact.hash = household.chain_head = hash_of(fact, bytes(household.chain_head))
    return fact


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Part *total* by *weights*, in whole numbers that add up to it."""
    whole, given, passed = sum(weights), 0, 0
    parts = []
    for weight in weights:
        passed += weight
        parts.append(total * passed // whole - given)
        given += parts[-1]
    return parts


def _benefits(kept: Sequence[Kept]) -> Iterator[dict[str, Any]]:
    for scheme, kind, yuan in (
        (Scheme.DIBAO, HouseholdKind.DIBAO, DIBAO_YUAN),
        (Scheme.TEKUN, HouseholdKind.TEKUN, TEKUN_YUAN),
        (Scheme.CARE, HouseholdKind.TEKUN, CARE_YUAN),
    ):
        paid = [(one, month) for one in kept if one.household.kind == kind for month in one.months()]
        # What is paid is topped up to the line, so it differs with what a household earns itself.
        weights = [len(one.members) * (85 + one.household.id % 31) for one, _month in paid]
        for (one, month), part in zip(paid, shares(yuan, weights), strict=True):
            yield {
                "household_id": one.household.id,
                "month": month,
                "scheme": scheme,
                "fen": part * FEN,
                "persons": len(one.members),
            }


def _aid(kept: Sequence[Kept]) -> Iterator[dict[str, Any]]:
    aided = [one for one in kept if one.household.kind == HouseholdKind.TEMPORARY]
    weights = [60 + one.household.id * 7 % 81 for one in aided]
    for one, part in zip(aided, shares(AID_YUAN, weights), strict=True):
        yield {
            "id": new_id(),
            "household_id": one.household.id,
            "paid_on": one.household.started_on,
            "fen": part * FEN,
            "persons": len(one.members),
        }


def _services(kept: Sequence[Kept]) -> Iterator[dict[str, Any]]:
    random = Random("the services of the demo")  # noqa: S311 nothing secret is drawn
    there = [one for one in kept if one.household.state == HouseholdState.ACTIVE]
    for (kind, team), times in TIMES.items():
        for _ in range(times):
            one = random.choice(there)
            since = max(one.household.started_on, MONTHS[0])
            yield {
                "id": new_id(),
                "household_id": one.household.id,
                "member_id": random.choice(one.members).id,
                "team_kind": kind,
                "team": team,
                "served_on": since
                + timedelta(days=random.randint(0, (last_of_month(MONTHS[-1]) - since).days)),
            }
