"""A sign of life from every worker, so that readiness and `verify` know whether anybody sweeps."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import Field

from tickets.ground.columns import Moment, Row


class Heartbeat(Row, table=True):
    """When a worker process was last seen alive."""

    __tablename__ = "heartbeat"

    process: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


def beat(connection: Connection, process: str) -> None:
    """Say that *process* is alive, and forget those silent for a day."""
    connection.execute(
        text(
            "insert into heartbeat (process, at) values (:process, clock_timestamp())"
            " on conflict (process) do update set at = excluded.at"
        ),
        {"process": process},
    )
    connection.execute(text("delete from heartbeat where at < clock_timestamp() - interval '1 day'"))


def is_anybody_alive(connection: Connection, within_seconds: int = 60) -> bool:
    """Whether a worker was seen in the last *within_seconds*."""
    found = connection.execute(
        text(
            "select exists (select from heartbeat"
            " where at > clock_timestamp() - make_interval(secs => :seconds))"
        ),
        {"seconds": within_seconds},
    )
    return bool(found.scalar_one())
