"""Invented people: names out of a family name and two plants, numbers that no real card can bear."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random

from app.demo_data.lists import FAMILY_NAMES
from tickets.assistance.words import CareLevel

PLANTS = "杏桐枫柏桂兰菊荷莲竹松槐榆柳桃梅栀茉莉萱芷蕙棠榕樟楠梓桑杨葵"
#: A division of Kunming, as in the first six digits of a card.
DIVISION = "530103"
#: Weights and check digits of the 18-digit number (GB 11643).
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    id_number: str
    care: CareLevel


def people_of(random: Random) -> Iterator[Person]:
    """People without end, no two with one number."""
    levels = (CareLevel.SELF, CareLevel.SELF, CareLevel.PARTLY, CareLevel.FULLY)
    for number in count():
        name = random.choice(FAMILY_NAMES) + random.choice(PLANTS) + random.choice(PLANTS)
        born = date(1938, 1, 1) + timedelta(days=random.randint(0, 60 * 365))
        digits = f"{DIVISION}{born:%Y%m%d}{number % 1000:03d}"
        # Two born on one day and a thousand apart would share a number; the wrong digit tells them apart too.
        yield Person(name, digits + _wrong_check(digits, number // 1000), random.choice(levels))


def _wrong_check(digits: str, shift: int) -> str:
    """A check digit that is not the right one, so that no card there is bears this number."""
    right = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return CHECKS[(right + 1 + shift % 10) % 11]
