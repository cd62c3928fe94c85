"""What a citizen's text means: a mark, a wish for fewer texts or all, a ticket, politeness, or words."""

import re
import unicodedata
from dataclasses import dataclass

from notifications.message import HandledAs

STOP = frozenset(
    {
        # What Twilio itself takes for it, so that both sides agree on who wants no more.
        *("STOP", "STOPALL", "UNSUBSCRIBE", "QUIT", "END", "CANCEL", "OPTOUT", "REVOKE"),
        # What networks in China do, R by their own rule on refusing (拒收请回复R).
        *("TD", "T", "R", "退订", "拒收", "TD退订", "回T退订", "回复TD", "请退订", "退订短信"),
    }
)
START = frozenset({"START", "UNSTOP", "恢复", "恢复短信", "恢复接收", "取消退订"})

MARKS = {
    "非常满意": 5,
    "很满意": 5,
    "满意": 4,
    "基本满意": 3,
    "比较满意": 4,
    "一般": 3,
    "不满意": 2,
    "不太满意": 2,
    "非常不满意": 1,
    "很不满意": 1,
    "十分满意": 5,
    "较满意": 4,
    "较不满意": 2,
    "十分不满意": 1,
}
NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}

_DIGIT = r"[1-5一二三四五]"
_MARK = re.compile(
    rf"(?:我?(?:回复?|评价|打分|评分|[打给评选答]))?(?P<digit>{_DIGIT})(?:分|星)?(?P<word>[^\d]*)"
)
_WORD_FIRST = re.compile(rf"(?P<word>[^\d一二三四五]+)(?P<digit>{_DIGIT})(?:分|星)?")
_NUMBER = re.compile(
    r"(?:查询|查|工单|编号|号码|单号|进度|:)*(?P<number>\d{14})(?:的?进度|怎么样了|办得怎样了?)?"
)
#: Words about one of several matters name it.
_NAMED = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")
#: What people put around and between what they mean.
_NOISE = re.compile(r"[\s\-_。.,、!?;…~·#*+“”‘’\"'()\[\]【】《》\u200b-\u200f\ufe0f\u20e3\ufeff]+")
#: What stands between a mark's digit and its word.
_BETWEEN = re.compile("[:=]")
#: Politeness at the end of a mark.
_THANKS = re.compile(r"(?:谢谢(?:你们|您们?)?|感谢|辛苦了)$")
#: A telephone that answers by itself says so first or last, set apart from what follows.
_BY_ITSELF = r"(?:(?:系统)?自动(?:回复|应答)|auto(?:matic)?[\s-]?reply|out of office)"
#: Or in a sentence of its own that nobody says of somebody else's text.
_SAYS_SO = r"(?:此为|本(?:短信|信息|消息)为)系统?自动(?:回复|应答|发送)"
_AUTOMATIC = re.compile(
    rf"\W*{_BY_ITSELF}(?:\s*[\]\)】》:,、。!.-].*|\s*)|.*[\[\(【《]{_BY_ITSELF}[\]\)】》]\W*"
    rf"|(?:.*[,。!;\s])?{_SAYS_SO}(?:[,。!\s].*)?",
    re.S | re.I,
)
#: Words that say no more than "heard you" and "thank you". What may be a yes to a question of ours
#: (可以, 行, 是) is not among them.
_POLITE = (
    *(
        "好的",
        "好嘞",
        "好滴",
        "好哒",
        "好",
        "嗯",
        "哦",
        "噢",
        "收到",
        "已收到",
        "知道",
        "明白",
        "了解",
        "清楚",
    ),
    *("谢谢", "感谢", "多谢", "非常感谢", "十分感谢", "辛苦", "麻烦了", "麻烦您了", "麻烦你们了", "不客气"),
    *("OKAY", "OK", "THANKYOU", "THANKS", "THX", "VERYMUCH", "GOTIT", "RECEIVED", "NOTED"),
    # How a telephone that knows no emoji writes one.
    *("强", "抱拳", "握手", "玫瑰", "微笑", "合十", "鼓掌"),
)
_COURTESY = re.compile(rf"(?:(?:{'|'.join(_POLITE)})(?:你们|您们?|你|大家|各位|师傅)?(?:了|啦|啊|呀|哈)?)+")
_POLITE_SIGNS = re.compile("[👍👌🙏🤝👏💪😀😁😃😄😊🙂☺😘🌹🌷💐❤♥✅🎉🫡\U0001f3fb-\U0001f3ff]")
#: Longer ones are read by a person.
LONGEST_COURTESY = 24
#: So much of a text of ours is nobody's own way of saying it.
LONG_ENOUGH = 20


@dataclass(frozen=True)
class Heard:
    """What a text was taken for."""

    handled_as: HandledAs
    #: An answer's mark, 5 very good to 1 very bad.
    satisfaction: int | None = None
    #: Fourteen digits that may be the number of a ticket, alone or among words; their check digit tells.
    number: str | None = None


def hear(words: str) -> Heard:
    """Say what *words* mean. What is not certain stays words, for a person to read."""
    plain = bare(words)
    if plain in STOP:
        return Heard(HandledAs.STOP)
    if plain in START:
        return Heard(HandledAs.START)
    # "满意？" asks back, or doubts: a person reads it.
    mark = None if "?" in unicodedata.normalize("NFKC", words) else _mark_of(plain)
    if mark is not None:
        return Heard(HandledAs.ANSWER, satisfaction=mark)
    named = _NUMBER.fullmatch(plain)
    if named is not None:
        return Heard(HandledAs.PROGRESS, number=named["number"])
    if _AUTOMATIC.fullmatch(unicodedata.normalize("NFKC", words)):
        return Heard(HandledAs.AUTOMATIC)
    if _is_courtesy(plain):
        return Heard(HandledAs.COURTESY)
    about = _NAMED.findall(unicodedata.normalize("NFKC", words))
    return Heard(HandledAs.WORDS, number=about[0] if len(about) == 1 else None)


def bare(words: str) -> str:
    """Take off all that may be written one way or another; what is left can be compared."""
    # Full-width digits and letters, circled digits and the like become plain ones.
    return _NOISE.sub("", unicodedata.normalize("NFKC", words)).upper()


def is_echo(words: str, ours: str) -> bool:
    """Whether *words* are a text of *ours* come back, whole or cut off."""
    said = bare(words)
    return len(said) >= LONG_ENOUGH and bare(ours).startswith(said)


def _is_courtesy(plain: str) -> bool:
    said, signs = _POLITE_SIGNS.subn("", plain)
    if not said:
        return signs > 0
    return len(said) <= LONGEST_COURTESY and _COURTESY.fullmatch(said) is not None


def _mark_of(plain: str) -> int | None:
    plain = _THANKS.sub("", _BETWEEN.sub("", plain.replace("滿", "满")))
    if plain in MARKS:
        return MARKS[plain]
    read = _MARK.fullmatch(plain) or _WORD_FIRST.fullmatch(plain)
    if read is None:
        return None
    by_digit, word = NUMERALS.get(read["digit"]) or int(read["digit"]), read["word"]
    # "1满意" may be a slip of the finger, and "5月份" is no mark: a person reads it.
    return by_digit if not word or MARKS.get(word) == by_digit else None
