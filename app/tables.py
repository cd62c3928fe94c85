"""All tables, gathered so that migrations and tests see every one."""

import app.access.accounts
import app.access.totp
import app.access.tracking
import app.access.tries
import app.admin.duty
import app.admin.ledger
import app.api.idempotency
import app.calling.drafts
import app.digest.rows
import app.feeds.rows
import app.filing.rows
import app.heartbeat
import app.outbound.rows
import app.reading.presence
import app.reading.saved_views
import app.rulemaking.rows
import app.sealing.rows
import app.statistics.rows
import app.voice.rows
import notifications.message
import notifications.pulse
import notifications.routes
import notifications.settling_rows
import notifications.spending
import notifications.wording_rows
import tickets.assistance.applications
import tickets.assistance.given
import tickets.assistance.households
import tickets.assistance.ledger
import tickets.assistance.monthly
import tickets.assistance.needs
import tickets.assistance.payments
import tickets.assistance.policy_items
import tickets.assistance.referrals
import tickets.assistance.service_orders
import tickets.assistance.visits
import tickets.callback.campaigns
import tickets.callback.turns
import tickets.ground.files
import tickets.ground.kept_keys
import tickets.ground.originals
import tickets.ground.policy
import tickets.search
import tickets.ticket
from tickets.intake import amend, calls, register


def every_row() -> tuple[object, ...]:
    """Load every module that declares rows or sequences."""
    return (
        app.access.accounts,
        app.access.totp,
        app.access.tracking,
        app.access.tries,
        app.admin.duty,
        app.admin.ledger,
        app.api.idempotency,
        app.calling.drafts,
        app.feeds.rows,
        app.filing.rows,
        app.digest.rows,
        app.heartbeat,
        app.outbound.rows,
        app.reading.presence,
        app.reading.saved_views,
        app.rulemaking.rows,
        app.sealing.rows,
        app.statistics.rows,
        app.voice.rows,
        notifications.message,
        notifications.spending,
        notifications.settling_rows,
        notifications.pulse,
        notifications.routes,
        notifications.wording_rows,
        tickets.callback.campaigns,
        tickets.callback.turns,
        tickets.ground.files,
        tickets.assistance.households,
        tickets.assistance.ledger,
        tickets.assistance.needs,
        tickets.assistance.given,
        tickets.assistance.monthly,
        tickets.assistance.payments,
        tickets.assistance.policy_items,
        tickets.assistance.visits,
        tickets.assistance.applications,
        tickets.assistance.referrals,
        tickets.assistance.service_orders,
        tickets.callback.turns,
        tickets.ground.originals,
        tickets.ground.policy,
        tickets.ground.kept_keys,
        tickets.search,
        tickets.ticket,
        amend,
        calls,
        register,
    )
