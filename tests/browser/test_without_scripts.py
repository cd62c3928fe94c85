"""A day without JavaScript: a citizen files and follows, hotline and unit work, callback writes down."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from app.clockwork import tick_once
from tests.browser.looking import Site
from tests.makers import HANDLER

PHONE = "13800000033"
TITLE = "楼道灯不亮"


def test_a_matter_goes_down_the_river_without_scripts(site: Site, browser: Browser) -> None:
    with citizen(site, browser) as page:
        files(page)
    with site.signed_in(browser, "operator", scripts=False) as page:
        ref, code = registers(page)
    with site.signed_in(browser, "dispatcher", scripts=False) as page:
        page.goto(f"/tickets/{ref}")
        page.get_by_label("主办单位").select_option(label="区民政局")
        does(page, "转办", "已转办")
    with site.signed_in(browser, HANDLER, scripts=False) as page:
        answers(page, ref)
    with site.signed_in(browser, "reviewer", scripts=False) as page:
        page.goto(f"/tickets/{ref}")
        does(page, "审核通过", "已审核")
    tick_once(site.house)
    with citizen(site, browser) as page:
        follows(page, ref, code)
    with site.signed_in(browser, "caller", scripts=False) as page:
        calls_back(page, ref)


@contextmanager
def citizen(site: Site, browser: Browser) -> Iterator[Page]:
    """A browser of a citizen that runs no script."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    yield context.new_page()
    context.close()


def does(page: Page, button: str, said: str) -> None:
    """Press a button, and be told that it was done."""
    page.get_by_role("button", name=re.compile(f"{button}$")).click()
    expect(page.get_by_role("status")).to_contain_text(said)


def files(page: Page) -> None:
    page.goto("/report")
    page.get_by_label("您想说的").fill("楼下的井盖松了，车一过就响。")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("阿子营街道").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("可以联系我").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("电话号码").fill(PHONE)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="没问题，交上去").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    page.get_by_role("link", name="现在就看进度").click()
    expect(page.get_by_role("heading", name="您的事情办到哪里了")).to_be_visible()


def registers(page: Page) -> tuple[str, str]:
    page.goto("/intake")
    page.get_by_label("来电号码").fill(PHONE)
    page.get_by_role("button", name="查这个号码").click()
    expect(page.get_by_text("楼下的井盖松了").first).to_be_visible()
    page.get_by_label("事项（来电人原话）").fill("楼道的灯坏了，晚上老人不敢下楼。")
    page.get_by_label("标题").fill(TITLE)
    page.locator("[name='place.division']").select_option(label="阿子营街道 牧羊村")
    page.get_by_role("button", name=re.compile("登记$")).click()
    expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
    code = page.locator("#code").inner_text()
    page.get_by_role("link", name="看这张工单").click()
    return page.url.rsplit("/", 1)[1], code


def answers(page: Page, ref: str) -> None:
    page.goto(f"/tickets/{ref}")
    page.get_by_role("button", name=re.compile("签收$")).click()
    expect(page.get_by_role("status")).to_contain_text("已签收")
    reply = page.locator("form#reply")
    reply.get_by_role("button", name=re.compile("答复$")).click()
    expect(page.get_by_role("alert")).to_contain_text("没有填写")
    reply.get_by_label("办理情况").fill("已换新灯。")
    reply.get_by_label("属实", exact=True).check()
    reply.get_by_label("已解决", exact=True).check()
    reply.get_by_role("button", name=re.compile("答复$")).click()
    expect(page.get_by_role("status")).to_contain_text("已答复")


def follows(page: Page, ref: str, code: str) -> None:
    page.goto("/track")
    page.locator("#ref").fill(ref)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="查一查").click()
    expect(page.get_by_text("已换新灯。")).to_be_visible()


def calls_back(page: Page, ref: str) -> None:
    page.goto(f"/callback/{ref}")
    page.get_by_role("button", name=re.compile("接这一件$")).click()
    expect(page.locator(".big-number")).to_contain_text("138 0000 0033")
    for question in ("contacted", "solved"):
        page.locator(f"[name={question}]").first.check()
    page.locator("[name=satisfaction][value='5']").check()
    page.get_by_role("button", name=re.compile("记下，接下一件$")).click()
    expect(page.get_by_role("status")).to_contain_text("已记下")
