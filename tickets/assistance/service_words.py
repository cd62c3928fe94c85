"""The closed lists of words of service orders."""

from enum import StrEnum


class ServiceKind(StrEnum):
    """The five kinds of service of the founding article."""

    LIVING = "living"
    SOCIAL = "social"
    ABILITY = "ability"
    MIND = "mind"
    COMPANY = "company"


class ServiceState(StrEnum):
    """Where a service order stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ORGANISED = "organised"
    SCHEDULED = "scheduled"
    SERVING = "serving"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class ServiceStep(StrEnum):
    """What somebody does with a service order."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ORGANISE = "organise"
    SCHEDULE = "schedule"
    CHECK_IN = "check_in"
    NO_SHOW = "no_show"
    DELIVER = "deliver"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


class SignedHow(StrEnum):
    """How whoever was served signed."""

    #: On the screen, kept as strokes.
    DRAWN = "drawn"
    #: On paper, by hand or with a fingerprint, photographed.
    PAPER = "paper"
    #: The name was written down and nothing else.
    TYPED = "typed"


class RatedHow(StrEnum):
    """Which way a rating came."""

    #: Handed in by the agency with what was done.
    DOOR = "door"
    #: By a text of whoever was served.
    TEXT = "text"
    #: Asked by staff of the area, without the agency.
    VISIT = "visit"


class Missing(StrEnum):
    """Who was not there."""

    RECIPIENT = "recipient"
    WORKER = "worker"
