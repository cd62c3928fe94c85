"""A house whose rules a test may change, and the way of a change through it."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from app.clockwork import recompute_clocks
from app.factory import create_app
from app.rulemaking.rows import RuleChange
from app.wiring import House
from tests.app.pages import Visitor, signed_in
from tests.makers import Api

CALENDAR, POLICIES = "/admin/calendar", "/admin/policies"


@dataclass
class RuleHouse:
    """A house of its own, its people at their browsers, and its API."""

    house: House

    @cached_property
    def app(self) -> Flask:
        return create_app(self.house.settings, self.house)

    @cached_property
    def api(self) -> Api:
        return Api(self.app, self.house)

    @cached_property
    def admin(self) -> Visitor:
        return signed_in(self.app, "admin")

    @cached_property
    def supervisor(self) -> Visitor:
        return signed_in(self.app, "supervisor")

    def change(self) -> RuleChange:
        """The newest change."""
        with self.house.read() as session:
            newest = select(RuleChange).order_by(text("made_at desc")).limit(1)
            return session.exec(newest).one()

    def go(self, who: Visitor, page: str, step: str, **typed: Any) -> TestResponse:
        """Take a step of the change under way, from its *page*."""
        return who.send(page, f"/admin/rules/{self.change().id}/{step}", typed)

    def approved(self, page: str, **submitted: Any) -> None:
        """Bring the draft of *page* in force, and let the clockwork look at what runs."""
        assert self.go(self.admin, page, "submit", **submitted).status_code == 303
        assert self.go(self.supervisor, page, "decide", grant="true").status_code == 303
        self.work_off()

    def work_off(self) -> None:
        """Let the clockwork look at what runs, as if the change had been approved a minute ago."""
        with Session(self.house.engine) as session, session.begin():
            session.connection().execute(
                text("update rule_change set decided_at = decided_at - interval '1 minute'")
            )
        self.house.shelf.forget()
        recompute_clocks(self.house)

    def due(self, ref: str, kind: str = "handle") -> datetime:
        """When a clock of the ticket is due."""
        clocks = self.api.read("auditor", ref)["clocks"]
        return datetime.fromisoformat(next(c["due_at"] for c in clocks if c["kind"] == kind))

    def recomputed(self, ref: str) -> list[dict[str, Any]]:
        """The facts of recomputed clocks."""
        items = self.api.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"]
        return [fact["data"] for fact in items if fact["what"] == "clock_recomputed"]


def wrong(response: TestResponse) -> str:
    """What a refused form says is wrong."""
    told = re.findall(r'<div class="errors".*?</div>', response.text, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", " ".join(told))
