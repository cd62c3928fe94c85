"""Papers on paper: one A4 each, and what is longer goes on overleaf without a word lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import Session, select

from app.factory import create_app
from app.web.papers import supervision_page
from tests.app.test_papers import CARD
from tests.browser.looking import Eyes, Site
from tests.makers import CALL, RIVER, Api
from tickets.ticket import Ticket

A4 = (595, 842)
LONG = "楼下每天夜里施工到十二点，老人睡不着，已经反映过三次，没有人来。" * 120


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page of a PDF, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.fixture
def clerk(site: Site, browser: Browser) -> Iterator[Page]:
    """A supervisor at a browser, who may see everything."""
    with site.signed_in(browser, "supervisor") as page:
        yield page


def ticket_with(site: Site, text: str, answer: str) -> tuple[str, str]:
    """A ticket brought to the callback; gives its number and its order."""
    api = Api(create_app(site.house.settings, site.house), site.house)
    ref = api.register(**{**CALL, "text": text})["ref"]
    for _state, username, move, body in RIVER[:-1]:
        said = {
            **body,
            **({"text": answer} if move == "reply" else {}),
            **({"joint": ["530103012"]} if move == "dispatch" else {}),
        }
        if move == "reply":
            said["without_joint"] = "协办单位无需另行答复。"
        assert api.move(username, ref, move, **said).status_code == 200, move
    with Session(site.house.engine) as session:
        ticket = session.exec(select(Ticket).where(Ticket.ref == ref)).one()
    order = api.get("supervisor", f"/tickets/{ticket.ref}").get_json()["orders"][0]["id"]
    return ref, order


def printed(page: Page, folder: Path, name: str) -> list[tuple[int, int]]:
    """Print the page; the PDF is kept with the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    return pages_of(page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True))


def test_papers_are_one_sheet_each_and_longer_ones_go_on(site: Site, clerk: Page, eyes: Eyes) -> None:
    short = ticket_with(site, CALL["text"], "已安排每周上门看望，送餐到家。")
    long = ticket_with(site, LONG, LONG)
    # How many sheets a long text fills depends on the fonts there are.
    for name, path, pages in (
        ("transfer", f"/tickets/{short[0]}/papers/transfer/{short[1]}", 1),
        ("transfer-en", f"/tickets/{short[0]}/papers/transfer/{short[1]}?in=en", 1),
        ("reply", f"/tickets/{short[0]}/papers/reply", 1),
        ("reply-en", f"/tickets/{short[0]}/papers/reply?in=en", 1),
        ("transfer-long", f"/tickets/{long[0]}/papers/transfer/{long[1]}", 3),
        ("reply-long", f"/tickets/{long[0]}/papers/reply", 5),
    ):
        clerk.goto(path)
        eyes.see(clerk, f"paper-{name}")
        found = printed(clerk, eyes.folder, name)

        assert set(found) == {A4}, name
        assert len(found) == 1 if pages == 1 else len(found) >= pages, name
    assert not eyes.faults, "\n".join(eyes.faults)


def test_a_supervision_card_is_one_sheet(site: Site, clerk: Page, eyes: Eyes) -> None:
    app = create_app(site.house.settings, site.house)
    one = replace(CARD, units=CARD.units[:1])
    for name, card, pages in (
        ("supervise", one, 1),
        ("supervise-two", CARD, 1),
        ("supervise-long", replace(one, text=LONG), 3),
    ):
        with app.test_request_context(base_url=site.url):
            drawn = supervision_page(card, issuer="盘龙区12345政务服务便民热线", now=card.given_at)
        clerk.route(
            "**/drawn",
            lambda route, _request, drawn=drawn: route.fulfill(
                body=drawn, content_type="text/html; charset=utf-8"
            ),
        )
        clerk.goto("/drawn")
        eyes.see(clerk, f"paper-{name}")
        found = printed(clerk, eyes.folder, name)
        clerk.unroute("**/drawn")

        assert set(found) == {A4}, name
        assert len(found) == 1 if pages == 1 else len(found) >= pages, name
    assert not eyes.faults, "\n".join(eyes.faults)
