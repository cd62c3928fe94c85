"""The callback desk by keys alone: three digits and F4, and the next citizen is there."""

from playwright.sync_api import Browser, expect

from app.factory import create_app
from tests.browser.looking import Eyes, Site
from tests.makers import Api


def test_three_digits_and_a_key_write_a_call_down(site: Site, browser: Browser, eyes: Eyes) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    refs = [api.ticket_in("callback")["ref"] for _number in range(2)]
    with site.signed_in(browser, "caller") as page:
        page.goto(f"/callback/{refs[0]}")
        page.keyboard.press("F4")
        expect(page.locator(".big-number")).to_have_text("138 0000 0001")
        eyes.look(page, "calling")

        for key in ("1", "3", "ArrowLeft", "1", "5"):
            page.keyboard.press(key)
        expect(page.locator("[data-question].done")).to_have_count(3)
        with page.expect_navigation():
            page.keyboard.press("F4")

        expect(page.get_by_role("status")).to_contain_text("已记下")
        expect(page.locator(".big-number")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="接着打")).to_be_visible()

    assert api.read("auditor", refs[0])["outcome"] == "solved"
    assert not eyes.faults, "\n".join(eyes.faults)
