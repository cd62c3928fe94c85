"""The content policy in a real browser: our pages keep to it, and what is smuggled in does not run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from app.factory import create_app
from tests.browser.looking import Site
from tests.makers import Api

#: Collects what the browser refused, before any script of the page runs.
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (one) =>
  window.refused.push(`${one.violatedDirective} ${one.blockedURI}`));
"""
SMUGGLED = """
(src) => new Promise((done) => {
  const script = document.createElement("script");
  if (src) script.src = src; else script.textContent = "window.ran = true";
  script.onload = script.onerror = done;
  document.body.append(script);
  if (!src) done();
})
"""
READERS = ("operator", "dispatcher", "handler@panlong-civil")
NAMES = (*READERS, "admin")


@dataclass
class Ears:
    """What a browser complained of while it was led through pages."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(LISTEN)
        self.page.on(
            "console", lambda said: self._note(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self._note(error.message))

    def _note(self, said: str) -> None:
        self.complaints.append(f"{self.page.url}: {said}")

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.complaints += [f"{path}: {one}" for one in self.page.evaluate("window.refused")]


@contextmanager
def opened(site: Site, browser: Browser) -> Iterator[Ears]:
    """A browser of somebody who has not signed in."""
    context = browser.new_context(base_url=site.url)
    yield Ears(context.new_page())
    context.close()


def test_no_page_breaks_the_content_policy(site: Site, browser: Browser) -> None:
    ref = Api(create_app(site.house.settings, site.house), site.house).ticket_in("dispatched")["ref"]
    complaints = []
    for username in NAMES:
        with site.signed_in(browser, username) as page:
            ears = Ears(page)
            links = page.locator("header a").evaluate_all(
                "(all) => all.map((one) => one.getAttribute('href'))"
            )
            for path in [*links, *([f"/tickets/{ref}"] if username in READERS else [])]:
                ears.open(path)
            complaints += ears.complaints
    with opened(site, browser) as ears:
        for path in ("/", "/track", "/notice", "/sign-in", "/api/docs"):
            ears.open(path)
        complaints += ears.complaints

    assert not complaints


def test_a_script_that_was_smuggled_in_does_not_run(site: Site, browser: Browser) -> None:
    with opened(site, browser) as ears:
        ears.open("/sign-in")
        for source in ("", "/static/live.js", "https://evil.example/x.js"):
            ears.page.evaluate(SMUGGLED, source)
        refused = ears.page.evaluate("window.refused")
        ran = ears.page.evaluate("window.ran")

    assert [one.partition(" ")[0] for one in refused] == ["script-src-elem"] * 3
    assert ran is None
