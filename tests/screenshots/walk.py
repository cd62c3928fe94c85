"""Finds the pages: what the address map of the application has, and where the links of a page lead."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from tests.screenshots.camera import Camera

#: Gaps of addresses whose every value is a page of its own, and not one more of the same kind.
TELLING = ("name", "step", "topic")

#: Routes that are no page to look at, by what they are instead.
LEFT_OUT = {
    "a file": (
        "static",
        "bootstrap.static",
        "account.picture",
        "totp.picture",
        "admin_calendars.export",
        "admin_policies.export",
        "assistance_statistics.file",
        "assistance_statistics.chart",
        "calendars.read",
        "campaigns.file",
        "citizen.show_file",
        "contracts.settlement_file",
        "files.show",
        "files.small",
        "statistics.file",
        "statistics.chart",
        "supervision.file",
        "visit_coverage.book",
        "visit_coverage.drawn",
        "voice_messages.sound",
    ),
    "a part of a page that is in the picture": (
        "board.part",
        "intake_parts.rings",
        "screens.screen_part",
        "tickets.look_quickly",
        "tickets.progress",
        "phones.show_texts",
    ),
    "switches something and goes back": ("reader.switch_language", "reader.switch_text_size"),
    "for machines": ("health.healthz", "health.readyz", "metrics.show"),
    "stands between a password and the desk": ("sign_in.ask_code", "account.ask_password"),
}
#: They lead on to another page, which is the one in the picture.
LEADING_ON = {"digest.newest", "help.mine", "report.start"}
SKIPPED = {endpoint for endpoints in LEFT_OUT.values() for endpoint in endpoints}

#: Where links lead on this site, without the place on the page. The pages of help tell each role of those
#: of all others, so nothing there is followed.
LINKS = """
() => location.pathname.startsWith("/help/") ? [] : [...document.querySelectorAll("a[href]")]
  .map((one) => new URL(one.href))
  .filter((one) => one.origin === location.origin)
  .map((one) => one.pathname + one.search)
"""


@dataclass
class Walker:
    """Goes through the house as one person, and knows which kinds of page everybody has seen."""

    app: Flask
    #: Endpoints seen by anybody.
    seen: set[str] = field(default_factory=set)

    def walk(self, page: Page, camera: Camera, starts: Iterable[tuple[str, str]]) -> None:
        """Take every kind of page that is found from *starts*: names (empty for the usual one) and paths."""
        waiting = deque((path, name) for name, path in starts)
        known: set[str] = set()
        while waiting:
            path, given = waiting.popleft()
            name = given or self.name_of(path)
            if not name or name in known:
                continue
            known.add(name)
            if camera.take(page, path, name):
                self.note(page.url)
                waiting.extend((link, "") for link in page.evaluate(LINKS))

    def name_of(self, address: str) -> str:
        """What a page is called after its route; empty for what is no page."""
        found = self._matched(address)
        if found is None or found[0].endpoint in SKIPPED or found[0].rule.startswith("/api/v1"):
            return ""
        rule, values = found
        parts = [rule.endpoint.replace(".", "-"), *(str(values[one]) for one in TELLING if one in values)]
        return "-".join(parts)

    def note(self, address: str) -> None:
        """The page at *address* was taken."""
        if found := self._matched(address):
            self.seen.add(found[0].endpoint)

    def unseen(self) -> Iterator[str]:
        """Pages of the address map that nobody came to."""
        for rule in self.app.url_map.iter_rules():
            if rule.rule.startswith("/api/v1") or "GET" not in (rule.methods or ()):
                continue
            if rule.endpoint not in self.seen | SKIPPED | LEADING_ON:
                yield f"{rule.rule} ({rule.endpoint})"

    def _matched(self, address: str) -> tuple[Rule, dict[str, object]] | None:
        adapter = self.app.url_map.bind("127.0.0.1")
        try:
            rule, values = adapter.match(urlsplit(address).path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return rule, dict(values)
