"""Providers of texts in a real browser: one fails, and an administrator moves its share by hand."""

from playwright.sync_api import Browser, expect

from app.clockwork import tend_providers
from notifications.providers import Trouble
from notifications.pulse import note_try
from notifications.routes import RouteRow
from tests.browser.looking import Eyes, Site
from tickets.ground.columns import new_id


def test_a_provider_is_looked_at_and_its_share_is_moved(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.house.session() as session, session.begin():
        session.add(RouteRow(prefix="+86", provider="simulator", share=60, rest=100))
    for place in range(20):
        trouble = Trouble.UNREACHABLE if place < 8 else None
        with site.house.session() as session, session.begin():
            note_try(session, "simulator", new_id(), trouble, 0.2)
    tend_providers(site.house)
    with site.signed_in(browser, "admin") as page:
        page.goto("/admin/providers?prefix=%2B86")
        eyes.look(page, "providers")
        page.get_by_label("模拟手机").fill("70")
        page.get_by_label("理由").fill("检修")
        page.get_by_role("button", name="调整份额").click()
        expect(page.get_by_role("alert").first).to_contain_text("份额合计是 70")
        eyes.see(page, "providers-refused-zh")
        page.get_by_label("模拟手机").fill("100")
        page.get_by_role("button", name="调整份额").click()
        expect(page.get_by_role("status")).to_contain_text("已调整 +86 的份额")
        eyes.see(page, "providers-moved-zh", checked=1440)

    assert not eyes.faults, "\n".join(eyes.faults)
