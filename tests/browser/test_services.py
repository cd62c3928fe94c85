"""A clue becomes a need, the need a service order, the order a signed result: in a real browser."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from app.assistance.visit_ticks import plan_visits
from app.factory import create_app
from tests.app.assistance.registers import id_number
from tests.browser.looking import Eyes, Site
from tests.makers import Api
from tickets.ground.refs import SHANGHAI

NUMBER = id_number(960_001)
HANDLER, BUREAU, AGENCY = "handler@530103012", "handler@panlong-civil", "agency@service-agency"
VISITOR = "visitor@530103012210"


def test_a_clue_becomes_a_signed_service(site: Site, browser: Browser, eyes: Eyes) -> None:
    household(site)
    with site.signed_in(browser, AGENCY) as page:
        report(page, eyes)
    with site.signed_in(browser, BUREAU) as page:
        write_contract(page, eyes)
    with site.signed_in(browser, HANDLER) as page:
        check(page, eyes)
        order(page, eyes)
    with site.signed_in(browser, BUREAU) as page:
        page.goto("/service-orders?state=proposed")
        page.locator("a.title").first.click()
        page.get_by_role("button", name="批准", exact=True).click()
        expect(page.locator("h1 + .tag")).to_contain_text("待组织")
        address = page.url
    with site.signed_in(browser, HANDLER) as page:
        page.goto(address)
        page.get_by_label("最晚哪天服务").fill(f"{datetime.now(SHANGHAI) + timedelta(days=5):%Y-%m-%d}")
        page.get_by_role("button", name="交给机构").click()
        expect(page.locator("h1 + .tag")).to_contain_text("待排期")
    with site.signed_in(browser, AGENCY) as page:
        page.goto(address)
        serve(page, eyes)
    with site.signed_in(browser, HANDLER) as page:
        page.goto(address)
        settle(page, eyes)
    plan_visits(site.house)
    with site.signed_in(browser, VISITOR) as page:
        visit(page, eyes)

    assert not eyes.faults, "\n".join(eyes.faults)


def household(site: Site) -> None:
    members = [{"kinship": "head", "name": "金某戊", "id_number": NUMBER, "phone": "13800008001"}]
    said = {"division": "530103012210", "kind": "dibao", "started_on": "2023-01-01", "address": "牧羊村"}
    api = Api(create_app(site.house.settings, site.house), site.house)
    assert api.post(HANDLER, "/assistance/households", {**said, "members": members}).status_code == 201


def report(page: Page, eyes: Eyes) -> None:
    page.goto("/leads")
    page.get_by_label("社区或街道").select_option("530103012210")
    page.get_by_label("姓名").fill("金某戊")
    page.get_by_label("身份证号").fill(NUMBER)
    page.locator("#report-kind").select_option("care")
    page.get_by_label("情况").fill("在家烧伤，没有人照看")
    page.get_by_role("button", name="报线索").click()
    expect(page.get_by_role("status")).to_contain_text("已报线索")
    eyes.see(page, "leads-zh")


def write_contract(page: Page, eyes: Eyes) -> None:
    page.goto("/service-contracts")
    page.get_by_label("合同名称").fill("居家服务合同")
    page.get_by_label("从哪天").fill("2020-01-01")
    page.get_by_label("到哪天").fill("2099-12-31")
    page.get_by_label("人次", exact=True).fill("100")
    page.get_by_label("服务人员名单").fill("服务员甲 服务员乙")
    page.get_by_label("保洁").fill("80")
    page.get_by_role("button", name="写下合同").click()
    expect(page.locator("#contracts")).to_contain_text("0 / 100")
    eyes.see(page, "contracts-zh", checked=1440)


def check(page: Page, eyes: Eyes) -> None:
    page.goto("/leads")
    page.locator("a.title").first.click()
    page.get_by_label("核查看到的情况").fill("左臂烧伤，独居")
    page.get_by_role("button", name="核查有困难，记需求").click()
    page.get_by_role("link", name=re.compile(r"^需求 \d")).click()
    expect(page.locator("h1")).to_contain_text("需求")
    eyes.see(page, "need-zh")


def order(page: Page, eyes: Eyes) -> None:
    page.get_by_role("link", name="下服务订单").click()
    page.get_by_label("服务项目").select_option("SH-02")
    page.get_by_label("要交代的话").fill("门口有狗")
    page.get_by_role("button", name="下服务订单").click()
    expect(page.get_by_role("status")).to_contain_text("等民政局批准")


def serve(page: Page, eyes: Eyes) -> None:
    page.get_by_label("约定时间").fill(f"{datetime.now(SHANGHAI) + timedelta(minutes=40):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="排期").click()
    page.get_by_role("button", name="看服务谁").click()
    expect(page.locator("#recipient")).to_contain_text("金某戊")
    page.get_by_role("button", name="到场签到").click()
    expect(page.locator("h1 + .tag")).to_contain_text("服务中")
    eyes.see(page, "service-serving-zh")
    page.get_by_label("清扫房间").check()
    page.get_by_label("签字人姓名").fill("金某戊")
    sign(page, "#deliver-strokes")
    eyes.see(page, "service-signed-zh")
    page.get_by_role("button", name="签字交单").click()
    expect(page.locator("h1 + .tag")).to_contain_text("待验收")


def sign(page: Page, where: str) -> None:
    """Two lines with the mouse where a finger would draw."""
    board = page.locator(where)
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    for begins, ends in (((0.2, 0.2), (0.4, 0.8)), ((0.4, 0.3), (0.7, 0.6))):
        page.mouse.move(box["x"] + box["width"] * begins[0], box["y"] + box["height"] * begins[1])
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * ends[0], box["y"] + box["height"] * ends[1], steps=5)
        page.mouse.up()


def settle(page: Page, eyes: Eyes) -> None:
    """What was drawn came, and closes the need with the order."""
    expect(page.locator("#whole")).to_contain_text("屏幕上手写")
    page.get_by_label("需求的结果").select_option("met")
    page.get_by_role("button", name="验收").click()
    expect(page.locator("h1 + .tag")).to_contain_text("已验收")
    page.locator("#complaint summary").click()
    eyes.see(page, "service-settled-zh")
    page.get_by_role("link", name=re.compile(r"^需求 \d")).click()
    expect(page.locator("h1 + .tag")).to_contain_text("已签字了结")


def visit(page: Page, eyes: Eyes) -> None:
    page.goto("/visits")
    page.locator(".visit-rows a").first.click()
    for name in ("met", "health", "food", "home", "mood"):
        page.locator(f"#visit-{name}").check()
    sign(page, "#visit-strokes")
    eyes.see(page, "visit-signed-zh")
    # What was ticked lies with the service, on whatever phone one goes on; one signs anew.
    expect(page.locator("[data-draft-said]")).to_contain_text("草稿已存好")
    page.reload()
    expect(page.locator("#visit-mood")).to_be_checked()
    expect(page.locator("input[name=strokes]")).to_have_value("")
    sign(page, "#visit-strokes")
    page.get_by_role("button", name="走访完了，去下一户").click()
    expect(page.get_by_role("status")).to_contain_text("走访已记好")
