"""The course of a ticket as its facts tell it, followed through the table of moves, against its row."""

from collections.abc import Iterator

from app.verify.dossier import Dossier, Finding, Known, said
from app.verify.readings import READINGS, Course
from tickets.ground import flow
from tickets.ground.errors import MoveNotAllowed
from tickets.ground.facts import FACTS
from tickets.ground.flow import FACTS_OF, Move, State
from tickets.ground.timeline import Entry

#: Which move a fact tells of.
MOVE_OF = {fact: move for move, facts in FACTS_OF.items() for fact in facts}
NAMES = frozenset(fact.name for fact in FACTS)


def check_course(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Follow the facts; refuse a step the table does not have, and a row that ends elsewhere."""
    course = Course()
    for fact in dossier.facts:
        if fact.what not in NAMES:
            yield Finding(fact.seq, f"nobody knows a fact {fact.what!r}")
            return
        if trouble := _follow(course, MOVE_OF.get(fact.what), fact):
            yield Finding(fact.seq, trouble)
            return
    if course.state is None:
        yield Finding(dossier.last, "the ticket was never registered")
        return
    for name, told in course.told():
        stands = getattr(dossier.ticket, name)
        if stands != told:
            yield Finding(dossier.last, f"{name} is {said(stands)}, but the facts lead to {said(told)}")


def _follow(course: Course, move: Move | None, fact: Entry) -> str | None:
    """Make *move* as *fact* tells it; give the trouble, if there is any."""
    if move is None and fact.what not in READINGS:
        return None
    before = course.state
    if (before is None) != (move is Move.REGISTER):
        return f"{fact.what!r} cannot come here"
    try:
        to = READINGS[fact.what](course, fact.data)
        if before is not None and move is not None:
            flow.after(State(before), move, to)
    except MoveNotAllowed:
        return f"a {before} ticket cannot {move}, least of all to {to}"
    except (KeyError, ValueError, TypeError):
        return f"the fact {fact.what!r} cannot be read"
    course.state = to
    if to is State.CLOSED and before != State.CLOSED:
        course.closed_at = fact.at
    return None
