"""What stands guard over the proof: triggers awake, no right to rewrite, a sealer that keeps up."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.engine import Connection

from app.migrations.roles import APPEND_ONLY
from app.settings import Settings
from app.verify.dossier import Finding, Known, said

#: How long facts may wait to be sealed: many times the interval of the sealer.
PATIENCE = timedelta(minutes=5)

AWAKE = text(
    "select relname || '.' || tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
    " where tgenabled in ('O', 'A') and not tgisinternal and relname = any(:tables)"
    " and relnamespace = to_regnamespace(current_schema())"
)
WAITING = text("select count(distinct ticket_id), min(at) from seal_queue where at < :latest")
MAY_REWRITE = text(
    "select name from unnest(cast(:tables as text[])) name"
    " where has_table_privilege(name, 'update, delete, truncate') order by name"
)


def guards(connection: Connection) -> Iterator[str]:
    """The triggers that let nobody rewrite what happened, or leave it unsealed, must be there and awake."""
    awake = set(connection.execute(AWAKE, {"tables": list(APPEND_ONLY)}).scalars())
    for table in APPEND_ONLY:
        if not {f"{table}.only_added_to", f"{table}.never_emptied"} <= awake:
            yield f"house seq 0: {table} is not guarded against rewriting; its triggers are off or gone"
    if "timeline.waits_for_seal" not in awake:
        yield "house seq 0: new facts are not queued to be sealed; the trigger is off or gone"


def waiting(connection: Connection, known: Known, settings: Settings) -> Iterator[Finding]:
    """Facts must not wait for their root for ever. Without a worker that is for who watches the workers."""
    tickets, since = connection.execute(WAITING, {"latest": known.now - PATIENCE}).one()
    if tickets:
        why = "" if settings.seal_keys else "; ZHUANBAN_SEAL_KEYS is not set"
        what = f"facts of {tickets} tickets wait since {said(since)} to be sealed{why}"
        yield Finding(0, what, is_fault=known.worker_is_alive)


def rights(connection: Connection) -> Iterator[Finding]:
    """Where the application is the owner, only the roots keep it from rewriting what happened."""
    tables = connection.execute(MAY_REWRITE, {"tables": list(APPEND_ONLY)}).scalars().all()
    if tables:
        what = f"the role of the application may rewrite {', '.join(tables)}; give it one of its own"
        yield Finding(0, what, is_fault=False)
