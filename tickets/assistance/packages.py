"""What is handed over with a referral: a short list of fields for each sort of help, and its legal basis."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tickets.assistance.words import PolicyTheme


class Handed(StrEnum):
    """One thing another department may be told of somebody."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"
    #: The month of birth.
    BORN_IN = "born_in"
    KIND = "kind"
    TRAITS = "traits"
    CARE = "care"
    #: How many they are at home.
    PERSONS = "persons"


@dataclass(frozen=True)
class Package:
    """The most that goes to a department for one sort of help, and what it rests on."""

    fields: tuple[Handed, ...]
    basis: str


_WHO = (Handed.NAME, Handed.ID_NUMBER, Handed.PHONE)
_INTERIM = "社会救助暂行办法"

#: What is not in the list of a sort of help is not handed over for it, whoever asks.
PACKAGES: Mapping[PolicyTheme, Package] = {
    PolicyTheme.CIVIL: Package(
        (*_WHO, Handed.ADDRESS, Handed.KIND, Handed.CARE), f"{_INTERIM} 第四条、第六十条"
    ),
    PolicyTheme.MEDICAL: Package((*_WHO, Handed.KIND, Handed.TRAITS), f"{_INTERIM} 第三十条、第三十一条"),
    PolicyTheme.HOUSING: Package(
        (*_WHO, Handed.ADDRESS, Handed.KIND, Handed.PERSONS), f"{_INTERIM} 第三十九条、第四十一条"
    ),
    PolicyTheme.EDUCATION: Package(
        (*_WHO, Handed.BORN_IN, Handed.KIND), f"{_INTERIM} 第三十三条、第三十六条"
    ),
    PolicyTheme.EMPLOYMENT: Package(
        (*_WHO, Handed.BORN_IN, Handed.TRAITS), f"{_INTERIM} 第四十二条、第四十四条"
    ),
    PolicyTheme.JUSTICE: Package((*_WHO, Handed.KIND), "法律援助法 第三十一条、第四十二条"),
}
