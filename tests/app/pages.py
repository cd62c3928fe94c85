"""A browser without JavaScript: signs in, reads forms as they stand on a page, and sends them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from secrets import token_urlsafe
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.access.accounts import Account, WebSession, hash_of
from app.web.staff import SECRET
from app.wiring import House
from tests.server import PASSWORD

RULES = re.compile(
    r"FROM (unit|sla_policy|calendar_version|category|reason|phrase|wording_version|text_switch"
    r"|template_approval)\b"
)


class _Forms(HTMLParser):
    """Collects what each form of a page would send if nothing were typed."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._at = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._at = given.get("action") or ""
            self.forms[self._at] = {}
        if tag == "input" and self._at and given.get("name"):
            kind = given.get("type")
            if kind not in ("radio", "checkbox") or "checked" in given:
                self.forms[self._at][given["name"] or ""] = given.get("value") or ""

        if tag == "select":
            self._select = (given.get("name") or "") if self._at else ""
        # Without a choice a browser sends the first.
        if (
            tag == "option"
            and self._select
            and ("selected" in given or self._select not in self.forms[self._at])
        ):
            self.forms[self._at][self._select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._at = ""


def form_of(page: TestResponse, action: str) -> dict[str, str]:
    """What the form with *action* would send as it stands."""
    reader = _Forms()
    reader.feed(page.text)
    assert action in reader.forms, f"no form {action} among {sorted(reader.forms)}"
    return reader.forms[action]


def links_of(page: TestResponse) -> list[str]:
    """Where the links of the header lead."""
    header = page.text.partition("<header")[2].partition("</header>")[0]
    return [unescape(url) for url in re.findall(r'<a[^>]*\bhref="([^"]+)"', header)]


@dataclass
class Visitor:
    """Somebody at a browser."""

    app: Flask
    #: Where the browser is; by itself on the machine of the service.
    address: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = self.address

    def sign_in(self, username: str, password: str = PASSWORD, **query: str) -> TestResponse:
        """Fill in the door's form."""
        page = self.client.get("/sign-in", query_string=query)
        action = re.findall(r'action="(/sign-in[^"]*)"', page.text)[0]
        typed = {"username": username, "password": password}
        return self.client.post(unescape(action), data={**form_of(page, action), **typed})

    def get(self, path: str, **query: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, query_string=query)

    def send(self, page: str | TestResponse, action: str, typed: Mapping[str, Any]) -> TestResponse:
        """Fill in the form with *action* on *page* and send it."""
        shown = self.get(page) if isinstance(page, str) else page
        return self.client.post(action, data={**form_of(shown, action), **typed})

    def move(self, ref: str, move: str, **typed: Any) -> TestResponse:
        """Fill in the form of a move on the page of a ticket."""
        return self.send(f"/tickets/{ref}", f"/tickets/{ref}/{move}", typed)


def session_of(house: House, username: str) -> str:
    """The secret of a session begun for *username* without the slow look at a password."""
    secret = token_urlsafe()
    with Session(house.engine) as rows, rows.begin():
        account = rows.exec(select(Account).where(Account.username == username)).one()
        rows.add(WebSession(hash=hash_of(secret), account_id=account.id or 0))
    return secret


def signed_in(app: Flask, username: str, house: House | None = None) -> Visitor:
    """Somebody of the staff at a browser, who came in (to *house*) without the slow look at a password."""
    visitor = Visitor(app)
    secret = session_of(house or app.extensions["zhuanban"], username)
    with visitor.client.session_transaction() as cookie:
        cookie[SECRET] = secret
    return visitor


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """
    The statements sent to the database meanwhile.

    Without those that read the rules: they are asked every few seconds, whoever happens to come by.
    """
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not RULES.search(statement):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)
