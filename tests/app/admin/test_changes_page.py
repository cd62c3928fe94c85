"""The page of the ledger: newest first, narrowed, page by page, for administrators and auditors."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.factory import create_app
from app.wiring import House
from tests.app.admin.test_ledger import change_something
from tests.app.pages import counted, signed_in


@pytest.fixture
def rename(app: Flask) -> Callable[[str, str], None]:
    """Somebody renames a bureau."""
    admin = signed_in(app, "admin")

    def act(code: str, name: str) -> None:
        page = f"/admin/units/{code}"
        assert admin.send(page, f"{page}/names", {"name": name}).status_code == 303

    return act


def test_the_page_tells_what_was_and_what_is_newest_first(
    app: Flask, rename: Callable[[str, str], None]
) -> None:
    rename("medical", "区医疗保障局")
    rename("medical", "区医保局")
    for username in ("admin", "auditor"):
        page = signed_in(app, username).get("/changes").text
        told = re.findall(r"<del>([^<]+)</del> → ([^<\n]+)", page)

        assert told[:2] == [("区医疗保障局", "区医保局"), ("区医保局", "区医疗保障局")]
        assert "修改单位" in page
    english = signed_in(app, "auditor").get("/changes", lang="en").text
    assert "Unit changed" in english


def test_the_page_is_narrowed_by_what_and_by_whom(app: Flask, rename: Callable[[str, str], None]) -> None:
    rename("medical", "区医疗保障局")
    rename("medical", "区医保局")
    auditor = signed_in(app, "auditor")

    assert "区医保局" in auditor.get("/changes", what="unit_changed", by="admin").text
    assert "没有这样的变更" in auditor.get("/changes", by="nobody").text
    assert "没有这样的变更" in auditor.get("/changes", what="nothing", by="admin\0").text
    assert auditor.get("/changes", before="nonsense").status_code == 422


def test_a_long_ledger_goes_on_where_it_stopped(fresh_house: House) -> None:
    for number in range(60):
        change_something(fresh_house, number)
    auditor = signed_in(create_app(fresh_house.settings, fresh_house), "auditor")
    first = auditor.get("/changes").text
    following = re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
    with counted(fresh_house.engine) as said:
        second = auditor.client.get(following).text
    shown = [re.findall(r"第 (\d+) 条", page) for page in (first, second)]

    assert shown == [[str(n) for n in range(60, 10, -1)], [str(n) for n in range(10, 0, -1)]]
    # visitor, rows
    assert len(said) == 2, said


def test_an_empty_ledger_says_so(fresh_house: House) -> None:
    app = create_app(fresh_house.settings, fresh_house)

    assert "还没有人改过设置" in signed_in(app, "auditor").get("/changes").text
    assert "还没有人改过设置" in signed_in(app, "admin").get("/desk").text
