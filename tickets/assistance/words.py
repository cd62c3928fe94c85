"""The closed lists of words of social assistance."""

from enum import StrEnum


class PolicyTheme(StrEnum):
    """What a policy helps with (社会救助暂行办法 ch. 2-9)."""

    CIVIL = "civil"
    MEDICAL = "medical"
    HOUSING = "housing"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    JUSTICE = "justice"


class HouseholdKind(StrEnum):
    """In which group a household is: the three of the founding article, and the two beside them."""

    DIBAO = "dibao"
    TEKUN = "tekun"
    TEMPORARY = "temporary"
    MARGINAL = "marginal"
    RIGID = "rigid"


class CareLevel(StrEnum):
    """How far somebody can look after themselves (特困人员认定办法 第二十二条)."""

    SELF = "self"
    PARTLY = "partly"
    FULLY = "fully"


class Trait(StrEnum):
    """What is so of a member and opens a policy; told by papers, not guessed."""

    STUDENT = "student"
    DISABLED = "disabled"
    SEVERELY_DISABLED = "severely_disabled"
    SERIOUSLY_ILL = "seriously_ill"
    UNEMPLOYED = "unemployed"
    CHILD_IN_NEED = "child_in_need"


class HouseholdState(StrEnum):
    """Where a household stands in its scheme."""

    ACTIVE = "active"
    #: Over the line, and paid for at most six months more (渐退).
    FADING = "fading"
    ENDED = "ended"


class Recheck(StrEnum):
    """How often a household is checked again (最低生活保障审核确认办法 第三十一条)."""

    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"


class Kinship(StrEnum):
    """What a member is to the head of the household."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    SIBLING = "sibling"
    OTHER = "other"


class Indicator(StrEnum):
    """The six things somebody does alone or not (特困人员认定办法 第二十二条)."""

    EATING = "eating"
    DRESSING = "dressing"
    BED = "bed"
    TOILET = "toilet"
    WALKING = "walking"
    BATHING = "bathing"


class Scheme(StrEnum):
    """What is paid to a household by the month."""

    DIBAO = "dibao"
    TEKUN = "tekun"
    CARE = "care"
    TEMPORARY = "temporary"
    PRICE = "price"


class LifeEvent(StrEnum):
    """What happened to a household and may change what it is entitled to."""

    BIRTH = "birth"
    DEATH = "death"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    ILLNESS = "illness"
    ACCIDENT = "accident"
    DISABILITY = "disability"
    JOB_FOUND = "job_found"
    JOB_LOST = "job_lost"
    SCHOOL = "school"
    MOVED = "moved"
    PRISON = "prison"
    OTHER = "other"
