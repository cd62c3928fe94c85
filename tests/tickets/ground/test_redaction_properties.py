"""Whatever is put into whatever text is gone from what is handed on; all else stays, and it takes no time."""

import csv
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tickets.ground.redaction import plain, redact
from tickets.ground.refs import make_ref

quickly = settings(max_examples=200, deadline=None, database=None)

NUMERALS = "零一二三四五六七八九"
#: How the digits of a number are grouped; what is left over stands in the last group.
MOBILE_SHAPES = ((11,), (3, 4, 4), (3, 8), (4, 3, 4), (4, 4, 3), (3, 3, 5), (7, 4), (1,) * 11)
ID_SHAPES = ((18,), (6, 8, 4), (6, 4, 4, 4), (1,) * 18)
CARD_SHAPES = ((19,), (4, 4, 4, 4, 3), (6, 13))


def written(digits: str, shape: tuple[int, ...], gap: str, script: str = "0123456789") -> str:
    """*digits* in groups of *shape*, in the digits of *script*."""
    shown = digits.translate(str.maketrans("0123456789", script))
    groups, at = [], 0
    for size in shape:
        groups.append(shown[at : at + size])
        at += size
    return gap.join(group for group in (*groups, shown[at:]) if group)


@st.composite
def mobiles(draw: st.DrawFn) -> tuple[str, str]:
    """The digits of a mobile, and one way to write it."""
    digits = draw(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
    script = draw(st.sampled_from(["0123456789", "０１２３４５６７８９", NUMERALS]))
    gap = draw(st.sampled_from([" ", "-", ".", "　", "—", " - "]))
    prefix = draw(st.sampled_from(["", "+86", "+86 ", "0086-", "86"])) if script != NUMERALS else ""
    return digits, prefix + written(digits, draw(st.sampled_from(MOBILE_SHAPES)), gap, script)


@st.composite
def id_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Seventeen digits and whatever follows them; half of them with a date of birth."""
    born = draw(st.dates(datetime(1900, 1, 1).date(), datetime(2026, 1, 1).date())).strftime("%Y%m%d")  # noqa: DTZ001 a day has no zone
    area = draw(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
    middle = draw(st.sampled_from([born, draw(st.from_regex(r"[0-9]{8}", fullmatch=True))]))
    digits = area + middle + draw(st.from_regex(r"[0-9]{3}[0-9Xx]", fullmatch=True))
    script = draw(st.sampled_from(["0123456789", "０１２３４５６７８９"]))
    return digits, written(digits, draw(st.sampled_from(ID_SHAPES)), draw(st.sampled_from(" -")), script)


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, str]:
    """The digits of a card."""
    digits = draw(st.from_regex(r"[3-9][0-9]{15,18}", fullmatch=True))
    # Groups that all look like years are years.
    assume(not re.search(r"(19|20)\d\d", digits))
    return digits, written(digits, draw(st.sampled_from(CARD_SHAPES)), draw(st.sampled_from(" -")))


@st.composite
def landlines(draw: st.DrawFn) -> tuple[str, str]:
    """The digits of a landline with its area."""
    area = draw(st.sampled_from(["0871", "010", "021", "0755", "0991"]))
    digits = draw(st.from_regex(r"[2-8][0-9]{7}", fullmatch=True))
    return area + digits, draw(st.sampled_from(["{}-{}", "{}{}", "({}){}", "{} {}"])).format(area, digits)


PERSONAL = st.one_of(mobiles(), id_numbers(), cards(), landlines())

INNOCENT: SearchStrategy[str] = st.one_of(
    st.sampled_from(
        ["群众反映", "道路破损", "请尽快处理", "老人独居", "噪音扰民", "每天晚上施工", "Wi-Fi不通"]
    ),
    st.integers(0, 999_999).map(lambda yuan: f"每月{yuan}元"),
    st.decimals(0, 9_999, places=2).map(lambda yuan: f"￥{yuan}"),
    st.datetimes(datetime(2000, 1, 1), datetime(2049, 1, 1)).map(lambda at: f"{at:%Y-%m-%d %H:%M}"),  # noqa: DTZ001 people write no zone
    st.dates().map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    st.integers(1, 999).map(lambda number: f"〔2025〕{number}号"),
    st.integers(0, 9_999_999).map(lambda number: make_ref(datetime(2026, 11, 23, tzinfo=UTC), number)),
    st.tuples(st.integers(1, 99), st.integers(101, 3399)).map(lambda at: f"{at[0]}栋{at[1]}室"),
    st.sampled_from(["110", "119", "120", "122", "12345", "12315", "95598", "400-800-1234"]).map(
        lambda number: f"打{number}没人接"
    ),
)
TEXTS = st.lists(INNOCENT, max_size=6).map("，".join)


def digits_of(text: str) -> str:
    """All digits of *text*, whatever stands between them."""
    spoken = str.maketrans(NUMERALS, "0123456789")
    return re.sub(r"[^\dXx]", "", plain(text).translate(spoken))


@quickly
@given(TEXTS, PERSONAL, TEXTS)
def test_a_number_is_gone_and_so_is_each_part_of_it(before: str, number: tuple[str, str], after: str) -> None:
    digits, as_written = number
    parts = {digits[at : at + 7] for at in range(len(digits) - 6)}
    assume(not any(part in digits_of(before + after) for part in parts))

    covered = redact(f"{before}：{as_written}，{after}")

    assert not any(part in digits_of(covered.text) for part in parts)
    assert sum(covered.found.values()) == 1
    assert covered.text.startswith(before)
    assert covered.text.endswith(after)


@quickly
@given(
    TEXTS,
    st.text("金秀兰王伟李国强欧阳买提丽", min_size=2, max_size=4),
    st.sampled_from(["", " ", "　"]),
    TEXTS,
)
def test_a_name_is_gone(before: str, name: str, gap: str, after: str) -> None:
    covered = redact(f"{before}，我叫{gap.join(name)}，{after}", names=[name])

    assert name not in covered.text.replace(" ", "").replace("　", "")
    assert sum(covered.found.values()) >= 1


@quickly
@given(TEXTS)
def test_a_text_without_anybody_stays_to_the_letter(text: str) -> None:
    covered = redact(text, names=["陈明月"])

    assert covered.text == text
    assert not covered.found


@quickly
@given(
    st.text("0123456789０１二三幺零 -./()@+aXx京云A·微信:：QQ年元，\n电话金秀兰〔〕"),
    st.lists(st.one_of(PERSONAL.map(lambda number: number[1]), INNOCENT), max_size=5).map("".join),
)
def test_covered_twice_is_covered_once(noise: str, text: str) -> None:
    once = redact(noise + text + noise, names=["金秀兰"])

    assert redact(once.text, names=["金秀兰"]).text == once.text


PIECES = (
    *("1", "13", "1 ", "1 3 ", "13 ", "1---", "(", "+1", "a", "a.", "@", "a@", "a@a.", "1389 "),
    *(
        "云A",
        "云A 1 1 ",
        "云A...",
        "微信",
        "微信号  ",
        "微信:a",
        "幺",
        "幺三 ",
        "一、",
        "电话6512345 ",
        "2019-1-",
    ),
    *(
        "1234 ",
        "123456 12345678 1234 ",
        "5 1 9 ",
        "138 0000 0001 ",
        "0871-",
        "+0086 ",
        "金",
        "金 秀 ",
        "〔手机号",
    ),
)
MOST = 20_000


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece: str) -> None:
    def spent(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        return min(_spent_on(lambda: redact(text, names=["金秀兰", "金" * 20])) for _ in range(5))

    half, whole = spent(MOST // 2), spent(MOST)

    assert whole <= 0.05
    assert whole <= 4 * half + 0.005


def _spent_on(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began


def test_texts_of_real_complaints_stay_as_they_are() -> None:
    # Not ours to keep: COMPLAINTS names a folder with files whose column `content` holds what people wrote.
    folder = os.environ.get("COMPLAINTS")
    if not folder:
        pytest.skip("COMPLAINTS names no folder with complaints to try")
    texts = [
        row["content"]
        for path in sorted(Path(folder).glob("*.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
        if row.get("content")
    ]
    covered = [redact(text) for text in texts]
    changed = sum(bool(one.found) for one in covered)
    kinds: Counter[str] = Counter()
    for one in covered:
        kinds.update(one.found)

    assert texts
    # Numbers of offices and plates are covered as well; more than these would be words gone for nothing.
    assert changed <= len(texts) * 0.005, f"{changed} of {len(texts)}: {dict(kinds)}"
