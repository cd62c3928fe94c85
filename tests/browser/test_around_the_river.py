"""Beside the straight way: returns, more time, merging, lists, cards, sealed matters; on the pages."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.clockwork import tick_once
from app.factory import create_app
from tests.browser import citizen_way
from tests.browser.looking import Eyes, Site
from tests.makers import ANSWER, HANDLER, HEAD, JOINT, LEAD, Api


@pytest.fixture
def api(site: Site) -> Api:
    """The API of the same house, to come quickly to where a page is looked at."""
    return Api(create_app(site.house.settings, site.house), site.house)


def unfold(page: Page, name: str) -> None:
    """Open the form of a move that lies folded."""
    page.locator("details.move > summary", has_text=re.compile(f"^{name}$")).click()


def test_a_ticket_is_given_back_and_more_time_is_asked(
    site: Site, browser: Browser, eyes: Eyes, api: Api
) -> None:
    ref = api.register(text="楼道的灯坏了两个月，晚上老人不敢下楼。", title="楼道灯不亮")["ref"]
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[], note="请尽快")
    with site.signed_in(browser, HANDLER) as page:
        give_back(page, eyes, ref)
    with site.signed_in(browser, "dispatcher") as page:
        take_back(page, eyes, ref)
    api.made("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="已核实，请办理")
    api.made(HANDLER, ref, "sign")
    with site.signed_in(browser, HANDLER) as page:
        ask_for_days(page, eyes, ref)
    with site.signed_in(browser, HEAD) as page:
        grant_days(page, eyes, ref)
    tick_once(site.house)
    with site.signed_in(browser, HANDLER) as page:
        page.goto(f"/tickets/{ref}")
        expect(page.get_by_text("同意延期").first).to_be_visible()
        eyes.look(page, "extended")

    assert not eyes.faults, "\n".join(eyes.faults)


def give_back(page: Page, eyes: Eyes, ref: str) -> None:
    page.goto(f"/tickets/{ref}")
    unfold(page, "申请退回")
    eyes.see(page, "return-form-zh", checked=1440)
    page.locator("#ask_return").get_by_role("radio", name="职能不符").check()
    page.locator("#ask_return").get_by_label("说明和依据").fill("路灯由住建局管养。")
    page.locator("#ask_return").get_by_label("应由谁办").select_option(label="区住建局")
    page.locator("#ask_return").get_by_role("button", name="申请退回").click()
    expect(page.get_by_role("status")).to_contain_text("已申请退回")


def take_back(page: Page, eyes: Eyes, ref: str) -> None:
    page.goto("/desk")
    eyes.look(page, "dispatcher-desk-requests")
    page.get_by_role("link", name="楼道灯不亮").first.click()
    eyes.look(page, "decide-return")
    page.get_by_role("button", name="不同意", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    eyes.see(page, "decide-refused-zh")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已同意")
    page.goto(f"/tickets/{ref}")
    expect(page.get_by_text("退回过 1 次：")).to_be_visible()
    eyes.see(page, "bounced-zh", checked=1440)


def ask_for_days(page: Page, eyes: Eyes, ref: str) -> None:
    page.goto(f"/tickets/{ref}")
    eyes.look(page, "handler-all-moves")
    unfold(page, "申请延期")
    form = page.locator("#ask_extension")
    form.get_by_label("延长几天").fill("3")
    form.get_by_label("理由").fill("灯具要定做。")
    form.get_by_role("button", name="申请延期").click()
    expect(page.get_by_role("status")).to_contain_text("已申请延期")


def grant_days(page: Page, eyes: Eyes, ref: str) -> None:
    page.goto("/desk")
    eyes.look(page, "head-desk")
    page.get_by_role("link", name="楼道灯不亮").first.click()
    eyes.see(page, "head-decides-zh", checked=1440)
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已同意")


def test_many_are_given_out_at_once_and_two_are_one_matter(
    site: Site, browser: Browser, eyes: Eyes, api: Api
) -> None:
    refs = [api.register(title=f"第 {number} 栋水压不足")["ref"] for number in range(1, 5)]
    about = api.register(title="反映住建局不作为", about_units=["housing"])["ref"]
    with site.signed_in(browser, "dispatcher") as page:
        eyes.look(page, "dispatcher-desk-bulk")
        for ref in (*refs[:3], about):
            page.locator(f"input[name=ref][value='{ref}']").check()
        page.locator("#bulk-lead").select_option(label="区住建局")
        page.get_by_role("button", name="逐件预览").click()
        expect(page.get_by_role("button", name="确认 3 件")).to_be_visible()
        eyes.see(page, "bulk-preview-zh", checked=1440)
        page.keyboard.press("F4")
        expect(page.get_by_role("status")).to_contain_text("办成 3 件")
        eyes.see(page, "bulk-done-zh", checked=1440)
        page.goto(f"/tickets/{refs[3]}")
        unfold(page, "并单")
        page.locator("#merge").get_by_label("并入").fill(refs[0])
        page.locator("#merge").get_by_role("button", name="并单").click()
        expect(page.get_by_role("status")).to_contain_text("已并单")
        page.goto(f"/tickets/{refs[3]}")
        eyes.look(page, "follower")
        page.goto(f"/tickets/{refs[0]}")
        expect(page.get_by_text("还有 1 张同一件事的工单并在这里：")).to_be_visible()
        eyes.see(page, "master-zh")

    assert not eyes.faults, "\n".join(eyes.faults)


def test_a_card_is_given_answered_and_printed_and_a_report_opened_by_two(
    site: Site, browser: Browser, eyes: Eyes, api: Api
) -> None:
    ref = api.ticket_in("handling", title="危房漏雨", urgency="critical")["ref"]
    report = api.register(kind="report", title="有人吃拿卡要", text="我叫金某，电话13800000001。他们要钱。")[
        "ref"
    ]
    api.made("dispatcher", report, "dispatch", lead=LEAD)
    with site.signed_in(browser, "supervisor") as page:
        page.goto(f"/tickets/{ref}")
        unfold(page, "督办")
        card = page.locator("#supervise")
        card.get_by_role("radio", name="挂牌督办").check()
        card.get_by_label("要求").fill("今天之内安置住户，晚上八点前报告。")
        card.get_by_label("领导批示").fill("请民政局长牵头。")
        eyes.see(page, "supervise-form-zh", checked=1440)
        card.get_by_role("button", name="督办").click()
        expect(page.get_by_role("status")).to_contain_text("已督办")
        page.goto("/desk")
        eyes.look(page, "supervisor-desk")
        page.goto(f"/tickets/{report}")
        unfold(page, "申请查看密件")
        page.locator("#ask_unseal").get_by_role("textbox").fill("纪检函询。")
        page.locator("#ask_unseal").get_by_role("button", name="申请查看密件").click()
        expect(page.get_by_role("status")).to_contain_text("已申请查看密件")
    with site.signed_in(browser, HEAD) as page:
        page.goto(f"/tickets/{ref}")
        eyes.look(page, "supervised")
        unfold(page, "答复督办")
        page.locator("#answer_supervision").get_by_role("textbox").fill("住户已安置在社区服务中心。")
        page.locator("#answer_supervision").get_by_role("button", name="答复督办").click()
        expect(page.get_by_role("status")).to_contain_text("已答复督办")
        page.goto(f"/tickets/{report}")
        eyes.look(page, "sealed-for-the-unit")
    with site.signed_in(browser, "auditor") as page:
        eyes.look(page, "auditor-desk")
        page.goto(f"/tickets/{report}")
        page.get_by_role("button", name="同意", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("已同意")
    with site.signed_in(browser, "supervisor") as page:
        page.goto(f"/tickets/{report}")
        page.locator("summary", has_text="查看身份信息").click()
        page.locator("#look").get_by_role("textbox").fill("核对举报人")
        page.locator("#look").get_by_role("button", name="查看").click()
        expect(page.locator("#identity")).to_contain_text("我叫金某，电话13800000001。他们要钱。")
        eyes.see(page, "unsealed-zh")

    assert not eyes.faults, "\n".join(eyes.faults)


def test_a_third_round_and_a_citizen_who_follows_another(
    site: Site, browser: Browser, eyes: Eyes, api: Api
) -> None:
    ref = api.ticket_in("callback", title="垃圾没人清")["ref"]
    no = {"reached": True, "solved": "no", "satisfaction": 1, "reason": "还是没人来"}
    api.made("caller", ref, "call_back", **no)
    with site.signed_in(browser, "reviewer") as page:
        eyes.look(page, "reviewer-desk")
        page.goto(f"/tickets/{ref}")
        eyes.look(page, "after-a-no")
    api.made("reviewer", ref, "rework", text="请负责人参与")
    api.made(HANDLER, ref, "sign")
    api.made(HANDLER, ref, "reply", **ANSWER)
    code = follower_of(api, ref)
    with site.signed_in(browser, "auditor") as page:
        page.goto(f"/tickets/{ref}")
        eyes.look(page, "second-round")
        page.goto("/track")
        page.locator("#ref").fill(code[0])
        page.locator("#code").fill(code[1])
        page.locator("main form button").click()
        eyes.look(page, "track-follower")
    citizen_way.walk(site, browser, eyes, api)

    assert not eyes.faults, "\n".join(eyes.faults)


def follower_of(api: Api, master: str) -> tuple[str, str]:
    """Number and code of a ticket that was merged into *master*."""
    made = api.post("operator", "/tickets", {**CALL_OF_A_NEIGHBOUR}).get_json()
    # While it is reviewed nothing joins it: it is sent back first.
    api.made("reviewer", master, "review", **{"pass": False, "text": "请写明日期"})
    api.made("dispatcher", made["ref"], "merge", into=master)
    ref: str = made["ref"]
    return ref, made["tracking_code"]


CALL_OF_A_NEIGHBOUR = {
    "channel": "phone",
    "kind": "help",
    "title": "垃圾堆在门口",
    "text": "我家门口的垃圾堆了一个星期。",
    "urgency": "normal",
    "requester": {"name": "李某", "phone": "13800000042", "reply_wanted": True},
    "place": {"division": "530103012"},
}
