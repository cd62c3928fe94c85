"""All tables, gathered so that migrations and tests see every one."""

import app.access.accounts
import app.access.tracking
import app.api.idempotency
import app.heartbeat
import app.sealing.rows
import notifications.message
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
        app.sealing.rows,
        notifications.message,
        tickets.search,
        tickets.ticket,
        register,
    )
