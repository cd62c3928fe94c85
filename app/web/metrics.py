"""How the house runs, for a monitor: from this very machine, or with the token of the settings."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.access.doors import open_to
from app.house import house
from app.monitoring.exposition import exposition_of
from app.monitoring.figures import figures_of

metrics = Blueprint("metrics", __name__)

#: A proxy that we were not told of sends these: who calls from this machine may be anybody then.
CALLED_FOR_OTHERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@metrics.get("/metrics")
@open_to("monitor")
def show() -> ResponseReturnValue:
    """The figures, none of them about a person or a ticket."""
    if not (_knows_the_token() or _is_this_machine()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    with house().engine.connect() as connection:
        figures = figures_of(connection, house().settings.providers)
    return Response(exposition_of(figures), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _knows_the_token() -> bool:
    token = house().settings.metrics_token
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return token is not None and hmac.compare_digest(told.encode(), token.encode())


def _is_this_machine() -> bool:
    if not house().settings.proxies_in_front and any(name in request.headers for name in CALLED_FOR_OTHERS):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
