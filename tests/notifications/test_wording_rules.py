"""What words a text may have: each rule with the words that break it, and the house's own that break none."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications.preview import CODE, DAY, REF, Preview, preview, sample_for, variables_of
from notifications.table import TABLE
from notifications.wording import Wording, day_en, day_zh, every_form, parts_of
from notifications.wording_rules import SAID, WordingRefused, faults_in, forbidden, read_wording, variables_in
from tests.notifications.makers import REGISTERED, SIGNATURES, WORDS

RECEIVED = "收到了。编号{{ ref | grouped }}，查询码{{ fact.tracking_code }}。"
ENDED = "尾号{{ ref | tail }}的事情到这里不再往下办了。"
ANSWERED = "There is an answer on {{ ref | tail }}. Call 12345."

#: The form, its words, and what is wrong with them.
BROKEN = (
    ("zh_Hans/received", " ", "wording_empty"),
    ("zh_Hans/received", f"您举报的{RECEIVED}", "wording_forbidden"),
    ("zh_Hans/received", f"您的低 保{RECEIVED}", "wording_forbidden"),
    ("zh_Hans/received", f"您的低·保{RECEIVED}", "wording_forbidden"),
    ("zh_Hans/received", f"王主任{RECEIVED}", "wording_forbidden"),
    ("zh_Hans/sealed/received", f"您反映的{RECEIVED}", "wording_forbidden"),
    ("en/answered", f"{ANSWERED} Your complaints count.", "wording_forbidden"),
    ("en/answered", f"{ANSWERED} Mr Li calls.", "wording_forbidden"),
    ("en/answered", f"{ANSWERED} Reported.", "wording_forbidden"),
    ("zh_Hans/received", f"区民政局{RECEIVED}", "wording_unit"),
    ("en/answered", f"{ANSWERED} Ask the civil affairs bureau.", "wording_unit"),
    ("zh_Hans/received", f"{RECEIVED}看ｗｗｗ．example．cn", "wording_link"),
    ("zh_Hans/received", f"{RECEIVED}看t.cn/a", "wording_link"),
    ("zh_Hans/received", f"{RECEIVED}看盘龙．政务", "wording_link"),
    ("zh_Hans/received", f"{RECEIVED}打0871-6512 3456", "wording_number"),
    ("zh_Hans/received", f"{RECEIVED}打１１０", "wording_number"),
    ("zh_Hans/received", f"【通知】{RECEIVED}", "wording_bracket"),
    ("zh_Hans/received", f"{RECEIVED}😀", "wording_sign"),
    ("zh_Hans/received", f"{RECEIVED}\n问进度打12345。", "wording_sign"),
    ("zh_Hans/received", RECEIVED + "{% if 1 %}", "wording_brace"),
    ("zh_Hans/received", RECEIVED + "{{ ref", "wording_brace"),
    ("zh_Hans/received", RECEIVED + "{{ requester.name }}", "wording_personal"),
    ("zh_Hans/received", RECEIVED + "{{ fact.due_at | day }}", "wording_variable"),
    ("zh_Hans/received", RECEIVED + "{{ ref.__class__ }}", "wording_variable"),
    ("zh_Hans/received", RECEIVED + "{{ ref | tail }}", "wording_twice"),
    ("zh_Hans/received", "收到了。编号{{ ref | grouped }}。", "wording_untold"),
    ("zh_Hans/received", "收到了。尾号{{ ref | tail }}，查询码{{ fact.tracking_code }}。", "wording_untold"),
    ("en/answered", ANSWERED.replace("There is", "There’s"), "wording_not_gsm"),
    ("zh_Hans/received", RECEIVED + "啊" * 120, "wording_too_long"),
    ("en/answered", ANSWERED + " a" * 150, "wording_too_long"),
)


@pytest.mark.parametrize("form, words, code", BROKEN)
def test_words_that_break_a_rule_are_refused_for_that_alone(
    wording: Wording, form: str, words: str, code: str
) -> None:
    found = faults_in(wording, form, words, {"区民政局", "Civil Affairs Bureau"})

    assert [fault.code for fault in found] == [code]
    assert str(found[0])


def test_every_rule_is_broken_somewhere() -> None:
    assert {code for _form, _words, code in BROKEN} == set(SAID)


def test_signs_nobody_sees_hide_no_word(wording: Wording) -> None:
    found = faults_in(wording, "zh_Hans/received", f"您的低\u200b保{RECEIVED}")

    assert [fault.code for fault in found] == ["wording_forbidden", "wording_sign"]


@pytest.mark.parametrize(
    "form, words",
    [
        ("zh_Hans/received", f"您反映的事{RECEIVED}请打12345，10天内都行。"),
        # Who reads the whole number has read its end.
        ("zh_Hans/ended", ENDED.replace("尾号{{ ref | tail }}", "{{ref|grouped}}")),
        ("en/answered", f"{ANSWERED} We went through all of it, until 5 o'clock. Missed us? Call."),
    ],
)
def test_other_words_than_those_of_the_house_pass(wording: Wording, form: str, words: str) -> None:
    assert faults_in(wording, form, words, {"区民政局", "Civil Affairs Bureau"}) == []


def test_what_is_wrong_is_named(wording: Wording) -> None:
    (smart,) = faults_in(wording, "en/answered", ANSWERED.replace("There is", "There’s\u00a0"))
    (stranger,) = faults_in(wording, "zh_Hans/received", RECEIVED + "{{ fact.until|day }}")

    assert smart.params["signs"] == "’ U+00A0"
    assert stranger.params["allowed"] == "{{ ref | grouped }}, {{ ref | tail }}, {{ fact.tracking_code }}"


def test_files_that_break_no_rule_are_read_and_take_one_segment() -> None:
    wording = read_wording(WORDS, SIGNATURES)
    long = {
        form: shown.length
        for form in every_form()
        if (shown := preview_of(wording, form)).segments > 1
        or (parts_of(form).language == "en" and shown.encoding != "GSM-7")
    }

    assert not long


def preview_of(wording: Wording, form: str) -> Preview:
    parts = parts_of(form)
    return preview(wording.words[form], parts.template, wording.signatures[parts.language])


def test_a_file_that_breaks_a_rule_stops_the_start_with_its_name(tmp_path: Path) -> None:
    shutil.copytree(WORDS, tmp_path / "messages")
    (tmp_path / "messages/zh_Hans/ended.txt").write_text(f"您投诉的{ENDED}", encoding="utf-8")
    (tmp_path / "messages/en/ended.txt").write_text("Over. {{ ref | tail }} www.x.cn", encoding="utf-8")

    with pytest.raises(WordingRefused) as refused:
        read_wording(tmp_path / "messages", SIGNATURES)

    assert str(refused.value).splitlines()[1:] == [
        "zh_Hans/ended.txt says '投诉': networks block it, and it tells that somebody complained",
        "en/ended.txt holds the link 'www.x.cn': networks block links, and so do we",
    ]


def test_a_missing_file_stops_the_start_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WordingRefused, match=r"answered\.txt"):
        read_wording(tmp_path, SIGNATURES)


def test_a_signature_outside_gsm_stops_the_start() -> None:
    with pytest.raises(WordingRefused, match="ū"):
        read_wording(WORDS, {**SIGNATURES, "en": "[Kūnmíng] "})


def test_every_line_of_the_table_has_a_sample_of_its_own_sort() -> None:
    for kind, rules in TABLE.items():
        for rule in rules:
            sample = sample_for(kind, rule)
            assert type(sample) is kind
            assert rule.when(sample)


def test_words_ask_only_for_what_their_facts_have(wording: Wording) -> None:
    for form, words in wording.words.items():
        assert set(variables_in(words.source)) <= set(variables_of(parts_of(form).template)), form


def test_no_day_is_longer_than_the_one_of_the_preview() -> None:
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=passed) for passed in range(730)]

    assert max(len(day_zh(day)) for day in days) == len(day_zh(DAY))
    assert max(len(day_en(day)) for day in days) == len(day_en(DAY))


def test_the_number_and_the_code_of_the_preview_are_as_long_as_real_ones(wording: Wording) -> None:
    assert (len(REF), len(CODE)) == (14, 6)
    text, params = wording.words["zh_Hans/received"].filled(REF, REGISTERED)

    assert params == {"ref": "261230 0004 1270", "tracking_code": CODE}
    assert "261230 0004 1270" in text


def test_a_preview_says_how_it_is_billed() -> None:
    chinese, english = Preview("您" * 71), Preview("a" * 160)

    assert (chinese.encoding, chinese.length, chinese.segments, chinese.room) == ("UCS-2", 71, 2, 134)
    assert (english.encoding, english.length, english.segments, english.room) == ("GSM-7", 160, 1, 160)


def test_every_forbidden_word_has_its_reason() -> None:
    for sort, words in forbidden().items():
        assert words.why, sort
        assert words.zh or words.en, sort
        assert all(any("一" <= sign <= "鿿" for sign in word) for word in words.zh), sort
        assert all(word == word.casefold() for word in words.en), sort
