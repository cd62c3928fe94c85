"""What a citizen's text is taken for."""

import pytest

from notifications.inbound import Heard, hear, is_echo
from notifications.message import HandledAs

WORDS = Heard(HandledAs.WORDS)
COURTESY = Heard(HandledAs.COURTESY)
STOP = Heard(HandledAs.STOP)
START = Heard(HandledAs.START)
AUTOMATIC = Heard(HandledAs.AUTOMATIC)
PROGRESS = Heard(HandledAs.PROGRESS, number="26112300041270")


def mark(satisfaction: int) -> Heard:
    return Heard(HandledAs.ANSWER, satisfaction=satisfaction)


@pytest.mark.parametrize(
    "text, heard",
    [
        ("4", mark(4)),
        ("５", mark(5)),
        (" 5分。", mark(5)),
        ("5 分!", mark(5)),
        ("四", mark(4)),
        ("③", mark(3)),
        ("5非常满意", mark(5)),
        ("满意", mark(4)),
        ("很满意！", mark(5)),
        ("不满意", mark(2)),
        ("非常不满意", mark(1)),
        ("一般", mark(3)),
        ("基本满意，谢谢！", mark(3)),
        ("满意 5", WORDS),
        ("非常满意5分", mark(5)),
        ("打５分，辛苦了", mark(5)),
        ("我选 2", mark(2)),
        ("5\ufe0f\u20e3", mark(5)),
        ("谢谢", COURTESY),
        ("查5", WORDS),
        ("不满意 谢谢你们", mark(2)),
        ("5：非常满意", mark(5)),
        ("回复５", mark(5)),
        ("十分不满意", mark(1)),
        ("不滿意", mark(2)),
        ("满意？", WORDS),
        ("5?", WORDS),
        ("不5", WORDS),
        ("不是很满意", WORDS),
        ("没有不满意", WORDS),
        ("不非常满意", WORDS),
        ("3、5", WORDS),
        ("4.5", WORDS),
        ("3:5", WORDS),
        ("第5", WORDS),
        ("0", WORDS),
        ("6", WORDS),
        ("45", WORDS),
        ("1满意", WORDS),
        ("5月份说好的呢", WORDS),
        ("我不满意，没人来", WORDS),
        ("TD", STOP),
        ("ｔｄ", STOP),
        ("T", STOP),
        ("Stop.", STOP),
        ("退订", STOP),
        ("unsubscribe", STOP),
        ("【退订】", STOP),
        ("R", STOP),
        ("回复TD", STOP),
        ("Opt out", STOP),
        ("拒收的快递谁管", WORDS),
        ("停", WORDS),
        ("不要退订", WORDS),
        ("START", START),
        ("恢复。", START),
        ("什么时候恢复供水", WORDS),
        ("26112300041270", PROGRESS),
        ("261123 0004 1270", PROGRESS),
        ("编号：261123-0004-1270", PROGRESS),
        ("查26112300041270进度", PROGRESS),
        ("2611230004127", WORDS),
        ("261123000412701", WORDS),
        ("26112300041270 还是没人来", Heard(HandledAs.WORDS, number="26112300041270")),
        ("单号２６１１２３０００４１２７０，还没修", Heard(HandledAs.WORDS, number="26112300041270")),
        ("26112300041270 和 26112300031279 都没修", WORDS),
        ("卡号 6222021234567890123 被扣款", WORDS),
        ("", WORDS),
        ("路灯还是不亮", WORDS),
        ("自动回复：我在开会", AUTOMATIC),
        ("【自动回复】您好，稍后回您", AUTOMATIC),
        ("我在开车，稍后联系。（自动回复）", AUTOMATIC),
        ("Auto-Reply: I am driving", AUTOMATIC),
        ("自动回复的短信我看不懂", WORDS),
        ("系统自动回复：5", AUTOMATIC),
        ("您好，短信已收到，此为系统自动回复，请勿回复。", AUTOMATIC),
        ("你们这是自动回复，没人管吗", WORDS),
        ("你们说此为自动回复的，到底谁管", WORDS),
        ("好的", COURTESY),
        ("好的，谢谢！", COURTESY),
        ("收到🙏", COURTESY),
        ("嗯嗯", COURTESY),
        ("知道了，辛苦你们了😊", COURTESY),
        ("👍🏻", COURTESY),
        ("[抱拳] 谢谢", COURTESY),
        ("OK", COURTESY),
        ("Thank you very much!", COURTESY),
        ("Ok, thanks :)", WORDS),
        ("好的，明天上午在家", WORDS),
        ("谢谢，灯还是不亮", WORDS),
        # May be a yes to what was asked.
        ("可以", WORDS),
        ("是的", WORDS),
        ("好的" * 40, WORDS),
        ("😡", WORDS),
        ("自动回复：收到", AUTOMATIC),
    ],
)
def test_a_text_is_heard(text: str, heard: Heard) -> None:
    assert hear(text) == heard


OURS = "【盘龙热线】尾号1270办得怎样？请回一个数字：5非常满意 4满意 3基本满意 2不满意 1非常不满意"


@pytest.mark.parametrize(
    "words, echo",
    [
        (OURS, True),
        (OURS[:40], True),
        (OURS.replace("：", ":").replace("【", "[").replace("】", "] "), True),
        (OURS + " 我不满意，没人来", False),
        ("", False),
        ("【盘龙热线】", False),
    ],
)
def test_a_text_of_ours_that_comes_back_is_known(words: str, echo: bool) -> None:
    assert is_echo(words, OURS) == echo
