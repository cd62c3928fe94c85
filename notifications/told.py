"""Texts that could not be brought: which of them somebody must tell on the telephone, and what came of it."""

from enum import StrEnum


class ToldAs(StrEnum):
    """What came of a text that could not be brought."""

    TOLD = "told"
    #: Three tries on the telephone, and nobody answered.
    UNREACHED = "unreached"
    #: The number is somebody else's.
    WRONG_NUMBER = "wrong_number"
    #: The same words went as a message of their own: the number was put right, or the way is mended.
    SENT_ANEW = "sent_anew"


#: In words, so that the planner sees the predicate of the index: the number is a landline, or we gave up. The
#: callback desk calls about answers anyway, courtesies need no call, and progress is another tomorrow.
TO_TELL = (
    "told_as is null and fate in ('withheld', 'undeliverable', 'given_up')"
    " and (fate <> 'withheld' or held_because = 'not_a_mobile')"
    " and template not in ('survey', 'late', 'answered') and template not like 'progress%'"
)
