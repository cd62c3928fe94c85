"""Where in a plain text something leads to a person: one finder for each kind of number, plate or address."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from tickets.ground.refs import read_ref


class Kind(StrEnum):
    """What leads to a person."""

    NAME = "name"
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"


#: From, to, and what stands there; None where it is nobody's and must not be looked at any more.
Claim = tuple[int, int, Kind | None]
Finder = Callable[[str], Iterator[Claim]]

# The finders read a text whose characters were made plain one by one: ASCII digits and letters, one sort of
# blank, dash and dot. Every repetition is bounded or possessive, so none of them can run wild.

#: What people put between the digits of one number.
_S = r"[ \-./()_]{0,3}"
_OF_ID = re.compile(
    # Looked ahead for first: a date of birth in its place makes it one however the digits are grouped.
    rf"(?<!\d)[1-9](?:{_S}\d){{5}}(?={_S}(?:1{_S}[89]|2{_S}0)(?:{_S}\d){{2}}"
    rf"{_S}(?:0{_S}[1-9]|1{_S}[0-2]){_S}(?:0{_S}[1-9]|[12]{_S}\d|3{_S}[01]))"
    rf"(?:{_S}\d){{11}}{_S}[\dXx](?![\dXx])"
)
_OLD_ID = re.compile(r"[1-8]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")

# Each begins with a set of characters: so the search may leap over all others.
_REF = re.compile(r"[2-4](?<!\d.)\d{5}[ \-]?\d{4}[ \-]?\d{4}(?!\d)")
_MONTH_AND_DAY = re.compile(r"..(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NOBODYS = re.compile(
    # A month, as in 1986.2-1991.11, or a day with the time it may have.
    r"[12](?<!\d.)(?<!\d[\-./].)(?:(?<=1)9|(?<=2)0)\d\d(?P<gap>[\-./])(?:0?[1-9]|1[0-2])"
    r"(?:(?P=gap)(?:[12]\d|3[01]|0?[1-9]))?(?!\d|(?P=gap)\d)(?:[ T]{1,2}\d{1,2}:\d\d(?::\d\d)?(?!\d))?"
    # A number everybody may call: 400-800-1234.
    r"|[48](?<!\d.)00[ \-]?(?:\d{3}[ \-]?\d{4}|\d{4}[ \-]?\d{3})(?!\d)"
)

_RUN = re.compile(r"(?<!\d)\+?(?P<run>\d{12,}+[Xx]?)")
#: The area an ID number begins with, and how many digits follow it.
_AREA, _REST_OF_ID = re.compile(r"(?<!\d)\d{6}[ \-.]$"), 12
_MOBILE_AT_AN_END = re.compile(r"1[3-9]\d{9}|\d{0,3}1[3-9]\d{9}$")
_STAMP = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])")

_GROUPS = re.compile(
    r"(?<!\d)(?<!\d[ \-.])\d{1,17}([ \-.])\d{1,17}(?:\1\d{1,17}){0,16}(?:\1?[Xx])?(?![\dXx])(?!\1\d)"
)
_ID_GROUPS = re.compile(
    r"\d{6}\D(?:\d{8}|\d{4}\D\d{4}|\d{6})\D?[\dX]{4,6}|\d{4}(?:\D\d{4}){3}\D[\dX]{2}|[\dX](?:\D[\dX]){17}"
)
_CARD_GROUPS = re.compile(r"\d{4}(?:\D\d{4}){3}(?:\D\d{1,3})?|\d{6}\D\d{10,13}|\d(?:\D\d){15,18}")
#: Years, and numbers of national standards: GB/T 8390-2007.
_YEARS = re.compile(r"(?:(?:19|20)\d\d\D?)+|(?:\d{4}\D(?:19|20)\d\d\D?)+")

_MOBILE = re.compile(rf"(?<!\d)(?:\(?\+?(?:00)?86{_S})?0?1{_S}[3-9](?:{_S}\d){{9}}(?!\d)")
#: A row of amounts or rooms, 18 1125 15246, and not one number in parts.
_ROW = re.compile(
    r"1\d (?!(?:\d{3} ){2,3}\d{1,3}$|(?:\d\d ){4}\d$)(?:\d+ ?)+"
    r"|1\d{3} (?!\d{3} \d{4}$|\d{4} \d{3}$|\d{7}$)(?:\d+ ?)+"
)
_LANDLINE = re.compile(
    rf"(?<!\d)(?:\(?\+?(?:00)?86{_S})?\(?0?(?:10|2[0-57-9]|[3-9]\d\d){_S}[2-8](?:{_S}\d){{6,7}}(?!\d)"
)
_WITH_AREA = re.compile(r"\D*(?:(?:00)?86\D*)?0\d|\D*\+")
_ABROAD = re.compile(rf"(?<![\w)])\+[1-9](?:{_S}\d){{8,14}}(?!\d)")


def ids(plain: str) -> Iterator[Claim]:
    """ID numbers with a date of birth in its place, however their digits are grouped."""
    for found in _OF_ID.finditer(plain):
        yield found.start(), found.end(), Kind.ID_NUMBER


def nobodys(plain: str) -> Iterator[Claim]:
    """Our own ticket numbers, days, and numbers everybody may call."""
    for found in _REF.finditer(plain):
        # Read strictly: a ticket's number begins with its day, and nothing else may pass for one.
        if read_ref(found[0]) and _MONTH_AND_DAY.match(found[0]):
            yield found.start(), found.end(), None
    for found in _NOBODYS.finditer(plain):
        yield found.start(), found.end(), None


def runs(plain: str) -> Iterator[Claim]:
    """Twelve digits and more without a gap: ID and card numbers, and mobiles somebody glued to something."""
    for found in _RUN.finditer(plain):
        kind, start = _kind_of_run(found["run"]), found.start()
        if kind is Kind.MOBILE and len(found["run"]) == _REST_OF_ID and _AREA.search(plain[:start][-8:]):
            # With the six digits before it, it is an ID number whose date is none.
            kind, start = Kind.ID_NUMBER, start - 7
        if kind is not None:
            yield start, found.end(), kind


def _kind_of_run(run: str) -> Kind | None:
    if len(run) in (15, 18):
        return Kind.ID_NUMBER
    if len(run) > 15:
        return Kind.BANK_CARD
    # Numbers of papers and payments begin with their day.
    return Kind.MOBILE if _MOBILE_AT_AN_END.match(run) and not _STAMP.match(run) else None


def groups(plain: str) -> Iterator[Claim]:
    """ID and card numbers in groups of digits with one sort of gap."""
    for found in _GROUPS.finditer(plain):
        written = found[0].upper()
        digits = re.sub(r"[^\dX]", "", written)
        if _YEARS.fullmatch(written):
            continue
        if (len(digits) == 18 and _ID_GROUPS.fullmatch(written)) or _OLD_ID.fullmatch(digits):
            yield found.start(), found.end(), Kind.ID_NUMBER
        elif _CARD_GROUPS.fullmatch(written):
            yield found.start(), found.end(), Kind.BANK_CARD


def mobiles(plain: str) -> Iterator[Claim]:
    """Mobiles of the mainland, with and without +86."""
    for found in _MOBILE.finditer(plain):
        if not _ROW.fullmatch(found[0]):
            yield found.start(), found.end(), Kind.MOBILE


def landlines(plain: str) -> Iterator[Claim]:
    """Landlines with their area, and numbers of other countries."""
    for found in _LANDLINE.finditer(plain):
        if _WITH_AREA.match(found[0]):
            yield found.start(), found.end(), Kind.LANDLINE
    for found in _ABROAD.finditer(plain):
        yield found.start(), found.end(), Kind.LANDLINE


#: What a run of Chinese numerals is in digits, as numbers are read aloud. 十 and 百 make amounts.
_NUMERALS = str.maketrans("零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "00012345678912123456789")
_SPOKEN = re.compile(r"[零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]")
#: Who writes down what was spoken puts commas where the voice rested.
_RESTS = str.maketrans(",、", "  ")


def spoken(plain: str) -> Iterator[Claim]:
    """The same numbers in Chinese numerals: 幺三八零零…."""
    if not _SPOKEN.search(plain):
        return
    digits = plain.translate(_NUMERALS | _RESTS)
    for find in (ids, runs, mobiles, landlines):
        for start, end, kind in find(digits):
            if _SPOKEN.search(plain, start, end):
                yield start, end, kind
                digits = digits[:start] + "\uffff" * (end - start) + digits[end:]


_LOCAL = re.compile(
    r"(?<![\dA-Za-z¥$])(?<!\d[.\-])(?:(?P<whole>[2-8]\d{7})|[2-8]\d{6}|[2-8]\d{2,3}[ \-]\d{4})"
    r"(?![\dA-Za-z]|[.\-:]\d| ?(?:[元块万亿%平吨米公斤千度户人次个份套件只张年月日室栋幢座楼层]|号(?!码)))"
)
_BESIDE = re.compile(r"[ ,、;/或和及与]{1,3}")
#: What says that a telephone follows: the word, or one that was found just before.
_CALLED = re.compile(
    r"(?:电话|座机|固话|热线|致电|拨打|联系|传真|来电|号码|(?i:tel|phone))[^\d\uffff]{0,12}$"
    r"|\uffff[ ,、;/或和及与]{1,3}$"
)
_OTHERWISE_CALLED = re.compile(
    r"(?:编|单|订单|合同|文|工单|流水|档案|批|期|证|税|户|表|卡|群|序列|房|门牌)[号码]{0,2}[:是为 ]{0,3}$"
)


def local_lines(plain: str) -> Iterator[Claim]:
    """Landlines without their area: eight digits, or what is called a telephone."""
    end = 0
    for found in _LOCAL.finditer(plain):
        before = plain[max(found.start() - 16, 0) : found.start()]
        if _OTHERWISE_CALLED.search(before) or _is_of_days(found[0]):
            continue
        beside = end > 0 and _BESIDE.fullmatch(plain, end, found.start())
        if found["whole"] or beside or _CALLED.search(before):
            end = found.end()
            yield found.start(), end, Kind.LANDLINE


def _is_of_days(written: str) -> bool:
    """A day written without gaps, or two years."""
    return bool(
        re.fullmatch(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|20\d\d\D(?:19|20)\d\d", written)
    )


_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++@[A-Za-z0-9\-]{1,63}+(?:\.[A-Za-z0-9\-]{1,63}+){1,6}"
)


def emails(plain: str) -> Iterator[Claim]:
    """Addresses of e-mail."""
    for found in _EMAIL.finditer(plain):
        yield found.start(), found.end(), Kind.EMAIL


_ACCOUNT = re.compile(
    r"(?:微信|薇信|(?<![A-Za-z])(?i:WeChat|WeiXin|V信|VX|WX|QQ)|扣扣)"
    r"(?:"
    r"(?:号码?|账号|帐号|(?i:ID))? {0,2}(?::|是(?=[\w\-]*\d)|为(?=[\w\-]*\d)) {0,2}"
    r"|(?:号码?|账号|帐号|(?i:ID)) {0,2}"
    r"| {0,2}(?=\d{5,12}(?!\w))"
    r")"
    r"(?!(?i:https?:|www\.))(?P<id>[A-Za-z0-9][A-Za-z0-9_\-]{4,29}+)",
    re.ASCII,
)


def accounts(plain: str) -> Iterator[Claim]:
    """Names one is found under on WeChat and QQ."""
    for found in _ACCOUNT.finditer(plain):
        yield found.start("id"), found.end("id"), Kind.ACCOUNT


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-Za-z][ .\-]{0,3}"
    r"(?=(?:[A-Za-z .\-]{0,6}\d){2})"
    r"(?:[A-Za-z0-9] ?){4}(?:[A-Za-z0-9] ?[A-Za-z0-9]|[警学港澳挂使领]|[A-Za-z0-9])(?![A-Za-z0-9])"
)


def plates(plain: str) -> Iterator[Claim]:
    """Licence plates."""
    for found in _PLATE.finditer(plain):
        yield found.start(), found.end(), Kind.PLATE


#: In this order: what is found first is not looked at by the others any more.
FINDERS: tuple[Finder, ...] = (
    emails,
    ids,
    nobodys,
    runs,
    groups,
    mobiles,
    landlines,
    accounts,
    plates,
    spoken,
    local_lines,
)
