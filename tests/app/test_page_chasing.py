"""Who is late reads it on the desk, on a numbered paper and, when nothing helped, on the list of all."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.clockwork import sweep_clocks
from app.factory import create_app
from app.wiring import House
from tests.app.pages import counted, signed_in
from tests.makers import (
    ANSWER,
    CALL,
    HANDLER,
    HEAD,
    JOINT_HANDLER,
    LEAD,
    Api,
    bring_forward,
    chased_ticket,
    step_is_due,
)

REPORT: dict[str, Any] = {"kind": "report", "title": "反映低保金被冒领", "text": "有人冒领低保金。"}


@pytest.fixture
def fresh(fresh_house: House) -> tuple[Flask, Api]:
    app = create_app(fresh_house.settings, fresh_house)
    return app, Api(app, fresh_house)


def words_of(page: TestResponse) -> str:
    """The words of a page or a sheet, without mark-up."""
    sheet = page.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", sheet)))


def section_of(page: TestResponse, name: str) -> str:
    return page.text.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.mark.parametrize("username", [HEAD, HANDLER])
def test_a_written_notice_is_on_top_of_the_units_desk(
    fresh: tuple[Flask, Api], fresh_house: House, username: str
) -> None:
    app, api = fresh
    quiet = signed_in(app, username).get("/desk")
    ref = chased_ticket(api, fresh_house)
    desk = signed_in(app, username).get("/desk")

    assert 'id="chased"' not in quiet.text
    assert f"/tickets/{ref}/papers/urge/1" in section_of(desk, "chased")
    assert "书面催办" in section_of(desk, "chased")
    assert desk.text.index('id="chased"') < desk.text.index('id="to_sign"')
    assert 'id="chased"' not in signed_in(app, "head@medical").get("/desk").text


def test_who_has_answered_is_off_the_desk_and_the_list(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    ref = chased_ticket(api, fresh_house, "listed")
    visitor = signed_in(app, "supervisor")
    before = visitor.get("/supervision/reported")
    api.made(HANDLER, ref, "reply", **ANSWER)
    after = visitor.get("/supervision/reported")

    assert ref in before.text
    assert ref not in after.text
    assert "没有单位被通报" in after.text
    assert 'id="chased"' not in signed_in(app, HEAD).get("/desk").text
    # The paper that was sent stays.
    assert visitor.get(f"/tickets/{ref}/papers/urge/1").status_code == 200


def test_a_notice_says_who_is_how_late_and_what_follows(app: Flask, api: Api, house: House) -> None:
    ref = chased_ticket(api, house)
    page = signed_in(app, HEAD).get(f"/tickets/{ref}/papers/urge/1")
    said = words_of(page)

    assert re.search(rf"催〔\d{{4}}〕{ref}-1 号", said)
    assert "被催办单位 盘龙区民政局 承办角色 主办" in said
    assert re.search(r"已逾期 \d+ 个工作日（到本通知发出时）", said)
    assert re.search(r"到 \d+ 年 \d+ 月 \d+ 日（星期.）9:00 仍未答复的，列入通报。", said)
    assert "告知 承办人、单位负责人、督办员" in said
    assert "盘龙区12345政务服务便民热线" in said
    for secret in ("金某", "13800000001", CALL["text"], CALL["title"]):
        assert secret not in page.text


def test_a_notice_in_english(app: Flask, api: Api, house: House) -> None:
    ref = chased_ticket(api, house)
    said = words_of(signed_in(app, HEAD).get(f"/tickets/{ref}/papers/urge/1", **{"in": "en"}))

    assert "Notice to hurry" in said
    assert "it goes on the list of late tickets" in said


def test_no_notice_before_there_is_one_and_none_for_strangers(app: Flask, api: Api, house: House) -> None:
    ref = chased_ticket(api, house)

    assert signed_in(app, "supervisor").get(f"/tickets/{ref}/papers/urge/2").status_code == 404
    assert signed_in(app, JOINT_HANDLER).get(f"/tickets/{ref}/papers/urge/1").status_code == 404
    assert signed_in(app, "admin").get(f"/tickets/{ref}/papers/urge/1").status_code == 403


def test_the_page_of_the_ticket_shows_the_notice_and_the_timeline_tells_it(
    app: Flask, api: Api, house: House
) -> None:
    ref = chased_ticket(api, house, "listed")
    page = signed_in(app, "supervisor").get(f"/tickets/{ref}")

    assert f"/tickets/{ref}/papers/urge/1" in section_of(page, "notices")
    said = words_of(page)
    assert "书面催办 第 1 号：区民政局，办理应于" in said
    assert "列入通报 ：区民政局，办理应于" in said


def test_a_sealed_ticket_is_chased_without_a_word_of_it(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    chased = api.ticket_in("handling", **REPORT)["ref"]
    bring_forward(fresh_house, chased, "handle", timedelta(days=60))
    sweep_clocks(fresh_house)
    step_is_due(fresh_house, chased)
    sweep_clocks(fresh_house)
    pages = [
        signed_in(app, HEAD).get("/desk"),
        signed_in(app, HEAD).get(f"/tickets/{chased}/papers/urge/1"),
        signed_in(app, HEAD).get(f"/tickets/{chased}"),
    ]

    for page in pages:
        assert page.status_code == 200
        assert not re.search(r"举报|检举|H-RPT", words_of(page))
    assert "信息受限" in words_of(pages[1])
    assert "举报" not in signed_in(app, "supervisor").get("/supervision/reported/paper").text


def test_the_list_names_units_days_and_since_when(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    refs = [chased_ticket(api, fresh_house, "listed") for _number in range(2)]
    urged = chased_ticket(api, fresh_house)
    visitor = signed_in(app, "auditor")
    page = visitor.get("/supervision/reported")
    section = section_of(page, f"unit-{LEAD}")

    assert all(ref in section for ref in refs)
    assert urged not in page.text
    assert re.search(r"逾期 \d+ 个工作日", section)
    assert re.search(r"列入通报", section)
    assert "2 件逾期未答复" in page.text
    paper = visitor.get("/supervision/reported/paper")
    assert all(f"{ref[:6]} {ref[6:10]} {ref[10:]}" in paper.text for ref in refs)
    assert CALL["title"] not in paper.text


def test_the_file_holds_the_list_and_no_word_of_a_matter(
    fresh: tuple[Flask, Api], fresh_house: House
) -> None:
    app, api = fresh
    ref = chased_ticket(api, fresh_house, "listed")
    answer = signed_in(app, "supervisor").get("/supervision/reported.csv")
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))

    assert answer.mimetype == "text/csv"
    assert [(row["unit"], row["ref"]) for row in rows] == [(LEAD, ref)]
    assert int(rows[0]["days_late"]) > 15
    assert rows[0]["listed_at"].endswith("+08:00")
    assert CALL["title"] not in answer.text


def test_the_list_costs_the_same_for_one_as_for_nine(fresh: tuple[Flask, Api], fresh_house: House) -> None:
    app, api = fresh
    visitor, asked = signed_in(app, "supervisor"), []
    visitor.get("/supervision/reported")
    for times in (1, 8):
        for _number in range(times):
            chased_ticket(api, fresh_house, "listed")
        with counted(fresh_house.engine) as said:
            visitor.get("/supervision/reported")
        asked.append(len(said))

    assert asked[0] == asked[1]
