"""How each fact moves a ticket on, read from the fact alone: the other half of what the operations do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.ground.flow import OrderRole, Outcome, State
from tickets.ground.words import CloseGround, RequestKind, SupervisionLevel, TerminationGround, Verdict

Data = Mapping[str, Any]
LEVELS = list(SupervisionLevel)


@dataclass
class Course:
    """Where a ticket stands after the facts read so far; all fields but the last are the ticket's, too."""

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
    follows: str | None = None
    followers: list[str] = field(default_factory=list)
    wakes_at: datetime | None = None
    urges: int = 0
    supervised: str | None = None
    disputes: int = 0
    kind: str = ""
    urgency: str = ""
    final: str | None = None
    #: Who held it when it was merged.
    parked: str | None = None

    def told(self) -> Iterator[tuple[str, Any]]:
        """What the facts lead to, by the names of the ticket's columns."""
        return ((name, value) for name, value in vars(self).items() if name != "parked")

    def of_unit(self) -> Outcome:
        """How it closes by its unit's verdict."""
        if self.follows is not None:
            return Outcome.MERGED
        return Outcome.SOLVED if self.unit_solved == Verdict.YES else Outcome.EXPLAINED

    def close(self, outcome: Outcome) -> State:
        """Nobody holds it any more."""
        self.outcome = outcome
        self.holder_unit = self.wakes_at = None
        self.awaits_reviewer = False
        return State.CLOSED

    def open_again(self) -> None:
        """It is as if it had not been closed."""
        self.outcome = self.closed_at = None

    def next_round(self) -> None:
        """What was said of the last round stays in its facts."""
        self.round += 1
        self.open_again()
        self.unit_solved = self.citizen_solved = self.satisfaction = None
        self.callback_attempts, self.awaits_reviewer = 0, False

    def here(self) -> State:
        """Where it stands."""
        return State(self.state or "")


def _stays(course: Course, _data: Data) -> State:
    return course.here()


def _register(course: Course, data: Data) -> State:
    course.kind, course.urgency, course.final = data["kind"], data["urgency"], data.get("final")
    return State.REGISTERED


def _ends(outcome: Outcome) -> Callable[[Course, Data], State]:
    return lambda course, _data: course.close(outcome)


def _goes_to(course: Course, data: Data) -> State:
    return State(data["to"])


def _amend(course: Course, data: Data) -> State:
    for name in ("kind", "urgency"):
        if name in data["changes"]:
            before, after = data["changes"][name]
            if before != getattr(course, name):
                raise ValueError("what was put right was not so before")
            setattr(course, name, after)
    return course.here()


def _ask_citizen(_course: Course, _data: Data) -> State:
    return State.AWAITING_INFORMATION


def _urge(course: Course, data: Data) -> State:
    course.urges += 1
    if data["count"] != course.urges:
        raise ValueError("an urge was left out")
    return course.here()


def _dispatch(course: Course, data: Data) -> State:
    if data["round"] != course.round:
        raise ValueError("a dispatch of another round")
    course.holder_unit = data["lead"]
    course.urgency = data.get("urgency") or course.urgency
    return State.DISPATCHED


def _recall(course: Course, _data: Data) -> State:
    course.holder_unit = None
    return State.REGISTERED


def _merge(course: Course, data: Data) -> State:
    if data["was"] != course.state:
        raise ValueError("it stood elsewhere before")
    course.parked = course.holder_unit
    course.follows = data["into"]
    return course.close(Outcome.MERGED)


def _unmerge(course: Course, data: Data) -> State:
    if data["left"] != course.follows:
        raise ValueError("it followed another")
    course.follows = None
    course.open_again()
    course.holder_unit = course.parked
    return State(data["to"])


def _follow(course: Course, data: Data) -> State:
    to = State(data["to"])
    course.unit_solved = data["solved"]
    if to is State.CALLBACK:
        course.open_again()
    return to


def _joined(course: Course, data: Data) -> State:
    course.followers = [*course.followers, data["follower"]]
    return course.here()


def _left(course: Course, data: Data) -> State:
    course.followers = [ref for ref in course.followers if ref != data["follower"]]
    return course.here()


