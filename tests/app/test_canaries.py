"""Nobody's identity stands in clear: not in the database, not in a log, not in an answer to others."""

import base64
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import Session, select

from app.access.accounts import make_token
from app.cli import main
from app.embedded.account import server_account
from app.embedded.binaries import find_programs
from app.settings import Settings
from app.wiring import House, make_engine
from notifications.message import Message
from tests.app.attachments.samples import PDF
from tests.app.canaries import ALL, CONFIDENTIAL, PLAIN, REPORTER, TYPED, Canary, traces
from tests.chaos.service import Service, environment, free_port
from tests.makers import CALL, HANDLER, HEAD, JOINT, JOINT_HANDLER, LEAD
from tests.server import PASSWORD, Server

#: Stands in a ticket's own words, which are no secret: whoever looks for canaries must find it.
MARKER = "此处确有一只鹈鹕"

STAFF = (
    *("operator", "dispatcher", "reviewer", "caller", "supervisor", "auditor", "admin"),
    *(HANDLER, JOINT_HANDLER, f"head@{LEAD}", "handler@medical"),
)
#: What can be read of one ticket; `identity` is asked for apart.
PARTS = ("", "/timeline", "/clocks", "/messages", "/outbound_calls", "/attachments")


@dataclass
class Town:
    """A served district, its clerks, and all that was said."""

    service: Service
    house: House
    logs: Path
    tokens: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    def api(self, who: str, method: str, path: str, **more: Any) -> requests.Response:
        """Call the API as *who*."""
        if who not in self.tokens:
            with Session(self.house.engine) as session, session.begin():
                self.tokens[who] = make_token(session, who) or ""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **more.pop("headers", {})}
        return requests.request(
            method,
            f"{self.service.url}/api/v1{path}",
            headers=headers,
            timeout=30,
            allow_redirects=False,
            **more,
        )

    def move(self, who: str, ref: str, move: str, **body: Any) -> None:
        """Make a move that must succeed."""
        answer = self.api(who, "POST", f"/tickets/{ref}/{move}", json=body)
        assert answer.status_code == 200, (move, answer.status_code)
        self.note(f"{move} by {who}", answer)

    def note(self, where: str, answer: requests.Response) -> requests.Response:
        """Remember an answer that must show nobody."""
        # Switches of language and type lead back to the address one asked for, which is the reader's own.
        said = re.sub(rb'href="/(?:language|text-size)/[^"]*"', b"", answer.content)
        self.heard.append((f"{where} ({answer.status_code})", said + repr(answer.headers).encode()))
        return answer


@pytest.fixture
def town(server: Server, worker_id: str, tmp_path: Path) -> Iterator[Town]:
    """Web and worker as processes of their own, with logs that are kept."""
    with server.district(f"canaries_{worker_id}") as settings:
        port = free_port()
        served = settings.model_copy(update={"port": port, "base_url": f"http://127.0.0.1:{port}"})
        service, house = Service(served, tmp_path, workers=1), House.of(served, pool=3)
        try:
            service.start()
            yield Town(service, house, tmp_path)
        finally:
            service.stop()
            house.engine.dispose()


# What is done


def all_of(canary: Canary) -> str:
    """Somebody as they would tell who they are."""
    return f"{canary.name}，电话{canary.phone}，身份证{canary.id_number}"


def registered(town: Town, canary: Canary, *, said: str = CALL["text"], **more: Any) -> str:
    """Take a matter of *canary* down."""
    body = {
        **CALL,
        "text": said,
        "title": MARKER,
        "requester": canary.requester(**more.pop("requester", {})),
        "place": {**CALL["place"], "address": canary.address},
        **more,
    }
    answer = town.api(
        "operator", "POST", "/tickets", json=body, headers={"Idempotency-Key": os.urandom(8).hex()}
    )
    assert answer.status_code == 201, answer.status_code
    return str(town.note("registration", answer).json()["ref"])


def hand_in(town: Town, ref: str, canary: Canary) -> None:
    """A file that is called like *canary*, with words about that one in it, and one that is refused."""
    content = PDF.replace(b"%%EOF", all_of(canary).encode() + b"\n%%EOF")
    for name, status in ((f"{canary.name}.pdf", 201), (f"{canary.name}.exe", 422)):
        file = {"files": (name, content if status == 201 else b"MZ")}
        answer = town.api("operator", "POST", f"/tickets/{ref}/attachments", files=file)
        assert answer.status_code == status


