"""What somebody has to do after signing in before anything else."""

from enum import StrEnum

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.access.sessions import SignedIn
from app.house import house
from app.web.origin import origin


class Duty(StrEnum):
    """A thing that comes first, and the page where it is done."""

    PASSWORD = "account.ask_password"  # noqa: S105 the name of a page, not a password
    TOTP = "totp.show"


def duty_of(found: SignedIn) -> Duty | None:
    """What *found* has to do first, if anything."""
    if found.must_change:
        return Duty.PASSWORD
    needed = house().settings.needs_totp(found.viewer.role) and not found.has_totp
    # The demo's own machine has no such duty, as it has no limits.
    return Duty.TOTP if needed and origin() is not None else None


def lead_to(duty: Duty) -> ResponseReturnValue:
    """Send somebody to the page of their duty."""
    if "X-Live" in request.headers:
        return Response(status=403)
    return redirect(url_for(duty), 303)
