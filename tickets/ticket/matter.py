"""The words of the matter itself: told to units only without what leads to a person, where it is sealed."""

from tickets.ground.desk import Desk
from tickets.ground.originals import covered
from tickets.ticket.rows import Ticket


def cover_matter(desk: Desk, ticket: Ticket) -> None:
    """Cover in title and text of a sealed *ticket* what leads to a person; of others nothing."""
    ticket.title = covered(desk, ticket, ticket.title, "title")
    ticket.text = covered(desk, ticket, ticket.text, "text")
