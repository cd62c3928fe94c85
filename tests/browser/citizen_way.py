"""A citizen files, looks, adds, urges, rates: in a browser, on pages that do without scripts."""

import re

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.app.test_citizen_pages import brought_to
from tests.browser.looking import Eyes, Site
from tests.makers import Api

WIDE: ViewportSize = {"width": 1024, "height": 800}


def walk(site: Site, browser: Browser, eyes: Eyes, api: Api) -> None:
    """Go through every page of a citizen, most of them by what they say when something is missing."""
    context = browser.new_context(base_url=site.url, viewport=WIDE, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="反映问题").click()
    step(page, eyes, "report-what", error="请写几句，或者录一段话。")
    page.get_by_label("您想说的").fill("我妈一个人住，腿摔了，没人做饭。")
    page.get_by_role("button", name="下一步").click()
    step(page, eyes, "report-where", error="请选一个街道")
    page.get_by_text("阿子营街道").click()
    page.get_by_role("button", name="下一步").click()
    eyes.see(page, "report-place")
    page.get_by_label("具体地方").fill("老粮站旁边")
    page.get_by_role("button", name="下一步").click()
    step(page, eyes, "report-contact", error="请在三种里选一种。")
    page.get_by_text("可以联系我").click()
    page.get_by_role("button", name="下一步").click()
    step(page, eyes, "report-phone", error="请填电话号码。")
    page.get_by_label("电话号码").fill("13800000007")
    page.get_by_role("button", name="下一步").click()
    eyes.see(page, "report-check")
    page.get_by_role("button", name="没问题，交上去").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    eyes.see(page, "report-done")
    page.get_by_role("link", name="现在就看进度").click()
    eyes.see(page, "track-open")
    page.get_by_role("link", name="补充情况").click()
    step(page, eyes, "track-add", button="交上去", error="请写几句，再交上去。")
    page.go_back()
    page.goto(re.sub("/add$", "/urge", page.url))
    page.get_by_role("button", name="催一催").click()
    eyes.see(page, "track-urged")
    page.goto(re.sub("/done/urge$", "/withdraw", page.url))
    eyes.see(page, "track-withdraw")
    page.goto("/")
    page.get_by_role("link", name="大字").click()
    answered, code = brought_to(api, "callback")
    track(page, answered["ref"], code)
    eyes.see(page, "track-answered-large")
    page.get_by_role("link", name="评一评").click()
    step(page, eyes, "rate", button="交上去", error="第 1 题还没有选。")
    for name in ("没有联系过", "没有解决", "非常不满意"):
        page.get_by_text(name, exact=True).click()
    page.get_by_role("button", name="交上去").click()
    step(page, eyes, "rate-why", button="交上去", error="请选一个原因，或者写几句。")
    page.get_by_text("态度不好").click()
    page.get_by_role("button", name="交上去").click()
    eyes.see(page, "rate-done-large")
    context.close()


def track(page: Page, ref: str, code: str) -> None:
    page.goto("/track")
    page.locator("#ref").fill(ref)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="查一查").click()


def step(page: Page, eyes: Eyes, name: str, *, error: str, button: str = "下一步") -> None:
    """Send a page empty, and look at what it says then."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text(error)
    eyes.see(page, f"{name}-error-zh")
