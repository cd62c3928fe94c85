"""The one table that says where a ticket may go. What is not in it is refused."""

from collections.abc import Mapping
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
    HAND_OVER = "hand_over"
    DECLINE = "decline"
    AMEND = "amend"
    ASK_CITIZEN = "ask_citizen"
    SUPPLEMENT = "supplement"
    NOTE = "note"
    DISPATCH = "dispatch"
    RECALL = "recall"
    SIGN = "sign"
    TAKE = "take"
    ASK_RETURN = "ask_return"
    SUB_DISPATCH = "sub_dispatch"
    CONTACT = "contact"
    ASK_EXTENSION = "ask_extension"
    ASK_SHELVING = "ask_shelving"
    RESUME = "resume"
    REPLY = "reply"
    REVIEW = "review"
    CALL_BACK = "call_back"
    REWORK = "rework"
    CLOSE = "close"
    ASK_TERMINATION = "ask_termination"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"
    URGE = "urge"
    SUPERVISE = "supervise"
    ANSWER_SUPERVISION = "answer_supervision"
    DISPUTE = "dispute"
    #: A new tracking code, to the number on file.
    REISSUE = "reissue"
    ASK_UNSEAL = "ask_unseal"
    #: Somebody else's word on what was asked.
    DECIDE = "decide"
    #: The citizen did not supplement in time.
    STOP_WAITING = "stop_waiting"
    #: The ticket it was merged into was answered, or ended.
    FOLLOW = "follow"
    ARCHIVE = "archive"


#: Moves the house makes by itself; nobody asks for them.
BY_ITSELF = frozenset({Move.STOP_WAITING, Move.FOLLOW, Move.ARCHIVE})


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
    #: Ended without an answer: the lead went on without it, or the ticket ended.
    LAPSED = "lapsed"


#: States in which somebody still owes the citizen something, in the order a ticket passes them.
OPEN = (
    State.REGISTERED,
    State.AWAITING_INFORMATION,
    State.DISPATCHED,
    State.HANDLING,
    State.LONG_TERM,
    State.REPLIED,
    State.CALLBACK,
)

Steps = Mapping[State, frozenset[State]]


def _stays(*states: State) -> Steps:
    return {state: frozenset({state}) for state in states}


def _from(*states: State, to: frozenset[State]) -> Steps:
    return dict.fromkeys(states, to)


_WITH_UNITS = (State.DISPATCHED, State.HANDLING)
_CLOSES = frozenset({State.CLOSED})

