"""The five main pages as Chromium opens them: when the page is ready, what moves, what came over the wire."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.bed import HOST, Bed, CannotMeasure, say
from tests.benchmarks.pages import main_pages
from tests.browser.conftest import ARGUMENTS, NAMES
from tests.browser.looking import WIDTHS, Site

#: Each page is opened so often, with nothing of it kept from before.
TIMES = 7
#: Of so many of them a figure is said to hold.
SHARE = 0.75

#: What the browser itself noted of the page it shows, once nothing moves any more.
NOTED = """
() => new Promise((done) => {
  let painted = 0, moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { painted = one.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => list.getEntries()
    .forEach((one) => { if (!one.hadRecentInput) moved += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => {
    const [page] = performance.getEntriesByType("navigation");
    const parts = performance.getEntriesByType("resource");
    done({ready: page.domContentLoadedEventEnd, first_byte: page.responseStart, loaded: page.loadEventEnd,
      painted, moved, requests: 1 + parts.length, nodes: document.querySelectorAll("*").length,
      bytes: [page, ...parts].reduce((sum, one) => sum + one.transferSize, 0)});
  }, 300);
})
"""


@dataclass(frozen=True)
class Seen:
    """One page: milliseconds from the click (three of four visits were no slower), and what it is made of."""

    what: str
    first_byte: float
    ready: float
    painted: float
    loaded: float
    #: Cumulative layout shift, of the worst visit.
    moved: float
    #: Milliseconds the browser spent on scripts, and on style and layout.
    scripts: float
    layout: float
    bytes: int
    requests: int
    nodes: int


def measure(bed: Bed) -> list[Seen]:
    """Open every main page with an empty cache, again and again."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise CannotMeasure(f"there is no browser: none of {', '.join(NAMES)} is installed")
    site = Site(f"http://{HOST}:{bed.port}", bed.house)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        found = [_seen(site, browser, *page) for page in main_pages(bed)]
        browser.close()
    return found


def _seen(site: Site, browser: Browser, what: str, username: str, paths: Sequence[str]) -> Seen:
    visits = [_visit(site, browser, username, paths[number % len(paths)]) for number in range(TIMES)]

    def usual(name: str) -> float:
        return float(sorted(visit[name] for visit in visits)[round(SHARE * (TIMES - 1))])

    seen = Seen(
        what,
        first_byte=usual("first_byte"),
        ready=usual("ready"),
        painted=usual("painted"),
        loaded=usual("loaded"),
        moved=max(visit["moved"] for visit in visits),
        scripts=usual("scripts"),
        layout=usual("layout"),
        bytes=int(usual("bytes")),
        requests=int(usual("requests")),
        nodes=int(usual("nodes")),
    )
    say(f"  {what}: ready {seen.ready:.0f} ms, painted {seen.painted:.0f} ms, {seen.bytes / 1024:.0f} KB")
    return seen


def _visit(site: Site, browser: Browser, username: str, path: str) -> dict[str, float]:
    with _window(site, browser, username) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        devtools.send("Network.clearBrowserCache")
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            raise CannotMeasure(f"{path} was answered {answer.status if answer else 'with nothing'}")
        noted: dict[str, float] = page.evaluate(NOTED)
        told: dict[str, Any] = devtools.send("Performance.getMetrics")
    spent = {one["name"]: 1000 * one["value"] for one in told["metrics"]}
    layout = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
    return {**noted, "scripts": spent["ScriptDuration"], "layout": layout}


def _window(site: Site, browser: Browser, username: str) -> AbstractContextManager[Page]:
    return site.signed_in(browser, username) if username else _of_a_citizen(site, browser)


@contextmanager
def _of_a_citizen(site: Site, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, viewport={"width": 360, "height": WIDTHS[360]})
    yield context.new_page()
    context.close()
