"""The closed lists of words of clues (leads) and needs."""

from enum import StrEnum


class Channel(StrEnum):
    """How somebody in need was discovered: the three channels of the founding article."""

    #: The community's own platform: its workers, grid, neighbours.
    COMMUNITY = "community"
    AGENCY = "agency"
    #: A list that was matched: hospital bills, disabled people's federation, schools.
    DATA = "data"


class LeadState(StrEnum):
    """Where a clue stands."""

    OPEN = "open"
    NEED = "need"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a clue became no need."""

    NO_NEED = "no_need"
    HELPED = "helped"
    DECLINED = "declined"
    NOT_FOUND = "not_found"
    ELSEWHERE = "elsewhere"
    DUPLICATE = "duplicate"


class NeedKind(StrEnum):
    """What somebody needs."""

    LIVING = "living"
    MEDICAL = "medical"
    CARE = "care"
    HOUSING = "housing"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    JUSTICE = "justice"
    MIND = "mind"
    SOCIAL = "social"
    COMPANY = "company"


#: What is ticked at the door in other words than the list has.
OF_A_TICK = {
    "meals": NeedKind.LIVING,
    "benefits": NeedKind.LIVING,
    "other": NeedKind.LIVING,
    "home_repair": NeedKind.HOUSING,
    "school": NeedKind.EDUCATION,
    "work": NeedKind.EMPLOYMENT,
    "legal": NeedKind.JUSTICE,
}


class Severity(StrEnum):
    """How pressing a need is."""

    LIGHT = "light"
    SERIOUS = "serious"
    URGENT = "urgent"


class Source(StrEnum):
    """Where a need came from."""

    LEAD = "lead"
    VISIT = "visit"
    TICKET = "ticket"
    STAFF = "staff"


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    #: Something was set going for it.
    ARRANGED = "arranged"
    CLOSED = "closed"


class Way(StrEnum):
    """What a need becomes."""

    SERVICE_ORDER = "service_order"
    APPLICATION = "application"
    REFERRAL = "referral"
    TICKET = "ticket"


class Agreed(StrEnum):
    """Who agreed that a need is told to departments and agencies that can help."""

    SELF = "self"
    FAMILY = "family"
    GUARDIAN = "guardian"


class Result(StrEnum):
    """How it ended, as somebody of the household signed."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NO_LONGER = "no_longer"


class Signer(StrEnum):
    """Who signed a result."""

    SELF = "self"
    FAMILY = "family"
    GUARDIAN = "guardian"
    #: Somebody of the village where they cannot write.
    WITNESS = "witness"
