"""The operator's one screen: a call comes up, is written and registered with the keyboard alone."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from app.clockwork import fill_search
from app.factory import create_app
from tests.browser.looking import Eyes, Site
from tests.makers import Api

PHONE = "13800000024"
MATTER = "牧羊村口的路灯整夜不亮，老人摔了一跤，请派人来修路灯。"
#: Keys besides the words themselves.
MOST_KEYS = 25


class Hands:
    """Presses keys and counts them; a chord counts each of its keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *chords: str) -> None:
        for chord in chords:
            self.pressed += len(chord.split("+"))
            self.page.keyboard.press(chord)

    def type_code(self, letters: str) -> None:
        """Letters that are no words: they count."""
        self.pressed += len(letters)
        self.page.keyboard.type(letters)

    def say(self, words: str) -> None:
        self.page.keyboard.insert_text(words)


def rings(api: Api, call_id: str, **more: Any) -> None:
    body = {
        "call_id": call_id,
        "event": "ringing",
        "number": PHONE,
        "seat": "07",
        "at": "2026-11-23T09:00:00+08:00",
    }
    assert api.post("operator", "/calls", {**body, **more}).status_code == 200


def test_a_call_is_registered_with_few_keys_and_drafts_survive(
    site: Site, browser: Browser, eyes: Eyes
) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    place = {"division": "530103012210"}
    for name, words in (("金某", "低保的材料怎么交"), ("李某", "村口路灯坏了")):
        api.register(title=words, text=words, place=place, requester={"name": name, "phone": PHONE})
    api.register(title="牧羊村路灯不亮", text=MATTER, category="CG-04-01", place=place)
    api.ticket_in("closed", text=f"{MATTER}又坏了", category="CG-04-01", place=place)
    fill_search(site.house)
    with site.signed_in(browser, "operator") as desk:
        page = desk
        page.goto("/intake")
        page.get_by_label("座席").fill("07")
        page.get_by_role("button", name="改座席").click()
        expect(page.locator(".flash")).to_contain_text("座席已改为 07")
        rings(api, "c-1")
        expect(page.locator(".rings")).to_contain_text("138 0000 0024")
        expect(page.locator(".rings")).to_contain_text("2 件未办结")
        hands = Hands(page)
        hands.press("F9")
        expect(page.get_by_text("这个号码登记过 2 个人，请问是哪一位？")).to_be_visible()
        assert page.locator("[name=who]:checked").count() == 0
        expect(page.get_by_label("事项（来电人原话）")).to_be_focused()
        hands.say(MATTER)
        expect(page.locator("#near")).to_contain_text("牧羊村路灯不亮")
        expect(page.locator("#suggested")).to_contain_text("路灯照明")
        hands.press("Alt+A", "Alt+Q")
        hands.type_code("azy")
        hands.press("ArrowDown", "ArrowUp", "Enter")
        expect(page.get_by_label("详细地址")).to_be_focused()
        hands.say("三组 27 号旁")
        hands.press("Tab")
        hands.say("周某")
        expect(page.locator("#kept")).to_contain_text("已保存")
        chosen = page.evaluate("Object.fromEntries(new FormData(document.getElementById('call')))")
        assert (chosen["category"], chosen["place.division"]) == ("CG-04-01", "530103012")
        rings(api, "c-2", number="13800000025")
        expect(page.locator(".rings")).to_contain_text("138 0000 0025")
        page.keyboard.press("F9")
        expect(page.get_by_label("来电号码")).to_have_value("138 0000 0025")
        page.get_by_label("事项（来电人原话）").fill("第二个来电，低保多久能批下来")
        expect(page.locator("#policies")).to_contain_text("低保")
        page.keyboard.press("Alt+P")
        expect(page.get_by_label("当场给的答复")).to_be_focused()
        expect(page.get_by_label("依据的政策")).not_to_have_value("")
        expect(page.locator("#kept")).to_contain_text("已保存")
        page.close()

        page = desk.context.new_page()
        page.goto("/intake")
        page.keyboard.press("Alt+1")
        expect(page.get_by_label("事项（来电人原话）")).to_have_value(MATTER)
        expect(page.get_by_label("来电人姓名")).to_have_value("周某")
        page.keyboard.press("F6")
        expect(page.get_by_label("110")).to_be_focused()
        hands.page = page
        hands.press("F4")
        expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
        assert hands.pressed < MOST_KEYS
        assert re.fullmatch(r"\d{3} \d{3}", page.locator("#code").inner_text())
        page.keyboard.press("Alt+1")
        expect(page.get_by_label("事项（来电人原话）")).to_have_value("第二个来电，低保多久能批下来")
        page.keyboard.press("Escape")
        expect(page.locator(".flash")).to_contain_text("已暂存")
        page.keyboard.press("Alt+1")
        expect(page.get_by_label("来电号码")).to_have_value("138 0000 0025")
        rings(api, "c-3")
        expect(page.locator(".rings")).to_be_visible()
        eyes.see(page, "operator-second-zh", checked=1440)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        for key in ("F2", "F4", "F6", "F7", "Esc", "Alt+A", "Alt+Q"):
            expect(page.locator("#keys dl")).to_contain_text(key)

    assert not eyes.faults, "\n".join(eyes.faults)
