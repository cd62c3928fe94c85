"""What a citizen comes to: filing a matter step by step, and following one."""

from collections.abc import Callable, Mapping
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.screenshots.camera import Camera

#: A page of the filing, and what is typed there before the next.
WAY: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("what", lambda page: page.locator("textarea").first.fill("我妈一个人住，腿摔了，没人做饭。")),
    ("where", lambda page: page.get_by_text("阿子营街道").click()),
    ("place", lambda page: page.locator("main input[type=text]").first.fill("老粮站旁边")),
    ("contact", lambda page: page.get_by_text("可以联系我").click()),
    ("phone", lambda page: page.locator("input[type=tel]").first.fill("13800000907")),
    ("check", lambda _page: None),
)


def file_a_matter(page: Page, camera: Camera) -> None:
    """Take every page between the first words and the number of the ticket."""
    page.goto("/report")
    for name, fill in WAY:
        camera.take(page, f"/report/{name}", f"report-{name}")
        _in_chinese(page, f"/report/{name}")
        fill(page)
        page.locator("main form button").last.click()
    camera.take(page, "/report/done", "report-done")


def follow(page: Page, camera: Camera, followed: Mapping[str, tuple[str, str]]) -> None:
    """Take what a citizen reads and may do, of a matter in each state."""
    for state, (ref, code) in followed.items():
        _in_chinese(page, "/track")
        page.locator("#ref").fill(ref)
        page.locator("#code").fill(code)
        page.get_by_role("button", name="查一查").click()
        camera.take(page, f"/track/{ref}", f"track-{state}")
        for name in ACTS.get(state, ()):
            camera.take(page, f"/track/{ref}/{name}", f"track-{name}")
        for name in DONE.get(state, ()):
            camera.take(page, f"/track/{ref}/done/{name}", f"track-done-{name}")


ACTS = {"handling": ("add", "urge", "withdraw"), "callback": ("rate",), "closed": ("dispute",)}
DONE = {"handling": ("add", "urge"), "callback": ("rate",), "closed": ("dispute",)}


def _in_chinese(page: Page, path: str) -> None:
    page.context.add_cookies([{"name": "lang", "value": "zh", "url": urljoin(page.url, "/")}])
    page.goto(path)
