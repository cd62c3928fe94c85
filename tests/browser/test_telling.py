"""What no text could bring, in a browser: the callback desk calls, by keys, within the hours asked for."""

from playwright.sync_api import Browser, expect
from sqlalchemy import text

from app.clockwork import send_messages
from app.factory import create_app
from tests.browser.looking import Eyes, Site
from tests.makers import CALL, Api

LANDLINE = {**CALL["requester"], "phone": "087165330000"}
#: Over by now, or not yet begun.
LATER = text(
    "update ticket set call_from = case when s < '12:00' then time '20:00' else time '05:00' end,"
    " call_to = case when s < '12:00' then time '21:00' else time '06:00' end, no_sms = true"
    " from (select (now() at time zone 'Asia/Shanghai')::time s) clock where title like '%稍后%'"
)


def test_the_callback_desk_tells_by_keys(site: Site, browser: Browser, eyes: Eyes) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    refs = [
        api.ticket_in("dispatched", requester=LANDLINE, channel=channel, title=title)["ref"]
        for channel, title in (("letter", "路灯不亮"), ("phone", "下水道堵了"), ("phone", "请稍后来电"))
    ]
    api.ticket_in("callback", title="请稍后再访")
    send_messages(site.house)
    with site.house.engine.begin() as connection:
        connection.execute(LATER)
    with site.signed_in(browser, "caller") as page:
        eyes.look(page, "caller-desk-later")
        page.keyboard.press("F8")
        expect(page.get_by_role("heading", name="电话转告")).to_be_visible()
        eyes.look(page, "to-tell")
        page.keyboard.press("F2")
        expect(page.locator("#number")).to_have_text("0871 6533 0000")
        eyes.see(page, "to-tell-call-zh")
        page.keyboard.press("F4")
        expect(page.get_by_role("status")).to_contain_text("告知了")
        page.keyboard.press("F2")
        expect(page.locator("#number")).to_be_visible()
        page.keyboard.press("F7")
        expect(page.get_by_role("status")).to_contain_text("没有接通")
        expect(page.get_by_text("打过 1 次")).to_be_visible()
    with site.signed_in(browser, "operator") as page:
        page.goto("/to-tell")
        eyes.look(page, "to-tell-operator")
        page.goto(f"/tickets/{refs[0]}")
        eyes.look(page, "ticket-told")

    assert api.facts(refs[0])[-1] == "citizen_told"
    assert not eyes.faults, "\n".join(eyes.faults)
