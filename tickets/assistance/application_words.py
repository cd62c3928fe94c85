"""The closed lists of words of applications, and the one table of steps: what is not in it is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from tickets.ground.clock import ClockKind
from tickets.ground.errors import Refused


class ApplicationScheme(StrEnum):
    """What is applied for; a scheme decided elsewhere or faster is one of its own."""

    DIBAO = "dibao"
    #: Decided by the subdistrict, to which it was left.
    DIBAO_DELEGATED = "dibao_delegated"
    TEKUN = "tekun"
    RIGID = "rigid"
    TEMPORARY = "temporary"
    #: Small and at once, for who has nothing to eat.
    RELIEF = "relief"


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    #: The applicant was told once, of all that is missing.
    PAPERS = "papers"
    ACCEPTED = "accepted"
    SURVEYING = "surveying"
    INVESTIGATED = "investigated"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class ApplicationMove(StrEnum):
    """What people do with it. None is made by itself."""

    ASK_PAPERS = "ask_papers"
    ACCEPT = "accept"
    SURVEY = "survey"
    INVESTIGATE = "investigate"
    PUBLISH = "publish"
    LENGTHEN = "lengthen"
    COMPLAIN = "complain"
    FILE_VISIT = "file_visit"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    END = "end"
    WITHDRAW = "withdraw"


class HardGround(StrEnum):
    """Why it takes longer than usual (最低生活保障审核确认办法 第二十二条)."""

    OBJECTION = "objection"
    LIVES_APART = "lives_apart"
    FROM_ELSEWHERE = "from_elsewhere"
    HARD_TO_CHECK = "hard_to_check"


class VisitGround(StrEnum):
    """Why a household must be visited before it is decided."""

    COMPLAINT = "complaint"
    #: A near relative works there (近亲属备案).
    RELATED = "related"


S: TypeAlias = ApplicationState
M: TypeAlias = ApplicationMove
#: In work: taken, and not decided.
PENDING = frozenset({S.ACCEPTED, S.SURVEYING, S.INVESTIGATED, S.PUBLISHED})
OPEN = PENDING | {S.DRAFT, S.PAPERS}

#: Move to the states it is made in, and the one it leads to; None leaves it where it is.
APPLICATION_MOVES: Mapping[M, tuple[frozenset[S], S | None]] = {
    M.ASK_PAPERS: (frozenset({S.DRAFT}), S.PAPERS),
    M.ACCEPT: (frozenset({S.DRAFT, S.PAPERS}), S.ACCEPTED),
    M.SURVEY: (frozenset({S.ACCEPTED}), S.SURVEYING),
    M.INVESTIGATE: (frozenset({S.SURVEYING}), S.INVESTIGATED),
    M.PUBLISH: (frozenset({S.INVESTIGATED}), S.PUBLISHED),
    M.LENGTHEN: (PENDING, None),
    M.COMPLAIN: (PENDING, None),
    M.FILE_VISIT: (PENDING, None),
    M.CONFIRM: (frozenset({S.PUBLISHED}), S.CONFIRMED),
    M.REFUSE: (PENDING, S.REFUSED),
    M.END: (frozenset({S.CONFIRMED, S.REFUSED}), S.ENDED),
    M.WITHDRAW: (OPEN, S.WITHDRAWN),
}
#: Of temporary aid no list is hung out by law; relief at once waits for no survey either.
CONFIRMED_FROM: Mapping[ApplicationScheme, frozenset[S]] = {
    ApplicationScheme.TEMPORARY: frozenset({S.INVESTIGATED, S.PUBLISHED}),
    ApplicationScheme.RELIEF: PENDING,
}
#: Decided by the subdistrict or the bureau; all others by the bureau alone.
LEFT_TO_SUBDISTRICT = frozenset({ApplicationScheme.DIBAO_DELEGATED, ApplicationScheme.RELIEF})

#: Where the schemes are in the tree of categories; the table of promises names them so.
DIBAO, TEKUN, TEMPORARY, RIGID = "MZ-01-01", "MZ-01-02", "MZ-01-03", "MZ-01-04"

CATEGORY_OF: Mapping[ApplicationScheme, str] = {
    ApplicationScheme.DIBAO: DIBAO,
    ApplicationScheme.DIBAO_DELEGATED: DIBAO,
    ApplicationScheme.TEKUN: TEKUN,
    ApplicationScheme.RIGID: RIGID,
    ApplicationScheme.TEMPORARY: TEMPORARY,
    ApplicationScheme.RELIEF: TEMPORARY,
}
#: One and the same help, whoever decides it: nobody applies for both.
DIBAO_EITHER = frozenset({ApplicationScheme.DIBAO, ApplicationScheme.DIBAO_DELEGATED})
#: What is promised from the day it is accepted.
PROMISED: Mapping[ApplicationScheme, tuple[ClockKind, ...]] = {
    ApplicationScheme.DIBAO: (ClockKind.SURVEY, ClockKind.DETERMINATION),
    ApplicationScheme.DIBAO_DELEGATED: (ClockKind.SURVEY, ClockKind.DETERMINATION_DELEGATED),
    ApplicationScheme.TEKUN: (ClockKind.FIRST_JUDGEMENT,),
    ApplicationScheme.RIGID: (ClockKind.DETERMINATION,),
    ApplicationScheme.TEMPORARY: (ClockKind.DETERMINATION,),
    ApplicationScheme.RELIEF: (ClockKind.RELIEF_CONTACT, ClockKind.RELIEF),
}
#: Only these have a longer term for hard cases.
MAY_LENGTHEN = frozenset(
    {ApplicationScheme.DIBAO, ApplicationScheme.DIBAO_DELEGATED, ApplicationScheme.RIGID}
)
DETERMINATIONS = frozenset(
    {ClockKind.DETERMINATION, ClockKind.DETERMINATION_DELEGATED, ClockKind.DETERMINATION_HARD}
)
#: Which promise a move keeps; a decision keeps all that are left.
KEPT_BY: Mapping[M, frozenset[ClockKind]] = {
    M.SURVEY: frozenset({ClockKind.SURVEY, ClockKind.RELIEF_CONTACT}),
    M.INVESTIGATE: frozenset({ClockKind.FIRST_JUDGEMENT}),
    M.CONFIRM: frozenset(ClockKind),
    M.REFUSE: frozenset(ClockKind),
    M.WITHDRAW: frozenset(ClockKind),
    M.END: frozenset({ClockKind.RELIEF_PAPERS}),
}


def same_help(scheme: ApplicationScheme) -> frozenset[ApplicationScheme]:
    """Schemes of the help that *scheme* is for."""
    return DIBAO_EITHER if scheme in DIBAO_EITHER else frozenset({scheme})


def begins(scheme: str, move: M) -> frozenset[S]:
    """In which states *move* is made."""
    usual, _leads_to = APPLICATION_MOVES[move]
    return CONFIRMED_FROM.get(ApplicationScheme(scheme), usual) if move is M.CONFIRM else usual


def next_step(scheme: str, state: str, move: M) -> S:
    """
    Where *move* leads from *state*.

    :raises Refused: the table does not have this step.
    """
    if state not in begins(scheme, move):
        raise Refused("application_not_so", state=state, move=move.value)
    return APPLICATION_MOVES[move][1] or S(state)
