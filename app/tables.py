"""All tables, gathered so that migrations and tests see every one."""

import app.access.accounts
import app.access.tracking
import app.api.idempotency
import app.heartbeat
import notifications.message
import tickets.ground.kept_keys
import tickets.search
import tickets.ticket
from tickets.intake import register


def every_row() -> tuple[object, ...]:
    """Load every module that declares rows or sequences."""
    return (
        app.access.accounts,
        app.access.tracking,
        app.api.idempotency,
        app.heartbeat,
        notifications.message,
        tickets.ground.kept_keys,
        tickets.search,
        tickets.ticket,
        register,
    )
