"""The one table that says where a ticket may go. What is not in it is refused."""

from enum import StrEnum

from tickets.ground.errors import MoveNotAllowed


class State(StrEnum):
    """Where a ticket stands."""

    #: Taken down, waiting for the dispatcher.
    REGISTERED = "registered"
    #: Waiting for the citizen's papers or words.
    AWAITING_INFORMATION = "awaiting_information"
    #: With a lead unit that has not signed for it.
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    #: Cannot be solved for now, with a promise and a date.
    LONG_TERM = "long_term"
    #: Answered by the lead, waiting for the reviewer.
    REPLIED = "replied"
    #: Answer passed, waiting for the citizen's word.
    CALLBACK = "callback"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Move(StrEnum):
    """A way a ticket can go."""

    REGISTER = "register"
    ANSWER = "answer"
    DISPATCH = "dispatch"
    SIGN = "sign"
    CONTACT = "contact"
    REPLY = "reply"
    REVIEW = "review"
    CALL_BACK = "call_back"
    REWORK = "rework"
    CLOSE = "close"


class Outcome(StrEnum):
    """How a ticket closed: the unit's verdict, never the citizen's."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    ANSWERED = "answered"
    HANDED_OVER = "handed_over"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    NO_FURTHER = "no_further"


class OrderRole(StrEnum):
    """What share of a ticket a unit has."""

    LEAD = "lead"
    JOINT = "joint"
    SUB = "sub"


class OrderState(StrEnum):
    """Where one unit's share stands."""

    OPEN = "open"
    SIGNED = "signed"
    REPLIED = "replied"
    RETURNED = "returned"
    RECALLED = "recalled"
    #: Ended without an answer because the lead went on without it.
    LAPSED = "lapsed"


#: Every allowed step: from where, by which move, to which states. A ticket follows its lead's order, so a
#: joint unit's sign, contact and reply leave it where it is.
MOVES: dict[tuple[State, Move], frozenset[State]] = {
    (State.REGISTERED, Move.ANSWER): frozenset({State.CLOSED}),
    (State.REGISTERED, Move.DISPATCH): frozenset({State.DISPATCHED}),
    (State.DISPATCHED, Move.SIGN): frozenset({State.HANDLING, State.DISPATCHED}),
    (State.DISPATCHED, Move.CONTACT): frozenset({State.DISPATCHED}),
    (State.DISPATCHED, Move.REPLY): frozenset({State.DISPATCHED}),
    (State.HANDLING, Move.SIGN): frozenset({State.HANDLING}),
    (State.HANDLING, Move.CONTACT): frozenset({State.HANDLING}),
    (State.HANDLING, Move.REPLY): frozenset({State.REPLIED, State.HANDLING}),
    (State.REPLIED, Move.REVIEW): frozenset({State.CALLBACK, State.CLOSED, State.HANDLING}),
    (State.CALLBACK, Move.CALL_BACK): frozenset({State.CLOSED, State.CALLBACK}),
    (State.CALLBACK, Move.REWORK): frozenset({State.DISPATCHED}),
    (State.CALLBACK, Move.CLOSE): frozenset({State.CLOSED}),
}

#: States in which somebody still owes the citizen something.
OPEN = frozenset(State) - {State.CLOSED, State.ARCHIVED}

#: Which fact a move writes. A test holds that every move has one.
FACT_OF: dict[Move, str] = {
    Move.REGISTER: "registered",
    Move.ANSWER: "answered",
    Move.DISPATCH: "dispatched",
    Move.SIGN: "signed",
    Move.CONTACT: "contacted",
    Move.REPLY: "replied",
    Move.REVIEW: "reviewed",
    Move.CALL_BACK: "called_back",
    Move.REWORK: "reworked",
    Move.CLOSE: "closed",
}


def possible(state: State) -> frozenset[Move]:
    """Which moves the table knows from *state*."""
    return frozenset(move for (from_state, move) in MOVES if from_state is state)


def check(state: State, move: Move) -> None:
    """
    Refuse *move* from *state* unless the table has it.

    :raises MoveNotAllowed: the table does not know this step.
    """
    if (state, move) not in MOVES:
        raise MoveNotAllowed(state=state, move=move)


def after(state: State, move: Move, to: State) -> State:
    """
    Where *move* leads from *state* when the operation aims at *to*.

    :raises MoveNotAllowed: the table does not know this step.
    """
    check(state, move)
    if to not in MOVES[state, move]:
        raise MoveNotAllowed(state=state, move=move)
    return to
