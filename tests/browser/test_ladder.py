"""The ladder through a browser: board, notice on the unit's desk and as a paper, list, digest."""

import pytest
from playwright.sync_api import Browser

from app.clockwork import roll_up_figures
from app.digest.making import make_due
from app.factory import create_app
from tests.browser.looking import Eyes, Site
from tests.browser.test_papers import A4, printed
from tests.makers import HEAD, Api, chased_ticket
from tickets.ground.desk import CLOCKWORK
from tickets.ground.refs import SHANGHAI

CALLS = (
    ("独居老人需要生活照料", "listed"),
    ("公租房漏水一直没有人修", "listed"),
    ("高龄津贴三个月没有到账", "urged"),
)


@pytest.fixture
def late(site: Site) -> list[str]:
    """Tickets on the steps of the ladder, and one in good time; gives their numbers."""
    api = Api(create_app(site.house.settings, site.house), site.house)
    api.ticket_in("handling", title="想问临时救助怎么申请", kind="consultation")
    return [chased_ticket(api, site.house, rung, title=title) for title, rung in CALLS]


def test_who_is_late_is_seen_by_all_who_must_know(
    site: Site, browser: Browser, eyes: Eyes, late: list[str]
) -> None:
    roll_up_figures(site.house)
    with site.signed_in(browser, "supervisor") as page:
        for name, path in (
            ("board", "/desk"),
            ("board-step", "/desk?step=urged"),
            ("reported", "/supervision/reported"),
            ("wall", "/board"),
            ("statistics-rates", "/statistics/rates"),
            ("statistics-behind", "/statistics/tickets?figure=received"),
            ("chased-ticket", f"/tickets/{late[0]}"),
        ):
            page.goto(path)
            eyes.look(page, name)
        for name, path in (
            ("urge", f"/tickets/{late[0]}/papers/urge/1"),
            ("urge-en", f"/tickets/{late[0]}/papers/urge/1?in=en"),
            ("reported", "/supervision/reported/paper"),
            ("reported-en", "/supervision/reported/paper?in=en"),
        ):
            page.goto(path)
            eyes.see(page, f"paper-{name}")
            assert printed(page, eyes.folder, name) == [A4], name
    with site.house.open_desk(CLOCKWORK) as desk:
        calendar = desk.rules.calendar
        day = calendar.first_working_day_from(desk.now().astimezone(SHANGHAI).date())
        make_due(desk, calendar.open_of(day))
    with site.signed_in(browser, HEAD) as page:
        for name in ("desk", "digest"):
            page.goto(f"/{name}")
            eyes.look(page, f"head-{name}")

    assert not eyes.faults, "\n".join(eyes.faults)


def test_an_empty_list_says_so(site: Site, browser: Browser, eyes: Eyes) -> None:
    with site.signed_in(browser, "supervisor") as page:
        page.goto("/supervision/reported")
        eyes.look(page, "reported-empty")

    assert not eyes.faults, "\n".join(eyes.faults)
