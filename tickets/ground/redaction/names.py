"""A name one knows, found in a plain text: to the letter, with gaps in it, or as surname and title."""

import re
from collections.abc import Iterable, Iterator

from tickets.ground.redaction.finders import Claim, Kind

#: Surnames of two characters; all others have one.
_DOUBLE = re.compile(
    "欧阳|司马|上官|诸葛|司徒|东方|独孤|南宫|夏侯|尉迟|皇甫|慕容|令狐|长孙|宇文|轩辕|公孙|端木|百里|呼延|"
    "司空|太史|闻人|申屠|濮阳|淳于|单于|澹台|公冶|宗政|钟离|鲜于|闾丘|赫连|万俟|拓跋|西门|左丘|梁丘"
)
#: What citizens are called. Offices are left out: 金局长 is more often whom a report is about.
_TITLES = (
    "先生|女士|小姐|太太|夫人|同志|老师|师傅|大爷|大妈|大娘|大叔|大婶|大姐|大哥|大嫂|阿姨|叔叔|伯伯|婶婶|"
    "爷爷|奶奶|婆婆|公公|老太|老人|老汉|老伯|老板|医生|教授|某某?"
)
#: What is typed where no name is known.
_NOBODY = re.compile(
    "匿名(?:用户|市民|群众)?|无|无名|不详|未知|未提供|不愿透露|保密|群众|市民|居民|村民|业主|租户|家属|"
    "(?:来电|来访|反映|举报|投诉|当事|申请)人|本人|先生|女士|小姐|同志|某某?|姓名"
)
_GAP = r"[ .]{0,3}"


def pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern of all *names*, which were made plain; None where none of them says who it is."""
    known = {re.sub(r"[ .]+", "", name) for name in names}
    ways = {way for name in known if not _NOBODY.fullmatch(name) for way in _ways(name)}
    return re.compile("|".join(sorted(ways, key=len, reverse=True)), re.IGNORECASE) if ways else None


def names_found(known: re.Pattern[str], plain: str) -> Iterator[Claim]:
    """Where the *known* names stand."""
    for found in known.finditer(plain):
        yield found.start(), found.end(), Kind.NAME


def _ways(name: str) -> Iterator[str]:
    if len(name) > 1:
        whole = _GAP.join(map(re.escape, name))
        # A Latin name is a word: Li does not stand in Lily.
        yield rf"(?<![A-Za-z]){whole}(?![A-Za-z])" if name.isascii() else whole
    if name and not name.isascii():
        surname = name[:2] if _DOUBLE.match(name) else name[0]
        yield rf"{re.escape(surname)} {{0,2}}(?:{_TITLES})"
