"""The calendar of a unit in a browser: an address is made, shown once, and opens the calendar."""

import re

import requests
from playwright.sync_api import Browser, expect

from tests.browser.looking import Eyes, Site


def test_a_head_subscribes_to_what_is_due(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, "head@panlong-civil") as page:
        page.get_by_role("link", name="我的账号").click()
        page.get_by_role("link", name="管理日历订阅").click()
        eyes.look(page, "feed-none")
        page.get_by_role("button", name="生成地址").first.click()
        address = page.locator("code.secret").inner_text()
        eyes.see(page, "feed-made-zh")
        path = address[address.index("/calendar/") :]
        answer = requests.get(site.url + path, timeout=30)

        assert answer.status_code == 200
        assert answer.text.startswith("BEGIN:VCALENDAR")
        page.goto("/account/calendar")
        expect(page.get_by_text(re.compile("已有地址"))).to_be_visible()
        assert page.locator("code.secret").count() == 0
        eyes.look(page, "feed-there")
        page.get_by_role("button", name="作废地址").click()
        expect(page.get_by_text("地址已作废。")).to_be_visible()
        assert requests.get(site.url + path, timeout=30).status_code == 404
    with site.signed_in(browser, "admin") as page:
        page.goto("/account/calendar?unit=panlong-civil")
        eyes.look(page, "feed-admin")

    assert not eyes.faults, "\n".join(eyes.faults)
