"""The words of a register as our codes: groups, kinship, care, days, months, sums."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tickets.assistance.words import CareLevel, HouseholdKind, Kinship, Recheck, Scheme, Trait

#: The first that is in the cell counts, so what is nearer stands in front.
KINDS = (
    ("边缘", HouseholdKind.MARGINAL),
    ("刚性", HouseholdKind.RIGID),
    ("支出型", HouseholdKind.RIGID),
    ("特困", HouseholdKind.TEKUN),
    ("五保", HouseholdKind.TEKUN),
    ("临时", HouseholdKind.TEMPORARY),
    ("低保", HouseholdKind.DIBAO),
    ("最低生活保障", HouseholdKind.DIBAO),
)
KINSHIPS = (
    ("户主", Kinship.HEAD),
    ("本人", Kinship.HEAD),
    ("申请人", Kinship.HEAD),
    ("孙", Kinship.GRANDCHILD),
    ("祖", Kinship.GRANDPARENT),
    ("爷", Kinship.GRANDPARENT),
    ("奶", Kinship.GRANDPARENT),
    ("外公", Kinship.GRANDPARENT),
    ("外婆", Kinship.GRANDPARENT),
    ("配偶", Kinship.SPOUSE),
    ("妻", Kinship.SPOUSE),
    ("夫", Kinship.SPOUSE),
    ("父", Kinship.PARENT),
    ("母", Kinship.PARENT),
    ("兄", Kinship.SIBLING),
    ("弟", Kinship.SIBLING),
    ("姐", Kinship.SIBLING),
    ("妹", Kinship.SIBLING),
    ("子", Kinship.CHILD),
    ("女", Kinship.CHILD),
    ("儿", Kinship.CHILD),
)
CARE = (
    ("完全丧失", CareLevel.FULLY),
    ("全护理", CareLevel.FULLY),
    ("不能自理", CareLevel.FULLY),
    ("部分", CareLevel.PARTLY),
    ("半", CareLevel.PARTLY),
    ("自理", CareLevel.SELF),
)
RECHECKS = (("半", Recheck.HALF_YEARLY), ("年", Recheck.YEARLY))
#: Under which scheme a sum in the register is paid.
SCHEMES = {
    HouseholdKind.DIBAO: Scheme.DIBAO,
    HouseholdKind.TEKUN: Scheme.TEKUN,
    HouseholdKind.TEMPORARY: Scheme.TEMPORARY,
}
NO = frozenset({"", "否", "无", "没有", "0", "n", "no", "×", "健康", "良好", "正常", "不是", "/", "-"})

_DAY = re.compile(r"(\d{4})\D?(\d{1,2})(?:\D?(\d{1,2}))?\D?")


Code = TypeVar("Code")


class NotRead(Exception):
    """A cell says nothing we know; `code` is the sentence for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def one_of_words(cell: str, table: tuple[tuple[str, Code], ...], refusal: str) -> Code:
    """
    The code of the first word of *table* that is in *cell*, or the code that stands there itself.

    :raises NotRead: none is.
    """
    for word, code in table:
        if word in cell or cell.strip().casefold() == str(code):
            return code
    raise NotRead(refusal)


def day(cell: str) -> date:
    """
    A day, or the first of a month: 2021-07-01, 2021/7, 2021年7月, 202107.

    :raises NotRead: it is neither.
    """
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", cell)
    found = compact or _DAY.fullmatch(cell)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        pass
    raise NotRead("bad_day_in_sheet")


def fen(cell: str) -> int:
    """
    A sum of yuan in fen.

    :raises NotRead: it is none.
    """
    try:
        sum_ = Decimal(cell.replace(",", "").removesuffix("元")) * 100
    except InvalidOperation:
        raise NotRead("bad_sum") from None
    if not 0 <= sum_ <= 1_000_000_000 or sum_ != int(sum_):
        raise NotRead("bad_sum")
    return int(sum_)


def is_yes(cell: str) -> bool:
    """Whether something is so: anything but a no."""
    return cell.strip().casefold() not in NO


def traits(disability: str, illness: str, student: str, work: str) -> tuple[Trait, ...]:
    """What is so of somebody, from four columns."""
    found: list[Trait] = []
    if is_yes(disability):
        found.append(Trait.DISABLED)
    if any(word in disability for word in ("一级", "二级", "1级", "2级", "重度")):
        found.append(Trait.SEVERELY_DISABLED)
    if is_yes(illness):
        found.append(Trait.SERIOUSLY_ILL)
    if is_yes(student):
        found.append(Trait.STUDENT)
    if any(word in work for word in ("未就业", "失业", "无业")):
        found.append(Trait.UNEMPLOYED)
    return tuple(found)
