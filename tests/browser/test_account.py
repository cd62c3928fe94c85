"""One's own account in a browser: a new password, a phone as second step, and the way in with both."""

import re

import pyotp
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from app.access.totp import STEP
from tests.browser.looking import Eyes, Site
from tests.server import PASSWORD

NAME = "supervisor"


def code_of(site: Site, secret: str, later: int = 0) -> str:
    """What the phone shows so many steps from now."""
    with site.house.engine.connect() as connection:
        now = connection.execute(text("select extract(epoch from clock_timestamp())::bigint")).scalar_one()
    return pyotp.TOTP(secret).generate_otp(int(now) // STEP + later)


def test_a_phone_becomes_the_second_step(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, NAME) as page:
        page.get_by_role("link", name="我的账号").click()
        eyes.look(page, "account")
        page.get_by_role("link", name="设置两步验证").click()
        eyes.look(page, "totp-none")
        page.get_by_role("button", name="开始设置").click()
        picture = page.get_by_role("img", name=re.compile("二维码"))
        # `decode` waits until it is drawn, and fails where it is no picture.
        assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 100
        eyes.look(page, "totp-scan")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.get_by_label("验证码").fill(code_of(site, secret))
        page.get_by_role("button", name="开始使用").click()
        expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
        eyes.see(page, "totp-recovery-codes-zh")
        page.get_by_role("link", name="已经收好").click()
        page.goto("/account/totp")
        eyes.look(page, "totp-in-force")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_label("账号").fill(NAME)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    eyes.see(page, "sign-in-code-zh")
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    eyes.see(page, "sign-in-code-wrong-zh")
    page.get_by_label("验证码").fill(code_of(site, secret, 1))
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{site.url}/account")
    page.get_by_label("现在的密码").fill("not the password")
    page.get_by_label("新密码", exact=True).fill("石榴 纸船 北窗 十七")
    page.get_by_label("再填一次新密码").fill("石榴 纸船 北窗 十七")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("现在的密码不对")
    eyes.see(page, "password-refused-zh")
    context.close()

    assert not eyes.faults, "\n".join(eyes.faults)