def down_the_river(town: Town, ref: str) -> None:
    """From the dispatcher to the closed callback, once round again."""
    town.move("dispatcher", ref, "dispatch", lead=LEAD, joint=[JOINT], note="请先上门查看")
    town.move(HANDLER, ref, "sign")
    town.move(JOINT_HANDLER, ref, "sign")
    town.move(JOINT_HANDLER, ref, "reply", text="已配合。", founded="yes", solved="yes")
    # A head signs by answering, which an answer to a report needs.
    answered = {"text": "已安排每周上门。", "founded": "yes", "solved": "yes"}
    town.move(HEAD, ref, "reply", **answered)
    town.move("reviewer", ref, "review", **{"pass": False, "text": "请写明日期"})
    town.move(HEAD, ref, "reply", **answered)
    town.move("reviewer", ref, "review", **{"pass": True, "text": ""})
    town.move("caller", ref, "call_back", reached=True, solved="no", satisfaction=1, reason="没有人来")
    town.move("reviewer", ref, "rework", text="请重办")
    town.move(HANDLER, ref, "sign")
    town.move(HEAD, ref, "reply", **answered)
    town.move("reviewer", ref, "review", **{"pass": True, "text": ""})
    town.move("caller", ref, "call_back", reached=True, solved="yes", satisfaction=5)


def everybody_reads(town: Town, refs: list[str]) -> None:
    """Every role asks the API for every ticket and every list."""
    for who in STAFF:
        for path in (
            "/tickets",
            f"/tickets?q={quote(MARKER[2:6])}",
            "/tickets?overdue=true",
            "/units",
            "/sla/policies",
        ):
            town.note(f"{path} for {who}", town.api(who, "GET", path))
        for number, ref in enumerate(refs):
            for part in PARTS:
                town.note(f"ticket {number}{part} for {who}", town.api(who, "GET", f"/tickets/{ref}{part}"))


def who_may_not_asks_for_identities(town: Town, plain: str, sealed: list[str]) -> None:
    """An identity is refused to who may not see it, and of a sealed ticket to everybody."""
    for who in STAFF:
        for ref in sealed:
            answer = town.api(who, "GET", f"/tickets/{ref}/identity", params={"reason": "核对"})
            assert answer.status_code in (403, 404), who
            town.note(f"sealed identity for {who}", answer)
    for who in ("auditor", "admin", "handler@medical"):
        answer = town.api(who, "GET", f"/tickets/{plain}/identity", params={"reason": "核对"})
        assert answer.status_code in (403, 404), who
        town.note(f"identity for {who}", answer)


@contextmanager
def signed_in(town: Town, who: str) -> Iterator[requests.Session]:
    """A browser of *who*."""
    with requests.Session() as browser:
        door = f"{town.service.url}/sign-in"
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(door, timeout=30).text)[0]
        typed = {"username": who, "password": PASSWORD, "csrf_token": token}
        assert browser.post(door, data=typed, timeout=30).url != door
        yield browser


def everybody_looks(town: Town, refs: list[str]) -> None:
    """Every role looks at its desk, at the list, at each ticket and at each paper."""
    for who in STAFF:
        with signed_in(town, who) as browser:
            for path in ("/", "/desk", "/tickets", *(f"/tickets/{ref}" for ref in refs)):
                page = town.note(
                    f"page {path[:9]} for {who}", browser.get(f"{town.service.url}{path}", timeout=30)
                )
                for paper in sorted(set(re.findall(r'href="(/tickets/\d+/papers/[^"]+)"', page.text))):
                    town.note(f"paper for {who}", browser.get(f"{town.service.url}{paper}", timeout=30))


