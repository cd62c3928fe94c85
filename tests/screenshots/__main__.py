"""`make screenshots`: all roles, or those named: ARGS="operator citizen" is these two alone."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.embedded.errors import CannotStart
from app.factory import create_app
from tests.benchmarks.bed import HOST, ROOT, CannotMeasure, cluster, district, say
from tests.browser.conftest import ARGUMENTS, NAMES
from tests.browser.looking import Site
from tests.makers import HANDLER, HEAD, Api
from tests.screenshots import citizen
from tests.screenshots.assistance import AGENCY, MEDICAL, SUBDISTRICT, VISITOR
from tests.screenshots.camera import Camera
from tests.screenshots.matters import District
from tests.screenshots.sheet import write_sheet
from tests.screenshots.walk import Walker

FOLDER = ROOT / "var" / "screenshots"
CITIZEN = "citizen"
#: Who looks, and the account it is done with.
PEOPLE = {
    "operator": "operator",
    "dispatcher": "dispatcher",
    "handler": HANDLER,
    "head": HEAD,
    "reviewer": "reviewer",
    "caller": "caller",
    "supervisor": "supervisor",
    "auditor": "auditor",
    "admin": "admin",
    "subdistrict": SUBDISTRICT,
    "department": MEDICAL,
    "visitor": VISITOR,
    "agency": AGENCY,
}
#: Pages of one kind that look different with each state of the ticket, by who has most to do there.
TICKETS = {
    "operator": ("registered", "awaiting", "closed", "to-tell"),
    "dispatcher": ("registered", "dispatched", "return-asked", "follower", "joint"),
    "handler": ("dispatched", "handling", "joint", "extension-asked", "carded", "sealed", "long-term"),
    "head": ("extension-asked", "carded", "urged"),
    "reviewer": ("replied", "unhappy"),
    "caller": ("callback",),
    "supervisor": ("listed", "carded", "sealed", "second-round"),
    "auditor": ("sealed", "second-round"),
}


#: Pages that a button leads to and no link, by who may press it.
BEHIND_BUTTONS = {
    "operator": ("/intake/registered/{registered}", "/voice-messages", "/to-call-back"),
    "caller": ("/callback/campaigns/{campaign}/call", "/callback/{callback}", "/to-tell/{to-tell}/call"),
    "supervisor": ("/wall/{screen}",),
    "head": ("/digest", "/policies/new", "/policies/MZ-012/amend"),
    "subdistrict": ("/households/{household}", "/households/new", "/households/import"),
    "admin": ("/admin/policies/new",),
}


def starts_of(who: str, made: District) -> list[tuple[str, str]]:
    """Where *who* begins to walk: names, where pages of one kind are to be told apart, and addresses."""
    tickets = [(f"ticket-{one}", f"/tickets/{made.refs[one]}") for one in TICKETS.get(who, ())]
    return [
        ("", "/desk"),
        *tickets,
        *(("", path.format(**made.refs)) for path in BEHIND_BUTTONS.get(who, ())),
    ]


def main() -> int:
    """Take the pictures; the exit code is 1 where something is wrong on one."""
    asked = _arguments()
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        say(f"screenshots: no browser here: none of {', '.join(NAMES)} is installed")
        return 1
    try:
        with _served() as (site, made), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            return _take(site, made, browser, asked)
    except (CannotMeasure, CannotStart) as trouble:
        say(f"screenshots: {trouble}")
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("roles", nargs="*", choices=[[], *PEOPLE, CITIZEN], help="whose pages (all)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go (var/screenshots)")
    return parser.parse_args()


@contextmanager
def _served() -> Iterator[tuple[Site, District]]:
    """A district at work, its web and its worker."""
    with cluster() as server, district(server, "screenshots") as bed:
        say("screenshots: a district at work …")
        made = District(Api(create_app(bed.settings, bed.house), bed.house), bed.house)
        made.furnish()
        with bed.working():
            yield Site(f"http://{HOST}:{bed.port}", bed.house), made


def _take(site: Site, made: District, browser: Browser, asked: argparse.Namespace) -> int:
    people = asked.roles or [CITIZEN, *PEOPLE]
    walker = Walker(made.api.app)
    own = made.own_words()
    cameras = {who: Camera(asked.folder / who, own_words=own) for who in people}
    for who, camera in cameras.items():
        shutil.rmtree(camera.folder, ignore_errors=True)
        if who == CITIZEN:
            _as_citizen(site, made, browser, camera, walker)
        else:
            with site.signed_in(browser, PEOPLE[who]) as page:
                camera.listen(page)
                walker.walk(page, camera, starts_of(who, made))
        say(f"  {who}: {camera.taken} pages")
    faults = [f"{who}/{fault}" for who, camera in cameras.items() for fault in camera.faults]
    if not asked.roles:
        faults += [f"nobody came to {rule}" for rule in walker.unseen()]
    index = write_sheet(asked.folder, {who: camera.album for who, camera in cameras.items()})
    say("\n".join([f"screenshots: {index}", *faults]))
    return 1 if faults else 0


def _as_citizen(site: Site, made: District, browser: Browser, camera: Camera, walker: Walker) -> None:
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    page = context.new_page()
    camera.listen(page)
    page.goto("/")
    walker.walk(
        page, camera, [("", path) for path in ("/", "/track", "/notice", "/sign-in", "/phones", "/api/docs")]
    )
    page.goto("/")
    citizen.file_a_matter(page, camera)
    citizen.follow(page, camera, made.followed)
    for _name, path in camera.album:
        walker.note(path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
