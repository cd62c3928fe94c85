"""The rules in a real browser: a notice pasted, a promise drafted and tried out, somebody else approves."""

from playwright.sync_api import Browser, Page, expect

from app.factory import create_app
from tests.app.test_verify import grow_old
from tests.browser.looking import Eyes, Site
from tests.makers import HANDLER, Api

NOTICE = """关于2031年部分节假日安排的通知
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月22日（农历除夕、周三）至28日（周二）放假调休，共7天。1月19日（周日）、2月1日（周六）上班。"""


def test_a_calendar_is_changed_by_two_people(site: Site, browser: Browser, eyes: Eyes) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    ref = api.ticket_in("handling", kind="report", title="路灯坏了")["ref"]
    clocks = api.read("auditor", ref)["clocks"]
    due = next(clock for clock in clocks if clock["kind"] == "handle")["due_at"][:10]
    with site.signed_in(browser, "admin") as page:
        page.goto("/admin/calendar")
        page.locator("#import-text").fill(NOTICE.replace("周三）放假", "周四）放假"))
        page.get_by_role("button", name="看看变了哪些天").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        eyes.see(page, "calendar-refused-zh")
        page.locator("#import-text").fill(NOTICE)
        page.get_by_role("button", name="看看变了哪些天").click()
        page.locator("#days-first").fill(due)
        page.locator("#days-name").fill("全区停电检修")
        page.get_by_role("button", name="写入草稿").click()
        eyes.look(page, "calendar-draft")
        page.locator("#submit-basis").fill("国办发明电〔2030〕1号")
        page.get_by_role("button", name="提交批准").click()
        expect(page.get_by_role("status")).to_contain_text("已提交")
        eyes.see(page, "calendar-submitted-zh")
    with site.signed_in(browser, "supervisor") as page:
        page.goto("/admin/calendar")
        expect(page.get_by_role("link", name=f"{ref[:6]} {ref[6:10]} {ref[10:]}")).to_be_visible()
        eyes.look(page, "calendar-decide")
        page.get_by_role("button", name="批准，马上生效").click()
        expect(page.get_by_role("status")).to_contain_text("已批准")
        eyes.see(page, "calendar-approved-zh", checked=1440)

    assert not eyes.faults, "\n".join(eyes.faults)


def test_a_promise_is_drafted_and_tried_out(site: Site, browser: Browser, eyes: Eyes) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    refs = [api.ticket_in("handling")["ref"] for _ in range(4)]
    grow_old(site.house, refs[0], days=6)
    grow_old(site.house, refs[1], days=12)
    api.made(HANDLER, refs[2], "reply", text="办好了。", founded="yes", solved="yes")
    with site.signed_in(browser, "admin") as page:
        page.goto("/admin/policies")
        eyes.look(page, "policies")
        page.get_by_role("link", name="H-HLP").last.click()
        eyes.look(page, "policy-row")
        draft_three_days(page)
        eyes.look(page, "policies-draft")
        page.get_by_role("button", name="用过去一年的工单试算").click()
        expect(page.get_by_role("table", name="试算结果")).to_be_visible()
        eyes.look(page, "policies-tried")

    assert not eyes.faults, "\n".join(eyes.faults)


def draft_three_days(page: Page) -> None:
    """Give three days where there were five."""
    page.get_by_label("长度").fill("3")
    page.get_by_role("button", name="写入草稿").click()
    expect(page.get_by_role("status")).to_contain_text("已写入草稿")