def things_go_wrong(town: Town, ref: str) -> None:
    """Whatever is typed in vain is not told again."""
    good = {**CALL, "requester": TYPED.requester(), "place": {"address": TYPED.address}}
    wrong: tuple[dict[str, Any], ...] = (
        {**good, "requester": TYPED.requester(id_number=TYPED.id_number[:-1] + "0")},
        {**good, "requester": TYPED.requester(phone=TYPED.phone + TYPED.phone)},
        {**good, "requester": TYPED.requester(age=TYPED.name)},
        {**good, "place": {"division": TYPED.name, "address": TYPED.address}},
        {**good, "place": {"address": TYPED.address * 30}},
        {**good, "channel": TYPED.name},
        {**good, "phone": TYPED.phone},
    )
    for number, body in enumerate(wrong):
        answer = town.api("operator", "POST", "/tickets", json=body)
        assert answer.status_code == 422, number
        town.note(f"refused registration {number}", answer)
    broken = f'{{"text": "{TYPED.name} {TYPED.phone}'.encode()
    json = {"Content-Type": "application/json"}
    for where, answer in (
        ("broken JSON", town.api("operator", "POST", "/tickets", data=broken, headers=json)),
        (
            "too large",
            town.api("operator", "POST", "/tickets", data=TYPED.phone.encode() * 10**5, headers=json),
        ),
        ("no such ticket", town.api("supervisor", "GET", f"/tickets/{TYPED.phone}")),
        ("no such route", town.api("supervisor", "GET", f"/{quote(TYPED.name)}/{TYPED.phone}")),
        ("wrong method", town.api("supervisor", "DELETE", f"/tickets?q={TYPED.phone}")),
        ("wrong state", town.api(HANDLER, "POST", f"/tickets/{ref}/sign", json={})),
        ("no token", requests.get(f"{town.service.url}/api/v1/tickets?q={TYPED.phone}", timeout=30)),
        ("no page", requests.get(f"{town.service.url}/{quote(TYPED.name)}?phone={TYPED.phone}", timeout=30)),
        (
            "no phone",
            town.api("operator", "GET", "/tickets", params={"cursor": TYPED.phone, "limit": TYPED.name}),
        ),
    ):
        assert answer.status_code >= 400, where
        town.note(where, answer)


