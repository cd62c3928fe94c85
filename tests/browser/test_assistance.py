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
        refer(page, eyes)
        apply(page, eyes)
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


def refer(page: Page, eyes: Eyes) -> None:
    page.goto("/households")
    page.get_by_role("link", name="金**").click()
    page.get_by_role("link", name="转介给部门").click()
    eyes.see(page, "refer-zh", checked=1440)
    page.get_by_label("需要什么帮助").fill("住院费用无力支付")
    page.get_by_role("button", name="移交这几项，转介").click()
    expect(page.locator("#about")).to_contain_text("签收限")
    eyes.see(page, "referral-zh")
    page.goto("/referrals")
    eyes.see(page, "referrals-zh")


def apply(page: Page, eyes: Eyes) -> None:
    page.goto("/applications/new")
    page.get_by_label("姓名").fill("金某")
    page.get_by_label("身份证号").fill("530103199001011238")
    page.get_by_role("button", name="登记申请").click()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.locator("#terms")).to_contain_text("启动调查")
    eyes.see(page, "application-zh")
    page.get_by_role("link", name="打印告知书").click()
    eyes.see(page, "application-receipt-zh", checked=1440)
    page.goto("/applications")
    eyes.see(page, "applications-zh")
