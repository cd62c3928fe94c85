"""Social assistance in a real browser: the policy library, a household, a register handed in."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.app.assistance.registers import HEADS, as_xlsx, household
from tests.browser.looking import Eyes, Site


def test_policies_are_kept_and_households_visited(
    site: Site, browser: Browser, eyes: Eyes, tmp_path: Path
) -> None:
    register = tmp_path / "register.xlsx"
    register.write_bytes(as_xlsx([HEADS, *household(7, persons=2), ["", "", "某", "1", "户主", "低保"]]))
    with site.signed_in(browser, "head@housing") as page:
        policies(page, eyes)
    with site.signed_in(browser, "handler@530103012") as page:
        bring_in(page, eyes, register)
        households(page, eyes)
    with site.signed_in(browser, "visitor@530103012210") as page:
        eyes.see(page, "visitor-desk-zh")

    assert not eyes.faults, "\n".join(eyes.faults)


def policies(page: Page, eyes: Eyes) -> None:
    page.goto("/policies")
    eyes.see(page, "policies-zh", checked=1440)
    page.get_by_role("button", name="确认不变").first.click()
    expect(page.get_by_role("status")).to_contain_text("已确认不变")
    page.goto("/policies/ZF-001")
    eyes.see(page, "policy-zh")
    page.goto("/policies/ZF-001/amend")
    page.get_by_label("怎么办理").fill("")
    page.get_by_role("button", name="保存为新的一版").click()
    expect(page.get_by_role("alert")).to_contain_text("没有填写")
    eyes.see(page, "policy-refused-zh")


def bring_in(page: Page, eyes: Eyes, register: Path) -> None:
    page.goto("/households/import")
    page.get_by_label("表格文件").set_input_files(register)
    page.get_by_role("button", name="试导入，不写入").click()
    expect(page.locator("#faults")).to_contain_text("不是有效的身份证号")
    eyes.see(page, "import-tried-zh")
    page.get_by_label("表格文件").set_input_files(register)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#outcome")).to_contain_text("1 户")


def households(page: Page, eyes: Eyes) -> None:
    page.goto("/households")
    eyes.see(page, "households-zh")
    page.get_by_role("link", name="金**").click()
    page.get_by_label("理由").first.fill("上门核对")
    page.get_by_role("button", name="写下理由，看身份").click()
    expect(page.locator("#members")).to_contain_text("金某")
    page.get_by_label("情况").fill("在家烧伤")
    page.get_by_role("button", name="记家庭变故").click()
    expect(page.locator("#facts")).to_contain_text("家庭变故")
    eyes.look(page, "household")
    page.goto("/households/new")
    eyes.see(page, "household-new-zh", checked=1440)