def the_house_breaks(town: Town, ref: str) -> None:
    """A seal that does not open, and a table that is gone, with the canary typed into the very request."""
    owner = make_engine(town.house.settings, town.house.settings.owner_database_url or "", pool=1)
    with owner.begin() as connection:
        connection.execute(
            text(
                "update vault set phone = (select name from vault v where v.ticket_id = vault.ticket_id)"
                " where ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
    asked = {"reason": f"{TYPED.name} {TYPED.phone} {TYPED.address}"}
    answer = town.note(
        "a broken seal", town.api("supervisor", "GET", f"/tickets/{ref}/identity", params=asked)
    )
    assert answer.status_code == 500
    with signed_in(town, "supervisor") as browser:
        page = browser.get(f"{town.service.url}/tickets/{ref}", timeout=30)
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
        shown = browser.post(
            f"{town.service.url}/tickets/{ref}/identity", data={**asked, "csrf_token": token}, timeout=30
        )
        assert town.note("the page of a broken seal", shown).status_code == 500
    with owner.begin() as connection:
        connection.execute(text("alter table vault rename to vault_away"))
    body = {**CALL, "requester": TYPED.requester(), "place": {"address": TYPED.address}}
    answer = town.note("a table gone", town.api("operator", "POST", "/tickets", json=body))
    assert answer.status_code == 503
    with owner.begin() as connection:
        connection.execute(text("alter table vault_away rename to vault"))
    owner.dispose()


def citizens_write(town: Town, ref: str) -> None:
    """A text from the phone simulator, and a wrong code at the citizens' door."""
    with requests.Session() as browser:
        for path, typed in (
            ("/phones", {"phone": PLAIN.phone, "words": f"我是{PLAIN.name}，住{PLAIN.address}"}),
            ("/track", {"ref": ref, "code": "000000"}),
            ("/track", {"ref": TYPED.phone, "code": TYPED.id_number}),
        ):
            page = browser.get(f"{town.service.url}{path}", timeout=30).text
            token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
            browser.post(f"{town.service.url}{path}", data={**typed, "csrf_token": token}, timeout=30)


# Where it must not stand


def dumped(settings: Settings) -> bytes:
    """The whole database as pg_dump writes it."""
    url = (settings.owner_database_url or settings.database_url).replace("+psycopg", "")
    program = find_programs(server_account(Path("/"))).path("pg_dump")
    command = [program, "--schema", settings.schema_, url]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 our own program and URL
    return done.stdout


def bytes_in(dump: bytes) -> bytes:
    """Every value of bytes in a dump as it is, so that a writing inside of one is seen, too."""
    return b"\n".join(
        bytes.fromhex(found.decode()) for found in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", dump)
    )


def texts_sent(house: House) -> Iterator[tuple[str, bytes]]:
    with house.read() as session:
        for message in session.exec(select(Message)).all():
            yield f"text {message.template}", message.words(house.vault).encode()


def logs_of(town: Town, server: Server) -> Iterator[tuple[str, bytes]]:
    for path in sorted(town.logs.glob("*.log")):
        yield path.name, path.read_bytes()
    if server.cluster is not None:
        for path in sorted(server.cluster.folder.rglob("*.log*")):
            yield f"PostgreSQL's {path.name}", path.read_bytes()


def wait_until_sent(town: Town) -> None:
    """The worker sends what waits; it is another process, so one looks until it has."""
    for _ in range(600):
        with town.house.engine.begin() as connection:
            # The database waits for us, a moment each time.
            waiting = "select count(*), pg_sleep(0.05) from message where fate in ('queued', 'sending')"
            if connection.execute(text(waiting)).scalar_one() == 0:
                return
    raise AssertionError("the worker did not send")


def test_no_canary_is_seen_where_it_must_not_be(town: Town, server: Server) -> None:
    plain = registered(town, PLAIN)
    sealed = [
        registered(town, REPORTER, kind="report", said=f"我是{all_of(REPORTER)}。{MARKER}"),
        registered(
            town,
            CONFIDENTIAL,
            kind="complaint",
            requester={"confidential": True},
            said=f"{all_of(CONFIDENTIAL)}，请保密。",
        ),
    ]
    for ref, canary in zip(sealed, (REPORTER, CONFIDENTIAL), strict=True):
        town.move("supervisor", ref, "note", text=f"补充：{all_of(canary)}", visible_to="all")
        town.move("dispatcher", ref, "amend", fields={"title": f"{canary.name}的事"}, text=all_of(canary))
    refs = [plain, *sealed]
    everybody_reads(town, refs)
    for ref, canary in zip(sealed, (REPORTER, CONFIDENTIAL), strict=True):
        hand_in(town, ref, canary)
    for ref in refs:
        down_the_river(town, ref)
    everybody_reads(town, refs)
    who_may_not_asks_for_identities(town, plain, sealed)
    everybody_looks(town, refs)
    citizens_write(town, plain)
    things_go_wrong(town, plain)
    kept = town.api("dispatcher", "GET", f"/tickets/{plain}/identity", params={"reason": "核对"})
    wait_until_sent(town)
    the_house_breaks(town, plain)
    known = environment(town.house.settings)
    said = (
        CliRunner().invoke(main, ["verify"], env=known).output
        + CliRunner().invoke(main, ["vault", "check"], env=known).output
    )
    dump = dumped(town.house.settings)

    # The canaries were kept, and who looks would see them.
    assert kept.json() == {
        "name": PLAIN.name,
        "phone": f"+86{PLAIN.phone}",
        "id_number": PLAIN.id_number,
        "address": PLAIN.address,
    }
    assert MARKER.encode() in dump
    assert any(MARKER.encode() in said for _where, said in town.heard)
    assert b"unforeseen" in (town.logs / "web.log").read_bytes()

    places = [
        *town.heard,
        *texts_sent(town.house),
        *logs_of(town, server),
        ("the dump", dump),
        ("bytes in the dump", bytes_in(dump)),
        ("the command line", said.encode()),
    ]
    found = [trace for where, text_ in places for trace in traces(where, text_)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("canary", ALL, ids=["plain", "reporter", "confidential", "typed"])
def test_who_looks_for_canaries_finds_them_however_they_are_written(canary: Canary) -> None:
    name, phone = canary.name, canary.phone
    for written in (
        f"…{name}…".encode(),
        f"x{phone}".encode("utf-16-le"),
        f"x{name}".encode("utf-16-be"),
        name.encode().hex().encode(),
        f"a{name}b".encode("utf-16-le").hex().upper().encode(),
        quote(f"=&{name}").encode(),
        repr({"name": name}).encode("unicode_escape"),
        *(base64.b64encode(b"x" * before + phone.encode() + b"yz") for before in range(3)),
        *(base64.urlsafe_b64encode(b"x" * before + name.encode()) for before in range(3)),
        f"{phone[:3]} {phone[3:7]} {phone[7:]}".encode(),
    ):
        assert traces("here", written), written
    assert not traces("here", f"{name[0]}** {phone[:3]}****{phone[-4:]}".encode())
