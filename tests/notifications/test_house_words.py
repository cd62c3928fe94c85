"""Saved words lie over those of the files; what is switched off is not told, as far as one can know."""

import logging
from datetime import timedelta

import pytest

from notifications.house_words import SETTLED_AFTER, Changes, form_of_row, words_in_force
from notifications.standing import ORDINARY, may_be_switched_off
from notifications.wording import Wording
from notifications.wording_rows import TextSwitch, WordingVersion
from tests.notifications.makers import MONDAY, news
from tests.notifications.test_wording import DISPATCHED, TO_CALLBACK

OURS = "尾号{{ ref | tail }}有结果了，请打12345。"
SURVEY = ("reviewed", "survey")


def saved(words: str | None, template: str = "answered", version: int = 1) -> Changes:
    row = WordingVersion(
        template=template,
        language="zh_Hans",
        sealed=False,
        version=version,
        words=words,
        file_version="x",
        made_by="admin",
        made_at=MONDAY,
    )
    return Changes({form_of_row(row): row})


def switched(*steps: tuple[bool, timedelta], told: tuple[str, str] = SURVEY) -> Changes:
    return Changes(
        switches=[
            TextSwitch(fact=told[0], template=told[1], active=active, made_by="admin", at=MONDAY + after)
            for active, after in steps
        ]
    )


def test_saved_words_are_sent_with_their_own_version(wording: Wording) -> None:
    changed = words_in_force(wording, saved(OURS))
    written = next(iter(changed.of(news(TO_CALLBACK))))
    sealed = next(iter(changed.of(news(TO_CALLBACK, sealed=True))))

    assert written.text == "【盘龙热线】尾号1270有结果了，请打12345。"
    assert written.version != wording.words["zh_Hans/answered"].version
    assert sealed.version == wording.words["zh_Hans/sealed/answered"].version


@pytest.mark.parametrize("words", [None, "您举报的{{ ref | tail }}", "{{ requester.name }}", "{% for"])
def test_the_files_words_are_sent_where_nothing_fit_was_saved(
    wording: Wording, words: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        changed = words_in_force(wording, saved(words))

    assert changed.words == wording.words
    assert len(caplog.records) == (0 if words is None else 1)


def test_words_of_a_text_there_is_no_more_are_left_alone(wording: Wording) -> None:
    assert words_in_force(wording, saved(OURS, template="gone")).words == wording.words


def test_what_is_switched_off_is_not_written_for_that_fact_alone(wording: Wording) -> None:
    off = words_in_force(wording, switched((False, timedelta()), told=SURVEY))
    on_again = words_in_force(wording, switched((False, timedelta()), (True, timedelta(hours=1))))

    assert [one.rule.template for one in off.of(news(TO_CALLBACK))] == ["answered"]
    assert [one.rule.template for one in off.of(news(DISPATCHED))] == ["transferred"]
    assert [one.rule.template for one in on_again.of(news(TO_CALLBACK))] == ["answered", "survey"]


@pytest.mark.parametrize(
    "after, told",
    [
        (-timedelta(seconds=1), True),
        (timedelta(), None),
        (SETTLED_AFTER - timedelta(seconds=1), None),
        (SETTLED_AFTER, False),
        (timedelta(hours=1, seconds=1), None),
        (timedelta(hours=2), True),
    ],
)
def test_one_knows_whether_it_was_told_but_for_the_moments_after_a_switch(
    after: timedelta, told: bool | None
) -> None:
    changes = switched((False, timedelta()), (True, timedelta(hours=1)))

    assert changes.was_told(SURVEY, MONDAY + after) is told
    assert changes.was_told(("reviewed", "answered"), MONDAY + after) is True


def test_a_new_code_can_be_told_on_no_other_way() -> None:
    assert {name for name in ORDINARY if not may_be_switched_off(name)} == {"code_again"}
    assert not may_be_switched_off("received")
