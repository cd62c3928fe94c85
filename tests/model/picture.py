"""Both sides as plain values, to be held against each other: rows of the service, lists of the model."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from tests.model.matter import Matter, Share

ROWS = text("""
select ref, state, round, version, outcome, holder_unit, coalesce(follows, '') as follows, followers,
  supervised, disputes, urges, callback_attempts, awaits_reviewer, unit_solved, citizen_solved, seq,
  closed_at is not null as ended,
  (select count(*) from supervision_card card
    where card.ticket_id = ticket.id and card.answered_at is null and card.ended_at is null) as cards,
  coalesce((select json_agg(json_build_array(unit, role, round, state, designated, parent, id) order by id)
    from unit_order where ticket_id = ticket.id), '[]') as shares,
  coalesce((select json_agg(json_build_array(kind, state, order_id, decider, decider_unit, id) order by id)
    from request where ticket_id = ticket.id), '[]') as asks,
  (select count(*) from timeline where timeline.ticket_id = ticket.id) as facts,
  coalesce((select bool_and(clock.state not in ('running', 'paused', 'breached')
      or clock.subject_id in (select id from request where kind = 'unseal'))
    from clock where clock.ticket_id = ticket.id), true) as silent
from ticket where ref = any(:refs)
""")


def rows(connection: Connection, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the service holds of the tickets *refs*."""
    found = connection.execute(ROWS, {"refs": list(refs)}).mappings()
    return {row["ref"]: dict(row) for row in found}


def kept(row: dict[str, Any]) -> dict[str, Any]:
    """What the model has a word on, of a *row*; shares and requests are told by place, not by key."""
    place = {share[6]: n for n, share in enumerate(row["shares"])}
    return {
        **{
            name: row[name]
            for name in (
                *("state", "round", "version", "outcome", "holder_unit", "follows", "supervised", "disputes"),
                *("urges", "callback_attempts", "awaits_reviewer", "unit_solved", "citizen_solved", "ended"),
                "cards",
            )
        },
        "followers": sorted(row["followers"]),
        "shares": [(*share[:5], place.get(share[5])) for share in row["shares"]],
        "asks": [(*ask[:2], place.get(ask[2]), *ask[3:5]) for ask in row["asks"]],
    }


def foreseen(matter: Matter, refs: Sequence[str]) -> dict[str, Any]:
    """The same, as the model has it."""

    def place(share: Share | None) -> int | None:
        return matter.shares.index(share) if share else None

    return {
        "state": matter.state,
        "round": matter.round,
        "version": matter.version,
        "outcome": matter.outcome,
        "holder_unit": matter.holder,
        "follows": refs[matter.follows.number] if matter.follows else "",
        "supervised": matter.supervised,
        "disputes": matter.disputes,
        "urges": matter.urges,
        "callback_attempts": matter.attempts,
        "awaits_reviewer": matter.said_no,
        "unit_solved": matter.solved,
        "citizen_solved": matter.citizen,
        "ended": matter.ended,
        "cards": matter.cards,
        "followers": sorted(refs[one.number] for one in matter.followers),
        "shares": [
            (one.unit, one.role, one.round, one.state, one.designated, place(one.parent))
            for one in matter.shares
        ],
        "asks": [
            (one.kind, one.state, place(one.share), one.decider, one.decider_unit) for one in matter.asks
        ],
    }
