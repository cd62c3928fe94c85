"""The course of a ticket as its facts tell it, followed through the table of moves, against its row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground import flow
from tickets.ground.errors import MoveNotAllowed
from tickets.ground.facts import FACTS
from tickets.ground.flow import FACT_OF, Move, OrderRole, Outcome, State
from tickets.ground.timeline import Entry
from tickets.ground.words import CloseGround, Verdict

#: Which move a fact tells of.
MOVE_OF = {fact: move for move, fact in FACT_OF.items()}
NAMES = frozenset(fact.name for fact in FACTS)


@dataclass
class Course:
    """Where a ticket stands after the facts read so far. Its fields are named like the ticket's."""

    state: str | None = None
    round: int = 1
    outcome: str | None = None
    closed_at: datetime | None = None
    holder_unit: str | None = None
    unit_solved: str | None = None
    citizen_solved: str | None = None
    satisfaction: int | None = None
    callback_attempts: int = 0
    awaits_reviewer: bool = False

    def of_unit(self) -> Outcome:
        """How it closes by its unit's verdict."""
        return Outcome.SOLVED if self.unit_solved == Verdict.YES else Outcome.EXPLAINED

    def close(self, outcome: Outcome) -> State:
        """Nobody holds it any more."""
        self.outcome = outcome
        self.holder_unit = None
        self.awaits_reviewer = False
        return State.CLOSED


def check_course(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Follow the facts; refuse a step the table does not have, and a row that ends elsewhere."""
    course = Course()
    for fact in dossier.facts:
        if fact.what not in NAMES:
            yield Finding(fact.seq, f"nobody knows a fact {fact.what!r}")
            return
        move = MOVE_OF.get(fact.what)
        trouble = _follow(course, move, fact) if move else None
        if trouble:
            yield Finding(fact.seq, trouble)
            return
    if course.state is None:
        yield Finding(dossier.last, "the ticket was never registered")
        return
    for name, told in vars(course).items():
        stands = getattr(dossier.ticket, name)
        if stands != told:
            yield Finding(dossier.last, f"{name} is {said(stands)}, but the facts lead to {said(told)}")


def _follow(course: Course, move: Move, fact: Entry) -> str | None:
    """Make *move* as *fact* tells it; give the trouble, if there is any."""
    before = course.state
    if (before is None) != (move is Move.REGISTER):
        return f"{fact.what!r} cannot come here"
    try:
        to = READINGS[move](course, fact.data)
        if before is not None:
            flow.after(State(before), move, to)
    except MoveNotAllowed:
        return f"a {before} ticket cannot {move}, least of all to {to}"
    except (KeyError, ValueError):
        return f"the fact {fact.what!r} cannot be read"
    course.state = to
    if to is State.CLOSED:
        course.closed_at = fact.at
    return None


Data = Mapping[str, Any]


def _register(_course: Course, _data: Data) -> State:
    return State.REGISTERED


def _answer(course: Course, _data: Data) -> State:
    return course.close(Outcome.ANSWERED)


def _dispatch(course: Course, data: Data) -> State:
    if data["round"] != course.round:
        raise ValueError("a dispatch of another round")
    course.holder_unit = data["lead"]
    return State.DISPATCHED


def _sign(course: Course, data: Data) -> State:
    return State.HANDLING if data["order_role"] == OrderRole.LEAD else State(course.state or "")


def _contact(course: Course, _data: Data) -> State:
    return State(course.state or "")


def _reply(course: Course, data: Data) -> State:
    if data["order_role"] != OrderRole.LEAD:
        return State(course.state or "")
    course.unit_solved = data["solved"]
    return State.REPLIED


def _review(course: Course, data: Data) -> State:
    to = State(data["to"])
    if data["passed"] == (to is State.HANDLING):
        raise ValueError("passed and sent back at once")
    if to is State.HANDLING:
        course.unit_solved = None
    else:
        course.holder_unit = None
    return course.close(course.of_unit()) if to is State.CLOSED else to


def _call_back(course: Course, data: Data) -> State:
    course.callback_attempts += 1
    if data["reached"]:
        course.citizen_solved, course.satisfaction = data["solved"], data["satisfaction"]
    if data["closed"]:
        return course.close(course.of_unit())
    course.awaits_reviewer = course.awaits_reviewer or data["reached"]
    return State.CALLBACK


def _rework(course: Course, data: Data) -> State:
    course.round += 1
    if data["round"] != course.round:
        raise ValueError("a round was left out")
    course.holder_unit = data["unit"]
    course.unit_solved = course.citizen_solved = course.satisfaction = None
    course.callback_attempts, course.awaits_reviewer = 0, False
    return State.DISPATCHED


def _close(course: Course, data: Data) -> State:
    outcomes = {CloseGround.EXPLAINED: Outcome.EXPLAINED, CloseGround.NO_FURTHER: Outcome.NO_FURTHER}
    return course.close(outcomes.get(CloseGround(data["ground"]), course.of_unit()))


#: How the fact of each move is read. A test holds that no move is left out.
READINGS: dict[Move, Callable[[Course, Data], State]] = {
    Move.REGISTER: _register,
    Move.ANSWER: _answer,
    Move.DISPATCH: _dispatch,
    Move.SIGN: _sign,
    Move.CONTACT: _contact,
    Move.REPLY: _reply,
    Move.REVIEW: _review,
    Move.CALL_BACK: _call_back,
    Move.REWORK: _rework,
    Move.CLOSE: _close,
}
