"""What a change of the house would touch, counted before anybody makes it: one statement a question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from app.access.accounts import Account, Role
from tickets.ground.categories import CategoryRow
from tickets.ground.phrases import PhraseRow
from tickets.ground.reasons import ReasonRow
from tickets.ground.units import UnitRow, Units

#: Holds the change up, or leaves something to nobody: told first, and marked.
WARNINGS = frozenset(
    {
        "orders_held_up",
        "units_held_up",
        "last_admin",
        "last_head",
        "last_turn",
        "below_without_turn",
        "last_offered",
        "categories_below_gone",
    }
)


@dataclass(frozen=True)
class Effect:
    """One thing a change touches: a code (words in `language/effect_words.py`), and how many there are."""

    code: str
    count: int
    #: Whose they are, where a page lists them: a unit.
    of: str = ""

    @property
    def warns(self) -> bool:
        """Whether it is more than something to know."""
        return self.code in WARNINGS


#: How many there are of each thing, by its code. Names behind a colon are given with the question.
UNIT = {
    "orders": "select count(*) from unit_order where unit = any(:codes) and state in ('open', 'signed')",
    "clocks": "select count(*) from unit_order o join clock c on c.order_id = o.id where o.unit = any(:codes)"
    " and o.state in ('open', 'signed') and c.state in ('running', 'paused', 'breached')",
    "accounts": "select count(*) from account where unit = any(:codes) and active",
    "households": "select count(*) from household where division = any(:codes) and state <> 'ended'",
    "visits": "select count(*) from visit where division = any(:codes)"
    " and state in ('planned', 'not_reached')",
    "turns": "select count(*) from duty where unit = any(:codes)",
}
UNIT_MOVED = {
    "lose_sight": "select count(*) from account where unit = any(:lost) and role in ('handler', 'head')"
    " and active",
    "gain_sight": "select count(*) from account where unit = any(:gained) and role in ('handler', 'head')"
    " and active",
}
UNIT_CLOSED = {
    "orders_held_up": UNIT["orders"],
    "units_held_up": "select count(*) from unit where parent = any(:codes) and active",
    **{name: UNIT[name] for name in ("accounts", "households", "visits", "turns")},
    "leads": "select count(*) from category where unit_code = any(:codes)",
    "phrases": "select count(*) from phrase where unit = any(:codes)",
    "promises": "select count(*) from sla_policy where unit_code = any(:codes) and superseded_at is null",
    "campaigns": "select count(*) from campaign where unit = any(:codes) and ended_at is null",
    "referrals": "select count(*) from referral where to_unit = any(:codes)"
    " and state in ('sent', 'received')",
    "services": "select count(*) from service_order where agency = any(:codes)"
    " and state not in ('accepted', 'refused', 'cancelled')",
    "contracts": "select count(*) from service_contract where agency = any(:codes) and ends_on >= :today",
    "library": "select count(*) from policy_item where owner = any(:codes) and superseded_at is null",
    "feeds": "select count(*) from calendar_feed where unit = any(:codes)",
}
HELD = {
    "orders_taken": "select count(*) from unit_order where taken_by = :username and unit = :unit"
    " and state in ('open', 'signed')",
    "requests_asked": "select count(*) from request where asked_by = :username and state = 'open'",
    "campaign_calls": "select count(*) from campaign_call where held_by = :username",
    "call_turns": "select count(*) from call_turn where held_by = :username",
    "drafts": "select count(*) from matter_draft where account_id = :account and ended_as is null",
    "cards_given": "select count(*) from supervision_card where given_by = :username"
    " and answered_at is null and ended_at is null",
    "deputy_of": "select count(*) from account where deputy = :username",
    "rules_drafted": "select count(*) from rule_change where made_by = :username"
    " and state in ('draft', 'submitted')",
}
#: Nobody else has the role of somebody at work.
LAST_ADMIN = (
    "select (count(*) = 0)::int from account where role = 'admin' and active and id <> :account"
    " having :role = 'admin'"
)
LAST_HEAD = (
    "select (count(*) = 0)::int from account where role = 'head' and unit = :unit and active"
    " and id <> :account having :role = 'head'"
)
CLOSED = {
    "sessions": "select count(*) from web_session where account_id = :account",
    "tokens": "select count(*) from api_token where account_id = :account",
    "feeds": "select count(*) from calendar_feed where account_id = :account and unit is null",
    "screens": "select count(*) from wall_link where made_by = :account",
}
CATEGORY = {
    "tickets": "select count(*) from ticket where category = any(:codes) and closed_at is null",
    "promises": "select count(*) from sla_policy where category = any(:codes) and superseded_at is null",
    "campaigns": "select count(*) from campaign where category = any(:codes) and ended_at is null",
    "suggestions": "select count(*) from policy_use where category = any(:codes)",
}
REASON = {
    "requests": "select count(*) from request where reason = :code and kind = :list and state = 'open'",
    "requests_before": "select count(*) from request where reason = :code and kind = :list"
    " and state <> 'open'",
    "replies": "select count(*) from reply where reason = :code and :list = 'close'",
    "last_offered": "select (count(*) = 0)::int from reason where list = :list and active and code <> :code",
}
PHRASE = {
    "writers": "select count(*) from account where active and (unit = :unit or cast(:unit as text) is null)",
    "beside": "select count(*) from phrase where field = :field and active and id <> :id"
    " and unit is not distinct from cast(:unit as text)",
}
TURN = {
    "last_turn": "select (count(*) = 0)::int from duty where unit = :unit and id <> :id",
    "turns_left": "select count(*) from duty where unit = :unit and id <> :id",
    "below_without_turn": "select count(*) from unit below where below.parent = :unit and below.active"
    " and not exists (select from duty where duty.unit = below.code)"
    " and not exists (select from duty where duty.unit = :unit and duty.id <> :id)",
}
ROUTE = {
    "texts_waiting": "select count(*) from message where fate in ('queued', 'sending')",
    "texts_tried": "select coalesce(sum(tried), 0) from provider_minute"
    " where minute > clock_timestamp() - interval '1 day'",
}


def of_unit_moved(session: Session, units: Units, unit: UnitRow, parent: str | None) -> list[Effect]:
    """What it touches to put *unit*, with all below it, under *parent*."""
    before = set(units.at_or_above(unit.code)) - {unit.code}
    after = set(units.at_or_above(parent)) if parent else set()
    given = {
        "codes": [*units.at_or_below(unit.code)],
        "lost": sorted(before - after),
        "gained": sorted(after - before),
    }
    return _counted(session, {**UNIT_MOVED, **UNIT}, given, of=unit.code)


def of_unit_closed(session: Session, unit: UnitRow, today: Any) -> list[Effect]:
    """What it touches to close *unit*."""
    return _counted(session, UNIT_CLOSED, {"codes": [unit.code], "today": today}, of=unit.code)


def of_unit_named(session: Session, unit: UnitRow) -> list[Effect]:
    """Who reads another name of *unit* from now on."""
    asked = {name: UNIT_CLOSED[name] for name in ("accounts", "leads", "promises")}
    return _counted(session, {"orders": UNIT["orders"], **asked}, {"codes": [unit.code]}, of=unit.code)


def of_account(
    session: Session, account: Account, *, closed: bool = False, leaves: bool = True
) -> list[Effect]:
    """What *account* holds; what ends if it is *closed*; what its role or unit loses if it *leaves*."""
    asked = {**(CLOSED if closed else {}), **HELD}
    if closed or leaves:
        asked |= {"last_admin": LAST_ADMIN, "last_head": LAST_HEAD}
    given = {
        "account": account.id,
        "username": account.username,
        "unit": account.unit,
        "role": account.role if account.active else "",
    }
    return _counted(session, asked, given, of=account.unit)


def of_post(session: Session, account: Account, *, role: str, unit: str) -> list[Effect]:
    """What it touches to give *account* another role or unit."""
    found = of_account(session, account)
    kept = {"last_admin"} if role == Role.ADMIN else set()
    kept |= {"last_head"} if (role, unit) == (Role.HEAD, account.unit) else set()
    return [one for one in found if one.code not in kept]


def of_category(
    session: Session, rows: Iterable[CategoryRow], row: CategoryRow, *, active: bool
) -> list[Effect]:
    """What hangs on the category *row* and on those below it."""
    below = [one for one in rows if one.code.startswith(f"{row.code}-")]
    found = _counted(session, CATEGORY, {"codes": [row.code, *(one.code for one in below)]})
    gone = sum(one.active for one in below)
    first = [] if active or not gone else [Effect("categories_below_gone", gone)]
    inherit = sum(one.unit_code is None for one in below)
    return [*first, *found, *([Effect("leads_inherited", inherit)] if inherit else [])]


def of_reason(session: Session, row: ReasonRow, *, active: bool) -> list[Effect]:
    """Where the reason *row* was given, and whether its list has others."""
    found = _counted(session, REASON, {"list": row.list, "code": row.code})
    return [one for one in found if one.code != "last_offered" or not active]


def of_phrase(session: Session, row: PhraseRow) -> list[Effect]:
    """Who is offered the phrase *row*."""
    return _counted(session, PHRASE, {"unit": row.unit, "field": row.field, "id": row.id}, of=row.unit or "")


def of_turn(session: Session, unit: str, turn: Any) -> list[Effect]:
    """What is left of the duty list of *unit* without *turn*, and who leaned on it."""
    return _counted(session, TURN, {"unit": unit, "id": turn}, of=unit)


def of_route(session: Session) -> list[Effect]:
    """The texts that shares are about."""
    return _counted(session, ROUTE, {})


def _counted(
    session: Session, asked: Mapping[str, str], given: Mapping[str, Any], *, of: str = ""
) -> list[Effect]:
    """Those of which there are any, warnings first. One statement."""
    parts = ", ".join(f'({query}) as "{name}"' for name, query in asked.items())
    row = session.connection().execute(text(f"select {parts}"), dict(given)).mappings().one()
    found = [Effect(name, int(row[name]), of) for name in asked if row[name]]
    return sorted(found, key=lambda one: not one.warns)
