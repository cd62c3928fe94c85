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
