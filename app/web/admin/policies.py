"""The promises in force and the calendar, to read."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.access.accounts import Role
from app.language.names import unit_names
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

policies_page = blueprint("admin_policies", __name__)


@policies_page.get("/admin/policies")
@staff_page(Role.ADMIN)
def show() -> ResponseReturnValue:
    """Every promise in force."""
    desk: Desk = g.desk
    policies = [policy for policy in desk.rules.policies if policy.superseded_at is None]
    return render_template(
        "admin/policies.html",
        units=unit_names(desk.rules.units),
        policies=sorted(policies, key=lambda policy: (policy.code, policy.clock)),
        calendar=desk.rules,
    )
