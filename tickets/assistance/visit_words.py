"""The closed lists of words of home visits."""

from enum import StrEnum

from tickets.ground.clock import ClockKind
from tickets.ground.worktime.visits import Every


class VisitLevel(StrEnum):
    """Who owes the visit."""

    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    #: The bureau itself, where somebody of the household is a near relative of who looks after it.
    BUREAU = "bureau"


#: How often each level visits, and which promise says until when.
EVERY = {
    VisitLevel.COMMUNITY: Every.MONTH,
    VisitLevel.SUBDISTRICT: Every.HALF_YEAR,
    VisitLevel.BUREAU: Every.HALF_YEAR,
}
PROMISES = {
    VisitLevel.COMMUNITY: ClockKind.VISIT_COMMUNITY,
    VisitLevel.SUBDISTRICT: ClockKind.VISIT_SUBDISTRICT,
    # That the bureau goes is law (最低生活保障审核确认办法 第十一条、第二十条), how often is not: as often as
    # the subdistrict whose word it checks.
    VisitLevel.BUREAU: ClockKind.VISIT_SUBDISTRICT,
}


class VisitState(StrEnum):
    """What became of a visit."""

    PLANNED = "planned"
    #: Somebody went and met nobody; it is still owed.
    NOT_REACHED = "not_reached"
    DONE = "done"
    #: Its time is over and nobody was met.
    LAPSED = "lapsed"


#: Still owed.
OPEN = frozenset({VisitState.PLANNED, VisitState.NOT_REACHED})


class Met(StrEnum):
    """Whom the visitor met."""

    SELF = "self"
    FAMILY = "family"
    NOBODY = "nobody"


class Living(StrEnum):
    """How somebody gets on with one thing."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class VisitChange(StrEnum):
    """What has changed in a household since it was last seen."""

    PEOPLE = "people"
    INCOME = "income"
    HEALTH = "health"
    HOME = "home"
    WORK = "work"


class VisitNeed(StrEnum):
    """What a household needs, ticked at the door."""

    MEDICAL = "medical"
    CARE = "care"
    MEALS = "meals"
    HOME_REPAIR = "home_repair"
    SCHOOL = "school"
    WORK = "work"
    BENEFITS = "benefits"
    COMPANY = "company"
    LEGAL = "legal"
    OTHER = "other"


class VisitFileKind(StrEnum):
    """What a picture of a visit shows."""

    PHOTO = "photo"
    SIGNATURE = "signature"


class VisitGround(StrEnum):
    """Why a picture that shows who somebody is may be kept (个人信息保护法 第二十九条)."""

    #: They were asked for it by itself, and said yes.
    CONSENT = "consent"
    #: They signed themselves, on the screen or on paper.
    SIGNED = "signed"
