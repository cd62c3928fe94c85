"""What citizens text, in a browser: the list of what found no ticket, and what becomes of it."""

from playwright.sync_api import Browser, expect

from app.attachments.keeping import keep
from app.factory import create_app
from app.texts.hearing import hear
from app.voice.rows import Cause, Hours, Tongue, VoiceCall, VoiceMessage
from app.voice.whom import number_shown, want_call
from app.wiring import House
from tests.app.attachments.samples import wav
from tests.browser.looking import Eyes, Site
from tests.makers import CALL, Api
from tickets.ground.desk import CITIZEN
from tickets.ground.files import FileAudience

PHONE, STRANGER = "+8613912340001", "+8613912340002"


def test_an_operator_settles_texts_by_keys(site: Site, browser: Browser, eyes: Eyes) -> None:
    api = Api(create_app(site.house.settings, site.house), site.house)
    asks = {**CALL["requester"], "phone": PHONE}
    first = api.ticket_in("handling", requester=asks, title="路灯不亮")["ref"]
    second = api.register(requester=asks, title="下水道堵了")["ref"]
    for number, (phone, words) in enumerate(
        (
            (PHONE, "灯在三号楼门口，晚上看不见路"),
            (STRANGER, first),
            (STRANGER, "我们楼停水三天了，请派人来看看"),
        )
    ):
        hear(site.house, "simulator", f"SIM{number}", phone, words)
    called(site.house)
    with site.signed_in(browser, "operator") as page:
        page.goto("/voice-messages")
        eyes.look(page, "voice")
        page.keyboard.press("F4")
        expect(page.get_by_label("留言录音")).to_be_visible()
        page.goto("/to-call-back")
        eyes.look(page, "call-backs")
        page.keyboard.press("F2")
        expect(page.locator("#number")).to_contain_text("139")
        page.goto("/desk")
        eyes.look(page, "desk-texts")
        page.keyboard.press("F9")
        expect(page.get_by_role("heading", name="短信来件")).to_be_visible()
        eyes.look(page, "texts")
        page.get_by_text("补充到别的工单").first.click()
        page.get_by_label("工单编号").first.fill("123")
        page.get_by_role("button", name="补充", exact=True).first.click()
        expect(page.get_by_role("alert")).to_contain_text("123")
        eyes.see(page, "texts-refused-zh")
        page.goto("/texts")
        page.keyboard.press("Alt+1")
        expect(page.get_by_role("status")).to_contain_text("下水道堵了")
        page.keyboard.press("F9")
        expect(page.get_by_role("status")).to_contain_text("已搁置")
        page.goto("/texts?aside=1")
        eyes.look(page, "texts-aside")
        page.goto("/texts")
        page.keyboard.press("F4")
        expect(page.get_by_label("事项")).to_have_value("我们楼停水三天了，请派人来看看")
        eyes.look(page, "intake-text")
        page.keyboard.press("F4")
        expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
        page.goto("/texts")
        eyes.look(page, "texts-none")
        page.goto(f"/tickets/{second}")
        eyes.look(page, "ticket-texts")

    assert api.facts(second)[-1] == "supplemented"
    assert not eyes.faults, "\n".join(eyes.faults)


def called(house: House) -> None:
    """A message somebody left on the telephone, and two numbers to call back."""
    with house.open_desk(CITIZEN) as desk:
        at = desk.now()
        call = VoiceCall(sid="CA1", at=at, settled=True)
        call.phone = desk.vault.seal(PHONE, call.place("phone"))
        row = VoiceMessage(call_id=call.id, sid="RE1", seconds=42, at=at, next_try_at=at, fetched_at=at)
        other = VoiceMessage(call_id=call.id, sid="RE2", seconds=7, at=at, next_try_at=at)
        desk.session.add_all([call, row, other])
        keep(desk, row.holder, wav(), name="voice.wav", audience=FileAudience.INTERNAL, scans=False)
        want_call(desk, PHONE, Cause.WISH, at=at, tongue=Tongue.ENGLISH, hours=Hours.MORNING)
        want_call(desk, STRANGER, Cause.MISSED, at=at, tongue=Tongue.CHINESE)
        number_shown(desk, want_call(desk, STRANGER, Cause.MISSED, at=at, tongue=Tongue.CHINESE))