def _sign(course: Course, data: Data) -> State:
    return State.HANDLING if data["order_role"] == OrderRole.LEAD else course.here()


def _resume(course: Course, _data: Data) -> State:
    course.wakes_at = None
    return State.HANDLING


def _reply(course: Course, data: Data) -> State:
    if data["order_role"] != OrderRole.LEAD:
        return course.here()
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


def _decide(course: Course, data: Data) -> State:
    to = State(data["to"])
    if not data["granted"]:
        return to
    effect = data["effect"]
    if data["kind"] == RequestKind.RETURN and to is State.REGISTERED:
        course.holder_unit = None
    elif data["kind"] == RequestKind.SHELVING:
        course.wakes_at = datetime.fromisoformat(effect["until"])
    elif data["kind"] == RequestKind.SIGN_OFF:
        course.unit_solved = effect["solved"]
    elif data["kind"] == RequestKind.WITHDRAWAL:
        course.close(Outcome.WITHDRAWN)
    elif data["kind"] == RequestKind.TERMINATION:
        no_further = effect["ground"] == TerminationGround.NO_FURTHER
        course.close(Outcome.NO_FURTHER if no_further else Outcome.TERMINATED)
    return to


def _call_back(course: Course, data: Data) -> State:
    course.callback_attempts += 1
    if data["reached"]:
        course.citizen_solved, course.satisfaction = data["solved"], data["satisfaction"]
    if data["closed"]:
        return course.close(course.of_unit())
    course.awaits_reviewer = course.awaits_reviewer or data["reached"]
    return State.CALLBACK


def _rework(course: Course, data: Data) -> State:
    course.next_round()
    if data["round"] != course.round:
        raise ValueError("a round was left out")
    course.holder_unit = data["unit"]
    course.follows = None
    return State.DISPATCHED


def _close(course: Course, data: Data) -> State:
    outcomes = {CloseGround.EXPLAINED: Outcome.EXPLAINED, CloseGround.NO_FURTHER: Outcome.NO_FURTHER}
    by_ground = outcomes.get(CloseGround(data["ground"])) if course.follows is None else None
    return course.close(by_ground or course.of_unit())


def _dispute(course: Course, data: Data) -> State:
    course.next_round()
    if data["round"] != course.round:
        raise ValueError("a round was left out")
    course.disputes += 1
    course.follows = None
    return State.REGISTERED


def _supervise(course: Course, data: Data) -> State:
    levels = [SupervisionLevel(level) for level in (course.supervised, data["level"]) if level]
    course.supervised = max(levels, key=LEVELS.index)
    return course.here()


def _archive(_course: Course, _data: Data) -> State:
    return State.ARCHIVED


#: How each fact that changes the ticket is read. A test holds that no move is left out.
READINGS: Mapping[str, Callable[[Course, Data], State]] = {
    "registered": _register,
    "answered": _ends(Outcome.ANSWERED),
    "handed_over": _ends(Outcome.HANDED_OVER),
    "declined": _ends(Outcome.DECLINED),
    "withdrawn": _ends(Outcome.WITHDRAWN),
    "amended": _amend,
    "citizen_asked": _ask_citizen,
    "supplemented": _goes_to,
    "not_supplemented": _goes_to,
    "urged": _urge,
    "dispatched": _dispatch,
    "recalled": _recall,
    "merged": _merge,
    "unmerged": _unmerge,
    "followed": _follow,
    "follower_joined": _joined,
    "follower_left": _left,
    "signed": _sign,
    "resumed": _resume,
    "replied": _reply,
    "reviewed": _review,
    "decided": _decide,
    "called_back": _call_back,
    "reworked": _rework,
    "closed": _close,
    "disputed": _dispute,
    "supervised": _supervise,
    "archived": _archive,
    **dict.fromkeys(
        (
            *("noted", "taken", "contacted", "sub_dispatched", "supervision_answered", "code_reissued"),
            *("return_asked", "extension_asked", "shelving_asked", "termination_asked"),
            *("sign_off_asked", "withdrawal_asked", "unseal_asked"),
        ),
        _stays,
    ),
}
