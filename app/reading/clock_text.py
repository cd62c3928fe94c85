"""Why the clocks of one ticket are due when they are, as plain text in both languages."""

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_seen
from app.factory import create_app
from app.language.i18n import HTML_LANGUAGES
from app.reading.clock_page import told_of
from app.wiring import House
from tickets.ground.clock import ClockState
from tickets.ground.desk import Actor

#: Whoever holds this machine reads what an auditor may.
READER = Viewer(
    account_id=0, username="console", display_name="", role=Role.AUDITOR, unit="", person="console"
)
OVER = (ClockState.MET, ClockState.CANCELLED)


class NoClock(Exception):
    """There is no clock to tell of."""


def told_in_text(house: House, ref: str, *, every: bool) -> str:
    """
    The clocks of the ticket *ref* that run, or *every* one, each with its days, in Chinese and in English.

    :raises NotFound: there is no such ticket.
    :raises NoClock: none of its clocks runs.
    """
    app = create_app(house.settings, house)
    with house.open_desk(Actor(username="console", role="system")) as desk:
        ticket = ticket_seen(desk, READER, ref)
        clocks = [clock for clock in ticket.clocks if every or clock.state not in OVER]
        if not clocks:
            raise NoClock
        parts = []
        for language in HTML_LANGUAGES:
            # A request of nobody: it tells the templates which language is read.
            with app.test_request_context("/", query_string={"lang": language}):
                template = app.jinja_env.get_template("tickets/why.txt")
                parts += [template.render(**told_of(desk, READER, ticket, clock)) for clock in clocks]
    return "\n\n".join(parts) + "\n"
