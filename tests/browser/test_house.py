"""The house's own pages through a browser: units, people, duty, lists, the ledger."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import Eyes, Site
from tests.makers import CALL


def test_an_administrator_keeps_units_and_people(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, "admin") as page:
        units(page, eyes)
        accounts(page, eyes)
        duty(page, eyes)
        for name in ("desk", "changes", "help/dispatcher"):
            page.goto(f"/{name}")
            eyes.look(page, "admin-" + name.replace("/", "-"))

    assert not eyes.faults, "\n".join(eyes.faults)


def units(page: Page, eyes: Eyes) -> None:
    page.goto("/admin/units")
    page.locator("summary", has_text="阿子营街道").click()
    eyes.see(page, "units-open-zh", checked=1440)
    page.get_by_role("button", name="新增单位").click()
    expect(page.get_by_role("alert")).to_contain_text("代码：没有填写。")
    eyes.see(page, "units-refused-zh")
    page.get_by_label("代码").fill("parks")
    page.get_by_label("名称", exact=True).fill("区园林局")
    page.get_by_label("英文名称").fill("Parks Bureau")
    page.get_by_role("button", name="新增单位").click()
    expect(page.get_by_role("status")).to_contain_text("已新增单位：区园林局")
    page.get_by_label("别名").fill("园林局、绿化办")
    page.get_by_role("button", name="保存别名").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.goto("/admin/units/530103012")
    eyes.look(page, "unit")
    page.locator("#active").get_by_role("button", name="先看会改变什么").click()
    expect(page.locator("#effects")).to_contain_text("有一个就不能停用")
    eyes.see(page, "unit-closing-zh", checked=1440)
    page.get_by_role("button", name="停用这个单位").click()
    expect(page.get_by_role("alert")).to_contain_text("下面还有")
    moved_in_the_tree(page, eyes)


def moved_in_the_tree(page: Page, eyes: Eyes) -> None:
    """By dragging, and back by keys; each time what it would change is said before it is done."""
    page.goto("/admin/units")
    page.locator('[data-unit="parks"]').drag_to(page.locator('[data-unit="housing"]'))
    expect(page.locator("#effects")).to_contain_text("这会改变什么")
    eyes.see(page, "unit-moving-zh", checked=1440)
    page.get_by_role("button", name="移过去").click()
    expect(page.get_by_role("status")).to_contain_text("已保存：区园林局")
    page.goto("/admin/units")
    page.locator('[data-unit="parks"] a').press("m")
    expect(page.locator("#unit-moving")).to_contain_text("拿起了 区园林局")
    page.locator("#unit-top").press("m")
    page.get_by_role("button", name="移过去").click()
    expect(page.get_by_role("status")).to_contain_text("已保存：区园林局")


def accounts(page: Page, eyes: Eyes) -> None:
    page.goto("/admin/accounts/import")
    sheet = "账号,姓名,角色,单位\nwang.wu,王某,承办人,区园林局\nzhao.liu,赵某,国王,parks\n"
    mended = sheet.replace("国王", "单位负责人")
    for do, text in (("试导入，不写入", sheet), ("导入", sheet), ("导入", mended)):
        page.get_by_label("表格文件").set_input_files(
            files={"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.get_by_role("button", name=do, exact=True).click()
        eyes.see(page, f"accounts-import-{len(text)}-{do == '导入'}-zh")
    expect(page.locator("#new-passwords")).to_contain_text("zhao.liu")
    page.goto("/admin/accounts")
    page.get_by_label("账号", exact=True).fill("li.si")
    page.get_by_label("显示名").fill("李某")
    form = page.locator("#new")
    form.get_by_label("角色").select_option(label="承办人")
    form.get_by_label("单位").select_option(label="区园林局")
    page.get_by_role("button", name="新增账号").click()
    expect(page.locator("#made-password")).to_have_text(re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}"))
    eyes.see(page, "account-new-zh", checked=1440)
    page.get_by_label("外出到").fill("2020-01-01")
    page.get_by_role("button", name="保存外出与代理").click()
    expect(page.get_by_role("alert")).to_contain_text("这一天已经过去")
    eyes.see(page, "account-refused-zh")
    page.goto("/admin/accounts?q=panlong-civil")
    eyes.look(page, "accounts")


def duty(page: Page, eyes: Eyes) -> None:
    page.goto("/duty")
    eyes.look(page, "duty-now")
    page.goto("/duty/parks")
    page.get_by_label("姓名").fill("周某")
    page.get_by_label("值班电话").fill("123")
    page.get_by_label("周六").check()
    page.get_by_role("button", name="排班").click()
    expect(page.get_by_role("alert")).to_contain_text("不是有效的电话号码")
    eyes.see(page, "duty-refused-zh")
    page.get_by_label("值班电话").fill("13800007001")
    page.get_by_role("button", name="排班").click()
    expect(page.get_by_role("status")).to_contain_text("已排班：周某")
    page.get_by_role("link", name="周某").click()
    expect(page.get_by_label("周六")).to_be_checked()
    eyes.look(page, "duty-edit")


def test_an_administrator_keeps_the_lists(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, "admin") as page:
        page.goto("/admin/categories")
        page.get_by_role("link", name="老年助餐").click()
        eyes.look(page, "category")
        page.get_by_label("名称", exact=True).fill("老年助餐服务")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("status")).to_contain_text("已保存：老年助餐服务")
        page.goto("/admin/reasons")
        page.get_by_role("link", name="属地不符").click()
        eyes.look(page, "reason")
        page.goto("/phrases")
        page.get_by_role("link", name="未答所问").click()
        eyes.look(page, "phrase")
        page.goto("/roles")
        eyes.look(page, "roles")
        texts(page, eyes)

    assert not eyes.faults, "\n".join(eyes.faults)


def texts(page: Page, eyes: Eyes) -> None:
    page.goto("/admin/wording")
    page.locator("summary", has_text="第一次派给单位").click()
    page.get_by_role("button", name="以后不发：第一次派给单位").click()
    expect(page.get_by_role("status")).to_contain_text("以后不发：已转办")
    eyes.look(page, "texts")
    page.goto("/admin/wording/en/plain/answered")
    page.get_by_label("短信的话").fill("There’s news on {{ ref | tail }}. Complaints: www.example.cn")
    page.get_by_role("button", name="保存，几秒后生效").click()
    expect(page.get_by_role("alert")).to_contain_text("不能写“complaints”")
    eyes.see(page, "text-refused-zh")
    words = page.get_by_label("短信的话")
    words.fill("There is an answer on . Call 12345.")
    words.evaluate("field => field.setSelectionRange(22, 22)")
    page.get_by_role("button", name="编号后四位").click()
    page.get_by_role("button", name="试看，不保存").click()
    expect(page.locator("#shown")).to_contain_text("an answer on 1270. Call 12345.")
    page.get_by_role("button", name="保存，几秒后生效").click()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.locator("#approval-aliyun summary").click()
    page.locator("#aliyun-state").select_option(label="审核中")
    page.locator("#approval-aliyun").get_by_role("button", name="保存").click()
    expect(page.locator("#approval-aliyun")).to_contain_text("审核中")
    eyes.look(page, "text")


def test_a_head_keeps_the_unit(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, "head@panlong-civil") as page:
        page.goto("/duty")
        eyes.see(page, "head-duty-zh")
        page.goto("/phrases")
        eyes.see(page, "head-phrases-zh")
        page.goto("/absence")
        page.get_by_label("外出到").fill("2030-01-01")
        page.get_by_label("代理人").select_option(label="承办人 handler@panlong-civil")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("status")).to_contain_text("已保存")
        eyes.look(page, "head-absence")
    with site.signed_in(browser, "handler@530103012210") as page:
        for name in ("duty", "absence"):
            page.goto(f"/{name}")
            eyes.see(page, f"handler-{name}-zh")

    assert not eyes.faults, "\n".join(eyes.faults)


def test_a_phrase_is_inserted_where_the_cursor_is(site: Site, browser: Browser, eyes: Eyes) -> None:
    ref = register(site, browser)
    with site.signed_in(browser, "dispatcher") as page:
        page.goto(f"/tickets/{ref}")
        expect(page.locator("details.phrases:not([hidden])")).to_have_count(0)
        note = page.get_by_label("派单说明")
        note.fill("今天。")
        note.press("Home")
        page.get_by_role("button", name="先上门").click()
        expect(note).to_have_value("请先上门查看，再按职责办理，并把情况告诉来电人。今天。")
        expect(note).to_be_focused()
        eyes.see(page, "dispatch-phrase-zh")

    assert not eyes.faults, "\n".join(eyes.faults)


def register(site: Site, browser: Browser) -> str:
    """A ticket, and its category chosen by its name."""
    with site.signed_in(browser, "operator") as page:
        page.goto("/intake")
        page.get_by_label("事项（来电人原话）").fill(CALL["text"])
        page.get_by_label("分类").select_option(label="民政 / 养老服务 / 老年助餐")
        page.keyboard.press("F4")
        page.get_by_role("link", name="看这张工单").click()
        expect(page.locator("dd").get_by_text("民政 / 养老服务 / 老年助餐")).to_be_visible()
        return page.url.rsplit("/", 1)[1]
