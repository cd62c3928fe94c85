"""A sign of life from every worker, so that readiness and `verify` know whether anybody sweeps."""

from dataclasses import dataclass
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
    #: Ticks it put off since it started, because the database was away.
    put_off: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    #: Times since then that its clock was put back and its ticks had to be awakened.
    awakened: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


@dataclass
class Troubles:
    """What this process counts while the database cannot be told."""

    put_off: int = 0
    awakened: int = 0


#: Of this process, which is one worker.
TROUBLES = Troubles()


def beat(connection: Connection, process: str, troubles: Troubles | None = None) -> None:
    """Say that *process* is alive and what *troubles* it had, and forget those silent for a day."""
    told = troubles or Troubles()
    connection.execute(
        text(
            "insert into heartbeat (process, at, put_off, awakened)"
            " values (:process, clock_timestamp(), :put_off, :awakened) on conflict (process)"
            " do update set at = excluded.at, put_off = excluded.put_off, awakened = excluded.awakened"
        ),
        {"process": process, "put_off": told.put_off, "awakened": told.awakened},
    )
    connection.execute(text("delete from heartbeat where at < clock_timestamp() - interval '1 day'"))


def is_anybody_alive(connection: Connection, within_seconds: int = 60) -> bool:
    """Whether a worker was seen in the last *within_seconds*; not one seen before the clock was put back."""
    found = connection.execute(
        text(
            "select exists (select from heartbeat where at <= clock_timestamp()"
            " and at > clock_timestamp() - make_interval(secs => :seconds))"
        ),
        {"seconds": within_seconds},
    )
    return bool(found.scalar_one())
