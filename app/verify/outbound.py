"""The calls the house makes: each answer by keypad came of one call, and each call answered is on record."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.engine import Connection

from app.outbound.settling import CHANNEL
from tickets.ground.facts import CalledBack

ANSWERS = text(
    """
    select ref, coalesce(facts.seq, 0) as seq, coalesce(facts.answers, 0) as answers,
        coalesce(calls.answered, 0) as answered
    from (
        select ticket_id, max(seq) as seq, count(*) as answers from timeline
        where what = 'called_back' and what = :fact and data ->> 'channel' = :channel
            and (data ->> 'reached')::boolean group by 1
    ) facts
    full join (
        select ticket_id, count(*) as answered from outbound_call where result = 'answered' group by 1
    ) calls using (ticket_id)
    join ticket on ticket.id = ticket_id
    where coalesce(facts.answers, 0) <> coalesce(calls.answered, 0) order by ticket_id
    """
)
HOW_MANY = text("select count(*) from outbound_call")


def check_calls(connection: Connection, looked_at: Counter[str]) -> Iterator[str]:
    """Every fault of a call, as `REF seq N: …`."""
    if calls := connection.execute(HOW_MANY).scalar_one():
        looked_at["calls"] += calls
    for row in connection.execute(ANSWERS, {"fact": CalledBack.name, "channel": CHANNEL}):
        yield (
            f"{row.ref} seq {row.seq}: {row.answers} answers were given by keypad,"
            f" but {row.answered} calls were answered"
        )