#: Every allowed step: by which move, from where, to which states. A ticket follows its lead's order, so a
#: joint unit's sign, contact and reply leave it where it is, and so does what waits for a decision.
STEPS: Mapping[Move, Steps] = {
    Move.ANSWER: _from(State.REGISTERED, to=_CLOSES),
    Move.HAND_OVER: _from(State.REGISTERED, to=_CLOSES),
    Move.DECLINE: _from(State.REGISTERED, to=_CLOSES),
    Move.AMEND: _stays(*OPEN),
    Move.ASK_CITIZEN: _from(State.REGISTERED, State.HANDLING, to=frozenset({State.AWAITING_INFORMATION})),
    Move.SUPPLEMENT: {
        **_stays(*OPEN),
        State.AWAITING_INFORMATION: frozenset({State.REGISTERED, State.HANDLING}),
    },
    Move.STOP_WAITING: _from(State.AWAITING_INFORMATION, to=frozenset({State.REGISTERED, State.HANDLING})),
    Move.NOTE: _stays(*OPEN, State.CLOSED),
    Move.DISPATCH: _from(State.REGISTERED, to=frozenset({State.DISPATCHED})),
    Move.RECALL: _from(State.DISPATCHED, to=frozenset({State.REGISTERED})),
    Move.SIGN: {
        State.DISPATCHED: frozenset({State.HANDLING, State.DISPATCHED}),
        State.HANDLING: frozenset({State.HANDLING}),
    },
    Move.TAKE: _stays(*_WITH_UNITS, State.AWAITING_INFORMATION, State.LONG_TERM),
    Move.ASK_RETURN: _stays(*_WITH_UNITS),
    Move.SUB_DISPATCH: _stays(State.HANDLING),
    Move.CONTACT: _stays(*_WITH_UNITS),
    Move.ASK_EXTENSION: _stays(*_WITH_UNITS),
    Move.ASK_SHELVING: _stays(State.HANDLING),
    Move.RESUME: _from(State.LONG_TERM, to=frozenset({State.HANDLING})),
    Move.REPLY: {
        State.DISPATCHED: frozenset({State.DISPATCHED}),
        State.HANDLING: frozenset({State.REPLIED, State.HANDLING}),
    },
    Move.ASK_TERMINATION: _stays(State.HANDLING),
    Move.REVIEW: _from(State.REPLIED, to=frozenset({State.CALLBACK, State.CLOSED, State.HANDLING})),
    Move.CALL_BACK: _from(State.CALLBACK, to=frozenset({State.CLOSED, State.CALLBACK})),
    Move.REWORK: _from(State.CALLBACK, to=frozenset({State.DISPATCHED})),
    Move.CLOSE: _from(State.CALLBACK, to=_CLOSES),
    Move.WITHDRAW: {state: frozenset({State.CLOSED, state}) for state in OPEN},
    Move.MERGE: _from(State.REGISTERED, *_WITH_UNITS, to=_CLOSES),
    Move.UNMERGE: _from(State.CLOSED, to=frozenset({State.REGISTERED, *_WITH_UNITS})),
    Move.FOLLOW: {
        State.CLOSED: frozenset({State.CALLBACK, State.CLOSED}),
        State.CALLBACK: frozenset({State.CALLBACK}),
    },
    Move.URGE: _stays(*OPEN),
    Move.SUPERVISE: _stays(*OPEN),
    Move.ANSWER_SUPERVISION: _stays(*OPEN),
    Move.DISPUTE: _from(State.CLOSED, to=frozenset({State.REGISTERED})),
    Move.REISSUE: _stays(*OPEN, State.CLOSED),
    Move.ASK_UNSEAL: _stays(*OPEN, State.CLOSED),
    Move.DECIDE: {
        **{state: frozenset({state, State.CLOSED}) for state in OPEN},
        State.DISPATCHED: frozenset({State.DISPATCHED, State.REGISTERED, State.CLOSED}),
        State.HANDLING: frozenset(
            {State.HANDLING, State.REGISTERED, State.LONG_TERM, State.REPLIED, State.CLOSED}
        ),
        State.CLOSED: frozenset({State.CLOSED}),
    },
    Move.ARCHIVE: _from(State.CLOSED, to=frozenset({State.ARCHIVED})),
}

#: The same by where a ticket stands.
MOVES: Mapping[tuple[State, Move], frozenset[State]] = {
    (state, move): to for move, steps in STEPS.items() for state, to in steps.items()
}

#: Which facts a move may write; it writes exactly one of them. A test holds that every move has one.
FACTS_OF: Mapping[Move, tuple[str, ...]] = {
    Move.REGISTER: ("registered",),
    Move.ANSWER: ("answered",),
    Move.HAND_OVER: ("handed_over",),
    Move.DECLINE: ("declined",),
    Move.AMEND: ("amended",),
    Move.ASK_CITIZEN: ("citizen_asked",),
    Move.SUPPLEMENT: ("supplemented",),
    Move.STOP_WAITING: ("not_supplemented",),
    Move.NOTE: ("noted",),
    Move.DISPATCH: ("dispatched",),
    Move.RECALL: ("recalled",),
    Move.SIGN: ("signed",),
    Move.TAKE: ("taken",),
    Move.ASK_RETURN: ("return_asked",),
    Move.SUB_DISPATCH: ("sub_dispatched",),
    Move.CONTACT: ("contacted",),
    Move.ASK_EXTENSION: ("extension_asked",),
    Move.ASK_SHELVING: ("shelving_asked",),
    Move.RESUME: ("resumed",),
    # Where the policy wants a signature the answer waits as a request.
    Move.REPLY: ("replied", "sign_off_asked"),
    Move.ASK_TERMINATION: ("termination_asked",),
    Move.REVIEW: ("reviewed",),
    Move.CALL_BACK: ("called_back",),
    Move.REWORK: ("reworked",),
    Move.CLOSE: ("closed",),
    # Reports and supervised tickets do not end because somebody was talked out of them.
    Move.WITHDRAW: ("withdrawn", "withdrawal_asked"),
    Move.MERGE: ("merged",),
    Move.UNMERGE: ("unmerged",),
    Move.FOLLOW: ("followed",),
    Move.URGE: ("urged",),
    Move.SUPERVISE: ("supervised",),
    Move.ANSWER_SUPERVISION: ("supervision_answered",),
    Move.DISPUTE: ("disputed",),
    Move.REISSUE: ("code_reissued",),
    Move.ASK_UNSEAL: ("unseal_asked",),
    Move.DECIDE: ("decided",),
    Move.ARCHIVE: ("archived",),
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
