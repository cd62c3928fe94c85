"""The table of promises as data: rows that are read, checked, compared, written as TOML and put in force."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import tomli_w
from pydantic import ValidationError
from sqlalchemy import func
from sqlmodel import Session, select

from app.language.sentences import fields_of
from app.rulemaking.policy_rows import PolicyRow, Rows, row_of
from tickets.clocks.table_checks import Fault, TableFault, check_table
from tickets.ground.clock import ClockKind
from tickets.ground.errors import FieldsRefused, Refused, bad_field
from tickets.ground.policy import SlaPolicy

MOST_ROWS = 300


def rows_in_force(policies: Iterable[SlaPolicy]) -> Rows:
    """The table in force, in the order people look for a row."""
    return _ordered(row_of(policy) for policy in policies if policy.superseded_at is None)


def _ordered(rows: Iterable[PolicyRow]) -> Rows:
    clocks = list(ClockKind)
    return tuple(sorted(rows, key=lambda row: (clocks.index(row.clock), row.code)))


def to_data(rows: Iterable[PolicyRow]) -> dict[str, Any]:
    """What a change keeps of the table."""
    return {"policies": [row.plain() for row in _ordered(rows)]}


def of_data(data: Mapping[str, Any]) -> Rows:
    """
    Read what `to_data` gave, or a file.

    :raises FieldsRefused: names the row and the field, as `policies.3.length`.
    """
    given = data.get("policies")
    if not isinstance(given, list) or set(data) - {"policies"} or not given:
        raise bad_field("text", "not_a_table")
    if len(given) > MOST_ROWS:
        raise bad_field("text", "too_many_rows", most=MOST_ROWS)
    rows, wrong = [], []
    for number, one in enumerate(given, 1):
        try:
            rows.append(PolicyRow.model_validate(one))
        except ValidationError as found:
            wrong += fields_of(found, prefix=f"policies.{number}.")
    if wrong:
        raise FieldsRefused(*wrong)
    twice = next((row for row in rows if [one.key for one in rows].count(row.key) > 1), None)
    if twice is not None:
        raise bad_field("text", "row_twice", policy=twice.code, clock=twice.clock)
    return tuple(rows)


def to_toml(rows: Iterable[PolicyRow]) -> str:
    """The table as a file people can read, change and hand in again."""
    return tomli_w.dumps(to_data(rows))


def of_toml(text: str) -> Rows:
    """
    Read a file.

    :raises FieldsRefused: it is no TOML, no table, or a row has something wrong.
    """
    try:
        return of_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise bad_field("text", "not_toml", problem=str(wrong)) from None


@dataclass(frozen=True)
class RowChange:
    """A row that is new, gone, or says something else: each value before and after."""

    code: str
    clock: str
    before: PolicyRow | None
    after: PolicyRow | None

    def values(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, before and after of each value that differs."""
        before, after = ({} if row is None else row.plain() for row in (self.before, self.after))
        for name in PolicyRow.model_fields:
            if before.get(name) != after.get(name):
                yield name, before.get(name), after.get(name)


def compare(before: Rows, after: Rows) -> list[RowChange]:
    """What the table *after* says that *before* did not, and the other way round."""
    old, new = ({row.key: row for row in rows} for rows in (before, after))
    keys = [row.key for row in _ordered((*before, *(row for row in after if row.key not in old)))]
    return [RowChange(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def faults_of(rows: Iterable[PolicyRow]) -> list[TableFault]:
    """What is wrong with the table as a whole."""
    return check_table(row.as_policy() for row in rows)


def check_whole(data: Mapping[str, Any]) -> None:
    """
    Let only a table through in which one row holds for every matter.

    :raises Refused: two rows are equally specific, or a matter has none.
    """
    faults = {fault.fault for fault in faults_of(of_data(data))}
    for fault in (Fault.AMBIGUOUS, Fault.GAP):
        if fault in faults:
            raise Refused(f"table_{fault}")


def as_if_in_force(policies: Iterable[SlaPolicy], rows: Rows) -> tuple[SlaPolicy, ...]:
    """The policies as a rulebook would have them if *rows* were the table, to try out; nothing is changed."""
    old = list(policies)
    wanted, newest = {row.key: row for row in rows}, _newest(old)
    kept = [one for one in old if one.superseded_at is None and wanted.get(_key(one)) == row_of(one)]
    gone = [
        SlaPolicy(**{**one.model_dump(), "superseded_at": datetime.max.replace(tzinfo=UTC)})
        if one.superseded_at is None
        else one
        for one in old
        if one not in kept
    ]
    known = {_key(one) for one in kept}
    new = [row.as_policy(version=newest.get(key, 0) + 1) for key, row in wanted.items() if key not in known]
    return (*kept, *gone, *new)


def put_in_force(session: Session, data: Mapping[str, Any]) -> int:
    """
    Make *data* the table from now on: a row that differs is a new version, one that is gone is superseded.

    Clocks keep the versions they pinned. How many rows changed.
    """
    wanted = {row.key: row for row in of_data(data)}
    rows = session.exec(select(SlaPolicy).execution_options(populate_existing=True)).all()
    newest = _newest(rows)
    changed = 0
    for policy in rows:
        if policy.superseded_at is None and wanted.get(_key(policy)) != row_of(policy):
            policy.superseded_at = session.exec(select(func.clock_timestamp())).one()
            changed += 1
    session.flush()
    in_force = {_key(policy) for policy in rows if policy.superseded_at is None}
    for key, row in wanted.items():
        if key not in in_force:
            session.add(row.as_policy(version=newest.get(key, 0) + 1))
            changed += 1
    session.flush()
    return changed


def _newest(rows: Sequence[SlaPolicy]) -> dict[tuple[str, str], int]:
    newest: dict[tuple[str, str], int] = {}
    for policy in rows:
        key = _key(policy)
        newest[key] = max(newest.get(key, 0), policy.version)
    return newest


def _key(policy: SlaPolicy) -> tuple[str, str]:
    return policy.code, policy.clock
