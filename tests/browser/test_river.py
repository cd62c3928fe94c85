"""One matter from the telephone to the closed ticket, through the pages of everybody who works on it."""

import re

from playwright.sync_api import Browser, FilePayload, Page, expect

from app.clockwork import tick_once
from tests.app.attachments.samples import PDF, picture
from tests.browser.looking import Eyes, Site

PHONE = "13800000023"
TITLE = "独居老人需要生活照料"
TEXT = "我妈一个人住在牧羊村，今年七十九了，上个月摔了一跤，做饭、打水都困难。想请人每周上门看看。"

#: What a browser does as somebody pastes a screenshot.
PASTE = """() => {
  const pasted = new DataTransfer();
  pasted.items.add(new File([new Uint8Array(9)], "screen.png", { type: "image/png" }));
  const event = { clipboardData: pasted, bubbles: true, cancelable: true };
  document.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def test_a_call_goes_down_the_whole_river(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.through_the_door(browser, "operator") as page:
        ref = take_the_call(page, eyes)
        eyes.look(page, "operator-desk")
    with site.signed_in(browser, "dispatcher") as page:
        dispatch(page, eyes)
    with site.signed_in(browser, "handler@panlong-civil") as page:
        handle(page, eyes)
    with site.signed_in(browser, "reviewer") as page:
        review(page, eyes)
    tick_once(site.house)
    with site.signed_in(browser, "caller") as page:
        show_the_number(page, eyes)
    rate_by_text(site, browser)
    with site.signed_in(browser, "operator") as page:
        find(page, eyes, ref)

    assert not eyes.faults, "\n".join(eyes.faults)


def take_the_call(page: Page, eyes: Eyes) -> str:
    page.get_by_role("link", name="接电话").first.click()
    eyes.look(page, "call-empty")
    page.get_by_label("来电号码").fill(PHONE)
    page.get_by_role("button", name="查这个号码").click()
    expect(page.get_by_text("这个号码以前没有登记过。")).to_be_visible()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("事项（来电人原话）：没有填写。")
    eyes.see(page, "call-refused-zh")
    page.get_by_label("事项（来电人原话）").fill(TEXT)
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("区划").select_option(label="阿子营街道 牧羊村")
    page.get_by_label("来电人姓名").fill("金某")
    page.keyboard.press("F4")
    expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
    assert re.fullmatch(r"\d{3} \d{3}", page.locator("#code").inner_text())
    eyes.see(page, "registered-zh")
    page.get_by_role("link", name="看这张工单").click()
    return page.url.rsplit("/", 1)[1]


def dispatch(page: Page, eyes: Eyes) -> None:
    eyes.look(page, "dispatcher-desk")
    page.get_by_role("link", name=TITLE).click()
    eyes.look(page, "dispatch")
    page.get_by_role("button", name="转办").click()
    expect(page.get_by_role("alert")).to_contain_text("主办单位：没有填写。")
    page.get_by_label("主办单位").select_option(label="区民政局")
    page.get_by_label("协办单位 1").select_option(label="阿子营街道")
    page.get_by_role("button", name="转办").click()
    expect(page.get_by_role("status")).to_contain_text("已转办")


def handle(page: Page, eyes: Eyes) -> None:
    eyes.look(page, "unit-desk-to-sign")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status")).to_contain_text("已签收")
    page.get_by_role("button", name="显示号码").click()
    expect(page.get_by_text("138 0000 0023")).to_be_visible()
    eyes.see(page, "unit-number-zh")
    page.get_by_label("联系到了", exact=True).check()
    page.get_by_role("button", name="记录联系").click()
    expect(page.get_by_role("status")).to_contain_text("已联系群众")
    hand_in(page)
    eyes.look(page, "unit-ticket")
    reply = page.locator("form#reply")
    reply.get_by_label("办理情况").fill("已安排每周上门两次，助餐点同意送餐。")
    reply.get_by_label("属实", exact=True).check()
    reply.get_by_label("已解决", exact=True).check()
    page.keyboard.press("F2")
    expect(page.get_by_role("alert")).to_contain_text("协办单位还没有答复")
    expect(reply.get_by_label("办理情况")).to_have_value("已安排每周上门两次，助餐点同意送餐。")
    eyes.see(page, "unit-refused-zh")
    reply.get_by_label("不等协办的原因").fill("街道已随同上门。")
    page.keyboard.press("F2")
    expect(page.get_by_role("status")).to_contain_text("已答复")
    eyes.look(page, "unit-desk")


def hand_in(page: Page) -> None:
    page.evaluate(PASTE)
    field = page.get_by_label("添加附件")
    assert field.evaluate("field => [...field.files].map(file => file.name)") == ["screen.png"]
    photo, paper = (("现场.jpg", picture()), ("情况说明.pdf", PDF))
    field.set_input_files(
        [FilePayload(name=name, mimeType="", buffer=content) for name, content in (photo, paper)]
    )
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("status")).to_contain_text("已收下 2 个附件。")
    expect(page.get_by_role("link", name="现场.jpg")).to_be_visible()


def review(page: Page, eyes: Eyes) -> None:
    eyes.look(page, "reviewer-desk")
    page.get_by_role("link", name=TITLE).click()
    eyes.look(page, "review")
    page.get_by_role("button", name="退回单位").click()
    expect(page.get_by_role("alert")).to_contain_text("没有写原因")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("status")).to_contain_text("已审核")


def show_the_number(page: Page, eyes: Eyes) -> None:
    eyes.look(page, "caller-desk")
    page.get_by_role("link", name=TITLE).click()
    eyes.look(page, "callback")
    page.get_by_role("button", name="显示号码").click()
    expect(page.get_by_text("138 0000 0023")).to_be_visible()
    eyes.see(page, "callback-number-zh")


def rate_by_text(site: Site, browser: Browser) -> None:
    page = browser.new_page(base_url=site.url)
    page.goto("/phones")
    phone = page.locator("section.phone", has_text=PHONE)
    phone.get_by_role("textbox").fill("5")
    phone.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("已办结")
    page.close()


def find(page: Page, eyes: Eyes, ref: str) -> None:
    page.get_by_role("searchbox").fill(ref)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    eyes.look(page, "list")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1 + span")).to_contain_text("已办结")
    eyes.look(page, "closed")


def test_the_desks_without_a_river_of_their_own(site: Site, browser: Browser, eyes: Eyes) -> None:
    for username in ("supervisor", "admin"):
        with site.signed_in(browser, username) as page:
            eyes.look(page, f"{username}-desk")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/sign-in")
    eyes.look(page, "sign-in")
    context.close()

    assert not eyes.faults, "\n".join(eyes.faults)
