"""Small makers: a draft, a ticket brought as far as a test needs it, the API called as any account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from secrets import token_hex
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlmodel import Session
from werkzeug.test import TestResponse

from app.access.accounts import Account, Role, Viewer, hash_password, make_token
from app.clockwork import sweep_clocks
from app.wiring import House
from tests.server import PASSWORD

#: A registration as any client would send it.
CALL: dict[str, Any] = {
    "channel": "phone",
    "kind": "help",
    "title": "独居老人需要生活照料",
    "text": "我母亲一个人住在村里，腿脚不便，希望有人每周上门看看。",
    "category": "MZ-07-01",
    "urgency": "normal",
    "requester": {"name": "金某", "phone": "13800000001", "reply_wanted": True},
    "place": {"division": "530103012", "address": "牧羊村三组"},
}

LEAD, JOINT = "panlong-civil", "530103012"
HANDLER, JOINT_HANDLER = f"handler@{LEAD}", f"handler@{JOINT}"
HEAD = f"head@{LEAD}"
#: A community below the subdistrict JOINT.
COMMUNITY = "530103012210"
#: An account of the demo for each role.
OF_ROLE: dict[Role, str] = {role: role.value for role in Role} | {
    Role.HANDLER: HANDLER,
    Role.HEAD: HEAD,
    Role.VISITOR: f"visitor@{COMMUNITY}",
    Role.AGENCY: "agency@service-agency",
}
ANSWER: dict[str, Any] = {"text": "已安排每周上门。", "founded": "yes", "solved": "yes"}

#: Each step of one ticket's life: the state it leads to, who, which move, with what.
RIVER: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("dispatched", "dispatcher", "dispatch", {"lead": LEAD, "joint": [], "note": "请先上门查看"}),
    ("handling", HANDLER, "sign", {}),
    ("replied", HANDLER, "reply", {"text": "已安排每周上门。", "founded": "yes", "solved": "yes"}),
    ("callback", "reviewer", "review", {"pass": True, "text": ""}),
    ("closed", "caller", "call_back", {"reached": True, "solved": "yes", "satisfaction": 5}),
)


class Staff(dict[str, Viewer]):
    """The people of the demo by username."""


@dataclass
class Api:
    """The API, called as any account."""

    app: Flask
    house: House
    _tokens: dict[str, str] = field(default_factory=dict)

    def token(self, username: str) -> str:
        """A token of *username*, made once."""
        if username not in self._tokens:
            with Session(self.house.engine) as session, session.begin():
                made = make_token(session, username)
            assert made is not None, f"no account {username}"
            self._tokens[username] = made
        return self._tokens[username]

    def get(self, username: str, path: str, **query: Any) -> TestResponse:
        """GET as *username*."""
        return self.app.test_client().get(
            f"/api/v1{path}", query_string=query, headers={"Authorization": f"Bearer {self.token(username)}"}
        )

    def post(
        self, username: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """POST JSON as *username*."""
        return self.app.test_client().post(
            f"/api/v1{path}",
            json=body if body is not None else {},
            headers={"Authorization": f"Bearer {self.token(username)}", **(headers or {})},
        )

    def register(self, **changes: Any) -> dict[str, Any]:
        """A new ticket; *changes* replace parts of the call."""
        response = self.post("operator", "/tickets", {**CALL, **changes})
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.get_json()
        return made

    def move(self, username: str, ref: str, move: str, /, **body: Any) -> TestResponse:
        """A move on a ticket."""
        return self.post(username, f"/tickets/{ref}/{move}", body)

    def decide(
        self, username: str, ticket: Mapping[str, Any], *, grant: bool, text: str = "", **more: Any
    ) -> TestResponse:
        """A word on the newest open request of *ticket*."""
        request = [one for one in ticket["requests"] if one["state"] == "open"][-1]
        path = f"/tickets/{ticket['ref']}/requests/{request['id']}/decide"
        return self.post(username, path, {"grant": grant, "text": text, **more})

    def made(self, username: str, ref: str, move: str, /, **body: Any) -> dict[str, Any]:
        """A move that must succeed; gives the ticket after it."""
        response = self.move(username, ref, move, **body)
        assert response.status_code == 200, response.text
        after: dict[str, Any] = response.get_json()
        return after

    def read(self, username: str, ref: str) -> dict[str, Any]:
        """The ticket as *username* sees it."""
        response = self.get(username, f"/tickets/{ref}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.get_json()
        return found

    def facts(self, ref: str) -> list[str]:
        """What happened, by name."""
        items = self.get("auditor", f"/tickets/{ref}/timeline", limit=200).get_json()["items"]
        return [fact["what"] for fact in items]

    def texts(self, ref: str) -> list[str]:
        """Which texts the citizen was sent, or will be."""
        return [
            one["template"] for one in self.get("auditor", f"/tickets/{ref}/messages").get_json()["items"]
        ]

    def ticket_in(self, state: str, **changes: Any) -> dict[str, Any]:
        """A ticket brought down the river as far as *state*."""
        ticket = self.register(**changes)
        for reached, username, move, body in RIVER:
            if ticket["state"] == state:
                break
            response = self.post(username, f"/tickets/{ticket['ref']}/{move}", body)
            assert response.status_code == 200, response.text
            ticket = response.get_json()
            assert ticket["state"] == reached
        assert ticket["state"] == state
        return ticket


def bring_forward(house: House, ref: str, kind: str, by: timedelta) -> None:
    """Let a clock have been started *by* earlier than it was."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set started_at = started_at - :by, due_at = due_at - :by,"
                " warn_at = warn_at - :by, next_at = next_at - :by"
                " where kind = :kind and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"by": by, "kind": kind, "ref": ref},
        )


@cache
def hashed() -> str:
    """The hash of the password of all, made once: it is slow on purpose."""
    return hash_password(PASSWORD)


def newcomer(house: House, role: str = "handler", unit: str = LEAD) -> str:
    """The name of an account that no other test knows, with the password of all."""
    username = f"n{token_hex(6)}"
    with Session(house.engine) as session, session.begin():
        session.add(
            Account(
                username=username,
                display_name="承办人",
                role=role,
                unit=unit,
                password_hash=hashed(),
            )
        )
    return username


def step_is_due(house: House, ref: str, kind: str = "handle") -> None:
    """Let the moment have come at which a broken clock takes the next step of its ladder."""
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set next_at = clock_timestamp() where kind = :kind and state = 'breached'"
                " and next_at is not null and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"kind": kind, "ref": ref},
        )


def chased_ticket(api: Api, house: House, rung: str = "urged", **changes: Any) -> str:
    """A ticket in hand, its answer long late, its unit chased as far as *rung*; gives its number."""
    ref: str = api.ticket_in("handling", **changes)["ref"]
    api.made(HANDLER, ref, "contact", reached=True, note="")
    # Whole weeks: counted anew from where it began then, it is due at the same moment.
    bring_forward(house, ref, "handle", timedelta(weeks=5))
    sweep_clocks(house)
    if rung == "listed":
        step_is_due(house, ref)
        sweep_clocks(house)
    return ref
