"""The closed lists of the trade: channels, kinds, urgencies, verdicts. Labels are in `app/words.py`."""

from enum import StrEnum


class Channel(StrEnum):
    """Where a matter came from."""

    PHONE = "phone"
    WEB = "web"
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    WALK_IN = "walk_in"
    LETTER = "letter"
    PETITION = "petition"
    OPEN311 = "open311"
    SUPERIOR = "superior"
    VISIT = "visit"


class Kind(StrEnum):
    """What the citizen wants."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    """How fast it must go."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Verdict(StrEnum):
    """Yes, partly or no: founded? solved?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Told(StrEnum):
    """How the citizen was told the answer."""

    PHONE = "phone"
    VISIT = "visit"
    SMS = "sms"
    LETTER = "letter"
    NOT_REACHED = "not_reached"


class CloseGround(StrEnum):
    """Why a reviewer closes a ticket the citizen did not confirm."""

    EXPLAINED = "explained"
    NO_FURTHER = "no_further"
    UNREACHABLE = "unreachable"


class UnitKind(StrEnum):
    """What sort of body a unit is."""

    HOTLINE = "hotline"
    BUREAU = "bureau"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    AGENCY = "agency"


class ReasonList(StrEnum):
    """The closed lists of reasons, by the move that asks for one."""

    RETURN = "return"
    DECLINE = "decline"
    TERMINATION = "termination"
    CLOSE = "close"
