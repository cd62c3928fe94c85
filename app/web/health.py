"""Whether the process serves, and whether the whole house does."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.access.doors import open_to
from app.heartbeat import is_anybody_alive
from app.house import house
from app.wiring import NoRules

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to("everybody")
def healthz() -> ResponseReturnValue:
    """200 once the tables and the rules are there and this process answers."""
    try:
        house().rules()
    except (DBAPIError, NoRules):
        return {"status": "preparing"}, 503
    return {"status": "ok"}


@health.get("/readyz")
@open_to("everybody")
def readyz() -> ResponseReturnValue:
    """200 while the database answers and a worker was seen within a minute."""
    try:
        with house().engine.connect() as connection:
            connection.execute(text("select 1"))
            alive = is_anybody_alive(connection)
    except DBAPIError:
        return {"database": False, "worker": False}, 503
    return {"database": True, "worker": alive}, 200 if alive else 503
