"""Look at a page as people do: wide and narrow, in Chinese and English, and with the eyes of a checker."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Error, Page, expect

from app.web.staff import SECRET
from app.wiring import House
from tests.app.pages import session_of
from tests.server import PASSWORD

WIDTHS = {1440: 900, 360: 740}
#: The checker's own rules, and that fingers can hit what is to be hit.
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
}
#: The slowest rule: it asks of each word what lies under it.
COLOURS: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
#: So many of one kind are looked at: one may lie half under another, and then nothing is said of it.
OF_A_KIND = 3
#: Runs both; gives what is wrong, and the kinds of writing that were looked at: only that comes over, for
#: most of what it says is what is right. Of one kind is what is written in one colour and size on the
#: same grounds, from the top of the page down; what holds for one of a kind holds for all.
CHECK = """
async ([rules, colours, known, most]) => {
  const grounds = new Map([[null, ""]]), counted = {...known}, chosen = [];
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const ground = [style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter,
      style.mixBlendMode].join(" ");
    const plain = ground === "rgba(0, 0, 0, 0) none 1 static none normal";
    const under = (grounds.get(element.parentElement) ?? "") + (plain ? "" : ` > ${ground}`);
    grounds.set(element, under);
    const writes = element.matches("input, select, textarea, button")
      || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!writes || !element.checkVisibility({visibilityProperty: true})) continue;
    const kind = [under, style.color, style.fontSize, style.fontWeight, style.textShadow, element.matches(
      ":disabled, [aria-disabled=true]")].join(" / ");
    counted[kind] = (counted[kind] ?? 0) + 1;
    if (counted[kind] <= most) chosen.push(element);
  }
  const found = (await axe.run(rules)).violations;
  const odd = chosen.length ? (await axe.run({include: chosen}, colours)).violations : [];
  return [[...found, ...odd], counted];
}
"""


@dataclass(frozen=True)
class Site:
    """Where the pages are served, and the house behind them."""

    url: str
    house: House

    @contextmanager
    def signed_in(self, browser: Browser, username: str, *, scripts: bool = True) -> Iterator[Page]:
        """The desk of somebody who came in without the slow look at a password."""
        with self._window(browser, scripts=scripts) as page:
            page.context.add_cookies([{"name": "zhuanban", "value": self._cookie(username), "url": self.url}])
            page.goto("/desk")
            yield page

    @contextmanager
    def through_the_door(self, browser: Browser, username: str) -> Iterator[Page]:
        """A page of somebody who has just signed in with a password."""
        with self._window(browser) as page:
            page.goto("/sign-in")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.locator("form:has([name=username]) button").click()
            expect(page).not_to_have_url(f"{self.url}/sign-in")
            yield page

    @contextmanager
    def _window(self, browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
        context = browser.new_context(
            base_url=self.url,
            viewport={"width": 1440, "height": WIDTHS[1440]},
            java_script_enabled=scripts,
        )
        yield context.new_page()
        context.close()

    def _cookie(self, username: str) -> str:
        """What a browser holds once *username* has signed in."""
        signing = Flask("cookie")
        signing.secret_key = self.house.settings.secret_key
        serializer = SecureCookieSessionInterface().get_signing_serializer(signing)
        assert serializer is not None
        made: str = serializer.dumps({SECRET: session_of(self.house, username)})
        return made


@dataclass
class Eyes:
    """What was found wrong, and, where *pictures* are wanted, one of each page that was looked at."""

    folder: Path
    pictures: bool = False
    faults: list[str] = field(default_factory=list)
    #: Kinds of writing whose colours were looked at, and how many of each came by.
    colours: dict[str, int] = field(default_factory=dict)

    def look(self, page: Page, name: str) -> None:
        """Look at the page *page* is on, in both languages and at both widths, and leave it as it was."""
        path = urlsplit(page.url)
        address = f"{path.path}?{path.query}" if path.query else path.path
        for language, checked in (("en", 360), ("zh", 1440)):
            page.context.add_cookies([{"name": "lang", "value": language, "url": page.url}])
            page.goto(address)
            self.see(page, f"{name}-{language}", checked=checked)

    def see(self, page: Page, name: str, *, checked: int = 360) -> None:
        """Look at the page as it stands, at both widths; the slow checker looks once, at *checked* pixels."""
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            self._measure(page, f"{name}-{width}")
            if width == checked:
                self._check(page, f"{name}-{width}")
        page.set_viewport_size({"width": 1440, "height": WIDTHS[1440]})

    def _measure(self, page: Page, name: str) -> None:
        if self.pictures:
            self._keep(page, name)
        # The locator waits for a page that is just being replaced.
        wide = page.locator("html").evaluate("one => one.scrollWidth - one.clientWidth")
        if wide > 0:
            self.faults.append(f"{name} is {wide} px wider than its window")

    def _keep(self, page: Page, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        except Error:  # a browser short of breath says it cannot; once more
            page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    def _check(self, page: Page, name: str) -> None:
        page.evaluate(AXE_SCRIPT)
        found, self.colours = page.evaluate(CHECK, [RULES, COLOURS, self.colours, OF_A_KIND])
        for fault in found:
            where = ", ".join(str(node["target"]) for node in fault["nodes"][:3])
            self.faults.append(f"{name}: {fault['id']}: {fault['help']} at {where}")
